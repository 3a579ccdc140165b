/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loading the few modules that the helper needs, from where initramfs have them:
 * below /lib, /usr/lib, or a package in /nix/store. The kernel unpacks those that
 * are compressed if it was made so; else the initramfs's own modprobe is asked,
 * wherever that is.
 */
#include <linux/module.h>
#include <linux/utsname.h>

#include "system.h"

/* SIGCHLD, from <asm/signal.h>, which has far more than that. */
enum { CHILD_ENDS = 17 };

/* As getdents64 writes it; the kernel's headers do not have it. */
struct directory_entry {
	unsigned long long number;
	long long next;
	unsigned short size;
	unsigned char kind;
	char name[];
};

/* Each with the one that it may need before. */
static const struct {
	const char *name;
	const char *needs, *file;
} modules[] = {
	[MODULE_LOOP] = {"loop", NULL, "drivers/block/loop"},
	[MODULE_ISOFS] = {"isofs", "drivers/cdrom/cdrom", "fs/isofs/isofs"},
	[MODULE_MAPPER] = {"dm-mod", "drivers/dax/dax", "drivers/md/dm-mod"},
};

/* Where modules and modprobe were found. */
static bool has_modules;
static char root[TEXT_SIZE];     /* what is above /lib/modules: "", "/usr", ... */
static char modprobe[TEXT_SIZE]; /* its path, or "" */
static char release[TEXT_SIZE];  /* of the kernel, "" before it was asked */

/* --- where they are -------------------------------------------------------- */

/* Takes what there is of both below `folder`. */
static void
look_in(const char *folder)
{
	static const char *const programs[] = {"/sbin/modprobe", "/bin/modprobe"};
	char path[TEXT_SIZE];

	if (!has_modules &&
	    file_exists(text_join(path, folder, "/lib/modules/", release, "/kernel"))) {
		has_modules = true;
		text_add(root, folder);
	}
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (modprobe[0] == '\0' && file_exists(text_join(path, folder, programs[i])))
			text_add(modprobe, path);
	}
}

/* Looks in each folder of `folder`. */
static void
look_below(const char *folder)
{
	static char names[4096] __attribute__((aligned(8)));
	int fd = file_open(folder, O_RDONLY | O_DIRECTORY);
	char path[TEXT_SIZE];
	long length;

	while (fd >= 0 &&
	       (length = system_call(__NR_getdents64, fd, (long)names, sizeof(names), 0, 0)) > 0) {
		for (long offset = 0; offset < length;) {
			const struct directory_entry *entry = (const void *)(names + offset);

			if (entry->name[0] != '.')
				look_in(text_join(path, folder, "/", entry->name));
			offset += entry->size;
		}
	}
	if (fd >= 0)
		file_close(fd);
}

static void
look_around(void)
{
	struct new_utsname name;

	if (release[0] != '\0')
		return;
	system_call(__NR_uname, (long)&name, 0, 0, 0, 0);
	text_add(release, name.release);
	look_in("");
	look_in("/usr");
	look_below("/nix/store");
}

/* --- how they are loaded --------------------------------------------------- */

/* Runs the initramfs's own modprobe, if there is one: whether that loads it. */
static bool
run_modprobe(const char *name)
{
	const char *const plain[] = {modprobe, "-q", name, NULL};
	const char *const rooted[] = {modprobe, "-q", "-d", root, name, NULL};
	const char *const *arguments = root[0] == '\0' ? plain : rooted;
	const char *const nothing[] = {NULL};
	int status = -1;
	long child;

	if (modprobe[0] == '\0')
		return false;
	child = system_call(__NR_clone, CHILD_ENDS, 0, 0, 0, 0);
	if (child == 0) {
		system_call(__NR_execve, (long)modprobe, (long)arguments, (long)nothing, 0, 0);
		system_call(__NR_exit, 127, 0, 0, 0, 0);
	}
	if (child < 0 || system_call(__NR_wait4, child, (long)&status, 0, 0, 0) != child)
		return false;
	return status == 0;
}

/* Loads the file of a module, whatever its ending: 0, -ENODATA without one, or
   what the kernel says, which is -ENOENT when another module must come before.
   `path` becomes the file's. */
static int
load_file(const char *file, char path[TEXT_SIZE])
{
	static const char *const endings[] = {".ko", ".ko.xz", ".ko.zst", ".ko.gz"};
	int error;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		int flags = i == 0 ? 0 : MODULE_INIT_COMPRESSED_FILE;
		int fd = file_open(text_join(path, root, "/lib/modules/", release, "/kernel/", file,
					     endings[i]),
				   O_RDONLY);

		if (fd < 0)
			continue;
		error = (int)system_call(__NR_finit_module, fd, (long)"", flags, 0, 0);
		file_close(fd);
		return error == -EEXIST ? 0 : error;
	}
	return -ENODATA;
}

void
module_load(enum module module)
{
	char path[TEXT_SIZE];
	int error;

	look_around();
	if (modules[module].needs != NULL)
		load_file(modules[module].needs, path);
	error = load_file(modules[module].file, path);
	if (error == 0 || run_modprobe(modules[module].name) || error == -ENODATA)
		return;
	if (error == -EOPNOTSUPP || error == -EINVAL)
		say_failure(path, "this kernel takes no compressed modules", error);
	else
		say_failure(path, "cannot be loaded", error);
}
