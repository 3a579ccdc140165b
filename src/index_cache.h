/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indexes that are kept between starts, in a folder of the daemon's own: what
 * takes the reader seconds to find out again.
 *
 * A file is an index, byte for byte, named for what it is of. It is as hostile
 * as one from the reader, and checked as that. Want of room or rights only
 * costs time. Files that were not used for longest go first.
 */
#ifndef INDEX_CACHE_H
#define INDEX_CACHE_H

#include <stdint.h>

struct extent;
struct index;

enum {
	INDEX_CACHE_FILES_MAX = 512,
	INDEX_CACHE_FILE_SIZE = 4 * 1024 * 1024, /* an honest one has 100 KiB */
	INDEX_CACHE_NAME_SIZE = 160,
};

/* Names the index of the initramfs in the bytes `piece` of the file behind
   `image_fd`, as it is now: other bytes have another name. 0 or negative errno. */
int index_cache_name(int image_fd, const struct extent *piece, char name[INDEX_CACHE_NAME_SIZE]);

/* The index of that name; `image_size` as index_map has it. 0, -ENOENT, or
   another negative errno when there is none that can be used. */
int index_cache_load(int folder, const char *name, uint64_t image_size, struct index **ret_index);

/* Keeps `index` under that name, unless it is larger than INDEX_CACHE_FILE_SIZE,
   and removes what is too much. */
void index_cache_store(int folder, const char *name, const struct index *);

#endif
