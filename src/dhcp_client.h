/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The other end of the wire: the messages of a machine that boots, and what an
 * answer tells it.
 *
 * Pure. The messages are those that real firmware was seen to send, option for
 * option, so whoever answers them would answer the firmware (DHCP-33, 45):
 *
 *	client -> dhcp_client_compose -> bytes ... bytes -> dhcp_client_read -> answer
 *
 * For looking at a network: who else serves it, and what a machine would get.
 * Nothing here completes an exchange by itself, so nothing takes an address.
 */
#ifndef DHCP_CLIENT_H
#define DHCP_CLIENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp_packet.h"

/* Kinds of machines that ask differently. */
enum dhcp_client_kind {
	DHCP_CLIENT_PLAIN, /* an installed system: it boots nothing */
	DHCP_CLIENT_BIOS,
	DHCP_CLIENT_UEFI_X64,
	DHCP_CLIENT_UEFI_ARM64,
	DHCP_CLIENT_HTTP_X64, /* UEFI HTTP boot */
	DHCP_CLIENT_HTTP_ARM64,
	DHCP_CLIENT_IPXE_BIOS,
	DHCP_CLIENT_IPXE_UEFI, /* x64 */
	DHCP_CLIENT_KINDS,
};

/* What a client wants, as its type and options say. */
enum dhcp_client_state {
	DHCP_CLIENT_DISCOVER, /* broadcast to 67: who is there? */
	DHCP_CLIENT_REQUEST,  /* broadcast to 67: `address` of `server`, please */
	DHCP_CLIENT_INFORM,   /* to 67: options for `address`, which it has */
	DHCP_CLIENT_BOOT,     /* to 4011 of a boot server: the file; it has `address` */
};

/* A synthetic machine. */
struct dhcp_client {
	enum dhcp_client_kind kind;
	uint32_t xid;
	uint16_t secs; /* since it began */
	unsigned char mac[6];
	unsigned char uuid[16];
	bool wants_broadcast;   /* for one whose MAC no card has: unicast would not reach it */
	struct in_addr address; /* see the states; 0.0.0.0 while it has none */
	struct in_addr server;  /* option 54; 0.0.0.0: not sent */
};

/* A name of a kind for people, such as "UEFI x64 HTTP". Never NULL. */
const char *dhcp_client_name(enum dhcp_client_kind);

/* Writes what the client sends in that state. It always fits. */
void dhcp_client_compose(const struct dhcp_client *, enum dhcp_client_state,
			 struct dhcp_writer *ret_message);

/* How the client of an offer goes on to its boot file. */
enum dhcp_client_next {
	DHCP_NEXT_NONE, /* nothing to boot in this answer */
	DHCP_NEXT_FILE, /* loads the file of this answer */
	DHCP_NEXT_4011, /* asks port 4011 of the server first (BINL) */
	DHCP_NEXT_MENU, /* option 43: shows a menu or looks for boot servers */
};

/* What is wrong with an answer for a client of this kind; bits of a set. */
enum dhcp_client_problem {
	DHCP_PROBLEM_NO_SERVER_ID = 1 << 0,
	DHCP_PROBLEM_NO_NEXT_SERVER = 1 << 1, /* a TFTP name, and nobody to fetch it from */
	DHCP_PROBLEM_NO_HTTP_CLASS = 1 << 2,  /* HTTP boot: no option 60 "HTTPClient" */
	DHCP_PROBLEM_NO_URL = 1 << 3,         /* HTTP boot: the file is no URL */
	DHCP_PROBLEM_URL_FOR_TFTP = 1 << 4,   /* PXE firmware: the file is a URL */
	DHCP_PROBLEM_LOOP = 1 << 5,           /* iPXE is handed iPXE */
	DHCP_PROBLEM_SHORT = 1 << 6,          /* under 300 bytes, some ROMs drop it */
};

enum { DHCP_ANSWER_NAME_SIZE = 256 };

/* An answer as facts. Texts are as they came but for their end: escape them
   before they are printed (the log does). */
struct dhcp_client_answer {
	uint8_t type; /* DHCP_OFFER, DHCP_ACK or DHCP_NAK */
	struct sockaddr_in source;
	struct in_addr server; /* option 54, else the source: who answered */
	bool has_mac;          /* set by who received it as a frame */
	unsigned char mac[6];
	struct in_addr address;     /* given to the client; 0.0.0.0: a proxy's answer */
	uint32_t lease_seconds;     /* 0: not named */
	struct in_addr next_server; /* siaddr, else option 66 when that is an address */
	char server_name[DHCP_ANSWER_NAME_SIZE]; /* option 66, else sname; "" */
	char file[DHCP_ANSWER_NAME_SIZE];        /* option 67, else `file`; "" */
	char vendor_class[DHCP_ANSWER_NAME_SIZE];
	char message[DHCP_ANSWER_NAME_SIZE]; /* option 56: why it was refused */
	enum dhcp_client_next next;
	unsigned problems; /* enum dhcp_client_problem */
};

/* Reads what came to the client's port from `source`. 0; -ENOMSG: it is for
   another machine, or no answer at all; -EBADMSG: not a DHCP message. */
int dhcp_client_read(const struct dhcp_client *, const void *bytes, size_t length,
		     const struct sockaddr_in *source, struct dhcp_client_answer *ret_answer);

/* A problem as a sentence for a person; NULL behind the last one:
   for (i = 0; (text = dhcp_client_problem(answer.problems, i)) != NULL; i++) */
const char *dhcp_client_problem(unsigned problems, unsigned index);

#endif
