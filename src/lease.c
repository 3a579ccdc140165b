/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of one range, as an array with one slot an address.
 *
 * An owner has at most one slot, used or remembered. Slots are searched from
 * one end to the other: a range is small, and at its largest this costs less
 * than receiving the packet that asks.
 */
#include "lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	int64_t expires_at;
	struct lease_owner owner; /* length 0: nobody yet */
	uint8_t state;
};

struct leases {
	uint32_t first; /* host byte order */
	uint32_t count;
	struct slot slots[];
};

int
leases_new(struct in_addr first, struct in_addr last, struct leases **ret_leases)
{
	uint32_t low = ntohl(first.s_addr), high = ntohl(last.s_addr);
	struct leases *leases;

	if (low > high || high - low >= LEASES_MAX)
		return -EINVAL;
	leases = calloc(1, sizeof(*leases) + (high - low + 1) * sizeof(struct slot));
	if (leases == NULL)
		return -ENOMEM;
	leases->first = low;
	leases->count = high - low + 1;
	for (uint32_t i = 0; i < leases->count; i++)
		if (((low + i) & 0xff) == 0 || ((low + i) & 0xff) == 0xff)
			leases->slots[i].state = LEASE_EXCLUDED;
	*ret_leases = leases;
	return 0;
}

void
leases_free(struct leases *leases)
{
	free(leases);
}

bool
leases_contain(const struct leases *leases, struct in_addr address)
{
	return ntohl(address.s_addr) - leases->first < leases->count;
}

static struct slot *
slot_at(struct leases *leases, struct in_addr address)
{
	if (!leases_contain(leases, address))
		return NULL;
	return &leases->slots[ntohl(address.s_addr) - leases->first];
}

static struct in_addr
address_of(const struct leases *leases, const struct slot *slot)
{
	uint32_t number = (uint32_t)(slot - leases->slots);

	return (struct in_addr){htonl(leases->first + number)};
}

static bool
is_owner(const struct slot *slot, const struct lease_owner *owner)
{
	return slot->owner.length == owner->length && slot->owner.type == owner->type &&
	       memcmp(slot->owner.address, owner->address, sizeof(owner->address)) == 0;
}

static bool
is_free(const struct slot *slot, int64_t now)
{
	return slot->state != LEASE_EXCLUDED &&
	       (slot->state == LEASE_FREE || slot->expires_at <= now);
}

static struct slot *
slot_of(struct leases *leases, const struct lease_owner *owner)
{
	for (uint32_t i = 0; i < leases->count; i++)
		if (is_owner(&leases->slots[i], owner))
			return &leases->slots[i];
	return NULL;
}

void
leases_exclude(struct leases *leases, struct in_addr address)
{
	struct slot *slot = slot_at(leases, address);

	if (slot == NULL)
		return;
	memset(slot, 0, sizeof(*slot));
	slot->state = LEASE_EXCLUDED;
}

/* FNV-1a. */
static uint32_t
hash(const struct lease_owner *owner)
{
	uint32_t value = 2166136261U;

	for (size_t i = 0; i < sizeof(owner->address); i++)
		value = (value ^ owner->address[i]) * 16777619U;
	return value;
}

/* A slot for a newcomer: the first that nobody ever had, counted from where
   the hash points, else the one that has been free for the longest time. */
static struct slot *
choose(struct leases *leases, const struct lease_owner *owner, int64_t now)
{
	uint32_t start = hash(owner) % leases->count;
	struct slot *oldest = NULL;

	for (uint32_t i = 0; i < leases->count; i++) {
		struct slot *slot = &leases->slots[(start + i) % leases->count];

		if (!is_free(slot, now))
			continue;
		if (slot->owner.length == 0)
			return slot;
		if (oldest == NULL || slot->expires_at < oldest->expires_at)
			oldest = slot;
	}
	return oldest;
}

static void
take(struct slot *slot, const struct lease_owner *owner, enum lease_state state, int64_t until)
{
	slot->owner = *owner;
	slot->state = (uint8_t)state;
	slot->expires_at = until;
}

int
leases_offer(struct leases *leases, const struct lease_owner *owner, struct in_addr requested,
	     int64_t now, struct in_addr *ret_address)
{
	struct slot *slot = slot_of(leases, owner);

	if (slot == NULL) {
		slot = slot_at(leases, requested);
		if (slot == NULL || !is_free(slot, now))
			slot = choose(leases, owner, now);
	}
	if (slot == NULL)
		return -ENOSPC;
	/* A lease that runs is not shortened to an offer. */
	if (slot->state != LEASE_BOUND || is_free(slot, now))
		take(slot, owner, LEASE_OFFERED, now + LEASE_OFFER_SECONDS);
	*ret_address = address_of(leases, slot);
	return 0;
}

int
leases_bind(struct leases *leases, const struct lease_owner *owner, struct in_addr address,
	    int64_t now, uint32_t seconds)
{
	struct slot *slot = slot_at(leases, address);
	struct slot *own = slot_of(leases, owner);

	if (slot == NULL)
		return -ERANGE;
	if (own != NULL && own != slot && !is_free(own, now))
		return -EEXIST;
	if (own != slot && !is_free(slot, now))
		return -EADDRINUSE;
	if (own != NULL && own != slot)
		memset(&own->owner, 0, sizeof(own->owner));
	take(slot, owner, LEASE_BOUND, now + seconds);
	return 0;
}

void
leases_forget(struct leases *leases, const struct lease_owner *owner)
{
	struct slot *slot = slot_of(leases, owner);

	if (slot != NULL && slot->state == LEASE_OFFERED)
		slot->state = LEASE_FREE;
}

int
leases_release(struct leases *leases, const struct lease_owner *owner, struct in_addr address)
{
	struct slot *slot = slot_of(leases, owner);

	if (slot == NULL || slot != slot_at(leases, address))
		return -ENOENT;
	slot->state = LEASE_FREE;
	return 0;
}

int
leases_decline(struct leases *leases, const struct lease_owner *owner, struct in_addr address,
	       int64_t now)
{
	struct slot *slot = slot_of(leases, owner);

	if (slot == NULL || slot != slot_at(leases, address) || is_free(slot, now))
		return -ENOENT;
	memset(&slot->owner, 0, sizeof(slot->owner));
	slot->state = LEASE_DECLINED;
	slot->expires_at = now + LEASE_DECLINE_SECONDS;
	return 0;
}

bool
leases_find(const struct leases *leases, const struct lease_owner *owner, int64_t now,
	    struct lease *ret_lease)
{
	for (uint32_t i = 0; i < leases->count; i++) {
		const struct slot *slot = &leases->slots[i];

		if (!is_owner(slot, owner) || is_free(slot, now))
			continue;
		*ret_lease = (struct lease){
			.address = address_of(leases, slot),
			.owner = slot->owner,
			.state = (enum lease_state)slot->state,
			.expires_at = slot->expires_at,
		};
		return true;
	}
	return false;
}
