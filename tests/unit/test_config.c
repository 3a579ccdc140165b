/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration: every key takes what it should, refuses the rest, and
 * says which line and what is allowed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "unit.h"

static char why[512];

static int
setup(void **state)
{
	struct config *config = malloc(sizeof(*config));

	if (config == NULL || config_init(config) < 0)
		return -1;
	*state = config;
	return 0;
}

static int
teardown(void **state)
{
	config_free(*state);
	free(*state);
	return 0;
}

static int
read_text(struct config *config, const char *text)
{
	why[0] = '\0';
	return config_read_text(config, "test.conf", text, why, sizeof(why));
}

static void
defaults_are_those_of_the_manual(void **state)
{
	const struct config *config = *state;

	assert_true(config->http_enabled);
	assert_true(config->tftp_enabled);
	assert_int_equal(config->http_port, 80);
	assert_int_equal(config->tftp_port, 69);
	assert_int_equal(config->menu_timeout, 60);
	assert_string_equal(config->menu_default, "local");
	assert_int_equal(config->dhcp, CONFIG_DHCP_UNSET);
	assert_false(config->dhcp_force);
	assert_int_equal(config->dhcp_look_again, 120);
	assert_int_equal(config->images.count, 0);
	assert_int_equal(config->log_level, LOG_INFO);
	assert_null(config->user);
}

static void
a_whole_file_is_read(void **state)
{
	struct config *config = *state;
	static const char text[] = "; all kinds of values\n"
				   "[images]\n"
				   "directory = /srv/isos\n"
				   "  directory=/srv/more isos   ; with a remark\n"
				   "[network]\r\n"
				   "interface = eth0\r\n"
				   "listen = 192.0.2.1\n"
				   "[http]\n"
				   "port = 8080\n"
				   "[tftp]\n"
				   "enabled = No\n"
				   "# another remark\n"
				   "[dhcp]\n"
				   "range = 192.0.2.10-192.0.2.20,2h\n"
				   "dns = 192.0.2.53\n"
				   "dns = 192.0.2.54\n"
				   "[menu]\n"
				   "default = debian:live-amd64\n"
				   "timeout = 5m\n"
				   "[log]\n"
				   "level = debug\n"
				   "format = json";

	assert_int_equal(read_text(config, text), 0);
	assert_int_equal(config->images.count, 2);
	assert_string_equal(config->images.items[0], "/srv/isos");
	assert_string_equal(config->images.items[1], "/srv/more isos");
	assert_string_equal(config->interfaces.items[0], "eth0");
	assert_int_equal(config->listen.s_addr, inet_addr("192.0.2.1"));
	assert_int_equal(config->http_port, 8080);
	assert_false(config->tftp_enabled);
	assert_int_equal(config->dhcp_range.spans[0].first.s_addr, inet_addr("192.0.2.10"));
	assert_int_equal(config->dhcp_range.spans[0].last.s_addr, inet_addr("192.0.2.20"));
	assert_int_equal(config->dhcp_range.lease, 7200);
	assert_int_equal(config->dhcp_dns.count, 2);
	assert_string_equal(config->menu_default, "debian:live-amd64");
	assert_int_equal(config->menu_timeout, 300);
	assert_int_equal(config->log_level, LOG_DEBUG);
	assert_true(config->log_json);
	assert_int_equal(config_finish(config, why, sizeof(why)), 0);
	assert_int_equal(config->dhcp, CONFIG_DHCP_SERVER);
}

