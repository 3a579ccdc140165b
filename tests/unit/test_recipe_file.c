/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recipes as files: what a person's own can do, and what is said about
 * mistakes in it.
 */
#include "recipe_unit.h"

#include <unistd.h>

#include "recipe_data.h"

/* Applies `content` on top of the built-in recipes to one entry. */
static void
check_own(const char *content, const char *before, const char *after)
{
	const struct tree_file files[] = {{"live/one.squashfs", NULL, 5}, {NULL, NULL, 0}};
	struct boot *boot = make_boot("live/vmlinuz", before);
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct tree tree;

	tree_init(&tree, files);
	assert_int_equal(recipes_add(recipes, "own.ini", content, &problems), 0);
	assert_string_equal(text_string(&problems), "");
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_string_equal(boot->menu->entries->arguments, after);
	text_free(&problems);
	boot_free(boot);
	recipes_free(recipes);
}

static void
own_recipe_comes_first(void **state)
{
	(void)state;
	check_own("[mine]\nargument = boot=live\nadd = mine={arg:x} {server}:{port}\n",
		  "boot=live x=7", "boot=live x=7 mine=7 {server}:{port}");
}

static void
own_recipe_replaces_the_one_of_its_name(void **state)
{
	(void)state;
	check_own("[live-boot]\nargument = boot=live\nadd = a\n b\n", "boot=live", "boot=live a b");
}

static void
first_of_own_recipes_wins(void **state)
{
	(void)state;
	check_own("[one]\nargument = boot=live\nwithout = no/such\nadd = one\n"
		  "[two]\nargument = boot=live\nadd = two\n",
		  "boot=live", "boot=live one");
	check_own("[one]\nargument = boot=live\nwithout = live/*\nadd = one\n"
		  "[two]\nargument = other|boot=l*\nadd = two\n",
		  "boot=live", "boot=live two");
}

