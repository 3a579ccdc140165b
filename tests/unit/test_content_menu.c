/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each machine gets its own menu: by the name that it says, or by what DHCP
 * has seen at its address.
 */
#include "content_unit.h"
#include "content_view.h"
#include "machine.h"

#define UUID "550e8400-e29b-41d4-a716-446655440000"

static char room[] = "52:54:00:*", mac[] = "52:54:00:12:34:56", uuid[] = UUID;
static struct machine_section items[] = {
	{.head = {room, 1}, .timeout = 11},
	{.head = {mac, 2}, .timeout = 22},
	{.head = {uuid, 3}, .timeout = 33},
};
static const struct config_sections machines = {items, 3};

/* The menu at `path`, in static memory. */
static const char *
menu_at(const char *path)
{
	static char menu[16384];
	struct file *file;
	ssize_t length;

	if (content_open(content, &http_client, path, &file) < 0)
		return NULL;
	length = file_read(file, 0, menu, sizeof(menu) - 1);
	assert_true(length > 0);
	menu[length] = '\0';
	file_close(file);
	return menu;
}

static void
expect(const char *path, const char *part)
{
	const char *menu = menu_at(path);

	if (part == NULL ? menu != NULL : menu == NULL || strstr(menu, part) == NULL)
		fail_msg("%s: no \"%s\" in:\n%s", path, part != NULL ? part : "(no file)",
			 menu != NULL ? menu : "(no file)");
}

static void
pxelinux_finds_the_menu_of_a_machine_with_a_section(void **state)
{
	static const struct {
		const char *path, *part; /* NULL: no such file */
	} rows[] = {
		{"pxelinux.cfg/" UUID, "TIMEOUT 330\n"},
		{"pxelinux.cfg/00840e55-9be2-d441-a716-446655440000", "TIMEOUT 330\n"},
		{"pxelinux.cfg/550e8400-e29b-41d4-a716-446655440001", NULL},
		{"pxelinux.cfg/01-52-54-00-12-34-56", "TIMEOUT 220\n"},
		{"pxelinux.cfg/01-52-54-00-12-34-57", "TIMEOUT 110\n"},
		{"pxelinux.cfg/01-52-55-00-12-34-57", NULL},
		{"pxelinux.cfg/06-52-54-00-12-34-56", NULL},
		{"pxelinux.cfg/01-52-54-00-12-34", NULL},
		{"pxelinux.cfg/0A090032", NULL},
		{"pxelinux.cfg/default", "TIMEOUT 600\n"},
		{"pxelinux.cfg/01-52-54-00-12-34-56",
		 "CONFIG machines/52-54-00-12-34-56,/menus/other.cfg"},
	};

	(void)state;
	content->options.machines = &machines;
	content->options.menu.timeout = 60;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i].path, rows[i].part);
	content->options.machines = NULL;
	expect("pxelinux.cfg/01-52-54-00-12-34-56", NULL);
}

static void
every_menu_is_there_once_more_for_each_machine(void **state)
{
	static const struct {
		const char *path, *part;
	} rows[] = {
		{"machines/52-54-00-12-34-56," UUID "/boot.ipxe", "--timeout 33000 "},
		{"machines/52-54-00-12-34-56,/boot.ipxe", "--timeout 22000 "},
		{"machines/52-54-00-12-34-56/grub/grub.cfg", "set timeout=22\n"},
		{"machines/," UUID "/pxelinux.cfg/default", "TIMEOUT 330\n"},
		{"machines/52-54-00-12-34-57,/menus/other.cfg", "TIMEOUT 110\n"},
		{"machines/52-55-00-12-34-57,/boot.ipxe", "--timeout 60000 "},
		{"machines/52-54-00-12-34-57,/menus/@local.cfg", "DEFAULT @disk\n"},
		{"menus/@local.cfg", "DEFAULT @disk\n"},
		{"machines/52-55-00-12-34-57,/boot.ipxe", "machines/52-55-00-12-34-57,/menus/"},
		{"machines/-----,/grub/grub.cfg", NULL},
		{"machines/boot.ipxe", NULL},
		{"machines/52-54-00-12-34-56/", NULL},
		{"machines/52-54-00-12-34-56/images/other/a.txt", NULL},
		{"machines", NULL},
	};

	(void)state;
	content->options.machines = &machines;
	content->options.menu.timeout = 60;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i].path, rows[i].part);
}

static void
menus_that_all_get_ask_only_when_a_machine_has_a_section(void **state)
{
	(void)state;
	content->options.machines = NULL;
	assert_null(strstr(menu_at("boot.ipxe"), "machines/"));
	assert_null(strstr(menu_at("grub/grub.cfg"), "machines/"));
	content->options.machines = &machines;
	expect("boot.ipxe", "/machines/${netX/mac:hexhyp},${uuid}/boot.ipxe ||");
	expect("grub/grub.cfg", "/machines/$mac,$uuid/grub/grub.cfg");
	assert_null(strstr(menu_at("machines/52-54-00-12-34-56,/boot.ipxe"), "${uuid}"));
}

