/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a user puts beside an image: the file of arguments and its mistakes, the
 * arguments for answer files, an initrd instead of the image's own. The folder
 * itself, and what is never served of it, is in tests/wire/test_companions.py.
 */
#include "unit.h"

#include "bootcfg.h"
#include "companion.h"
#include "companion_arguments.h"
#include "recipe_unit.h"

/* An image with two kernels, one of them in a sub-menu, and a tool. */
static const struct tree_file IMAGE[] = {
	{"isolinux/isolinux.cfg",
	 "LABEL one\nLINUX /vmlinuz\nAPPEND a=1 b=2 a=3 --- quiet\n"
	 "MENU BEGIN m\nMENU LABEL More\nLABEL two\nMENU LABEL Two words\nLINUX /other\nMENU END\n"
	 "LABEL hdt\nCOM32 hdt.c32\n",
	 0},
	{"other", NULL, 20},
	{"vmlinuz", NULL, 20},
	{NULL, NULL, 0},
};

/* Reads IMAGE with this file of arguments beside it. */
static struct boot *
read_boot(const char *arguments)
{
	const struct tree_file files[] = {{"arguments", arguments, 0}, {NULL, NULL, 0}};
	struct tree image, folder;
	struct boot *boot;

	tree_init(&image, IMAGE);
	tree_init(&folder, files);
	folder.source.name = "x.d";
	image.source.companion = &folder.source;
	assert_int_equal(bootcfg_read(&image.source, NULL, &boot), 0);
	return boot;
}

