/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line: every form of DESIGN.md section 3 is understood, everything
 * else is bad usage and says so.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "options.h"
#include "unit.h"

enum { WORDS_MAX = 100 };

static char said[2048];
static char *words[WORDS_MAX + 1];
static struct options options;

/* Splits `line` at spaces into words; kept until the next call. */
static int
split(const char *line)
{
	static char copy[4096], program[] = "pxeiso";
	char *rest = copy, *word;
	int count = 1;

	words[0] = program;
	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")) != NULL && count < WORDS_MAX)
		if (*word != '\0')
			words[count++] = word;
	words[count] = NULL;
	return count;
}

/* Runs `ask` on the words of `line` with stderr in `said`. */
static int
capture(int (*ask)(int count, struct config *config), int count, struct config *config)
{
	int ends[2], saved = dup(STDERR_FILENO), err;
	ssize_t length;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	err = ask(count, config);
	dup2(saved, STDERR_FILENO);
	close(saved);
	length = read(ends[0], said, sizeof(said) - 1);
	said[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	return err;
}

static int
ask_parse(int count, struct config *config)
{
	(void)config;
	return options_parse(count, words, &options);
}

static int
ask_config(int count, struct config *config)
{
	(void)count;
	return options_config(&options, config);
}

static int
parse(const char *line)
{
	return capture(ask_parse, split(line), NULL);
}

/* The configuration of a line, without any file of this machine. */
static int
configure(const char *line, struct config *ret_config)
{
	char whole[2048];

	snprintf(whole, sizeof(whole), "-c /dev/null %s", line);
	if (parse(whole) < 0)
		fail_msg("%s: %s", line, said);
	return capture(ask_config, 0, ret_config);
}

static void
commands_are_known_and_the_rest_are_their_arguments(void **state)
{
	static const struct {
		const char *line;
		enum command command;
		size_t arguments;
	} rows[] = {
		{"", COMMAND_SERVE, 0},
		{"/srv/isos", COMMAND_SERVE, 1},
		{"serve a b", COMMAND_SERVE, 2},
		{"./list", COMMAND_SERVE, 1},
		{"-- -odd", COMMAND_SERVE, 1},
		{"check", COMMAND_CHECK, 0},
		{"check -c f.conf d", COMMAND_CHECK, 1},
		{"-c f.conf check", COMMAND_CHECK, 0},
		{"list --json d", COMMAND_LIST, 1},
		{"ls -lR x.iso", COMMAND_LS, 1},
		{"ls x.iso a/b", COMMAND_LS, 2},
		{"cat x.iso a", COMMAND_CAT, 2},
		{"explain --client ipxe --server 192.0.2.9 x.iso y.iso", COMMAND_EXPLAIN, 2},
		{"menu --client grub d", COMMAND_MENU, 1},
		{"doctor --json --server 192.0.2.9", COMMAND_DOCTOR, 0},
		{"doctor --record f.pcap --seconds 10 d", COMMAND_DOCTOR, 1},
		{"doctor --print dnsmasq", COMMAND_DOCTOR, 0},
		{"--reader", COMMAND_READER, 0},
		{"-h", COMMAND_HELP, 0},
		{"ls --help", COMMAND_HELP, 0},
		{"--version", COMMAND_VERSION, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i].line) < 0)
			fail_msg("'%s': %s", rows[i].line, said);
		if (options.command != rows[i].command ||
		    options.argument_count != rows[i].arguments)
			fail_msg("'%s': command %d, %zu arguments", rows[i].line, options.command,
				 options.argument_count);
	}
}

static void
flags_of_commands_are_kept(void **state)
{
	(void)state;
	assert_int_equal(parse("ls -l -R --json x.iso"), 0);
	assert_true(options.long_format && options.recursive && options.json);
	assert_int_equal(parse("menu --client ipxe --server 192.0.2.9 d"), 0);
	assert_int_equal(options.client, OPTION_CLIENT_IPXE);
	assert_int_equal(options.server.s_addr, inet_addr("192.0.2.9"));
	assert_null(options.image);
	assert_int_equal(parse("menu --image x d"), 0);
	assert_int_equal(options.client, OPTION_CLIENT_ALL);
	assert_string_equal(options.image, "x");
}