static void
a_machine_that_dhcp_knows_is_known_by_its_address(void **state)
{
	struct client_facts facts = {.mac = {0x52, 0x54, 0x00, 0x12, 0x34, 0x57},
				     .address = http_client.address};

	(void)state;
	content->options.machines = &machines;
	content->options.menu.timeout = 60;
	clients_note(clients, &facts);
	expect("pxelinux.cfg/default", "TIMEOUT 110\n");
	expect("pxelinux.cfg/default", "CONFIG menus/other.cfg");
	expect("menus/other.ipxe", "--timeout 11000 ");
	/* what it says of itself counts more */
	expect("machines/52-54-00-12-34-56,/boot.ipxe", "--timeout 22000 ");
	facts.mac[5] = 0x56;
	memcpy(facts.uuid, "\x55\x0e\x84\x00\xe2\x9b\x41\xd4\xa7\x16\x44\x66\x55\x44\x00\x00", 16);
	clients_note(clients, &facts);
	expect("pxelinux.cfg/default", "TIMEOUT 330\n");
	expect("machines/52-54-00-12-34-56,/boot.ipxe", "--timeout 33000 ");
}

/* Gives the image called "other" a menu for UEFI beside its own. */
static void
add_uefi_menu(void)
{
	for (size_t i = 0; i < content->catalog->image_count; i++) {
		struct boot *boot = content->catalog->images[i]->boot;
		struct entry *entry;

		if (strcmp(content->catalog->images[i]->name, "other") != 0)
			continue;
		assert_int_equal(menu_new(&boot->uefi), 0);
		assert_int_equal(entry_new(ENTRY_LINUX, "u", &entry), 0);
		assert_int_equal(string_set(&entry->title, "Only UEFI"), 0);
		assert_int_equal(string_set(&entry->kernel.path, "a.txt"), 0);
		assert_int_equal(string_set(&entry->arguments, ""), 0);
		menu_append(boot->uefi, entry);
	}
}

static void
a_bios_is_sent_to_its_own_menus_where_there_are_two(void **state)
{
	static const struct {
		const char *path, *part, *lacks;
	} rows[] = {
		{"menus/other.ipxe", "Only UEFI", NULL},
		{"menus/other.ipxe", "iseq ${platform} pcbios && chain --autofree --replace", NULL},
		{"menus/other.ipxe", "/bios/menus/other.ipxe ||\n", NULL},
		{"boot.ipxe", "/bios/boot.ipxe ||\n", NULL},
		{"menus/other.grub", "Only UEFI", NULL},
		{"menus/other.grub", "configfile $pxeiso/bios/menus/other.grub\n", NULL},
		{"grub/grub.cfg", "configfile $pxeiso/bios/grub/grub.cfg\n", NULL},
		/* its own lead to its own */
		{"bios/boot.ipxe", "/bios/menus/other.ipxe", "pcbios && chain"},
		{"bios/menus/other.ipxe", "/bios/boot.ipxe", "Only UEFI"},
		{"bios/menus/other.ipxe", "#!ipxe", "pcbios && chain"},
		{"bios/grub/grub.cfg", "$pxeiso/bios/menus/other.grub", "= pc ]; then\nconfigfile"},
		{"bios/menus/other.grub", "$pxeiso/bios/grub/grub.cfg", "Only UEFI"},
		/* for one machine, in whatever order it is asked */
		{"machines/52-54-00-12-34-56,/boot.ipxe",
		 "/bios/machines/52-54-00-12-34-56,/boot.ipxe ||\n", "${uuid}"},
		{"bios/boot.ipxe", "/bios/machines/${netX/mac:hexhyp},${uuid}/boot.ipxe ||\n",
		 NULL},
		{"bios/machines/52-54-00-12-34-56,/boot.ipxe",
		 "/bios/machines/52-54-00-12-34-56,/menus/other.ipxe", "pcbios && chain"},
		{"bios/bios/boot.ipxe", NULL, NULL},
		{"bios/", NULL, NULL},
	};

	(void)state;
	content->options.machines = &machines;
	add_uefi_menu();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect(rows[i].path, rows[i].part);
		if (rows[i].lacks != NULL && strstr(menu_at(rows[i].path), rows[i].lacks) != NULL)
			fail_msg("%s has \"%s\"", rows[i].path, rows[i].lacks);
	}
}

/* There are scripts for what PXELINUX cannot load, and for nothing else. */
static void
no_other_entry_has_a_script_of_its_own(void **state)
{
	static const char *const paths[] = {
		"menus/other/u.ipxe", "menus/other/none.ipxe", "menus/other/.ipxe",
		"menus/other/u",      "menus/other/",          "menus//u.ipxe",
		"menus/none/u.ipxe",  "menus/other/a/b.ipxe",  "bios/menus/other/u.ipxe",
	};

	(void)state;
	add_uefi_menu();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		expect(paths[i], NULL);
}

static void
with_one_menu_for_all_nobody_is_sent_anywhere(void **state)
{
	(void)state;
	assert_null(strstr(menu_at("boot.ipxe"), "bios/"));
	assert_null(strstr(menu_at("menus/other.ipxe"), "bios/"));
	assert_null(strstr(menu_at("grub/grub.cfg"), "bios/"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pxelinux_finds_the_menu_of_a_machine_with_a_section,
						setup, teardown),
		cmocka_unit_test_setup_teardown(every_menu_is_there_once_more_for_each_machine,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			menus_that_all_get_ask_only_when_a_machine_has_a_section, setup, teardown),
		cmocka_unit_test_setup_teardown(a_machine_that_dhcp_knows_is_known_by_its_address,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_bios_is_sent_to_its_own_menus_where_there_are_two,
						setup, teardown),
		cmocka_unit_test_setup_teardown(no_other_entry_has_a_script_of_its_own, setup,
						teardown),
		cmocka_unit_test_setup_teardown(with_one_menu_for_all_nobody_is_sent_anywhere,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
