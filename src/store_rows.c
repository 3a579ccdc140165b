/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statements of the database: how a row is written and read.
 */
#include "store_rows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_text.h"

struct store_rows {
	sqlite3_stmt *put_lease;
	sqlite3_stmt *put_machine;
	int64_t changes; /* the number of the last change to a lease */
};

static const char PUT_LEASE[] = "INSERT OR REPLACE INTO leases VALUES (?,?,?,?,?,?,?,?)";
static const char PUT_MACHINE[] = "INSERT OR REPLACE INTO machines VALUES (?,?,?)";
static const char READ_LEASES[] = "SELECT * FROM leases ORDER BY change";
static const char READ_MACHINES[] = "SELECT * FROM machines ORDER BY changed_at";
static const char LAST_CHANGE[] = "SELECT ifnull(max(change), 0) FROM leases";

int
store_ask(sqlite3 *database, const char *sql, int64_t *ret_number, bool *ret_is_ok)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
	const unsigned char *text;

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		*ret_number = sqlite3_column_int64(statement, 0);
		text = sqlite3_column_text(statement, 0);
		*ret_is_ok = text != NULL && strcmp((const char *)text, "ok") == 0;
		code = SQLITE_OK;
	} else if (code == SQLITE_DONE) {
		code = SQLITE_CORRUPT;
	}
	sqlite3_finalize(statement);
	return code;
}

int
store_rows_new(sqlite3 *database, struct store_rows **ret_rows)
{
	const unsigned flags = SQLITE_PREPARE_PERSISTENT;
	struct store_rows *rows = calloc(1, sizeof(*rows));
	bool unused;
	int code;

	if (rows == NULL)
		return SQLITE_NOMEM;
	code = store_ask(database, LAST_CHANGE, &rows->changes, &unused);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v3(database, PUT_LEASE, -1, flags, &rows->put_lease, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v3(database, PUT_MACHINE, -1, flags, &rows->put_machine,
					  NULL);
	if (code == SQLITE_OK)
		*ret_rows = rows;
	else
		store_rows_free(rows);
	return code;
}

void
store_rows_free(struct store_rows *rows)
{
	if (rows == NULL)
		return;
	sqlite3_finalize(rows->put_lease);
	sqlite3_finalize(rows->put_machine);
	free(rows);
}

static int
write_lease(struct store_rows *rows, const struct store_lease *lease)
{
	char address[INET_ADDRSTRLEN], hardware[STORE_HARDWARE_SIZE];
	sqlite3_stmt *row = rows->put_lease;

	inet_ntop(AF_INET, &lease->address, address, sizeof(address));
	store_format_hardware(&lease->owner, hardware);
	sqlite3_bind_text(row, 1, address, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(row, 2, hardware, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(row, 3, store_format_state(lease->state), -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 4, lease->end.at.wall);
	sqlite3_bind_int64(row, 5, lease->end.seconds);
	sqlite3_bind_int64(row, 6, (int64_t)lease->end.at.boot);
	sqlite3_bind_int64(row, 7, lease->end.at.up);
	sqlite3_bind_int64(row, 8, ++rows->changes);
	sqlite3_step(row);
	return sqlite3_reset(row);
}

static int
write_machine(struct store_rows *rows, const struct store_machine *machine)
{
	char hardware[STORE_HARDWARE_SIZE];
	sqlite3_stmt *row = rows->put_machine;

	store_format_hardware(&machine->owner, hardware);
	sqlite3_bind_text(row, 1, hardware, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(row, 2, machine->facts, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(row, 3, machine->changed_at);
	sqlite3_step(row);
	return sqlite3_reset(row);
}

int
store_rows_write(struct store_rows *rows, const struct store_change *changes, size_t count)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < count && code == SQLITE_OK; i++)
		code = changes[i].kind == STORE_LEASE ? write_lease(rows, &changes[i].lease)
						      : write_machine(rows, &changes[i].machine);
	return code;
}

static const char *
text_of(sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);

	return text != NULL ? (const char *)text : "";
}

/* What nobody could have written is left out. */
static bool
read_lease(sqlite3_stmt *row, struct store_lease *ret_lease)
{
	int64_t seconds = sqlite3_column_int64(row, 4);

	if (seconds < 0 || seconds > UINT32_MAX)
		return false;
	ret_lease->end.at.wall = sqlite3_column_int64(row, 3);
	ret_lease->end.seconds = (uint32_t)seconds;
	ret_lease->end.at.boot = (uint64_t)sqlite3_column_int64(row, 5);
	ret_lease->end.at.up = sqlite3_column_int64(row, 6);
	return inet_pton(AF_INET, text_of(row, 0), &ret_lease->address) == 1 &&
	       store_parse_hardware(text_of(row, 1), &ret_lease->owner) == 0 &&
	       store_parse_state(text_of(row, 2), &ret_lease->state) == 0;
}

int
store_rows_read_leases(sqlite3 *database,
		       void (*on_lease)(void *context, const struct store_lease *), void *context)
{
	sqlite3_stmt *row;
	int code = sqlite3_prepare_v2(database, READ_LEASES, -1, &row, NULL);

	while (code == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
		struct store_lease lease = {0};

		if (read_lease(row, &lease))
			on_lease(context, &lease);
	}
	return sqlite3_finalize(row) == SQLITE_OK && code == SQLITE_OK ? 0 : -EIO;
}

int
store_rows_read_machines(sqlite3 *database,
			 void (*on_machine)(void *context, const struct store_machine *),
			 void *context)
{
	sqlite3_stmt *row;
	int code = sqlite3_prepare_v2(database, READ_MACHINES, -1, &row, NULL);

	while (code == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW) {
		struct store_machine machine = {.changed_at = sqlite3_column_int64(row, 2)};

		snprintf(machine.facts, sizeof(machine.facts), "%s", text_of(row, 1));
		if (store_parse_hardware(text_of(row, 0), &machine.owner) == 0)
			on_machine(context, &machine);
	}
	return sqlite3_finalize(row) == SQLITE_OK && code == SQLITE_OK ? 0 : -EIO;
}
