/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is in an initramfs; see initramfs.h.
 *
 *      window ──────────────┐
 *        └──► unpacker ─────┴─► input ─► members of cpio archives ─► tree ─► builder
 *
 * An input is where the members come from: the file itself, or one stream of it
 * that is unpacked. The file's own input goes on where a stream has ended.
 */
#include "initramfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "initramfs_tree.h"
#include "unpack.h"
#include "window.h"

enum {
	HEADER_SIZE = 110,
	PATH_SIZE = 4096, /* with its NUL, as in Linux */
	TYPE_MASK = 0170000,
	TYPE_DIRECTORY = 0040000,
	TYPE_FILE = 0100000,
	TYPE_LINK = 0120000,
};

/* What all archives together may unpack to. */
static const uint64_t UNPACKED_MAX = UINT64_C(4) << 30;

static const char CUT[] = "it ends in the middle of an archive";

/* Bytes of members, as they are in the file or unpacked. */
struct input {
	struct window *window;
	struct unpacker *unpacker; /* NULL: as they are */
	struct bytes ahead;        /* not taken yet */
	uint64_t position;         /* how many were taken: where `ahead` begins */
	uint64_t limit;            /* of the position, where they are unpacked */
};

struct initramfs {
	struct initramfs_tree tree;
	uint64_t unpacked; /* bytes of all streams that were unpacked before this one */
	uint32_t archives; /* that came to their end */
	uint8_t path[PATH_SIZE];
	uint8_t target[PATH_SIZE];
};

/* --- input ----------------------------------------------------------------- */

/* Has at least one byte ahead, if there is one. */
static int
look_ahead(struct input *input, const char **ret_why)
{
	if (input->ahead.length > 0)
		return 0;
	if (input->unpacker && input->position > input->limit) {
		*ret_why = "it unpacks to more than 4 GiB";
		return -EFBIG;
	}
	if (input->unpacker)
		return unpacker_next(input->unpacker, &input->ahead, ret_why);
	return window_view_rest(input->window, input->position, &input->ahead);
}

static void
take(struct input *input, size_t count)
{
	input->ahead = bytes_slice(input->ahead, count, input->ahead.length);
	input->position += count;
}

/* Takes `length` bytes: 0, -EBADMSG when there are not so many, or errno. With no
   buffer they are passed over. */
static int
read_bytes(struct input *input, uint8_t *buffer, uint64_t length, const char **ret_why)
{
	while (length > 0) {
		size_t part;
		int result = look_ahead(input, ret_why);

		if (result < 0)
			return result;
		part = input->ahead.length < length ? input->ahead.length : (size_t)length;
		if (part == 0) {
			*ret_why = CUT;
			return -EBADMSG;
		}
		if (buffer) {
			memcpy(buffer, input->ahead.at, part);
			buffer += part;
		}
		take(input, part);
		length -= part;
	}
	return 0;
}

/* Passes over `length` bytes, which are not even read where the file has them
   as they are. */
static int
skip_bytes(struct input *input, uint64_t length, const char **ret_why)
{
	if (input->unpacker || length <= input->ahead.length)
		return read_bytes(input, NULL, length, ret_why);
	if (length > input->window->image_size - input->position) {
		*ret_why = CUT;
		return -EBADMSG;
	}
	input->ahead.length = 0;
	input->position += length;
	return 0;
}

static int
skip_padding(struct input *input, const char **ret_why)
{
	return skip_bytes(input, (4 - input->position % 4) % 4, ret_why);
}

/* How many zeros `bytes` begin with. A bomb is nothing else. */
static size_t
count_zeros(struct bytes bytes)
{
	size_t count = 0;

	if (bytes.length > 1 && bytes.at[0] == 0 &&
	    memcmp(bytes.at, bytes.at + 1, bytes.length - 1) == 0)
		return bytes.length;
	while (count < bytes.length && bytes.at[count] == 0)
		count++;
	return count;
}

