/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for people: see text_table.h. Width is counted in characters of UTF-8,
 * one column each; wide characters may stand out by a column.
 */
#include "text_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How many characters `text` begins; continuation bytes begin none. */
static size_t
width_of(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void
text_table_init(struct text_table *table, size_t columns)
{
	*table = (struct text_table){.columns = columns};
}

int
text_table_add(struct text_table *table, const char *const *cells)
{
	char *(*rows)[TEXT_TABLE_COLUMNS] =
		reallocarray(table->rows, table->row_count + 1, sizeof(*rows));
	bool failed = false;

	if (rows == NULL)
		return -ENOMEM;
	table->rows = rows;
	for (size_t i = 0; i < table->columns; i++) {
		rows[table->row_count][i] = text_escape(cells[i]);
		failed |= rows[table->row_count][i] == NULL;
	}
	for (size_t i = 0; failed && i < table->columns; i++)
		free(rows[table->row_count][i]);
	table->row_count += !failed;
	return failed ? -ENOMEM : 0;
}

static void
print_row(char *const *cells, const size_t *widths, size_t columns, FILE *file)
{
	for (size_t i = 0; i < columns; i++) {
		size_t pad = i + 1 < columns ? widths[i] - width_of(cells[i]) + 2 : 0;

		fprintf(file, "%s%*s", cells[i], (int)pad, "");
	}
	putc('\n', file);
}

void
text_table_print(const struct text_table *table, FILE *file)
{
	size_t widths[TEXT_TABLE_COLUMNS] = {0};

	for (size_t row = 0; row < table->row_count; row++)
		for (size_t i = 0; i < table->columns; i++) {
			size_t width = width_of(table->rows[row][i]);

			widths[i] = width > widths[i] ? width : widths[i];
		}
	for (size_t row = 0; row < table->row_count; row++)
		print_row(table->rows[row], widths, table->columns, file);
}

void
text_table_free(struct text_table *table)
{
	for (size_t row = 0; row < table->row_count; row++)
		for (size_t i = 0; i < table->columns; i++)
			free(table->rows[row][i]);
	free(table->rows);
	*table = (struct text_table){0};
}

void
text_size(uint64_t bytes, char ret_text[TEXT_SIZE_SIZE])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double size = (double)bytes;
	size_t unit = 0;

	/* 1023.96 would round to 1024.0 */
	while (size >= 1023.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		size /= 1024;
		unit++;
	}
	snprintf(ret_text, TEXT_SIZE_SIZE, "%.*f %s", unit == 0 || size >= 99.95 ? 0 : 1, size,
		 units[unit]);
}

void
text_time(int64_t seconds, char ret_text[TEXT_TIME_SIZE])
{
	time_t when = (time_t)seconds;
	struct tm parts;

	if (gmtime_r(&when, &parts) == NULL || parts.tm_year > 9999 - 1900 ||
	    parts.tm_year < -1900 ||
	    strftime(ret_text, TEXT_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		snprintf(ret_text, TEXT_TIME_SIZE, "-");
}

/* How many bytes at `text` are a control character: those of ASCII, and U+0080
   to U+009F, which some terminals obey too. */
static size_t
control_length(const char *text)
{
	unsigned char byte = (unsigned char)text[0];
	unsigned char next = byte == 0xc2 ? (unsigned char)text[1] : 0;

	if (byte < 0x20 || byte == 0x7f)
		return 1;
	return next >= 0x80 && next < 0xa0 ? 2 : 0;
}

char *
text_escape(const char *text)
{
	char *copy = malloc(4 * strlen(text) + 1);
	char *end = copy;

	if (copy == NULL)
		return NULL;
	while (*text != '\0') {
		size_t length = control_length(text);

		if (length == 0)
			*end++ = *text++;
		for (; length > 0; length--)
			end += sprintf(end, "\\x%02x", (unsigned char)*text++);
	}
	*end = '\0';
	return copy;
}
