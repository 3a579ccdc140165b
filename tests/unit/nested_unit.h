/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image full of files that begin as a squashfs does, and what a reader would
 * say of them. The test is the indexer. Included once, by a test program.
 */
#ifndef NESTED_UNIT_H
#define NESTED_UNIT_H

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>

#include "content_unit.h"
#include "nested.h"

enum { CARRIERS = 400 }; /* files in the image, each of 16 bytes */

/* How much later it is than it is. */
static _Atomic int64_t later_ms;

/* Stands before the C library's. */
int
clock_gettime(clockid_t clock, struct timespec *ret_now)
{
	long result = syscall(SYS_clock_gettime, clock, ret_now);

	ret_now->tv_sec += later_ms / 1000;
	return (int)result;
}

static struct nested *nested;

/* An image of files that begin as a squashfs does, but for the first. */
static inline struct image *
make_carriers(uint64_t inode)
{
	struct builder builder;
	struct image *image;
	char name[16];

	assert_int_equal(builder_init(&builder), 0);
	for (unsigned i = 0; i < CARRIERS; i++) {
		snprintf(name, sizeof(name), "f%03u", i);
		add(&builder, 0, NODE_FILE, name);
		assert_int_equal(builder_add_extent(&builder, (struct extent){16 * i, 16}), 0);
	}
	builder_close_directory(&builder, 0, 1);
	image = make_image("carriers", finish_index(&builder));
	for (unsigned i = 1; i < CARRIERS; i++)
		assert_int_equal(pwrite(image->fd, "hsqs", 4, 16 * i), 4);
	image->identity.inode = inode;
	return image;
}

/* The index that a reader would give for a squashfs: `count` long names. */
static inline int
write_squash(uint32_t count)
{
	struct volume volume = {.tree = TREE_SQUASHFS, .image_size = INDEX_OF_INODES};
	struct builder builder;
	char name[256];
	int fd;

	assert_int_equal(builder_init(&builder), 0);
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t at = 0, left = i; at < 8; at++, left >>= 4)
			name[at] = (char)('a' + left % 16);
		add(&builder, 0, NODE_FILE, name);
	}
	builder_close_directory(&builder, 0, 1);
	assert_int_equal(builder_write(&builder, &volume, &fd), 0);
	builder_clear(&builder);
	return fd;
}

static inline struct index *
map_squash(int fd)
{
	struct index *index;
	const char *why = "";

	if (index_map(fd, INDEX_OF_INODES, &index, &why) < 0)
		fail_msg("%s", why);
	return index;
}

static inline struct index *
make_squash(void)
{
	int fd = write_squash(1);
	struct index *index = map_squash(fd);

	close(fd);
	return index;
}

/* Gives the next question this answer; -> the node that was asked for. */
static inline uint32_t
answer(int result, struct index *index)
{
	struct nested_question question;
	uint32_t node;

	assert_true(nested_await(nested, &question));
	node = question.node;
	nested_answer(nested, &question, result, index);
	return node;
}

static inline int
open_node(struct image *image, uint32_t node)
{
	struct squash *squash;
	int result = nested_open(nested, image, node, &squash);

	if (result == 0)
		squash_unref(squash);
	return result;
}

static inline int
setup_nested(void **state)
{
	(void)state;
	later_ms = 0;
	return nested_new("/nonexistent", &nested);
}

static inline int
teardown_nested(void **state)
{
	(void)state;
	nested_free(nested);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_nested, teardown_nested)

#endif
