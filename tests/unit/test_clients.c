/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registry: each MAC and each address belongs to one machine, and the
 * machine seen longest ago makes room.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "clients.h"
#include "unit.h"

static struct clients *
make(uint32_t limit)
{
	struct clients *clients;

	assert_int_equal(clients_new(limit, &clients), 0);
	return clients;
}

static struct in_addr
address(uint32_t number)
{
	return (struct in_addr){htonl(number)};
}

static void
note(struct clients *clients, uint8_t mac, uint32_t where, uint16_t arch)
{
	clients_note(clients, &(struct client_facts){
				      .mac = {2, 0, 0, 0, 0, mac},
				      .arch = arch,
				      .address = address(where),
				      .seen_at = 1,
			      });
}

/* The last byte of the MAC of the machine at an address; -1: nobody. */
static int
at(struct clients *clients, uint32_t where)
{
	struct client_facts facts;

	return clients_find(clients, address(where), &facts) ? facts.mac[5] : -1;
}

static void
a_machine_is_found_by_its_address(void **state)
{
	struct clients *clients = make(4);
	struct client_facts facts;

	(void)state;
	assert_int_equal(at(clients, 1), -1);
	note(clients, 5, 1, 7);
	assert_true(clients_find(clients, address(1), &facts));
	assert_int_equal(facts.arch, 7);
	assert_int_equal(facts.mac[5], 5);
	assert_string_equal(facts.image, "");
	clients_free(clients);
}

static void
an_unknown_address_keeps_the_known_one(void **state)
{
	struct clients *clients = make(4);

	(void)state;
	note(clients, 5, 1, 7);
	note(clients, 5, 0, 7);
	assert_int_equal(at(clients, 1), 5);
	assert_int_equal(at(clients, 0), -1);
	clients_free(clients);
}

static void
an_unknown_uuid_keeps_the_known_one(void **state)
{
	struct clients *clients = make(4);
	struct client_facts facts = {.mac = {2}, .uuid = {9}, .address = address(1)};

	(void)state;
	clients_note(clients, &facts);
	facts.uuid[0] = 0;
	clients_note(clients, &facts);
	assert_true(clients_find(clients, address(1), &facts));
	assert_int_equal(facts.uuid[0], 9);
	clients_free(clients);
}

static void
an_address_moves_with_its_machine(void **state)
{
	struct clients *clients = make(4);

	(void)state;
	note(clients, 5, 1, 7);
	note(clients, 5, 2, 7);
	assert_int_equal(at(clients, 1), -1);
	assert_int_equal(at(clients, 2), 5);
	note(clients, 6, 2, 0);
	assert_int_equal(at(clients, 2), 6);
	note(clients, 6, 3, 0);
	assert_int_equal(at(clients, 2), -1);
	note(clients, 5, 1, 7);
	assert_int_equal(at(clients, 1), 5);
	assert_int_equal(at(clients, 3), 6);
	clients_free(clients);
}

static void
a_nameless_machine_gets_its_name_later(void **state)
{
	struct clients *clients = make(4);
	struct client_facts facts;

	(void)state;
	clients_note_image(clients, address(1), "debian-12");
	assert_true(clients_find(clients, address(1), &facts));
	assert_string_equal(facts.image, "debian-12");
	assert_int_equal(facts.mac[5], 0);
	note(clients, 5, 1, 7);
	assert_true(clients_find(clients, address(1), &facts));
	assert_string_equal(facts.image, "debian-12");
	assert_int_equal(facts.mac[5], 5);
	clients_note_image(clients, address(1), "arch");
	note(clients, 5, 2, 7);
	assert_true(clients_find(clients, address(2), &facts));
	assert_string_equal(facts.image, "arch");
	clients_free(clients);
}

static void
another_machines_image_is_not_taken_over(void **state)
{
	struct clients *clients = make(4);
	struct client_facts facts;

	(void)state;
	note(clients, 5, 1, 7);
	clients_note_image(clients, address(1), "arch");
	note(clients, 6, 1, 7);
	assert_true(clients_find(clients, address(1), &facts));
	assert_string_equal(facts.image, "");
	clients_free(clients);
}

static void
a_long_image_name_is_cut(void **state)
{
	struct clients *clients = make(4);
	struct client_facts facts;
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	clients_note_image(clients, address(1), name);
	assert_true(clients_find(clients, address(1), &facts));
	assert_int_equal(strlen(facts.image), sizeof(facts.image) - 1);
	clients_free(clients);
}

static void
the_machine_seen_longest_ago_makes_room(void **state)
{
	struct clients *clients = make(3);

	(void)state;
	note(clients, 1, 1, 0);
	clients_note_image(clients, address(2), "x");
	note(clients, 3, 3, 0);
	note(clients, 1, 1, 0);
	note(clients, 4, 4, 0);
	assert_int_equal(at(clients, 1), 1);
	assert_int_equal(at(clients, 2), -1);
	assert_int_equal(at(clients, 3), 3);
	clients_note_image(clients, address(3), "x");
	clients_note_image(clients, address(4), "x");
	note(clients, 5, 0, 0);
	assert_int_equal(at(clients, 1), -1);
	assert_int_equal(at(clients, 3), 3);
	assert_int_equal(at(clients, 4), 4);
	clients_free(clients);
}

