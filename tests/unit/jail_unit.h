/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the jail share: a hostile image, a good one, and a reader
 * that is this program, executed again with "--reader": the real reader.c and
 * reader_child.c, with hostile_isofs.c in the parser's place.
 */
#ifndef JAIL_UNIT_H
#define JAIL_UNIT_H

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "iso_unit.h"
#include "jail_sanitizer.h"
#include "reader.h"
#include "reader_protocol.h"

#define FORBIDDEN "the reader was stopped: it asked the kernel for what its jail forbids"

enum { WHY_SIZE = 200 };

/* An image that does `act`; see hostile_isofs.c. */
static inline int
hostile_image(const char *act)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_int_equal(ftruncate(fd, 65536), 0);
	assert_true(dprintf(fd, "HOSTILE %s", act) > 0);
	return fd;
}

/* A file "FILE" of 3 bytes. */
static inline int
good_image(void)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	struct image *image = image_new(40);
	struct spot spot = image_directory(image, ROOT_SECTOR);

	image_record(image, &spot, "FILE", (struct record)FILE_AT(30, 3));
	assert_int_equal(pwrite(fd, image->bytes, image->size, 0), image->size);
	free(image);
	return fd;
}

static inline struct reader *
new_reader(void)
{
	struct reader *reader;

	assert_int_equal(reader_new("/proc/self/exe", &reader), 0);
	return reader;
}

static inline void
must_read_good(struct reader *reader, const char *after)
{
	char why[WHY_SIZE] = "";
	struct index *index;
	int fd = good_image();
	int result = reader_index(reader, fd, &index, why, sizeof(why));

	close(fd);
	if (result != 0)
		fail_msg("after %s: %d, %s", after, result, why);
	assert_int_equal(index_size(index, find(index, "FILE")), 3);
	index_close(index);
}

/* What the reader makes of an image that does `act`: -> the result. */
static inline int
read_hostile(struct reader *reader, const char *act, char *ret_why)
{
	struct index *index;
	int fd = hostile_image(act);
	int result = reader_index(reader, fd, &index, ret_why, WHY_SIZE);

	close(fd);
	return result;
}

static inline void
must_refuse(struct reader *reader, const char *act, int expected, const char *expected_why)
{
	char why[WHY_SIZE] = "";
	int result = read_hostile(reader, act, why);

	if (result != expected || strcmp(why, expected_why) != 0)
		fail_msg("%s: %d, %s", act, result, why);
}

static inline unsigned
count_descriptors(void)
{
	unsigned count = 0;
	DIR *folder = opendir("/proc/self/fd");

	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

static inline int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
