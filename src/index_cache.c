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

/* A file that says why there is no index: one of these, and the reason. */
enum { FAILURE_SIZE = 512 };

static const struct failure {
	const char *head;
	int error;
} failures[] = {
	{"pxeiso: cannot be read: ", -EBADMSG},
	{"pxeiso: beyond the limits: ", -EFBIG},
};

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
	close(fd);
	return result;
}

int
index_cache_load_failure(int folder, const char *name, char *ret_why, size_t size)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[FAILURE_SIZE + 1];
	ssize_t length = fd >= 0 ? pread(fd, text, FAILURE_SIZE, 0) : -1;
	int error = 0;

	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = '\0';
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]) && error == 0; i++) {
		if (strncmp(text, failures[i].head, strlen(failures[i].head)) != 0)
			continue;
		error = failures[i].error;
		snprintf(ret_why, size, "%s", text + strlen(failures[i].head));
	}
	return error;
}

void
index_cache_touch(int folder, const char *name)
{
	utimensat(folder, name, NULL, AT_SYMLINK_NOFOLLOW);
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

/* Puts `length` bytes into the file of that name, whole or not at all. */
static void
store(int folder, const char *name, const void *bytes, size_t length)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
	int fd, result;

	/* Left behind by one that was ended while it wrote. */
	unlinkat(folder, UNFINISHED, 0);
	fd = openat(folder, UNFINISHED, flags, 0600);
	if (fd < 0)
		return;
	result = write_all(fd, bytes, length);
	if (close(fd) < 0 || result < 0 || renameat(folder, UNFINISHED, folder, name) < 0)
		unlinkat(folder, UNFINISHED, 0);
	else
		remove_oldest(folder);
}

void
index_cache_store(int folder, const char *name, const struct index *index)
{
	if (index_length(index) <= INDEX_CACHE_FILE_SIZE)
		store(folder, name, index_bytes(index), index_length(index));
}

void
index_cache_store_failure(int folder, const char *name, int error, const char *why)
{
	char text[FAILURE_SIZE];

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if (failures[i].error != error)
			continue;
		snprintf(text, sizeof(text), "%s%s", failures[i].head, why);
		store(folder, name, text, strlen(text));
	}
}
