/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain: the JSON has what its readers rely on and is JSON whatever an image
 * holds; the text tells the reasons and holds no control byte. Whole texts of
 * real distributions' shapes are in test_menu_golden.c.
 */
#include "unit.h"

#include <jansson.h>

#include "bootcfg.h"
#include "explain_unit.h"
#include "fetch.h"
#include "index.h"
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
	 "TIMEOUT 10\nPROMPT 1\nALLOWOPTIONS 1\nLABEL a\nMENU LABEL Start \xff\xc3\xa9\033[31m\n"
	 "LINUX /vmlinuz\nINITRD /initrd,/lost\nAPPEND root=live:CDLABEL=x quiet ip=dhcp\n"
	 "LABEL b\nLINUX /vmlinuz\nINITRD /gone.img\n"
	 "APPEND ks=http://192.0.2.1/images/live/gone.ks,http://192.0.2.7/x other=ftp://h/y\n"
	 "LABEL c\nLINUX /sp+ace\nAPPEND c\n"
	 "MENU BEGIN m\nMENU LABEL More\nLABEL h\nCOM32 hdt.c32\nMENU END\n",
	 0},
	{"gone.img", NULL, 10},
	{"initrd", NULL, 10},
	{"sp+ace", NULL, 10},
	{"syslinux/syslinux.cfg", "", 0},
	{"vmlinuz", NULL, 20},
	{NULL, NULL, 0},
};

struct fixture {
	struct recipes *recipes;
	struct boot *boot;
	struct menu_image image;
	struct volume volume;
	struct explain explain;
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
	fixture->volume = (struct volume){.volume_id = "TEST \033[1m",
					  .created = 86400,
					  .boot_image_count = 1,
					  .boot_images = {{.platform = 0xef, .bootable = 1}}};
	fixture->explain = explain_unit(&context, &fixture->image);
	fixture->explain.volume = &fixture->volume;
	text_free(&problems);
}

static void
tear_down(struct fixture *fixture)
{
	text_free(&fixture->text);
	boot_free(fixture->boot);
	recipes_free(fixture->recipes);
}

static json_t *
tell(struct fixture *fixture)
{
	json_t *story;

	assert_int_equal(explain_json(&fixture->explain, &fixture->text), 0);
	story = json_loads(text_string(&fixture->text), 0, NULL);
	assert_non_null(story);
	return story;
}

static const char *
get(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	if (value == NULL)
		fail_msg("no \"%s\"", key);
	return value;
}

static const json_t *
at(const json_t *object, const char *key, size_t number)
{
	return json_array_get(json_object_get(object, key), number);
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
	story = tell(&fixture);
	assert_string_equal(get(story, "name"), "live");
	assert_string_equal(get(story, "family"), "Fedora live (dracut)");
	assert_string_equal(get(story, "volume_id"), "TEST \033[1m");
	assert_string_equal(json_string_value(at(story, "disc_boots", 0)), "UEFI");
	assert_string_equal(json_string_value(at(story, "read", 0)), "isolinux/isolinux.cfg");
	assert_string_equal(get(at(story, "not_read", 0), "what"), "syslinux/syslinux.cfg");
	assert_string_equal(get(at(story, "not_kept", 0), "what"),
			    "isolinux/isolinux.cfg:2: prompt not kept");
	assert_int_equal(json_integer_value(json_object_get(story, "timeout_ms")), 1000);
	entry = at(story, "entries", 0);
	assert_string_equal(get(entry, "label"), "a");
	assert_string_equal(get(entry, "kind"), "linux");
	assert_string_equal(get(entry, "title"), "Start \xef\xbf\xbd\xc3\xa9 [31m");
	assert_string_equal(get(entry, "file"), "isolinux/isolinux.cfg");
	assert_int_equal(json_integer_value(json_object_get(entry, "line")), 4);
	assert_string_equal(get(entry, "before"),
			    "root=live:CDLABEL=x quiet ip=dhcp initrd=/initrd,/lost");
	assert_string_equal(get(entry, "after"),
			    "quiet root=live:http://192.0.2.1/images/live/LiveOS/squashfs.img "
			    "rd.live.image ip=dhcp rd.neednet=1 BOOTIF=01-MAC");
	assert_string_equal(get(entry, "needs"), "http");
	assert_int_equal(json_integer_value(json_object_get(entry, "ram")), 1000 + (1536LL << 20));
	assert_int_equal(json_array_size(json_object_get(entry, "offered")), 0);
	assert_string_equal(get(json_object_get(entry, "not_offered"), "grub"),
			    "its initrd is not in the image: /lost");
	assert_string_equal(get(at(entry, "changes", 0), "what"), "removed root=live:CDLABEL=x");
	assert_string_equal(get(at(entry, "changes", 0), "why"),
			    "dracut fetches the root over HTTP");
	file = at(entry, "initrds", 0);
	assert_string_equal(get(file, "url"), "http://192.0.2.1/images/live/initrd");
	assert_int_equal(json_integer_value(json_object_get(file, "size")), 10);
	assert_string_equal(get(json_object_get(entry, "root"), "path"), "LiveOS/squashfs.img");
	entry = at(at(story, "entries", 3), "entries", 0);
	assert_string_equal(get(json_object_get(entry, "not_offered"), "pxelinux"),
			    "hdt.c32 is not installed on the server");
	json_decref(story);
	tear_down(&fixture);
}