/* Passes over zeros: -> whether a byte follows them. */
static int
skip_zeros(struct input *input, bool *ret_more, const char **ret_why)
{
	for (;;) {
		int result = look_ahead(input, ret_why);
		bool is_end = input->ahead.length == 0;

		if (result < 0)
			return result;
		take(input, count_zeros(input->ahead));
		*ret_more = input->ahead.length > 0;
		if (is_end || *ret_more)
			return 0;
	}
}

/* --- members --------------------------------------------------------------- */

struct header {
	uint32_t mode;
	uint32_t mtime;
	uint32_t size;
	uint32_t name_size;
};

/* Eight hexadecimal digits. */
static bool
read_number(const uint8_t *digits, uint32_t *ret_number)
{
	static const char hex[] = "0123456789abcdef";
	uint32_t number = 0;

	for (int i = 0; i < 8; i++) {
		/* The bit makes capitals small and leaves digits as they are. */
		const char *digit = memchr(hex, digits[i] | 0x20, sizeof(hex) - 1);

		if (!digit)
			return false;
		number = number << 4 | (uint32_t)(digit - hex);
	}
	*ret_number = number;
	return true;
}

static int
read_header(struct input *input, struct header *ret_header, const char **ret_why)
{
	uint8_t bytes[HEADER_SIZE];
	int result = read_bytes(input, bytes, sizeof(bytes), ret_why);

	if (result < 0)
		return result;
	*ret_why = "it holds what is no cpio archive that Linux reads";
	if (memcmp(bytes, "07070", 5) != 0 || (bytes[5] != '1' && bytes[5] != '2'))
		return -EBADMSG;
	/* Fields of 8 digits: inode, mode, owners, links, mtime, size, devices, name. */
	if (!read_number(bytes + 14, &ret_header->mode) ||
	    !read_number(bytes + 46, &ret_header->mtime) ||
	    !read_number(bytes + 54, &ret_header->size) ||
	    !read_number(bytes + 94, &ret_header->name_size))
		return -EBADMSG;
	return 0;
}

static enum node_kind
kind_of(uint32_t mode)
{
	switch (mode & TYPE_MASK) {
	case TYPE_DIRECTORY:
		return NODE_DIRECTORY;
	case TYPE_FILE:
		return NODE_FILE;
	case TYPE_LINK:
		return NODE_LINK;
	default:
		return NODE_OTHER;
	}
}

/* The text in `buffer`, to its NUL. */
static struct bytes
text_in(const uint8_t *buffer, size_t length)
{
	return (struct bytes){buffer, strnlen((const char *)buffer, length)};
}

/* What follows the name: a link's target, or bytes that are not looked at. */
static int
read_body(struct initramfs *initramfs, struct input *input, const struct header *header,
	  struct initramfs_member *member, const char **ret_why)
{
	int result;

	if (member->kind != NODE_LINK || header->size >= PATH_SIZE) {
		member->extent =
			(struct extent){initramfs->unpacked + input->position, header->size};
		return skip_bytes(input, header->size, ret_why);
	}
	result = read_bytes(input, initramfs->target, header->size, ret_why);
	member->target = text_in(initramfs->target, header->size);
	return result;
}

/* Reads one member into the tree. Linux passes over one with too long a name. */
static int
read_member(struct initramfs *initramfs, struct input *input, const char **ret_why)
{
	struct initramfs_member member = {0};
	struct header header;
	bool has_name;
	int result = read_header(input, &header, ret_why);

	if (result < 0)
		return result;
	has_name = header.name_size > 0 && header.name_size <= PATH_SIZE;
	result = has_name ? read_bytes(input, initramfs->path, header.name_size, ret_why)
			  : skip_bytes(input, header.name_size, ret_why);
	if (result < 0)
		return result;
	member.path = text_in(initramfs->path, has_name ? header.name_size : 0);
	if (member.path.length == 10 && bytes_match(member.path, 0, "TRAILER!!!")) {
		initramfs->archives++;
		return 0; /* some writers do not pad it */
	}

	result = skip_padding(input, ret_why);
	if (result < 0)
		return result;
	member.kind = kind_of(header.mode);
	member.mtime = header.mtime;
	result = read_body(initramfs, input, &header, &member, ret_why);
	if (result == 0)
		result = skip_padding(input, ret_why);
	if (result < 0 || !has_name)
		return result;
	return initramfs_tree_add(&initramfs->tree, &member);
}

