/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the store share: a folder of their own that each test finds
 * empty, rows, and waiting for the disk.
 */
#ifndef STORE_UNIT_H
#define STORE_UNIT_H

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store.h"
#include "unit.h"

enum { STORE_WAIT_MS = 60000 };

/* A folder of the test's own. */
static char folder[] = "/tmp/test_store.XXXXXX";

static inline int
open_folder(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* Removes what earlier tests left. */
static inline int
empty_folder(void **state)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;

	(void)state;
	while ((entry = readdir(directory)) != NULL)
		unlinkat(dirfd(directory), entry->d_name, 0);
	closedir(directory);
	return 0;
}

static inline struct store *
open_store(void)
{
	char why[STORE_WHY_SIZE] = "";
	struct store *store;

	if (store_open(open_folder(), "the database", &store, why) < 0)
		fail_msg("%s", why);
	return store;
}

static inline struct lease_owner
machine(uint32_t number)
{
	return (struct lease_owner){
		.type = 1,
		.length = 6,
		.address = {0x52, 0x54, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
			    (uint8_t)number},
	};
}

static inline struct store_lease
lease_of(uint32_t host, enum lease_state state)
{
	return (struct store_lease){
		.address = {htonl(0x0a000000 + host)},
		.owner = machine(host),
		.state = state,
		.end = {.at = {7, 1000, 1800000000}, .seconds = 3600},
	};
}

/* Waits until all up to `ticket` are settled one way or the other. */
static inline struct store_settled
wait_for(struct store *store, uint64_t ticket)
{
	struct pollfd wait = {.fd = store_fd(store), .events = POLLIN};
	struct store_settled settled;

	do {
		if (poll(&wait, 1, STORE_WAIT_MS) != 1)
			fail_msg("nothing was settled");
		store_settle(store, &settled);
	} while (settled.durable < ticket && settled.lost < ticket);
	return settled;
}

static inline void
put(struct store *store, const struct store_lease *lease)
{
	uint64_t ticket;

	assert_int_equal(store_put_lease(store, lease, &ticket), 0);
	assert_int_equal(wait_for(store, ticket).lost, 0);
}

struct leases_read {
	struct store_lease last;
	unsigned count;
};

static inline void
note_lease(void *context, const struct store_lease *lease)
{
	struct leases_read *read = context;

	read->last = *lease;
	read->count++;
}

static inline struct leases_read
read_leases(struct store *store)
{
	struct leases_read read = {0};

	assert_int_equal(store_read_leases(store, note_lease, &read), 0);
	return read;
}

static inline void
in_file(const char *sql)
{
	char path[64];
	sqlite3 *database;

	snprintf(path, sizeof(path), "%s/" STORE_FILE, folder);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static inline int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static inline int
remove_folder(void **state)
{
	empty_folder(state);
	return rmdir(folder);
}

/* A test that finds the folder empty. */
#define ROW(test) cmocka_unit_test_setup(test, empty_folder)

#endif
