/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walking a UDF tree: what becomes a node, where its bytes are, and what is
 * left out and counted (UDF-4..6, ISO-13).
 */
#include "index_layout.h"
#include "udf_unit.h"

/* The extents of FILE as "offset+length", in blocks of the partition. */
static const char *
extents_of_file(const struct index *index)
{
	static char text[256];
	uint32_t count = 0;
	const struct extent *extents = index_extents(index, find(index, "FILE"), &count);
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%.2f+%u ",
					 (double)extents[i].offset / SECTOR - PARTITION,
					 (unsigned)extents[i].length);
	return text;
}

static void
file_is_where_its_allocations_are(void **state)
{
	static const struct {
		const char *name;
		uint64_t size;
		struct allocations allocations;
		const char *extents;
		const char *damage; /* "": the file is served */
	} rows[] = {
		{"one", 5, {{{5, 10}}}, "10.00+5 ", ""},
		{"empty", 0, {{{0, 0}}}, "", ""},
		{"empty, with a place beyond all", 0, {{{0, 9999}}}, "", ""},
		{"two pieces", 2050, {{{2048, 10}, {2, 20}}}, "10.00+2048 20.00+2 ", ""},
		{"two that touch", 2050, {{{2048, 10}, {2, 11}}}, "10.00+2050 ", ""},
		{"more than its size", 5, {{{2048, 10}}}, "10.00+5 ", ""},
		{"a reserve behind its size", 5, {{{5, 10}, {HOLE | 2048, 11}}}, "10.00+5 ", ""},
		{"to the end of the image", 2048, {{{2048, 59}}}, "59.00+2048 ", ""},
		{"less than its size", 6, {{{5, 10}}}, "", "files without their last part: 1"},
		{"a size beyond all",
		 UINT64_MAX,
		 {{{5, 10}}},
		 "",
		 "files without their last part: 1"},
		{"no allocation", 6, {{{0, 0}}}, "", "files without their last part: 1"},
		{"nothing written", 5, {{{HOLE | 5, 10}}}, "", "files with holes: 1"},
		{"no place", 4096, {{{2048, 10}, {NOWHERE | 2048, 0}}}, "", "files with holes: 1"},
		{"past the end", 2049, {{{2049, 59}}}, "", "files past its end: 1"},
		{"far past it", 5, {{{5, UINT32_MAX}}}, "", "files past its end: 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = udf_new_with_file();
		bool is_whole = rows[i].damage[0] == '\0';
		struct index *index;
		uint32_t node;

		udf_entry(image, 3, KIND_FILE, rows[i].size, rows[i].allocations);
		index = image_index(image);
		node = find(index, "FILE");
		if (index_kind(index, node) != (is_whole ? NODE_FILE : NODE_OTHER) ||
		    index_size(index, node) != (is_whole ? rows[i].size : 0) ||
		    strcmp(extents_of_file(index), rows[i].extents) != 0 ||
		    strcmp(index_volume(index)->damage, rows[i].damage) != 0)
			fail_msg("%s: %s \"%s\"", rows[i].name, extents_of_file(index),
				 index_volume(index)->damage);
		index_close(index);
	}
}

static void
bytes_in_an_entry_are_served_from_there(void **state)
{
	struct image *image = udf_new_with_file();
	struct index *index;
	char expected[32];

	(void)state;
	udf_embed(image, 3, KIND_FILE, "hello", 5);
	index = image_index(image);
	snprintf(expected, sizeof(expected), "%.2f+5 ", 3 + 176 / 2048.0);
	assert_string_equal(extents_of_file(index), expected);
	index_close(index);

	/* A size that is larger than the entry. */
	image = udf_new_with_file();
	udf_embed(image, 3, KIND_FILE, "hello", 5);
	udf_at(image, 3)[56] = 6;
	udf_seal_again(udf_at(image, 3));
	index = image_index(image);
	assert_int_equal(index_kind(index, find(index, "FILE")), NODE_OTHER);
	assert_string_equal(index_volume(index)->damage, "files that make no sense: 1");
	index_close(index);
}

static void
list_of_allocations_goes_on_elsewhere(void **state)
{
	static const struct {
		const char *name;
		uint32_t to;     /* where the continuation leads */
		uint32_t length; /* of the list there */
		uint32_t last;   /* type and length of its second allocation */
		uint32_t last_block;
		const char *extents;
	} rows[] = {
		{"as it should", 20, 16, 2, 40, "10.00+2048 30.00+2048 40.00+2 "},
		{"to a third list", 20, 16, MORE_AT | 2048, 21, "10.00+2048 30.00+2048 50.00+2 "},
		{"to what is none", 22, 16, 2, 40, ""},
		{"to nowhere", UINT32_MAX, 16, 2, 40, ""},
		{"with a length beyond its block", 20, SECTOR - 23, 2, 40, ""},
		{"in a ring", 20, 16, MORE_AT | 2048, 20, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = udf_new_with_file();
		uint8_t *second = udf_at(image, 20), *third = udf_at(image, 21);
		struct index *index;

		udf_entry(image, 3, KIND_FILE, i == 5 ? UINT64_MAX : 4098,
			  (struct allocations){{{2048, 10}, {MORE_AT | 2048, rows[i].to}}});
		put_u32(second + 20, rows[i].length);
		put_u32(second + 24, i == 5 ? HOLE | 1 : 2048);
		put_u32(second + 28, 30);
		put_u32(second + 32, rows[i].last);
		put_u32(second + 36, rows[i].last_block);
		udf_seal(second, 258, 20, 40);
		put_u32(third + 20, 8);
		put_u32(third + 24, 2);
		put_u32(third + 28, 50);
		udf_seal(third, 258, 21, 32);
		index = image_index(image);
		if (strcmp(extents_of_file(index), rows[i].extents) != 0)
			fail_msg("%s: %s", rows[i].name, extents_of_file(index));
		index_close(index);
	}
}

static void
entries_of_directories_are_chosen(void **state)
{
	struct image *image = udf_new();
	struct spot spot = udf_directory(image, ROOT);
	struct index *index;

	(void)state;
	udf_identifier(image, &spot, "\10HIDDEN", 3, FLAG_HIDDEN);
	udf_identifier(image, &spot, "\10DELETED", 3, FLAG_DELETED);
	udf_identifier(image, &spot, "\10SAME", 3, 0);
	udf_identifier(image, &spot, "\10LINK", 4, 0);
	udf_identifier(image, &spot, "\10EMPTY", 5, FLAG_DIRECTORY);
	udf_identifier(image, &spot, "\10a/b", 3, 0);
	udf_identifier(image, &spot, "\10..", 3, 0);
	udf_identifier(image, &spot, "\11WHAT", 3, 0);
	udf_end_directory(image, ROOT, spot);
	udf_entry(image, 3, KIND_FILE, 5, (struct allocations){{{5, 10}}});
	udf_entry(image, 4, KIND_SYMLINK, 5, (struct allocations){{{5, 10}}});
	udf_end_directory(image, 5, udf_directory(image, 5));
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "EMPTY HIDDEN LINK SAME _ _. a_b ");
	assert_int_equal(index_kind(index, find(index, "LINK")), NODE_OTHER);
	assert_int_equal(index_kind(index, find(index, "EMPTY")), NODE_DIRECTORY);
	assert_int_equal(index_size(index, find(index, "SAME")), 5);
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);
}

