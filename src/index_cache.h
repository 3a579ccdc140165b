/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indexes that are kept between starts, in a folder of the daemon's own: what
 * takes the reader seconds to find out again.
 *
 * A file is an index, byte for byte, named for what it is of, or says why there
 * is none. It is as hostile as one from the reader, and checked as that. Want of
 * room or rights only costs time. Files that were not used for longest go first.
 */
#ifndef INDEX_CACHE_H
#define INDEX_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct extent;
struct index;

/* The folder below the state directory. */
#define INDEX_CACHE_FOLDER "initramfs"

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

/* Why there can be no index of that name: -EBADMSG or -EFBIG with the reason as text in
   `ret_why` (up to `size` bytes, always terminated), or 0: nothing is known. */
int index_cache_load_failure(int folder, const char *name, char *ret_why, size_t size);

/* Says that what has that name is in use: others go first. */
void index_cache_touch(int folder, const char *name);

/* Keeps `index` under that name, unless it is larger than INDEX_CACHE_FILE_SIZE,
   and removes what is too much. */
void index_cache_store(int folder, const char *name, const struct index *);

/* Keeps that there can be none, for -EBADMSG and -EFBIG; another error says nothing
   about the bytes, and is not kept. */
void index_cache_store_failure(int folder, const char *name, int error, const char *why);

#endif
