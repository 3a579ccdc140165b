/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All of some bytes into a descriptor: see write_all.h.
 */
#include "write_all.h"

#include <errno.h>
#include <unistd.h>

int
write_all(int fd, const void *bytes, size_t length)
{
	const char *rest = bytes;

	while (length > 0) {
		ssize_t count = write(fd, rest, length);

		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0) {
			rest += count;
			length -= (size_t)count;
		}
	}
	return 0;
}
