/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an image to what it can boot, in the order of bootcfg_read: read the
 * configuration, change it for the network, make each choice appear once, add
 * the entry that takes the whole image into memory; at last comes what the user
 * wrote, who speaks of entries by the names they have in the end.
 */
#include "bootcfg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "boot_fallback.h"
#include "boot_merge.h"
#include "bootcfg_unread.h"
#include "companion_arguments.h"
#include "companion_initramfs.h"
#include "grub.h"
#include "limine.h"
#include "loader_entries.h"
#include "recipe.h"
#include "source.h"
#include "source_record.h"
#include "syslinux.h"

/* Whether a title says what is on the image: "Boot menu" does not, nor does the
   address of a web site. */
static bool
is_telling(const char *title)
{
	return title != NULL && title[0] != '\0' && strcasestr(title, "menu") == NULL &&
	       strcasestr(title, "boot") == NULL && strstr(title, "://") == NULL &&
	       strstr(title, "www.") == NULL && strcasestr(title, "welcome") == NULL;
}

/* What the image calls itself: the first line of Debian's /.disk/info, or the
   title of its menu. NULL if neither says anything: its file's name does. */
static int
find_title(const struct source *source, struct boot *boot)
{
	struct source_node node;
	char *info = NULL;
	size_t length = 0;
	int error = 0;

	if (source_find(source, ".disk/info", &node) == 0 && node.size < 1024)
		error = source_read(source, node.path, 1024, &info, &length);
	if (error == -ENOMEM)
		return error;
	if (info != NULL)
		info[strcspn(info, "\r\n")] = '\0';
	if (info != NULL && info[0] != '\0')
		error = string_set(&boot->title, info);
	else if (is_telling(boot->menu->title))
		error = string_set(&boot->title, boot->menu->title);
	free(info);
	return error == -ENOMEM ? error : 0;
}

/* What a machine with a BIOS starts. */
static int
read_bios(const struct source *source, struct boot *boot)
{
	int error = syslinux_read(source, boot);

	if (error == -ENOENT)
		error = grub_read(source, ENTRY_FOR_BIOS, false, boot->menu, &boot->notes);
	if (error == -ENOENT)
		error = limine_read(source, ENTRY_FOR_BIOS, false, boot->menu, &boot->notes);
	return error;
}

/* What UEFI firmware starts: it looks into the EFI system partition first, and
   what is there can lead into the image. */
static int
read_uefi(const struct source *source, struct boot *boot)
{
	int error = loader_entries_read(source, true, boot->uefi, &boot->notes);

	if (error == -ENOENT)
		error = grub_read(source, ENTRY_FOR_UEFI, true, boot->uefi, &boot->notes);
	if (error == -ENOENT)
		error = limine_read(source, ENTRY_FOR_UEFI, true, boot->uefi, &boot->notes);
	if (error == -ENOENT)
		error = grub_read(source, ENTRY_FOR_UEFI, false, boot->uefi, &boot->notes);
	if (error == -ENOENT)
		error = loader_entries_read(source, false, boot->uefi, &boot->notes);
	if (error == -ENOENT)
		error = limine_read(source, ENTRY_FOR_UEFI, false, boot->uefi, &boot->notes);
	if (error == -ENOENT)
		error = syslinux_read_at(source, SYSLINUX_UEFI, boot);
	return error;
}

/* What there is for UEFI is for all. */
static void
swap_menus(struct boot *boot)
{
	struct menu *menu = boot->menu;

	boot->menu = boot->uefi;
	boot->uefi = menu;
}

/* Says that the second menu is of no use. */
static int
note_useless(struct boot *boot)
{
	const struct entry *first = boot->uefi->entries;

	if (first == NULL || first->source_path == NULL)
		return 0;
	return note_add(&boot->notes, "%s: nothing in it boots from here, the other menu is shown",
			first->source_path);
}

/* Fills both menus. One that is empty, boots nothing, or is the same is not
   kept. */
static int
read_languages(const struct source *source, struct boot *boot)
{
	int bios = read_bios(source, boot);
	int uefi = bios == -ENOMEM ? bios : menu_new(&boot->uefi);

	if (uefi == 0)
		uefi = read_uefi(source, boot);
	if (uefi == -ENOMEM)
		return uefi;
	/* such a disc shows what gfxboot makes of it: a menu for UEFI has better titles */
	if (bios == -ENOENT && uefi == -ENOENT)
		bios = syslinux_read_at(source, SYSLINUX_ELSEWHERE, boot);
	if (bios == -ENOENT && uefi == -ENOENT)
		bios = note_add(&boot->notes, "no boot configuration of ISOLINUX, SYSLINUX, GRUB, "
					      "systemd-boot or Limine");
	if (bios == -ENOMEM)
		return bios;
	if (bios == -ENOENT || (menu_count(boot->menu) == 0 && menu_count(boot->uefi) > 0))
		swap_menus(boot);
	if (menu_count(boot->uefi) == 0 && menu_count(boot->menu) > 0)
		bios = note_useless(boot);
	if (boot->uefi->entries == NULL || menu_equals(boot->menu, boot->uefi) ||
	    (menu_count(boot->uefi) == 0 && menu_count(boot->menu) > 0)) {
		menu_free(boot->uefi);
		boot->uefi = NULL;
	}
	return bios == -ENOMEM ? bios : 0;
}

/* Fills both menus, and says which files they are of. */
static int
read_configuration(const struct source *source, struct boot *boot)
{
	struct source_record record;
	int error;

	source_record_init(&record, source);
	error = read_languages(&record.source, boot);
	boot->read = record.read;
	if (error == 0)
		error = record.error;
	return error == 0 ? bootcfg_note_unread(source, boot) : error;
}

int
bootcfg_read(const struct source *source, const struct recipes *recipes, struct boot **ret_boot)
{
	struct boot *boot = boot_new();
	int error;

	if (boot == NULL)
		return -ENOMEM;
	error = read_configuration(source, boot);
	if (error == 0)
		error = find_title(source, boot);
	if (error == 0)
		error = recipes_apply(recipes, source, boot);
	if (error == 0)
		error = boot_merge(boot);
	if (error == 0)
		error = boot_fallback_add(source, boot);
	if (error == 0)
		error = boot_name_entries(boot);
	if (error == 0 && source->companion != NULL)
		error = companion_arguments_apply(source->companion, boot);
	if (error == 0 && source->companion != NULL)
		error = companion_initramfs_apply(source->companion, boot);
	if (error < 0) {
		boot_free(boot);
		return error;
	}
	boot->entry_count = boot_count(boot);
	*ret_boot = boot;
	return 0;
}
