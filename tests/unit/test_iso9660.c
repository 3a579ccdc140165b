/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ISO 9660 on disk: records, names, dates, descriptors, one at a time
 * (ISO-1, ISO-2, ISO-7, ISO-9, ISO-10, ISO-14, GRUB-3).
 */
#include "iso9660.h"

#include "encoding.h"
#include "iso_unit.h"

static struct bytes
bytes_of(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static void
plain_name_loses_version_and_empty_extension(void **state)
{
	static const struct {
		const char *recorded;
		const char *name;
	} rows[] = {
		{"README.TXT;1", "README.TXT"},
		{"README.;1", "README"},
		{"README.", "README"},
		{"README", "README"},
		{"A;32767", "A"},
		{"A;B;1", "A;B"},
		{"A;", "A"},
		{"a.b.c;1", "a.b.c"},
		{"A;1B", "A;1B"},
		{"DISK1", "DISK1"},
		{".;1", "."},
		{";1", ";1"},
		{"12", "12"},
		{"..", "."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes name = iso_name_trim(bytes_of(rows[i].recorded));

		if (name.length != strlen(rows[i].name) ||
		    memcmp(name.at, rows[i].name, name.length) != 0)
			fail_msg("%s gives %.*s", rows[i].recorded, (int)name.length,
				 (const char *)name.at);
	}
}

static void
short_date_is_seconds_since_1970(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[7];
		int64_t seconds;
	} rows[] = {
		{"the epoch", {70, 1, 1, 0, 0, 0, 0}, 0},
		{"leap day", {100, 2, 29, 12, 30, 15, 0}, 951827415},
		{"day after it", {100, 3, 1, 0, 0, 0, 0}, 951868800},
		{"no leap day in 2100", {200, 3, 1, 0, 0, 0, 0}, 4107542400},
		{"last year there is", {255, 12, 31, 23, 59, 59, 0}, 5869583999},
		{"before the epoch", {69, 12, 31, 23, 59, 59, 0}, -1},
		{"two hours east", {126, 11, 22, 12, 0, 0, 8}, 1795341600},
		{"five hours west", {126, 11, 22, 12, 0, 0, (uint8_t)-20}, 1795366800},
		{"zone of nonsense", {126, 11, 22, 12, 0, 0, 100}, 1795348800},
		{"not recorded", {0, 0, 0, 0, 0, 0, 0}, 0},
		{"thirteenth month", {126, 13, 1, 0, 0, 0, 0}, 0},
		{"day 0", {126, 1, 0, 0, 0, 0, 0}, 0},
		{"hour 24", {126, 1, 1, 24, 0, 0, 0}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t seconds = iso_date_short((struct bytes){rows[i].bytes, 7});

		if (seconds != rows[i].seconds)
			fail_msg("%s: %lld", rows[i].name, (long long)seconds);
	}
}

static void
long_date_is_seconds_since_1970(void **state)
{
	static const struct {
		const char *text;
		char zone;
		int64_t seconds;
	} rows[] = {
		{"1970010100000000", 0, 0},
		{"2026112212000099", 0, 1795348800},
		{"2026112212000000", 4, 1795345200},
		{"0000000000000000", 0, 0},
		{"                ", 0, 0},
		{"2026ab2212000000", 0, 0},
		{"9999123123595999", 0, 253402300799},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char bytes[17];
		int64_t seconds;

		memcpy(bytes, rows[i].text, 16);
		bytes[16] = rows[i].zone;
		seconds = iso_date_long((struct bytes){(const uint8_t *)bytes, 17});
		if (seconds != rows[i].seconds)
			fail_msg("%s: %lld", rows[i].text, (long long)seconds);
	}
}

static void
record_must_hold_together(void **state)
{
	static const struct {
		const char *name;
		uint8_t length, name_length;
		size_t there;
		int result;
	} rows[] = {
		{"whole", 40, 7, 40, 0},
		{"more bytes behind it", 40, 7, 2048, 0},
		{"smallest", 34, 1, 34, 0},
		{"its end is missing", 40, 7, 39, -EBADMSG},
		{"too short", 33, 0, 40, -EBADMSG},
		{"name without length", 40, 0, 40, -EBADMSG},
		{"name behind its end", 40, 8, 40, -EBADMSG},
		{"name far behind its end", 40, 255, 40, -EBADMSG},
		{"nothing", 0, 0, 0, -EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Its exact size, so that reading one byte too many is seen. */
		uint8_t *bytes = calloc(1, rows[i].there ? rows[i].there : 1);
		struct iso_record record;
		int result;

		if (rows[i].there > 32) {
			bytes[0] = rows[i].length;
			bytes[32] = rows[i].name_length;
		}
		result = iso_record_decode((struct bytes){bytes, rows[i].there}, &record);
		if (result != rows[i].result)
			fail_msg("%s gives %d", rows[i].name, result);
		free(bytes);
	}
}

static void
record_is_decoded(void **state)
{
	struct image *image = image_new(24);
	struct iso_record record;
	size_t length;

	(void)state;
	length = image_put_record(image, 0, "NAME",
				  (struct record){.block = 0xfffffff0,
						  .size = 0xfffffffe,
						  .flags = 0x80 | 4 | 2,
						  .xattr_blocks = 0x20,
						  .unit_size = 1,
						  .system_use = "SYSTEM",
						  .system_use_length = 6});
	assert_int_equal(iso_record_decode((struct bytes){image->bytes, SECTOR}, &record), 0);
	assert_int_equal(record.length, length);
	assert_int_equal(record.offset, (0xfffffff0ULL + 0x20) * SECTOR);
	assert_int_equal(record.size, 0xfffffffe);
	assert_int_equal(record.mtime, 1795348800);
	assert_true(record.is_directory && record.is_associated && record.is_interleaved &&
		    record.has_more && !iso_record_is_dots(&record));
	assert_int_equal(record.name.length, 4);
	assert_int_equal(record.system_use.length, 6);
	assert_memory_equal(record.system_use.at, "SYSTEM", 6);
	free(image);
}

static void
descriptor_is_recognised(void **state)
{
	static const struct {
		const char *name;
		uint8_t type, version;
		const char *text; /* at 88, or at 7 of a boot record */
		enum descriptor_kind kind;
	} rows[] = {
		{"primary", 1, 1, "", DESCRIPTOR_PRIMARY},
		{"Joliet level 1", 2, 1, "%/@", DESCRIPTOR_JOLIET},
		{"Joliet level 2", 2, 1, "%/C", DESCRIPTOR_JOLIET},
		{"Joliet level 3", 2, 1, "%/E", DESCRIPTOR_JOLIET},
		{"ISO 9660:1999", 2, 2, "", DESCRIPTOR_ENHANCED},
		{"other supplementary", 2, 1, "%/X", DESCRIPTOR_OTHER},
		{"El Torito", 0, 1, "EL TORITO SPECIFICATION", DESCRIPTOR_BOOT},
		{"another boot record", 0, 1, "SOMETHING", DESCRIPTOR_OTHER},
		{"partition", 3, 1, "", DESCRIPTOR_OTHER},
		{"end", 255, 1, "", DESCRIPTOR_END},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t sector[SECTOR] = {rows[i].type, 'C', 'D', '0', '0', '1', rows[i].version};
		size_t place = rows[i].type == 0 ? 7 : 88;

		memcpy(sector + place, rows[i].text, strlen(rows[i].text));
		if (descriptor_kind((struct bytes){sector, SECTOR}) != rows[i].kind)
			fail_msg("%s", rows[i].name);
		assert_int_equal(descriptor_kind((struct bytes){sector, SECTOR - 1}),
				 DESCRIPTOR_FOREIGN);
		sector[1] = 'X';
		assert_int_equal(descriptor_kind((struct bytes){sector, SECTOR}),
				 DESCRIPTOR_FOREIGN);
	}
}

static void
volume_has_the_uuid_that_blkid_gives(void **state)
{
	static const struct {
		const char *created;
		const char *modified;
		const char *uuid;
	} rows[] = {
		{"2026112212345678", "2027010203040506", "2027-01-02-03-04-05-06"},
		{"2026112212345678", "0000000000000000", "2026-11-22-12-34-56-78"},
		{"2026112212345678", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "2026-11-22-12-34-56-78"},
		{"0000000000000000", "0000000000000000", ""},
		{"                ", "202611221234567x", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = image_new(24);
		struct volume volume = {0};

		memcpy(image_at(image, 16, 813), rows[i].created, 16);
		memcpy(image_at(image, 16, 830), rows[i].modified, 16);
		descriptor_volume((struct bytes){image_at(image, 16, 0), SECTOR}, &volume);
		assert_string_equal(volume.uuid, rows[i].uuid);
		assert_string_equal(volume.volume_id, "VOLUME");
		assert_string_equal(volume.system_id, "");
		assert_int_equal(volume.volume_size, 24 * SECTOR);
		free(image);
	}
}

static void
text_of_a_volume_can_be_printed(void **state)
{
	static const struct {
		const char *field;
		size_t size;
		const char *text;
	} rows[] = {
		{"DEBIAN 12   ", 99, "DEBIAN 12"},
		{"", 99, ""},
		{"caf\xc3\xa9", 99, "caf\xc3\xa9"},
		{"caf\xe9 x", 99, "caf\xc3\xa9 x"},
		{"a\nb\x7f\x1b[m", 99, "a?b??[m"},
		{"\xc0\xaf\xed\xa0\x80", 99, "\xc3\x80\xc2\xaf\xc3\xad\xc2\xa0\xc2\x80"},
		{"\xf0\x9f\x92\xbf", 99, "\xf0\x9f\x92\xbf"},
		{"\xf0\x9f\x92", 99, "\xc3\xb0\xc2\x9f\xc2\x92"},
		{"caf\xc3\xa9", 5, "caf"},
		{"abc", 3, "ab"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[100];

		text_from_padded(bytes_of(rows[i].field), text, rows[i].size);
		assert_string_equal(text, rows[i].text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_name_loses_version_and_empty_extension),
		cmocka_unit_test(short_date_is_seconds_since_1970),
		cmocka_unit_test(long_date_is_seconds_since_1970),
		cmocka_unit_test(record_must_hold_together),
		cmocka_unit_test(record_is_decoded),
		cmocka_unit_test(descriptor_is_recognised),
		cmocka_unit_test(volume_has_the_uuid_that_blkid_gives),
		cmocka_unit_test(text_of_a_volume_can_be_printed),
	};

	return cmocka_run_group_tests_name("iso9660", tests, NULL, NULL);
}
