/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the menu of each shape (shape_unit.h) starts with, and after how long by
 * itself: as the image has it, whatever the golden files say.
 */
#include "demand_unit.h"

#include "menu_part.h"

/* `uefi` is "=" where it is called the same there. */
static const struct start {
	const char *shape;
	const char *bios, *uefi;             /* titles; NULL: nothing does */
	unsigned bios_seconds, uefi_seconds; /* 0 waits */
} starts[] = {
	{"alpine", "Linux lts", "=", 1, 1},
	{"arch", "Arch Linux install medium (x86_64, BIOS)", "=", 15, 15},
	{"arch-grub", "Arch Linux install medium (x86_64, BIOS)",
	 "Arch Linux install medium (x86_64, x64 UEFI)", 15, 15},
	{"arch-systemd-boot", "Arch Linux install medium (x86_64, BIOS)",
	 "Arch Linux install medium (x86_64, UEFI)", 15, 15},
	{"bazzite", NULL, "Start the live system", 0, 10},
	{"cachyos", "CachyOS live medium", "=", 15, 15},
	{"calculate", NULL, "Calculate Linux", 0, 10},
	{"clonezilla", "Clonezilla live (VGA 800x600)", "=", 30, 30},
	{"debian-live", "Live system (amd64)", "=", 0, 0},
	{"debian-live-grub", "Live system (amd64)", "=", 0, 0},
	{"debian-netinst", "Graphical install", "=", 0, 0},
	{"debian-netinst-beside", "Graphical install", "=", 0, 0},
	{"devuan-live", "Live session", "=", 10, 10},
	{"endeavouros", "Memory test", "EndeavourOS, default graphics (UEFI)", 0, 15},
	{"esxi", "Boot from local disk", "=", 8, 8},
	{"fedora-coreos", "Fedora CoreOS (Live)", "=", 5, 5},
	{"fedora-kiwi", "Start Fedora-Workstation-Live", "=", 60, 60},
	{"fedora-live", "Start Fedora Live", "=", 60, 60},
	{"fedora-netinst", "Install Fedora 42", "=", 60, 60},
	{"finnix", "Live system", "=", 30, 30},
	{"garuda", "Boot Garuda with open source drivers", "=", 30, 30},
	{"gentoo", "Boot LiveCD (kernel: gentoo)", "=", 10, 10},
	{"gparted", "GParted Live (Default settings)", "=", 30, 30},
	{"grml", "grml64-full - advanced", "=", 20, 20},
	{"harvester", "Harvester Installer v1.5", "=", 10, 10},
	{"ipfire", "Install IPFire 2.29", "=", 20, 20},
	{"krd-2018", "Rescue disk, with pictures", "=", 30, 30},
	{"ubuntu-installer", "Install Ubuntu Server", "=", 30, 30},
	{"kairos", "Kairos", "=", 10, 10},
	{"kali", "Live system (amd64)", "=", 5, 5},
	{"kali-grub", "Live system (amd64)", "=", 0, 0},
	{"leap-agama", "Install Leap 16.0", "=", 10, 10},
	{"lmde", "Start LMDE", "Start LMDE 6 64-bit", 10, 10},
	{"mageia", NULL, NULL, 0, 0},
	{"manjaro", "Boot Manjaro with open-source drivers", "=", 10, 10},
	{"memtest86plus", "Memtest86+", "=", 5, 5},
	{"mint", "Start Linux Mint", "Start Linux Mint 22 Cinnamon 64-bit", 10, 10},
	{"mx", "Memory Test", "MX-23 x64 (a test)", 0, 90},
	{"nixos", "NixOS 25.11 Installer", "=", 10, 10},
	{"opensuse", "Boot from Hard Disk", "=", 60, 60},
	{"photon", "Install", "=", 0, 0},
	{"pop-os", "Try or Install Pop_OS", "=", 10, 30},
	{"porteus", "Graphics mode (XFCE)", "=", 9, 9},
	{"proxmox", "Install Proxmox VE (Graphical)", "=", 15, 15},
	{"puppy", "Start Puppy", "=", 10, 10},
	{"rescuezilla", "English", "=", 0, 0},
	{"rocky-dvd", "Install Rocky Linux 9.4", "=", 60, 60},
	{"slackware", "huge.s", "Slackware 15.0 huge.s kernel", 120, 120},
	{"slax", "Run Slax (Persistent changes)", "=", 4, 4},
	{"systemrescue", "Boot the rescue system with default options", "=", 90, 90},
	{"tails", "Tails", "=", 4, 4},
	{"tinycore", "Boot Core Plus with the FLWM desktop", "=", 0, 0},
	{"tumbleweed-live", "KDE Live", "=", 10, 10},
	{"ubuntu", "Try or Install Ubuntu", "=", 30, 30},
	{"ubuntu-beside", "Try or Install Ubuntu", "=", 30, 30},
	{"ubuntu-server", "Try or Install Ubuntu Server", "=", 30, 30},
	{"void", "Void Linux 6.12 x86_64", "=", 10, 10},
	{"vyos", "Live system (amd64) - KVM console", "=", 5, 5},
	{"android-x86", "Live CD - Run without installation", "=", 30, 30},
	{"artix", "From Stick or HDD: artix.x86_64", "=", 10, 10},
	{"chimera", "Chimera Linux (6.12.30)", "=", 5, 5},
	{"fatdog", "Start Fatdog64", "=", 15, 15},
	{"hrmpf", "hrmpf, a rescue system", "=", 10, 10},
	{"mageia-live", NULL, "Boot Mageia Live", 0, 15},
	{"mint-19", NULL, "Start Linux Mint 19.3 Xfce 64-bit", 0, 0},
	{"parabola", "Boot Parabola (x86_64)", "=", 10, 10},
	{"silverblue", NULL, "Install Fedora 42", 0, 60},
	{"slitaz", "SliTaz Live", "=", 8, 8},
	{"systemrescuecd-5", "1) Default boot options", "=", 90, 90},
	{"talos", "Talos ISO", "=", 3, 3},
	{"ubuntu-mini", "Choose an Ubuntu version to install", "=", 30, 30},
};

