/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What machines fetch: loaders and their modules, the URLs of arguments however
 * they are spelled, and how many an image can name.
 */
#include "explain_unit.h"
#include "menu_unit.h"

#include "boot.h"
#include "fetch.h"

static const struct menu_image IMAGE = {.name = "live"};

/* "stage url result clients", a line for each. */
static const char *
print(struct fetches *fetches, struct text *text)
{
	text_cut(text, 0);
	for (size_t i = 0; i < fetches->count; i++) {
		const struct fetch *fetch = &fetches->items[i];

		text_printf(text, "%s %s %s %x\n", fetch_stage_name(fetch->stage), fetch->url,
			    fetch->path == NULL       ? "elsewhere"
			    : fetch_is_missing(fetch) ? fetch_why(fetch)
						      : "there",
			    fetch->clients);
	}
	fetches_free(fetches);
	return text_string(text);
}

static struct menu_context
context_with(const char *loaders)
{
	return (struct menu_context){.server = "192.0.2.1",
				     .http_port = 80,
				     .tftp_port = 69,
				     .has_loader = has_loader,
				     .loaders = loaders};
}

/* What the kinds of client in `clients` fetch for an entry of `kind`. */
static const char *
fetched(enum entry_kind kind, const char *arguments, const char *loaders, unsigned clients,
	struct text *text)
{
	const struct menu_context context = context_with(loaders);
	struct fetches fetches = {0};
	struct entry *entry;

	assert_int_equal(entry_new(kind, "x", &entry), 0);
	string_set(&entry->arguments, arguments);
	if (kind == ENTRY_MODULE)
		string_set(&entry->module, "hdt.c32");
	if (kind == ENTRY_MEMDISK || kind == ENTRY_SANBOOT)
		string_set(&entry->kernel.path, "");
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		if ((clients & 1U << format) != 0)
			fetches_add_entry(&fetches, format, &context, &IMAGE, entry,
					  &explain_unit_tree);
	}
	entry_free(entry);
	return print(&fetches, text);
}

static void
each_kind_of_entry_has_its_loaders(void **state)
{
	struct text text = {0};

	(void)state;
	assert_string_equal(fetched(ENTRY_MEMDISK, "iso", "", EXPLAIN_ALL, &text),
			    "loader tftp://192.0.2.1/memdisk there 1\n"
			    "loader http://192.0.2.1/memdisk there 6\n"
			    "initrd http://192.0.2.1/images/live.iso there 7\n");
	assert_string_equal(fetched(ENTRY_SANBOOT, NULL, "", EXPLAIN_IPXE, &text),
			    "root http://192.0.2.1/images/live.iso there 2\n");
	assert_string_equal(fetched(ENTRY_LOCAL, NULL, " chain.c32 ", EXPLAIN_ALL, &text),
			    "loader tftp://192.0.2.1/chain.c32 there 1\n"
			    "loader tftp://192.0.2.1/libcom32.c32 there 1\n"
			    "loader tftp://192.0.2.1/libutil.c32 there 1\n"
			    "menu tftp://192.0.2.1/menus/%40local.cfg there 1\n");
	assert_string_equal(fetched(ENTRY_LOCAL, NULL, "", EXPLAIN_ALL, &text),
			    "menu tftp://192.0.2.1/menus/%40local.cfg there 1\n");
	assert_string_equal(fetched(ENTRY_MODULE, NULL, "", EXPLAIN_ALL, &text),
			    "loader tftp://192.0.2.1/hdt.c32 there 1\n"
			    "loader tftp://192.0.2.1/libmenu.c32 there 1\n"
			    "loader tftp://192.0.2.1/libgpl.c32 there 1\n"
			    "loader tftp://192.0.2.1/libcom32.c32 there 1\n"
			    "loader tftp://192.0.2.1/libutil.c32 there 1\n");
	text_free(&text);
}

static void
urls_of_arguments_are_found(void **state)
{
	static const struct {
		const char *arguments, *expected;
	} rows[] = {
		{"a={http}/x b={iso} c={tftp}/x", "root http://192.0.2.1/images/live/x there 1\n"
						  "root http://192.0.2.1/images/live.iso there 1\n"
						  "root tftp://192.0.2.1/images/live/x there 1\n"},
		/* one place, spelled in two ways */
		{"a={http}/@d/k b={http}/%40d/k",
		 "root http://192.0.2.1/images/live/@d/k there 1\n"},
		{"ds=nocloud-net;s={http}/@d/ x",
		 "root http://192.0.2.1/images/live/@d/ there 1\n"},
		{"\"a b={http}/c d\"", "root http://192.0.2.1/images/live/c there 1\n"},
		{"a=method:http,{http}/a,{http}/gone",
		 "root http://192.0.2.1/images/live/a there 1\n"
		 "root http://192.0.2.1/images/live/gone there is no such file 1\n"},
		{"a={http}/%zz", "root http://192.0.2.1/images/live/%zz its URL is malformed 1\n"},
		{"a={http}/b?x=1", "root http://192.0.2.1/images/live/b?x=1 there 1\n"},
		{"a=https://192.0.2.1/x b=http://192.0.2.10/x c=nfs://h/x",
		 "root https://192.0.2.1/x elsewhere 1\n"
		 "root http://192.0.2.10/x elsewhere 1\n"
		 "root nfs://h/x elsewhere 1\n"},
		{"a=http://192.0.2.1 ://x x:// a=file:///x b=http:/x root=live:CDLABEL=x",
		 "root http://192.0.2.1 elsewhere 1\n"},
		{"a={server}:{port} b={path}", ""},
	};
	struct text text = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			fetched(ENTRY_LINUX, rows[i].arguments, "", EXPLAIN_PXELINUX, &text),
			rows[i].expected);
	text_free(&text);
}

