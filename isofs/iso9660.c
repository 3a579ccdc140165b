/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ISO 9660 on disk: volume descriptors, directory records, names and dates.
 *
 * libiso9660 lends its description of the format: the places of fields come
 * from its on-disk structs by offsetof, the flags from its enums. Its functions
 * are not used: those that read directories are unsafe (LIB-3..5), and its
 * dates go through the C library's time zone, which the reader's jail has not.
 * This is the only file that includes <cdio/...>.
 *
 * Rules: ISO-1..3, ISO-7, ISO-9, ISO-10, ISO-14, GRUB-3.
 */
#include "iso9660.h"

#include <cdio/iso9660.h>
#include <errno.h>
#include <stdio.h>

#include "date.h"
#include "encoding.h"

#define IN_DESCRIPTOR(field) offsetof(iso9660_svd_t, field)
#define IN_RECORD(field) offsetof(iso9660_dir_t, field)

_Static_assert(sizeof(iso9660_pvd_t) == SECTOR_SIZE, "libiso9660's struct is the sector");
_Static_assert(sizeof(iso9660_svd_t) == SECTOR_SIZE, "libiso9660's struct is the sector");

enum { RECORD_NAME = IN_RECORD(filename) + 1, ROOT_RECORD_SIZE = 34 };

/* --- descriptors ----------------------------------------------------------- */

static bool
is_joliet(struct bytes sector)
{
	static const char *const escapes[] = {"%/@", "%/C", "%/E"}; /* ISO-22 */

	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
		if (bytes_match(sector, IN_DESCRIPTOR(escape_sequences), escapes[i]))
			return true;
	return false;
}

enum descriptor_kind
descriptor_kind(struct bytes sector)
{
	if (sector.length < SECTOR_SIZE || !bytes_match(sector, IN_DESCRIPTOR(id), ISO_STANDARD_ID))
		return DESCRIPTOR_FOREIGN;

	switch (bytes_u8(sector, IN_DESCRIPTOR(type))) {
	case ISO_VD_BOOT_RECORD:
		return bytes_match(sector, 7, "EL TORITO SPECIFICATION") ? DESCRIPTOR_BOOT
									 : DESCRIPTOR_OTHER;
	case ISO_VD_PRIMARY:
		return DESCRIPTOR_PRIMARY;
	case ISO_VD_SUPPLEMENTARY:
		if (is_joliet(sector))
			return DESCRIPTOR_JOLIET;
		return bytes_u8(sector, IN_DESCRIPTOR(version)) == 2 ? DESCRIPTOR_ENHANCED
								     : DESCRIPTOR_OTHER;
	case ISO_VD_END:
		return DESCRIPTOR_END;
	default:
		return DESCRIPTOR_OTHER;
	}
}

uint32_t
descriptor_catalog(struct bytes sector)
{
	return bytes_u32(sector, 0x47);
}

uint16_t
descriptor_block_size(struct bytes sector)
{
	return bytes_u16(sector, IN_DESCRIPTOR(logical_block_size));
}

int
descriptor_root(struct bytes sector, struct iso_record *ret_root)
{
	struct bytes bytes =
		bytes_slice(sector, IN_DESCRIPTOR(root_directory_record), ROOT_RECORD_SIZE);

	return iso_record_decode(bytes, ret_root);
}

/* The 16 digits of a date as blkid and GRUB write a volume's UUID (GRUB-3):
   false when there is no date. */
static bool
format_uuid(struct bytes date, char *uuid, size_t size)
{
	const char *digits = (const char *)date.at;
	bool is_zero = true;

	for (size_t i = 0; i < 16; i++) {
		uint8_t digit = bytes_u8(date, i);

		if (digit < '0' || digit > '9')
			return false;
		is_zero = is_zero && digit == '0';
	}
	if (is_zero)
		return false;
	snprintf(uuid, size, "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", digits, digits + 4, digits + 6,
		 digits + 8, digits + 10, digits + 12, digits + 14);
	return true;
}

