/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text and messages for the helper, and what compilers call behind one's back.
 */
#include "system.h"

/* Compilers make calls of these for large structs, with or without a library.
   The empty instruction keeps them from seeing that this is what these do. */

void *
memset(void *target, int byte, size_t length)
{
	for (char *to = target; length > 0; length--) {
		*to++ = (char)byte;
		__asm__ volatile("" : "+r"(to));
	}
	return target;
}

void *
memcpy(void *restrict target, const void *restrict source, size_t length)
{
	const char *from = source;

	for (char *to = target; length > 0; length--) {
		*to++ = *from++;
		__asm__ volatile("" : "+r"(to));
	}
	return target;
}

size_t
text_length(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0') {
		length++;
		__asm__ volatile("" : "+r"(length));
	}
	return length;
}

void
text_add(char text[TEXT_SIZE], const char *more)
{
	size_t length = text_length(text);

	while (*more != '\0' && length < TEXT_SIZE - 1)
		text[length++] = *more++;
	text[length] = '\0';
}

void
text_add_number(char text[TEXT_SIZE], unsigned long number)
{
	char digits[24] = "";
	size_t first = sizeof(digits) - 1;

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	text_add(text, digits + first);
}

char *
text_join_parts(char text[TEXT_SIZE], const char *const *parts)
{
	text[0] = '\0';
	for (; *parts != NULL; parts++)
		text_add(text, *parts);
	return text;
}

/* Before /dev is there, only the descriptors that the kernel opened can speak. */
static void
write_line(const char *level, const char *line)
{
	char record[TEXT_SIZE];
	int fd = file_open("/dev/kmsg", O_WRONLY);

	text_join(record, fd >= 0 ? level : "", "pxeiso: ", line, "\n");
	system_call(__NR_write, fd >= 0 ? fd : 2, (long)record, (long)text_length(record), 0, 0);
	if (fd >= 0)
		file_close(fd);
}

void
say(const char *what, const char *message)
{
	char line[TEXT_SIZE];

	write_line("<6>", text_join(line, what, ": ", message));
}

void
say_failure(const char *what, const char *message, int error)
{
	char line[TEXT_SIZE];

	text_join(line, what, ": ", message);
	if (error < 0) {
		text_add(line, ", error ");
		text_add_number(line, (unsigned long)-error);
	}
	write_line("<3>", line);
}