/* In its place, with what the last '*' stands for; each by the first pair that fits. */
static void
arguments_are_replaced_in_their_place(void **state)
{
	static const struct {
		const char *pairs, *before, *after;
	} rows[] = {
		{"a=cd:/* a={http}/{*}", "own a=cd:/b/c.ks quiet ---",
		 "own a={http}/b/c.ks quiet ---"},
		{"a=hd:*:/* a={http}/{*}", "own a=hd:LABEL=X:/b:/c", "own a={http}/b:/c"},
		{"a=* b={*}.{*}", "own a=1 a=", "own b=1.1 b=."},
		{"a* {server}", "own ab c", "own {server} c"},
		{"a=* b={*}", "own a={{x", "own b={{x"},
		{"[ab]=?* c={arg:x}/{file}", "own a=1 x=7 b=", "own c=7/live/one.squashfs x=7 b="},
		{"a=* b={*} a=1 c", "own a=1", "own b=1"},
		{"a=1 b=2 b=2 c=3", "own a=1", "own b=2"},
		{"a=* b={*}", "own A=1 ba=1 \"a=1\"", "own A=1 ba=1 \"a=1\""},
		{"a=\"* b=\"{*}", "own a=\"x  y\"", "own b=\"x  y\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text content = {0};

		text_printf(&content, "[a]\nargument = own\nfiles = live/*\nreplace = %s\n",
			    rows[i].pairs);
		check_own(text_string(&content), rows[i].before, rows[i].after);
		text_free(&content);
	}
}

static void
a_replaced_argument_is_told(void **state)
{
	const struct tree_file files[] = {{"images/install.img", NULL, 1}, {NULL, NULL, 0}};
	struct boot *boot = make_boot("isolinux/vmlinuz",
				      "inst.ks=hd:LABEL=RHEL\\x209:/x/a.ks inst.ks=cdrom:/b");
	const struct entry *entry = boot->menu->entries;
	struct recipes *recipes = builtin();
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_string_equal(entry->arguments, "inst.ks={http}/x/a.ks inst.ks={http}/b "
					      "inst.stage2={http} ip=dhcp rd.neednet=1 "
					      "BOOTIF=01-{mac}");
	assert_true(tree_has_note(entry->notes,
				  "replaced inst.ks=cdrom:/b by inst.ks={http}/b: the installer"));
	boot_free(boot);
	recipes_free(recipes);
}

/* A word that is longer than any of a recipe is left as it is. */
static void
a_long_argument_is_not_replaced(void **state)
{
	struct text before = {0};

	(void)state;
	text_append(&before, "own a=");
	while (before.length < 2000)
		text_append(&before, "x:/");
	check_own("[a]\nargument = own\nreplace = a=*:/* b={*}\n", text_string(&before),
		  text_string(&before));
	text_free(&before);
}

struct mistake {
	const char *content;
	const char *problem; /* the start of what is said */
};

static void
mistakes_name_file_and_line_and_stop_nothing_else(void **state)
{
	static const struct mistake mistakes[] = {
		{"[a]\nargument = x\nfrob = 1\n", "own.ini:3: [a] has no key \"frob\"\n"},
		{"key = 1\n", "own.ini:1: a key before the first [section]\n"},
		{"[a]\nargument = x\nadd = {nothing}\n", "own.ini:3: [a] add: no such {token}"},
		{"[a]\nargument = x\nadd = {http\n", "own.ini:3: [a] add: a '{' without its '}'"},
		{"[a]\nargument = x\nram = 2*cats\n", "own.ini:3: [a] ram: not a sum"},
		{"[a]\nargument = x\nram = 1G+\n", "own.ini:3: [a] ram: not a sum"},
		{"[a]\nargument = x\nfetches = disc\n", "own.ini:3: [a] fetches: is \"file\""},
		{"[a]\ntext = x\n", "own.ini:2: [a] text: a file without the pattern"},
		{"[a]\nsmaller = big\n", "own.ini:2: [a] smaller: not a size"},
		{"[a]\nargument = x\ninstead = linux\n",
		 "own.ini:3: [a] instead: is a kernel and an initrd, two words"},
		{"[a]\nargument = x\nneeds = nfs\n", "own.ini:3: [a] needs: is \"http\""},
		{"[a]\nreplace = a=*\n", "own.ini:2: [a] replace: a pattern without the argument"},
		{"[a]\nreplace = a b{*}\n",
		 "own.ini:2: [a] replace: {*} is what the '*' at the end"},
		{"[a]\nreplace = a\\* b{*}\n", "own.ini:2: [a] replace: {*} is what the '*'"},
		{"[a]\nreplace = a* b{x}\n", "own.ini:2: [a] replace: no such {token}"},
		{"[a]\nadd = b{*}\n", "own.ini:2: [a] add: no such {token}"},
		{"[a]\nfirmware = efi\n", "own.ini:2: [a] firmware: is \"bios\" or \"uefi\""},
		{"[a]\nwhen = always\n", "own.ini:2: [a] when: is \"chosen\""},
		{"[a]\nargument = x\nnonsense\n[b]\n", "own.ini:3: neither [section] nor"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		const struct tree_file files[] = {{"x", NULL, 1}, {NULL, NULL, 0}};
		struct boot *boot = make_boot("vmlinuz", "good");
		struct recipes *recipes = builtin();
		struct text problems = {0};
		struct text content = {0};
		struct tree tree;

		text_printf(&content, "%s[good]\nargument = good\nadd = fine\n",
			    mistakes[i].content);
		assert_int_equal(recipes_add(recipes, "own.ini", text_string(&content), &problems),
				 0);
		if (strncmp(text_string(&problems), mistakes[i].problem,
			    strlen(mistakes[i].problem)) != 0)
			fail_msg("%s: %s", mistakes[i].content, text_string(&problems));
		tree_init(&tree, files);
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		assert_string_equal(boot->menu->entries->arguments, "good fine");
		text_free(&content);
		text_free(&problems);
		boot_free(boot);
		recipes_free(recipes);
	}
}

static void
line_that_is_too_long_is_a_mistake(void **state)
{
	struct recipes *recipes = builtin();
	struct text problems = {0};
	struct text content = {0};

	(void)state;
	text_append(&content, "[a]\nadd = ");
	for (int i = 0; i < 100; i++)
		text_append(&content, "x=y ");
	text_append(&content, "\n");
	assert_int_equal(recipes_add(recipes, "own.ini", text_string(&content), &problems), 0);
	assert_non_null(strstr(text_string(&problems), "own.ini:2: longer than"));
	text_free(&content);
	text_free(&problems);
	recipes_free(recipes);
}

static void
directory_is_read_in_the_order_of_names(void **state)
{
	char directory[] = "/tmp/pxeiso-recipes-XXXXXX";
	const struct tree_file files[] = {{"x", NULL, 1}, {NULL, NULL, 0}};
	static const char *const names[][2] = {
		{"b.ini", "[two]\nargument = good\nadd = two\n"},
		{"a.ini", "[one]\nargument = good\nadd = one\n"},
		{"c.txt", "[three]\nfrob = 1\n"},
	};
	struct boot *boot = make_boot("vmlinuz", "good");
	struct text problems = {0};
	struct recipes *recipes;
	struct tree tree;
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < 3; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", directory, names[i][0]);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(names[i][1], file);
		fclose(file);
	}
	assert_int_equal(recipes_new(directory, &problems, &recipes), 0);
	assert_string_equal(text_string(&problems), "");
	tree_init(&tree, files);
	assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
	assert_string_equal(boot->menu->entries->arguments, "good one");
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i][0]);
		unlink(path);
	}
	rmdir(directory);
	boot_free(boot);
	recipes_free(recipes);
	assert_int_equal(recipes_new("/no/such/directory", &problems, &recipes), 0);
	assert_string_equal(text_string(&problems),
			    "/no/such/directory: No such file or directory\n");
	text_free(&problems);
	recipes_free(recipes);
}

