/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The heads of three kinds of pictures. Those that tinyjpeg in vesamenu.c32
 * cannot decode are told apart: progressive ones, and those without colour.
 */
#include "picture.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
	PNG_HEAD = 24,
	LSS16_HEAD = 8,
	JPEG_FRAME = 10, /* marker, length, precision, height, width, components */
};

static unsigned
get_be16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static unsigned
get_le16(const uint8_t *bytes)
{
	return (unsigned)bytes[1] << 8 | bytes[0];
}

/* Sides beyond 65535 pixels are cut to that: too large in any case. */
static unsigned
get_be32_capped(const uint8_t *bytes)
{
	return get_be16(bytes) != 0 ? 65535 : get_be16(bytes + 2);
}

/* Whether the marker is a frame that is not plain: C4, C8 and CC are tables. */
static bool
is_other_frame(uint8_t marker)
{
	return marker > 0xc0 && marker <= 0xcf && marker % 4 != 0;
}

/* Walks from segment to segment to the frame, which has the size. */
static int
read_jpeg(const uint8_t *bytes, size_t length, struct picture *ret_picture, const char **ret_why)
{
	size_t at = 2;

	while (at + JPEG_FRAME <= length && bytes[at] == 0xff) {
		uint8_t marker = bytes[at + 1];

		if (marker == 0xff) {
			at++;
			continue;
		}
		if (is_other_frame(marker)) {
			*ret_why = "a progressive JPEG, which vesamenu.c32 cannot draw";
			return -ENOTSUP;
		}
		if (marker == 0xc0 && bytes[at + 9] != 3) {
			*ret_why = "a JPEG without colour, which vesamenu.c32 cannot draw";
			return -ENOTSUP;
		}
		if (marker == 0xc0) {
			ret_picture->height = get_be16(bytes + at + 5);
			ret_picture->width = get_be16(bytes + at + 7);
			return 0;
		}
		at += 2 + (size_t)get_be16(bytes + at + 2);
	}
	*ret_why = "a JPEG file whose size is not where it should be";
	return -ENOTSUP;
}

int
picture_read(const uint8_t *bytes, size_t length, struct picture *ret_picture, const char **ret_why)
{
	static const uint8_t png[] = {0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a,
				      0,    0,   0,   13,  'I',  'H',  'D',  'R'};
	static const uint8_t jpeg[] = {0xff, 0xd8, 0xff};
	static const uint8_t lss16[] = {0x3d, 0xf3, 0x13, 0x14};

	if (length >= PNG_HEAD && memcmp(bytes, png, sizeof(png)) == 0) {
		ret_picture->width = get_be32_capped(bytes + 16);
		ret_picture->height = get_be32_capped(bytes + 20);
		return 0;
	}
	if (length >= LSS16_HEAD && memcmp(bytes, lss16, sizeof(lss16)) == 0) {
		ret_picture->width = get_le16(bytes + 4);
		ret_picture->height = get_le16(bytes + 6);
		return 0;
	}
	if (length >= sizeof(jpeg) && memcmp(bytes, jpeg, sizeof(jpeg)) == 0)
		return read_jpeg(bytes, length, ret_picture, ret_why);
	*ret_why = "neither PNG nor JPEG nor LSS16";
	return -ENOTSUP;
}
