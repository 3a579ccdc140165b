/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client registry: records in one list, the one seen last in front, and
 * two hash tables over them, by MAC and by address.
 *
 * A record has a MAC, an address, or both; each MAC and each address belongs
 * to one record at most. When DHCP tells whose an address is that until then
 * had only been seen fetching files, the two records become one.
 *
 * All memory is had at the start: what strangers send cannot make it grow.
 * Nor can they choose MACs that share a bucket: the hash is by a secret.
 */
#include "clients.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <time.h>

enum { BUCKET_BITS = 10, BUCKETS = 1 << BUCKET_BITS };

struct record {
	struct client_facts facts;
	bool has_mac;                    /* then it is in a bucket of macs */
	bool has_fetched;                /* a loader, and it was not yet asked for */
	LIST_ENTRY(record) same_mac;     /* hash of it */
	LIST_ENTRY(record) same_address; /* hash of it; in use when the address is not 0 */
	TAILQ_ENTRY(record) order;
};

LIST_HEAD(bucket, record);
TAILQ_HEAD(record_list, record);

struct clients {
	pthread_mutex_t lock;
	uint64_t secret; /* of the hash: odd, random */
	struct bucket macs[BUCKETS];
	struct bucket addresses[BUCKETS];
	struct record_list seen; /* the one seen last in front */
	uint32_t limit;
	uint32_t count;
	uint32_t fetched; /* records that have */
	struct record records[];
};

