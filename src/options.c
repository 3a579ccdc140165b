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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "dhcp_advice.h"
#include "options_table.h"

/* What getopt_long returns for option_rows[0]; no letter. */
enum { FIRST_ROW = 0x100, SECONDS_MAX = 86400 };

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

static int
set_seconds(const char *text, unsigned *ret_seconds)
{
	char *end;
	unsigned long seconds = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || seconds == 0 || seconds > SECONDS_MAX)
		return bad_usage("--seconds wants a number from 1 to 86400, not ", text);
	*ret_seconds = (unsigned)seconds;
	return 0;
}

static int
set_print(const char *text, struct options *options)
{
	if (dhcp_advice_find(text) == NULL)
		return bad_usage("--print wants " DHCP_ADVICE_NAMES ", not ", text);
	options->print = text;
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
	else if (strcmp(row->name, "record") == 0)
		options->record = argument;
	else if (strcmp(row->name, "seconds") == 0)
		return set_seconds(argument, &options->seconds);
	else if (strcmp(row->name, "print") == 0)
		return set_print(argument, options);
	else if (strcmp(row->name, "server") == 0 &&
		 inet_pton(AF_INET, argument, &options->server) != 1)
		return bad_usage("--server wants an IPv4 address, not ", argument);
	return 0;
}

/* getopt's tables out of ours. */
static void
make_tables(struct option long_options[OPTION_ROWS + 1], char letters[2 * OPTION_ROWS + 2])
{
	*letters++ = ':'; /* tells a missing argument from an unknown option */
	for (int i = 0; i < OPTION_ROWS; i++) {
		int takes = option_rows[i].argument != NULL ? required_argument : no_argument;

		long_options[i] = (struct option){option_rows[i].name, takes, NULL, FIRST_ROW + i};
		if (option_rows[i].letter == 0)
			continue;
		*letters++ = option_rows[i].letter;
		if (takes == required_argument)
			*letters++ = ':';
	}
	long_options[OPTION_ROWS] = (struct option){0};
	*letters = '\0';
}

/* The row of what getopt_long returned. */
static const struct option_row *
find_row(int found)
{
	if (found >= FIRST_ROW)
		return &option_rows[found - FIRST_ROW];
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_rows[i].letter == found)
			return &option_rows[i];
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
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		size_t alike = 0;

		while (option_rows[i].name[alike] != '\0' &&
		       option_rows[i].name[alike] == word[2 + alike])
			alike++;
		if (alike > most && option_rows[i].help != NULL) {
			most = alike;
			hint = &option_rows[i];
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
	struct option long_options[OPTION_ROWS + 1];
	char letters[2 * OPTION_ROWS + 2];
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
		*ret_seen |= UINT64_C(1) << (row - option_rows);
	}
	return 0;
}

static bool
is_seen(uint64_t seen, const char *name)
{
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if ((seen & UINT64_C(1) << i) != 0 && strcmp(option_rows[i].name, name) == 0)
			return true;
	return false;
}

/* An option that the command does not know is an error, not ignored. */
static int
check_rows(const struct options *options, const char *command, uint64_t seen)
{
	char text[100];

	for (size_t i = 0; i < OPTION_ROWS; i++) {
		if ((seen & UINT64_C(1) << i) == 0 ||
		    (option_rows[i].commands & 1U << options->command) != 0)
			continue;
		snprintf(text, sizeof(text), "--%s is not an option of %s", option_rows[i].name,
			 command);
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
	for (size_t i = 0; i < COMMAND_ROWS; i++)
		if (strcmp(word, command_rows[i].name) == 0)
			return &command_rows[i];
	return NULL;
}

static int
check_usage(const struct options *options, const struct command_row *command, uint64_t seen)
{
	if (check_rows(options, command->name, seen) < 0)
		return -EINVAL;
	if (options->seconds != 0 && options->record == NULL)
		return bad_usage("--seconds belongs to --record FILE", "");
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
		err = check_usage(&options, &command_rows[0], seen); /* serve */
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
	for (size_t i = 0; i < COMMAND_ROWS; i++)
		printf("  %-8s%-15s %s\n", command_rows[i].name, command_rows[i].arguments,
		       command_rows[i].help);
	puts("\nOptions:");
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_rows[i].help != NULL)
			print_row(&option_rows[i]);
	puts("\nManual pages: pxeiso(8), pxeiso.conf(5)");
}
