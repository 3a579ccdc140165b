/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search for loaders. Two tables say where distributions put them: a new
 * distribution is a row or a place in a row.
 *
 *      sets      PXELINUX's core and its modules, of one build (SYS-17)
 *      singles   loaders that need nothing beside themselves
 */
#include "loader.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader_build.h"
#include "loader_folder.h"

enum { PLACES_MAX = 8, PATH_LENGTH = 1024 };

/* Folders of the system that hold a PXELINUX core, and those of its modules. */
static const struct {
	const char *core, *modules;
} system_sets[] = {
	{"/usr/lib/PXELINUX", "/usr/lib/syslinux/modules/bios"}, /* Debian, Ubuntu */
	{"/usr/share/syslinux", "/usr/share/syslinux"},       /* Fedora, openSUSE, Alpine, Gentoo */
	{"/usr/lib/syslinux/bios", "/usr/lib/syslinux/bios"}, /* Arch */
	{"/tftpboot", "/tftpboot"},                           /* Fedora's syslinux-tftpboot */
};

/* Folders of an image that may hold both; the first is Arch's. */
static const char *const image_sets[] = {"boot/syslinux", "isolinux", "boot/isolinux", "syslinux"};

/* A loader that stands alone. */
static const struct single {
	const char *name;
	const char *need;    /* NULL: nobody misses it; else what is lost without it */
	const char *package; /* what to install */
	const char *system[PLACES_MAX];
	const char *image[3];
} singles[] = {
	{
		.name = "memdisk",
		.need = "images cannot be booted whole",
		.package = "syslinux-common (Debian), syslinux (Fedora, Arch, Alpine)",
		.system = {"/usr/lib/syslinux/memdisk", "/usr/share/syslinux/memdisk",
			   "/usr/lib/syslinux/bios/memdisk", "/tftpboot/memdisk"},
		.image = {"boot/syslinux/memdisk"},
	},
	{
		.name = "snponly.efi",
		.need = "machines with UEFI firmware cannot boot",
		.package = "ipxe (Debian, Arch), ipxe-bootimgs-x86 (Fedora)",
		.system = {"/usr/lib/ipxe/snponly.efi", "/usr/share/ipxe/snponly.efi",
			   "/usr/share/ipxe/x86_64/snponly.efi",
			   "/usr/share/ipxe/ipxe-snponly-x86_64.efi"},
	},
	{
		.name = "ipxe.efi",
		.system = {"/usr/lib/ipxe/ipxe.efi", "/usr/share/ipxe/ipxe.efi",
			   "/usr/share/ipxe/x86_64/ipxe.efi", "/usr/share/ipxe/ipxe-x86_64.efi",
			   "/boot/ipxe.efi"},
	},
	{
		.name = "ipxe.lkrn",
		.system = {"/usr/lib/ipxe/ipxe.lkrn", "/usr/share/ipxe/ipxe.lkrn",
			   "/usr/share/ipxe/ipxe-lkrn", "/boot/ipxe.lkrn"},
	},
	{
		.name = "undionly.kpxe",
		.system = {"/usr/lib/ipxe/undionly.kpxe", "/usr/share/ipxe/undionly.kpxe"},
	},
	{
		.name = "memtest",
		.need = "the menu has no memory test",
		.package = "memtest86+",
		.system = {"/boot/memtest86+x64.bin", "/boot/memtest86+/memtest.bin",
			   "/usr/share/memtest86+/memtest.bin", "/boot/memtest86+ia32.bin",
			   "/boot/memtest86+.bin"},
		.image = {"boot/memtest86+/memtest.bin", "boot/memtest86+/memtest"},
	},
	{
		.name = "memtest.efi",
		.system = {"/boot/memtest86+x64.efi", "/boot/memtest86+/memtest.efi",
			   "/usr/share/memtest86+/memtest.efi"},
		.image = {"boot/memtest86+/memtest.efi"},
	},
};

enum { SINGLE_COUNT = sizeof(singles) / sizeof(singles[0]) };

struct loaders {
	struct loader *list; /* sorted by name once the search is over */
	size_t count;
	FILE *remarks; /* writes to `missing`; NULL once the search is over */
	char *missing;
	size_t missing_length;
};

static int
compare(const void *a, const void *b)
{
	return strcasecmp(((const struct loader *)a)->name, ((const struct loader *)b)->name);
}

