/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is put is read back by the next start; what cannot be used is set aside.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "store_text.h"
#include "store_unit.h"

enum { LARGEST_RANGE = 65536 };

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
		ROW(what_was_not_written_is_said_to_be_lost),
		ROW(hardware_addresses_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