static void
directory_may_be_in_pieces_of_any_length(void **state)
{
	struct image *image = udf_new_with_file();
	struct index *index;

	(void)state;
	/* 84 bytes in all: ".." has 40, FILE 44. The cuts are within a tag. */
	memcpy(udf_at(image, 30), udf_at(image, 2) + 43, 20);
	memcpy(udf_at(image, 31), udf_at(image, 2) + 63, 21);
	udf_entry(image, ROOT, KIND_DIRECTORY, 84,
		  (struct allocations){{{43, 2}, {20, 30}, {21, 31}}});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "FILE ");
	index_close(index);

	/* Or in its own entry. */
	image = udf_new_with_file();
	udf_embed(image, ROOT, KIND_DIRECTORY, udf_at(image, 2), 84);
	memset(udf_at(image, 2), 0, SECTOR);
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "FILE ");
	index_close(index);
}

static void
damage_is_left_out_and_counted(void **state)
{
	static const struct {
		const char *name;
		uint32_t block;
		size_t offset;
		uint8_t value;
		bool is_sealed; /* the checksums are made right again */
		const char *names;
		const char *damage;
	} rows[] = {
		{"nothing", 3, 12, 3, false, "FILE ", ""},
		{"a broken entry", 3, 80, 1, false, "FILE ", "files that make no sense: 1"},
		{"an entry of another place", 3, 12, 4, true, "FILE ",
		 "files that make no sense: 1"},
		{"no entry", 3, 0, 0, true, "FILE ", "files that make no sense: 1"},
		{"a broken name", 2, 40 + 40, 'X', false, "", "directories that make no sense: 1"},
		{"no name's tag", 2, 40, 0, false, "", "directories that make no sense: 1"},
		{"a name longer than the directory", 2, 40 + 19, 200, false, "",
		 "directories that make no sense: 1"},
		{"a directory that ends within a name", ROOT, 56, 83, true, "",
		 "directories that make no sense: 1"},
		{"a directory longer than its allocation", ROOT, 56, 85, true, "FILE ",
		 "directories that make no sense: 1"},
		{"a directory without \"..\"", ROOT, 56, 0, true, "",
		 "directories that make no sense: 1"},
		{"a directory with a hole", ROOT, 176 + 3, 0x40, true, "",
		 "directories that make no sense: 1"},
		{"a directory past the end", ROOT, 176 + 6, 1, true, "",
		 "directories past its end: 1"},
		{"the place in a name's tag", 2, 40 + 12, 9, true, "FILE ", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = udf_new_with_file();
		uint8_t *at = udf_at(image, rows[i].block);
		struct index *index;

		at[rows[i].offset] = rows[i].value;
		if (rows[i].is_sealed)
			udf_seal_again(rows[i].block == 2 ? at + 40 : at);
		index = image_index(image);
		if (strcmp(names_in(index, ""), rows[i].names) != 0 ||
		    strcmp(index_volume(index)->damage, rows[i].damage) != 0)
			fail_msg("%s: %s\"%s\"", rows[i].name, names_in(index, ""),
				 index_volume(index)->damage);
		index_close(index);
	}
}

static void
directory_is_read_once(void **state)
{
	struct image *image = udf_new();
	struct spot spot = udf_directory(image, ROOT);
	struct index *index;

	(void)state;
	udf_identifier(image, &spot, "\10AGAIN", ROOT, FLAG_DIRECTORY);
	udf_identifier(image, &spot, "\10ONE", 3, FLAG_DIRECTORY);
	udf_identifier(image, &spot, "\10TWO", 3, FLAG_DIRECTORY);
	udf_end_directory(image, ROOT, spot);
	spot = udf_directory(image, 3);
	udf_identifier(image, &spot, "\10FILE", 5, 0);
	udf_end_directory(image, 3, spot);
	udf_entry(image, 5, KIND_FILE, 5, (struct allocations){{{5, 10}}});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "AGAIN ONE TWO ");
	assert_string_equal(names_in(index, "AGAIN"), "");
	assert_string_equal(names_in(index, "ONE"), "FILE ");
	assert_string_equal(names_in(index, "TWO"), "");
	assert_string_equal(index_volume(index)->damage, "directories that make no sense: 2");
	index_close(index);
}

