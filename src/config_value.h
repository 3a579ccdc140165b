/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values that settings have: text to number, address, range, and so on.
 *
 * A kind of value is a function that reads it into its field and the words
 * that say what is allowed. Words and units are few, on purpose: what a person
 * writes in the file means the same on the command line.
 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

struct config_list;

struct value_type {
	/* Reads `text` into `*field`: 0, -EINVAL and then the field is as
	   before, or -ENOMEM. Lists get one more item. */
	int (*set)(void *field, const char *text);
	/* What is allowed, as in "... wants a port number, 1 to 65535". */
	const char *expects;
};

/* What is wrong with the text of an option, "CODE VALUE": NULL for nothing. */
const char *value_explain_option(const char *line);

/* Puts a copy of `text` behind the items: 0 or -ENOMEM. */
int config_list_add(struct config_list *, const char *text);

/* The type of the field is in brackets. */
extern const struct value_type value_yes_no;     /* [bool] */
extern const struct value_type value_port;       /* [uint16_t] */
extern const struct value_type value_blocks;     /* [uint16_t] 1..64 */
extern const struct value_type value_sessions;   /* [uint16_t] 1..65535 */
extern const struct value_type value_count;      /* [uint32_t] 1..1000000 */
extern const struct value_type value_workers;    /* [uint32_t] 0..64 */
extern const struct value_type value_interval;   /* [uint32_t] seconds, may be 0 */
extern const struct value_type value_duration;   /* [uint32_t] seconds, may be 0 */
extern const struct value_type value_lease;      /* [uint32_t] seconds, 60 and more */
extern const struct value_type value_address;    /* [struct in_addr] */
extern const struct value_type value_range;      /* [struct config_range] */
extern const struct value_type value_network;    /* [char *] "192.0.2.0/24" */
extern const struct value_type value_name;       /* [char *] of the DNS */
extern const struct value_type value_option;     /* [struct config_list] "CODE VALUE" */
extern const struct value_type value_ports;      /* [struct config_ports] 1024..65535 */
extern const struct value_type value_dhcp;       /* [enum config_dhcp] */
extern const struct value_type value_level;      /* [enum log_level] */
extern const struct value_type value_format;     /* [bool] true: JSON */
extern const struct value_type value_text;       /* [char *] */
extern const struct value_type value_default;    /* [char *] NAME, NAME:ENTRY, local */
extern const struct value_type value_who;        /* [char *] of machine.h */
extern const struct value_type value_images;     /* [char *] */
extern const struct value_type value_way;        /* [char *] */
extern const struct value_type value_answer;     /* [enum machine_answer] */
extern const struct value_type value_loader;     /* [char *] a file or a URL */
extern const struct value_type value_own_loader; /* [char *] a file */
extern const struct value_type value_style;      /* [enum dhcp_style] */
extern const struct value_type value_paths;      /* [struct config_list] */
extern const struct value_type value_interfaces; /* [struct config_list] */
extern const struct value_type value_addresses;  /* [struct config_list] */
extern const struct value_type value_quirks;     /* [struct config_list] */

#endif
