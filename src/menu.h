/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus for machines: the same entries as PXELINUX, iPXE and GRUB read them.
 *
 * The main menu has a line for each image and the tail: local disk, memory
 * test, hardware detection, reboot, power off. Each image's menu is a file of
 * its own, /menus/NAME.cfg, .ipxe or .grub. With a single image its menu and
 * the tail are the main menu.
 *
 * Nothing that comes out of an image can add a directive: text is cut to one
 * line, cleared of control bytes and escaped for each language (IPXE-3,
 * SYS-11); labels are made here and never copied.
 *
 * Pure: facts in, text out. Layer 1; knows no catalog and no loader list.
 */
#ifndef MENU_H
#define MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct boot;
struct machine_menu;
struct text;

/* Before the paths of menus that are for a BIOS alone. */
#define MENU_BIOS_FOLDER "bios/"

enum menu_format { MENU_PXELINUX, MENU_IPXE, MENU_GRUB };

/* One image of the main menu. */
struct menu_image {
	const char *name;        /* in URLs */
	const char *title;       /* for people; NULL: the boot's own, else the name */
	const struct boot *boot; /* NULL: cannot be read */
	const char *problem;     /* why `boot` is NULL */
	uint64_t size;           /* bytes of the image */
};

/* Who asks, and what can be handed to them. */
struct menu_context {
	const char *title;     /* of the main menu; NULL: "pxeiso" */
	const char *server;    /* our IPv4 address as the client sees it, "192.0.2.1" */
	uint16_t http_port;    /* left out of URLs when 80 */
	uint16_t tftp_port;    /* likewise when 69 */
	const char *mac;       /* the client's, "52-54-00-12-34-56", or NULL: not known */
	bool serial;           /* menus speak on the first serial port too */
	unsigned timeout_ms;   /* of the main menu; 0 waits for ever */
	bool times_images;     /* the timeout is that of the images' menus too */
	const char *boot_self; /* what boots by itself: NULL or "local", "NAME" or "NAME:ENTRY" */
	bool boots_at_once;    /* it does so without a menu, if it can be booted */
	const char *arguments; /* put behind those of every Linux, or NULL */
	const char *folder;    /* before the paths of menus, "bios/machines/ID/"; NULL: nothing */
	bool is_bios;          /* of the menus of iPXE and GRUB below "bios/": for no UEFI */
	bool asks_machine;     /* main menus ask the machine who it is, and it for its own */

	/* Whether the loader of this name ("vesamenu.c32", "memdisk", "memtest")
	   is offered at the root of the tree. */
	bool (*has_loader)(const void *loaders, const char *name);
	const void *loaders;
};

/* Sets what may differ from machine to machine. */
void menu_set_machine(struct menu_context *, const struct machine_menu *);

/* Appends the main menu of `count` images. */
void menu_render_main(enum menu_format, const struct menu_context *,
		      const struct menu_image *images, size_t count, struct text *);

/* Appends the menu of one image. One whose `boot` is NULL gives a menu that
   says why. */
void menu_render_image(enum menu_format, const struct menu_context *, const struct menu_image *,
		       struct text *);

/* Appends a script for an iPXE that PXELINUX starts in a machine with a BIOS: it gets an
   address anew and starts the entry called `label`. -ENOENT, and nothing is appended,
   when PXELINUX would not start it so. */
int menu_render_start(const struct menu_context *, const struct menu_image *, const char *label,
		      struct text *);

/* Appends what PXELINUX boots the local disk with, at "menus/@local.cfg": a
   configuration of its own, so that a disk that does not boot ends at the
   firmware and not at the menu, which would try it again for ever. */
void menu_render_local(const struct menu_context *, struct text *);

/* Whether `boot_self` names something of these images that can be booted:
   main warns about the others. "local" always can. */
bool menu_knows(const char *boot_self, const struct menu_image *images, size_t count);

#endif
