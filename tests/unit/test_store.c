/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is put is read back by the next start; what cannot be used is set aside.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "log.h"
#include "store.h"
#include "store_text.h"
#include "unit.h"

enum { WAIT_MS = 60000, LARGEST_RANGE = 65536 };

/* A folder of the test's own. */
static char folder[] = "/tmp/test_store.XXXXXX";

static int
open_folder(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* Removes what earlier tests left. */
static int
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

static struct store *
open_store(void)
{
	char why[STORE_WHY_SIZE] = "";
	struct store *store;

	if (store_open(open_folder(), "the database", &store, why) < 0)
		fail_msg("%s", why);
	return store;
}

static struct lease_owner
machine(uint32_t number)
{
	return (struct lease_owner){
		.type = 1,
		.length = 6,
		.address = {0x52, 0x54, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
			    (uint8_t)number},
	};
}

static struct store_lease
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
static struct store_settled
wait_for(struct store *store, uint64_t ticket)
{
	struct pollfd wait = {.fd = store_fd(store), .events = POLLIN};
	struct store_settled settled;

	do {
		if (poll(&wait, 1, WAIT_MS) != 1)
			fail_msg("nothing was settled");
		store_settle(store, &settled);
	} while (settled.durable < ticket && settled.lost < ticket);
	return settled;
}

static void
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

static void
note_lease(void *context, const struct store_lease *lease)
{
	struct leases_read *read = context;

	read->last = *lease;
	read->count++;
}

static struct leases_read
read_leases(struct store *store)
{
	struct leases_read read = {0};

	assert_int_equal(store_read_leases(store, note_lease, &read), 0);
	return read;
}

static void
the_next_start_reads_what_was_put(void **state)
{
	const struct store_lease lease = lease_of(5, LEASE_BOUND);
	struct store *store = open_store();
	struct leases_read read;

	(void)state;
	put(store, &lease);
	store_close(store);
	store = open_store();
	read = read_leases(store);
	store_close(store);
	assert_int_equal(read.count, 1);
	assert_memory_equal(&read.last.owner, &lease.owner, sizeof(lease.owner));
	assert_memory_equal(&read.last.end.at, &lease.end.at, sizeof(lease.end.at));
	assert_int_equal(read.last.end.seconds, lease.end.seconds);
	assert_int_equal(read.last.address.s_addr, lease.address.s_addr);
	assert_int_equal(read.last.state, LEASE_BOUND);
}

static void
a_row_replaces_the_one_of_its_address_and_comes_last(void **state)
{
	struct store_lease lease = lease_of(5, LEASE_BOUND);
	const struct store_lease other = lease_of(6, LEASE_BOUND);
	struct store *store = open_store();
	struct leases_read read;

	(void)state;
	put(store, &lease);
	put(store, &other);
	lease.state = LEASE_DECLINED;
	lease.owner = (struct lease_owner){0};
	put(store, &lease);
	store_close(store);
	store = open_store();
	read = read_leases(store);
	store_close(store);
	assert_int_equal(read.count, 2);
	assert_int_equal(read.last.state, LEASE_DECLINED);
	assert_int_equal(read.last.owner.length, 0);
	assert_int_equal(read.last.address.s_addr, lease.address.s_addr);
}

static void
note_machine(void *context, const struct store_machine *machine_read)
{
	*(struct store_machine *)context = *machine_read;
}

static void
what_is_known_of_a_machine_is_kept(void **state)
{
	struct store_machine kept = {.owner = machine(9), .facts = "x", .changed_at = 42}, read;
	struct store *store = open_store();
	uint64_t ticket;

	(void)state;
	assert_int_equal(store_put_machine(store, &kept, &ticket), 0);
	snprintf(kept.facts, sizeof(kept.facts), "binl 'worked'; DROP TABLE machines");
	assert_int_equal(store_put_machine(store, &kept, &ticket), 0);
	wait_for(store, ticket);
	store_close(store);
	store = open_store();
	memset(&read, 0, sizeof(read));
	assert_int_equal(store_read_machines(store, note_machine, &read), 0);
	store_close(store);
	assert_string_equal(read.facts, kept.facts);
	assert_memory_equal(&read.owner, &kept.owner, sizeof(kept.owner));
	assert_int_equal(read.changed_at, 42);
}

static void
closing_writes_what_is_queued(void **state)
{
	struct store *store = open_store();
	uint64_t ticket;

	(void)state;
	for (uint32_t i = 1; i <= 1000; i++) {
		const struct store_lease lease = lease_of(i, LEASE_BOUND);

		assert_int_equal(store_put_lease(store, &lease, &ticket), 0);
		assert_int_equal(ticket, i);
	}
	store_close(store);
	store = open_store();
	assert_int_equal(read_leases(store).count, 1000);
	store_close(store);
}

static void
the_largest_range_is_read_at_once(void **state)
{
	struct store *store = open_store();
	struct timespec begin, end;
	uint64_t ticket = 0;

	(void)state;
	for (uint32_t i = 0; i < LARGEST_RANGE; i++) {
		const struct store_lease lease = lease_of(i, LEASE_BOUND);

		while (store_put_lease(store, &lease, &ticket) == -ENOBUFS)
			wait_for(store, 1);
	}
	store_close(store);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	store = open_store();
	assert_int_equal(read_leases(store).count, LARGEST_RANGE);
	clock_gettime(CLOCK_MONOTONIC, &end);
	store_close(store);
	print_message("%d leases: opened, checked and read in %ld ms\n", LARGEST_RANGE,
		      (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000);
	assert_true(end.tv_sec - begin.tv_sec < 10);
}

static void
two_processes_do_not_lend_from_one_file(void **state)
{
	struct store *store = open_store(), *second;
	char why[STORE_WHY_SIZE];

	(void)state;
	assert_int_equal(store_open(open_folder(), "", &second, why), -EBUSY);
	assert_string_equal(why, "another pxeiso uses it");
	store_close(store);
	store_close(open_store());
}

/* --- files that cannot be used ------------------------------------------------ */

static void
in_file(const char *sql)
{
	char path[64];
	sqlite3 *database;

	snprintf(path, sizeof(path), "%s/" STORE_FILE, folder);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void
write_at(off_t offset, const char *bytes, size_t length)
{
	int directory = open_folder(), fd = openat(directory, STORE_FILE, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, length, offset), length);
	close(fd);
	close(directory);
}

static void
damage_header(void)
{
	write_at(0, "no database", 11);
}

static void
damage_page(void)
{
	char noise[512];

	memset(noise, 0xa5, sizeof(noise));
	write_at(4096 + 3, noise, sizeof(noise));
}

static void
cut_off(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/" STORE_FILE, folder);
	assert_int_equal(truncate(path, 4096 + 100), 0);
}

static void
make_newer(void)
{
	in_file("PRAGMA user_version = 2");
}

static void
make_foreign(void)
{
	in_file("PRAGMA application_id = 1");
}

static void
drop_table(void)
{
	in_file("DROP TABLE leases");
}

static const struct {
	const char *name;
	void (*damage)(void);
} damages[] = {
	{"no database", damage_header},
	{"a damaged page", damage_page},
	{"cut off", cut_off},
	{"of a newer version", make_newer},
	{"another program's", make_foreign},
	{"a table is missing", drop_table},
};

/* How many files there are whose names begin so. */
static unsigned
count_files(const char *beginning)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	unsigned count = 0;

	while ((entry = readdir(directory)) != NULL)
		count += strncmp(entry->d_name, beginning, strlen(beginning)) == 0;
	closedir(directory);
	return count;
}

static void
a_file_that_cannot_be_used_is_set_aside(void **state)
{
	(void)state;
	log_setup(LOG_ERROR, false);
	for (unsigned i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct store_lease lease = lease_of(5, LEASE_BOUND);
		struct store *store = open_store();

		put(store, &lease);
		store_close(store);
		damages[i].damage();
		store = open_store();
		if (read_leases(store).count != 0)
			fail_msg("%s: its rows were taken", damages[i].name);
		put(store, &lease);
		store_close(store);
		if (count_files(STORE_FILE ".damaged-") != i + 1)
			fail_msg("%s: it was not set aside", damages[i].name);
	}
}

static void
rows_that_nobody_could_have_written_are_left_out(void **state)
{
	const struct store_lease lease = lease_of(5, LEASE_BOUND);
	struct store *store = open_store();

	(void)state;
	put(store, &lease);
	store_close(store);
	in_file("INSERT INTO leases VALUES ('10.0.0', '1/52', 'bound', 0, 0, 0, 0, 0),"
		" ('10.0.0.7', '1/5x', 'bound', 0, 0, 0, 0, 0),"
		" ('10.0.0.8', '1/52', 'gone', 0, 0, 0, 0, 0),"
		" ('10.0.0.9', '1/52', 'bound', 0, -1, 0, 0, 0),"
		" (x'00', x'ff', 'bound', 'x', 0, 0, 0, 0)");
	store = open_store();
	assert_int_equal(read_leases(store).count, 1);
	store_close(store);
}

/* A table that refuses: the commit fails as on a full disk, and what came after
   is lost with it, until somebody has heard. */
static void
what_was_not_written_is_said_to_be_lost(void **state)
{
	struct store_lease lease = lease_of(5, LEASE_BOUND);
	struct store *store = open_store();
	struct store_settled settled;
	uint64_t ticket;

	(void)state;
	put(store, &lease);
	in_file("CREATE TRIGGER refuse BEFORE INSERT ON leases WHEN NEW.address = '10.0.0.6'"
		" BEGIN SELECT RAISE(ABORT, 'refused'); END");
	lease = lease_of(6, LEASE_BOUND);
	assert_int_equal(store_put_lease(store, &lease, &ticket), 0);
	while (store_put_lease(store, &lease, &ticket) == 0)
		usleep(1000);
	assert_int_equal(store_put_lease(store, &lease, &ticket), -EIO);
	settled = wait_for(store, ticket);
	assert_int_equal(settled.durable, 1);
	assert_int_equal(settled.lost, ticket);
	assert_string_equal(settled.why, "refused");
	lease = lease_of(7, LEASE_BOUND);
	put(store, &lease);
	assert_int_equal(read_leases(store).count, 2);
	store_close(store);
}

static void
hardware_addresses_are_read_as_they_are_written(void **state)
{
	static const char *const wrong[] = {"1", "/52", "1/", "1/5", "1/52:", "256/52", "1/52 "};
	struct lease_owner owners[] = {machine(3), {0}, {.type = 32, .length = 16}}, read;
	char text[STORE_HARDWARE_SIZE];

	(void)state;
	memset(owners[2].address, 0xab, sizeof(owners[2].address));
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		store_format_hardware(&owners[i], text);
		assert_int_equal(store_parse_hardware(text, &read), 0);
		assert_memory_equal(&read, &owners[i], sizeof(read));
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (store_parse_hardware(wrong[i], &read) != -EINVAL)
			fail_msg("%s: taken", wrong[i]);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	empty_folder(state);
	return rmdir(folder);
}

#define ROW(test) cmocka_unit_test_setup(test, empty_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(the_next_start_reads_what_was_put),
		ROW(a_row_replaces_the_one_of_its_address_and_comes_last),
		ROW(what_is_known_of_a_machine_is_kept),
		ROW(closing_writes_what_is_queued),
		ROW(the_largest_range_is_read_at_once),
		ROW(two_processes_do_not_lend_from_one_file),
		ROW(a_file_that_cannot_be_used_is_set_aside),
		ROW(rows_that_nobody_could_have_written_are_left_out),
		ROW(what_was_not_written_is_said_to_be_lost),
		ROW(hardware_addresses_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
