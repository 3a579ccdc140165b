/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain: the JSON has what its readers rely on and is JSON whatever an image
 * holds; the text tells the reasons and holds no control byte. Whole texts of
 * real distributions' shapes are in test_menu_golden.c.
 */
#include "unit.h"

#include <jansson.h>

#include "bootcfg.h"
#include "explain.h"
#include "recipe.h"
#include "tree_source.h"

static bool
has_loader(const void *loaders, const char *name)
{
	(void)loaders;
	return strcmp(name, "hdt.c32") != 0;
}

static const struct menu_context context = {
	.server = "192.0.2.1", .http_port = 80, .tftp_port = 69, .has_loader = has_loader};

static const struct tree_file files[] = {
	{"LiveOS/squashfs.img", NULL, 1000},
	{"isolinux/isolinux.cfg",
	 "TIMEOUT 10\nLABEL a\nMENU LABEL Start \xff\xc3\xa9\033[31m\nLINUX /vmlinuz\n"
	 "INITRD /initrd,/gone\nAPPEND root=live:CDLABEL=x\n"
	 "MENU BEGIN m\nMENU LABEL More\nLABEL h\nCOM32 hdt.c32\nMENU END\nPROMPT 1\n",
	 0},
	{"vmlinuz", NULL, 20},
	{"initrd", NULL, 10},
	{NULL, NULL, 0},
};

struct fixture {
	struct recipes *recipes;
	struct boot *boot;
	struct menu_image image;
	struct text text;
};

static void
set_up(struct fixture *fixture)
{
	struct text problems = {0};
	struct tree tree;

	memset(fixture, 0, sizeof(*fixture));
	tree_init(&tree, files);
	tree.source.image_size = 5000;
	assert_int_equal(recipes_new(NULL, &problems, &fixture->recipes), 0);
	assert_int_equal(bootcfg_read(&tree.source, fixture->recipes, &fixture->boot), 0);
	fixture->image = (struct menu_image){.name = "live", .boot = fixture->boot, .size = 5000};
	text_free(&problems);
}

static void
tear_down(struct fixture *fixture)
{
	text_free(&fixture->text);
	boot_free(fixture->boot);
	recipes_free(fixture->recipes);
}

static const char *
get(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	if (value == NULL)
		fail_msg("no \"%s\"", key);
	return value;
}

static void
json_tells_the_story(void **state)
{
	struct fixture fixture;
	const json_t *entry;
	const json_t *file;
	json_t *story;

	(void)state;
	set_up(&fixture);
	assert_int_equal(explain_json(MENU_PXELINUX, &context, &fixture.image, &fixture.text), 0);
	story = json_loads(text_string(&fixture.text), 0, NULL);
	assert_non_null(story);
	assert_string_equal(get(story, "name"), "live");
	assert_string_equal(get(story, "family"), "Fedora live (dracut)");
	assert_int_equal(json_integer_value(json_object_get(story, "timeout_ms")), 1000);
	entry = json_array_get(json_object_get(story, "entries"), 0);
	assert_string_equal(get(entry, "label"), "a");
	assert_string_equal(get(entry, "kind"), "linux");
	assert_string_equal(get(entry, "title"), "Start \xef\xbf\xbd\xc3\xa9 [31m");
	assert_string_equal(get(entry, "file"), "isolinux/isolinux.cfg");
	assert_int_equal(json_integer_value(json_object_get(entry, "line")), 2);
	assert_string_equal(get(entry, "before"), "root=live:CDLABEL=x initrd=/initrd,/gone");
	assert_string_equal(get(entry, "after"),
			    "root=live:http://192.0.2.1/images/live/LiveOS/squashfs.img "
			    "rd.live.image ip=dhcp rd.neednet=1 BOOTIF=01-MAC");
	assert_string_equal(get(entry, "needs"), "http");
	assert_int_equal(json_integer_value(json_object_get(entry, "ram")), 1000 + (1536LL << 20));
	assert_true(json_is_false(json_object_get(entry, "offered")));
	assert_string_equal(get(entry, "why_not"), "its initrd is not in the image: /gone");
	file = json_array_get(json_object_get(entry, "initrds"), 0);
	assert_string_equal(get(file, "url"), "http://192.0.2.1/images/live/initrd");
	assert_int_equal(json_integer_value(json_object_get(file, "size")), 10);
	assert_string_equal(get(json_object_get(entry, "fetches"), "path"), "LiveOS/squashfs.img");
	entry = json_array_get(json_object_get(story, "entries"), 1);
	entry = json_array_get(json_object_get(entry, "entries"), 0);
	assert_string_equal(get(entry, "why_not"), "hdt.c32 is not installed on the server");
	json_decref(story);
	tear_down(&fixture);
}

static void
json_of_a_bad_image_has_the_reason(void **state)
{
	const struct menu_image image = {.name = "bad", .problem = "truncated"};
	struct text text = {0};
	json_t *story;

	(void)state;
	assert_int_equal(explain_json(MENU_PXELINUX, &context, &image, &text), 0);
	story = json_loads(text_string(&text), 0, NULL);
	assert_string_equal(get(story, "problem"), "truncated");
	json_decref(story);
	text_free(&text);
	explain_text(MENU_PXELINUX, &context, &image, &text);
	assert_string_equal(text_string(&text), "bad: bad\n  cannot be read: truncated\n");
	text_free(&text);
}

static void
text_tells_reasons_and_holds_no_control_byte(void **state)
{
	static const char *const parts[] = {
		"  a  \"Start ",
		"isolinux/isolinux.cfg:2\n",
		"    not offered its initrd is not in the image: /gone\n",
		"    before     root=live:CDLABEL=x initrd=/initrd,/gone\n",
		"    - removed root=live:CDLABEL=x: dracut fetches the root over HTTP\n",
		"    not offered hdt.c32 is not installed on the server\n",
		"  - isolinux/isolinux.cfg:12: prompt not kept: ",
	};
	struct fixture fixture;
	const char *text;

	(void)state;
	set_up(&fixture);
	explain_text(MENU_PXELINUX, &context, &fixture.image, &fixture.text);
	text = text_string(&fixture.text);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(text, parts[i]) == NULL)
			fail_msg("\"%s\" is not in:\n%s", parts[i], text);
	}
	for (; *text != '\0'; text++)
		assert_true((unsigned char)*text >= ' ' || *text == '\n');
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_tells_the_story),
		cmocka_unit_test(json_of_a_bad_image_has_the_reason),
		cmocka_unit_test(text_tells_reasons_and_holds_no_control_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