static void
memory_is_a_sum(void **state)
{
	static const struct {
		const char *formula;
		bool is_valid;
		uint64_t bytes;
	} rows[] = {
		{"0", true, 0},
		{"700M", true, 700 * 1024 * 1024},
		{"2*file+1K", true, 2 * 10 + 1024},
		{"file+iso+load", true, 10 + 200 + 3000},
		{"1G+1G", true, 2ULL << 30},
		{"", false, 0},
		{"+", false, 0},
		{"file+", false, 0},
		{"2*", false, 0},
		{"2*2", false, 0},
		{"1T", false, 0},
		{"101*iso", false, 0},
		{"99999999999999999999", false, 0},
		{"1000000G", false, 0},
		{"-1", false, 0},
	};
	const struct recipe_sizes sizes = {.file = 10, .iso = 200, .load = 3000};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t bytes = 0;

		if (recipe_ram(rows[i].formula, &sizes, &bytes) != rows[i].is_valid ||
		    bytes != rows[i].bytes)
			fail_msg("\"%s\": %llu", rows[i].formula, (unsigned long long)bytes);
	}
}

static void
the_size_of_the_image_is_a_condition(void **state)
{
	static const struct tree_file files[] = {{"vmlinuz", NULL, 1}, {NULL, NULL, 0}};
	static const char own[] = "[own]\nargument = x\nsmaller = 1K\nadd = fits\n";
	struct recipes *recipes = builtin();
	struct text problems = {0};

	(void)state;
	assert_int_equal(recipes_add(recipes, "own.ini", own, &problems), 0);
	for (uint64_t size = 1023; size <= 1024; size++) {
		struct boot *boot = make_boot("vmlinuz", "x");
		struct tree tree;

		tree_init(&tree, files);
		tree.source.image_size = size;
		assert_int_equal(recipes_apply(recipes, &tree.source, boot), 0);
		assert_string_equal(boot->menu->entries->arguments, size < 1024 ? "x fits" : "x");
		boot_free(boot);
	}
	text_free(&problems);
	recipes_free(recipes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_recipe_comes_first),
		cmocka_unit_test(own_recipe_replaces_the_one_of_its_name),
		cmocka_unit_test(first_of_own_recipes_wins),
		cmocka_unit_test(arguments_are_replaced_in_their_place),
		cmocka_unit_test(a_replaced_argument_is_told),
		cmocka_unit_test(a_long_argument_is_not_replaced),
		cmocka_unit_test(mistakes_name_file_and_line_and_stop_nothing_else),
		cmocka_unit_test(line_that_is_too_long_is_a_mistake),
		cmocka_unit_test(directory_is_read_in_the_order_of_names),
		cmocka_unit_test(memory_is_a_sum),
		cmocka_unit_test(the_size_of_the_image_is_a_condition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
