/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line: see options.h and DESIGN.md section 3.
 *
 * One table row is one option: its names, which commands know it, the key of
 * the configuration that it sets or the field of struct options. getopt's own
 * tables and the help text are made from it, so they cannot disagree.
 */
#include "options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

/* Commands as a set of bits. */
enum {
	SERVE = 1 << COMMAND_SERVE,
	CHECK = 1 << COMMAND_CHECK,
	LIST = 1 << COMMAND_LIST,
	LS = 1 << COMMAND_LS,
	CAT = 1 << COMMAND_CAT,
	EXPLAIN = 1 << COMMAND_EXPLAIN,
	MENU = 1 << COMMAND_MENU,
	DAEMON = SERVE | CHECK,
	MENUS = DAEMON | MENU | EXPLAIN,
	ALL = SERVE | CHECK | LIST | LS | CAT | EXPLAIN | MENU,
};

struct option_row {
	const char *name;
	char letter;          /* 0: none */
	const char *argument; /* as the help calls it; NULL: takes none */
	unsigned commands;
	const char *section; /* the key that it sets; NULL: a field of struct options */
	const char *key;
	const char *value; /* what an option without argument sets */
	const char *help;  /* NULL: not shown */
};

/* clang-format off */
static const struct option_row rows[] = {
	{"config", 'c', "FILE", ALL, NULL, NULL, NULL, "read FILE instead of /etc/pxeiso.conf"},
	{"interface", 'i', "IF", DAEMON, "network", "interface", NULL,
	 "serve on this interface only; may be repeated"},
	{"listen", 0, "ADDR", DAEMON, "network", "listen", NULL, "serve on this address only"},
	{"dhcp", 0, "MODE", DAEMON, "dhcp", "mode", NULL,
	 "proxy (beside another server; the default), server or off"},
	{"range", 0, "RANGE", DAEMON, "dhcp", "range", NULL,
	 "FIRST-LAST[,LEASE]: lend these addresses; implies --dhcp server"},
	{"default", 0, "ENTRY", MENUS, "menu", "default", NULL,
	 "what a machine boots by itself: NAME[:ENTRY] or local"},
	{"timeout", 0, "TIME", MENUS, "menu", "timeout", NULL,
	 "seconds that a menu waits (60); 0 waits for ever"},
	{"http-port", 0, "N", MENUS, "http", "port", NULL, "TCP port of HTTP (80)"},
	{"tftp-port", 0, "N", DAEMON, "tftp", "port", NULL, "UDP port of TFTP (69)"},
	{"no-http", 0, NULL, DAEMON, "http", "enabled", "no", "do not serve HTTP"},
	{"no-tftp", 0, NULL, DAEMON, "tftp", "enabled", "no", "do not serve TFTP"},
	{"state", 0, "DIR", DAEMON, "daemon", "state", NULL,
	 "keep what must survive a restart in DIR"},
	{"user", 0, "NAME", DAEMON, "daemon", "user", NULL, "become this user after start"},
	{"workers", 0, "N", DAEMON, "daemon", "workers", NULL,
	 "threads that send files (0: one a core)"},
	{"verbose", 'v', NULL, ALL, "log", "level", "debug", "say more"},
	{"quiet", 'q', NULL, ALL, "log", "level", "warning", "say less"},
	{"log", 0, "FORM", DAEMON, "log", "format", NULL, "lines on stderr as text or json"},
	{"json", 0, NULL, LIST | LS | EXPLAIN, NULL, NULL, NULL,
	 "list, ls, explain: print JSON"},
	{"long", 'l', NULL, LS, NULL, NULL, NULL, "ls: type, size and time too"},
	{"recursive", 'R', NULL, LS, NULL, NULL, NULL, "ls: all that lies below, as paths"},
	{"client", 0, "KIND", EXPLAIN | MENU, NULL, NULL, NULL,
	 "explain, menu: only for pxelinux, ipxe or grub"},
	{"server", 0, "ADDR", EXPLAIN | MENU, NULL, NULL, NULL,
	 "explain, menu: the server's address to write"},
	{"machine", 0, "WHO", MENU, NULL, NULL, NULL,
	 "menu: of the machine with this MAC, UUID, or MAC,UUID"},
	{"image", 0, "NAME", MENU, NULL, NULL, NULL, "menu: that of one image"},
	{"help", 'h', NULL, ALL, NULL, NULL, NULL, "print this"},
	{"version", 'V', NULL, ALL, NULL, NULL, NULL, "print the version"},
	{"reader", 0, NULL, ALL, NULL, NULL, NULL, NULL},
};

struct command_row {
	const char *name;
	enum command command;
	size_t least, most;    /* arguments behind it */
	const char *arguments;
	const char *help;
};

