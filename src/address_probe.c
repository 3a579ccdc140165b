/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of addresses: those that are asked for, and the answers of the last
 * half minute. Each has a timer, for its next probe, its answer, and its end.
 */
#include "address_probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#include "log.h"

enum { BATCH = 64 }; /* packets before other events have their turn */

struct entry {
	struct in_addr address; /* the key */
	struct address_probe *probe;
	struct address_question question;
	enum address_answer answer;
	unsigned sent; /* probes */
	struct event *timer;
	void *waiting;
	UT_hash_handle hh;
};

struct address_probe {
	const struct net_raw *raw;
	struct event_base *base;
	struct event *on_arp;
	struct event *on_echo;
	struct entry *entries; /* the oldest first */
	uint16_t echo_id;
	void (*on_answer)(void *context, void *waiting);
	void *context;
};

/* One that is in the table no more. */
static void
free_entry(struct entry *entry)
{
	if (entry->timer != NULL)
		event_free(entry->timer);
	free(entry->waiting);
	free(entry);
}

static void
remove_entry(struct address_probe *probe, struct entry *entry)
{
	HASH_DEL(probe->entries, entry);
	free_entry(entry);
}

static void
set_timer(struct entry *entry, unsigned ms)
{
	const struct timeval delay = {.tv_sec = ms / 1000, .tv_usec = (long)(ms % 1000) * 1000};

	evtimer_add(entry->timer, &delay);
}

/* What cannot be sent is as good as not answered. */
static void
send_probe(struct entry *entry)
{
	const struct address_question *question = &entry->question;
	const struct net_raw *raw = entry->probe->raw;

	if (question->is_behind_relay)
		net_raw_send_echo(raw, entry->address, entry->probe->echo_id);
	else
		net_raw_send_arp_probe(raw, question->interface, question->own_mac, entry->address);
	entry->sent++;
	set_timer(entry, ADDRESS_PROBE_MS);
}

static void
answer(struct entry *entry, enum address_answer what)
{
	struct address_probe *probe = entry->probe;
	void *waiting = entry->waiting;

	entry->answer = what;
	entry->waiting = NULL;
	set_timer(entry, ADDRESS_KNOWN_SECONDS * 1000);
	if (waiting != NULL)
		probe->on_answer(probe->context, waiting);
}

static void
on_timer(evutil_socket_t fd, short what, void *argument)
{
	struct entry *entry = argument;

	(void)fd;
	(void)what;
	if (entry->answer != ADDRESS_ASKED)
		remove_entry(entry->probe, entry);
	else if (entry->sent < ADDRESS_PROBES)
		send_probe(entry);
	else
		answer(entry, ADDRESS_FREE);
}

static void
answer_used(struct entry *entry, const char *by)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &entry->address, text, sizeof(text));
	log_warning("dhcp: %s is in use by %s, which has it from somebody else: it is not given "
		    "out for a while",
		    text, by);
	answer(entry, ADDRESS_USED);
}

/* The entry of an address that is being asked for; NULL: there is none. */
static struct entry *
find_asked(const struct address_probe *probe, struct in_addr address)
{
	struct entry *entry;

	HASH_FIND(hh, probe->entries, &address, sizeof(address), entry);
	return entry != NULL && entry->answer == ADDRESS_ASKED ? entry : NULL;
}

static void
on_arp(evutil_socket_t fd, short what, void *argument)
{
	struct address_probe *probe = argument;
	unsigned interface;
	struct net_arp arp;
	char mac[18];
	int error = 0;

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < BATCH && error != -EAGAIN; i++) {
		const unsigned char *m = arp.mac;
		struct entry *entry;

		error = net_raw_receive_arp(probe->raw, &interface, &arp);
		entry = error == 0 ? find_asked(probe, arp.address) : NULL;
		if (entry == NULL || entry->question.is_behind_relay ||
		    entry->question.interface != interface ||
		    memcmp(m, entry->question.machine_mac, NET_MAC_SIZE) == 0)
			continue;
		snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
			 m[4], m[5]);
		answer_used(entry, mac);
	}
}

