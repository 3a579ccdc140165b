/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of the daemon: their defaults, and how a file sets them.
 *
 * The file is INI: [section], `key = value`, comments with ';' or '#'. Every
 * key is one row of the table in config_key.c; adding a key is adding a row.
 * Command-line options go through the same table (config_set), so an option
 * and its key accept the same values and complain in the same words.
 *
 * Later values replace earlier ones; the keys that are lists collect. Sections
 * with an argument, [machine 52:54:00:12:34:56], may be several: each is an
 * item of a list (config_section.h).
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_section.h"
#include "log.h"
#include "machine.h"
#include "policy.h"

enum config_dhcp {
	CONFIG_DHCP_UNSET, /* only while reading; config_finish decides */
	CONFIG_DHCP_PROXY,
	CONFIG_DHCP_SERVER,
	CONFIG_DHCP_OFF,
};

/* A list of strings, all owned. */
struct config_list {
	char **items;
	size_t count;
};

enum { CONFIG_SPANS_MAX = 16 };

/* Addresses to lend, in spans with both ends included, and for how long. */
struct config_range {
	struct config_span {
		struct in_addr first;
		struct in_addr last;
	} spans[CONFIG_SPANS_MAX];
	size_t count;   /* 0: no range configured */
	uint32_t lease; /* seconds; 0 in a [subnet]: that of [dhcp] */
};

/* A range of ports, both ends included. */
struct config_ports {
	uint16_t first; /* 0: no range configured */
	uint16_t last;
};

/* [image PATTERN]: what is said of the images whose names match. */
struct image_section {
	struct config_section head; /* `argument`: the pattern */
	char *way;                  /* that they shall go, or NULL */
};

/* [subnet NETWORK]: a network that the DHCP server gives addresses of. What it
   leaves out is as [dhcp] says. */
struct subnet_section {
	struct config_section head; /* `argument`: "192.0.2.0/24" */
	struct config_range range;
	struct in_addr router;
	struct config_list dns;
	char *domain;
	struct config_list ntp;
	struct config_list options; /* "CODE VALUE", each valid */
	struct config_list relays;  /* addresses as text, each valid */
	char *loader;               /* of policy_check_loader */
	enum machine_answer boot_clients_only;
	enum machine_answer rapid_commit;
	enum machine_answer authoritative;
};

/* Strings are owned; NULL where the comment allows it. */
struct config {
	char *file; /* that was read last, for messages; NULL: none */

	/* [images] */
	struct config_list images; /* directories and single images to serve */

	/* [network] */
	struct config_list interfaces; /* names; empty: all but loopback */
	struct in_addr listen;         /* INADDR_ANY: all addresses */

	/* [http] */
	bool http_enabled;
	uint16_t http_port;
	uint32_t http_connections; /* at once, of the whole daemon */
	uint32_t http_connections_per_client;

	/* [tftp] */
	bool tftp_enabled;
	uint16_t tftp_port;
	uint16_t tftp_windowsize; /* blocks, the most that is granted */
	uint32_t tftp_sessions;   /* at once, of the whole daemon */
	uint16_t tftp_sessions_per_client;
	bool tftp_single_port; /* all data leaves from the port above */
	struct config_ports tftp_port_range;
	struct config_list tftp_quirks; /* lines of tftp_quirks.h, each valid */

	/* [dhcp] */
	enum config_dhcp dhcp;
	struct config_range dhcp_range;
	bool dhcp_force;             /* lend though another server answers */
	uint32_t dhcp_look_again;    /* seconds; 0: look for others at the start only */
	struct in_addr dhcp_router;  /* 0: none is handed out */
	struct config_list dhcp_dns; /* addresses as text, each valid */
	bool dhcp_probe;             /* ask whether an address is in use first */
	char *dhcp_domain;           /* NULL: none is handed out */
	struct config_list dhcp_ntp;
	struct config_list dhcp_options; /* "CODE VALUE", each valid */
	bool dhcp_boot_clients_only;
	bool dhcp_rapid_commit;
	bool dhcp_authoritative;

	/* [subnet NETWORK] */
	struct config_sections subnets; /* each a struct subnet_section */

	/* [menu] */
	char *menu_title;
	char *menu_default;    /* "local" or "NAME" or "NAME:ENTRY" */
	uint32_t menu_timeout; /* seconds; 0 waits for ever */
	bool menu_shown;       /* no: what boots by itself does so at once */
	bool menu_serial;      /* menus on the first serial port too */

	/* [machine WHO] */
	struct config_sections machines; /* each a struct machine_section */

	/* [image PATTERN] */
	struct config_sections image_sections; /* each a struct image_section */

	/* [loaders] [recipes] */
	char *loaders_directory;           /* NULL: only those of the system */
	char *own_loaders[PLATFORM_COUNT]; /* names; NULL: the program chooses */
	char *recipes_directory;           /* NULL: only the built-in ones */

	/* [daemon] */
	char *state_directory;
	char *user;       /* NULL: "pxeiso" if there is one, else "nobody" */
	uint32_t workers; /* 0: one a core */

	/* [log] */
	enum log_level log_level;
	bool log_json;
};

/* All defaults, without a file: 0 or -ENOMEM (then there is nothing to free). */
int config_init(struct config *ret_config);

/* Reads `path` over what is already set. 0, or -EINVAL for a line that is
   wrong, -errno when the file cannot be read; the text in `ret_why` names the
   file, the line and what is allowed. */
int config_read(struct config *, const char *path, char *ret_why, size_t size);

/* The same for the text of a file; `name` stands for it in messages. */
int config_read_text(struct config *, const char *name, const char *text, char *ret_why,
		     size_t size);

/* Begins a section, as line `line` of a file does: 0, -ENOMEM, or -EINVAL with
   a text. `section` is all that stands in the brackets. */
int config_begin(struct config *, const char *section, unsigned line, char *ret_why, size_t size);

/* Sets one key: 0, -ENOMEM, or -EINVAL with a text that says what is allowed.
   A list gets one more item. A section with an argument must have begun. */
int config_set(struct config *, const char *section, const char *key, const char *value,
	       char *ret_why, size_t size);

/* Empties a list key, so that options replace what the file listed. */
void config_clear(struct config *, const char *section, const char *key);

/* Decides what depends on several keys, and refuses contradictions: a range
   or a subnet makes DHCP a server, a server needs one of them; transfers from a single port
   have no range of ports. 0, or -EINVAL with a text. */
int config_finish(struct config *, char *ret_why, size_t size);

/* Whether requests to `address` of the interface `name` are answered. */
bool config_serves(const struct config *, const char *name, struct in_addr address);

/* What [menu] says for all machines; strings stay the configuration's. */
struct machine_menu config_menu(const struct config *);

void config_free(struct config *);

/* What there is to know of a key; static strings. */
struct config_key {
	const char *section;
	const char *name;
	const char *expects; /* "a port number, 1 to 65535" */
	const char *start;   /* the default as text, or NULL */
	const char *doc;
};

/* Key number `number` from 0, in the order of the documents: false past the
   last. The example file and the manual are checked against these. */
bool config_key_at(size_t number, struct config_key *ret_key);

#endif
