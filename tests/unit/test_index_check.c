/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The check of an index: bytes that were tampered with are refused, whatever
 * they say, and so is memory that could still change.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "index_unit.h"

struct block {
	struct index_header *header;
	struct index_node *nodes;
	uint32_t *case_order;
	struct extent *extents;
	char *names;
	size_t length;
};

static struct block
read_block(int memfd)
{
	struct index_layout layout;
	struct stat status;
	struct block block;
	char *bytes;

	assert_int_equal(fstat(memfd, &status), 0);
	bytes = malloc((size_t)status.st_size);
	assert_int_equal(pread(memfd, bytes, (size_t)status.st_size, 0), status.st_size);
	close(memfd);
	block.header = (struct index_header *)(void *)bytes;
	layout = index_layout(block.header);
	block.nodes = (struct index_node *)(void *)(bytes + layout.nodes);
	block.case_order = (uint32_t *)(void *)(bytes + layout.case_order);
	block.extents = (struct extent *)(void *)(bytes + layout.extents);
	block.names = bytes + layout.names;
	block.length = (size_t)status.st_size;
	return block;
}

static struct block
copy_block(void)
{
	return read_block(write_tree());
}

#define TAMPER(name, ...)                                                                          \
	static void name(struct block *it)                                                         \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}

TAMPER(magic, it->header->magic[7] ^= 1)
TAMPER(no_nodes, it->header->node_count = 0)
TAMPER(a_node_more, it->header->node_count++)
TAMPER(a_node_less, it->header->node_count--)
TAMPER(huge_counts, it->header->node_count = it->header->extent_count = UINT32_MAX)
TAMPER(an_extent_more, it->header->extent_count++)
TAMPER(no_names, it->header->name_bytes = 0)
TAMPER(names_run_out, it->names[it->header->name_bytes - 1] = 'x')
TAMPER(cut_short, it->length -= 8)
TAMPER(other_image, it->header->volume.image_size--)
TAMPER(endless_label, memset(it->header->volume.volume_id, 'x', 136))
TAMPER(endless_damage, memset(it->header->volume.damage, 'x', 120))
TAMPER(unknown_tree, it->header->volume.tree = 77)
TAMPER(tree_of_a_squashfs, it->header->volume.tree = TREE_SQUASHFS)
TAMPER(many_boots, it->header->volume.boot_image_count = BOOT_IMAGES_MAX + 1)
TAMPER(boot_outside, it->header->volume.boot_image_count = 1;
       it->header->volume.boot_images[0].extent = (struct extent){IMAGE_SIZE - 1, 2})
TAMPER(root_is_file, it->nodes[0].kind = NODE_FILE)
TAMPER(root_has_parent, it->nodes[0].parent = 1)
TAMPER(root_has_name, it->nodes[0].name = it->nodes[1].name)
TAMPER(root_name_outside, it->nodes[0].name = UINT32_MAX)
TAMPER(unknown_kind, it->nodes[5].kind = 9)
TAMPER(children_of_another, it->nodes[3].first = 10; it->nodes[3].count = 1)
TAMPER(children_outside, it->nodes[3].count = UINT32_MAX)
TAMPER(holds_itself, it->nodes[1].first = 1; it->nodes[1].count = 1)
TAMPER(child_of_nobody, it->nodes[0].count--)
TAMPER(wrong_parent, it->nodes[11].parent = 3)
TAMPER(name_outside, it->nodes[4].name = it->header->name_bytes)
TAMPER(empty_name, it->nodes[4].name = 0)
TAMPER(name_is_dots, it->names[it->nodes[4].name + 0] = '.'; it->names[it->nodes[4].name + 1] = '.';
       it->names[it->nodes[4].name + 2] = '\0')
