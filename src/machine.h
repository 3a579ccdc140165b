/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which machine is meant, and what its menu is like.
 *
 * A machine is known by the MAC of the card that it boots from, by its UUID, or
 * by both. [machine WHO] in the configuration is for one of them or for all
 * whose MAC begins alike; what several sections say of one machine is taken
 * from the one that names it best.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_section.h"
#include "dhcp_style.h"

enum { MACHINE_MAC_SIZE = 18, MACHINE_UUID_SIZE = 37 };

/* A machine; "" for what is not known. Lower case. */
struct machine {
	char mac[MACHINE_MAC_SIZE];   /* "52:54:00:12:34:56" */
	char uuid[MACHINE_UUID_SIZE]; /* "550e8400-e29b-41d4-a716-446655440000" */
};

/* What a key that may be left out says. */
enum machine_answer { MACHINE_UNSET, MACHINE_NO, MACHINE_YES };

#define MACHINE_TIMEOUT_UNSET UINT32_MAX

/* [machine WHO]: NULL and UNSET where another section is to say it. */
struct machine_section {
	struct config_section head; /* its argument is a machine_who */
	char *boot_self;            /* "local", "NAME" or "NAME:ENTRY" */
	uint32_t timeout;           /* seconds */
	enum machine_answer is_shown;
	enum machine_answer has_serial;
	char *arguments; /* more of them for every Linux that it boots */
	char *loader;    /* of policy_check_loader */
	enum dhcp_style style;
	struct in_addr address; /* that the DHCP server gives it; 0.0.0.0: unset */
	char *hostname;         /* that the DHCP server tells it */
};

/* How a machine is started. Nothing is owned. */
struct machine_start {
	const char *loader;    /* NULL: not said */
	enum dhcp_style style; /* that a proxy always offers it; NONE: not said */
};

/* What a machine's menu is like. Nothing is owned. */
struct machine_menu {
	const char *boot_self; /* NULL is "local" */
	uint32_t timeout;      /* seconds; 0 waits for ever */
	bool times_images;     /* the timeout is for the images' own menus too */
	bool boots_at_once;    /* without a menu */
	bool has_serial;
	const char *arguments; /* NULL: none */
};

/* Reads a WHO, in any case, '-' for ':' too: a MAC, the beginning of one before
   a '*' (52:54:00:*), or a UUID. 0 and the text that stands for it, owned;
   -EINVAL, -ENOMEM. */
int machine_parse_who(const char *text, char **ret_who);

/* Reads the name of one machine: a MAC, a UUID, or "MAC,UUID", of which one may
   be missing. 0 or -EINVAL. */
int machine_parse(const char *text, size_t length, struct machine *ret_machine);

/* Writes what DHCP has as bytes. */
void machine_format_mac(const unsigned char bytes[6], char ret_mac[MACHINE_MAC_SIZE]);
void machine_format_uuid(const unsigned char bytes[16], char ret_uuid[MACHINE_UUID_SIZE]);

/* Writes the MAC as menus do, "52-54-00-12-34-56". */
void machine_write_mac(const struct machine *, char ret_mac[MACHINE_MAC_SIZE]);

/* How well `who` names the machine: 0 for not at all, more is better. A UUID
   says more than a MAC, a MAC more than its beginning. */
unsigned machine_rank(const char *who, const struct machine *);

/* Whether one of the sections (each a struct machine_section; NULL: none) is for
   the machine. */
bool machine_has_section(const struct config_sections *, const struct machine *);

/* Changes what holds for all machines to what holds for this one. */
void machine_settle(const struct config_sections *, const struct machine *,
		    struct machine_menu *menu);

/* What the sections say of the machine's start; what they do not say stays. */
void machine_settle_start(const struct config_sections *, const struct machine *,
			  struct machine_start *start);

#endif