/* Takes over `loader` at the end of the list. */
static int
add(struct loaders *loaders, struct loader *loader)
{
	size_t count = loaders->count + 1;
	struct loader *list = realloc(loaders->list, count * sizeof(*list));

	if (!list) {
		loader_close(loader);
		return -ENOMEM;
	}
	list[loaders->count] = *loader;
	loaders->list = list;
	loaders->count = count;
	return 0;
}

/* Opens `file` and adds it as `name`. A file that is not there is passed over
   in silence, one that cannot be opened with a remark: *ret_found says. */
static int
take(struct loaders *loaders, const struct loader_folder *folder, const char *file,
     const char *name, bool *ret_found)
{
	struct loader loader;
	int err = folder_open(folder, file, name, &loader);

	*ret_found = err == 0;
	if (err == -ENOMEM || err == -EMFILE || err == -ENFILE)
		return err;
	if (err && err != -ENOENT && err != -ENOTDIR)
		fprintf(loaders->remarks, "%s/%s cannot be read: %s\n", folder->path, file,
			strerror(-err));
	return err ? 0 : add(loaders, &loader);
}

static bool
folder_has(const struct loader_folder *folder, const char *file)
{
	struct loader loader;

	if (folder_open(folder, file, "", &loader) != 0)
		return false;
	loader_close(&loader);
	return true;
}

/* Takes the whole set when it is one. */
static int
take_set(struct loaders *loaders, const struct loader_folder *core,
	 const struct loader_folder *modules, bool *ret_found)
{
	char(*names)[32];
	size_t count;
	bool found;

	*ret_found = false;
	if (!folder_has(core, "lpxelinux.0"))
		return 0;
	if (!folder_has(modules, "ldlinux.c32")) {
		fprintf(loaders->remarks,
			"%s/lpxelinux.0 is not used: %s has no ldlinux.c32 of its build\n",
			core->path, modules->path);
		return 0;
	}
	if (!loader_is_one_build(core, modules)) {
		fprintf(loaders->remarks,
			"%s/lpxelinux.0 is not used: the modules in %s are of another build\n",
			core->path, modules->path);
		return 0;
	}

	int err = folder_names(modules, ".c32", &names, &count);
	if (err)
		return err;
	for (size_t i = 0; i < count && err == 0; i++)
		err = take(loaders, modules, names[i], names[i], &found);
	free(names);
	if (err == 0)
		err = take(loaders, core, "pxelinux.0", "pxelinux.0", &found);
	if (err == 0)
		err = take(loaders, core, "lpxelinux.0", "lpxelinux.0", ret_found);
	return err;
}

/* The first set wins: the user's, the system's, an image's. */
static int
find_set(struct loaders *loaders, const struct loader_places *places)
{
	char core[PATH_LENGTH], modules[PATH_LENGTH];
	bool found = false;
	int err = 0;

	if (places->directory) {
		struct loader_folder own = {.path = places->directory};
		err = take_set(loaders, &own, &own, &found);
	}
	for (size_t i = 0; i < sizeof(system_sets) / sizeof(system_sets[0]) && !found && !err;
	     i++) {
		snprintf(core, sizeof(core), "%s%s", places->root, system_sets[i].core);
		snprintf(modules, sizeof(modules), "%s%s", places->root, system_sets[i].modules);
		err = take_set(loaders, &(struct loader_folder){.path = core},
			       &(struct loader_folder){.path = modules}, &found);
	}
	for (size_t i = 0; i < places->image_count && !found && !err; i++) {
		struct loader_folder folder = {.image = &places->images[i]};
		for (size_t j = 0; j < sizeof(image_sets) / sizeof(image_sets[0]) && !found && !err;
		     j++) {
			folder.path = image_sets[j];
			err = take_set(loaders, &folder, &folder, &found);
		}
	}
	if (!found && !err) {
		fprintf(loaders->remarks,
			"lpxelinux.0 was not found: machines with BIOS firmware cannot boot; "
			"install pxelinux and syslinux-common (Debian), "
			"syslinux-nonlinux (Fedora) or syslinux (Arch, Alpine)\n");
	}
	return err;
}

/* The same for a loader that stands alone. In the user's folder it may have
   our name or one that a distribution gives it. */