TAMPER(name_is_path, it->names[it->nodes[4].name + 1] = '/')
TAMPER(names_unsorted, it->names[it->nodes[4].name] = 'A')
TAMPER(same_name_twice, it->nodes[11].name = it->nodes[10].name)
TAMPER(case_order_outside, it->case_order[10] = 4)
TAMPER(case_order_far_outside, it->case_order[10] = UINT32_MAX)
TAMPER(case_order_doubled, it->case_order[11] = it->case_order[10])
TAMPER(case_order_swapped, uint32_t last = it->case_order[12];
       it->case_order[12] = it->case_order[10]; it->case_order[10] = last)
TAMPER(extent_outside, it->extents[0].offset = IMAGE_SIZE - it->extents[0].length + 1)
TAMPER(extent_wraps, it->extents[0].offset = UINT64_MAX - 1)
TAMPER(empty_extent, it->extents[0].length = 0)
TAMPER(extents_of_another, it->nodes[12].first = 0)
TAMPER(extents_outside, it->nodes[12].count = UINT32_MAX)
TAMPER(extent_of_nobody, it->nodes[12].count--; it->nodes[12].size -= 10)
TAMPER(wrong_size, it->nodes[12].size++)
TAMPER(directory_has_size, it->nodes[1].size = 1)
TAMPER(target_outside, it->nodes[4].first = it->header->name_bytes)

static const struct tampering {
	const char *name;
	void (*tamper)(struct block *);
} tamperings[] = {
#define ROW(function)                                                                              \
	{                                                                                          \
#function, function                                                                \
	}
	ROW(magic),
	ROW(no_nodes),
	ROW(a_node_more),
	ROW(a_node_less),
	ROW(huge_counts),
	ROW(an_extent_more),
	ROW(no_names),
	ROW(names_run_out),
	ROW(cut_short),
	ROW(other_image),
	ROW(endless_label),
	ROW(endless_damage),
	ROW(unknown_tree),
	ROW(tree_of_a_squashfs),
	ROW(many_boots),
	ROW(boot_outside),
	ROW(root_is_file),
	ROW(root_has_parent),
	ROW(root_has_name),
	ROW(root_name_outside),
	ROW(unknown_kind),
	ROW(children_of_another),
	ROW(children_outside),
	ROW(holds_itself),
	ROW(child_of_nobody),
	ROW(wrong_parent),
	ROW(name_outside),
	ROW(empty_name),
	ROW(name_is_dots),
	ROW(name_is_path),
	ROW(names_unsorted),
	ROW(same_name_twice),
	ROW(case_order_outside),
	ROW(case_order_far_outside),
	ROW(case_order_doubled),
	ROW(case_order_swapped),
	ROW(extent_outside),
	ROW(extent_wraps),
	ROW(empty_extent),
	ROW(extents_of_another),
	ROW(extents_outside),
	ROW(extent_of_nobody),
	ROW(wrong_size),
	ROW(directory_has_size),
	ROW(target_outside),
};

static void
tampered_bytes_are_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tamperings) / sizeof(tamperings[0]); i++) {
		struct block block = copy_block();
		const char *why = NULL;
		struct index *index;

		assert_int_equal(index_open(block.header, block.length, IMAGE_SIZE, &index, &why),
				 0);
		index_close(index);
		tamperings[i].tamper(&block);
		if (index_open(block.header, block.length, IMAGE_SIZE, &index, &why) != -EBADMSG)
			fail_msg("%s was believed", tamperings[i].name);
		assert_non_null(why);
		free(block.header);
	}
}

static void
bytes_cut_anywhere_are_refused(void **state)
{
	struct block block = copy_block();
	const char *why;
	struct index *index;

	(void)state;
	for (size_t length = 0; length < block.length; length++) {
		void *bytes = malloc(length ? length : 1);

		memcpy(bytes, block.header, length);
		assert_int_equal(index_open(bytes, length, IMAGE_SIZE, &index, &why), -EBADMSG);
		free(bytes);
	}
	free(block.header);
}

