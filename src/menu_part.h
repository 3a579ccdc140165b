/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the menus of all clients have in common: URLs, arguments with their
 * tokens filled in, titles that fit, what can be offered to whom, and what
 * boots by itself. For the renderers and explain only.
 */
#ifndef MENU_PART_H
#define MENU_PART_H

#include "menu.h"

struct boot;
struct entry;
struct menu;
struct text;

enum {
	MENU_URL_LIMIT = 255, /* PXELINUX keeps names in 256 bytes */
	MENU_WHY_SIZE = 256,
	MENU_TITLE_COLUMNS = 66, /* what a line of 80 columns has room for */
	MENU_HELP_COLUMNS = 74,
	MENU_HELP_LINES = 5, /* of the image's own */
	MENU_WHY_LINES = 3,  /* why something cannot be chosen */
};

/* lpxelinux.0 was seen to load 750 MiB, and to fail with 1000 MiB once all was there:
   it wants room for them twice, in one piece, in what a BIOS has below 2 GiB. More
   goes by iPXE, which wants it once. */
#define MENU_PXELINUX_LOAD (UINT64_C(768) << 20)

/* iPXE on a BIOS was seen to load 1800 MiB where memory below the devices ends at
   2 GiB, as it does in many machines; no Linux takes an initrd above that. */
#define MENU_BIOS_LOAD (UINT64_C(1792) << 20)

/* The lines at the end of the main menu. */
enum menu_tail { TAIL_LOCAL, TAIL_MEMTEST, TAIL_HARDWARE, TAIL_REBOOT, TAIL_POWEROFF, TAIL_COUNT };

struct menu_tail_line {
	const char *label; /* "@local": no image has such a name */
	const char *title;
	const char *help; /* a line that says what it does */
	char hotkey;
	const char *module; /* of PXELINUX that it needs, or NULL */
};

const struct menu_tail_line *menu_tail_line(enum menu_tail);

/* What boots by itself: all NULL for the local disk. */
struct menu_self {
	const struct menu_image *image;
	const struct entry *entry; /* NULL: the image's own default */
};

struct menu_self menu_find_self(enum menu_format, const struct menu_context *,
				const struct menu_image *images, size_t count);

/* What boots without a menu: whether something shall and can. *ret_self has an
   entry then, or is the local disk. A menu is shown when nothing can. */
bool menu_boots_alone(enum menu_format, const struct menu_context *,
		      const struct menu_image *images, size_t count, struct menu_self *ret_self);

/* After how many milliseconds the menu of an image goes on by itself, 0 for
   never: what is said for the machine; else the time that the image says; else,
   when it was chosen to boot by itself, that of the main menu. Never where it would
   start something else than the image does. Where nothing but fallbacks can be
   chosen, the image's time is not kept: it goes back. */
unsigned menu_image_timeout(enum menu_format, const struct menu_context *,
			    const struct menu_image *);

/* The menu of an image that clients of `format` are shown: PXELINUX runs on a
   BIOS, the others mostly on UEFI. */
const struct menu *menu_of(enum menu_format, const struct boot *);

/* The entry in it that is called `label`: NULL if there is none. */
const struct entry *menu_entry_of(enum menu_format, const struct boot *, const char *label);

/* "http://192.0.2.1:8080" */
void menu_append_server(const struct menu_context *, struct text *);

/* What stands before the path of each menu, "" or "machines/ID/". */
const char *menu_folder(const struct menu_context *);

/* Whether a machine with a BIOS that runs iPXE or GRUB is to be sent on to the same
   menu below "bios/": an image has a menu of its own for it. */
bool menu_asks_firmware(const struct menu_context *, const struct menu_image *images, size_t count);

/* The same for TFTP. */
void menu_append_tftp_server(const struct menu_context *, struct text *);

/* URL of a file of the image; `path` "" is the image itself. */
void menu_append_url(const struct menu_context *, const struct menu_image *, const char *path,
		     struct text *);

/* Whether there are arguments to write for `entry`: its own, or the machine's. */
bool menu_has_arguments(const struct menu_context *, const struct entry *);

/* The arguments of `entry` and the machine's, with all tokens filled in but {mac}, for which
   `mac` is written (NULL: there is none). False, with a text at the end of
   nothing, when a token has no value. */
bool menu_append_arguments(const struct menu_context *, const struct menu_image *,
			   const struct entry *, const char *mac, struct text *);

