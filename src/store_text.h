/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the store writes things, so that a person can read the database too.
 */
#ifndef STORE_TEXT_H
#define STORE_TEXT_H

#include "lease.h"

/* "1/52:54:00:12:34:56": the type of the hardware, and its address. "" is
   nobody. */
enum { STORE_HARDWARE_SIZE = 52 };
void store_format_hardware(const struct lease_owner *, char ret_text[STORE_HARDWARE_SIZE]);

/* 0 or -EINVAL. */
int store_parse_hardware(const char *text, struct lease_owner *ret_owner);

/* "bound", "declined" or "free". */
const char *store_format_state(enum lease_state);
int store_parse_state(const char *text, enum lease_state *ret_state);

#endif
