/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of one subnet and who has them.
 *
 * Pure and in memory. Every change goes through the verbs below, and the
 * time is always handed in. What a verb has changed can be taken, stored, and
 * taken back when it could not be. Where nothing is stored a restart forgets;
 * so an address is chosen by a hash of the machine, which finds it again, and
 * a free address is bound to whoever says that it was theirs.
 *
 * A machine is known by its hardware address alone: the firmware, iPXE, the
 * loader and the installer call themselves by different client ids, and one
 * machine shall keep one address through all of them (DHCP-19).
 *
 * Times are seconds of any clock that does not run backwards.
 */
#ifndef LEASE_H
#define LEASE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	LEASES_MAX = 65536,          /* addresses of a range */
	LEASE_OFFER_SECONDS = 60,    /* an offer is held for */
	LEASE_DECLINE_SECONDS = 600, /* a declined address rests for (DHCP-15) */
};

struct leases;

/* A machine: `htype`, `hlen` and `chaddr` of its messages, unused bytes zero. */
struct lease_owner {
	uint8_t type;
	uint8_t length;
	unsigned char address[16];
};

enum lease_state {
	LEASE_FREE,     /* its owner, if any, is the last one: history */
	LEASE_OFFERED,  /* until expires_at */
	LEASE_BOUND,    /* until expires_at */
	LEASE_DECLINED, /* a machine found it in use; nobody's until expires_at */
	LEASE_EXCLUDED, /* never given out */
};

struct lease {
	struct in_addr address;
	struct lease_owner owner;
	enum lease_state state;
	int64_t expires_at;
};

/* The range from `first` to `last`, both included; addresses that end in .0 or
   .255 are excluded, since some clients take them for networks and broadcasts
   (DHCP-20). 0, -EINVAL (turned around, or above LEASES_MAX), -ENOMEM. */
int leases_new(struct in_addr first, struct in_addr last, struct leases **ret_leases);
void leases_free(struct leases *);

/* Takes an address out of the range: the server's own, a router. One that is
   not in the range is ignored. */
void leases_exclude(struct leases *, struct in_addr);

/* Keeps an address for the machine that leases_assign names: nobody else gets
   it, even one that was excluded. 0 or -ERANGE. */
int leases_reserve(struct leases *, struct in_addr);

/* Says whose a reserved address is: from then on `owner` is offered it, and no
   other. 0; -ERANGE: not a reserved one; -EADDRINUSE: another machine has it,
   or it was declined; `owner` is then one like any other. */
int leases_assign(struct leases *, const struct lease_owner *, struct in_addr, int64_t now);

bool leases_contain(const struct leases *, struct in_addr);

/* Holds an address for `owner`: the one it has, else the one it had, else
   `requested` if that is free, else a free one (DHCP-10). 0 or -ENOSPC. */
int leases_offer(struct leases *, const struct lease_owner *, struct in_addr requested, int64_t now,
		 struct in_addr *ret_address);

/* Lends `address` to `owner` for `seconds`, for the first time or again.
   0; -ERANGE: not in the range; -EADDRINUSE: another has it, or it is not to
   be had; -EEXIST: `owner` has another address. */
int leases_bind(struct leases *, const struct lease_owner *, struct in_addr address, int64_t now,
		uint32_t seconds);

/* Takes back what was only offered to `owner`: it chose another server. */
void leases_forget(struct leases *, const struct lease_owner *);

/* Ends a lease and remembers whose it was. 0, or -ENOENT when `owner` does not
   have `address`. */
int leases_release(struct leases *, const struct lease_owner *, struct in_addr address);

/* `owner` found that `address`, offered or lent to it, is in use. 0 or -ENOENT. */
int leases_decline(struct leases *, const struct lease_owner *, struct in_addr address,
		   int64_t now);

/* Whether an address is left for a newcomer. */
bool leases_has_free(const struct leases *, int64_t now);

/* What is offered or lent to `owner` now: whether anything is. */
bool leases_find(const struct leases *, const struct lease_owner *, int64_t now,
		 struct lease *ret_lease);

/* What a verb did to an address: an offer is no change, since it need not
   outlive us. */
struct lease_change {
	struct lease before;
	struct lease after;
};

/* The change that the last verb made; false: none, or it was taken. */
bool leases_take_change(struct leases *, struct lease_change *ret_change);

/* Takes a change back, unless the address has changed since. Several are taken
   back in the reverse order. */
void leases_undo(struct leases *, const struct lease_change *);

/* Puts back what was stored; from the oldest change to the newest. What is not
   in the range, or excluded, or assigned to another, is ignored. */
void leases_restore(struct leases *, const struct lease *);

#endif
