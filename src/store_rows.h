/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of the database. Results are SQLite's own codes where not said
 * otherwise.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "store_file.h"

struct store_rows;

/* The first value that `sql` answers with, as a number, and whether it is the
   text "ok". No answer is SQLITE_CORRUPT. */
int store_ask(sqlite3 *, const char *sql, int64_t *ret_number, bool *ret_is_ok);

/* The statements that write; to be freed before the database is closed. */
int store_rows_new(sqlite3 *, struct store_rows **ret_rows);
void store_rows_free(struct store_rows *);

/* Writes rows inside of the transaction that is open; stops at the first that
   cannot be. */
int store_rows_write(struct store_rows *, const struct store_change *, size_t count);

/* As store_read_leases and store_read_machines: 0 or -EIO. */
int store_rows_read_leases(sqlite3 *, void (*on_lease)(void *context, const struct store_lease *),
			   void *context);
int store_rows_read_machines(sqlite3 *,
			     void (*on_machine)(void *context, const struct store_machine *),
			     void *context);

#endif
