/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole images, written byte by byte: what is odd is read as it is meant, what
 * is broken is left out and named, and nothing makes the walk go on for ever
 * (ISO-4, ISO-8..14).
 */
#include "index_layout.h"
#include "iso_unit.h"

static void
plain_image_is_read(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	const struct extent *extents;
	struct index *index;
	uint32_t count;

	(void)state;
	image_record(image, &spot, "BOOT", (struct record)DIRECTORY_AT(21));
	image_record(image, &spot, "README.;1", (struct record){.block = 30, .size = 5000});
	spot = image_directory(image, 21);
	image_record(image, &spot, "KERNEL.IMG;1", (struct record){.block = 33, .size = 1});
	index = image_index(image);

	assert_int_equal(index_volume(index)->tree, TREE_ISO9660);
	assert_string_equal(index_volume(index)->damage, "");
	assert_string_equal(names_in(index, ""), "BOOT README ");
	assert_string_equal(names_in(index, "BOOT"), "KERNEL.IMG ");
	assert_int_equal(index_size(index, find(index, "README")), 5000);
	assert_int_equal(index_mtime(index, find(index, "README")), 1795348800);
	extents = index_extents(index, find(index, "BOOT/KERNEL.IMG"), &count);
	assert_int_equal(count, 1);
	assert_int_equal(extents[0].offset, 33 * SECTOR);
	index_close(index);
}

static void
odd_records_are_read_as_they_are_meant(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;
	uint32_t count;

	(void)state;
	image_record(image, &spot, "A.TXT;2", (struct record){.block = 30, .size = 2});
	image_record(image, &spot, "A.TXT;1", (struct record){.block = 31, .size = 1});
	image_record(image, &spot, "EMPTY", (struct record){.block = UINT32_MAX, .size = 0});
	image_record(image, &spot, "FORK",
		     (struct record){.block = 30, .size = 9, .flags = ASSOCIATED});
	image_record(image, &spot, "FORK", (struct record)FILE_AT(30, 8));
	image_record(image, &spot, "HIDDEN", (struct record){.block = 30, .size = 7, .flags = 1});
	image_record(image, &spot, "PIECES",
		     (struct record){.block = 30, .size = 7, .unit_size = 1});
	image_record(image, &spot, "XATTR",
		     (struct record){.block = 30, .size = 6, .xattr_blocks = 2});
	image_record(image, &spot, "a/b", (struct record)FILE_AT(30, 5));
	image_record(image, &spot, "c\0d",
		     (struct record){.block = 30, .size = 5, .name_length = 3});
	index = image_index(image);

	assert_string_equal(names_in(index, ""), "A.TXT EMPTY FORK HIDDEN PIECES XATTR a_b c_d ");
	assert_int_equal(index_size(index, find(index, "A.TXT")), 2);
	assert_int_equal(index_size(index, find(index, "EMPTY")), 0);
	assert_int_equal(index_kind(index, find(index, "EMPTY")), NODE_FILE);
	assert_int_equal(index_size(index, find(index, "FORK")), 8);
	assert_int_equal(index_kind(index, find(index, "PIECES")), NODE_OTHER);
	assert_int_equal(index_extents(index, find(index, "XATTR"), &count)->offset, 32 * SECTOR);
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);
}

static void
directory_ends_where_its_size_says(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	/* Microsoft's: 112 bytes, and rubbish behind them (ISO-8). */
	image_record(image, &spot, "README.TXT;1", (struct record){.block = 30, .size = 5});
	assert_int_equal(spot.offset % SECTOR, 68 + 46);
	put_u32(image_at(image, 16, 156 + 10), 114);
	image_record(image, &spot, "RUBBISH", (struct record){.block = 31, .size = 5});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "README.TXT ");
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);
}

static void
directory_goes_on_in_the_next_sector(void **state)
{
	struct image *image = image_new(40);
	struct index *index;

	(void)state;
	image_directory(image, ROOT_SECTOR);
	put_u32(image_at(image, 16, 156 + 10), 3 * SECTOR);
	image_put_record(image, 21 * SECTOR, "SECOND", (struct record){.block = 30});
	image_put_record(image, 22 * SECTOR, "THIRD", (struct record){.block = 30});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "SECOND THIRD ");
	index_close(index);
}

static void
sections_become_one_file(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	const struct extent *extents;
	struct index *index;
	uint32_t count;

	(void)state;
	/* The second touches the first; the third lies before; a middle one is odd. */
	image_record(image, &spot, "BIG;1", (struct record)SECTION_AT(30, 2 * SECTOR));
	image_record(image, &spot, "BIG;1", (struct record)SECTION_AT(32, 1000));
	image_record(image, &spot, "BIG;1", (struct record)SECTION_AT(28, SECTOR));
	image_record(image, &spot, "BIG;1", (struct record)SECTION_AT(34, 0));
	image_record(image, &spot, "BIG;1", (struct record)FILE_AT(35, 7));
	image_record(image, &spot, "BIG;2", (struct record)FILE_AT(36, 1));
	image_record(image, &spot, "NEXT", (struct record)FILE_AT(37, 1));
	index = image_index(image);

	assert_string_equal(names_in(index, ""), "BIG NEXT ");
	assert_int_equal(index_size(index, find(index, "BIG")), 3 * SECTOR + 1000 + 7);
	extents = index_extents(index, find(index, "BIG"), &count);
	assert_int_equal(count, 3);
	assert_int_equal(extents[0].length, 2 * SECTOR + 1000);
	assert_int_equal(extents[1].offset, 28 * SECTOR);
	assert_int_equal(extents[2].length, 7);
	index_close(index);
}