static int
find_single(struct loaders *loaders, const struct loader_places *places,
	    const struct single *single)
{
	bool found = false;
	int err = 0;

	if (places->directory) {
		struct loader_folder own = {.path = places->directory};
		err = take(loaders, &own, single->name, single->name, &found);
		for (int i = 0; i < PLACES_MAX && single->system[i] && !found && !err; i++) {
			const char *base = strrchr(single->system[i], '/') + 1;
			err = take(loaders, &own, base, single->name, &found);
		}
	}
	for (int i = 0; i < PLACES_MAX && single->system[i] && !found && !err; i++) {
		struct loader_folder root = {.path = places->root};
		err = take(loaders, &root, single->system[i] + 1, single->name, &found);
	}
	for (size_t i = 0; i < places->image_count; i++) {
		struct loader_folder image = {.path = "", .image = &places->images[i]};
		for (int j = 0; j < 3 && single->image[j] && !found && !err; j++)
			err = take(loaders, &image, single->image[j], single->name, &found);
	}
	if (!found && !err && single->need) {
		fprintf(loaders->remarks, "%s was not found: %s; install %s\n", single->name,
			single->need, single->package);
	}
	return err;
}

/* PXELINUX and its modules are one set, and taken as such. */
static bool
is_of_set(const char *name)
{
	size_t length = strlen(name);

	return (length > 4 && strcasecmp(name + length - 4, ".c32") == 0) ||
	       strcasecmp(name, "pxelinux.0") == 0 || strcasecmp(name, "lpxelinux.0") == 0;
}

static bool
has(const struct loaders *loaders, const char *name)
{
	for (size_t i = 0; i < loaders->count; i++)
		if (strcasecmp(loaders->list[i].name, name) == 0)
			return true;
	return false;
}

/* What else is in the user's folder, under its own name: machines can be told to
   start it, and one loader may ask for another, as shim does for GRUB. */
static int
take_own(struct loaders *loaders, const struct loader_places *places)
{
	struct loader_folder own = {.path = places->directory};
	char(*names)[32] = NULL;
	size_t count = 0;
	bool found;
	int err;

	if (!places->directory)
		return 0;
	err = folder_names(&own, "", &names, &count);
	for (size_t i = 0; i < count && err == 0; i++)
		if (!is_of_set(names[i]) && !has(loaders, names[i]))
			err = take(loaders, &own, names[i], names[i], &found);
	free(names);
	return err;
}

int
loaders_open(const struct loader_places *places, struct loaders **ret_loaders)
{
	struct loaders *loaders = calloc(1, sizeof(*loaders));
	if (!loaders)
		return -ENOMEM;

	int err = -ENOMEM;
	loaders->remarks = open_memstream(&loaders->missing, &loaders->missing_length);
	if (loaders->remarks)
		err = find_set(loaders, places);
	for (size_t i = 0; i < SINGLE_COUNT && err == 0; i++)
		err = find_single(loaders, places, &singles[i]);
	if (err == 0)
		err = take_own(loaders, places);
	if (loaders->remarks && fclose(loaders->remarks) != 0 && err == 0)
		err = -ENOMEM;
	if (err) {
		loaders_close(loaders);
		return err;
	}
	if (loaders->count > 0)
		qsort(loaders->list, loaders->count, sizeof(*loaders->list), compare);
	*ret_loaders = loaders;
	return 0;
}

void
loaders_close(struct loaders *loaders)
{
	if (!loaders)
		return;
	for (size_t i = 0; i < loaders->count; i++)
		loader_close(&loaders->list[i]);
	free(loaders->list);
	free(loaders->missing);
	free(loaders);
}

const struct loader *
loaders_find(const struct loaders *loaders, const char *name)
{
	struct loader key = {0};

	if (loaders->count == 0 || strlen(name) >= sizeof(key.name))
		return NULL;
	memcpy(key.name, name, strlen(name));
	return bsearch(&key, loaders->list, loaders->count, sizeof(key), compare);
}

size_t
loaders_count(const struct loaders *loaders)
{
	return loaders->count;
}

const struct loader *
loaders_at(const struct loaders *loaders, size_t number)
{
	return &loaders->list[number];
}

const char *
loaders_missing(const struct loaders *loaders)
{
	return loaders->missing;
}
