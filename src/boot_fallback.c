/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The entries that take an image as a whole; see boot_fallback.h.
 */
#include "boot_fallback.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "source.h"
#include "text.h"

static const uint64_t MIB = UINT64_C(1) << 20;
static const uint64_t GIB = UINT64_C(1) << 30;

/* For the loader, and for a system that uses little more. */
static const uint64_t ROOM = 64 * MIB;

/* Devices take the upper part of the first 4 GiB: more is never free below. */
static const uint64_t MEMDISK_LIMIT = 3 * GIB;

/* What many machines have there in one piece, whatever else they have. */
static const uint64_t MEMDISK_COMMON = 3 * GIB / 2;

/* iPXE of 32 bits writes larger offsets as negative numbers. */
static const uint64_t SANBOOT_BIOS_LIMIT = 2 * GIB;

/* What decides about the entries, and what is said of them. */
struct facts {
	const struct source *source;
	bool boots_uefi;    /* from El Torito's own image for it */
	bool has_others;    /* the image's own configuration boots something */
	bool has_refused;   /* it has something to boot that is not offered */
	bool has_linux;     /* on it, with an initramfs, which may look for the disc */
	bool has_windows;   /* its boot manager starts a kernel that does */
	bool finds_memdisk; /* a Linux that looks for it in memory, too */
};

static bool
has(const struct source *source, const char *path)
{
	struct source_node node;

	return source_find(source, path, &node) == 0;
}

/* Whether the initramfs can find memdisk's disc: Arch's, live-boot's and Void's
   have a program for it, where the maker of the image put it in. */
static bool
finds_memdisk(const struct source *source, const struct entry *entry)
{
	static const char *const paths[] = {"usr/bin/memdiskfind", "bin/memdiskfind",
					    "usr/sbin/memdiskfind", "sbin/memdiskfind"};
	const struct source *tree;
	const char *why;

	for (unsigned i = 0; i < entry->initrd_count; i++) {
		/* One that a recipe has asked is open already, and to open one is
		   slow: no other is asked. */
		if (entry->recipe == NULL || entry->initrds[i].path[0] == '@' ||
		    source_initramfs(source, entry->initrds[i].path, &tree, &why) != 0)
			continue;
		for (size_t j = 0; j < sizeof(paths) / sizeof(paths[0]); j++) {
			if (has(tree, paths[j]))
				return true;
		}
	}
	return false;
}

static void
look_at(struct facts *facts, const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->submenu != NULL)
			look_at(facts, entry->submenu);
		facts->has_refused |= entry->unavailable != NULL;
		if (entry->kind != ENTRY_LINUX || entry->initrd_count == 0 ||
		    entry->kernel.size == 0)
			continue;
		facts->has_linux = true;
		if (facts->source->boots_bios && !facts->finds_memdisk)
			facts->finds_memdisk = finds_memdisk(facts->source, entry);
	}
}

static struct facts
find_facts(const struct source *source, const struct boot *boot)
{
	struct facts facts = {
		.source = source,
		.boots_uefi = has(source, "@efi/EFI/BOOT/BOOTX64.EFI"),
		.has_others = boot_count(boot) > 0,
		.has_windows = has(source, "bootmgr") || has(source, "sources/boot.wim"),
	};

	look_at(&facts, boot->menu);
	if (boot->uefi != NULL)
		look_at(&facts, boot->uefi);
	return facts;
}

/* Appends whether what runs in the end finds its disc. */
static void
append_outlook(const struct facts *facts, bool is_memdisk, struct text *help)
{
	if (facts->has_linux && is_memdisk && facts->finds_memdisk)
		text_append(help, "Its Linux looks for the image in memory (memdiskfind).\n");
	else if (facts->has_linux)
		text_append(help, "A last resort: a Linux that looks for its disc does not "
				  "find it again.\n");
	if (facts->has_windows)
		text_append(help, "Windows Setup does not find its disc again.\n");
	if (!facts->has_linux && !facts->has_windows)
		text_append(help, "For what only uses the firmware, as DOS, memory tests and boot "
				  "managers do: a system with drivers of its own does not find "
				  "the disc again.\n");
}

/* Makes an entry for the whole image, at the end of `menu`: "Image `title`".
   Takes `help`. NULL when out of memory. */
static struct entry *
add_whole(const struct facts *facts, enum entry_kind kind, const char *title, struct text *help,
	  struct menu *menu)
{
	bool is_memdisk = kind == ENTRY_MEMDISK;
	struct text line = {0};
	struct entry *entry = NULL;
	bool is_whole = false;