/* --- archives -------------------------------------------------------------- */

/* Reads members until the end, or until something else begins in the file. */
static int
read_members(struct initramfs *initramfs, struct input *input, const char **ret_why)
{
	for (;;) {
		bool has_more;
		int result = skip_zeros(input, &has_more, ret_why);

		if (result < 0 || !has_more)
			return result;
		if (input->ahead.at[0] != '0' || input->position % 4 != 0) {
			*ret_why = "it holds something else behind an archive";
			return input->unpacker ? -EBADMSG : 0;
		}
		result = read_member(initramfs, input, ret_why);
		if (result < 0)
			return result;
	}
}

/* Reads the compressed stream that begins where `file` is. */
static int
read_stream(struct initramfs *initramfs, struct input *file, const char **ret_why)
{
	struct input input = {.window = file->window, .limit = UNPACKED_MAX - initramfs->unpacked};
	int result = unpacker_open(file->window, file->position, &input.unpacker);

	if (result == -ENOTDIR) {
		*ret_why = "neither a cpio archive nor compressed as Linux knows it";
		return -EBADMSG;
	}
	if (result < 0)
		return result;
	result = read_members(initramfs, &input, ret_why);
	initramfs->unpacked += input.position < input.limit ? input.position : input.limit;
	file->ahead.length = 0;
	file->position = unpacker_end(input.unpacker);
	unpacker_close(input.unpacker);
	return result;
}

static int
read_all(struct initramfs *initramfs, struct window *window, const char **ret_why)
{
	struct input file = {.window = window};
	int result = 0;

	while (result == 0) {
		bool has_more = false;

		result = read_members(initramfs, &file, ret_why);
		if (result == 0)
			result = skip_zeros(&file, &has_more, ret_why);
		if (result < 0 || !has_more)
			break;
		result = read_stream(initramfs, &file, ret_why);
	}
	if (result == -EFBIG && initramfs->tree.node_count == INITRAMFS_NODES_MAX)
		*ret_why = "it holds more than a million files";
	if (result == 0 && initramfs->archives == 0 && initramfs->tree.node_count == 1) {
		*ret_why = "there is no archive in it";
		result = -EBADMSG;
	}
	return result;
}

/* --- the whole ------------------------------------------------------------- */

static int
write_index(const struct initramfs *initramfs, uint64_t file_size, int *ret_memfd)
{
	struct volume volume = {
		.image_size = INDEX_OF_UNPACKED,
		.volume_size = file_size,
		.tree = TREE_INITRAMFS,
	};
	struct builder builder;
	int result = builder_init(&builder);

	if (result < 0)
		return result;
	if (initramfs->tree.bad_paths > 0)
		snprintf(volume.damage, sizeof(volume.damage), "paths that lead too far: %u",
			 (unsigned)initramfs->tree.bad_paths);
	result = initramfs_tree_build(&initramfs->tree, &builder);
	if (result == 0)
		result = builder_write(&builder, &volume, ret_memfd);
	builder_clear(&builder);
	return result;
}

int
initramfs_index(int fd, const struct extent *where, int *ret_memfd, const char **ret_why)
{
	struct initramfs *initramfs = malloc(sizeof(*initramfs));
	struct window *window = malloc(sizeof(*window));
	int result = initramfs && window ? initramfs_tree_init(&initramfs->tree) : -ENOMEM;

	if (result < 0)
		goto free_all;
	initramfs->unpacked = 0;
	initramfs->archives = 0;
	window_init(window, fd, where->length);
	window->base = where->offset;
	result = read_all(initramfs, window, ret_why);
	if (result == 0)
		result = write_index(initramfs, where->length, ret_memfd);
	initramfs_tree_clear(&initramfs->tree);
free_all:
	free(window);
	free(initramfs);
	return result;
}
