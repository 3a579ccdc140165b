/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths in an index: from a path to a node and back.
 *
 * A name is found by bisection. A link on the way puts its target in front of
 * the rest of the path, in one of two buffers in turn, and the walk goes on;
 * nothing is copied as long as there is none. Links never leave the image:
 * ".." stops at the root and "/" is the image's root (HTTP-17).
 */
#include <errno.h>
#include <string.h>

#include "index_view.h"

enum { PATH_SIZE = 8192, LINKS_MAX = 40 };

/* A piece of a path between two '/'. */
struct segment_name {
	const char *text;
	size_t length;
};

static int
compare_exact(struct segment_name segment, const char *name)
{
	int order = strncmp(segment.text, name, segment.length);

	return order ? order : name[segment.length] ? -1 : 0;
}

static int
compare_folded(struct segment_name segment, const char *name)
{
	for (size_t i = 0; i < segment.length; i++) {
		int order = index_fold(segment.text[i]) - index_fold(name[i]);

		if (order != 0 || name[i] == '\0')
			return order;
	}
	return name[segment.length] ? -1 : 0;
}

/* The child of `directory` with that exact name. */
static bool
find_exact(const struct index *index, uint32_t directory, struct segment_name segment,
	   uint32_t *ret_child)
{
	uint32_t low = index->nodes[directory].first;
	uint32_t high = low + index->nodes[directory].count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = compare_exact(segment, index->names + index->nodes[middle].name);

		if (order == 0) {
			*ret_child = middle;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* The first child that differs in nothing but the case of ASCII letters. */
static bool
find_folded(const struct index *index, uint32_t directory, struct segment_name segment,
	    uint32_t *ret_child)
{
	uint32_t end = index->nodes[directory].first + index->nodes[directory].count;
	uint32_t low = index->nodes[directory].first;
	uint32_t high = end;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t node = index->case_order[middle];

		if (compare_folded(segment, index->names + index->nodes[node].name) <= 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == end)
		return false;
	*ret_child = index->case_order[low];
	return compare_folded(segment, index->names + index->nodes[*ret_child].name) == 0;
}

static bool
find_child(const struct index *index, uint32_t directory, struct segment_name segment,
	   unsigned flags, uint32_t *ret_child)
{
	return find_exact(index, directory, segment, ret_child) ||
	       (flags & INDEX_CASEFOLD && find_folded(index, directory, segment, ret_child));
}

/* Writes "target/rest" to `buffer`. */
static int
put_before(const char *target, const char *rest, char buffer[PATH_SIZE])
{
	size_t target_length = strlen(target), rest_length = strlen(rest);

	if (target_length == 0)
		return -ENOENT;
	if (target_length + 1 + rest_length >= PATH_SIZE)
		return -ENAMETOOLONG;
	memcpy(buffer, target, target_length);
	buffer[target_length] = '/';
	memcpy(buffer + target_length + 1, rest, rest_length + 1);
	return 0;
}

int
index_lookup(const struct index *index, const char *path, unsigned flags, uint32_t *ret_node)
{
	char buffers[2][PATH_SIZE];
	uint32_t node = 0;
	int links = 0;

	for (;;) {
		struct segment_name segment;
		uint32_t child;
		int result;

		path += strspn(path, "/");
		segment = (struct segment_name){path, strcspn(path, "/")};
		if (segment.length == 0)
			break;
		path += segment.length;
		path += strspn(path, "/");

		if (index->nodes[node].kind != NODE_DIRECTORY)
			return -ENOTDIR;
		if (compare_exact(segment, ".") == 0)
			continue;
		if (compare_exact(segment, "..") == 0) {
			node = index->nodes[node].parent;
			continue;
		}
		if (!find_child(index, node, segment, flags, &child))
			return -ENOENT;
		if (index->nodes[child].kind != NODE_LINK ||
		    (*path == '\0' && flags & INDEX_NOFOLLOW)) {
			node = child;
			continue;
		}
		if (++links > LINKS_MAX)
			return -ELOOP;
		result = put_before(index_target(index, child), path, buffers[links % 2]);
		if (result < 0)
			return result;
		path = buffers[links % 2];
		if (*path == '/')
			node = 0;
	}
	*ret_node = node;
	return 0;
}

int
index_path(const struct index *index, uint32_t node, char *buffer, size_t size)
{
	size_t length = 0, end;

	for (uint32_t i = node; i != 0; i = index->nodes[i].parent)
		length += strlen(index->names + index->nodes[i].name) + 1;
	if (length == 0)
		length = 1; /* the root: an empty path and its NUL */
	if (length > size)
		return -ENAMETOOLONG;

	/* From the last name backwards; each is followed by '/' or the NUL. */
	end = length;
	for (uint32_t i = node; i != 0; i = index->nodes[i].parent) {
		const char *name = index->names + index->nodes[i].name;
		size_t name_length = strlen(name);

		buffer[--end] = i == node ? '\0' : '/';
		end -= name_length;
		memcpy(buffer + end, name, name_length);
	}
	if (node == 0)
		buffer[0] = '\0';
	return 0;
}