static void
section_of_another_file_is_none_of_this_one(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	/* One recorded name is the beginning of the other. */
	image_record(image, &spot, "BIG.A;1", (struct record)SECTION_AT(30, 1));
	image_record(image, &spot, "BIG.A", (struct record)SECTION_AT(31, 1));
	image_record(image, &spot, "BIG.AB", (struct record)FILE_AT(32, 3));
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "BIG.A BIG.AB ");
	assert_int_equal(index_kind(index, find(index, "BIG.A")), NODE_OTHER);
	assert_int_equal(index_size(index, find(index, "BIG.AB")), 3);
	assert_string_equal(index_volume(index)->damage, "files without their last part: 2");
	index_close(index);
}

static void
file_that_is_not_whole_is_never_served(void **state)
{
	static const struct {
		const char *name;
		struct record first, second;
		const char *damage;
	} rows[] = {
		{"past the end", FILE_AT(50, 1), {0}, "files past its end: 1"},
		{"one byte past the end", FILE_AT(39, SECTOR + 1), {0}, "files past its end: 1"},
		{"far past the end", FILE_AT(UINT32_MAX, UINT32_MAX), {0}, "files past its end: 1"},
		{"second section past the end", SECTION_AT(30, 1), FILE_AT(50, 1),
		 "files past its end: 1"},
		{"first section past the end", SECTION_AT(50, 1), FILE_AT(30, 1),
		 "files past its end: 1"},
		{"last section missing",
		 SECTION_AT(30, 1),
		 {0},
		 "files without their last part: 1"},
		{"last section flagged", SECTION_AT(30, 1), SECTION_AT(31, 1),
		 "files without their last part: 1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int last = 0; last < 2; last++) {
			struct image *image = image_new(40);
			struct spot spot = image_directory(image, ROOT_SECTOR);
			struct index *index;

			image_record(image, &spot, "BROKEN", rows[i].first);
			if (rows[i].second.block)
				image_record(image, &spot, "BROKEN", rows[i].second);
			if (!last)
				image_record(image, &spot, "WHOLE", (struct record)FILE_AT(31, 3));
			index = image_index(image);
			if (index_kind(index, find(index, "BROKEN")) != NODE_OTHER ||
			    index_size(index, find(index, "BROKEN")) != 0)
				fail_msg("%s: would be served", rows[i].name);
			assert_string_equal(index_volume(index)->damage, rows[i].damage);
			if (!last)
				assert_int_equal(index_size(index, find(index, "WHOLE")), 3);
			index_close(index);
		}
	}
}

/* Sections before and behind one another in turn, none beside the next. */
static void
file_in_too_many_pieces_is_left_out_and_named(void **state)
{
	enum { DIRECTORY_SECTORS = 20, SECTIONS = EXTENTS_PER_FILE_MAX + 1 };
	struct image *image = image_new(60);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	put_u32(image_at(image, 16, 156 + 10), DIRECTORY_SECTORS * SECTOR);
	for (uint32_t i = 0; i < SECTIONS; i++) {
		struct record record = SECTION_AT(50 + i % 2, 1);

		if (i == SECTIONS - 1)
			record.flags = 0;
		if (spot.offset % SECTOR > SECTOR - 40)
			spot.offset += SECTOR - spot.offset % SECTOR;
		image_record(image, &spot, "DUST", record);
	}
	image_record(image, &spot, "WHOLE", (struct record)FILE_AT(55, 3));
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "DUST WHOLE ");
	assert_int_equal(index_kind(index, find(index, "DUST")), NODE_OTHER);
	assert_int_equal(index_size(index, find(index, "WHOLE")), 3);
	assert_string_equal(index_volume(index)->damage, "files in too many pieces: 1");
	index_close(index);
}

