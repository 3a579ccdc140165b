/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window on an image; see window.h.
 *
 * It moves only when a view does not lie inside it whole, and then begins at
 * that view: directories are mostly read forwards. pread(2) leaves alone the
 * file position, which this process shares with the daemon.
 */
#include "window.h"

#include <errno.h>
#include <unistd.h>

void
window_init(struct window *window, int fd, uint64_t image_size)
{
	window->fd = fd;
	window->base = 0;
	window->image_size = image_size;
	window->offset = 0;
	window->length = 0;
}

/* Fills the window from `offset` on; a file that became shorter gives less. */
static int
move(struct window *window, uint64_t offset)
{
	uint64_t rest = window->image_size - offset;
	size_t wanted = rest < WINDOW_SIZE ? (size_t)rest : WINDOW_SIZE;

	window->offset = offset;
	window->length = 0;
	while (window->length < wanted) {
		ssize_t got =
			pread(window->fd, window->bytes + window->length, wanted - window->length,
			      (off_t)(window->base + offset + window->length));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		window->length += (size_t)got;
	}
	return 0;
}

int
window_view(struct window *window, uint64_t offset, size_t length, struct bytes *ret_bytes)
{
	int result;

	if (length > WINDOW_SIZE)
		return -EINVAL;
	if (offset >= window->image_size) {
		*ret_bytes = (struct bytes){window->bytes, 0};
		return 0;
	}
	if (length > window->image_size - offset)
		length = (size_t)(window->image_size - offset);
	if (offset < window->offset || offset - window->offset > window->length ||
	    length > window->length - (size_t)(offset - window->offset)) {
		result = move(window, offset);
		if (result < 0)
			return result;
	}
	*ret_bytes = bytes_slice((struct bytes){window->bytes, window->length},
				 (size_t)(offset - window->offset), length);
	return 0;
}

int
window_view_rest(struct window *window, uint64_t offset, struct bytes *ret_bytes)
{
	int result = window_view(window, offset, 1, ret_bytes);

	if (result == 0 && ret_bytes->length > 0)
		ret_bytes->length = (size_t)(window->offset + window->length - offset);
	return result;
}
