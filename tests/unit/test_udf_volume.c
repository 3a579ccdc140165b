/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding a UDF volume: anchors, sequences, partitions, and what is said of
 * those that cannot be read (UDF-1..3, ISO-6, ISO-21).
 */
#include "udf_extents.h"
#include "udf_unit.h"

/* Indexes the image, which must show FILE with its 5 bytes in block 10. */
static void
expect_file(struct image *image, const char *name)
{
	struct index *index = NULL;
	uint32_t node = 0, count;

	if (image_try(image, &index) != 0)
		fail_msg("%s: %s", name, image->why);
	if (index_lookup(index, "FILE", 0, &node) != 0 || index_size(index, node) != 5 ||
	    index_extents(index, node, &count)->offset != (PARTITION + 10) * SECTOR)
		fail_msg("%s: FILE is not what it should be", name);
	index_close(index);
	free(image);
}

static void
expect_why(struct image *image, const char *name, const char *why)
{
	struct index *index;
	int result = image_try(image, &index);

	if (result != -EBADMSG || strcmp(image->why, why) != 0)
		fail_msg("%s: %d, \"%s\"", name, result, image->why);
	free(image);
}

static void
volume_says_what_it_is(void **state)
{
	struct index *index = image_index(udf_new_with_file());
	const struct volume *volume = index_volume(index);

	(void)state;
	assert_int_equal(volume->tree, TREE_UDF);
	assert_string_equal(volume->volume_id, "VOLUME");
	assert_int_equal(volume->created, 1795350896 - 3600);
	assert_int_equal(volume->volume_size, UDF_SECTORS * SECTOR);
	assert_string_equal(volume->damage, "");
	assert_int_equal(index_mtime(index, find(index, "FILE")), 1795350896 - 3600);
	assert_int_equal(index_mtime(index, 0), 1795350896 - 3600);
	index_close(index);
}

static void
anchor_may_be_at_the_end_or_257_before_or_at_256(void **state)
{
	struct image *image = udf_new_with_file();
	struct index *index;
	int fd, memfd;

	(void)state;
	memset(image_at(image, UDF_SECTORS - 1, 0), 0, SECTOR);
	expect_why(image, "none", "UDF without an anchor: the end of the file may be missing");

	/* The other two lie past the sectors of an image of these tests. */
	for (uint32_t sectors = 357; sectors <= 400; sectors += 43) {
		uint8_t anchor[512] = {0};
		uint32_t at = sectors == 357 ? 100 : 256;
		const char *why;

		image = udf_new_with_file();
		memset(image_at(image, UDF_SECTORS - 1, 0), 0, SECTOR);
		fd = memfd_create("image", MFD_CLOEXEC);
		assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
		assert_int_equal(ftruncate(fd, sectors * SECTOR), 0);
		udf_put_anchor(image, 0);
		udf_seal(image->bytes, 2, at, 512);
		memcpy(anchor, image->bytes, sizeof(anchor));
		assert_int_equal(pwrite(fd, anchor, 512, at * SECTOR), 512);
		if (isofs_index(fd, &memfd, &why) != 0)
			fail_msg("anchor at %u: %s", at, why);
		assert_int_equal(index_map(memfd, sectors * SECTOR, &index, &why), 0);
		find(index, "FILE");
		index_close(index);
		close(memfd);
		close(fd);
		free(image);
	}
}

static void
reserve_sequence_serves_when_the_main_one_is_broken(void **state)
{
	static const uint32_t broken[] = {MAIN, MAIN + 1};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct image *image = udf_new_with_file();

		*image_at(image, broken[i], 100) ^= 1;
		expect_file(image, "one is broken");
		image = udf_new_with_file();
		*image_at(image, broken[i], 100) ^= 1;
		*image_at(image, broken[i] + RESERVE - MAIN, 100) ^= 1;
		expect_why(image, "both are broken",
			   i == 0 ? "UDF without a partition that it needs"
				  : "UDF whose volume descriptors make no sense");
	}
}

static void
what_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *why;
		uint32_t sector; /* in both sequences when it is in the main one */
		size_t offset;
		const char *bytes;
		size_t length;
	} rows[] = {
		{"its blocks are not of 2048 bytes", MAIN + 1, 212, "\0\2", 2},
		{"UDF whose volume descriptors make no sense", MAIN + 1, 268, "\x09", 1},
		{"UDF without a partition that it needs", MAIN, 22, "\1", 1},
		{"UDF without a partition that it needs", MAIN + 1, 444, "\1", 1},
		{"UDF whose volume descriptors make no sense", MAIN + 1, 441, "\0", 1},
		{"UDF whose volume descriptors make no sense", MAIN + 1, 441, "\7", 1},
		{"UDF of a disc recorded in steps, which cannot be read", MAIN + 1, 440, "\3", 1},
		{"UDF whose file set makes no sense", MAIN + 1, 252, "\1", 1},
		{"UDF whose file set makes no sense", MAIN + 1, 256, "\1", 1},
		{"UDF whose file set makes no sense", MAIN + 1, 252, "\xff\xff\xff\xff", 4},
		{"UDF whose file set makes no sense", PARTITION, 12, "\1", 1},
		{"UDF whose root directory makes no sense", PARTITION, 404, "\3", 1},
		{"UDF whose root directory makes no sense", PARTITION, 404, "\4", 1},
		{"UDF whose root directory makes no sense", PARTITION, 408, "\1", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image *image = udf_new_with_file();

		for (uint32_t k = 0; k < (rows[i].sector < PARTITION ? 2 : 1); k++) {
			uint32_t sector = rows[i].sector + k * (RESERVE - MAIN);

			memcpy(image_at(image, sector, rows[i].offset), rows[i].bytes,
			       rows[i].length);
			udf_seal_again(image_at(image, sector, 0));
		}
		expect_why(image, rows[i].why, rows[i].why);
	}
}