void
descriptor_volume(struct bytes sector, struct volume *volume)
{
	const size_t date_size = sizeof(iso9660_ltime_t);
	struct bytes created = bytes_slice(sector, IN_DESCRIPTOR(creation_date), date_size);
	struct bytes modified = bytes_slice(sector, IN_DESCRIPTOR(modification_date), date_size);
	const struct {
		size_t offset;
		size_t length;
		char *text;
	} names[] = {
		{IN_DESCRIPTOR(volume_id), ISO_MAX_VOLUME_ID, volume->volume_id},
		{IN_DESCRIPTOR(system_id), ISO_MAX_SYSTEM_ID, volume->system_id},
		{IN_DESCRIPTOR(publisher_id), ISO_MAX_PUBLISHER_ID, volume->publisher},
		{IN_DESCRIPTOR(application_id), ISO_MAX_APPLICATION_ID, volume->application},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		text_from_padded(bytes_slice(sector, names[i].offset, names[i].length),
				 names[i].text, sizeof(volume->volume_id));
	volume->created = iso_date_long(created);
	volume->volume_size =
		(uint64_t)bytes_u32(sector, IN_DESCRIPTOR(volume_space_size)) * SECTOR_SIZE;

	/* blkid: the creation date stands in for a missing modification date. */
	if (!format_uuid(modified, volume->uuid, sizeof(volume->uuid)))
		format_uuid(created, volume->uuid, sizeof(volume->uuid));
}

/* --- directory records ----------------------------------------------------- */

int
iso_record_decode(struct bytes bytes, struct iso_record *ret_record)
{
	size_t length = bytes_u8(bytes, IN_RECORD(length));
	size_t name_length = bytes_u8(bytes, IN_RECORD(filename));
	size_t name_end = RECORD_NAME + name_length;
	uint8_t flags = bytes_u8(bytes, IN_RECORD(file_flags));
	uint64_t block;

	if (length > bytes.length || length < RECORD_NAME + 1 || name_length == 0 ||
	    name_end > length)
		return -EBADMSG;

	bytes = bytes_slice(bytes, 0, length);
	block = (uint64_t)bytes_u32(bytes, IN_RECORD(extent)) +
		bytes_u8(bytes, IN_RECORD(xa_length));
	*ret_record = (struct iso_record){
		.length = length,
		.offset = block * SECTOR_SIZE,
		.size = bytes_u32(bytes, IN_RECORD(size)),
		.mtime = iso_date_short(
			bytes_slice(bytes, IN_RECORD(recording_time), sizeof(iso9660_dtime_t))),
		.is_directory = flags & ISO_DIRECTORY,
		.is_associated = flags & ISO_ASSOCIATED,
		.is_interleaved = bytes_u8(bytes, IN_RECORD(file_unit_size)) != 0 ||
				  bytes_u8(bytes, IN_RECORD(interleave_gap)) != 0,
		.has_more = flags & ISO_MULTIEXTENT,
		.name = bytes_slice(bytes, RECORD_NAME, name_length),
		/* A name of even length has a byte behind it, so that what follows is even. */
		.system_use = bytes_slice(bytes, name_end + (name_length % 2 == 0), length),
	};
	return 0;
}

bool
iso_record_is_dots(const struct iso_record *record)
{
	return record->name.length == 1 && record->name.at[0] <= 1;
}

struct bytes
iso_name_trim(struct bytes name)
{
	size_t end = name.length;

	while (end > 0 && name.at[end - 1] >= '0' && name.at[end - 1] <= '9')
		end--;
	if (end > 1 && name.at[end - 1] == ';')
		name.length = end - 1;
	if (name.length > 1 && name.at[name.length - 1] == '.')
		name.length--;
	return name;
}

/* --- dates ----------------------------------------------------------------- */

/* The zone in minutes; one outside -12..+13 hours is nonsense and taken as UTC. */
static int
decode_zone(uint8_t byte)
{
	int quarters = (int8_t)byte;

	return quarters >= -48 && quarters <= 52 ? quarters * 15 : 0;
}

int64_t
iso_date_short(struct bytes date)
{
	return date_seconds(&(struct date){
		.year = 1900 + bytes_u8(date, 0),
		.month = bytes_u8(date, 1),
		.day = bytes_u8(date, 2),
		.hour = bytes_u8(date, 3),
		.minute = bytes_u8(date, 4),
		.second = bytes_u8(date, 5),
		.zone = decode_zone(bytes_u8(date, 6)),
	});
}

/* `count` digits, -1 when one is none. */
static int
decode_digits(struct bytes date, size_t offset, size_t count)
{
	int value = 0;

	for (size_t i = offset; i < offset + count; i++) {
		uint8_t digit = bytes_u8(date, i);

		if (digit < '0' || digit > '9')
			return -1;
		value = value * 10 + (digit - '0');
	}
	return value;
}

int64_t
iso_date_long(struct bytes bytes)
{
	struct date date = {
		.year = decode_digits(bytes, 0, 4),
		.month = decode_digits(bytes, 4, 2),
		.day = decode_digits(bytes, 6, 2),
		.hour = decode_digits(bytes, 8, 2),
		.minute = decode_digits(bytes, 10, 2),
		.second = decode_digits(bytes, 12, 2),
		.zone = decode_zone(bytes_u8(bytes, 16)),
	};

	if (date.year < 1)
		return 0;
	return date_seconds(&date);
}