static void
memory_that_could_still_change_is_not_mapped(void **state)
{
	struct block block = copy_block();
	int memfd = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	const char *why;
	struct index *index;

	(void)state;
	assert_int_equal(write(memfd, block.header, block.length), block.length);
	assert_int_equal(index_map(memfd, IMAGE_SIZE, &index, &why), -EBADMSG);
	assert_int_equal(fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
	assert_int_equal(index_map(memfd, IMAGE_SIZE, &index, &why), -EBADMSG);
	assert_int_equal(fcntl(memfd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	assert_int_equal(index_map(memfd, IMAGE_SIZE, &index, &why), 0);
	index_close(index);
	close(memfd);
	free(block.header);
}

static void
tree_deeper_than_the_limit_is_refused(void **state)
{
	static const struct volume volume = {.image_size = IMAGE_SIZE, .tree = TREE_JOLIET};

	(void)state;
	for (uint32_t levels = INDEX_DEPTH_MAX; levels <= INDEX_DEPTH_MAX + 1; levels++) {
		struct builder builder;
		struct index *index;
		const char *why;
		int memfd;

		assert_int_equal(builder_init(&builder), 0);
		for (uint32_t i = 0; i < levels; i++) {
			add(&builder, i, NODE_DIRECTORY, "d");
			builder_close_directory(&builder, i, i + 1);
		}
		builder_close_directory(&builder, levels, levels + 1);
		assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
		assert_int_equal(index_map(memfd, IMAGE_SIZE, &index, &why),
				 levels > INDEX_DEPTH_MAX ? -EBADMSG : 0);
		if (levels <= INDEX_DEPTH_MAX)
			index_close(index);
		close(memfd);
		builder_clear(&builder);
	}
}

/* The extent of the second file becomes one of the first. */
static void
file_in_too_many_pieces_is_refused(void **state)
{
	static const struct volume volume = {.image_size = IMAGE_SIZE, .tree = TREE_JOLIET};

	(void)state;
	for (uint32_t count = EXTENTS_PER_FILE_MAX - 1; count <= EXTENTS_PER_FILE_MAX; count++) {
		struct builder builder;
		struct block block;
		struct index *index;
		const char *why = "";
		int memfd, result;

		assert_int_equal(builder_init(&builder), 0);
		add(&builder, 0, NODE_FILE, "a");
		for (uint32_t i = 0; i < count; i++)
			builder_add_extent(&builder, (struct extent){i * 2, 1});
		add(&builder, 0, NODE_FILE, "b");
		builder_add_extent(&builder, (struct extent){0, 1});
		builder_close_directory(&builder, 0, 1);
		assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
		builder_clear(&builder);
		block = read_block(memfd);
		block.nodes[1].count++;
		block.nodes[1].size++;
		block.nodes[2].count = 0;
		block.nodes[2].size = 0;
		block.nodes[2].first++;
		result = index_open(block.header, block.length, IMAGE_SIZE, &index, &why);
		if (count < EXTENTS_PER_FILE_MAX) {
			assert_int_equal(result, 0);
			index_close(index);
		} else {
			assert_int_equal(result, -EBADMSG);
			assert_string_equal(why, "a file in too many pieces");
		}
		free(block.header);
	}
}

/* Two files, {inode, size} each; `tree` and `image_size` are what it says. */
static struct block
squashfs_block(uint32_t tree, uint64_t image_size)
{
	const struct volume volume = {.image_size = image_size, .tree = tree};
	struct builder builder;
	int memfd;

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_FILE, "a");
	builder_add_extent(&builder, (struct extent){77, UINT64_MAX - 78});
	add(&builder, 0, NODE_FILE, "b");
	builder_add_extent(&builder, (struct extent){0, 5});
	builder_close_directory(&builder, 0, 1);
	assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
	builder_clear(&builder);
	return read_block(memfd);
}

static void
squashfs_is_believed_only_where_it_is_expected(void **state)
{
	static const struct {
		const char *name;
		uint32_t tree;
		uint64_t image_size; /* as it says */
		uint64_t expected;
		const char *why; /* NULL: believed */
	} rows[] = {
		{"squashfs", TREE_SQUASHFS, INDEX_OF_INODES, INDEX_OF_INODES, NULL},
		{"an image for it", TREE_UDF, IMAGE_SIZE, INDEX_OF_INODES,
		 "the image changed while it was read"},
		{"an image of inodes", TREE_UDF, INDEX_OF_INODES, INDEX_OF_INODES,
		 "a tree of another kind than was asked for"},
		{"it for an image", TREE_SQUASHFS, IMAGE_SIZE, IMAGE_SIZE,
		 "a tree of another kind than was asked for"},
		{"inodes for an image", TREE_SQUASHFS, INDEX_OF_INODES, IMAGE_SIZE,
		 "the image changed while it was read"},
		{"initramfs", TREE_INITRAMFS, INDEX_OF_UNPACKED, INDEX_OF_UNPACKED, NULL},
		{"squashfs for it", TREE_SQUASHFS, INDEX_OF_UNPACKED, INDEX_OF_UNPACKED,
		 "a tree of another kind than was asked for"},
		{"it for squashfs", TREE_INITRAMFS, INDEX_OF_INODES, INDEX_OF_INODES,
		 "a tree of another kind than was asked for"},
		{"initramfs for an image", TREE_INITRAMFS, IMAGE_SIZE, IMAGE_SIZE,
		 "a tree of another kind than was asked for"},
		{"a tree behind it", TREE_INITRAMFS + 1, INDEX_OF_INODES, INDEX_OF_INODES,
		 "unknown kind of tree"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct block block = squashfs_block(rows[i].tree, rows[i].image_size);
		const char *why = "";
		struct index *index;
		int result = index_open(block.header, block.length, rows[i].expected, &index, &why);

		if (result == 0)
			index_close(index);
		if (result != (rows[i].why ? -EBADMSG : 0) ||
		    (rows[i].why && strcmp(why, rows[i].why) != 0))
			fail_msg("%s: %d, %s", rows[i].name, result, why);
		free(block.header);
	}
}

static void
file_of_a_squashfs_has_one_inode(void **state)
{
	struct block block = squashfs_block(TREE_SQUASHFS, INDEX_OF_INODES);
	const char *why = "";
	struct index *index;

	(void)state;
	block.extents[0].length = 5;
	block.nodes[1].count = 2;
	block.nodes[1].size = 10;
	block.nodes[2] = (struct index_node){
		.name = block.nodes[2].name,
		.kind = NODE_FILE,
		.first = 2,
	};
	assert_int_equal(index_open(block.header, block.length, INDEX_OF_INODES, &index, &why),
			 -EBADMSG);
	assert_string_equal(why, "a file in too many pieces");
	block.nodes[1] = (struct index_node){.name = block.nodes[1].name, .kind = NODE_FILE};
	block.nodes[2].first = 0;
	block.nodes[2].count = 1;
	block.nodes[2].size = 5;
	assert_int_equal(index_open(block.header, block.length, INDEX_OF_INODES, &index, &why),
			 -EBADMSG);
	assert_string_equal(why, "nodes or extents that nobody has");
	block.extents[0] = (struct extent){UINT64_MAX - 4, 5};
	assert_int_equal(index_open(block.header, block.length, INDEX_OF_INODES, &index, &why),
			 -EBADMSG);
	assert_string_equal(why, "an extent lies outside the image");
	free(block.header);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tampered_bytes_are_refused_with_a_reason),
		cmocka_unit_test(bytes_cut_anywhere_are_refused),
		cmocka_unit_test(memory_that_could_still_change_is_not_mapped),
		cmocka_unit_test(tree_deeper_than_the_limit_is_refused),
		cmocka_unit_test(file_in_too_many_pieces_is_refused),
		cmocka_unit_test(squashfs_is_believed_only_where_it_is_expected),
		cmocka_unit_test(file_of_a_squashfs_has_one_inode),
	};

	return cmocka_run_group_tests_name("index check", tests, NULL, NULL);
}