static void
highest_sequence_number_counts(void **state)
{
	struct image *image = udf_new_with_file();

	(void)state;
	for (uint32_t at = MAIN; at <= RESERVE; at += RESERVE - MAIN) {
		uint8_t *older = image_at(image, at + 2, 0);

		memcpy(older, image_at(image, at + 1, 0), SECTOR);
		put_u32(older + 16, 6);
		put_u32(older + 252, 5); /* a file set that is none */
		udf_seal(older, 6, at + 2, 446);
	}
	expect_file(image, "an older volume behind");

	image = udf_new_with_file();
	for (uint32_t at = MAIN; at <= RESERVE; at += RESERVE - MAIN) {
		uint8_t *older = image_at(image, at + 2, 0), *newer = image_at(image, at, 0);

		memcpy(older, newer, SECTOR);
		put_u32(newer + 16, 2);
		udf_seal(newer, 5, at, 512);
		put_u32(older + 188, 1); /* a start that is wrong */
		udf_seal(older, 5, at + 2, 512);
	}
	expect_file(image, "an older partition behind");
}

static void
partitions_are_at_most_eight(void **state)
{
	for (uint32_t count = UDF_MAPS_MAX; count <= UDF_MAPS_MAX + 1; count++) {
		struct image *image = udf_new_with_file();

		(void)state;
		for (uint32_t at = MAIN + 1; at <= RESERVE + 1; at += RESERVE - MAIN) {
			uint8_t *volume = image_at(image, at, 0);

			put_u32(volume + 264, 6 * count);
			put_u32(volume + 268, count);
			for (size_t i = 0; i < count; i++)
				memcpy(volume + 440 + 6 * i, "\1\6\1\0\0\0", 6);
			udf_seal(volume, 6, at, 500);
		}
		if (count == UDF_MAPS_MAX)
			expect_file(image, "eight");
		else
			expect_why(image, "nine", "UDF whose volume descriptors make no sense");
	}
}

static void
pieces_that_touch_are_one(void **state)
{
	static const struct extent pieces[] = {{10, 5},       {15, 5}, {UDF_HOLE, 4},
					       {UDF_HOLE, 3}, {6, 1},  {9, 1}};
	struct udf_extents extents = {0};
	struct extent piece;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(udf_extents_add(&extents, pieces[i]), 0);
	assert_int_equal(extents.count, 4);
	assert_int_equal(udf_extents_find(&extents, 7, 9, &piece), 0);
	assert_true(piece.offset == 17 && piece.length == 3);
	assert_int_equal(udf_extents_find(&extents, 12, 9, &piece), 0);
	assert_true(piece.offset == UDF_HOLE && piece.length == 5);
	assert_int_equal(udf_extents_find(&extents, 18, 9, &piece), 0);
	assert_true(piece.offset == 9 && piece.length == 1);
	assert_int_equal(udf_extents_find(&extents, 19, 9, &piece), -EBADMSG);
	udf_extents_clear(&extents);
}

static void
sequence_goes_on_where_its_pointer_leads(void **state)
{
	struct image *image = udf_new_with_file();
	uint8_t *pointer = image_at(image, MAIN, 0);

	(void)state;
	put_u32(pointer + 20, 4 * SECTOR);
	put_u32(pointer + 24, 24);
	udf_seal(pointer, 3, MAIN, 512);
	*image_at(image, RESERVE, 100) ^= 1;
	udf_put_sequence(image, 24);
	expect_file(image, "a pointer");

	/* A ring of pointers ends. */
	image = udf_new_with_file();
	pointer = image_at(image, MAIN, 0);
	put_u32(pointer + 20, 4 * SECTOR);
	put_u32(pointer + 24, MAIN);
	udf_seal(pointer, 3, MAIN, 512);
	expect_file(image, "a ring");
}