static int
make_secret(uint64_t *ret_secret)
{
	uint64_t secret;

	/* so few bytes come whole; early in a machine's start they are waited for */
	while (getrandom(&secret, sizeof(secret), 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	*ret_secret = secret | 1;
	return 0;
}

int
clients_new(uint32_t limit, struct clients **ret_clients)
{
	struct clients *clients;
	int error;

	if (limit == 0)
		return -EINVAL;
	clients = calloc(1, sizeof(*clients) + limit * sizeof(struct record));
	if (clients == NULL)
		return -ENOMEM;
	error = make_secret(&clients->secret);
	if (error == 0)
		error = -pthread_mutex_init(&clients->lock, NULL);
	if (error < 0) {
		free(clients);
		return error;
	}
	TAILQ_INIT(&clients->seen);
	clients->limit = limit;
	*ret_clients = clients;
	return 0;
}

void
clients_free(struct clients *clients)
{
	if (clients == NULL)
		return;
	pthread_mutex_destroy(&clients->lock);
	free(clients);
}

/* Multiply-shift: without the secret, no two keys are known to collide. */
static struct bucket *
bucket_of(const struct clients *clients, struct bucket *buckets, uint64_t key)
{
	return &buckets[(key * clients->secret) >> (64 - BUCKET_BITS)];
}

static struct bucket *
mac_bucket(struct clients *clients, const unsigned char mac[6])
{
	uint64_t key = 0;

	memcpy(&key, mac, 6);
	return bucket_of(clients, clients->macs, key);
}

static struct bucket *
address_bucket(struct clients *clients, struct in_addr address)
{
	return bucket_of(clients, clients->addresses, address.s_addr);
}

static struct record *
find_mac(struct clients *clients, const unsigned char mac[6])
{
	struct record *record;

	LIST_FOREACH (record, mac_bucket(clients, mac), same_mac)
		if (memcmp(record->facts.mac, mac, sizeof(record->facts.mac)) == 0)
			return record;
	return NULL;
}

static struct record *
find_address(struct clients *clients, struct in_addr address)
{
	struct record *record;

	if (address.s_addr == 0)
		return NULL;
	LIST_FOREACH (record, address_bucket(clients, address), same_address)
		if (record->facts.address.s_addr == address.s_addr)
			return record;
	return NULL;
}

static void
unset_address(struct record *record)
{
	if (record->facts.address.s_addr == 0)
		return;
	LIST_REMOVE(record, same_address);
	record->facts.address.s_addr = 0;
}

static void
set_fetched(struct clients *clients, struct record *record, bool has_fetched)
{
	clients->fetched += (uint32_t)has_fetched - (uint32_t)record->has_fetched;
	record->has_fetched = has_fetched;
}

/* Makes `address` this record's own: whoever had it has moved on. */
static void
set_address(struct clients *clients, struct record *record, struct in_addr address)
{
	struct record *before = find_address(clients, address);

	if (before == record)
		return;
	if (before != NULL) {
		/* What a nameless machine fetched there, this one fetched. */
		if (!before->has_mac)
			memcpy(record->facts.image, before->facts.image,
			       sizeof(record->facts.image));
		unset_address(before);
	}
	unset_address(record);
	record->facts.address = address;
	LIST_INSERT_HEAD(address_bucket(clients, address), record, same_address);
}

static void
set_mac(struct clients *clients, struct record *record, const unsigned char mac[6])
{
	memcpy(record->facts.mac, mac, sizeof(record->facts.mac));
	record->has_mac = true;
	LIST_INSERT_HEAD(mac_bucket(clients, mac), record, same_mac);
}

/* An empty record in front of the list: a new one, or that of the machine seen
   longest ago. */
static struct record *
add(struct clients *clients)
{
	struct record *record;

	if (clients->count < clients->limit) {
		record = &clients->records[clients->count++];
	} else {
		record = TAILQ_LAST(&clients->seen, record_list);
		TAILQ_REMOVE(&clients->seen, record, order);
		unset_address(record);
		set_fetched(clients, record, false);
		if (record->has_mac)
			LIST_REMOVE(record, same_mac);
		memset(record, 0, sizeof(*record));
	}
	TAILQ_INSERT_HEAD(&clients->seen, record, order);
	return record;
}

static void
move_to_front(struct clients *clients, struct record *record)
{
	TAILQ_REMOVE(&clients->seen, record, order);
	TAILQ_INSERT_HEAD(&clients->seen, record, order);
}

void
clients_note(struct clients *clients, const struct client_facts *facts)
{
	static const unsigned char no_uuid[16];
	struct record *record;

	pthread_mutex_lock(&clients->lock);
	record = find_mac(clients, facts->mac);
	if (record == NULL) {
		record = add(clients);
		set_mac(clients, record, facts->mac);
	}
	move_to_front(clients, record);
	record->facts.arch = facts->arch;
	record->facts.is_ipxe = facts->is_ipxe;
	record->facts.seen_at = facts->seen_at;
	if (memcmp(facts->uuid, no_uuid, sizeof(no_uuid)) != 0)
		memcpy(record->facts.uuid, facts->uuid, sizeof(record->facts.uuid));
	if (facts->address.s_addr != 0)
		set_address(clients, record, facts->address);
	pthread_mutex_unlock(&clients->lock);
}

void
clients_note_image(struct clients *clients, struct in_addr address, const char *image)
{
	struct record *record;

	if (address.s_addr == 0)
		return;
	pthread_mutex_lock(&clients->lock);
	record = find_address(clients, address);
	if (record == NULL) {
		record = add(clients);
		set_address(clients, record, address);
	}
	move_to_front(clients, record);
	record->facts.seen_at = time(NULL);
	snprintf(record->facts.image, sizeof(record->facts.image), "%s", image);
	pthread_mutex_unlock(&clients->lock);
}

void
clients_note_style(struct clients *clients, const unsigned char mac[6],
		   const struct dhcp_style_memory *style)
{
	struct record *record;

	pthread_mutex_lock(&clients->lock);
	record = find_mac(clients, mac);
	if (record != NULL)
		record->facts.style = *style;
	pthread_mutex_unlock(&clients->lock);
}

void
clients_note_fetch(struct clients *clients, struct in_addr address)
{
	struct record *record;

	pthread_mutex_lock(&clients->lock);
	record = find_address(clients, address);
	if (record != NULL && record->has_mac) {
		move_to_front(clients, record);
		set_fetched(clients, record, true);
	}
	pthread_mutex_unlock(&clients->lock);
}

bool
clients_take_fetch(struct clients *clients, struct client_facts *ret_facts)
{
	struct record *record = NULL;

	pthread_mutex_lock(&clients->lock);
	if (clients->fetched > 0)
		TAILQ_FOREACH (record, &clients->seen, order)
			if (record->has_fetched)
				break;
	if (record != NULL) {
		set_fetched(clients, record, false);
		*ret_facts = record->facts;
	}
	pthread_mutex_unlock(&clients->lock);
	return record != NULL;
}

bool
clients_find_mac(struct clients *clients, const unsigned char mac[6],
		 struct client_facts *ret_facts)
{
	const struct record *record;

	pthread_mutex_lock(&clients->lock);
	record = find_mac(clients, mac);
	if (record != NULL)
		*ret_facts = record->facts;
	pthread_mutex_unlock(&clients->lock);
	return record != NULL;
}

bool
clients_find(struct clients *clients, struct in_addr address, struct client_facts *ret_facts)
{
	const struct record *record;

	pthread_mutex_lock(&clients->lock);
	record = find_address(clients, address);
	if (record != NULL)
		*ret_facts = record->facts;
	pthread_mutex_unlock(&clients->lock);
	return record != NULL;
}
