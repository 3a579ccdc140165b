/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of systemd-boot, as the Boot Loader Specification has them.
 */
#include "unit.h"

#include "loader_entries.h"
#include "tree_source.h"

#define FILES                                                                                      \
	{"EFI/tool.efi", NULL, 300}, {"live/initrd", NULL, 9000}, {"live/more", NULL, 500},        \
		{"live/vmlinuz", NULL, 8000},                                                      \
	{                                                                                          \
		NULL, NULL, 0                                                                      \
	}

static void
check_image(const char *name, const struct tree_file *files, bool in_efi, const char *expected)
{
	struct entry_note *notes = NULL;
	struct text text = {0};
	struct menu *menu;
	struct tree tree;
	int error;

	tree_init(&tree, files);
	assert_int_equal(menu_new(&menu), 0);
	error = loader_entries_read(&tree.source, in_efi, menu, &notes);
	assert_int_equal(error, menu->entries != NULL ? 0 : -ENOENT);
	tree_print_menu(&text, menu, 0);
	if (strcmp(text_string(&text), expected) != 0)
		fail_msg("%s:\n--- is\n%s--- should be\n%s", name, text_string(&text), expected);
	text_free(&text);
	menu_free(menu);
	while (notes != NULL) {
		struct entry_note *next = notes->next;

		free(notes->text);
		free(notes);
		notes = next;
	}
}

static void
keys_make_an_entry(void **state)
{
	static const struct {
		const char *name, *config, *expected;
	} rows[] = {
		{"all of them",
		 "# comment\ntitle  A title \nversion 1\nmachine-id x\nlinux /live/vmlinuz\n"
		 "initrd /live/initrd\ninitrd /live/more\noptions a=b  {c}\noptions \"d e\"\n",
		 "linux x \"A title\" /live/vmlinuz + /live/initrd,/live/more "
		 "[a=b {{c} \"d e\"]\n"},
		{"blanks and line ends", "\ttitle\tT\r\n  linux\t \\live\\vmlinuz\r\n",
		 "linux x \"T\" /live/vmlinuz\n"},
		{"no title", "linux live/vmlinuz", "linux x \"x\" /live/vmlinuz\n"},
		{"a program", "title T\nefi /EFI/tool.efi\narchitecture x64\n",
		 "program x \"T\" /EFI/tool.efi\n"},
		{"of another processor", "efi /EFI/tool.efi\narchitecture aa64\n", ""},
		{"a unified image", "title T\nuki /EFI/Linux/a.efi\n",
		 "linux x \"T\" /EFI/Linux/a.efi NOT: its kernel is not in the image: "
		 "/EFI/Linux/a.efi\n"},
		{"nothing", "title T\n", "linux x \"T\" NOT: no kernel is named\n"},
		{"no kernel in the image", "linux /none\n",
		 "linux x \"x\" /none NOT: its kernel is not in the image: /none\n"},
		{"no initrd in the image", "linux /live/vmlinuz\ninitrd /none\n",
		 "linux x \"x\" /live/vmlinuz + /none NOT: its initrd is not in the image: "
		 "/none\n"},
		{"keys without values", "title\nlinux\nlinux /live/vmlinuz\ninitrd\n",
		 "linux x \"x\" /live/vmlinuz\n"},
		{"control bytes", "title a\033[1mb\nlinux /live/vmlinuz\noptions \001 \177\n",
		 "linux x \"a [1mb\" /live/vmlinuz [? ?]\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {{"loader/entries/x.conf", rows[i].config, 0},
						  FILES};

		check_image(rows[i].name, files, false, rows[i].expected);
	}
}

static void
entries_have_an_order_and_a_default(void **state)
{
	static const struct tree_file files[] = {
		{"loader/entries/01-a.conf", "linux /live/vmlinuz\n", 0},
		{"loader/entries/02-b.conf", "linux /live/vmlinuz\n", 0},
		{"loader/entries/03-c.conf", "linux /live/vmlinuz\nsort-key z\nversion 9\n", 0},
		{"loader/entries/04-d.conf", "linux /live/vmlinuz\nsort-key z\nversion 10\n", 0},
		{"loader/entries/05-e.conf", "linux /live/vmlinuz\nsort-key y\n", 0},
		{"loader/entries/readme.txt", "linux /live/vmlinuz\n", 0},
		{"loader/loader.conf", "timeout 7\n#default 01-a\ndefault 02*\n", 0},
		FILES,
	};

	(void)state;
	check_image("order", files, false,
		    "=  7000\n"
		    "linux 05-e \"05-e\" /live/vmlinuz\n"
		    "linux 04-d \"04-d\" /live/vmlinuz\n"
		    "linux 03-c \"03-c\" /live/vmlinuz\n"
		    "linux 01-a \"01-a\" /live/vmlinuz\n"
		    "linux 02-b \"02-b\" default /live/vmlinuz\n");
}