static void
note_in_iso_9660_gives_way_to_the_tree_in_udf(void **state)
{
	struct image *image = udf_new_with_file();
	struct spot spot;
	struct index *index;

	(void)state;
	memmove(image_at(image, 18, 0), image_at(image, 16, 0), 3 * SECTOR);
	image_descriptor(image, 16, 1, 24);
	image_descriptor(image, 17, 255, 0);
	spot = image_directory(image, 24);
	image_record(image, &spot, "README.TXT;1", (struct record)FILE_AT(25, 5));
	expect_file(image, "a note");

	/* When UDF is broken the note is all there is. */
	image = udf_new_with_file();
	memmove(image_at(image, 18, 0), image_at(image, 16, 0), 3 * SECTOR);
	image_descriptor(image, 16, 1, 24);
	image_descriptor(image, 17, 255, 0);
	spot = image_directory(image, 24);
	image_record(image, &spot, "README.TXT;1", (struct record)FILE_AT(25, 5));
	*udf_at(image, ROOT) ^= 1;
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "README.TXT ");
	assert_int_equal(index_volume(index)->tree, TREE_ISO9660);
	index_close(index);
}

static void
whole_tree_in_iso_9660_stays(void **state)
{
	struct image *image = udf_new_with_file();
	struct spot spot = udf_directory(image, ROOT);
	struct index *index;

	(void)state;
	/* UDF has more, yet what is here is no mere note. */
	for (const char *name = "ABCDEFGH"; *name; name++) {
		char one[] = {8, *name, '\0'};

		udf_identifier(image, &spot, one, 3, 0);
	}
	udf_end_directory(image, ROOT, spot);
	memmove(image_at(image, 18, 0), image_at(image, 16, 0), 3 * SECTOR);
	image_descriptor(image, 16, 1, 24);
	image_descriptor(image, 17, 255, 0);
	spot = image_directory(image, 24);
	for (const char *name = "ABCD"; *name; name++) {
		char one[] = {*name, '\0'};

		image_record(image, &spot, one, (struct record)FILE_AT(25, 5));
	}
	index = image_index(image);
	assert_string_equal(names_in(index, ""), "A B C D ");
	index_close(index);
}

/* A file of 4 GiB and 5 bytes at block 60, of which ISO 9660 has only the 5. */
static void
file_of_which_iso_9660_has_the_lower_bits_is_whole(void **state)
{
	const uint64_t size = (4ULL << 30) + 5, image_size = (4ULL << 30) + 2048 * SECTOR;
	const uint32_t piece = 1U << 29, last = (uint32_t)(image_size / SECTOR - 1);
	struct image *image = udf_new_with_file();
	int fd = memfd_create("image", MFD_CLOEXEC), memfd;
	struct spot spot;
	struct index *index;
	const char *why;
	uint8_t *at;

	(void)state;
	at = udf_entry(image, 3, KIND_FILE, size, (struct allocations){0});
	for (uint32_t i = 0; i < 9; i++) {
		put_u32(at + 176 + i * 8, i < 8 ? piece : 5);
		put_u32(at + 180 + i * 8, 60 + i * (piece / SECTOR));
	}
	put_u32(at + 172, 9 * 8);
	udf_seal(at, 261, 3, 176 + 9 * 8);
	memmove(image_at(image, 18, 0), image_at(image, 16, 0), 3 * SECTOR);
	image_descriptor(image, 16, 1, 24);
	image_descriptor(image, 17, 255, 0);
	spot = image_directory(image, 24);
	for (const char *name = "ABCD"; *name; name++) {
		char one[] = {*name, '\0'};

		image_record(image, &spot, one, (struct record)FILE_AT(25, 5));
	}
	image_record(image, &spot, "FILE", (struct record)FILE_AT(PARTITION + 60, 5));
	image_record(image, &spot, "OTHER", (struct record)FILE_AT(PARTITION + 60, 6));
	at = image_at(image, UDF_SECTORS - 1, 0);
	assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
	udf_seal(at, 2, last, 512);
	assert_int_equal(pwrite(fd, at, SECTOR, (off_t)last * SECTOR), SECTOR);

	assert_int_equal(isofs_index(fd, &memfd, &why), 0);
	assert_int_equal(index_map(memfd, image_size, &index, &why), 0);
	assert_string_equal(names_in(index, ""), "A B C D FILE OTHER ");
	assert_int_equal(index_size(index, find(index, "A")), 5);
	assert_int_equal(index_size(index, find(index, "FILE")), size);
	assert_int_equal(index_size(index, find(index, "OTHER")), 6);
	index_close(index);
	close(memfd);
	close(fd);
	free(image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(volume_says_what_it_is),
		cmocka_unit_test(anchor_may_be_at_the_end_or_257_before_or_at_256),
		cmocka_unit_test(reserve_sequence_serves_when_the_main_one_is_broken),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(highest_sequence_number_counts),
		cmocka_unit_test(partitions_are_at_most_eight),
		cmocka_unit_test(pieces_that_touch_are_one),
		cmocka_unit_test(sequence_goes_on_where_its_pointer_leads),
		cmocka_unit_test(note_in_iso_9660_gives_way_to_the_tree_in_udf),
		cmocka_unit_test(whole_tree_in_iso_9660_stays),
		cmocka_unit_test(file_of_which_iso_9660_has_the_lower_bits_is_whole),
	};

	return cmocka_run_group_tests_name("udf_volume", tests, NULL, NULL);
}
