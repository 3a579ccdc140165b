/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A DHCP message in people's words: which machine, what firmware it has, what
 * it asks for, what it is offered and by whom. Pure.
 */
#ifndef DHCP_WORDS_H
#define DHCP_WORDS_H

#include <netinet/in.h>

struct dhcp_message;
struct text;

/* Appends one line without its end, such as
   "52:54:00:12:34:56 (UEFI x64, PXE) asks: DISCOVER". Texts from the message
   are as they came: escape them before they are printed. */
void dhcp_words(const struct dhcp_message *, const struct sockaddr_in *from,
		const struct sockaddr_in *to, struct text *);

#endif
