/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unified kernel images: their sections, and which of them are offered.
 */
#include "unit.h"

#include "loader_entries.h"
#include "tree_source.h"
#include "uki.h"

enum { HEADERS = 0x80, SECTIONS_AT = HEADERS + 24 + 16, TEXT_AT = 0x200, SIZE = 0x400 };

static void
put_u32(char *place, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		place[i] = (char)(value >> 8 * i);
}

static void
put_section(char *image, unsigned number, const char *name, uint32_t offset, const char *text)
{
	char *section = image + SECTIONS_AT + 40 * number;

	strncpy(section, name, 8);
	put_u32(section + 8, (uint32_t)strlen(text));
	put_u32(section + 16, 0x80); /* padded */
	put_u32(section + 20, offset);
	memcpy(image + offset, text, strlen(text));
}

/* An image with three sections; a NULL leaves one out. */
static void
make_image(char image[SIZE], const char *arguments, const char *release)
{
	memset(image, 0, SIZE);
	memcpy(image, "MZ", 2);
	put_u32(image + 0x3c, HEADERS);
	memcpy(image + HEADERS, "PE", 2);
	image[HEADERS + 6] = 3;
	image[HEADERS + 20] = 16;
	put_section(image, 0, ".text", TEXT_AT, "code");
	if (release != NULL)
		put_section(image, 1, ".osrel", TEXT_AT + 0x80, release);
	if (arguments != NULL)
		put_section(image, 2, ".cmdline", TEXT_AT + 0x100, arguments);
}

static void
sections_are_found_within_bounds(void **state)
{
	char image[SIZE];
	const char *text = NULL;
	size_t length = 0;

	(void)state;
	make_image(image, "a=b c", "ID=x\n");
	assert_int_equal(uki_find_section((unsigned char *)image, SIZE, ".cmdline", &text, &length),
			 0);
	assert_int_equal(length, 5);
	assert_memory_equal(text, "a=b c", 5);
	assert_int_equal(uki_find_section((unsigned char *)image, SIZE, ".linux", &text, &length),
			 -ENOENT);
	for (size_t size = 0; size < SIZE; size++) {
		/* of its own, so that a sanitizer sees what is read beyond it */
		unsigned char *piece = malloc(size + 1);
		int found;

		memcpy(piece, image, size);
		found = uki_find_section(piece, size, ".cmdline", &text, &length);
		assert_int_equal(found, size < TEXT_AT + 0x105 ? -EBADMSG : 0);
		free(piece);
	}
}

static void
hostile_headers_are_refused(void **state)
{
	static const struct {
		const char *name;
		size_t offset;
		uint32_t value;
		int found;
	} rows[] = {
		{"no program", 0, 0x1234, -EBADMSG},
		{"headers beyond the file", 0x3c, 0xffffffff, -EBADMSG},
		{"headers at its end", 0x3c, SIZE - 4, -EBADMSG},
		{"no headers there", 0x3c, 0, -EBADMSG},
		{"an optional header that is too long", HEADERS + 20, 0xffff, -EBADMSG},
		{"text beyond the file", SECTIONS_AT + 80 + 20, 0xfffffff0, -EBADMSG},
		{"text that wraps around", SECTIONS_AT + 80 + 8, 0xffffffff, 0},
		{"sections without end", HEADERS + 4, 0xffff0000, 0},
		{"another name", SECTIONS_AT + 80, 0x41414141, -ENOENT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char image[SIZE];
		const char *text;
		size_t length;
		int found;

		make_image(image, "a=b c", NULL);
		put_u32(image + rows[i].offset, rows[i].value);
		found = uki_find_section((unsigned char *)image, SIZE, ".cmdline", &text, &length);
		if (found != rows[i].found)
			fail_msg("%s: %d", rows[i].name, found);
	}
}

/* Reads an image with these files as systemd-boot's. */
static void
check_menu(const char *name, const struct tree_file *files, const char *expected)
{
	struct entry_note *notes = NULL;
	struct text text = {0};
	struct menu *menu;
	struct tree tree;

	tree_init(&tree, files);
	assert_int_equal(menu_new(&menu), 0);
	loader_entries_read(&tree.source, false, menu, &notes);
	tree_print_menu(&text, menu, 0);
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		for (const struct entry_note *note = entry->notes; note != NULL; note = note->next)
			text_printf(&text, "- %s\n", note->text);
	}
	if (strcmp(text_string(&text), expected) != 0)
		fail_msg("%s:\n--- is\n%s--- should be\n%s", name, text_string(&text), expected);
	text_free(&text);
	menu_free(menu);
	notes_free(notes);
}

static void
those_that_look_for_no_disc_are_offered(void **state)
{
	static const struct {
		const char *arguments, *result;
	} rows[] = {
		{"talos.platform=metal console=tty0",
		 "\n- a unified kernel image: its arguments are sealed in it: talos.platform=metal "
		 "console=tty0\n"},
		{NULL, "\n- a unified kernel image: its arguments are sealed in it: none\n"},
		{"quiet archisosearchuuid=2026 x", " NOT: a unified kernel image: its arguments "
						   "are sealed in it, and look for a disc: "
						   "archisosearchuuid=2026\n"},
		{"root=live:CDLABEL=x rd.live.image", " NOT: a unified kernel image: its arguments "
						      "are sealed in it, and look for a disc: "
						      "root=live:CDLABEL=x\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char image[SIZE];
		char expected[512];
		const struct tree_file files[] = {
			{"EFI/a.efi", image, SIZE},
			{"loader/entries/x.conf", "title T\nuki /EFI/a.efi\n", 0},
			{NULL, NULL, 0}};

		make_image(image, rows[i].arguments, NULL);
		snprintf(expected, sizeof(expected), "%s x \"T\" /EFI/a.efi%s",
			 rows[i].result[0] == '\n' ? "program" : "linux", rows[i].result);
		check_menu(rows[i].result, files, expected);
	}
}

static void
those_in_their_folder_are_found(void **state)
{
	char image[SIZE];
	char other[SIZE];
	const struct tree_file files[] = {
		{"EFI/Linux/a.efi", image, SIZE},
		{"EFI/Linux/b.efi", other, SIZE},
		{"EFI/Linux/c.efi", "no program", 0},
		{"EFI/Linux/readme.txt", "x", 0},
		{"loader/entries/x.conf", "title T\nuki /EFI/Linux/b.efi\n", 0},
		{"loader/entries/y.conf", "title U\nuki-url http://192.0.2.1/x.efi\n", 0},
		{NULL, NULL, 0},
	};

	(void)state;
	make_image(image, "quiet", "ID=x\nPRETTY_NAME=\"System 1\"\n");
	make_image(other, "root=/dev/sda", NULL);
	check_menu("the folder", files,
		   "linux x \"T\" /EFI/Linux/b.efi NOT: a unified kernel image: its arguments are "
		   "sealed in it, and look for a disc: root=/dev/sda\n"
		   "linux y \"U\" /http://192.0.2.1/x.efi NOT: its kernel is on another server: "
		   "http://192.0.2.1/x.efi\n"
		   "program a \"System 1\" /EFI/Linux/a.efi\n"
		   "linux c \"c\" /EFI/Linux/c.efi NOT: a unified kernel image whose arguments "
		   "cannot be read\n"
		   "- a unified kernel image: its arguments are sealed in it: quiet\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_found_within_bounds),
		cmocka_unit_test(hostile_headers_are_refused),
		cmocka_unit_test(those_that_look_for_no_disc_are_offered),
		cmocka_unit_test(those_in_their_folder_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