static struct shape shape;

/* The menu of PXELINUX, where what the image has is too large for it. */
static void
check_nothing_starts(void)
{
	const struct menu_image image = shape_image(&shape);
	struct text text = {0};

	menu_render_image(MENU_PXELINUX, &shape_context, &image, &text);
	if (strstr(text_string(&text), "\nDEFAULT @main\nTIMEOUT 0\n") == NULL ||
	    strstr(text_string(&text), "  MENU DEFAULT\n") != NULL)
		fail_msg("%s starts something:\n%s", shape.name, text_string(&text));
	text_free(&text);
}

/* Whether the rendered menu starts with the entry called `title`. */
static void
check_start(enum menu_format format, const char *title, unsigned seconds)
{
	const struct menu *menu = menu_of(format, shape.boot);
	const struct menu_image image = shape_image(&shape);
	const struct entry *first = menu_first_choice(format, &shape_context, &image, menu);
	struct text text = {0}, wanted = {0};
	char block[DEMAND_TEXT];

	assert_non_null(first);
	if (strcmp(first->title, title) != 0)
		fail_msg("%s starts with \"%s\"", shape.name, first->title);
	if (!demand_find(&shape, format, title, block))
		fail_msg("%s has no \"%s\"", shape.name, title);
	if (format == MENU_PXELINUX && strstr(block, "\n  MENU DEFAULT\n") == NULL)
		fail_msg("%s: \"%s\" is not the default", shape.name, title);
	menu_render_image(format, &shape_context, &image, &text);
	if (format == MENU_PXELINUX)
		text_printf(&wanted, "\nTIMEOUT %u\n", seconds * 10);
	else if (seconds > 0)
		text_printf(&wanted, "\nchoose --timeout %u --default e", seconds * 1000);
	else
		text_append(&wanted, "\nchoose --default e");
	if (strstr(text_string(&text), text_string(&wanted)) == NULL)
		fail_msg("%s lacks \"%s\"", shape.name, text_string(&wanted));
	text_free(&text);
	text_free(&wanted);
}

static void
menus_start_as_their_images_do(void **state)
{
	struct text problems = {0};
	struct recipes *recipes;

	(void)state;
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const struct start *start = &starts[i];
		bool is_same = start->uefi != NULL && strcmp(start->uefi, "=") == 0;

		shape_open(&shape, start->shape, recipes);
		if (start->bios != NULL)
			check_start(MENU_PXELINUX, start->bios, start->bios_seconds);
		else
			check_nothing_starts();
		if (start->uefi != NULL)
			check_start(MENU_IPXE, is_same ? start->bios : start->uefi,
				    start->uefi_seconds);
		shape_close(&shape);
	}
	recipes_free(recipes);
	text_free(&problems);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(menus_start_as_their_images_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
