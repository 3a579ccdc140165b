/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trees with Rock Ridge: how it is recognised, which tree is chosen, and deep
 * directories that come back to their places (ISO-15, ISO-19..21).
 */
#include "iso_unit.h"

#define USES(text) .system_use = (text), .system_use_length = sizeof(text) - 1
#define REGULAR "PX\x24\1\xa4\x81\0\0\0\0\x81\xa4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define FIFO "PX\x24\1\x80\x11\0\0\0\0\x11\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void
types_and_names_are_those_of_rock_ridge(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct index *index;

	(void)state;
	image_record(image, &spot, "A.;1",
		     (struct record){.block = 30, .size = 3, USES("NM\xb\1\0a name" REGULAR)});
	image_record(image, &spot, "B.;1",
		     (struct record){.block = 30, .size = 0, USES("SL\xb\1\0\0\4a na")});
	image_record(image, &spot, "C.;1",
		     (struct record){.block = 30, .size = 3, USES("NM\x9\1\0pipe" FIFO)});
	image_record(image, &spot, "D.;1",
		     (struct record){.block = 30,
				     .size = 3,
				     USES("NM\x7\1\0pz"
					  "ZF\x10\1pz\4\17\0\0\0\0\0\0\0\0")});
	image_record(image, &spot, "E.;1",
		     (struct record){.block = 30, .size = 3, USES("NM\x9\1\0x/yz" REGULAR)});
	image_record(image, &spot, "F.;1",
		     (struct record){.block = 30, .size = 3, USES("NM\x7\1\0.." REGULAR)});
	index = image_index(image);
	assert_int_equal(index_volume(index)->tree, TREE_ROCK_RIDGE);
	assert_string_equal(names_in(index, ""), "B _. a name pipe pz x_yz ");
	assert_int_equal(index_kind(index, find(index, "a name")), NODE_FILE);
	assert_int_equal(index_kind(index, find(index, "pipe")), NODE_OTHER);
	assert_int_equal(index_kind(index, find(index, "pz")), NODE_OTHER);
	assert_int_equal(index_kind(index, find(index, "B")), NODE_LINK);
	assert_string_equal(index_target(index, find(index, "B")), "a na");
	index_close(index);
}

static void
bytes_before_the_attributes_are_skipped(void **state)
{
	struct image *image = image_new(40);
	struct spot spot = {ROOT_SECTOR * SECTOR};
	struct record root = DIRECTORY_AT(ROOT_SECTOR);
	struct index *index;

	(void)state;
	root.name_length = 1;
	image_record(image, &spot, "\1", root);
	spot.offset = ROOT_SECTOR * SECTOR;
	root.system_use = "SP\7\1\xbe\xef\3" REGULAR;
	root.system_use_length = 7 + 36;
	image_record(image, &spot, "\0", root);
	image_record(image, &spot, "A.;1",
		     (struct record){.block = 30, .size = 3, USES("xyzNM\x9\1\0name" REGULAR)});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "name ");
	index_close(index);
}

/* A Joliet tree with one file "J" beside the primary one. */
static struct image *
image_with_joliet(bool has_rock_ridge)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);
	struct record record = FILE_AT(30, 3);

	if (has_rock_ridge) {
		record.system_use = "NM\x9\1\0name" REGULAR;
		record.system_use_length = 9 + 36;
	}
	image_record(image, &spot, "P.;1", record);
	image_descriptor(image, 17, 2, 25);
	memcpy(image_at(image, 17, 88), "%/E", 3);
	image_descriptor(image, 18, 255, 0);
	spot = image_directory(image, 25);
	image_record(image, &spot, "\0J",
		     (struct record){.block = 30, .size = 3, .name_length = 2});
	return image;
}

