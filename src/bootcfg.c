/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an image to what it can boot, in the order of bootcfg_read: read the
 * configuration, change it for the network, make each choice appear once, add
 * the entry that takes the whole image into memory.
 */
#include "bootcfg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "boot_merge.h"
#include "recipe.h"
#include "source.h"
#include "syslinux.h"

/* The languages of boot configurations. The first that finds entries makes the
   menu; each returns 0, -ENOENT or -ENOMEM. */
static const struct {
	const char *name;
	int (*read)(const struct source *, struct boot *);
} languages[] = {
	{"SYSLINUX", syslinux_read},
};

static const uint64_t MIB = 1024 * 1024;

/* memdisk keeps the image below 4 GiB, where devices have their place too. */
static const uint64_t MEMDISK_LIMIT = UINT64_C(3) * 1024 * 1024 * 1024;

/* The whole image through memdisk: for what stays with the BIOS (SYS-22). */
static int
add_memdisk(const struct source *source, struct boot *boot)
{
	struct entry *entry;
	int error = entry_new(ENTRY_MEMDISK, "memdisk", &entry);

	if (error < 0)
		return error;
	menu_append(boot->menu, entry);
	entry->kernel.size = source->image_size;
	entry->ram = source->image_size + 64 * MIB;
	if (string_set(&entry->title, "Whole image in memory (memdisk)") < 0 ||
	    string_set(&entry->kernel.path, "") < 0 ||
	    string_set(&entry->arguments, "iso raw") < 0 ||
	    string_set(&entry->help,
		       "For systems that only use the BIOS: DOS, firmware updates,\n"
		       "memory tests. Most others lose their disc once they run.") < 0)
		return -ENOMEM;
	if (source->image_size > MEMDISK_LIMIT)
		return entry_refuse(entry, "larger than the 3 GiB that memdisk can hold");
	return 0;
}

static bool
is_title_byte(unsigned char c)
{
	return c >= ' ' && c != 0x7f;
}

/* What the image calls itself: the first line of Debian's /.disk/info, else
   its volume id with blanks for underscores. */
static int
find_title(const struct source *source, struct boot *boot)
{
	struct source_node node;
	char *title = NULL;
	size_t length = 0;
	int error = 0;

	if (source_find(source, ".disk/info", &node) == 0 && node.size < 1024)
		error = source_read(source, node.path, 1024, &title, &length);
	if (error == -ENOMEM)
		return error;
	if (title == NULL) {
		title = strdup(source->volume_id);
		if (title == NULL)
			return -ENOMEM;
		for (char *c = title; *c != '\0'; c++)
			*c = *c == '_' ? ' ' : *c;
	}
	length = 0;
	while (is_title_byte((unsigned char)title[length]))
		length++;
	while (length > 0 && title[length - 1] == ' ')
		length--;
	title[length] = '\0';
	if (length == 0) {
		free(title);
		title = NULL;
	}
	boot->title = title;
	return 0;
}

static int
read_languages(const struct source *source, struct boot *boot)
{
	int error = -ENOENT;

	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]) && error == -ENOENT; i++)
		error = languages[i].read(source, boot);
	if (error == -ENOENT)
		error = note_add(&boot->notes, "no boot configuration of ISOLINUX or SYSLINUX");
	return error;
}

int
bootcfg_read(const struct source *source, const struct recipes *recipes, struct boot **ret_boot)
{
	struct boot *boot = boot_new();
	int error;

	if (boot == NULL)
		return -ENOMEM;
	error = find_title(source, boot);
	if (error == 0)
		error = read_languages(source, boot);
	if (error == 0)
		error = recipes_apply(recipes, source, boot);
	if (error == 0)
		error = boot_merge(boot);
	if (error == 0 && source->boots_bios)
		error = add_memdisk(source, boot);
	if (error == 0)
		error = boot_name_entries(boot);
	if (error < 0) {
		boot_free(boot);
		return error;
	}
	boot->entry_count = menu_count(boot->menu);
	*ret_boot = boot;
	return 0;
}
