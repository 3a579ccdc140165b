/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a DHCP server does for a message where it may not lend addresses, since
 * another server does or may do so.
 *
 * What it has lent it still renews: a machine whose root file system comes over
 * the network would hang when its address ran out, and the other server could
 * lend an address that is in use. All else is left to the other one, which is
 * helped as by a proxy.
 *
 * Pure.
 */
#ifndef DHCP_STANDING_H
#define DHCP_STANDING_H

#include <stdbool.h>

struct dhcp_message;
struct dhcp_side;

/* What a server may do on a network. */
enum dhcp_standing {
	DHCP_ALONE,   /* lends addresses */
	DHCP_LOOKING, /* not known yet whether another is there: is silent */
	DHCP_SECOND,  /* another lends: a proxy */
};

/* Makes a server's side what it may be for this message. Whether the message is
   answered at all: while a server looks, it renews and does nothing else; boot
   ROMs ask again after a few seconds. */
bool dhcp_standing_apply(enum dhcp_standing, const struct dhcp_message *, struct dhcp_side *);

#endif
