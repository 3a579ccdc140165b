/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configuration files of an image that were found and are not used, and why:
 * a person who looks into the image would wonder.
 */
#ifndef BOOTCFG_UNREAD_H
#define BOOTCFG_UNREAD_H

struct boot;
struct source;

/* Fills in `boot->unread`, when its menus and `boot->read` are made: 0 or -ENOMEM. */
int bootcfg_note_unread(const struct source *, struct boot *);

#endif
