/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paths in an index: from a path to a node and back.
 *
 * A name is found by bisection, in an order that index_check has seen to be
 * one. A link on the way puts its target in front of the rest of the path, in
 * one of two buffers in turn, and the walk goes on; nothing is copied as long
 * as there is none. Links never leave the image: ".." stops at the root and
 * "/" is the image's root (HTTP-17).
 *
 * Each request costs a lookup, so an image must not make it dear: 40 links of
 * 4 KiB would be 80,000 segments. SEGMENTS_MAX is far above any honest path.
 */
#include <errno.h>
#include <string.h>

#include "index_view.h"

enum { PATH_SIZE = 8192, LINKS_MAX = 40, SEGMENTS_MAX = 4096 };

/* A piece of a path between two '/'. */
struct segment_name {
	const char *text;
	size_t length;
};

static bool
is_segment(struct segment_name segment, const char *name)
{
	return strncmp(segment.text, name, segment.length) == 0 && name[segment.length] == '\0';
}

/* Skips from `i` on what the name and the segment have in common. */
static inline size_t
skip_equal(struct segment_name segment, const char *name, size_t i, bool is_folded)
{
	while (i < segment.length &&
	       (segment.text[i] == name[i] ||
		(is_folded && index_fold(segment.text[i]) == index_fold(name[i]))))
		i++;
	return i;
}

/* How the segment sorts against a name that begins with `match` of its bytes. */
static inline int
compare_rest(struct segment_name segment, const char *name, size_t match, bool is_folded)
{
	char wanted = match < segment.length ? segment.text[match] : '\0';

	if (is_folded)
		return index_fold(wanted) - index_fold(name[match]);
	return (unsigned char)wanted - (unsigned char)name[match];
}

/* The first child of that name: among the children, or, where case does not
   matter, among them in case order. *ret_child stays as it is if there is none. */
static inline bool
bisect(const struct index *index, uint32_t directory, struct segment_name segment, bool is_folded,
       uint32_t *ret_child)
{
	uint32_t low = index->nodes[directory].first;
	uint32_t high = low + index->nodes[directory].count;
	size_t low_match = 0, high_match = 0;
	bool is_found = false;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t child = is_folded ? index->case_order[middle] : middle;
		const char *name = index->names + index->nodes[child].name;
		/* What both ends have in common with the segment, all between has. */
		size_t match = low_match < high_match ? low_match : high_match;
		int order;

		match = skip_equal(segment, name, match, is_folded);
		order = compare_rest(segment, name, match, is_folded);
		if (order > 0) {
			low = middle + 1;
			low_match = match;
			continue;
		}
		if (order == 0) {
			is_found = true;
			*ret_child = child;
		}
		high = middle;
		high_match = match;
	}
	return is_found;
}

/* With INDEX_CASEFOLD one search is enough for a name that is there as it is
   asked for, and for one that is not there. */
static bool
find_child(const struct index *index, uint32_t directory, struct segment_name segment,
	   unsigned flags, uint32_t *ret_child)
{
	if (!(flags & INDEX_CASEFOLD))
		return bisect(index, directory, segment, false, ret_child);
	if (!bisect(index, directory, segment, true, ret_child))
		return false;
	/* There may be several, of which this is the first. */
	if (!is_segment(segment, index->names + index->nodes[*ret_child].name))
		bisect(index, directory, segment, false, ret_child);
	return true;
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

static const char *
skip_slashes(const char *path)
{
	while (*path == '/')
		path++;
	return path;
}

int
index_lookup(const struct index *index, const char *path, unsigned flags, uint32_t *ret_node)
{
	char buffers[2][PATH_SIZE];
	uint32_t node = 0;
	int links = 0, segments = 0;

	for (;;) {
		struct segment_name segment;
		uint32_t child;
		int result;

		path = skip_slashes(path);
		segment = (struct segment_name){path, (size_t)(strchrnul(path, '/') - path)};
		if (segment.length == 0)
			break;
		path = skip_slashes(path + segment.length);

		if (index->nodes[node].kind != NODE_DIRECTORY)
			return -ENOTDIR;
		if (++segments > SEGMENTS_MAX)
			return -ELOOP;
		if (is_segment(segment, "."))
			continue;
		if (is_segment(segment, "..")) {
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
