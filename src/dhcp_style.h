/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two styles in which a proxy tells UEFI firmware its boot file (DHCP-43):
 *
 *	4011      the offer has no option 43; the firmware goes on to port 4011
 *	direct    option 43 of the offer says: use the file that is named here
 *
 * Some firmware knows only one of them, and none says which. So what a machine
 * did is remembered: who fetched its loader is offered the same style the next
 * time, who did not is offered the other one.
 *
 * That a machine did not fetch its loader may also mean that it was switched
 * off. One that booted before therefore gets a second chance with its style,
 * and comes back to it after each attempt with the other: whatever happens, a
 * style that works is offered again soon.
 *
 * Pure. Who fetched what, and where this memory is kept, is known elsewhere.
 */
#ifndef DHCP_STYLE_H
#define DHCP_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

enum dhcp_style {
	DHCP_STYLE_NONE, /* nothing to choose, or nothing known */
	DHCP_STYLE_4011,
	DHCP_STYLE_DIRECT,
};

/* What is remembered of a machine. All zero: nothing. */
struct dhcp_style_memory {
	enum dhcp_style worked;  /* it fetched its loader with this one last */
	enum dhcp_style offered; /* in its last attempt */
	uint32_t misses;         /* attempts since it last fetched its loader */

	/* Its last attempt; unknown after a restart of the daemon. */
	bool has_attempt;
	uint32_t xid;
	int64_t began_at; /* seconds, of its first DISCOVER */
	int64_t asked_at; /* of its last */
};

/* A DISCOVER. */
struct dhcp_style_request {
	uint32_t xid;
	uint16_t secs; /* that the machine says it has been asking for */
	int64_t now;   /* seconds */
};

/* The style that a machine is offered when nothing is known of it; NONE when
   there is but one way to tell it: BIOS, HTTP boot, iPXE. Only for 4011 there
   is another to try: without that port, and for firmware that is not UEFI, it
   is DIRECT. */
enum dhcp_style dhcp_style_first(const struct policy_machine *, bool has_4011);

/* The style for the answer to a DISCOVER, and notes that it is offered: `fixed`,
   or for NONE the one whose turn it is. Nothing changes while a machine repeats
   what it asks; then *ret_is_new is false. */
enum dhcp_style dhcp_style_choose(struct dhcp_style_memory *, const struct dhcp_style_request *,
				  enum dhcp_style fixed, bool *ret_is_new);

/* Notes that it fetched its loader: whether it was waited for. */
bool dhcp_style_note_fetch(struct dhcp_style_memory *);

/* "4011" or "direct", as in the configuration; "" for NONE. */
const char *dhcp_style_name(enum dhcp_style);

/* What is kept of a memory over a restart, as text for a file: "worked=direct
   offered=4011 misses=2"; of a style that is NONE nothing is written. */
enum { DHCP_STYLE_TEXT_SIZE = 64 };
void dhcp_style_format(const struct dhcp_style_memory *, char ret_text[DHCP_STYLE_TEXT_SIZE]);

/* Reads that back; words of others are passed over. 0, or -EINVAL when a value
   is wrong. */
int dhcp_style_parse(const char *text, struct dhcp_style_memory *ret_memory);

/* Reads a name: 0 or -EINVAL. */
int dhcp_style_parse_name(const char *name, size_t length, enum dhcp_style *ret_style);

#endif
