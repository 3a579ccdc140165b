/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lookups in an index, beside those of test_index.c: every name of crowded
 * directories is found as a plain search finds it, and no image makes a lookup
 * long.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "index_unit.h"

static const struct volume VOLUME = {.image_size = IMAGE_SIZE, .tree = TREE_ROCK_RIDGE};

/* Writes the builder's tree and maps it. */
static struct index *
finish(struct builder *builder)
{
	struct index *index;
	const char *why = "";
	int memfd;

	assert_int_equal(builder_write(builder, &VOLUME, &memfd), 0);
	builder_clear(builder);
	if (index_map(memfd, IMAGE_SIZE, &index, &why) != 0)
		fail_msg("refused: %s", why);
	close(memfd);
	return index;
}

/* --- finding names ----------------------------------------------------------- */

/* A name of up to 6 letters out of few, so that there are many that begin
   alike, differ in case alone, or go on where another ends. */
static void
random_name(char name[8])
{
	static const char letters[] = "aAbZ_~\xc3";
	size_t length = (size_t)(rand() % 6 + 1);

	for (size_t i = 0; i < length; i++)
		name[i] = letters[(size_t)rand() % (sizeof(letters) - 1)];
	name[length] = '\0';
}

/* The node that index_lookup promises, by looking at each. */
static uint32_t
search(const struct index *index, const char *name, bool is_folded)
{
	uint32_t first = 0, count = index_children(index, 0, &first);
	uint32_t found = 0;

	for (uint32_t i = first; i < first + count; i++) {
		if (strcmp(index_name(index, i), name) == 0)
			return i;
		if (is_folded && found == 0 && strcasecmp(index_name(index, i), name) == 0)
			found = i;
	}
	return found;
}

static void
every_name_is_found_as_by_looking_at_each(void **state)
{
	(void)state;
	srand(1);
	for (int count = 1; count <= 400; count += count / 8 + 1) {
		struct builder builder;
		struct index *index;

		assert_int_equal(builder_init(&builder), 0);
		for (int i = 0; i < count; i++) {
			char name[8];

			random_name(name);
			add(&builder, 0, NODE_OTHER, name);
		}
		builder_close_directory(&builder, 0, 1);
		index = finish(&builder);
		for (int i = 0; i < 5000; i++) {
			unsigned flags = i % 2 ? INDEX_CASEFOLD : 0;
			uint32_t node = 0, wanted;
			char name[8];

			random_name(name);
			wanted = search(index, name, flags);
			if (index_lookup(index, name, flags, &node) != (wanted ? 0 : -ENOENT) ||
			    node != wanted)
				fail_msg("\"%s\" of %d names is node %u, not %u", name, count, node,
					 wanted);
		}
		index_close(index);
	}
}

/* --- bounded work ------------------------------------------------------------ */

/* A root with "d/", and links 0 to `count` - 1, each of which leads on to the
   next after `detours` times "d/../"; the last leads to "d". */
static struct index *
open_chain(int count, int detours)
{
	struct builder builder;
	char target[INDEX_TARGET_MAX + 1];

	assert_int_equal(builder_init(&builder), 0);
	add(&builder, 0, NODE_DIRECTORY, "d");
	for (int i = 0; i < count; i++) {
		char name[12];
		FILE *text = fmemopen(target, sizeof(target), "w");

		for (int k = 0; k < detours; k++)
			fputs("d/../", text);
		if (i + 1 < count)
			fprintf(text, "%d", i + 1);
		else
			fputs("d", text);
		assert_int_equal(fclose(text), 0);
		snprintf(name, sizeof(name), "%d", i);
		add(&builder, 0, NODE_LINK, name);
		assert_int_equal(builder_set_target(&builder, target), 0);
	}
	builder_close_directory(&builder, 0, 1);
	for (uint32_t i = 1; i < builder.node_count; i++)
		if (builder.nodes[i].kind == NODE_DIRECTORY)
			builder_close_directory(&builder, i, builder.node_count);
	return finish(&builder);
}

static void
links_may_lead_along_4096_segments_in_all(void **state)
{
	static const struct {
		const char *name;
		int links, detours;
		int result;
	} rows[] = {
		{"one link", 1, 0, 0},
		{"as many links as are allowed", 40, 0, 0},
		{"one more", 41, 0, -ELOOP},
		{"40 links of 101 segments, and the first", 40, 50, 0},
		{"40 links of 103 segments", 40, 51, -ELOOP},
		{"5 links of 819 segments, and the first", 5, 409, 0},
		{"6 links of 819 segments", 6, 409, -ELOOP},
		{"the longest targets", 40, 818, -ELOOP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct index *index = open_chain(rows[i].links, rows[i].detours);
		uint32_t node = 0;
		int result = index_lookup(index, "0", 0, &node);

		if (result != rows[i].result)
			fail_msg("%s: %d", rows[i].name, result);
		if (result == 0)
			assert_string_equal(index_name(index, node), "d");
		index_close(index);
	}
}

static void
path_without_links_has_4096_segments_at_most(void **state)
{
	struct index *index = open_chain(1, 0);
	char path[2 * 4097 + 1];
	uint32_t node = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(path) - 1; i++)
		path[i] = i % 2 ? '/' : '.';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(index_lookup(index, path, 0, &node), -ELOOP);
	assert_int_equal(index_lookup(index, path + 2, 0, &node), 0);
	assert_int_equal(node, 0);
	index_close(index);
}

/* As deep as an index may be, with the longest names. */
static void
deepest_path_is_found(void **state)
{
	static char path[INDEX_DEPTH_MAX * (INDEX_NAME_MAX + 1) + 1];
	char name[INDEX_NAME_MAX + 1];
	struct builder builder;
	struct index *index;
	char again[sizeof(path)];
	uint32_t node;

	(void)state;
	memset(name, 'n', INDEX_NAME_MAX);
	name[INDEX_NAME_MAX] = '\0';
	assert_int_equal(builder_init(&builder), 0);
	for (uint32_t i = 0; i < INDEX_DEPTH_MAX; i++) {
		add(&builder, i, NODE_DIRECTORY, name);
		builder_close_directory(&builder, i, i + 1);
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "%s/", name);
	}
	builder_close_directory(&builder, INDEX_DEPTH_MAX, INDEX_DEPTH_MAX + 1);
	index = finish(&builder);
	assert_int_equal(index_lookup(index, path, 0, &node), 0);
	assert_int_equal(node, INDEX_DEPTH_MAX);
	assert_int_equal(index_path(index, node, again, sizeof(again)), 0);
	assert_int_equal(strlen(again), strlen(path) - 1);
	index_close(index);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_found_as_by_looking_at_each),
		cmocka_unit_test(links_may_lead_along_4096_segments_in_all),
		cmocka_unit_test(path_without_links_has_4096_segments_at_most),
		cmocka_unit_test(deepest_path_is_found),
	};

	return cmocka_run_group_tests_name("index lookup", tests, NULL, NULL);
}