static void
bad_usage_says_what_and_where_to_look(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{"--frobnicate d", "pxeiso: unknown option --frobnicate\n"},
		{"--ranges 1 d", "pxeiso: unknown option --ranges (is --range meant?)\n"},
		{"-x", "pxeiso: unknown option -x\n"},
		{"ls -lx a.iso", "pxeiso: unknown option -x\n"},
		{"--http-port", "pxeiso: an argument is missing behind --http-port\n"},
		{"--no-http=1", "pxeiso: no argument is allowed in --no-http=1\n"},
		{"--http-port 0", "pxeiso: --http-port: port wants a port number, 1 to 65535, not "
				  "'0'\n"},
		{"--dhcp on", "pxeiso: --dhcp: mode wants proxy, server or off, not 'on'\n"},
		{"--timeout never", "pxeiso: --timeout: timeout wants seconds"},
		{"--range 1-2", "pxeiso: --range: range wants FIRST-LAST"},
		{"ls --range 192.0.2.1-192.0.2.2 a.iso",
		 "pxeiso: --range is not an option of ls\n"},
		{"lst ./d", "pxeiso: neither a command nor a file: lst\n"},
		{"-l ./d", "pxeiso: --long is not an option of serve\n"},
		{"menu --client windows d", "pxeiso: --client wants pxelinux, ipxe or grub"},
		{"menu --server here d", "pxeiso: --server wants an IPv4 address, not here\n"},
		{"ls", "Usage: pxeiso ls [options] IMAGE [PATH]\n"},
		{"ls a b c", "Usage: pxeiso ls "},
		{"cat a.iso", "Usage: pxeiso cat "},
		{"list", "Usage: pxeiso list "},
		{"doctor --print bind", "pxeiso: --print wants dnsmasq, isc, kea, "},
		{"doctor --record f --seconds 0", "pxeiso: --seconds wants a number from 1 "},
		{"doctor --seconds 5", "pxeiso: --seconds belongs to --record FILE\n"},
		{"check --record f", "pxeiso: --record is not an option of check\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (parse(rows[i].line) != -EINVAL ||
		    strncmp(said, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("'%s': \"%s\"", rows[i].line, said);
		assert_non_null(strstr(said, "Try 'pxeiso --help'.\n"));
	}
}

static void
options_reach_the_configuration(void **state)
{
	struct config config;

	(void)state;
	assert_int_equal(configure("-i eth0 -i eth1 --listen 192.0.2.1 --http-port 8080 "
				   "--tftp-port 6969 --no-tftp --default d:live --timeout 5 "
				   "--state /tmp/s --user nobody --workers 3 --log json -v /a /b",
				   &config),
			 0);
	assert_int_equal(config.interfaces.count, 2);
	assert_string_equal(config.interfaces.items[1], "eth1");
	assert_int_equal(config.listen.s_addr, inet_addr("192.0.2.1"));
	assert_int_equal(config.http_port, 8080);
	assert_int_equal(config.tftp_port, 6969);
	assert_false(config.tftp_enabled);
	assert_true(config.http_enabled);
	assert_string_equal(config.menu_default, "d:live");
	assert_int_equal(config.menu_timeout, 5);
	assert_string_equal(config.state_directory, "/tmp/s");
	assert_string_equal(config.user, "nobody");
	assert_int_equal(config.workers, 3);
	assert_true(config.log_json);
	assert_int_equal(config.log_level, LOG_DEBUG);
	assert_int_equal(config.dhcp, CONFIG_DHCP_PROXY);
	assert_int_equal(config.images.count, 2);
	assert_string_equal(config.images.items[1], "/b");
	config_free(&config);
}

static void
a_range_makes_a_server(void **state)
{
	struct config config;

	(void)state;
	assert_int_equal(configure("--range 192.0.2.10-192.0.2.20,90m ./d", &config), 0);
	assert_int_equal(config.dhcp, CONFIG_DHCP_SERVER);
	assert_int_equal(config.dhcp_range.lease, 5400);
	config_free(&config);
}

static void
contradictions_are_explained(void **state)
{
	struct config config;

	(void)state;
	assert_true(configure("--dhcp server ./d", &config) < 0);
	assert_string_equal(
		said, "pxeiso: DHCP mode 'server' needs a range of addresses or a [subnet]\n");
	assert_true(configure("--dhcp proxy --range 192.0.2.1-192.0.2.2 ./d", &config) < 0);
	assert_true(configure("-c /nonexistent.conf ./d", &config) < 0);
	assert_string_equal(said, "pxeiso: /nonexistent.conf: No such file or directory\n");
}

/* Makes a file with `text`, and its name. */
static void
write_file(char path[32], const char *text)
{
	int fd;

	snprintf(path, 32, "/tmp/test_options.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
options_win_over_the_file(void **state)
{
	char path[32], line[200];
	struct config config;

	(void)state;
	write_file(path, "[images]\ndirectory = /file\n[network]\ninterface = eth0\n"
			 "[http]\nport = 8000\n[tftp]\nport = 7000\n"
			 "[dhcp]\nrange = 192.0.2.1-192.0.2.9\n");
	snprintf(line, sizeof(line), "-c %s --http-port 8001 -i eth7 --dhcp proxy /option", path);
	assert_int_equal(configure(line, &config), 0);
	assert_int_equal(config.http_port, 8001);
	assert_int_equal(config.tftp_port, 7000);
	assert_int_equal(config.interfaces.count, 1);
	assert_string_equal(config.interfaces.items[0], "eth7");
	assert_int_equal(config.images.count, 1);
	assert_string_equal(config.images.items[0], "/option");
	assert_int_equal(config.dhcp, CONFIG_DHCP_PROXY);
	config_free(&config);

	snprintf(line, sizeof(line), "-c %s", path);
	assert_int_equal(configure(line, &config), 0);
	assert_string_equal(config.images.items[0], "/file");
	assert_int_equal(config.dhcp, CONFIG_DHCP_SERVER);
	config_free(&config);
	unlink(path);
}

static void
too_many_options_are_refused(void **state)
{
	char line[1024];
	size_t length = 0;

	(void)state;
	for (int i = 0; i < OPTION_SETTINGS_MAX + 1; i++)
		length += (size_t)snprintf(line + length, sizeof(line) - length, "-v ");
	assert_int_equal(parse(line), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_known_and_the_rest_are_their_arguments),
		cmocka_unit_test(flags_of_commands_are_kept),
		cmocka_unit_test(bad_usage_says_what_and_where_to_look),
		cmocka_unit_test(options_reach_the_configuration),
		cmocka_unit_test(a_range_makes_a_server),
		cmocka_unit_test(contradictions_are_explained),
		cmocka_unit_test(options_win_over_the_file),
		cmocka_unit_test(too_many_options_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