/* "stage url status clients", of the fetches of an object. */
static void
print_fetches(const json_t *object, struct text *text)
{
	const json_t *fetches = json_object_get(object, "fetches");
	const json_t *fetch;
	size_t i;

	text_cut(text, 0);
	json_array_foreach(fetches, i, fetch) text_printf(
		text, "%s %s %s %zu\n", get(fetch, "stage"), get(fetch, "url"),
		get(fetch, "status"), json_array_size(json_object_get(fetch, "clients")));
}

static void
json_has_each_url_and_what_becomes_of_it(void **state)
{
	struct fixture fixture;
	struct text text = {0};
	json_t *story;

	(void)state;
	set_up(&fixture);
	story = tell(&fixture);
	print_fetches(story, &text);
	assert_string_equal(text_string(&text), "loader tftp://192.0.2.1/lpxelinux.0 ok 1\n"
						"loader tftp://192.0.2.1/ldlinux.c32 ok 1\n"
						"loader tftp://192.0.2.1/vesamenu.c32 ok 1\n"
						"loader tftp://192.0.2.1/libcom32.c32 ok 1\n"
						"loader tftp://192.0.2.1/libutil.c32 ok 1\n"
						"loader tftp://192.0.2.1/snponly.efi ok 1\n"
						"menu tftp://192.0.2.1/pxelinux.cfg/default ok 1\n"
						"menu tftp://192.0.2.1/menus/live.cfg ok 1\n"
						"menu http://192.0.2.1/boot.ipxe ok 1\n"
						"menu http://192.0.2.1/menus/live.ipxe ok 1\n"
						"menu http://192.0.2.1/grub/grub.cfg ok 1\n"
						"menu http://192.0.2.1/menus/live.grub ok 1\n");
	print_fetches(at(story, "entries", 1), &text);
	assert_string_equal(text_string(&text),
			    "kernel http://192.0.2.1/images/live/vmlinuz ok 3\n"
			    "initrd http://192.0.2.1/images/live/gone.img missing 3\n"
			    "root http://192.0.2.1/images/live/gone.ks missing 3\n"
			    "root http://192.0.2.7/x elsewhere 3\n"
			    "root ftp://h/y elsewhere 3\n");
	/* GRUB cannot ask for a name with a '+': it is not offered to it. */
	print_fetches(at(story, "entries", 2), &text);
	assert_string_equal(text_string(&text),
			    "kernel http://192.0.2.1/images/live/sp%2Bace ok 2\n");
	json_decref(story);
	text_free(&text);
	tear_down(&fixture);
}

static void
count_complaint(void *data, const char *what, const char *why)
{
	text_printf(data, "%s: %s\n", what, why);
}

static void
what_is_missing_is_complained_of(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	explain_check(&fixture.explain, count_complaint, &fixture.text);
	assert_string_equal(text_string(&fixture.text),
			    "b: http://192.0.2.1/images/live/gone.img: there is no such file\n"
			    "b: http://192.0.2.1/images/live/gone.ks: there is no such file\n");
	tear_down(&fixture);
}

static void
json_of_a_bad_image_has_the_reason(void **state)
{
	const struct menu_image image = {.name = "bad", .problem = "truncated"};
	const struct explain explain = explain_unit(&context, &image);
	struct text text = {0};
	json_t *story;

	(void)state;
	assert_int_equal(explain_json(&explain, &text), 0);
	story = json_loads(text_string(&text), 0, NULL);
	assert_string_equal(get(story, "problem"), "truncated");
	json_decref(story);
	text_free(&text);
	explain_text(&explain, &text);
	assert_string_equal(text_string(&text), "bad: bad\n  cannot be read: truncated\n");
	explain_check(&explain, count_complaint, &text);
	text_free(&text);
}