static void
on_echo(evutil_socket_t fd, short what, void *argument)
{
	struct address_probe *probe = argument;
	struct in_addr from;
	uint16_t id;
	int error = 0;

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < BATCH && error != -EAGAIN; i++) {
		struct entry *entry;

		error = net_raw_receive_echo(probe->raw, &from, &id);
		entry = error == 0 && id == probe->echo_id ? find_asked(probe, from) : NULL;
		if (entry != NULL && entry->question.is_behind_relay)
			answer_used(entry, "a machine behind the relay");
	}
}

/* The oldest answer; NULL: all are questions. */
static struct entry *
oldest_answer(const struct address_probe *probe)
{
	struct entry *entry = probe->entries;

	while (entry != NULL && entry->answer == ADDRESS_ASKED)
		entry = entry->hh.next;
	return entry;
}

static struct entry *
new_entry(struct address_probe *probe, const struct address_question *question)
{
	bool is_full = HASH_COUNT(probe->entries) == ADDRESS_PROBES_MAX;
	struct entry *oldest = is_full ? oldest_answer(probe) : NULL;
	struct entry *entry = is_full && oldest == NULL ? NULL : calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->timer = evtimer_new(probe->base, on_timer, entry);
	if (entry->timer == NULL) {
		free(entry);
		return NULL;
	}
	entry->probe = probe;
	entry->address = question->address;
	entry->question = *question;
	entry->answer = ADDRESS_ASKED;
	HASH_ADD(hh, probe->entries, address, sizeof(entry->address), entry);
	if (oldest != NULL)
		remove_entry(probe, oldest);
	return entry;
}

enum address_answer
address_probe_ask(struct address_probe *probe, const struct address_question *question,
		  void *waiting)
{
	struct entry *entry;

	HASH_FIND(hh, probe->entries, &question->address, sizeof(question->address), entry);
	if (entry == NULL) {
		entry = new_entry(probe, question);
		if (entry == NULL)
			return ADDRESS_FREE;
		send_probe(entry);
	}
	if (entry->answer == ADDRESS_ASKED) {
		free(entry->waiting);
		entry->waiting = waiting;
	}
	return entry->answer;
}

static struct event *
listen_on(struct address_probe *probe, int fd, event_callback_fn callback)
{
	struct event *event = event_new(probe->base, fd, EV_READ | EV_PERSIST, callback, probe);

	if (event != NULL && event_add(event, NULL) == -1) {
		event_free(event);
		return NULL;
	}
	return event;
}

int
address_probe_start(struct event_base *base, const struct net_raw *raw,
		    void (*on_answer)(void *context, void *waiting), void *context,
		    struct address_probe **ret_probe)
{
	struct address_probe *probe = calloc(1, sizeof(*probe));

	if (probe == NULL)
		return -ENOMEM;
	probe->raw = raw;
	probe->base = base;
	probe->echo_id = (uint16_t)getpid();
	probe->on_answer = on_answer;
	probe->context = context;
	probe->on_arp = listen_on(probe, raw->frames, on_arp);
	probe->on_echo = listen_on(probe, raw->echo, on_echo);
	if (probe->on_arp == NULL || probe->on_echo == NULL) {
		address_probe_stop(probe);
		return -ENOMEM;
	}
	*ret_probe = probe;
	return 0;
}

void
address_probe_stop(struct address_probe *probe)
{
	struct entry *next;

	if (probe == NULL)
		return;
	next = probe->entries;
	HASH_CLEAR(hh, probe->entries);
	while (next != NULL) {
		struct entry *entry = next;

		next = entry->hh.next;
		free_entry(entry);
	}
	if (probe->on_arp != NULL)
		event_free(probe->on_arp);
	if (probe->on_echo != NULL)
		event_free(probe->on_echo);
	free(probe);
}
