/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who waits for the answer whether an address is in use, and what is answered.
 * What breaks without it: an address that two machines have, or a machine that
 * waits for ever. Socket pairs stand in for the sockets of root: what a test
 * writes into the other end was received.
 */
#include <arpa/inet.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address_probe.h"
#include "log.h"
#include "unit.h"

static const unsigned char machine[NET_MAC_SIZE] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const unsigned char stranger[NET_MAC_SIZE] = {2, 0, 0, 0, 0, 9};

struct room {
	struct event_base *base;
	struct net_raw raw;
	int arp;  /* what is written here comes by ARP */
	int echo; /* or as an echo */
	struct address_probe *probe;
	unsigned answers;
	int last; /* what waited for the last answer */
};

static void
on_answer(void *context, void *waiting)
{
	struct room *room = context;

	memcpy(&room->last, waiting, sizeof(room->last));
	room->answers++;
	free(waiting);
}

static int
setup(void **state)
{
	static struct room room;
	int arp[2], echo[2];

	memset(&room, 0, sizeof(room));
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, arp), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, echo), 0);
	room.raw = (struct net_raw){.frames = arp[0], .echo = echo[0]};
	room.arp = arp[1];
	room.echo = echo[1];
	room.base = event_base_new();
	assert_non_null(room.base);
	assert_int_equal(address_probe_start(room.base, &room.raw, on_answer, &room, &room.probe),
			 0);
	*state = &room;
	return 0;
}

static int
teardown(void **state)
{
	struct room *room = *state;

	address_probe_stop(room->probe);
	net_raw_close(&room->raw);
	close(room->arp);
	close(room->echo);
	event_base_free(room->base);
	return 0;
}

static struct in_addr
numbered(unsigned number)
{
	return (struct in_addr){htonl(0x0a090000 + number)};
}

/* Asks with a number that waits. */
static enum address_answer
ask(struct room *room, struct address_question question, int number)
{
	int *waiting = malloc(sizeof(*waiting));
	enum address_answer answer;

	assert_non_null(waiting);
	*waiting = number;
	memcpy(question.machine_mac, machine, sizeof(machine));
	answer = address_probe_ask(room->probe, &question, waiting);
	if (answer != ADDRESS_ASKED)
		free(waiting);
	return answer;
}

static void
hear_arp(const struct room *room, struct in_addr address, const unsigned char mac[NET_MAC_SIZE])
{
	unsigned char packet[NET_ARP_SIZE];

	net_frame_arp_probe(mac, address, packet);
	packet[7] = 2; /* an answer */
	memcpy(packet + 14, &address, sizeof(address));
	assert_int_equal(write(room->arp, packet, sizeof(packet)), sizeof(packet));
}

static void
hear_echo(const struct room *room, struct in_addr address, uint16_t id)
{
	unsigned char packet[28] = {0x45, 0, 0, 28, [8] = 64, [9] = IPPROTO_ICMP};

	memcpy(packet + 12, &address, sizeof(address));
	packet[24] = (unsigned char)(id >> 8);
	packet[25] = (unsigned char)id;
	assert_int_equal(write(room->echo, packet, sizeof(packet)), sizeof(packet));
}

/* Until so many answers came; each comes in half a second at the latest. */
static void
wait_for(struct room *room, unsigned answers)
{
	while (room->answers < answers)
		assert_int_equal(event_base_loop(room->base, EVLOOP_ONCE), 0);
}

static void
who_answers_has_the_address(void **state)
{
	struct room *room = *state;
	struct address_question question = {.address = numbered(50)};

	assert_int_equal(ask(room, question, 1), ADDRESS_ASKED);
	hear_arp(room, numbered(50), stranger);
	wait_for(room, 1);
	assert_int_equal(room->last, 1);
	assert_int_equal(ask(room, question, 2), ADDRESS_USED);
	assert_int_equal(room->answers, 1);
}