static void
arguments_change_the_entries_that_are_meant(void **state)
{
	static const struct {
		const char *name, *file, *one, *two;
	} rows[] = {
		{"nothing", "", "a=1 b=2 a=3 --- quiet", ""},
		{"comments", "# x\n  # y\nc # d\n", "a=1 b=2 a=3 c --- quiet", "c"},
		{"several lines", "c d\r\n\ne", "a=1 b=2 a=3 c d e --- quiet", "c d e"},
		{"one that is there", "b=2\n", "a=1 b=2 a=3 --- quiet", "b=2"},
		{"removal", "-a=* -qui?t\n", "b=2 ---", ""},
		{"removal, then the same", "-b=*\nb=2\n", "a=1 a=3 b=2 --- quiet", "b=2"},
		{"one entry", "one: c\n", "a=1 b=2 a=3 c --- quiet", ""},
		{"any case, in a sub-menu", "TWO:\tc d\n", "a=1 b=2 a=3 --- quiet", "c d"},
		{"a colon that is no label's", "ip=1::2: x:y\n",
		 "a=1 b=2 a=3 ip=1::2: x:y --- quiet", "ip=1::2: x:y"},
		{"a quoted word", "\"c  d\"\n", "a=1 b=2 a=3 \"c  d\" --- quiet", "\"c  d\""},
		{"tokens", "u={http}/@d/x\n", "a=1 b=2 a=3 u={http}/@d/x --- quiet",
		 "u={http}/@d/x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct boot *boot = read_boot(rows[i].file);

		if (boot->problems != NULL)
			fail_msg("%s: %s", rows[i].name, boot->problems->text);
		if (strcmp(boot_find(boot, "one")->arguments, rows[i].one) != 0 ||
		    strcmp(boot_find(boot, "two")->arguments, rows[i].two) != 0)
			fail_msg("%s: \"%s\", \"%s\"", rows[i].name,
				 boot_find(boot, "one")->arguments,
				 boot_find(boot, "two")->arguments);
		boot_free(boot);
	}
}

/* And with it only its own word, or line, is of no effect. */
static void
a_mistake_is_told_with_its_line(void **state)
{
	static const struct {
		const char *file, *problem, *two;
	} rows[] = {
		{"c\nthree: d\n", "x.d/arguments:2: three: no entry with a kernel has this name",
		 "c"},
		{"hdt: d\n", "x.d/arguments:1: hdt: no entry with a kernel has this name", ""},
		{"c {x} d\n",
		 "x.d/arguments:1: {x}: no such {token}; known are http, iso, tftp, path, "
		 "server, port, mac, file, files, iso-kib and arg:NAME",
		 "c d"},
		{"c={http\n", "x.d/arguments:1: c={http: a '{' without its '}'", ""},
		{"c={file} d\n",
		 "x.d/arguments:1: c={file}: {file}, {files}, {arg:NAME} and {iso-kib} are for "
		 "recipes only",
		 "d"},
		{"c={files} d\n",
		 "x.d/arguments:1: c={files}: {file}, {files}, {arg:NAME} and {iso-kib} are for "
		 "recipes only",
		 "d"},
		{"c \"d e\n", "x.d/arguments:1: \"d e: a quote without its other", "c"},
		{"c ---\n",
		 "x.d/arguments:1: ---: the image's own; what is added comes before it by itself",
		 "c"},
		{"- c\n", "x.d/arguments:1: -: '-' without what shall go", "c"},
		{"c\033[31m\nd\n", "x.d/arguments:1: a control byte: the line is left out", "d"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct boot *boot = read_boot(rows[i].file);

		assert_non_null(boot->problems);
		assert_string_equal(boot->problems->text, rows[i].problem);
		assert_null(boot->problems->next);
		assert_string_equal(boot_find(boot, "two")->arguments, rows[i].two);
		boot_free(boot);
	}
}

static void
a_file_that_is_too_large_is_not_read(void **state)
{
	char *content = malloc(16 * 1024 + 2);
	struct boot *boot;

	(void)state;
	memset(content, 'c', 16 * 1024 + 1);
	content[16 * 1024 + 1] = '\0';
	boot = read_boot(content);
	assert_string_equal(boot->problems->text, "x.d/arguments: larger than 16 KiB");
	assert_string_equal(boot_find(boot, "two")->arguments, "");
	boot_free(boot);
	free(content);
}

/* --- recipes --------------------------------------------------------------- */

static const char RECIPES[] =
	"[answers]\nargument = way=answers\n"
	"answers = a 1={http}/@d/a b,c 2=b,c b 3={file}\nfiles = f\n"
	"[netboot]\nargument = way=netboot\nadd = plain\nunsupported = it cannot\n"
	"netboot = ip=dhcp {path}\n";

/* The only entry of an image in which `folder` lies beside, changed by RECIPES. */
static struct boot *
apply(const char *arguments, const struct tree_file *folder_files)
{
	static const struct tree_file files[] = {{"f", NULL, 5}, {NULL, NULL, 0}};
	struct recipes *recipes = builtin();
	struct boot *boot = make_boot("k", arguments);
	struct entry *entry = boot->menu->entries;
	struct text problems = {0};
	struct tree image, folder;

	tree_init(&image, files);
	tree_init(&folder, folder_files);
	folder.source.name = "x.d";
	image.source.companion = &folder.source;
	entry->initrds = calloc(2, sizeof(*entry->initrds));
	entry->initrd_count = 2;
	string_set(&entry->initrds[0].path, "x/gtk/initrd.gz");
	string_set(&entry->initrds[1].path, "ucode");
	assert_int_equal(recipes_add(recipes, "test", RECIPES, &problems), 0);
	assert_string_equal(text_string(&problems), "");
	assert_int_equal(recipes_apply(recipes, &image.source, boot), 0);
	recipes_free(recipes);
	return boot;
}

static void
answers_are_named_where_their_files_are(void **state)
{
	static const struct tree_file none[] = {{NULL, NULL, 0}};
	static const struct tree_file a[] = {{"a", NULL, 1}, {"c", NULL, 1}, {NULL, NULL, 0}};
	static const struct tree_file both[] = {{"b", NULL, 1}, {"c", NULL, 1}, {NULL, NULL, 0}};
	static const struct {
		const struct tree_file *files;
		const char *arguments;
	} rows[] = {
		{none, "way=answers"},
		{a, "way=answers 1={http}/@d/a"},
		{both, "way=answers 2=b,c 3=f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct boot *boot = apply("way=answers", rows[i].files);

		assert_string_equal(boot->menu->entries->arguments, rows[i].arguments);
		boot_free(boot);
	}
}

static void
an_initrd_beside_the_image_takes_the_place_of_its_own(void **state)
{
	static const struct tree_file none[] = {{"linux", NULL, 1}, {NULL, NULL, 0}};
	static const struct tree_file plain[] = {{"initrd.img", NULL, 7}, {NULL, NULL, 0}};
	static const struct tree_file gtk[] = {
		{"gtk/initrd", NULL, 8}, {"initrd", NULL, 7}, {"linux", NULL, 9}, {NULL, NULL, 0}};
	struct boot *boot = apply("way=netboot", none);
	const struct entry *entry = boot->menu->entries;

	(void)state;
	assert_string_equal(entry->unavailable, "it cannot");
	assert_string_equal(entry->kernel.path, "k");
	boot_free(boot);

	boot = apply("way=netboot", plain);
	entry = boot->menu->entries;
	assert_null(entry->unavailable);
	assert_null(boot->problems);
	assert_int_equal(entry->initrd_count, 1);
	assert_string_equal(entry->initrds[0].path, "@d/initrd.img");
	assert_int_equal(entry->initrds[0].size, 7);
	assert_string_equal(entry->kernel.path, "k");
	assert_string_equal(entry->arguments, "way=netboot ip=dhcp {path}");
	boot_free(boot);

	boot = apply("way=netboot", gtk);
	entry = boot->menu->entries;
	assert_string_equal(entry->initrds[0].path, "@d/gtk/initrd");
	assert_string_equal(entry->kernel.path, "@d/linux");
	assert_int_equal(entry->kernel.size, 9);
	boot_free(boot);
}

static void
an_initrd_that_nobody_takes_is_told(void **state)
{
	static const struct tree_file files[] = {{"initrd", NULL, 7}, {NULL, NULL, 0}};
	struct boot *boot = apply("way=answers", files);

	(void)state;
	assert_string_equal(boot->menu->entries->initrds[0].path, "x/gtk/initrd.gz");
	assert_string_equal(boot->problems->text,
			    "x.d/initrd: not used: no entry is of a system that takes one");
	boot_free(boot);
}

static void
a_file_of_answers_without_its_argument_is_a_mistake(void **state)
{
	struct recipes *recipes = builtin();
	struct text problems = {0};

	(void)state;
	assert_int_equal(recipes_add(recipes, "t", "[a]\nanswers = f x={http} g\n", &problems), 0);
	assert_string_equal(text_string(&problems),
			    "t:2: [a] answers: a file without the argument that is added for it\n");
	text_free(&problems);
	recipes_free(recipes);
}

/* --- the folder ------------------------------------------------------------ */

static void
a_folder_is_found_by_the_name_of_the_file(void **state)
{
	static const char *const names[][2] = {
		{"a.iso", "a.d"}, {"B.ISO", "B.d"}, {"c", "c.d"}, {"d.iso.bak", "d.iso.bak.d"}};
	char base[] = "/tmp/pxeiso-companion-XXXXXX", path[128], command[160];

	(void)state;
	assert_non_null(mkdtemp(base));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct companion *companion;
		uint64_t identity;
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", base, names[i][0]);
		assert_int_equal(companion_open(path, &companion, &identity), 0);
		assert_null(companion);
		assert_int_equal(identity, 0);
		snprintf(command, sizeof(command), "mkdir %s/%s", base, names[i][1]);
		assert_int_equal(system(command), 0);
		snprintf(command, sizeof(command), "%s/%s/archinstall.json", base, names[i][1]);
		file = fopen(command, "w");
		fputs("{}", file);
		fclose(file);
		assert_int_equal(companion_open(path, &companion, &identity), 0);
		assert_string_equal(companion->name, names[i][1]);
		assert_int_equal(companion_identity(path, NULL, NULL), identity);
		/* ours, beside the user's */
		assert_int_equal(companion->file_count, 2);
		assert_null(strstr(companion_find(companion, "ARCHINSTALL.sh")->text, "\\n"));
		companion_free(companion);
	}
	snprintf(command, sizeof(command), "rm -r %s", base);
	assert_int_equal(system(command), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_change_the_entries_that_are_meant),
		cmocka_unit_test(a_mistake_is_told_with_its_line),
		cmocka_unit_test(a_file_that_is_too_large_is_not_read),
		cmocka_unit_test(answers_are_named_where_their_files_are),
		cmocka_unit_test(an_initrd_beside_the_image_takes_the_place_of_its_own),
		cmocka_unit_test(an_initrd_that_nobody_takes_is_told),
		cmocka_unit_test(a_file_of_answers_without_its_argument_is_a_mistake),
		cmocka_unit_test(a_folder_is_found_by_the_name_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
