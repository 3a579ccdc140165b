/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether another DHCP server is on a network, and what ours may do then: the
 * rules of time and of signs, without a socket or a clock.
 *
 * Two servers that know nothing of each other give one address to two
 * machines, and wrong routers to all. So a server looks first, and again and
 * again:
 *
 *	LOOKING --a look without an answer--> ALONE
 *	   \                                   |  ^
 *	    `--a sign of another-.      a sign |  | two looks in a row
 *	                          v            v  | without a sign
 *	                                  SECOND
 *
 * A look is some messages over some seconds, as a machine would send them
 * (see dhcp_rival_message). A sign is an answer to them; another server's
 * answer to somebody else; a machine that says which other server it chose.
 *
 * Servers of our own kind know each other's looks by their hardware address.
 * Of two that look at once the one with the lower address may go on, so two
 * that are switched on together do not both serve, nor both give way.
 */
#ifndef DHCP_RIVAL_H
#define DHCP_RIVAL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "dhcp_client.h"
#include "dhcp_standing.h"

/* A time that does not come. */
#define DHCP_RIVAL_NEVER (INT64_MAX / 2)

enum {
	DHCP_LOOK_MESSAGES = 4,
	DHCP_LOOK_MS = 4000,     /* from the first message to the end of a look: some
	                        servers ping an address for 3 s before they offer it */
	DHCP_SUSPECT_MS = 10000, /* not sooner after a look, whatever is suspected */
	DHCP_LOOKS_SILENT = 2,   /* so many in a row: the other server has gone */
};

/* Who was heard. */
struct dhcp_rival_sign {
	struct in_addr server;
	bool has_mac;
	unsigned char mac[6];
	char name[DHCP_ANSWER_NAME_SIZE]; /* "": it tells none; escape it */
};

/* One network. Times are milliseconds of any clock that does not run
   backwards. */
struct dhcp_rival {
	enum dhcp_standing standing;
	struct dhcp_rival_sign who; /* heard last */
	int64_t look_at;            /* when this look began, or the next begins */
	int64_t looked_at;          /* when the last one ended */
	int64_t interval_ms;        /* from the end of one look to the next; 0: no next */
	unsigned sent;              /* messages of this look */
	bool is_heard;              /* a sign came since the last look ended */
	unsigned silent;            /* looks in a row without */
};

/* What has changed; each is worth a line in the log. */
enum dhcp_rival_news {
	DHCP_RIVAL_NONE,
	DHCP_RIVAL_ABSENT,   /* the first look is over: nobody else is here */
	DHCP_RIVAL_FOUND,    /* at the first look */
	DHCP_RIVAL_APPEARED, /* while we served */
	DHCP_RIVAL_GONE,
};

/* Begins: LOOKING, the first message due at once. */
void dhcp_rival_start(struct dhcp_rival *, int64_t now, int64_t interval_ms);

/* When something is due next. */
int64_t dhcp_rival_due(const struct dhcp_rival *);

/* Does what is due. `*ret_message` is the number of the message to send now, or
   -1 for none. */
enum dhcp_rival_news dhcp_rival_tick(struct dhcp_rival *, int64_t now, int *ret_message);

/* A sign of another server that lends addresses. */
enum dhcp_rival_news dhcp_rival_hear(struct dhcp_rival *, const struct dhcp_rival_sign *);

/* A look of another server of our kind at `server`; ours is `own`. */
enum dhcp_rival_news dhcp_rival_hear_look(struct dhcp_rival *, struct in_addr own,
					  const struct dhcp_rival_sign *);

/* Begins a look at once where addresses are lent, unless one has just been:
   something was seen that is no sure sign, or a link has changed. */
void dhcp_rival_suspect(struct dhcp_rival *, int64_t now);

/* What a client's REQUEST says of the server that it chose, on a network where
   we are `own`: whether it is a sure sign of another one. Not sure is what
   names a server only from memory, as a laptop does that comes from elsewhere;
   then `*ret_suspect` is set. */
bool dhcp_rival_is_chosen(const struct dhcp_message *, struct in_addr own, struct in_addr netmask,
			  bool *ret_suspect);

/* Whether an answer to a look comes from a server that lends addresses: a
   proxy's offer has none. */
bool dhcp_rival_is_server(const struct dhcp_client_answer *);

/* The kind and state of message `number` of a look: servers answer to
   different ones. Plain and PXE, since a server may know only one; INFORM,
   which one without a free address answers too. */
enum dhcp_client_kind dhcp_rival_message(int number, enum dhcp_client_state *ret_state);

/* The hardware address of a look: a prefix, locally administered, and three
   random bytes. */
void dhcp_rival_make_mac(const unsigned char random[3], unsigned char ret_mac[6]);
bool dhcp_rival_is_look(const struct dhcp_header *);

#endif
