/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line (DESIGN.md section 3): the sub-commands and their options.
 *
 * Options that have a key in the configuration file are kept as settings and
 * go through the table of config_key.c, after the file, so they win over it.
 * Options may stand before or after the command's name.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "machine.h"

struct config;

enum command {
	COMMAND_SERVE,
	COMMAND_CHECK,
	COMMAND_LIST,
	COMMAND_LS,
	COMMAND_CAT,
	COMMAND_EXPLAIN,
	COMMAND_MENU,
	COMMAND_DOCTOR,
	COMMAND_READER, /* the child that parses images: --reader, see reader.h */
	COMMAND_HELP,
	COMMAND_VERSION,
};

/* Whose menu `menu` and `explain` show. */
enum option_client {
	OPTION_CLIENT_ALL,
	OPTION_CLIENT_PXELINUX,
	OPTION_CLIENT_IPXE,
	OPTION_CLIENT_GRUB
};

/* A key of the configuration that an option sets; points into argv. */
struct option_setting {
	const char *section;
	const char *key;
	const char *value;
};

enum { OPTION_SETTINGS_MAX = 64 };

struct options {
	enum command command;
	const char *config_path; /* NULL: /etc/pxeiso.conf if there is one */
	char **arguments;        /* what is left of argv: DIR, IMAGE, PATH; not owned */
	size_t argument_count;
	bool json;
	bool long_format; /* ls -l */
	bool recursive;   /* ls -R */
	enum option_client client;
	const char *image;      /* --image, or NULL */
	struct in_addr server;  /* --server; 0: not given */
	const char *record;     /* --record, or NULL */
	unsigned seconds;       /* --seconds; 0: until it is ended */
	const char *print;      /* --print: a name that dhcp_advice.h has, or NULL */
	struct machine machine; /* --machine; empty: one without a section */
	struct option_setting settings[OPTION_SETTINGS_MAX];
	size_t setting_count;
};

/* Reads the command line; argv is permuted and must outlive the options. 0, or
   -EINVAL after saying on stderr what is wrong and where to look: exit 2. */
int options_parse(int argc, char **argv, struct options *ret_options);

/* The configuration these options ask for: defaults, then the file, then the
   options. 0 and the caller frees with config_free, or a negative errno after
   saying on stderr what is wrong: exit 1. */
int options_config(const struct options *, struct config *ret_config);

/* Prints the help to stdout. */
void options_help(void);

#endif
