/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The places where configurations are known to lie, against those that were
 * read: see bootcfg_unread.h.
 */
#include "bootcfg_unread.h"

#include <stdbool.h>
#include <string.h>

#include "boot.h"
#include "source.h"
#include "text.h"

/* Vendors in EFI/, and systemd-boot's entries, are several. */
enum { FILES_OF_PATTERN = 16 };

static const char *const patterns[] = {
	"boot/isolinux/isolinux.cfg",
	"boot/isolinux/syslinux.cfg",
	"isolinux/isolinux.cfg",
	"isolinux/syslinux.cfg",
	"boot/syslinux/isolinux.cfg",
	"boot/syslinux/syslinux.cfg",
	"syslinux/isolinux.cfg",
	"syslinux/syslinux.cfg",
	"isolinux.cfg",
	"syslinux.cfg",
	"boot/*/loader/isolinux.cfg",
	"*/boot/isolinux.cfg",
	"*/boot/syslinux.cfg",
	"EFI/*/syslinux.cfg",
	"EFI/*/grub.cfg",
	"boot/grub/grub.cfg",
	"boot/grub2/grub.cfg",
	"grub/grub.cfg",
	"boot/grub/loopback.cfg",
	"loader/entries/*.conf",
	"EFI/*/limine.conf",
	"EFI/*/limine.cfg",
	"boot/limine/limine.c*",
	"boot/limine.c*",
	"limine/limine.c*",
	"limine.c*",
	"@efi/EFI/*/grub.cfg",
	"@efi/boot/grub/grub.cfg",
	"@efi/grub/grub.cfg",
	"@efi/loader/entries/*.conf",
	"@efi/EFI/*/limine.conf",
};

/* Configurations of other loaders, in languages that are not read. */
static const struct {
	const char *pattern, *why;
} foreign[] = {
	{"boot/grub/menu.lst", "the language of GRUB legacy is not read"},
	{"menu.lst", "the language of GRUB legacy is not read"},
	{"EFI/*/refind.conf", "rEFInd looks for kernels by itself, which is not done here"},
	{"boot/extlinux/extlinux.conf", "it is for a hard disk, or for U-Boot"},
	{"EFI/Linux/*.efi", "a unified kernel image: its arguments are sealed in it"},
	{"@efi/EFI/Linux/*.efi", "a unified kernel image: its arguments are sealed in it"},
};

/* Whether the file was read, or is itself what an entry of a menu boots. */
static bool
is_read(const struct boot *boot, const char *path)
{
	const struct entry_note *note = boot->read;
	const struct entry *entry = boot->uefi != NULL ? boot->uefi->entries : boot->menu->entries;

	while (note != NULL && strcmp(note->text, path) != 0)
		note = note->next;
	while (entry != NULL &&
	       (entry->kernel.path == NULL || strcmp(entry->kernel.path, path) != 0))
		entry = entry->next;
	return note != NULL || entry != NULL;
}

/* The file that the first entry of a menu is from: NULL if there is none. */
static const char *
origin(const struct menu *menu)
{
	const struct entry *entry = menu != NULL ? menu->entries : NULL;

	while (entry != NULL && entry->source_path == NULL)
		entry = entry->next;
	return entry != NULL ? entry->source_path : NULL;
}

/* Writes what is used instead: false if there is nothing. */
static bool
append_reason(const struct boot *boot, struct text *text)
{
	const char *first = origin(boot->menu), *second = origin(boot->uefi);

	if (first == NULL)
		return false;
	if (second == NULL || strcmp(first, second) == 0)
		text_printf(text, "the menu is that of %s", first);
	else
		text_printf(text, "the menus are those of %s for BIOS, of %s for UEFI", first,
			    second);
	return true;
}

/* Notes what `pattern` finds and was not read. */
static int
note_pattern(const struct source *source, const char *pattern, const char *why, unsigned *budget,
	     struct boot *boot)
{
	struct source_node nodes[FILES_OF_PATTERN];
	unsigned count = source_glob(source, pattern, budget, nodes, FILES_OF_PATTERN);
	int error = 0;

	for (unsigned i = 0; i < count && error == 0; i++) {
		if (!is_read(boot, nodes[i].path))
			error = note_add_why(&boot->unread, NOTE_REMARK, why, "%s", nodes[i].path);
	}
	return error;
}

int
bootcfg_note_unread(const struct source *source, struct boot *boot)
{
	unsigned budget = SOURCE_GLOB_BUDGET;
	struct text reason = {0};
	bool has_reason = append_reason(boot, &reason);
	int error = reason.error;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && has_reason && error == 0;
	     i++)
		error = note_pattern(source, patterns[i], text_string(&reason), &budget, boot);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]) && error == 0; i++)
		error = note_pattern(source, foreign[i].pattern, foreign[i].why, &budget, boot);
	text_free(&reason);
	return error;
}
