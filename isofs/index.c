/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An index, mapped and checked; see index.h. What has passed index_check needs
 * no further look, so the accessors are one line each. Paths are index_lookup.c.
 */
#include "index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index_check.h"
#include "index_view.h"

/* No index is larger than the reader could write (jail.c). */
enum { FILE_MAX = 512 * 1024 * 1024 };

int
index_open(const void *bytes, size_t length, uint64_t image_size, struct index **ret_index,
	   const char **ret_why)
{
	const struct index_header *header = bytes;
	const char *block = bytes;
	struct index_layout layout;
	struct index *index;
	const char *why;

	why = (uintptr_t)bytes % 8 == 0 ? index_check(header, length, image_size) : "not aligned";
	if (why) {
		*ret_why = why;
		return -EBADMSG;
	}
	index = malloc(sizeof(*index));
	if (!index)
		return -ENOMEM;

	layout = index_layout(header);
	*index = (struct index){
		.header = header,
		.nodes = (const struct index_node *)(const void *)(block + layout.nodes),
		.case_order = (const uint32_t *)(const void *)(block + layout.case_order),
		.extents = (const struct extent *)(const void *)(block + layout.extents),
		.names = block + layout.names,
	};
	*ret_index = index;
	return 0;
}

int
index_map(int fd, uint64_t image_size, struct index **ret_index, const char **ret_why)
{
	const int needed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat status;
	void *mapped;
	int result;

	/* Unsealed, the bytes could change or vanish after they were checked. */
	if (seals < 0 || (seals & needed) != needed) {
		*ret_why = "not a sealed memory file";
		return -EBADMSG;
	}
	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_size < (off_t)sizeof(struct index_header)) {
		*ret_why = "not an index";
		return -EBADMSG;
	}
	mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		return -errno;

	result = index_open(mapped, (size_t)status.st_size, image_size, ret_index, ret_why);
	if (result < 0) {
		munmap(mapped, (size_t)status.st_size);
		return result;
	}
	(*ret_index)->mapped_length = (size_t)status.st_size;
	return 0;
}

/* Reads `length` bytes of the file: 0, -EBADMSG when there are fewer, or errno. */
static int
read_file(int fd, char *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t count = pread(fd, bytes + done, length - done, (off_t)done);

		if (count == 0)
			return -EBADMSG;
		if (count < 0 && errno != EINTR)
			return -errno;
		done += count > 0 ? (size_t)count : 0;
	}
	return 0;
}

int
index_load(int fd, uint64_t image_size, struct index **ret_index, const char **ret_why)
{
	struct stat status;
	size_t length;
	void *bytes;
	int result;

	*ret_why = "not an index";
	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_size < (off_t)sizeof(struct index_header) ||
	    status.st_size > FILE_MAX)
		return -EBADMSG;
	length = (size_t)status.st_size;
	bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	result = read_file(fd, bytes, length);
	if (result == 0)
		result = index_open(bytes, length, image_size, ret_index, ret_why);
	if (result < 0) {
		munmap(bytes, length);
		return result;
	}
	(*ret_index)->mapped_length = length;
	return 0;
}

void
index_close(struct index *index)
{
	if (!index)
		return;
	if (index->mapped_length > 0)
		munmap((void *)(uintptr_t)index->header, index->mapped_length);
	free(index);
}

const struct volume *
index_volume(const struct index *index)
{
	return &index->header->volume;
}

const void *
index_bytes(const struct index *index)
{
	return index->header;
}

size_t
index_length(const struct index *index)
{
	return (size_t)index_layout(index->header).end;
}

uint32_t
index_node_count(const struct index *index)
{
	return index->header->node_count;
}

enum node_kind
index_kind(const struct index *index, uint32_t node)
{
	return (enum node_kind)index->nodes[node].kind;
}

const char *
index_name(const struct index *index, uint32_t node)
{
	return index->names + index->nodes[node].name;
}

uint32_t
index_parent(const struct index *index, uint32_t node)
{
	return index->nodes[node].parent;
}

uint64_t
index_size(const struct index *index, uint32_t node)
{
	return index->nodes[node].size;
}

int64_t
index_mtime(const struct index *index, uint32_t node)
{
	return index->nodes[node].mtime;
}

uint32_t
index_children(const struct index *index, uint32_t node, uint32_t *ret_first)
{
	if (index->nodes[node].kind != NODE_DIRECTORY)
		return 0;
	*ret_first = index->nodes[node].first;
	return index->nodes[node].count;
}

const struct extent *
index_extents(const struct index *index, uint32_t node, uint32_t *ret_count)
{
	if (index->nodes[node].kind != NODE_FILE) {
		*ret_count = 0;
		return index->extents;
	}
	*ret_count = index->nodes[node].count;
	return index->extents + index->nodes[node].first;
}

const char *
index_target(const struct index *index, uint32_t node)
{
	return index->nodes[node].kind == NODE_LINK ? index->names + index->nodes[node].first : "";
}