/* Whether `entry` can be offered to clients of `format`: NULL, or why not. The
   text is static, the entry's or in `buffer`. */
const char *menu_why_not(enum menu_format, const struct menu_context *, const struct menu_image *,
			 const struct entry *, char buffer[MENU_WHY_SIZE]);

/* Whether PXELINUX hands `entry` to iPXE, because it cannot load as much. */
bool menu_goes_by_ipxe(const struct entry *);

/* "bios/menus/NAME/LABEL.ipxe": the script that starts `entry` alone. */
void menu_append_start_path(const struct menu_context *, const struct menu_image *,
			    const struct entry *, struct text *);

/* Whether a line for `entry` belongs into a menu at all: those that cannot be
   offered are shown with the reason only if a person would look for them. */
bool menu_is_shown(const struct entry *, const char *why_not);

/* Whether clients of `format` would find a line to choose or to read in `menu`:
   a sub-menu without one is left out. */
bool menu_has_lines(enum menu_format, const struct menu_context *, const struct menu_image *,
		    const struct menu *);

/* Why an image has no menu. */
const char *menu_image_problem(const struct menu_image *);

/* The title of an image. */
const char *menu_image_title(const struct menu_image *);

/* Whether `entry` may start by itself, as far as the image goes: a choice that a
   person sees, nothing stands against it, and it is no last resort. */
bool menu_is_choice(const struct entry *);

/* The entry that a menu of `format` starts with: its default, else the first that
   can be chosen there. A fallback is never one, nor a sub-menu without a choice.
   NULL if there is none. */
const struct entry *menu_first_choice(enum menu_format, const struct menu_context *,
				      const struct menu_image *, const struct menu *);

/* Whether that is also what the image itself starts there, or the local disk: nothing
   else starts by itself in its stead. */
bool menu_keeps_start(enum menu_format, const struct menu_context *, const struct menu_image *,
		      const struct menu *);

/* Whether `entry` stands in `menu` itself, not in a sub-menu. */
bool menu_holds(const struct menu *, const struct entry *);

/* Appends the words of `string` as lines of `columns`, at most `limit` of them;
   the last ends in "..." where more would follow. Empty lines are left out. */
void menu_append_wrapped(struct text *, const char *string, unsigned columns, unsigned limit);

/* Appends at most `columns` of `string` on one line: no control byte, runs of
   blanks one, "..." where it was cut. */
void menu_append_line(struct text *, const char *string, unsigned columns);

/* "1.2 GiB" */
void menu_append_size(struct text *, uint64_t bytes);

bool menu_has_loader(const struct menu_context *, const char *name);

/* Bytes that the boot loader itself loads for `entry`. */
uint64_t menu_load(const struct entry *);

/* Bytes that a machine fetches for `entry`, its initramfs's too as far as that
   is known. */
uint64_t menu_download(const struct entry *);

/* Appends "downloads 1.4 GiB, needs about 3.1 GiB of memory": -> whether any of
   it is known. */
bool menu_append_cost(const struct entry *, struct text *);

/* Appends lines of at most `columns`, each with its '\n': the image's own help,
   at most MENU_HELP_LINES, and the cost. They hold no control byte. */
void menu_append_help(const struct entry *, unsigned columns, struct text *);

/* Appends "debian.iso, 1.4 GiB, 3 entries", for an image that can be read. */
void menu_append_image_help(const struct menu_image *, struct text *);

/* The module that shows menus of PXELINUX: NULL, none is offered. */
const char *menu_pxelinux_module(const struct menu_context *);

/* The file of the image that is the background of `menu` there: NULL, none is. */
const char *menu_pxelinux_picture(const struct menu_context *, const struct menu_image *,
				  const struct menu *);

/* The renderers: one file each. */
void menu_pxelinux_main(const struct menu_context *, const struct menu_image *images, size_t count,
			struct text *);
void menu_pxelinux_local(const struct menu_context *, struct text *);
void menu_pxelinux_image(const struct menu_context *, const struct menu_image *, struct text *);
void menu_ipxe_main(const struct menu_context *, const struct menu_image *images, size_t count,
		    struct text *);
void menu_ipxe_image(const struct menu_context *, const struct menu_image *, struct text *);
void menu_ipxe_start(const struct menu_context *, const struct menu_image *, const struct entry *,
		     struct text *);
void menu_grub_main(const struct menu_context *, const struct menu_image *images, size_t count,
		    struct text *);
void menu_grub_image(const struct menu_context *, const struct menu_image *, struct text *);

#endif
