/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures are told by how they begin, and those that vesamenu.c32 cannot draw
 * are refused with the reason.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

#define BYTES(string) string, sizeof(string) - 1

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define PREFIX "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define PLAIN "\xff\xc0\0\x11\x08"
#define SOME "\3\1\"\0\2\x11\1\3\x11\1"

struct row {
	const char *name;
	const char *bytes;
	size_t length;
	unsigned width, height;
	const char *why; /* in the reason; NULL: it can be drawn */
};

static const struct row rows[] = {
	{"PNG", BYTES(PNG "\0\0\2\x80\0\0\1\xe0\x08\2\0\0\0"), 640, 480, NULL},
	{"a huge PNG", BYTES(PNG "\1\0\0\0\0\1\0\1\x08\2\0\0\0"), 65535, 65535, NULL},
	{"PNG cut off", BYTES(PNG "\0\0\2\x80\0\0\1"), 0, 0, "neither"},
	{"PNG with another first chunk",
	 BYTES("\x89PNG\r\n\x1a\n\0\0\0\rXXXX\0\0\2\x80\0\0\1\xe0\x08\2\0\0\0"), 0, 0, "neither"},
	{"JPEG", BYTES(PREFIX PLAIN "\1\xe0\2\x80" SOME), 640, 480, NULL},
	{"JPEG with fill bytes", BYTES(PREFIX "\xff\xff" PLAIN "\1\xe0\2\x80" SOME), 640, 480,
	 NULL},
	{"JPEG with tables before",
	 BYTES(PREFIX "\xff\xdb\0\4..\xff\xc4\0\3." PLAIN "\1\xe0\2\x80" SOME), 640, 480, NULL},
	{"progressive JPEG", BYTES(PREFIX "\xff\xc2\0\x11\x08\1\xe0\2\x80" SOME), 0, 0,
	 "progressive"},
	{"grey JPEG", BYTES(PREFIX PLAIN "\1\xe0\2\x80\1\1\x11\0"), 0, 0, "without colour"},
	{"JPEG without a frame", BYTES(PREFIX "\xff\xda\xff\xff"), 0, 0, "not where"},
	{"JPEG that is not one", BYTES("\xff\xd8\xff\xe0\0\0\0\0\0\0\0\0\0\0\0\0"), 0, 0,
	 "not where"},
	{"LSS16", BYTES("=\xf3\x13\x14\x80\2\xe0\1"), 640, 480, NULL},
	{"LSS16 cut off", BYTES("=\xf3\x13\x14\x80\2\xe0"), 0, 0, "neither"},
	{"GIF", BYTES("GIF89a......................"), 0, 0, "neither"},
	{"nothing", BYTES(""), 0, 0, "neither"},
};

static void
pictures_are_known_by_their_first_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* On the heap, so that a sanitizer sees a step too far. */
		uint8_t *bytes = malloc(rows[i].length);
		struct picture picture = {0};
		const char *why = NULL;
		int error;

		memcpy(bytes, rows[i].bytes, rows[i].length);
		error = picture_read(bytes, rows[i].length, &picture, &why);
		if (rows[i].why == NULL &&
		    (error != 0 || why != NULL || picture.width != rows[i].width ||
		     picture.height != rows[i].height))
			fail_msg("%s: %d, %ux%u", rows[i].name, error, picture.width,
				 picture.height);
		if (rows[i].why != NULL && (error != -ENOTSUP || strstr(why, rows[i].why) == NULL))
			fail_msg("%s: %d, %s", rows[i].name, error, why != NULL ? why : "");
		free(bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_are_known_by_their_first_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
