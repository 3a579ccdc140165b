/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of GRUB's language share: a configuration goes in, the menu
 * that comes of it is compared as text.
 */
#ifndef GRUB_UNIT_H
#define GRUB_UNIT_H

#include "unit.h"

#include "grub.h"
#include "tree_source.h"

/* Files that every image of these tests has. */
#define FILES                                                                                      \
	{"EFI/tool.efi", NULL, 300}, {"boot/grub/a.cfg", "set a=sourced\n", 0},                    \
		{"live/initrd", NULL, 9000}, {"live/more", NULL, 500},                             \
	{                                                                                          \
		"live/vmlinuz", NULL, 8000                                                         \
	}

struct row {
	const char *name;
	const char *config;
	const char *expected;
};

/* Reads the image and appends its menu and its notes. */
static inline void
read_image(const struct tree_file *files, enum entry_firmware firmware, bool in_efi,
	   struct text *text, struct entry_note **notes)
{
	struct menu *menu = NULL;
	struct tree tree;
	int error;

	tree_init(&tree, files);
	tree.source.volume_id = "VOLUME 1";
	tree.source.fs_uuid = "2026-01-02-03-04-05-06";
	assert_int_equal(menu_new(&menu), 0);
	error = grub_read(&tree.source, firmware, in_efi, menu, notes);
	assert_true(error == 0 || error == -ENOENT);
	assert_int_equal(error == 0, menu->entries != NULL);
	tree_print_menu(text, menu, 0);
	menu_free(menu);
}

static inline void
free_notes(struct entry_note *note)
{
	while (note != NULL) {
		struct entry_note *next = note->next;

		free(note->text);
		free(note);
		note = next;
	}
}

/* Compares the menu of the image. */
static inline void
check_image(const char *name, const struct tree_file *files, enum entry_firmware firmware,
	    bool in_efi, const char *expected)
{
	struct entry_note *notes = NULL;
	struct text text = {0};

	read_image(files, firmware, in_efi, &text, &notes);
	if (strcmp(text_string(&text), expected) != 0)
		fail_msg("%s:\n--- is\n%s--- should be\n%s--- first note: %s", name,
			 text_string(&text), expected, notes != NULL ? notes->text : "none");
	text_free(&text);
	free_notes(notes);
}

/* Compares what `config` as boot/grub/grub.cfg comes to on UEFI. */
static inline void
check_row(const struct row *row)
{
	const struct tree_file files[] = {
		{"boot/grub/grub.cfg", row->config, 0}, FILES, {NULL, NULL, 0}};

	check_image(row->name, files, ENTRY_FOR_UEFI, false, row->expected);
}

/* Compares what "$v" comes to once `config` was run: rows of a value each. */
static inline void
check_value(const struct row *row)
{
	char script[4096];
	char expected[1024];
	const struct row whole = {row->name, script, expected};

	snprintf(script, sizeof(script), "%s\nmenuentry \"<$v>\" --id x { true; }\n", row->config);
	snprintf(expected, sizeof(expected), "text x \"<%s>\"\n", row->expected);
	check_row(&whole);
}

#endif