static void
broken_directory_is_left_out_and_named(void **state)
{
	static const struct {
		const char *name;
		struct record child;
		const char *damage;
	} rows[] = {
		{"its own parent", DIRECTORY_AT(ROOT_SECTOR), "directories that make no sense: 1"},
		{"past the end", DIRECTORY_AT(50), "directories past its end: 1"},
		{"far past the end",
		 {.block = UINT32_MAX, .size = UINT32_MAX, .flags = DIRECTORY, .xattr_blocks = 255},
		 "directories past its end: 1"},
		{"without a record", DIRECTORY_AT(30), "directories that make no sense: 1"},
		{"at block 0", DIRECTORY_AT(0), "directories that make no sense: 1"},
		{"empty", {.block = UINT32_MAX, .flags = DIRECTORY}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = image_new(40);
		struct spot spot = image_directory(image, ROOT_SECTOR);
		struct index *index;

		image_record(image, &spot, "ALIKE", (struct record)DIRECTORY_AT(25));
		image_record(image, &spot, "CHILD", rows[i].child);
		image_record(image, &spot, "FILE", (struct record)FILE_AT(31, 3));
		image_directory(image, 25);
		index = image_index(image);
		assert_string_equal(names_in(index, ""), "ALIKE CHILD FILE ");
		assert_string_equal(names_in(index, "CHILD"), "");
		if (strstr(index_volume(index)->damage, rows[i].damage) == NULL ||
		    !rows[i].damage[0] != !index_volume(index)->damage[0])
			fail_msg("%s: %s", rows[i].name, index_volume(index)->damage);
		index_close(index);
	}
}

static void
directory_at_two_places_is_read_once(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(image, &spot, "ONE", (struct record)DIRECTORY_AT(25));
	image_record(image, &spot, "TWO", (struct record)DIRECTORY_AT(25));
	spot = image_directory(image, 25);
	image_record(image, &spot, "LOOP", (struct record)DIRECTORY_AT(25));
	index = image_index(image);
	assert_string_equal(names_in(index, "ONE"), "LOOP ");
	assert_string_equal(names_in(index, "TWO"), "");
	assert_string_equal(names_in(index, "ONE/LOOP"), "");
	assert_string_equal(index_volume(index)->damage, "directories that make no sense: 2");
	index_close(index);
}

static void
broken_record_ends_its_sector_only(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	put_u32(image_at(image, 16, 156 + 10), 2 * SECTOR);
	image_record(image, &spot, "GOOD", (struct record)FILE_AT(30, 1));
	image->bytes[spot.offset] = 20;
	image_put_record(image, 21 * SECTOR, "LATER", (struct record)FILE_AT(30, 1));
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "GOOD LATER ");
	assert_string_equal(index_volume(index)->damage, "directories that make no sense: 1");
	index_close(index);
}

static void
depth_has_an_end(void **state)
{
	struct image *image = image_new(SECTORS_MAX);
	struct index *index;
	uint32_t node = 0, depth = 0, first;

	(void)state;
	for (uint32_t sector = ROOT_SECTOR; sector < SECTORS_MAX - 1; sector++) {
		struct spot spot = image_directory(image, sector);

		image_record(image, &spot, "D", (struct record)DIRECTORY_AT(sector + 1));
	}
	image_directory(image, SECTORS_MAX - 1);
	index = image_index(image);
	while (index_children(index, node, &first) > 0) {
		node = first;
		depth++;
	}
	assert_int_equal(depth, INDEX_DEPTH_MAX);
	assert_string_equal(index_volume(index)->damage, "directories that make no sense: 1");
	index_close(index);
}

static void
enhanced_names_are_kept_as_they_are(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(image, &spot, "SHORT.;1", (struct record)FILE_AT(30, 1));
	image_descriptor(image, 17, 2, 21);
	image_at(image, 17, 6)[0] = 2;
	image_descriptor(image, 18, 255, 0);
	spot = image_directory(image, 21);
	image_record(image, &spot, "A long name. With;1", (struct record)FILE_AT(30, 1));
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "A long name. With;1 ");
	assert_int_equal(index_volume(index)->tree, TREE_ISO9660);
	index_close(index);
}

static void
descriptors_may_stand_in_any_order(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(image, &spot, "FILE", (struct record)FILE_AT(30, 1));
	memcpy(image_at(image, 18, 0), image_at(image, 16, 0), SECTOR);
	image_at(image, 16, 0)[0] = 3;
	image_at(image, 17, 0)[0] = 0;
	/* The first primary one counts. */
	image_descriptor(image, 19, 1, 25);
	image_directory(image, 25);
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "FILE ");
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_image_is_read),
		cmocka_unit_test(odd_records_are_read_as_they_are_meant),
		cmocka_unit_test(directory_ends_where_its_size_says),
		cmocka_unit_test(directory_goes_on_in_the_next_sector),
		cmocka_unit_test(sections_become_one_file),
		cmocka_unit_test(section_of_another_file_is_none_of_this_one),
		cmocka_unit_test(file_that_is_not_whole_is_never_served),
		cmocka_unit_test(file_in_too_many_pieces_is_left_out_and_named),
		cmocka_unit_test(broken_directory_is_left_out_and_named),
		cmocka_unit_test(directory_at_two_places_is_read_once),
		cmocka_unit_test(broken_record_ends_its_sector_only),
		cmocka_unit_test(depth_has_an_end),
		cmocka_unit_test(enhanced_names_are_kept_as_they_are),
		cmocka_unit_test(descriptors_may_stand_in_any_order),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
