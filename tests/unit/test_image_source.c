/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image as the parsers of boot configurations see it: paths, files across
 * extents, directories, out of an index that the tests build.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builder.h"
#include "image_source.h"
#include "unit.h"

/* The image of the tests below: 4096 bytes, byte n is n mod 251, with
       /dir/  /dir/file (two extents: 100..199 and 1000..1049)
       /link -> dir/file   /lost -> nowhere   /past (beyond the end)   /tty (a device)         */
struct sample {
	struct image_source source;
	struct index *index;
	int fd;
};

static struct bytes
name_of(const char *name)
{
	return (struct bytes){(const uint8_t *)name, strlen(name)};
}

static void
build_tree(struct builder *builder)
{
	assert_int_equal(builder_init(builder), 0);
	builder_add(builder, 0, NODE_DIRECTORY, name_of("dir"), 0);
	builder_add(builder, 0, NODE_LINK, name_of("link"), 0);
	builder_set_target(builder, "dir/file");
	builder_add(builder, 0, NODE_LINK, name_of("lost"), 0);
	builder_set_target(builder, "nowhere");
	builder_add(builder, 0, NODE_FILE, name_of("past"), 0);
	builder_add_extent(builder, (struct extent){4000, 300});
	builder_add(builder, 0, NODE_OTHER, name_of("tty"), 0);
	builder_close_directory(builder, 0, 1);
	builder_add(builder, 1, NODE_FILE, name_of("file"), 0);
	builder_add_extent(builder, (struct extent){100, 100});
	builder_add_extent(builder, (struct extent){1000, 50});
	builder_close_directory(builder, 1, 6);
}

static int
make_sample(void **state)
{
	struct sample *sample = calloc(1, sizeof(*sample));
	/* larger than the file: as if it was cut after it was indexed */
	struct volume volume = {.tree = TREE_ROCK_RIDGE, .image_size = 8192, .volume_id = "SAMPLE"};
	struct builder builder;
	uint8_t bytes[4096];
	const char *why;
	int memfd;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i % 251);
	build_tree(&builder);
	volume.boot_image_count = 2;
	volume.boot_images[0] = (struct boot_image){.platform = 0, .bootable = 0};
	volume.boot_images[1] = (struct boot_image){.platform = 0, .bootable = 0x88};
	assert_int_equal(builder_write(&builder, &volume, &memfd), 0);
	builder_clear(&builder);
	assert_int_equal(index_map(memfd, 8192, &sample->index, &why), 0);
	close(memfd);
	sample->fd = memfd_create("image", 0);
	assert_int_equal(write(sample->fd, bytes, sizeof(bytes)), (int)sizeof(bytes));
	image_source_init(&sample->source, "sample", sample->index, sample->fd, NULL);
	*state = sample;
	return 0;
}

static int
free_sample(void **state)
{
	struct sample *sample = *state;

	index_close(sample->index);
	close(sample->fd);
	free(sample);
	return 0;
}

static void
a_source_finds_what_lies_behind_a_path(void **state)
{
	static const struct {
		const char *path, *found;
		int err;
	} rows[] = {
		{"dir/file", "dir/file", 0}, {"/DIR/File", "dir/file", 0},
		{"link", "dir/file", 0},     {"", "", 0},
		{"dir", "dir", 0},           {"lost", NULL, -ENOENT},
		{"dir/none", NULL, -ENOENT}, {"past/x", NULL, -ENOTDIR},
		{"tty", NULL, -ENOENT},      {"../../dir/file", "dir/file", 0},
	};
	const struct source *source = &((struct sample *)*state)->source.source;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct source_node node;
		int err = source_find(source, rows[i].path, &node);

		if (err != rows[i].err || (err == 0 && strcmp(node.path, rows[i].found) != 0))
			fail_msg("'%s': %d", rows[i].path, err);
		if (err == 0)
			assert_int_equal(node.size, strcmp(node.path, "dir/file") == 0 ? 150 : 0);
	}
}

static void
a_source_reads_files_across_their_extents(void **state)
{
	const struct source *source = &((struct sample *)*state)->source.source;
	size_t length;
	char *bytes;

	assert_int_equal(source_read(source, "dir/file", 150, &bytes, &length), 0);
	assert_int_equal(length, 150);
	for (size_t i = 0; i < length; i++)
		assert_int_equal((uint8_t)bytes[i], (i < 100 ? 100 + i : 900 + i) % 251);
	assert_int_equal(bytes[150], 0);
	free(bytes);
	assert_int_equal(source_read(source, "dir/file", 149, &bytes, &length), -EFBIG);
	assert_int_equal(source_read(source, "dir", 1000, &bytes, &length), -EISDIR);
	assert_int_equal(source_read(source, "none", 1000, &bytes, &length), -ENOENT);
	assert_int_equal(source_read(source, "past", 1000, &bytes, &length), -EIO);
}

static void
a_read_may_begin_anywhere(void **state)
{
	const struct sample *sample = *state;
	uint8_t buffer[40];
	uint32_t node;

	assert_int_equal(index_lookup(sample->index, "dir/file", 0, &node), 0);
	assert_int_equal(image_source_read(sample->index, sample->fd, node, 90, buffer, 40), 40);
	assert_int_equal(buffer[9], 199);
	assert_int_equal(buffer[10], 1000 % 251);
	assert_int_equal(image_source_read(sample->index, sample->fd, node, 140, buffer, 40), 10);
	assert_int_equal(image_source_read(sample->index, sample->fd, node, 150, buffer, 40), 0);
}

struct visited {
	char names[200];
	unsigned limit;
};

static bool
note_name(void *context, const char *name)
{
	struct visited *visited = context;

	size_t used = strlen(visited->names);

	snprintf(visited->names + used, sizeof(visited->names) - used, "%s ", name);
	return --visited->limit > 0;
}

static void
a_source_lists_directories_until_told_to_stop(void **state)
{
	const struct source *source = &((struct sample *)*state)->source.source;
	struct visited all = {.limit = 100}, two = {.limit = 2};

	assert_int_equal(source_list(source, "", note_name, &all), 0);
	assert_string_equal(all.names, "dir link lost past tty ");
	assert_int_equal(source_list(source, "", note_name, &two), 0);
	assert_string_equal(two.names, "dir link ");
	assert_int_equal(source_list(source, "dir/file", note_name, &all), -ENOTDIR);
}

static void
a_source_knows_the_volume(void **state)
{
	const struct sample *sample = *state;

	assert_string_equal(sample->source.source.volume_id, "SAMPLE");
	assert_string_equal(sample->source.source.name, "sample");
	assert_int_equal(sample->source.source.image_size, 8192);
	assert_true(sample->source.source.boots_bios);
}

int
main(void)
{
#define SAMPLE(name) cmocka_unit_test_setup_teardown(name, make_sample, free_sample)
	const struct CMUnitTest tests[] = {
		SAMPLE(a_source_finds_what_lies_behind_a_path),
		SAMPLE(a_source_reads_files_across_their_extents),
		SAMPLE(a_read_may_begin_anywhere),
		SAMPLE(a_source_lists_directories_until_told_to_stop),
		SAMPLE(a_source_knows_the_volume),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
