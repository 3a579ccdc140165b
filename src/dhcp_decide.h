/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What to answer to a DHCP message: the decision, and the reply as bytes.
 *
 * Pure, so every rule can be tested without a socket:
 *
 *	message + arrival + side -> dhcp_decide -> decision -> dhcp_compose -> bytes
 *
 * A decision is made even when nothing is sent; it says why, for the log.
 * Deciding changes the leases, composing changes nothing.
 *
 * Not here: sockets, and asking whether an address is in use.
 */
#ifndef DHCP_DECIDE_H
#define DHCP_DECIDE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp_machine.h"
#include "dhcp_packet.h"
#include "dhcp_style.h"
#include "dhcp_subnet.h"
#include "policy.h"

enum { DHCP_CLIENT_PORT = 68, DHCP_SERVER_PORT = 67, DHCP_PXE_PORT = 4011 };

enum dhcp_mode { DHCP_PROXY, DHCP_SERVER };

/* Our side of the wire that a message came in by. */
struct dhcp_side {
	enum dhcp_mode mode;
	struct policy_site site; /* site.server is our address on this side */
	unsigned mtu;            /* bytes */
	bool has_4011;           /* we answer there, so firmware may be sent there */
	int64_t now;             /* seconds, for the leases */
	bool is_probing;         /* an address is asked for before it is given */
	struct in_addr unused;   /* one that was asked for, and nobody has it */

	const struct config_sections *machines; /* each a machine_section; NULL: none */
	const char *loader; /* of the machines of this side without another; NULL: none */

	/* Server mode only: the network that the message is for, and all. */
	struct dhcp_subnet *subnet;
	const struct dhcp_subnets *subnets;
};

/* Those of the subnet; NULL for a proxy. */
struct leases *dhcp_side_leases(const struct dhcp_side *);

/* How a message came. */
struct dhcp_arrival {
	struct sockaddr_in peer;    /* its source */
	struct in_addr destination; /* as in its IP header */
	bool on_4011;               /* else on 67 */
};

enum dhcp_verdict {
	DHCP_IGNORED,
	DHCP_OFFERED,
	DHCP_LEASED,   /* REQUEST granted */
	DHCP_INFORMED, /* options given without an address */
	DHCP_DIRECTED, /* the boot file given on port 4011 */
	DHCP_REFUSED,  /* NAK */
	DHCP_RELEASED,
	DHCP_DECLINED,   /* the machine found its address in use */
	DHCP_EXHAUSTED,  /* no address is left */
	DHCP_UNBOOTABLE, /* a boot client that we have no boot file for */
};

struct dhcp_decision {
	enum dhcp_verdict verdict;
	const char *why; /* static; NULL when there is nothing to say */
	uint8_t type;    /* of the reply; 0: nothing is sent */
	struct dhcp_machine machine;
	struct dhcp_subnet *subnet;   /* of a server's decision, or NULL */
	const struct dhcp_host *host; /* what is known of it beforehand, or NULL */
	struct in_addr address;       /* that the machine has or gets; 0: not known */
	bool is_newcomer;             /* an offer to a machine that had nothing of us */
	bool needs_probe;             /* nothing leaves before `address` was asked for */
	char file[POLICY_FILE_SIZE];  /* it is to boot; "": none */
	bool has_own_menu;            /* the configuration has a section for the machine */
	enum dhcp_style style;        /* of a proxy's offer; what is decided is where to begin */
	enum dhcp_style fixed_style;  /* that the configuration wants instead; NONE: none */
	bool is_rapid;                /* the ACK answers a DISCOVER (option 80) */
	struct sockaddr_in to;        /* where the reply goes (DHCP-24, 29) */
	bool is_framed;               /* in a frame to chaddr: `to` answers no ARP yet */
};

/* Decides about a decoded message. Always fills `*ret_decision`. */
void dhcp_decide(const struct dhcp_side *, const struct dhcp_arrival *, const struct dhcp_message *,
		 struct dhcp_decision *ret_decision);

/* Writes the reply of a decision with a type: 0, or -EMSGSIZE when what must
   be in it is more than the client can take. */
int dhcp_compose(const struct dhcp_side *, const struct dhcp_message *request,
		 const struct dhcp_decision *, struct dhcp_writer *ret_reply);

/* The part of dhcp_decide for port 67 of a full server; in dhcp_server.c.
   Fills in address and why; machine and file are there already. */
enum dhcp_verdict dhcp_decide_lease(const struct dhcp_side *, const struct dhcp_arrival *,
				    const struct dhcp_message *, struct dhcp_decision *);

/* Sets an address aside that was to be offered to the machine of a message and
   is in use: as if that had declined it. 0, or -ENOENT. In dhcp_server.c. */
int dhcp_set_aside(const struct dhcp_side *, const struct dhcp_message *, struct in_addr);

/* Sets the reason of a decision and returns its verdict. */
enum dhcp_verdict dhcp_because(struct dhcp_decision *, enum dhcp_verdict, const char *why);

/* Whether a boot client asks that we have no boot file for; why is set then. */
bool dhcp_is_unbootable(const struct dhcp_decision *);

#endif
