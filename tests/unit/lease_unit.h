/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of leases share: machines by number, and the verbs with an
 * address as text.
 */
#ifndef LEASE_UNIT_H
#define LEASE_UNIT_H

#include <arpa/inet.h>

#include "lease.h"
#include "unit.h"

static inline struct in_addr
address(const char *text)
{
	return (struct in_addr){inet_addr(text)};
}

static inline struct lease_owner
machine(uint16_t number)
{
	return (struct lease_owner){
		.type = 1,
		.length = 6,
		.address = {0x52, 0x54, 0, 0, (uint8_t)(number >> 8), (uint8_t)number},
	};
}

static inline struct leases *
make(const char *first, const char *last)
{
	struct leases *leases;

	assert_int_equal(leases_new(address(first), address(last), &leases), 0);
	return leases;
}

static inline in_addr_t
offer(struct leases *leases, uint16_t number, struct in_addr requested, int64_t now)
{
	const struct lease_owner owner = machine(number);
	struct in_addr offered;

	if (leases_offer(leases, &owner, requested, now, &offered) < 0)
		return 0;
	assert_true(leases_contain(leases, offered));
	return offered.s_addr;
}

static inline int
bind_to(struct leases *leases, uint16_t number, const char *text, int64_t now, uint32_t seconds)
{
	const struct lease_owner owner = machine(number);

	return leases_bind(leases, &owner, address(text), now, seconds);
}

#endif
