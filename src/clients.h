/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client registry: machines seen, keyed by MAC and found by address.
 *
 * The only mutable state that threads share; every call takes one mutex for a
 * few instructions. Bounded: the machine seen longest ago makes room.
 */
#ifndef CLIENTS_H
#define CLIENTS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp_style.h"

struct clients;

/* A machine as DHCP saw it, copied out of the registry. */
struct client_facts {
	unsigned char mac[6];
	unsigned char uuid[16]; /* of option 97; all zero when unknown */
	uint16_t arch;          /* option 93 (DHCP-33) */
	bool is_ipxe;
	struct in_addr address;         /* 0 when not known */
	int64_t seen_at;                /* seconds since 1970 */
	char image[64];                 /* last image it read a file of, "" for none (TFTP-43) */
	struct dhcp_style_memory style; /* how a proxy tells it its boot file */
};

int clients_new(uint32_t limit, struct clients **ret_clients);
void clients_free(struct clients *);

/* Notes what DHCP learned: matched by facts->mac; a zero address keeps the
   known one; `image` and `style` are ignored. */
void clients_note(struct clients *, const struct client_facts *);

/* Notes that the machine at `address` read a file of `image`; creates a record
   without MAC when the address is unknown (another server gave it out). */
void clients_note_image(struct clients *, struct in_addr address, const char *image);

/* Notes the style of the machine with this MAC, if it is known. */
void clients_note_style(struct clients *, const unsigned char mac[6],
			const struct dhcp_style_memory *);

/* Notes that the machine at `address` fetches a boot loader, if its MAC is
   known. */
void clients_note_fetch(struct clients *, struct in_addr address);

/* The next machine of which that was noted since it was asked here: false when
   there is none. */
bool clients_take_fetch(struct clients *, struct client_facts *ret_facts);

/* What is known of the machine with this MAC: whether anything is. */
bool clients_find_mac(struct clients *, const unsigned char mac[6], struct client_facts *ret_facts);

/* What is known of the machine at `address`: whether anything is. */
bool clients_find(struct clients *, struct in_addr address, struct client_facts *ret_facts);

#endif
