/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octets to netascii in blocks of any size, and again from the start of any
 * block (TFTP-28).
 */
#include <stdlib.h>
#include <string.h>

#include "netascii.h"
#include "unit.h"

enum { RAW_MAX = 600, TEXT_MAX = 2 * RAW_MAX };

/* The plain definition, all at once. */
static size_t
convert_whole(const uint8_t *raw, size_t length, uint8_t *text)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		if (raw[i] == '\n')
			text[n++] = '\r';
		text[n++] = raw[i];
		if (raw[i] == '\r')
			text[n++] = '\0';
	}
	return n;
}

static void
line_ends_and_returns_become_pairs(void **state)
{
	static const struct {
		const char *name;
		const char *raw;
		const char *text;
		size_t length;
	} rows[] = {
		{"nothing", "", "", 0},
		{"plain", "abc", "abc", 3},
		{"line feed", "a\nb", "a\r\nb", 4},
		{"return", "a\rb", "a\r\0b", 4},
		{"both", "a\r\nb", "a\r\0\r\nb", 6},
		{"at the end", "\n", "\r\n", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct netascii place = {0};
		uint8_t text[16];
		size_t raw_length = strlen(rows[i].raw);
		size_t length = netascii_convert(&place, (const uint8_t *)rows[i].raw, raw_length,
						 text, sizeof(text));
		if (length != rows[i].length || memcmp(text, rows[i].text, length) != 0)
			fail_msg("%s: %zu bytes", rows[i].name, length);
		assert_int_equal(place.offset, raw_length);
		assert_false(place.has_carry);
	}
}

static void
pair_is_divided_between_two_blocks(void **state)
{
	uint8_t raw[512], text[512];
	struct netascii place = {0};

	(void)state;
	memset(raw, 'a', 511);
	raw[511] = '\n';
	assert_int_equal(netascii_convert(&place, raw, 512, text, 512), 512);
	assert_int_equal(text[511], '\r');
	assert_int_equal(place.offset, 512);
	assert_true(place.has_carry);
	assert_int_equal(netascii_convert(&place, raw + 512, 0, text, 512), 1);
	assert_int_equal(text[0], '\n');
	assert_int_equal(netascii_convert(&place, raw + 512, 0, text, 512), 0);
}

/* Each block is made twice, from the place where it begins: a resend. */
static void
blocks_join_to_the_whole_text_and_can_be_made_again(void **state)
{
	static const uint8_t alphabet[] = {'a', '\n', '\r', '\0'};

	(void)state;
	srand(1);
	for (size_t size = 1; size < 40; size++) {
		uint8_t raw[RAW_MAX], whole[TEXT_MAX], joined[TEXT_MAX + 64], again[64];
		size_t raw_length = (size_t)rand() % RAW_MAX;
		for (size_t i = 0; i < raw_length; i++)
			raw[i] = alphabet[rand() % 4];

		struct netascii place = {0};
		size_t length = convert_whole(raw, raw_length, whole);
		size_t made = 0, block;
		do {
			struct netascii before = place;
			size_t left = raw_length - (size_t)place.offset;
			const uint8_t *from = raw + place.offset;
			size_t given = left < size ? left : size;
			block = netascii_convert(&place, from, given, joined + made, size);
			assert_int_equal(netascii_convert(&before, from, given, again, size),
					 block);
			assert_memory_equal(again, joined + made, block);
			assert_memory_equal(&before, &place, sizeof(place));
			made += block;
		} while (block == size);
		assert_int_equal(made, length);
		assert_memory_equal(joined, whole, length);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends_and_returns_become_pairs),
		cmocka_unit_test(pair_is_divided_between_two_blocks),
		cmocka_unit_test(blocks_join_to_the_whole_text_and_can_be_made_again),
	};

	return cmocka_run_group_tests_name("netascii", tests, NULL, NULL);
}
