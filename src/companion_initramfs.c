/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A user's own files for an initramfs: see companion_initramfs.h.
 */
#include "companion_initramfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "boot_archive.h"
#include "companion.h"
#include "cpio.h"
#include "source.h"

#define FOLDER "initramfs"

/* All files of the folder: how many, in *ret_files, which is malloc'ed. */
static int
list_files(const struct source *companion, struct source_node **ret_files)
{
	unsigned budget = SOURCE_GLOB_BUDGET;
	struct source_node *files = calloc(COMPANION_FILES_MAX, sizeof(*files));

	if (files == NULL)
		return -ENOMEM;
	*ret_files = files;
	return (int)source_glob(companion, FOLDER "/**", &budget, files, COMPANION_FILES_MAX);
}

static int
complain(struct boot *boot, const struct source *companion, const char *path, int error)
{
	const char *why = strerror(-error);

	if (error == -EFBIG)
		why = "4 GiB or more, too large for one file in an initramfs";
	else if (error == -EINVAL)
		why = "not in the initramfs: a name that cannot be there";
	return note_add(&boot->problems, "%s/%s: %s", companion->name, path, why);
}

static int
make_archive(const struct source *companion, struct boot *boot, struct cpio *cpio)
{
	struct source_node *files;
	int count = list_files(companion, &files), error = 0;

	if (count < 0)
		return count;
	for (int i = 0; i < count && error == 0; i++) {
		error = cpio_add_beside(cpio, files[i].path + strlen(FOLDER), &files[i]);
		if (error < 0 && error != -ENOMEM)
			error = complain(boot, companion, files[i].path, error);
	}
	free(files);
	return error;
}

/* Adds the archive to an entry with initrds, however it is started. */
static int
change_entry(const struct source *companion, const struct cpio *archive, struct entry *entry)
{
	int error = 0;

	for (; entry != NULL && entry->initrd_count > 0 && error == 0; entry = entry->on_uefi) {
		error = entry_add_archive(entry, archive);
		if (error == 0)
			error = note_add(&entry->notes, "initrd made: the files of %s/" FOLDER,
					 companion->name);
		if (entry->ram != 0)
			entry->ram += 2 * cpio_size(archive);
	}
	return error;
}

/* Adds the archive to the entries of a menu, with its sub-menus. */
static int
change_menu(const struct source *companion, const struct cpio *archive, struct menu *menu)
{
	int error = 0;

	for (struct entry *entry = menu->entries; entry != NULL && error == 0;
	     entry = entry->next) {
		if (entry->kind == ENTRY_MENU && entry->submenu != NULL)
			error = change_menu(companion, archive, entry->submenu);
		else if (entry->kind == ENTRY_LINUX)
			error = change_entry(companion, archive, entry);
	}
	return error;
}

int
companion_initramfs_apply(const struct source *companion, struct boot *boot)
{
	const struct cpio *archive;
	struct cpio *cpio;
	int error = cpio_new(FOLDER, &cpio);

	if (error < 0)
		return error;
	error = make_archive(companion, boot, cpio);
	if (error < 0 || cpio->members == NULL) {
		cpios_free(cpio);
		return error;
	}
	error = boot_keep_archive(boot, cpio, &archive);
	if (error == 0)
		error = change_menu(companion, archive, boot->menu);
	if (error == 0 && boot->uefi != NULL)
		error = change_menu(companion, archive, boot->uefi);
	return error;
}
