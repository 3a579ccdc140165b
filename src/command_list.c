/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso list: the images in a directory at a glance, good and bad.
 *
 * The firmware column says what the image was made to start from by itself:
 * its El Torito boot images, and the boot program that UEFI looks for.
 */
#include "commands.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "boot.h"
#include "image.h"
#include "index.h"
#include "json_text.h"
#include "offline.h"
#include "options.h"
#include "text_table.h"

enum { PLATFORM_BIOS = 0, PLATFORM_EFI = 0xef };

static bool
has_platform(const struct volume *volume, uint8_t platform)
{
	for (uint32_t i = 0; i < volume->boot_image_count && i < BOOT_IMAGES_MAX; i++)
		if (volume->boot_images[i].platform == platform &&
		    volume->boot_images[i].bootable != 0)
			return true;
	return false;
}

static bool
boots_bios(const struct image *image)
{
	return image->index != NULL && has_platform(index_volume(image->index), PLATFORM_BIOS);
}

static bool
boots_efi(const struct image *image)
{
	static const char *const programs[] = {"EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/BOOTIA32.EFI",
					       "EFI/BOOT/BOOTAA64.EFI"};
	uint32_t node;

	if (image->index == NULL)
		return false;
	if (has_platform(index_volume(image->index), PLATFORM_EFI))
		return true;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (index_lookup(image->index, programs[i], INDEX_CASEFOLD, &node) == 0)
			return true;
	return false;
}

/* "ok", "damaged" or "bad", and the reason or "". */
static const char *
health_of(const struct image *image, const char **ret_reason)
{
	if (image->index == NULL) {
		*ret_reason = image->why;
		return "bad";
	}
	*ret_reason = index_volume(image->index)->damage;
	return **ret_reason != '\0' ? "damaged" : "ok";
}

/* The family that its boot belongs to, else what the image calls itself. */
static const char *
system_of(const struct image *image)
{
	if (image->boot != NULL && image->boot->family != NULL)
		return image->boot->family;
	if (image->index != NULL && index_volume(image->index)->volume_id[0] != '\0')
		return index_volume(image->index)->volume_id;
	return "-";
}

static int
add_row(struct text_table *table, const struct image *image)
{
	static const char *const firmwares[] = {"-", "BIOS", "UEFI", "BIOS, UEFI"};
	char entries[16] = "-", size[TEXT_SIZE_SIZE] = "-", health[256];
	const char *reason;
	const char *word = health_of(image, &reason);

	if (image->boot != NULL)
		snprintf(entries, sizeof(entries), "%u", image->boot->entry_count);
	if (image->fd != -1)
		text_size(image->identity.size, size);
	snprintf(health, sizeof(health), "%s%s%s", word, *reason != '\0' ? ": " : "", reason);
	return text_table_add(
		table,
		(const char *const[]){image->name, system_of(image), entries, size,
				      firmwares[boots_bios(image) + 2 * boots_efi(image)], health});
}

static int
print_table(const struct offline *offline)
{
	static const char *const heading[] = {"NAME", "SYSTEM",   "ENTRIES",
					      "SIZE", "FIRMWARE", "HEALTH"};
	struct text_table table;
	int err;

	text_table_init(&table, sizeof(heading) / sizeof(heading[0]));
	err = text_table_add(&table, heading);
	for (size_t i = 0; i < offline->image_count && err == 0; i++)
		err = add_row(&table, offline->images[i]);
	if (err == 0)
		text_table_print(&table, stdout);
	text_table_free(&table);
	return err;
}

static json_t *
json_image(const struct image *image)
{
	json_t *firmware = json_array();
	const char *reason;
	const char *health = health_of(image, &reason);
	const struct boot *boot = image->boot;

	if (boots_bios(image))
		json_array_append_new(firmware, json_string("bios"));
	if (boots_efi(image))
		json_array_append_new(firmware, json_string("uefi"));
	return json_pack(
		"{s:s, s:o, s:o?, s:o?, s:o?, s:I, s:o, s:s, s:o?}", "name", image->name, "path",
		json_text(image->path), "volume_id",
		image->index != NULL ? json_text(index_volume(image->index)->volume_id) : NULL,
		"family", boot != NULL && boot->family != NULL ? json_text(boot->family) : NULL,
		"entries", boot != NULL ? json_integer(boot->entry_count) : NULL, "size",
		(json_int_t)image->identity.size, "firmware", firmware, "health", health, "reason",
		*reason != '\0' ? json_text(reason) : NULL);
}

static int
print_json(const struct offline *offline)
{
	json_t *images = json_array();
	int err = 0;

	for (size_t i = 0; i < offline->image_count && err == 0; i++)
		if (json_array_append_new(images, json_image(offline->images[i])) == -1)
			err = -ENOMEM;
	if (err == 0 && json_dumpf(images, stdout, JSON_INDENT(2)) == 0)
		putchar('\n');
	json_decref(images);
	return err;
}

int
command_list(const struct options *options)
{
	struct offline offline;
	int err;

	if (offline_start_configured(&offline, options) < 0)
		return 1;
	err = offline_open_images(&offline);
	if (err == 0)
		err = options->json ? print_json(&offline) : print_table(&offline);
	if (err < 0)
		offline_complain(&offline, "list", strerror(-err));
	return offline_finish(&offline);
}
