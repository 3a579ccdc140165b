/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies on this machine's disk: images, loaders, the state directory, and
 * whether we and the daemon may read them.
 */
#include "doctor.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "boot.h"
#include "image.h"
#include "loader.h"
#include "offline_menu.h"
#include "options.h"
#include "privileges.h"
#include "serve.h"
#include "text_table.h"

enum { LITTLE_SPACE = 16 * 1024 * 1024 };

/* The state directory must be the user's, or root's to be given away. */
static void
check_state(struct doctor *doctor)
{
	const char *path = doctor->offline.config.state_directory;
	struct findings *findings = &doctor->findings;
	struct stat facts;
	struct statvfs space;
	char left[TEXT_SIZE_SIZE];

	if (stat(path, &facts) == -1) {
		findings_add(findings, "rights", path,
			     errno == ENOENT ? FINDING_NOTE : FINDING_UNKNOWN,
			     "state directory: %s", strerror(errno));
		return;
	}
	if (!S_ISDIR(facts.st_mode)) {
		findings_add(findings, "rights", path, FINDING_FAIL,
			     "the state directory is no directory");
		findings_fix(findings, "move %s away, or use --state", path);
		return;
	}
	if (statvfs(path, &space) == -1)
		return;
	text_size((uint64_t)space.f_bavail * space.f_frsize, left);
	if (space.f_bavail * space.f_frsize < LITTLE_SPACE) {
		findings_add(findings, "rights", path, FINDING_FAIL,
			     "the state directory's disk is full: %s left", left);
		findings_fix(findings, "make room on the disk of %s", path);
	} else if ((space.f_flag & ST_RDONLY) != 0) {
		findings_add(findings, "rights", path, FINDING_FAIL,
			     "the state directory's file system is read-only");
		findings_fix(findings, "mount it writable, or use --state");
	} else {
		findings_add(findings, "rights", path, FINDING_OK, "state directory, %s left",
			     left);
	}
}

void
doctor_check_rights(struct doctor *doctor)
{
	const char *user = privileges_user(doctor->offline.config.user);
	struct findings *findings = &doctor->findings;

	if (geteuid() == 0)
		findings_add(findings, "rights", "root", FINDING_OK, "all can be looked at");
	else
		findings_add(findings, "rights", "root", FINDING_UNKNOWN,
			     "not root: who holds a port, the firewall and what machines are "
			     "offered cannot be seen");
	if (getpwnam(user) != NULL) {
		findings_add(findings, "rights", user, FINDING_OK, "the user to become");
	} else {
		findings_add(findings, "rights", user, FINDING_FAIL,
			     "the user to become does not exist");
		findings_fix(findings, "adduser --system %s, or use --user", user);
	}
	check_state(doctor);
}

/* What `check` would complain of. */
static void
on_complaint(void *context, const char *what, const char *reason)
{
	struct findings *findings = context;

	findings_add(findings, "images", what, FINDING_WARN, "%s", reason);
}

void
doctor_check_images(struct doctor *doctor)
{
	struct offline *offline = &doctor->offline;
	struct findings *findings = &doctor->findings;
	size_t good = 0, entries = 0;
	int error;

	offline->on_complaint = on_complaint;
	offline->context = findings;
	error = offline_open_images(offline);
	offline->on_complaint = NULL;
	for (size_t i = 0; error == 0 && i < offline->image_count; i++) {
		good += offline->images[i]->index != NULL;
		if (offline->images[i]->index != NULL)
			entries += offline->images[i]->boot->entry_count;
	}
	if (offline->config.images.count == 0) {
		findings_add(findings, "images", "all", FINDING_FAIL, "no directory is named");
		findings_fix(findings, "name it: pxeiso doctor DIR; or set directory in [images]");
	} else if (good == 0) {
		findings_add(findings, "images", "all", FINDING_FAIL,
			     "none that could be booted in %s", offline->config.images.items[0]);
		findings_fix(findings, "copy ISO files to %s", offline->config.images.items[0]);
	} else {
		findings_add(findings, "images", "all", entries > 0 ? FINDING_OK : FINDING_WARN,
			     "%zu of %zu can be read, %zu boot entries", good, offline->image_count,
			     entries);
		if (entries == 0)
			findings_fix(findings, "pxeiso explain IMAGE says why nothing is offered");
	}
}

struct policy_site
doctor_site(const struct doctor *doctor, struct in_addr server)
{
	const struct config *config = &doctor->offline.config;
	struct policy_site site = {
		.server = server,
		.http_port = config->http_enabled ? config->http_port : 0,
		.has_tftp = config->tftp_enabled && config->tftp_port == 69,
		.loaders = doctor->loaders,
	};

	for (size_t i = 0; i < PLATFORM_COUNT; i++)
		site.own[i] = config->own_loaders[i];
	return site;
}

/* One kind of firmware: which loader starts it. */
static void
check_firmware(struct doctor *doctor, uint16_t arch, enum policy_protocol protocol)
{
	const struct policy_machine machine = {.protocol = protocol, .arch = arch};
	const struct policy_site site = doctor_site(doctor, (struct in_addr){INADDR_ANY});
	struct findings *findings = &doctor->findings;
	const char *name = policy_arch_name(arch), *why, *file;
	char boot_file[POLICY_FILE_SIZE];
	int error = policy_choose(&machine, &site, boot_file, &why);

	if (error == -ENOENT) {
		findings_add(findings, "loaders", name, FINDING_FAIL, "%s", why);
		findings_fix(findings, "%s", why);
	} else if (error < 0) {
		findings_add(findings, "loaders", name, FINDING_NOTE, "%s", why);
	} else {
		file = strrchr(boot_file, '/');
		findings_add(findings, "loaders", name, FINDING_OK, "%s",
			     file != NULL ? file + 1 : boot_file);
	}
}

void
doctor_check_loaders(struct doctor *doctor)
{
	struct findings *findings = &doctor->findings;
	struct offline_menu menu;
	const char *missing;
	int error = offline_menu_init(&menu, &doctor->offline, doctor->options);

	if (error < 0) {
		findings_add(findings, "loaders", "all", FINDING_UNKNOWN, "%s", strerror(-error));
		return;
	}
	doctor->loaders = serve_loaders(menu.loaders);
	check_firmware(doctor, 0, POLICY_PXE);
	check_firmware(doctor, 7, POLICY_PXE);
	check_firmware(doctor, 16, POLICY_HTTP);
	check_firmware(doctor, 11, POLICY_PXE);
	missing = loaders_missing(menu.loaders);
	for (size_t i = 0; i < loaders_count(menu.loaders); i++) {
		const struct loader *loader = loaders_at(menu.loaders, i);

		if (strstr(loader->name, ".c32") == NULL)
			findings_add(findings, "loaders", loader->name, FINDING_OK, "%s",
				     loader->path);
	}
	for (size_t length; *missing != '\0'; missing += length + (missing[length] == '\n')) {
		length = strcspn(missing, "\n");
		findings_add(findings, "loaders", "missing", FINDING_NOTE, "%.*s", (int)length,
			     missing);
	}
	offline_menu_free(&menu);
}
