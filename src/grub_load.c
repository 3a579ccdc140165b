/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of a GRUB script that say what an entry boots. They only remember
 * what is written, since a later one may replace it; grub_entry.c looks it up.
 */
#include "grub_session.h"

#include <string.h>

/* Starts anew: whatever was loaded is gone, as in GRUB. */
static struct grub_load *
begin(const struct grub_call *call, enum grub_load_kind kind)
{
	struct grub_load *load = call->session->load;

	*load = (struct grub_load){.kind = kind};
	return load;
}

static void
refuse(const struct grub_call *call, const char *why)
{
	begin(call, GRUB_REFUSED)->why = why;
}

static const char *
root_of(struct grub_session *session)
{
	const char *root = grub_get(session, "root");

	return root != NULL ? root : "cd0";
}

static void
run_linux(const struct grub_call *call)
{
	const struct grub_words *words = call->words;
	bool is_16 = strcmp(words->items[0], "linux16") == 0;
	struct grub_load *load = begin(call, is_16 ? GRUB_LINUX16 : GRUB_LINUX);

	if (words->count < 2) {
		refuse(call, "no kernel is named");
		return;
	}
	load->kernel = words->items[1];
	load->kernel_root = root_of(call->session);
	load->arguments = (struct grub_words){words->items + 2, words->count - 2, 0};
}

static void
run_initrd(const struct grub_call *call)
{
	struct grub_load *load = call->session->load;

	if (load->kind != GRUB_LINUX && load->kind != GRUB_LINUX16) {
		call->session->result = 1;
		return;
	}
	load->initrds = (struct grub_words){call->words->items + 1, call->words->count - 1, 0};
	load->initrd_root = root_of(call->session);
}

/* Whether `file` lies on a disk of the machine: a list of blocks, "+1", or a
   path. */
static bool
is_on_disk(struct grub_session *session, const char *file)
{
	const char *device = file[0] == '(' ? file + 1 : root_of(session);

	device += device[0] == '(';
	return strncmp(device, "hd", 2) == 0 || strncmp(device, "fd", 2) == 0;
}

static void
run_chainloader(const struct grub_call *call)
{
	const struct grub_words *words = call->words;
	const char *file = NULL;
	const char *path;
	struct grub_load *load;

	for (unsigned i = 1; i < words->count && file == NULL; i++) {
		if (strncmp(words->items[i], "--", 2) != 0)
			file = words->items[i];
	}
	if (file == NULL) {
		refuse(call, "no boot program is named");
		return;
	}
	path = file[0] == '(' && strchr(file, ')') != NULL ? strchr(file, ')') + 1 : file;
	/* What is not found in the image is looked for on the machine's disks. */
	if (is_on_disk(call->session, file) || call->session->has_searched) {
		begin(call, GRUB_LOCAL);
	} else if (path[0] != '/' || call->session->firmware == ENTRY_FOR_BIOS) {
		refuse(call, "a boot sector that needs its disc");
	} else {
		load = begin(call, GRUB_PROGRAM);
		load->kernel = file;
		load->kernel_root = root_of(call->session);
	}
}

static void
run_multiboot(const struct grub_call *call)
{
	refuse(call, "multiboot kernels are not offered");
}

static void
run_other_kernel(const struct grub_call *call)
{
	refuse(call, "a kernel that only GRUB can start");
}

static void
run_fwsetup(const struct grub_call *call)
{
	refuse(call, "the settings of the firmware are opened by its own key");
}

/* Leaves GRUB: the firmware goes on with what comes next. */
static void
run_exit(const struct grub_call *call)
{
	begin(call, GRUB_LOCAL);
	call->session->flow = GRUB_STOP;
}

static void
run_reboot(const struct grub_call *call)
{
	begin(call, GRUB_REBOOT);
	call->session->flow = GRUB_STOP;
}

static void
run_halt(const struct grub_call *call)
{
	begin(call, GRUB_HALT);
	call->session->flow = GRUB_STOP;
}

bool
grub_run_load(const struct grub_call *call)
{
	static const struct {
		const char *name;
		void (*run)(const struct grub_call *);
	} commands[] = {
		{"linux", run_linux},
		{"linux16", run_linux},
		{"linuxefi", run_linux},
		{"initrd", run_initrd},
		{"initrd16", run_initrd},
		{"initrdefi", run_initrd},
		{"chainloader", run_chainloader},
		{"multiboot", run_multiboot},
		{"multiboot2", run_multiboot},
		{"xen_hypervisor", run_multiboot},
		{"kfreebsd", run_other_kernel},
		{"knetbsd", run_other_kernel},
		{"kopenbsd", run_other_kernel},
		{"ntldr", run_other_kernel},
		{"freedos", run_other_kernel},
		{"xnu_kernel64", run_other_kernel},
		{"exit", run_exit},
		{"reboot", run_reboot},
		{"halt", run_halt},
		{"poweroff", run_halt},
		{"fwsetup", run_fwsetup},
	};
	static const char *const modules[] = {"module", "module2", "xen_module", "kfreebsd_module",
					      "kfreebsd_loadenv"};
	const char *name = call->words->items[0];

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		call->session->result = 0;
		commands[i].run(call);
		return true;
	}
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (strcmp(modules[i], name) == 0) {
			call->session->result = 0;
			return true;
		}
	}
	return false;
}
