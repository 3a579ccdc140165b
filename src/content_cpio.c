/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * images/NAME/@cpio/x.cpio: the archives that recipes make around an image.
 */
#include <errno.h>
#include <string.h>

#include "boot.h"
#include "content_view.h"
#include "cpio.h"
#include "image.h"

int
content_open_cpio(struct image *image, const char *name, struct file **ret_file)
{
	const struct cpio *cpio = image->boot->archives;

	for (; cpio != NULL; cpio = cpio->next) {
		size_t length = strlen(cpio->name);

		if (strncmp(name, cpio->name, length) == 0 &&
		    strcmp(name + length, CPIO_ENDING) == 0)
			return cpio_open(cpio, image, ret_file);
	}
	return -ENOENT;
}
