/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joliet's names become UTF-8, whatever units they are made of (ISO-22).
 */
#include "joliet.h"

#include "iso_unit.h"

static void
name_becomes_utf8(void **state)
{
	static const struct {
		const char *recorded;
		size_t length;
		const char *name;
	} rows[] = {
		{"\0R\0E\0A\0D", 8, "READ"},
		{"\0a\0;\0001", 6, "a"},
		{"\0a\0;\0001\0002", 8, "a"},
		{"\0a\0;\0b", 6, "a;b"},
		{"\0;\0001", 4, ";1"},
		{"\x3b\x31\0a", 4,
		 "\xe3\xac\xb1"
		 "a"}, /* bytes of ";1" in another character */
		{"\0\xe9", 2, "\xc3\xa9"},
		{"\x67\x2c", 2, "\xe6\x9c\xac"},
		{"\xd8\x3d\xdc\xbf", 4, "\xf0\x9f\x92\xbf"},
		{"\xd8\x3d\0a", 4,
		 "\xef\xbf\xbd"
		 "a"},
		{"\xdc\xbf\0a", 4,
		 "\xef\xbf\xbd"
		 "a"},
		{"\xd8\x3d", 2, "\xef\xbf\xbd"},
		{"\0a\0", 3, "a"},
		{"", 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[JOLIET_NAME_SIZE];
		struct bytes recorded = {(const uint8_t *)rows[i].recorded, rows[i].length};
		size_t length = joliet_name_decode(recorded, name);

		if (length != strlen(rows[i].name) || memcmp(name, rows[i].name, length) != 0)
			fail_msg("row %zu gives %.*s", i, (int)length, name);
	}
}

static void
longest_name_there_is_room_for_is_whole(void **state)
{
	uint8_t recorded[222];
	char name[JOLIET_NAME_SIZE];

	(void)state;
	memset(recorded, 0x67, sizeof(recorded));
	assert_int_equal(joliet_name_decode((struct bytes){recorded, sizeof(recorded)}, name),
			 111 * 3);
	/* And what could not be recorded does not leave the buffer. */
	assert_in_range(joliet_name_decode((struct bytes){(uint8_t[1000]){0x67}, 1000}, name), 1,
			JOLIET_NAME_SIZE);
}

static void
name_that_would_be_a_path_is_harmless(void **state)
{
	struct image *image = image_new(40);
	struct spot spot;
	struct index *index;

	(void)state;
	image_directory(image, ROOT_SECTOR);
	image_descriptor(image, 17, 2, 25);
	memcpy(image_at(image, 17, 88), "%/@", 3);
	image_descriptor(image, 18, 255, 0);
	spot = image_directory(image, 25);
	image_record(image, &spot, "\0.\0.", (struct record){.block = 30, .name_length = 4});
	image_record(image, &spot, "\0a\0/\0b", (struct record){.block = 30, .name_length = 6});
	image_record(image, &spot, "\0a\0\0\0c", (struct record){.block = 30, .name_length = 6});
	image_record(image, &spot, "x", (struct record){.block = 30, .name_length = 1});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "_ _. a_b a_c ");
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_becomes_utf8),
		cmocka_unit_test(longest_name_there_is_room_for_is_whole),
		cmocka_unit_test(name_that_would_be_a_path_is_harmless),
	};

	return cmocka_run_group_tests_name("joliet", tests, NULL, NULL);
}