static void
what_one_can_do_without_may_be_needed_by_another(void **state)
{
	const struct menu_context context = context_with("");
	struct fetches fetches = {0};
	struct entry *entry;

	(void)state;
	assert_int_equal(entry_new(ENTRY_LINUX, "x", &entry), 0);
	assert_int_equal(entry_ask(entry, "gone", true), 0);
	fetches_add_entry(&fetches, MENU_IPXE, &context, &IMAGE, entry, &explain_unit_tree);
	assert_true(fetches.items[0].is_optional && fetch_is_missing(&fetches.items[0]));
	string_set(&entry->kernel.path, "gone");
	fetches_add_entry(&fetches, MENU_GRUB, &context, &IMAGE, entry, &explain_unit_tree);
	assert_int_equal(fetches.count, 1);
	assert_false(fetches.items[0].is_optional);
	fetches_free(&fetches);
	entry_free(entry);
}

static void
a_list_is_bounded(void **state)
{
	struct text arguments = {0};
	struct text text = {0};
	unsigned lines = 0;

	(void)state;
	for (unsigned i = 0; i < 2 * FETCHES_MAX; i++)
		text_printf(&arguments, "a={http}/%u ", i);
	fetched(ENTRY_LINUX, text_string(&arguments), "", EXPLAIN_ALL, &text);
	for (const char *c = text_string(&text); *c != '\0'; c++)
		lines += *c == '\n';
	assert_int_equal(lines, FETCHES_MAX);
	text_free(&arguments);
	text_free(&text);
}

/* What is fetched before the menu with these loaders. */
static const char *
fetched_first(enum menu_format format, const char *loaders, struct text *text)
{
	const struct menu_context context = context_with(loaders);
	struct menu_image image = IMAGE;
	struct fetches fetches = {0};
	struct boot *boot = boot_new();

	image.boot = boot;
	fetches_add_menu(&fetches, format, &context, &image, &explain_unit_tree);
	boot_free(boot);
	return print(&fetches, text);
}

static void
the_loader_is_that_of_dhcp(void **state)
{
	struct text text = {0};

	(void)state;
	expect(fetched_first(MENU_IPXE, " snponly.efi ipxe.efi ", &text),
	       "loader tftp://192.0.2.1/snponly.efi there 2\nmenu ");
	expect(fetched_first(MENU_IPXE, " ipxe.efi ", &text),
	       "loader tftp://192.0.2.1/ipxe.efi there 2\nmenu ");
	expect(fetched_first(MENU_PXELINUX, " lpxelinux.0 menu.c32 vesamenu.c32 ", &text),
	       "loader tftp://192.0.2.1/vesamenu.c32 there 1\n");
	refuse(text_string(&text), "/menu.c32");
	expect(fetched_first(MENU_PXELINUX, " lpxelinux.0 menu.c32 ", &text),
	       "loader tftp://192.0.2.1/menu.c32 there 1\n"
	       "loader tftp://192.0.2.1/libutil.c32 there 1\nmenu ");
	text_free(&text);
}

static int
find_nothing(void *data, const char *path, uint64_t *ret_size)
{
	(void)data;
	(void)path;
	(void)ret_size;
	return -ENOENT;
}

static void
a_missing_loader_says_what_to_install(void **state)
{
	static const struct fetch_tree empty = {find_nothing, NULL};
	const struct menu_context context = context_with("");
	struct menu_image image = IMAGE;
	struct fetches fetches = {0};
	struct boot *boot = boot_new();
	struct text text = {0};

	(void)state;
	image.boot = boot;
	fetches_add_menu(&fetches, MENU_PXELINUX, &context, &image, &empty);
	fetches_add_menu(&fetches, MENU_IPXE, &context, &image, &empty);
	print(&fetches, &text);
	expect(text_string(&text), "/lpxelinux.0 no loader for BIOS machines: install PXELINUX");
	expect(text_string(&text), "/ldlinux.c32 not installed on the server 1\n");
	expect(text_string(&text), "/snponly.efi no loader for UEFI x64 machines: install iPXE");
	expect(text_string(&text), "/menus/live.cfg there is no such file 1\n");
	boot_free(boot);
	text_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_entry_has_its_loaders),
		cmocka_unit_test(urls_of_arguments_are_found),
		cmocka_unit_test(what_one_can_do_without_may_be_needed_by_another),
		cmocka_unit_test(a_list_is_bounded),
		cmocka_unit_test(the_loader_is_that_of_dhcp),
		cmocka_unit_test(a_missing_loader_says_what_to_install),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