static const struct command_row commands[] = {
	{"serve", COMMAND_SERVE, 0, SIZE_MAX, "[DIR|IMAGE]...", "serve these images (the default)"},
	{"check", COMMAND_CHECK, 0, SIZE_MAX, "[DIR|IMAGE]...",
	 "say what would be served and what is wrong"},
	{"list", COMMAND_LIST, 1, SIZE_MAX, "DIR|IMAGE...", "a table of images"},
	{"ls", COMMAND_LS, 1, 2, "IMAGE [PATH]", "the files in an image"},
	{"cat", COMMAND_CAT, 2, 2, "IMAGE PATH", "the bytes of a file in an image"},
	{"explain", COMMAND_EXPLAIN, 1, SIZE_MAX, "IMAGE...",
	 "every boot entry: where from, what was changed, why"},
	{"menu", COMMAND_MENU, 1, SIZE_MAX, "DIR|IMAGE...", "the menus that clients would get"},
};
/* clang-format on */

enum {
	ROW_COUNT = sizeof(rows) / sizeof(rows[0]),
	COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]),
	FIRST_ROW = 0x100, /* what getopt_long returns for rows[0]; no letter */
};

/* Says one line and where to look. */
static int
bad_usage(const char *reason, const char *what)
{
	fprintf(stderr, "pxeiso: %s%s\nTry 'pxeiso --help'.\n", reason, what);
	return -EINVAL;
}

static int
set_client(const char *text, enum option_client *ret_client)
{
	static const char *const words[] = {[OPTION_CLIENT_PXELINUX] = "pxelinux",
					    [OPTION_CLIENT_IPXE] = "ipxe",
					    [OPTION_CLIENT_GRUB] = "grub"};

	for (unsigned i = OPTION_CLIENT_PXELINUX; i <= OPTION_CLIENT_GRUB; i++)
		if (strcmp(text, words[i]) == 0) {
			*ret_client = (enum option_client)i;
			return 0;
		}
	return bad_usage("--client wants pxelinux, ipxe or grub, not ", text);
}

/* An option with a key: tried at once on a configuration of no consequence, so
   that a bad value is bad usage. */
static int
add_setting(struct options *options, const struct option_row *row, const char *argument)
{
	struct option_setting setting = {row->section, row->key,
					 row->argument != NULL ? argument : row->value};
	struct config scratch = {0};
	char why[300], text[400];
	int err =
		config_set(&scratch, setting.section, setting.key, setting.value, why, sizeof(why));

	config_free(&scratch);
	if (err < 0) {
		snprintf(text, sizeof(text), "--%s: %s", row->name, why);
		return bad_usage(text, "");
	}
	if (options->setting_count == OPTION_SETTINGS_MAX)
		return bad_usage("too many options", "");
	options->settings[options->setting_count++] = setting;
	return 0;
}

/* An option without a key fills a field. */
static int
set_field(struct options *options, const struct option_row *row, char *argument)
{
	if (strcmp(row->name, "config") == 0)
		options->config_path = argument;
	else if (strcmp(row->name, "json") == 0)
		options->json = true;
	else if (strcmp(row->name, "long") == 0)
		options->long_format = true;
	else if (strcmp(row->name, "recursive") == 0)
		options->recursive = true;
	else if (strcmp(row->name, "client") == 0)
		return set_client(argument, &options->client);
	else if (strcmp(row->name, "machine") == 0 &&
		 machine_parse(argument, strlen(argument), &options->machine) < 0)
		return bad_usage("--machine wants a MAC, a UUID or MAC,UUID, not ", argument);
	else if (strcmp(row->name, "image") == 0)
		options->image = argument;
	else if (strcmp(row->name, "server") == 0 &&
		 inet_pton(AF_INET, argument, &options->server) != 1)
		return bad_usage("--server wants an IPv4 address, not ", argument);
	return 0;
}

/* getopt's tables out of ours. */
static void
make_tables(struct option long_options[ROW_COUNT + 1], char letters[2 * ROW_COUNT + 2])
{
	*letters++ = ':'; /* tells a missing argument from an unknown option */
	for (int i = 0; i < ROW_COUNT; i++) {
		int takes = rows[i].argument != NULL ? required_argument : no_argument;

		long_options[i] = (struct option){rows[i].name, takes, NULL, FIRST_ROW + i};
		if (rows[i].letter == 0)
			continue;
		*letters++ = rows[i].letter;
		if (takes == required_argument)
			*letters++ = ':';
	}
	long_options[ROW_COUNT] = (struct option){0};
	*letters = '\0';
}

/* The row of what getopt_long returned. */
static const struct option_row *
find_row(int found)
{
	if (found >= FIRST_ROW)
		return &rows[found - FIRST_ROW];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter == found)
			return &rows[i];
	return NULL;
}

/* What getopt refused; it left the letter, or the number of a row, in optopt.
   The hint is the name that starts most alike. */
