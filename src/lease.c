/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of one subnet, as an array with one slot an address.
 *
 * An owner has at most one slot, used or remembered, and finds it through a
 * hash table of as many chains as there are slots. Only a newcomer's address
 * is searched for from slot to slot.
 */
#include "lease.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

struct slot {
	int64_t expires_at;
	uint32_t next;            /* of the chain: a slot's number + 1, or 0 */
	struct lease_owner owner; /* length 0: nobody yet */
	uint8_t state;
	bool is_reserved;
};

struct leases {
	uint32_t first; /* host byte order */
	uint32_t count;
	uint32_t *chains; /* by hash of the owner: a slot's number + 1, or 0 */
	struct lease_change change;
	bool has_changed;
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
	leases->chains = calloc(leases->count, sizeof(*leases->chains));
	if (leases->chains == NULL) {
		free(leases);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < leases->count; i++)
		if (((low + i) & 0xff) == 0 || ((low + i) & 0xff) == 0xff)
			leases->slots[i].state = LEASE_EXCLUDED;
	*ret_leases = leases;
	return 0;
}

void
leases_free(struct leases *leases)
{
	if (leases != NULL)
		free(leases->chains);
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

static struct lease
lease_of(const struct leases *leases, const struct slot *slot)
{
	return (struct lease){
		.address = address_of(leases, slot),
		.owner = slot->owner,
		.state = (enum lease_state)slot->state,
		.expires_at = slot->expires_at,
	};
}

/* Notes a change to what the slot was. */
static void
note_change(struct leases *leases, const struct lease *before, const struct slot *slot)
{
	leases->change.before = *before;
	leases->change.after = lease_of(leases, slot);
	leases->has_changed = true;
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

static uint64_t
hash(const struct lease_owner *owner)
{
	return hash_bytes(HASH_START, owner->address, sizeof(owner->address));
}

static uint32_t *
chain_of(const struct leases *leases, const struct lease_owner *owner)
{
	return &leases->chains[hash(owner) % leases->count];
}

static const struct slot *
find_slot(const struct leases *leases, const struct lease_owner *owner)
{
	uint32_t number = *chain_of(leases, owner);

	while (number != 0 && !is_owner(&leases->slots[number - 1], owner))
		number = leases->slots[number - 1].next;
	return number != 0 ? &leases->slots[number - 1] : NULL;
}

static struct slot *
slot_of(struct leases *leases, const struct lease_owner *owner)
{
	return (struct slot *)find_slot(leases, owner);
}

/* Forgets whose the slot is or was. */
static void
disown(struct leases *leases, struct slot *slot)
{
	uint32_t number = (uint32_t)(slot - leases->slots) + 1;
	uint32_t *link;

	if (slot->owner.length == 0)
		return;
	link = chain_of(leases, &slot->owner);
	while (*link != number)
		link = &leases->slots[*link - 1].next;
	*link = slot->next;
	slot->next = 0;
	memset(&slot->owner, 0, sizeof(slot->owner));
}

/* Makes the slot the only one of `owner`. */
static void
own(struct leases *leases, struct slot *slot, const struct lease_owner *owner)
{
	struct slot *before = slot_of(leases, owner);
	uint32_t *chain = chain_of(leases, owner);

	if (before == slot)
		return;
	if (before != NULL) {
		disown(leases, before);
		if (before->state != LEASE_EXCLUDED)
			before->state = LEASE_FREE;
	}
	disown(leases, slot);
	slot->owner = *owner;
	slot->next = *chain;
	*chain = (uint32_t)(slot - leases->slots) + 1;
}

void
leases_exclude(struct leases *leases, struct in_addr address)
{
	struct slot *slot = slot_at(leases, address);

	if (slot == NULL)
		return;
	disown(leases, slot);
	slot->state = LEASE_EXCLUDED;
}

int
leases_reserve(struct leases *leases, struct in_addr address)
{
	struct slot *slot = slot_at(leases, address);

	if (slot == NULL)
		return -ERANGE;
	slot->is_reserved = true;
	slot->state = LEASE_FREE;
	return 0;
}

int
leases_assign(struct leases *leases, const struct lease_owner *owner, struct in_addr address,
	      int64_t now)
{
	struct slot *slot = slot_at(leases, address);

	if (slot == NULL || !slot->is_reserved)
		return -ERANGE;
	if (!is_owner(slot, owner) && !is_free(slot, now))
		return -EADDRINUSE;
	own(leases, slot, owner);
	return 0;
}

/* A slot for a newcomer: the first that nobody ever had, counted from where
   the hash points, else the one that has been free for the longest time. */
static struct slot *
choose(struct leases *leases, const struct lease_owner *owner, int64_t now)
{
	uint32_t start = (uint32_t)(hash(owner) % leases->count);
	struct slot *oldest = NULL;

	for (uint32_t i = 0; i < leases->count; i++) {
		struct slot *slot = &leases->slots[(start + i) % leases->count];

		if (slot->is_reserved || !is_free(slot, now))
			continue;
		if (slot->owner.length == 0)
			return slot;
		if (oldest == NULL || slot->expires_at < oldest->expires_at)
			oldest = slot;
	}
	return oldest;
}

static void
take(struct leases *leases, struct slot *slot, const struct lease_owner *owner,
     enum lease_state state, int64_t until)
{
	own(leases, slot, owner);
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
		if (slot == NULL || slot->is_reserved || !is_free(slot, now))
			slot = choose(leases, owner, now);
	}
	if (slot == NULL)
		return -ENOSPC;
	/* A lease that runs is not shortened to an offer. */
	if (slot->state != LEASE_BOUND || is_free(slot, now))
		take(leases, slot, owner, LEASE_OFFERED, now + LEASE_OFFER_SECONDS);
	*ret_address = address_of(leases, slot);
	return 0;
}

int
leases_bind(struct leases *leases, const struct lease_owner *owner, struct in_addr address,
	    int64_t now, uint32_t seconds)
{
	struct slot *slot = slot_at(leases, address);
	const struct slot *had = slot_of(leases, owner);
	struct lease before;

	if (slot == NULL)
		return -ERANGE;
	if (had != NULL && had != slot && (had->is_reserved || !is_free(had, now)))
		return -EEXIST;
	if (had != slot && (slot->is_reserved || !is_free(slot, now)))
		return -EADDRINUSE;
	before = lease_of(leases, slot);
	take(leases, slot, owner, LEASE_BOUND, now + seconds);
	note_change(leases, &before, slot);
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
	struct lease before;

	if (slot == NULL || slot != slot_at(leases, address))
		return -ENOENT;
	before = lease_of(leases, slot);
	slot->state = LEASE_FREE;
	note_change(leases, &before, slot);
	return 0;
}

int
leases_decline(struct leases *leases, const struct lease_owner *owner, struct in_addr address,
	       int64_t now)
{
	struct slot *slot = slot_of(leases, owner);
	struct lease before;

	if (slot == NULL || slot != slot_at(leases, address) || is_free(slot, now))
		return -ENOENT;
	before = lease_of(leases, slot);
	disown(leases, slot);
	slot->state = LEASE_DECLINED;
	slot->expires_at = now + LEASE_DECLINE_SECONDS;
	note_change(leases, &before, slot);
	return 0;
}

bool
leases_find(const struct leases *leases, const struct lease_owner *owner, int64_t now,
	    struct lease *ret_lease)
{
	const struct slot *slot = find_slot(leases, owner);

	if (slot == NULL || is_free(slot, now))
		return false;
	*ret_lease = lease_of(leases, slot);
	return true;
}

bool
leases_has_free(const struct leases *leases, int64_t now)
{
	for (uint32_t i = 0; i < leases->count; i++)
		if (!leases->slots[i].is_reserved && is_free(&leases->slots[i], now))
			return true;
	return false;
}

bool
leases_take_change(struct leases *leases, struct lease_change *ret_change)
{
	bool has_changed = leases->has_changed;

	if (has_changed)
		*ret_change = leases->change;
	leases->has_changed = false;
	return has_changed;
}

/* Makes the slot what `lease` says. */
static void
set(struct leases *leases, struct slot *slot, const struct lease *lease)
{
	if (lease->owner.length > 0)
		own(leases, slot, &lease->owner);
	else
		disown(leases, slot);
	slot->state = (uint8_t)lease->state;
	slot->expires_at = lease->expires_at;
}

void
leases_undo(struct leases *leases, const struct lease_change *change)
{
	struct slot *slot = slot_at(leases, change->after.address);

	if (slot->state == change->after.state && slot->expires_at == change->after.expires_at &&
	    is_owner(slot, &change->after.owner))
		set(leases, slot, &change->before);
}

void
leases_restore(struct leases *leases, const struct lease *lease)
{
	struct slot *slot = slot_at(leases, lease->address);

	bool is_anothers = slot != NULL && slot->is_reserved && slot->owner.length > 0 &&
			   lease->owner.length > 0 && !is_owner(slot, &lease->owner);

	if (slot != NULL && slot->state != LEASE_EXCLUDED && !is_anothers)
		set(leases, slot, lease);
}