static void
tree_is_no_deeper_than_an_index(void **state)
{
	struct image *image = udf_new();
	struct index *index;

	(void)state;
	memset(image_at(image, UDF_SECTORS - 1, 0), 0, SECTOR);
	image->size = sizeof(image->bytes);
	udf_put_anchor(image, SECTORS_MAX - 1);
	/* Each directory is in its entry, and holds the next one. */
	for (uint32_t block = ROOT; block < ROOT + INDEX_DEPTH_MAX + 10; block++) {
		uint8_t bytes[SECTOR];
		struct spot spot = {0};

		udf_identifier(image, &spot, "", ROOT, FLAG_PARENT | FLAG_DIRECTORY);
		udf_identifier(image, &spot, "\10d", block + 1, FLAG_DIRECTORY);
		memcpy(bytes, image->bytes, spot.offset);
		udf_embed(image, block, KIND_DIRECTORY, bytes, spot.offset);
	}
	index = image_index(image);
	assert_int_equal(index_node_count(index), 1 + INDEX_DEPTH_MAX);
	assert_string_equal(index_volume(index)->damage, "directories that make no sense: 1");
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_is_where_its_allocations_are),
		cmocka_unit_test(bytes_in_an_entry_are_served_from_there),
		cmocka_unit_test(list_of_allocations_goes_on_elsewhere),
		cmocka_unit_test(entries_of_directories_are_chosen),
		cmocka_unit_test(directory_may_be_in_pieces_of_any_length),
		cmocka_unit_test(damage_is_left_out_and_counted),
		cmocka_unit_test(directory_is_read_once),
		cmocka_unit_test(tree_is_no_deeper_than_an_index),
	};

	return cmocka_run_group_tests_name("udf_walk", tests, NULL, NULL);
}
