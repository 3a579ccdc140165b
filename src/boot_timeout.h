/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the menu of an image waits, as its own configuration says.
 *
 * 0 means two things: SYSLINUX then waits for ever, all others boot their
 * default at once, and the menu is only seen by who presses a key in time. That
 * suits a disc, which was put in to be booted. Here somebody has chosen the
 * image and wants to choose from it, or the machine boots by itself what the
 * server's configuration says: so the menu waits, and a note says why.
 */
#ifndef BOOT_TIMEOUT_H
#define BOOT_TIMEOUT_H

struct entry_note;
struct menu;

/* Sets the time of the menu to `seconds`, of a language whose 0 boots at once;
   less than 0, or more than an hour, is no time at all. A note about 0 names
   `path`, once. 0 or -ENOMEM. */
int boot_timeout_set(struct menu *, long seconds, const char *path, struct entry_note **notes);

#endif
