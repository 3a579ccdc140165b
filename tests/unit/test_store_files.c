/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of the store that cannot be used: damaged, cut off, another program's,
 * and rows that nobody could have written.
 */
#include <string.h>

#include "log.h"
#include "store_unit.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(a_file_that_cannot_be_used_is_set_aside),
		ROW(rows_that_nobody_could_have_written_are_left_out),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
