/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for people: columns that line up, sizes, times, and names out of images
 * made harmless for a terminal.
 */
#ifndef TEXT_TABLE_H
#define TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TEXT_TABLE_COLUMNS = 8, TEXT_SIZE_SIZE = 16, TEXT_TIME_SIZE = 32 };

struct text_table {
	char *(*rows)[TEXT_TABLE_COLUMNS]; /* cells, owned */
	size_t row_count;
	size_t columns;
};

/* A table of `columns` columns (<= TEXT_TABLE_COLUMNS), as yet empty. */
void text_table_init(struct text_table *, size_t columns);

/* Adds a row: `cells` has as many texts as the table has columns; they are
   copied with control bytes as \xNN. 0 or -ENOMEM. */
int text_table_add(struct text_table *, const char *const *cells);

/* Prints all rows, two spaces between columns, none behind the last. */
void text_table_print(const struct text_table *, FILE *);

void text_table_free(struct text_table *);

/* "734 MB"-like text in powers of 1024: "12 B", "4.7 GiB". */
void text_size(uint64_t bytes, char ret_text[TEXT_SIZE_SIZE]);

/* ISO 8601 in UTC, "2026-11-22T10:00:00Z"; "-" for a year past 9999. */
void text_time(int64_t seconds, char ret_text[TEXT_TIME_SIZE]);

/* A copy of `text` with control bytes as \xNN, so that a name out of an image
   is one line and moves no cursor: malloc'ed, NULL when out of memory. */
char *text_escape(const char *text);

#endif
