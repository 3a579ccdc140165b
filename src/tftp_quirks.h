/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What some clients must be spared: boot ROMs that break on an option, or that
 * count blocks in another way.
 *
 * A quirk is a line of the configuration, "CLIENT: WORD...":
 *
 *      CLIENT  a MAC or its beginning (52:54:00), "arch N" (option 93 of DHCP,
 *              DHCP-33), or "all"
 *      WORD    no-blksize no-timeout no-tsize no-windowsize no-options: the
 *              option is treated as if it had not been asked for (TFTP-17);
 *              rollover-1: block 1 follows block 65535, not 0 (TFTP-19)
 *
 * A client gets the words of all lines that it matches. Of which machine a
 * request is, the client registry knows from DHCP; a machine that it does not
 * know is matched by "all" only.
 */
#ifndef TFTP_QUIRKS_H
#define TFTP_QUIRKS_H

#include <netinet/in.h>
#include <stddef.h>

struct client_facts;
struct clients;
struct tftp_quirks;
struct tftp_request;

/* Flags; those below 16 are the TFTP_OPTION_... to pass over. */
enum { TFTP_QUIRK_ROLLS_TO_1 = 16 };

/* What a line must be, for messages. */
#define TFTP_QUIRK_EXPECTS                                                                         \
	"CLIENT: WORD..., CLIENT is a MAC or its beginning, arch N or all, WORD is no-blksize, "   \
	"no-timeout, no-tsize, no-windowsize, no-options or rollover-1"

/* Whether a line is right: 0 or -EINVAL. */
int tftp_quirk_check(const char *line);

/* Reads `count` lines: 0, -EINVAL for a wrong one, -ENOMEM. No lines make
   NULL, which all functions below take. */
int tftp_quirks_new(char *const *lines, size_t count, struct tftp_quirks **ret_quirks);

void tftp_quirks_free(struct tftp_quirks *);

/* The flags of a machine; NULL is one of which nothing is known. */
unsigned tftp_quirks_find(const struct tftp_quirks *, const struct client_facts *);

/* Changes a request from `address` to what the machine there can bear.
   `clients` may be NULL: then nothing is known of any. */
void tftp_quirks_apply(const struct tftp_quirks *, struct clients *, struct in_addr address,
		       struct tftp_request *);

#endif