static void
defaults_are_names_or_begin_one(void **state)
{
	static const struct {
		const char *value;
		bool is_first, is_second;
	} rows[] = {
		{"a.conf", true, false},  {"A", true, false},         {"b*", false, true},
		{"*", true, false},       {"c", false, false},        {"a*b", false, false},
		{"@saved", false, false}, {"b-ab.conf", false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char config[64];
		char expected[128];
		const struct tree_file files[] = {
			{"loader/entries/a.conf", "linux /live/vmlinuz\n", 0},
			{"loader/entries/b-ab.conf", "linux /live/vmlinuz\n", 0},
			{"loader/loader.conf", config, 0},
			FILES,
		};

		snprintf(config, sizeof(config), "default %s\n", rows[i].value);
		snprintf(expected, sizeof(expected),
			 "linux a \"a\"%s /live/vmlinuz\nlinux b-ab \"b-ab\"%s /live/vmlinuz\n",
			 rows[i].is_first ? " default" : "", rows[i].is_second ? " default" : "");
		check_image(rows[i].value, files, false, expected);
	}
}

static void
the_efi_partition_has_its_own_files(void **state)
{
	static const struct tree_file files[] = {
		{"@efi/live/vmlinuz", NULL, 1},
		{"@efi/loader/entries/a.conf", "linux /live/vmlinuz\ninitrd /live/initrd\n", 0},
		FILES,
	};

	(void)state;
	check_image("there", files, true,
		    "linux a \"a\" /@efi/live/vmlinuz + /live/initrd NOT: its initrd is not in the "
		    "image: /live/initrd\n");
	check_image("not here", files, false, "");
}

static void
there_may_be_64_of_them(void **state)
{
	static struct tree_file files[82];
	static char paths[80][40];
	struct entry_note *notes = NULL;
	struct menu *menu;
	struct tree tree;
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 80; i++) {
		snprintf(paths[i], sizeof(paths[i]), "loader/entries/%02u.conf", i);
		files[i] = (struct tree_file){paths[i], "efi /x\n", 0};
	}
	tree_init(&tree, files);
	assert_int_equal(menu_new(&menu), 0);
	assert_int_equal(loader_entries_read(&tree.source, false, menu, &notes), 0);
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next)
		count++;
	assert_int_equal(count, 64);
	assert_true(tree_has_note(notes, "too many entries"));
	free(notes->text);
	free(notes);
	menu_free(menu);
}

/* What a setting of loader.conf comes to: the menu's time, and a remark. */
static void
settings_are_kept_or_said_to_be_dropped(void **state)
{
	static const struct {
		const char *config;
		unsigned timeout_ms;
		const char *note;
	} rows[] = {
		{"timeout 7\n", 7000, NULL},
		{"timeout menu-force\n", 0, NULL},
		{"timeout 0\n", 0, "loader/loader.conf: boots its default at once (timeout 0)"},
		{"timeout menu-hidden\n", 0, "boots its default at once"},
		{"console-mode max\nbeep yes\n", 0,
		 "loader/loader.conf:1: console-mode not kept: the look of the disc's own menu"},
		{"editor no\nauto-entries no\n", 0, "editor not kept: how the disc's own menu"},
		{"random-seed-mode off\n", 0, "random-seed-mode not kept: the machine's own"},
		{"frob 1\nfrob 2\n", 0, "frob not kept: the key is not known"},
		{"default none.conf\n", 0, "no entry is the default: none.conf"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tree_file files[] = {
			{"loader/entries/a.conf", "linux /live/vmlinuz\n", 0},
			{"loader/loader.conf", rows[i].config, 0},
			FILES,
		};
		struct entry_note *notes = NULL;
		struct menu *menu;
		struct tree tree;

		tree_init(&tree, files);
		assert_int_equal(menu_new(&menu), 0);
		assert_int_equal(loader_entries_read(&tree.source, false, menu, &notes), 0);
		assert_int_equal(menu->timeout_ms, rows[i].timeout_ms);
		if (rows[i].note == NULL
			    ? notes != NULL
			    : !tree_has_note(notes, rows[i].note) || notes->next != NULL)
			fail_msg("%s: no single note \"%s\", but %s", rows[i].config, rows[i].note,
				 notes != NULL ? notes->text : "none");
		menu_free(menu);
		notes_free(notes);
	}
}

static void
keys_that_are_not_kept_are_noted_at_the_entry(void **state)
{
	static const struct tree_file files[] = {
		{"loader/entries/a.conf",
		 "linux /live/vmlinuz\ndevicetree /a.dtb\ndevicetree-overlay /b.dtbo\n"
		 "machine-id 1\nextra /x\nfrob 1\n",
		 0},
		{"loader/entries/b.conf", "linux /live/vmlinuz\narchitecture aa64\n", 0},
		FILES,
	};
	static const char *const notes[] = {
		"devicetree /a.dtb not kept: no loader for the network is told of one",
		"machine-id 1 not kept: it is for systemd-boot and its tools",
		"extra /x not kept: it is for unified kernel images",
		"frob 1 not kept: the key is not known",
	};
	const struct entry_note *note;
	struct entry_note *own = NULL;
	struct menu *menu;
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(menu_new(&menu), 0);
	assert_int_equal(loader_entries_read(&tree.source, false, menu, &own), 0);
	note = menu->entries->notes;
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		assert_non_null(note);
		assert_string_equal(note->text, notes[i]);
		note = note->next;
	}
	assert_null(note);
	assert_true(tree_has_note(own, "loader/entries/b.conf: left out: it is for another"));
	assert_null(own->next);
	notes_free(own);
	menu_free(menu);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_make_an_entry),
		cmocka_unit_test(entries_have_an_order_and_a_default),
		cmocka_unit_test(defaults_are_names_or_begin_one),
		cmocka_unit_test(the_efi_partition_has_its_own_files),
		cmocka_unit_test(there_may_be_64_of_them),
		cmocka_unit_test(settings_are_kept_or_said_to_be_dropped),
		cmocka_unit_test(keys_that_are_not_kept_are_noted_at_the_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
