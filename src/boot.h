/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an image can boot: the one model of menus and entries. Parsers of
 * configuration files make it (bootcfg), recipes change it, renderers turn it
 * into the menus of PXELINUX, iPXE and GRUB.
 *
 * Everything hangs from struct boot, which is built once for an image by the
 * scanner and never changed afterwards; boot_free frees it whole.
 */
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "note.h"

struct cpio;
struct look;

enum entry_kind {
	ENTRY_LINUX,   /* kernel, initrds, arguments */
	ENTRY_MEMDISK, /* memdisk with `kernel` as its disk: a path, "" for the whole image */
	ENTRY_SANBOOT, /* iPXE's sanboot with `kernel` as its disk: "", the whole image */
	ENTRY_MODULE,  /* a module of the loader's own set: hdt.c32, reboot.c32, ... */
	ENTRY_PROGRAM, /* a boot sector or boot program of the image: BOOT, BSS, PXE */
	ENTRY_LOCAL,   /* boot from the local disk */
	ENTRY_MENU,    /* opens `submenu` */
	ENTRY_SEPARATOR,
	ENTRY_TEXT, /* a line that cannot be chosen */
};

/* Which firmware can start an entry. */
enum entry_firmware { ENTRY_FOR_ANY, ENTRY_FOR_BIOS, ENTRY_FOR_UEFI };

/* What an initramfs needs that speaks HTTP and cannot be told a port. */
#define ENTRY_NEEDS_PORT_80 "http:80"

/* How the root gets into the machine. */
enum entry_way {
	WAY_NOT_KNOWN, /* of what is no Linux */
	WAY_HTTP,      /* its initramfs fetches by itself */
	WAY_CPIO,      /* it travels in an initrd of ours, and the initramfs takes it from there */
	WAY_WRAPPER,   /* the same, with an init of ours that attaches it as a disc */
	WAY_PASSTHROUGH, /* nothing to fetch: kernel and initrds are all */
	WAY_UNSUPPORTED,
};

/* A file an entry needs: a path from the image's root without leading '/'. An
   initrd below "@cpio/" is an archive of ours. */
struct entry_file {
	char *path;
	uint64_t size; /* bytes */
};

/* A file of the image's tree that its initramfs asks for by itself. */
struct entry_ask {
	char *path;
	bool is_optional; /* it can do without */
	struct entry_ask *next;
};

/* Another label of the image's configuration that stands for the same choice. */
struct entry_alias {
	char *label;
	struct entry_alias *next;
};

struct entry {
	enum entry_kind kind;
	enum entry_firmware firmware;
	/* Its name in the image's configuration, unique in the image: what
	   --default NAME:ENTRY names. */
	char *label;
	struct entry_alias *aliases; /* labels of entries that were merged into this one */
	char *title;                 /* what a person reads */
	char *help;                  /* lines, or NULL */
	char hotkey;                 /* 0: none */
	unsigned indent;             /* columns */
	bool is_default;             /* of its menu */
	bool is_hidden;              /* can be booted by name, is not shown */
	bool is_disabled;            /* shown, cannot be chosen (MENU DISABLE) */
	bool is_fallback;            /* a last resort: by itself only where it is named */
	char *password;              /* as configured, or NULL (SYS-11) */
	struct entry_file kernel;
	struct entry_file *initrds;
	unsigned initrd_count;
	char *original; /* arguments as the image has them */
	/* Arguments as they will be sent, before {tokens} are filled in; a
	   brace of the image's own is doubled: "{{" (token.h). */
	char *arguments;
	unsigned sysappend; /* what PXELINUX shall add, bits (SYS-5); without a recipe */
	char *module;       /* ENTRY_MODULE: "hdt.c32" */
	/* What its initramfs fetches: a path, "" for the whole image, NULL for
	   nothing or not known. */
	struct entry_file root;
	struct entry_ask *asks; /* what else, in this order */
	enum entry_way way;
	char *way_why;                 /* or NULL */
	char *way_fact;                /* what was seen in its initrds for that, or NULL */
	struct entry_note *other_ways; /* what a user could choose instead: words */
	/* The same choice as UEFI firmware starts it, where that differs; it is available
	   if this is, and has no such other itself. NULL: there is no difference. */
	struct entry *on_uefi;
	uint64_t ram;       /* bytes a machine needs, 0: not known */
	const char *recipe; /* name of the recipe that changed it, or NULL */
	const char *needs;  /* the protocol its initramfs speaks ("http"), or NULL */
	char *unavailable;  /* NULL, or why it cannot be offered */
	char *source_path;  /* file of the image it comes from */
	unsigned source_line;
	struct entry_note *notes;
	struct menu *submenu; /* ENTRY_MENU */
	struct entry *next;
};