	append_outlook(facts, is_memdisk, help);
	if (entry_new(kind, is_memdisk ? "memdisk" : "sanboot", &entry) == 0) {
		menu_append(menu, entry);
		entry->is_fallback = facts->has_others || facts->has_refused || facts->has_linux ||
				     facts->has_windows;
		text_printf(&line, entry->is_fallback ? "Fallback: image %s" : "Image %s", title);
		is_whole = string_set(&entry->kernel.path, "") == 0 &&
			   text_take(&line, &entry->title, NULL) == 0 &&
			   text_take(help, &entry->help, NULL) == 0;
	}
	text_free(&line);
	text_free(help);
	return is_whole ? entry : NULL;
}

static int
add_memdisk(const struct facts *facts, struct menu *menu)
{
	uint64_t size = facts->source->image_size;
	struct text help = {0};
	struct entry *entry;

	text_append(&help, "All of the image is loaded into memory, where the BIOS sees a disc.\n");
	if (size > MEMDISK_COMMON)
		text_append(&help, "Many machines have less than that in one piece below 4 GiB.\n");
	entry = add_whole(facts, ENTRY_MEMDISK, "in memory (memdisk)", &help, menu);
	if (entry == NULL)
		return -ENOMEM;
	entry->firmware = ENTRY_FOR_BIOS;
	entry->kernel.size = size;
	entry->ram = size + ROOM;
	if (size > MEMDISK_LIMIT)
		return entry_refuse(entry,
				    "larger than 3 GiB: memdisk needs it in one piece of "
				    "memory below 4 GiB, where devices have their place too");
	return string_set(&entry->arguments, "iso raw");
}

/* Why a BIOS cannot start the image through iPXE, or NULL. */
static const char *
why_no_sanboot_on_bios(const struct source *source)
{
	if (!source->boots_bios)
		return "El Torito has no image for a BIOS";
	if (source->bios_emulates)
		return "El Torito has the BIOS emulate a disk, which iPXE cannot";
	if (source->image_size > SANBOOT_BIOS_LIMIT)
		return "larger than the 2 GiB that iPXE can read on a BIOS";
	return NULL;
}

static int
add_sanboot(const struct facts *facts, struct menu *menu)
{
	const char *bios = why_no_sanboot_on_bios(facts->source);
	struct text help = {0};
	struct entry *entry;

	text_append(&help, "The firmware reads the image over the network, as a disc.\n");
	entry = add_whole(facts, ENTRY_SANBOOT, "as a network disc (sanboot)", &help, menu);
	if (entry == NULL)
		return -ENOMEM;
	if (facts->boots_uefi && bios == NULL)
		return 0;
	if (facts->boots_uefi) {
		entry->firmware = ENTRY_FOR_UEFI;
		return note_add(&entry->notes, "not on a BIOS: %s", bios);
	}
	entry->firmware = ENTRY_FOR_BIOS;
	if (bios != NULL)
		return entry_refuse(entry, "%s", bios);
	return note_add(&entry->notes,
			"not on UEFI: El Torito has no image with EFI/BOOT/BOOTX64.EFI");
}

/* The image's own entries for memdisk: a disk of the image, in memory. */
static int
complete_memdisk(struct menu *menu)
{
	int error = 0;

	for (struct entry *entry = menu->entries; entry != NULL && error == 0;
	     entry = entry->next) {
		const char *ending =
			entry->kernel.path != NULL ? strrchr(entry->kernel.path, '.') : NULL;

		if (entry->submenu != NULL)
			error = complete_memdisk(entry->submenu);
		if (entry->kind != ENTRY_MEMDISK || entry->kernel.size == 0)
			continue;
		entry->ram = entry->kernel.size + ROOM;
		if (entry->kernel.size > MEMDISK_LIMIT)
			error = entry_refuse(entry, "larger than 3 GiB: memdisk needs it in one "
						    "piece of memory below 4 GiB");
		else if (ending != NULL &&
			 (strcasecmp(ending, ".gz") == 0 || strcasecmp(ending, ".zip") == 0))
			error = note_add(&entry->notes,
					 "memdisk unpacks it, and needs as much memory more");
	}
	return error;
}

static int
add_to(const struct facts *facts, struct menu *menu)
{
	int error = complete_memdisk(menu);

	if (error == 0 && facts->source->boots_bios)
		error = add_memdisk(facts, menu);
	if (error == 0 && (facts->source->boots_bios || facts->boots_uefi))
		error = add_sanboot(facts, menu);
	return error;
}

int
boot_fallback_add(const struct source *source, struct boot *boot)
{
	const struct facts facts = find_facts(source, boot);
	int error = add_to(&facts, boot->menu);

	if (error == 0 && boot->uefi != NULL)
		error = add_to(&facts, boot->uefi);
	if (error == 0 && facts.boots_uefi && !source->boots_bios)
		error = note_add(&boot->notes, "no entry for memdisk: El Torito has no image for "
					       "a BIOS");
	return error;
}