static void
best_tree_is_chosen(void **state)
{
	struct index *index;
	struct image *image;

	(void)state;
	index = image_index(image_with_joliet(true));
	assert_string_equal(names_in(index, ""), "name ");
	assert_int_equal(index_volume(index)->tree, TREE_ROCK_RIDGE);
	index_close(index);

	index = image_index(image_with_joliet(false));
	assert_string_equal(names_in(index, ""), "J ");
	assert_int_equal(index_volume(index)->tree, TREE_JOLIET);
	index_close(index);

	/* Attributes of SUSP that are not Rock Ridge's: Apple's. */
	image = image_with_joliet(false);
	image_put_record(
		image, ROOT_SECTOR * SECTOR + 68, "P.;1",
		(struct record){.block = 30, .size = 3, USES("AA\xe\2\0\0\0\0\0\0\0\0\0\0")});
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "J ");
	index_close(index);
}

/* /A/B as Rock Ridge moves it: B is in /RR_MOVED and has a link in A. */
static struct image *
image_with_moved_directory(const char *child_link, const char *store)
{
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);

	image_record(
		image, &spot, "A",
		(struct record){.block = 21, .size = SECTOR, .flags = DIRECTORY, USES(REGULAR)});
	image_record(image, &spot, "RR_MOVED", (struct record)DIRECTORY_AT(22));
	spot = image_directory(image, 21);
	image_record(image, &spot, "B",
		     (struct record){.block = 99,
				     .size = 0,
				     .system_use = child_link,
				     .system_use_length = 12 + 7});
	spot = image_directory(image, 22);
	image_record(
		image, &spot, "B",
		(struct record){.block = 23, .size = SECTOR, .flags = DIRECTORY, USES("RE\4\1")});
	if (store)
		image_record(image, &spot, store, (struct record)FILE_AT(30, 1));
	spot = image_directory(image, 23);
	image_record(image, &spot, "DEEP", (struct record)FILE_AT(30, 3));
	return image;
}

static void
moved_directory_is_back_in_its_place(void **state)
{
	struct index *index;

	(void)state;
	index = image_index(image_with_moved_directory("CL\xc\1\x17\0\0\0\0\0\0\x17"
						       "NM\7\1\0bb",
						       NULL));
	assert_string_equal(names_in(index, ""), "A ");
	assert_string_equal(names_in(index, "A"), "bb ");
	assert_string_equal(names_in(index, "A/bb"), "DEEP ");
	assert_string_equal(index_volume(index)->damage, "");
	index_close(index);
}

static void
store_with_something_else_in_it_is_shown(void **state)
{
	struct index *index;

	(void)state;
	index = image_index(image_with_moved_directory("CL\xc\1\x17\0\0\0\0\0\0\x17"
						       "NM\7\1\0bb",
						       "MINE"));
	assert_string_equal(names_in(index, ""), "A RR_MOVED ");
	assert_string_equal(names_in(index, "RR_MOVED"), "MINE ");
	assert_string_equal(names_in(index, "A/bb"), "DEEP ");
	index_close(index);
}

static void
moved_directory_that_is_not_there_is_empty(void **state)
{
	static const char *const links[] = {
		"CL\xc\1\x1e\0\0\0\0\0\0\x1e"
		"NM\7\1\0bb", /* no directory */
		"CL\xc\1\xff\xff\xff\xff\0\0\0\0"
		"NM\7\1\0bb", /* past the end */
		"CL\xc\1\x15\0\0\0\0\0\0\x15"
		"NM\7\1\0bb", /* its parent */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct index *index = image_index(image_with_moved_directory(links[i], NULL));

		assert_string_equal(names_in(index, ""), "A ");
		assert_string_equal(names_in(index, "A/bb"), "");
		assert_string_equal(index_volume(index)->damage,
				    "directories that make no sense: 1");
		index_close(index);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_and_names_are_those_of_rock_ridge),
		cmocka_unit_test(bytes_before_the_attributes_are_skipped),
		cmocka_unit_test(best_tree_is_chosen),
		cmocka_unit_test(moved_directory_is_back_in_its_place),
		cmocka_unit_test(store_with_something_else_in_it_is_shown),
		cmocka_unit_test(moved_directory_that_is_not_there_is_empty),
	};

	return cmocka_run_group_tests_name("rockridge tree", tests, NULL, NULL);
}