struct menu {
	char *title;         /* NULL: none configured */
	char *password;      /* MENU MASTER PASSWD, or NULL (SYS-11) */
	unsigned timeout_ms; /* 0: wait for ever */
	struct look *look;   /* on the screen of PXELINUX; NULL: ours, or the outer menu's */
	struct entry *entries;
};

/* An image may have a configuration for BIOS and another for UEFI. Entries of
   both that stand for the same choice have the same label. */
struct boot {
	char *title;               /* what the image calls itself, or NULL */
	struct menu *menu;         /* for BIOS, and for all if there is no other; never NULL */
	struct menu *uefi;         /* for UEFI; NULL: the same */
	unsigned entry_count;      /* choices a person can boot, sub-menus' included */
	const char *family;        /* of the first recipe that matched, or NULL */
	struct cpio *archives;     /* made for its entries: initrds below "@cpio/" */
	struct entry_note *notes;  /* of the image as a whole */
	struct entry_note *read;   /* paths of the configuration files that were read */
	struct entry_note *unread; /* of those that were not: "PATH: why" */
	/* What is wrong in the folder that a user put beside the image. */
	struct entry_note *problems;
};

/* An empty boot with its menu: NULL when out of memory. */
struct boot *boot_new(void);

void boot_free(struct boot *);

/* The menu that machines with this firmware are shown: never NULL. */
const struct menu *boot_menu(const struct boot *, enum entry_firmware);

/* The entry called `label` (case-insensitive), in sub-menus too: in the menu for
   `firmware`, else in the other. NULL if none. */
const struct entry *boot_find_for(const struct boot *, enum entry_firmware, const char *label);

/* The same for any firmware. */
const struct entry *boot_find(const struct boot *, const char *label);

/* Whether `label` is the entry's, or that of one merged into it, in any case. */
bool entry_is_called(const struct entry *, const char *label);

/* Whether a person can boot something with it: a kernel, a disk image or a
   program of the image that nothing stands against. */
bool entry_boots(const struct entry *);

/* Counts the entries that boot, in sub-menus too. */
unsigned menu_count(const struct menu *);

/* Whether both do the same and look the same. */
bool entry_equals(const struct entry *, const struct entry *);

/* Whether both menus have the same entries, which do the same. */
bool menu_equals(const struct menu *, const struct menu *);

/* Counts the choices that boot, those in both menus once. Sanboot, which only
   iPXE has, counts where there is nothing else. */
unsigned boot_count(const struct boot *);

/* For those who make a boot. The int ones return 0 or -ENOMEM. */
int entry_new(enum entry_kind, const char *label, struct entry **ret_entry);

/* A copy without sub-menu, on_uefi and next. */
int entry_copy(const struct entry *, struct entry **ret_copy);

/* Makes one of what a copy has become for UEFI firmware and the entry itself for a
   BIOS. One that is not available leaves the entry to the other firmware. The copy
   is taken over. 0 or -ENOMEM. */
int entry_join(struct entry *, struct entry *on_uefi);
void entry_free(struct entry *); /* with its sub-menu; not the entries after it */
int menu_new(struct menu **ret_menu);
void menu_free(struct menu *);

/* Puts `entry` behind the last one. */
void menu_append(struct menu *, struct entry *);

/* "http", "cpio", ... */
const char *entry_way_name(enum entry_way);

/* Adds a file that it asks for, unless it is known already. */
int entry_ask(struct entry *, const char *path, bool is_optional);

/* Says why the entry cannot be offered, unless a reason is known already. */
int entry_refuse(struct entry *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts a copy of `value` (NULL: nothing) in place of *string. */
int string_set(char **string, const char *value);

#endif
