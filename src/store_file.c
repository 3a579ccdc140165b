/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database: SQLite with a write-ahead log that is synced at each commit.
 *
 * The file is reached through the descriptor of its folder, since the user that
 * the daemon has become may not be let through the folders above it. SQLite
 * knows names alone: it gets /proc/self/fd/N/pxeiso.db, and a file system
 * object of its own that does not look for the path behind that.
 *
 * The folder is locked, so that two daemons never lend the same addresses from
 * one file.
 */
#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "log.h"
#include "store_rows.h"

/* Kept in the file: whose it is, and of which form. */
enum { APPLICATION = 0x70786569, FORM = 1, MACHINES_MAX = 65536, BUSY_MS = 2000 };

struct store_file {
	sqlite3_vfs vfs;
	char name[64];   /* of the file, for SQLite */
	char system[32]; /* of the object above, for SQLite */
	bool is_registered;
	sqlite3 *database;
	struct store_rows *rows;
};

static const char SCHEMA[] =
	"BEGIN;"
	"CREATE TABLE leases (address TEXT PRIMARY KEY, hardware TEXT NOT NULL, state TEXT NOT "
	"NULL,"
	" expires_at INTEGER NOT NULL, seconds INTEGER NOT NULL, boot INTEGER NOT NULL,"
	" expires_up INTEGER NOT NULL, change INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE machines (hardware TEXT PRIMARY KEY, facts TEXT NOT NULL,"
	" changed_at INTEGER NOT NULL) WITHOUT ROWID;"
	"PRAGMA application_id = 1886938473;"
	"PRAGMA user_version = 1;"
	"COMMIT";

/* Hardware addresses are easily made up: what a network can fill is bounded. */
static const char PRUNE_MACHINES[] =
	"DELETE FROM machines WHERE hardware IN (SELECT hardware FROM machines"
	" ORDER BY changed_at DESC LIMIT -1 OFFSET ?)";