static int
bad_option(const char *word)
{
	const struct option_row *hint = NULL;
	size_t most = 2;
	char text[160];

	if (optopt >= FIRST_ROW)
		return bad_usage("no argument is allowed in ", word);
	if (optopt != 0) {
		snprintf(text, sizeof(text), "-%c", optopt);
		return bad_usage("unknown option ", text);
	}
	for (size_t i = 0; i < ROW_COUNT; i++) {
		size_t alike = 0;

		while (rows[i].name[alike] != '\0' && rows[i].name[alike] == word[2 + alike])
			alike++;
		if (alike > most && rows[i].help != NULL) {
			most = alike;
			hint = &rows[i];
		}
	}
	snprintf(text, sizeof(text), "%.80s%s%s%s", word, hint != NULL ? " (is --" : "",
		 hint != NULL ? hint->name : "", hint != NULL ? " meant?)" : "");
	return bad_usage("unknown option ", text);
}

/* Goes through the options; *ret_seen is the set of those that were given. */
static int
parse_rows(int argc, char **argv, struct options *options, uint64_t *ret_seen)
{
	struct option long_options[ROW_COUNT + 1];
	char letters[2 * ROW_COUNT + 2];
	int found, err;

	make_tables(long_options, letters);
	*ret_seen = 0;
	optind = 0; /* start again, with another argv as in the tests */
	opterr = 0;
	while ((found = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
		const struct option_row *row;

		if (found == ':')
			return bad_usage("an argument is missing behind ", argv[optind - 1]);
		if (found == '?')
			return bad_option(argv[optind - 1]);
		row = find_row(found);
		err = row->section != NULL ? add_setting(options, row, optarg)
					   : set_field(options, row, optarg);
		if (err < 0)
			return err;
		*ret_seen |= UINT64_C(1) << (row - rows);
	}
	return 0;
}

static bool
is_seen(uint64_t seen, const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if ((seen & UINT64_C(1) << i) != 0 && strcmp(rows[i].name, name) == 0)
			return true;
	return false;
}

/* An option that the command does not know is an error, not ignored. */
static int
check_rows(const struct options *options, const char *command, uint64_t seen)
{
	char text[100];

	for (size_t i = 0; i < ROW_COUNT; i++) {
		if ((seen & UINT64_C(1) << i) == 0 ||
		    (rows[i].commands & 1U << options->command) != 0)
			continue;
		snprintf(text, sizeof(text), "--%s is not an option of %s", rows[i].name, command);
		return bad_usage(text, "");
	}
	return 0;
}

/* A mistyped command must not start a DHCP service: a bare word that is no
   file either is refused. A directory that is to appear later has a '/'. */
static bool
is_mistyped(const char *word)
{
	return strspn(word, "abcdefghijklmnopqrstuvwxyz") == strlen(word) &&
	       access(word, F_OK) == -1;
}

/* The command that `word` names, or NULL. */
static const struct command_row *
find_command(const char *word)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(word, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

static int
check_usage(const struct options *options, const struct command_row *command, uint64_t seen)
{
	if (check_rows(options, command->name, seen) < 0)
		return -EINVAL;
	if (options->argument_count >= command->least && options->argument_count <= command->most)
		return 0;
	fprintf(stderr, "Usage: pxeiso %s [options] %s\nTry 'pxeiso --help'.\n", command->name,
		command->arguments);
	return -EINVAL;
}

int
options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options options = {.command = COMMAND_SERVE};
	const struct command_row *command = NULL;
	uint64_t seen;
	int err = parse_rows(argc, argv, &options, &seen);

	if (err < 0)
		return err;
	options.arguments = argv + optind;
	options.argument_count = (size_t)(argc - optind);
	if (options.argument_count > 0)
		command = find_command(options.arguments[0]);
	if (command != NULL) {
		options.command = command->command;
		options.arguments++;
		options.argument_count--;
	}

	if (is_seen(seen, "help"))
		options.command = COMMAND_HELP;
	else if (is_seen(seen, "version"))
		options.command = COMMAND_VERSION;
	else if (is_seen(seen, "reader"))
		options.command = COMMAND_READER;
	else if (command != NULL)
		err = check_usage(&options, command, seen);
	else if (options.argument_count > 0 && is_mistyped(options.arguments[0]))
		err = bad_usage("neither a command nor a file: ", options.arguments[0]);
	else
		err = check_usage(&options, &commands[0], seen); /* serve */
	if (err == 0)
		*ret_options = options;
	return err;
}

/* "-i, --interface IF" and so on, in one column. */
static void
print_row(const struct option_row *row)
{
	char left[40];

	snprintf(left, sizeof(left), "%c%c%c --%s %s", row->letter != 0 ? '-' : ' ',
		 row->letter != 0 ? row->letter : ' ', row->letter != 0 ? ',' : ' ', row->name,
		 row->argument != NULL ? row->argument : "");
	printf("  %-23s %s\n", left, row->help);
}

void
options_help(void)
{
	puts("Network-boots machines straight out of a directory of ISO images.\n\n"
	     "Usage: pxeiso [options] [DIR|IMAGE]...\n"
	     "       pxeiso COMMAND [options] [DIR|IMAGE]...\n\n"
	     "Commands:");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-8s%-15s %s\n", commands[i].name, commands[i].arguments,
		       commands[i].help);
	puts("\nOptions:");
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].help != NULL)
			print_row(&rows[i]);
	puts("\nManual pages: pxeiso(8), pxeiso.conf(5)");
}
