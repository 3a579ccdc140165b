/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indexes that are kept between starts; see index_cache.h.
 *
 * A file appears whole, by rename(2), and its time is that of its last use.
 */
#include "index_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index.h"
#include "write_all.h"

/* Counts up when what is found in the same bytes changes. */
enum { FORM = 1 };

static const char ENDING[] = ".index";
static const char UNFINISHED[] = "new.part";

int
index_cache_name(int image_fd, const struct extent *piece, char name[INDEX_CACHE_NAME_SIZE])
{
	struct stat facts;

	if (fstat(image_fd, &facts) < 0)
		return -errno;
	snprintf(name, INDEX_CACHE_NAME_SIZE, "%d-%jx-%jx-%jx.%lx-%" PRIx64 "-%" PRIx64 "%s", FORM,
		 (uintmax_t)facts.st_ino, (uintmax_t)facts.st_size, (uintmax_t)facts.st_mtim.tv_sec,
		 (unsigned long)facts.st_mtim.tv_nsec, piece->offset, piece->length, ENDING);
	return 0;
}

int
index_cache_load(int folder, const char *name, uint64_t image_size, struct index **ret_index)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const char *why;
	int result;

	if (fd < 0)
		return -errno;
	result = index_load(fd, image_size, ret_index, &why);
	if (result == 0)
		futimens(fd, NULL);
	close(fd);
	return result;
}

/* --- storing --------------------------------------------------------------- */

static bool
is_index(const char *name)
{
	size_t length = strlen(name);

	return length >= sizeof(ENDING) && strcmp(name + length - sizeof(ENDING) + 1, ENDING) == 0;
}

/* Removes the file that was not used for longest, if there are too many. */
static void
remove_oldest(int folder)
{
	char oldest[NAME_MAX + 1] = "";
	struct timespec oldest_time = {0};
	unsigned count = 0;
	int copy = openat(folder, ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;

	if (!directory) {
		if (copy >= 0)
			close(copy);
		return;
	}
	while ((entry = readdir(directory)) != NULL) {
		struct stat facts;

		if (!is_index(entry->d_name) ||
		    fstatat(folder, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (count++ > 0 && (facts.st_mtim.tv_sec > oldest_time.tv_sec ||
				    (facts.st_mtim.tv_sec == oldest_time.tv_sec &&
				     facts.st_mtim.tv_nsec >= oldest_time.tv_nsec)))
			continue;
		oldest_time = facts.st_mtim;
		snprintf(oldest, sizeof(oldest), "%s", entry->d_name);
	}
	closedir(directory);
	if (count > INDEX_CACHE_FILES_MAX)
		unlinkat(folder, oldest, 0);
}

void
index_cache_store(int folder, const char *name, const struct index *index)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd, result;

	if (index_length(index) > INDEX_CACHE_FILE_SIZE)
		return;
	/* Left behind by one that was ended while it wrote. */
	unlinkat(folder, UNFINISHED, 0);
	fd = openat(folder, UNFINISHED, flags, 0600);
	if (fd < 0)
		return;
	result = write_all(fd, index_bytes(index), index_length(index));
	if (close(fd) < 0 || result < 0 || renameat(folder, UNFINISHED, folder, name) < 0)
		unlinkat(folder, UNFINISHED, 0);
	else
		remove_oldest(folder);
}