/* The name is whole already. */
static int
keep_name(sqlite3_vfs *vfs, const char *name, int size, char *ret_name)
{
	(void)vfs;
	return snprintf(ret_name, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int
register_system(struct store_file *file, int folder)
{
	const sqlite3_vfs *usual = sqlite3_vfs_find(NULL);

	if (usual == NULL)
		return -ENOSYS;
	snprintf(file->name, sizeof(file->name), "/proc/self/fd/%d/" STORE_FILE, folder);
	snprintf(file->system, sizeof(file->system), "pxeiso-%d", folder);
	file->vfs = *usual;
	file->vfs.zName = file->system;
	file->vfs.xFullPathname = keep_name;
	if (sqlite3_vfs_register(&file->vfs, 0) != SQLITE_OK)
		return -ENOMEM;
	file->is_registered = true;
	return 0;
}

/* --- opening --------------------------------------------------------------- */

static int
run(struct store_file *file, const char *sql)
{
	return sqlite3_exec(file->database, sql, NULL, NULL, NULL);
}

/* Whether the open database is one of ours that can be used: SQLITE_OK; else
   *ret_why says what is wrong if it must be set aside. */
static int
examine(struct store_file *file, const char **ret_why)
{
	int64_t tables = 0, application = 0, form = 0, number;
	bool is_ok = false, unused;
	int code = store_ask(file->database, "PRAGMA quick_check(1)", &number, &is_ok);

	if (code == SQLITE_OK && !is_ok)
		code = SQLITE_CORRUPT;
	if (code == SQLITE_OK)
		code = store_ask(file->database, "SELECT count(*) FROM sqlite_master", &tables,
				 &unused);
	if (code == SQLITE_OK)
		code = store_ask(file->database, "PRAGMA application_id", &application, &unused);
	if (code == SQLITE_OK)
		code = store_ask(file->database, "PRAGMA user_version", &form, &unused);
	if (code == SQLITE_CORRUPT)
		*ret_why = "it is damaged";
	else if (code == SQLITE_NOTADB)
		*ret_why = "it is not a database";
	if (code != SQLITE_OK)
		return code;
	if (tables == 0 && application == 0 && form == 0)
		return run(file, SCHEMA);
	if (application != APPLICATION)
		*ret_why = "it is the database of another program";
	else if (form != FORM)
		*ret_why = "it was written by a newer pxeiso";
	return *ret_why == NULL ? SQLITE_OK : SQLITE_MISMATCH;
}

static int
prune(struct store_file *file)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(file->database, PRUNE_MACHINES, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int(statement, 1, MACHINES_MAX);
	sqlite3_step(statement);
	return sqlite3_finalize(statement);
}

static void
close_database(struct store_file *file)
{
	store_rows_free(file->rows);
	sqlite3_close(file->database);
	file->rows = NULL;
	file->database = NULL;
}

/* Opens and examines: SQLITE_OK, or disconnected. */
static int
open_database(struct store_file *file, const char **ret_why, char ret_error[STORE_WHY_SIZE])
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			  SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;
	int code = sqlite3_open_v2(file->name, &file->database, flags, file->system);

	*ret_why = NULL;
	if (code == SQLITE_OK) {
		sqlite3_busy_timeout(file->database, BUSY_MS);
		code = examine(file, ret_why);
	}
	if (code == SQLITE_OK)
		code = run(file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
	if (code == SQLITE_OK)
		code = store_rows_new(file->database, &file->rows);
	if (code == SQLITE_ERROR && *ret_why == NULL)
		*ret_why = "tables of ours are missing in it";
	if (code == SQLITE_OK)
		code = prune(file);
	if (code != SQLITE_OK) {
		snprintf(ret_error, STORE_WHY_SIZE, "%s",
			 code == SQLITE_MISMATCH ? *ret_why : sqlite3_errmsg(file->database));
		close_database(file);
	}
	return code;
}

/* Renames the file and what belongs to it, so that the database can still be
   opened by its new name: 0, and the name, or a negative errno. */
static int
set_aside(int folder, char ret_name[NAME_MAX])
{
	static const char *const parts[] = {"-wal", "-shm", ""};
	char today[16], from[NAME_MAX], to[NAME_MAX + 8];
	time_t now = time(NULL);
	struct tm day;
	int error = 0;

	gmtime_r(&now, &day);
	strftime(today, sizeof(today), "%Y-%m-%d", &day);
	snprintf(ret_name, NAME_MAX, STORE_FILE ".damaged-%s", today);
	for (unsigned i = 2; faccessat(folder, ret_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0; i++)
		snprintf(ret_name, NAME_MAX, STORE_FILE ".damaged-%s.%u", today, i);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && error == 0; i++) {
		snprintf(from, sizeof(from), STORE_FILE "%s", parts[i]);
		snprintf(to, sizeof(to), "%s%s", ret_name, parts[i]);
		if (renameat(folder, from, folder, to) < 0 && errno != ENOENT)
			error = -errno;
	}
	return error;
}

int
store_file_open(int folder, const char *path, struct store_file **ret_file,
		char ret_why[STORE_WHY_SIZE])
{
	struct store_file *file = calloc(1, sizeof(*file));
	char aside[NAME_MAX];
	const char *why;
	int error, code;

	if (file == NULL)
		return -ENOMEM;
	if (flock(folder, LOCK_EX | LOCK_NB) < 0) {
		snprintf(ret_why, STORE_WHY_SIZE, "another pxeiso uses it");
		free(file);
		return -EBUSY;
	}
	error = register_system(file, folder);
	code = error == 0 ? open_database(file, &why, ret_why) : SQLITE_ERROR;
	if (error == 0 && code != SQLITE_OK && why != NULL) {
		error = set_aside(folder, aside);
		if (error == 0) {
			log_error("%s: %s: set aside as %s; going on with an empty one: addresses "
				  "that were lent are not known any more. Stop pxeiso and put a "
				  "copy back in its place if you have one",
				  path, why, aside);
			code = open_database(file, &why, ret_why);
		}
	}
	if (error == 0 && code != SQLITE_OK)
		error = -EIO;
	if (error < 0) {
		store_file_close(file);
		return error;
	}
	*ret_file = file;
	return 0;
}

void
store_file_close(struct store_file *file)
{
	if (file == NULL)
		return;
	close_database(file);
	if (file->is_registered)
		sqlite3_vfs_unregister(&file->vfs);
	free(file);
}

int
store_file_write(struct store_file *file, const struct store_change *changes, size_t count,
		 char ret_why[STORE_WHY_SIZE])
{
	int code = run(file, "BEGIN IMMEDIATE");

	if (code == SQLITE_OK)
		code = store_rows_write(file->rows, changes, count);
	if (code == SQLITE_OK)
		code = run(file, "COMMIT");
	if (code == SQLITE_OK)
		return 0;
	snprintf(ret_why, STORE_WHY_SIZE, "%s", sqlite3_errmsg(file->database));
	/* SQLite may have done so by itself. */
	if (!sqlite3_get_autocommit(file->database))
		run(file, "ROLLBACK");
	return -EIO;
}

int
store_file_read_leases(struct store_file *file,
		       void (*on_lease)(void *context, const struct store_lease *), void *context)
{
	return store_rows_read_leases(file->database, on_lease, context);
}

int
store_file_read_machines(struct store_file *file,
			 void (*on_machine)(void *context, const struct store_machine *),
			 void *context)
{
	return store_rows_read_machines(file->database, on_machine, context);
}