static void
a_mistake_names_file_line_and_what_is_allowed(void **state)
{
	static const struct {
		const char *row, *text, *says;
	} rows[] = {
		{"unknown key", "[http]\nport = 80\nprot = 80\n",
		 "test.conf:3: unknown key 'prot' in [http]: allowed are enabled, port, "
		 "connections, connections-per-client"},
		{"unknown section", "[htpp]\nport = 80\n",
		 "test.conf:1: unknown section [htpp]: allowed are images, network, http, tftp, "
		 "dhcp, subnet, menu, machine, image, loaders, recipes, daemon, log"},
		{"unknown section without keys", "[http]\n[htpp]\n",
		 "test.conf:2: unknown section [htpp]"},
		{"argument where none may be", "[http 80]\n",
		 "test.conf:1: nothing may stand behind the name in [http 80]"},
		{"no argument", "[machine]\ntimeout = 3\n",
		 "test.conf:1: [machine] wants a MAC (52:54:00:12:34:56), the beginning of MACs "
		 "(52:54:00:*) or a UUID behind its name, not ''"},
		{"bad MAC", "[machine 52:54:00:12:34:5g]\n", "test.conf:1: [machine] wants a MAC"},
		{"unknown key of a machine", "[machine 52:54:*]\ntimeout = 3\ntitle = x\n",
		 "test.conf:3: unknown key 'title' in [machine]: allowed are default, timeout, "
		 "show, serial, arguments, loader, proxy-style, address, hostname"},
		{"a script as a loader", "[machine 52:56:*]\nloader = boot.ipxe\n",
		 "test.conf:2: loader wants a loader's file name (31 of A-Z, a-z, 0-9, '.', '+' "
		 "and '-' at most; no script), or http://ADDRESS/PATH for UEFI's HTTP boot alone, "
		 "not 'boot.ipxe'"},
		{"a URL for TFTP", "[loaders]\nuefi-x64 = http://192.0.2.1/a.efi\n",
		 "test.conf:2: uefi-x64 wants a loader's file name (31 of A-Z, a-z, 0-9, '.', '+' "
		 "and '-' at most; no script); not a URL, which machines that boot over TFTP "
		 "cannot fetch, not 'http://192.0.2.1/a.efi'"},
		{"a name with an underscore", "[loaders]\nbios = my_pxe.0\n",
		 "test.conf:2: bios wants a loader's file name"},
		{"a style that is none", "[machine 52:57:*]\nproxy-style = binl\n",
		 "test.conf:2: proxy-style wants 4011 or direct, not 'binl'"},
		{"bad value of a machine", "[machine 52:55:*]\nshow = perhaps\n",
		 "test.conf:2: show wants yes or no, not 'perhaps'"},
		{"the same machine twice",
		 "[machine 52:54:00:12:34:AB]\n[http]\n[machine 52-54-00-12-34-ab]\n",
		 "test.conf:3: [machine 52-54-00-12-34-ab] stands here again"},
		{"no section", "port = 80\n",
		 "test.conf:1: 'port' stands before any [section]: allowed are images"},
		{"bad port", "\n\n[http]\nport = 80x\n",
		 "test.conf:4: port wants a port number, 1 to 65535, not '80x'"},
		{"indented key is no continuation", "[http]\nport = 80\n  prot = 1\n",
		 "test.conf:3: unknown key 'prot'"},
		{"no value", "[http]\nport\n", "test.conf:2: neither [section] nor key = value"},
		{"no bracket", "[http\nport = 80\n",
		 "test.conf:1: neither [section] nor key = value"},
		{"first of two", "[http]\nport = a\nport = b\n", "test.conf:2: "},
		{"empty value", "[log]\nlevel =\n",
		 "test.conf:2: level wants error, warning, info or debug, not ''"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int err = read_text(*state, rows[i].text);

		if (err != -EINVAL || strncmp(why, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("%s: %d, \"%s\"", rows[i].row, err, why);
	}
}

static void
a_line_too_long_is_refused_with_its_number(void **state)
{
	char text[600];

	memset(text, 'x', sizeof(text));
	memcpy(text, "[images]\ndirectory = /", 22);
	memcpy(text + sizeof(text) - 3, "\n\n", 3);
	assert_int_equal(read_text(*state, text), -EINVAL);
	assert_string_equal(why, "test.conf:2: the line is too long");
	assert_int_equal(((struct config *)*state)->images.count, 0);
}

static void
values_are_read_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *section, *key, *value;
		int err;
	} rows[] = {
		{"http", "port", "1", 0},
		{"http", "port", "65535", 0},
		{"http", "port", "0", -EINVAL},
		{"http", "port", "65536", -EINVAL},
		{"http", "port", "-1", -EINVAL},
		{"http", "port", "+80", -EINVAL},
		{"http", "port", " 80", -EINVAL},
		{"http", "port", "18446744073709551697", -EINVAL},
		{"http", "enabled", "yes", 0},
		{"http", "enabled", "off", 0},
		{"http", "enabled", "maybe", -EINVAL},
		{"tftp", "windowsize", "65", -EINVAL},
		{"tftp", "port-range", "1024-65535", 0},
		{"tftp", "port-range", "5000-5000", 0},
		{"tftp", "port-range", "5000", -EINVAL},
		{"tftp", "port-range", "5000-4999", -EINVAL},
		{"tftp", "port-range", "1023-5000", -EINVAL},
		{"tftp", "port-range", "5000-65536", -EINVAL},
		{"tftp", "port-range", "5000-5001-5002", -EINVAL},
		{"tftp", "port-range", "0000005000-6000", -EINVAL},
		{"tftp", "quirk", "52:54:00: no-blksize rollover-1", 0},
		{"tftp", "quirk", "all: tsize", -EINVAL},
		{"daemon", "workers", "0", 0},
		{"daemon", "workers", "65", -EINVAL},
		{"menu", "timeout", "0", 0},
		{"menu", "timeout", "24h", 0},
		{"menu", "timeout", "1d", 0},
		{"menu", "timeout", "25h", -EINVAL},
		{"menu", "timeout", "99999999999m", -EINVAL},
		{"menu", "timeout", "s", -EINVAL},
		{"menu", "timeout", "", -EINVAL},
		{"menu", "default", "local", 0},
		{"menu", "default", "a:b c:d", 0},
		{"menu", "default", ":b", -EINVAL},
		{"menu", "default", "a:", -EINVAL},
		{"menu", "default", "../a", -EINVAL},
		{"menu", "default", "a b", -EINVAL},
		{"dhcp", "lease", "59", -EINVAL},
		{"dhcp", "lease", "1m", 0},
		{"dhcp", "mode", "proxy", 0},
		{"dhcp", "mode", "on", -EINVAL},
		{"dhcp", "range", "192.0.2.1-192.0.2.1", 0},
		{"dhcp", "range", "192.0.2.2-192.0.2.1", -EINVAL},
		{"dhcp", "range", "0.0.0.0-192.0.2.1", -EINVAL},
		{"dhcp", "range", "192.0.2.1", -EINVAL},
		{"dhcp", "range", "192.0.2.1-192.0.2.9,", -EINVAL},
		{"dhcp", "range", "192.0.2.1-192.0.2.9,1h,2h", -EINVAL},
		{"dhcp", "dns", "ns.example", -EINVAL},
		{"dhcp", "force", "maybe", -EINVAL},
		{"dhcp", "force", "yes", 0},
		{"dhcp", "look-again", "0", 0},
		{"dhcp", "look-again", "1", -EINVAL},
		{"dhcp", "look-again", "2", 0},
		{"dhcp", "look-again", "10m", 0},
		{"dhcp", "look-again", "2d", -EINVAL},
		{"network", "listen", "::1", -EINVAL},
		{"network", "interface", "eth0", 0},
		{"network", "interface", "a-name-that-is-too-long", -EINVAL},
		{"network", "interface", "eth0, eth1", -EINVAL},
		{"log", "format", "xml", -EINVAL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int err = config_set(*state, rows[i].section, rows[i].key, rows[i].value, why,
				     sizeof(why));

		if (err != rows[i].err)
			fail_msg("%s.%s = '%s': %d", rows[i].section, rows[i].key, rows[i].value,
				 err);
	}
}

static void
a_refused_value_leaves_the_old_one(void **state)
{
	struct config *config = *state;

	config_set(config, "dhcp", "range", "192.0.2.1-192.0.2.9,1h", why, sizeof(why));
	assert_int_equal(
		config_set(config, "dhcp", "range", "192.0.2.5-192.0.2.3", why, sizeof(why)),
		-EINVAL);
	assert_int_equal(config->dhcp_range.spans[0].first.s_addr, inet_addr("192.0.2.1"));
	assert_int_equal(config->dhcp_range.lease, 3600);
	assert_int_equal(config_set(config, "menu", "default", ":", why, sizeof(why)), -EINVAL);
	assert_string_equal(config->menu_default, "local");
}

static void
a_list_collects_and_can_be_emptied(void **state)
{
	struct config *config = *state;

	config_set(config, "network", "interface", "eth0", why, sizeof(why));
	config_set(config, "network", "interface", "eth1", why, sizeof(why));
	assert_int_equal(config->interfaces.count, 2);
	config_clear(config, "network", "interface");
	assert_int_equal(config->interfaces.count, 0);
	config_set(config, "network", "interface", "eth2", why, sizeof(why));
	assert_string_equal(config->interfaces.items[0], "eth2");
}

static void
dhcp_contradictions_are_refused(void **state)
{
	struct config *config = *state;

	config_set(config, "dhcp", "mode", "server", why, sizeof(why));
	assert_int_equal(config_finish(config, why, sizeof(why)), -EINVAL);
	config_set(config, "dhcp", "range", "192.0.2.1-192.0.2.9", why, sizeof(why));
	assert_int_equal(config_finish(config, why, sizeof(why)), 0);
	config_set(config, "dhcp", "mode", "off", why, sizeof(why));
	assert_int_equal(config_finish(config, why, sizeof(why)), -EINVAL);
}

static void
single_port_has_no_range_of_ports(void **state)
{
	struct config *config = *state;

	config_set(config, "tftp", "port-range", "5000-5001", why, sizeof(why));
	assert_int_equal(config_finish(config, why, sizeof(why)), 0);
	config_set(config, "tftp", "single-port", "yes", why, sizeof(why));
	assert_int_equal(config_finish(config, why, sizeof(why)), -EINVAL);
}

static void
without_a_word_dhcp_is_a_proxy(void **state)
{
	struct config *config = *state;

	assert_int_equal(config_finish(config, why, sizeof(why)), 0);
	assert_int_equal(config->dhcp, CONFIG_DHCP_PROXY);
}

static void
interfaces_and_addresses_narrow_what_is_served(void **state)
{
	struct config *config = *state;
	const struct in_addr ours = {inet_addr("192.0.2.1")}, other = {inet_addr("192.0.2.2")};

	assert_true(config_serves(config, "eth0", ours));
	config_set(config, "network", "interface", "eth1", why, sizeof(why));
	config_set(config, "network", "interface", "eth2", why, sizeof(why));
	assert_false(config_serves(config, "eth0", ours));
	assert_true(config_serves(config, "eth2", ours));
	config_set(config, "network", "listen", "192.0.2.1", why, sizeof(why));
	assert_true(config_serves(config, "eth2", ours));
	assert_false(config_serves(config, "eth2", other));
}

static void
every_key_is_documented_and_its_default_is_valid(void **state)
{
	struct config_key key;
	size_t count = 0;

	for (; config_key_at(count, &key); count++) {
		assert_true(strlen(key.doc) > 0 && strlen(key.expects) > 0);
		if (key.start != NULL)
			assert_int_equal(config_set(*state, key.section, key.name, key.start, why,
						    sizeof(why)),
					 0);
	}
	assert_true(count > 20);
}

static void
a_file_that_cannot_be_read_says_why(void **state)
{
	char path[] = "/tmp/test_config.XXXXXX";
	int fd = mkstemp(path);

	assert_int_equal(config_read(*state, "/nonexistent/x.conf", why, sizeof(why)), -ENOENT);
	assert_string_equal(why, "/nonexistent/x.conf: No such file or directory");
	assert_true(config_read(*state, "/tmp", why, sizeof(why)) < 0);
	assert_true(fd != -1 && write(fd, "[http]\0port", 11) == 11);
	close(fd);
	assert_int_equal(config_read(*state, path, why, sizeof(why)), -EBADMSG);
	unlink(path);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(defaults_are_those_of_the_manual),
		TEST(a_whole_file_is_read),
		TEST(a_mistake_names_file_line_and_what_is_allowed),
		TEST(a_line_too_long_is_refused_with_its_number),
		TEST(values_are_read_whole_or_not_at_all),
		TEST(a_refused_value_leaves_the_old_one),
		TEST(a_list_collects_and_can_be_emptied),
		TEST(dhcp_contradictions_are_refused),
		TEST(single_port_has_no_range_of_ports),
		TEST(without_a_word_dhcp_is_a_proxy),
		TEST(interfaces_and_addresses_narrow_what_is_served),
		TEST(every_key_is_documented_and_its_default_is_valid),
		TEST(a_file_that_cannot_be_read_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