static void
silence_is_an_answer_too(void **state)
{
	struct room *room = *state;
	struct address_question question = {.address = numbered(50)};

	assert_int_equal(ask(room, question, 1), ADDRESS_ASKED);
	wait_for(room, 1);
	assert_int_equal(ask(room, question, 2), ADDRESS_FREE);
}

static void
what_is_no_answer_changes_nothing(void **state)
{
	struct room *room = *state;
	struct address_question question = {.address = numbered(50)};
	struct address_question elsewhere = {.address = numbered(51), .interface = 7};
	struct address_question far = {.address = numbered(52), .is_behind_relay = true};

	assert_int_equal(ask(room, question, 1), ADDRESS_ASKED);
	assert_int_equal(ask(room, elsewhere, 2), ADDRESS_ASKED);
	assert_int_equal(ask(room, far, 3), ADDRESS_ASKED);
	hear_arp(room, numbered(50), machine);             /* it is its own */
	hear_arp(room, numbered(49), stranger);            /* another address */
	hear_arp(room, numbered(51), stranger);            /* another interface */
	hear_arp(room, numbered(52), stranger);            /* ARP, from where it cannot come */
	hear_echo(room, numbered(50), (uint16_t)getpid()); /* nobody was sent an echo */
	hear_echo(room, numbered(52), (uint16_t)(getpid() + 1)); /* another program's */
	assert_int_equal(write(room->arp, "x", 1), 1);
	assert_int_equal(write(room->echo, "x", 1), 1);
	wait_for(room, 3);
	assert_int_equal(ask(room, question, 4), ADDRESS_FREE);
	assert_int_equal(ask(room, elsewhere, 5), ADDRESS_FREE);
	assert_int_equal(ask(room, far, 6), ADDRESS_FREE);
}

static void
behind_a_relay_an_echo_answers(void **state)
{
	struct room *room = *state;
	struct address_question question = {.address = numbered(50), .is_behind_relay = true};

	assert_int_equal(ask(room, question, 1), ADDRESS_ASKED);
	hear_echo(room, numbered(50), (uint16_t)getpid());
	wait_for(room, 1);
	assert_int_equal(ask(room, question, 2), ADDRESS_USED);
}

static void
the_last_one_to_ask_is_told(void **state)
{
	struct room *room = *state;
	struct address_question question = {.address = numbered(50)};

	for (int number = 1; number <= 3; number++)
		assert_int_equal(ask(room, question, number), ADDRESS_ASKED);
	wait_for(room, 1);
	assert_int_equal(room->last, 3);
	event_base_loop(room->base, EVLOOP_NONBLOCK);
	assert_int_equal(room->answers, 1);
}

static void
with_too_many_questions_an_address_counts_as_free(void **state)
{
	struct room *room = *state;
	struct address_question question;

	for (unsigned number = 0; number <= ADDRESS_PROBES_MAX; number++) {
		question = (struct address_question){.address = numbered(number)};
		assert_int_equal(ask(room, question, 1),
				 number < ADDRESS_PROBES_MAX ? ADDRESS_ASKED : ADDRESS_FREE);
	}
	/* The oldest answers make room again. */
	wait_for(room, ADDRESS_PROBES_MAX);
	assert_int_equal(ask(room, question, 1), ADDRESS_ASKED);
	question.address = numbered(1);
	assert_int_equal(ask(room, question, 1), ADDRESS_FREE);
	question.address = numbered(0);
	assert_int_equal(ask(room, question, 1), ADDRESS_ASKED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_answers_has_the_address, setup, teardown),
		cmocka_unit_test_setup_teardown(silence_is_an_answer_too, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_answer_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(behind_a_relay_an_echo_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(the_last_one_to_ask_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(with_too_many_questions_an_address_counts_as_free,
						setup, teardown),
	};

	log_setup(LOG_ERROR, false);
	return cmocka_run_group_tests_name("address_probe", tests, NULL, NULL);
}