static void
text_tells_reasons_and_holds_no_control_byte(void **state)
{
	static const char *const parts[] = {
		"live: live\n  family       Fedora live (dracut)\n",
		"  volume       \"TEST [1m\", made on 1970-01-02\n  disc boots   UEFI\n"
		"  read         isolinux/isolinux.cfg\n"
		"  not read     syslinux/syslinux.cfg: the menu is that of "
		"isolinux/isolinux.cfg\n"
		"  not kept     isolinux/isolinux.cfg: prompt, allowoptions: of the boot prompt, "
		"which is not shown\n",
		"  loader       TFTP /snponly.efi      ok 2.0 KiB\n"
		"  menu         HTTP /boot.ipxe        ok 2.0 KiB\n"
		"               HTTP /menus/live.ipxe  ok 2.0 KiB\n",
		"\na  \"Start ",
		"  from         isolinux/isolinux.cfg:4\n"
		"  not offered  its initrd is not in the image: /lost\n",
		"  before       root=live:CDLABEL=x quiet ip=dhcp initrd=/initrd,/lost\n"
		"  after        quiet root=live:{http}/LiveOS/squashfs.img rd.live.image ip=dhcp ",
		"  changes      removed root=live:CDLABEL=x                 dracut fetches the "
		"root "
		"over HTTP\n"
		"               removed ip=dhcp                             \"\n"
		"               added root=live:{http}/LiveOS/squashfs.img  \"\n",
		"  initrd       {http}/gone.img     MISSING: there is no such file\n",
		"               http://192.0.2.7/x  elsewhere: not looked at\n",
		"  not offered  to grub: a file's name has characters that GRUB cannot ask for\n",
		"m  \"More\"  menu\n",
		"\n  h  \"h\"  module\n    from         isolinux/isolinux.cfg:",
		"    not offered  to pxelinux: hdt.c32 is not installed on the server\n"
		"    not offered  to ipxe, grub: a module of PXELINUX\n",
	};
	struct fixture fixture;
	const char *text;

	(void)state;
	set_up(&fixture);
	explain_text(&fixture.explain, &fixture.text);
	text = text_string(&fixture.text);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(text, parts[i]) == NULL) {
			puts(text);
			fail_msg("\"%s\" is not in it", parts[i]);
		}
	}
	for (; *text != '\0'; text++)
		assert_true((unsigned char)*text >= ' ' || *text == '\n');
	tear_down(&fixture);
}

static void
one_kind_of_client_is_told_of_alone(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	fixture.explain.clients = EXPLAIN_IPXE;
	explain_text(&fixture.explain, &fixture.text);
	assert_non_null(strstr(text_string(&fixture.text), "Menu of all machines (ipxe):\n"));
	assert_null(strstr(text_string(&fixture.text), "pxelinux"));
	assert_null(strstr(text_string(&fixture.text), "grub:"));
	tear_down(&fixture);
}

/* More URLs than a list has room for. */
static void
urls_that_are_left_out_are_counted(void **state)
{
	struct text arguments = {0};
	struct fixture fixture;
	struct entry *entry;
	json_t *story;

	(void)state;
	set_up(&fixture);
	entry = fixture.boot->menu->entries;
	while (entry->kind != ENTRY_LINUX || entry->unavailable != NULL)
		entry = entry->next;
	for (unsigned i = 0; i < 2 * FETCHES_MAX; i++)
		text_printf(&arguments, "a={http}/%u ", i);
	assert_int_equal(string_set(&entry->arguments, text_string(&arguments)), 0);
	story = tell(&fixture);
	assert_non_null(strstr(text_string(&fixture.text), "\"fetches_left_out\": 25"));
	json_decref(story);
	text_cut(&fixture.text, 0);
	explain_text(&fixture.explain, &fixture.text);
	assert_non_null(strstr(text_string(&fixture.text), "  and more     25"));
	assert_non_null(strstr(text_string(&fixture.text), " that are not listed\n"));
	text_free(&arguments);
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_tells_the_story),
		cmocka_unit_test(json_has_each_url_and_what_becomes_of_it),
		cmocka_unit_test(what_is_missing_is_complained_of),
		cmocka_unit_test(urls_that_are_left_out_are_counted),
		cmocka_unit_test(json_of_a_bad_image_has_the_reason),
		cmocka_unit_test(text_tells_reasons_and_holds_no_control_byte),
		cmocka_unit_test(one_kind_of_client_is_told_of_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
