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
	error = read_languages(source, boot);
	if (error == 0)
		error = find_title(source, boot);
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