/* Many machines and few places: chains and list stay whole (ASan watches). */
static void
a_crowd_comes_and_goes(void **state)
{
	struct clients *clients = make(16);
	uint32_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		if ((seed >> 16) % 3 == 0)
			clients_note_image(clients, address((seed >> 20) % 40), "crowd");
		else
			note(clients, (uint8_t)((seed >> 24) % 40), (seed >> 18) % 40, 0);
	}
	for (uint32_t a = 1, known = 0; a < 40; a++) {
		known += at(clients, a) != -1;
		assert_true(known <= 16);
	}
	clients_free(clients);
}

static void *
crowd(void *clients)
{
	for (uint32_t i = 0; i < 5000; i++) {
		struct client_facts facts;

		note(clients, (uint8_t)i, i % 50, 0);
		clients_note_image(clients, address(i % 70), "crowd");
		clients_find(clients, address(i % 60), &facts);
	}
	return NULL;
}

static void
threads_may_share_it(void **state)
{
	struct clients *clients = make(32);
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, crowd, clients), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	note(clients, 77, 1, 0);
	assert_int_equal(at(clients, 1), 77);
	clients_free(clients);
}

static void
a_registry_of_nothing_is_refused(void **state)
{
	struct clients *clients;

	(void)state;
	assert_int_equal(clients_new(0, &clients), -EINVAL);
	clients_free(NULL);
}

/* The seconds of CPU that `count` machines take to be noted twice, whose MACs
   all have the FNV-1a of 0 in their last ten bits, or are numbered through. */
static double
time_to_note(uint32_t count, bool by_hash)
{
	struct clients *clients = make(count);
	uint32_t number = 0;
	double seconds = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct client_facts facts = {.mac = {2}, .seen_at = 1};
		uint32_t hash;
		clock_t begin;

		do {
			number++;
			hash = 2166136261U;
			memcpy(facts.mac + 2, &number, sizeof(number));
			for (size_t byte = 0; byte < sizeof(facts.mac); byte++)
				hash = (hash ^ facts.mac[byte]) * 16777619U;
		} while (by_hash && hash % 1024 != 0);
		begin = clock();
		clients_note(clients, &facts);
		clients_note(clients, &facts);
		seconds += (double)(clock() - begin) / CLOCKS_PER_SEC;
	}
	clients_free(clients);
	return seconds;
}

static void
nobody_can_choose_macs_that_are_slow(void **state)
{
	double plain = time_to_note(16384, false);
	double chosen = time_to_note(16384, true);

	(void)state;
	if (chosen > 5 * plain + 0.02)
		fail_msg("%f seconds instead of %f", chosen, plain);
}

/* The last byte of the MAC of the next machine that fetched; -1: none. */
static int
next_fetch(struct clients *clients)
{
	struct client_facts facts;

	return clients_take_fetch(clients, &facts) ? facts.mac[5] : -1;
}

static void
each_fetch_of_a_known_machine_is_told_once(void **state)
{
	struct clients *clients = make(3);

	(void)state;
	note(clients, 5, 1, 7);
	note(clients, 6, 2, 7);
	clients_note_fetch(clients, address(1));
	clients_note_fetch(clients, address(1));
	clients_note_fetch(clients, address(2));
	clients_note_fetch(clients, address(3));
	assert_int_equal(next_fetch(clients), 6);
	assert_int_equal(next_fetch(clients), 5);
	assert_int_equal(next_fetch(clients), -1);
	/* who makes room is not told of */
	clients_note_fetch(clients, address(1));
	for (uint8_t mac = 7; mac < 10; mac++)
		note(clients, mac, mac, 7);
	assert_int_equal(next_fetch(clients), -1);
	clients_note_fetch(clients, address(9));
	assert_int_equal(next_fetch(clients), 9);
	clients_free(clients);
}

static void
a_style_belongs_to_a_mac(void **state)
{
	const struct dhcp_style_memory style = {.worked = DHCP_STYLE_DIRECT, .misses = 3};
	const unsigned char known[6] = {2, 0, 0, 0, 0, 5}, unknown[6] = {2, 0, 0, 0, 0, 6};
	struct clients *clients = make(3);
	struct client_facts facts;

	(void)state;
	note(clients, 5, 1, 7);
	clients_note_style(clients, known, &style);
	clients_note_style(clients, unknown, &style);
	note(clients, 5, 2, 7);
	assert_true(clients_find_mac(clients, known, &facts));
	assert_int_equal(facts.style.worked, DHCP_STYLE_DIRECT);
	assert_int_equal(facts.style.misses, 3);
	assert_int_equal(facts.address.s_addr, address(2).s_addr);
	assert_false(clients_find_mac(clients, unknown, &facts));
	clients_free(clients);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_is_found_by_its_address),
		cmocka_unit_test(an_unknown_address_keeps_the_known_one),
		cmocka_unit_test(an_unknown_uuid_keeps_the_known_one),
		cmocka_unit_test(an_address_moves_with_its_machine),
		cmocka_unit_test(a_nameless_machine_gets_its_name_later),
		cmocka_unit_test(another_machines_image_is_not_taken_over),
		cmocka_unit_test(a_long_image_name_is_cut),
		cmocka_unit_test(the_machine_seen_longest_ago_makes_room),
		cmocka_unit_test(a_crowd_comes_and_goes),
		cmocka_unit_test(threads_may_share_it),
		cmocka_unit_test(a_registry_of_nothing_is_refused),
		cmocka_unit_test(nobody_can_choose_macs_that_are_slow),
		cmocka_unit_test(each_fetch_of_a_known_machine_is_told_once),
		cmocka_unit_test(a_style_belongs_to_a_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
