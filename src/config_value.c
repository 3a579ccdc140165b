/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values that settings have: see config_value.h. Those of DHCP are in
 * config_value_dhcp.c.
 *
 * Every function reads the whole text or nothing: "80x" is no port. A field is
 * written only when the text was right.
 */
#include "config_value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "machine.h"
#include "tftp_quirks.h"

enum { DURATION_MAX = 86400 /* seconds: a day */ };

/* Digits only: no sign, no spaces, no octal. */
static int
parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *ret_number)
{
	uint64_t number = 0;

	if (*text == '\0')
		return -EINVAL;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > most)
			return -EINVAL;
	}
	if (number < least)
		return -EINVAL;
	*ret_number = (uint32_t)number;
	return 0;
}

static int
set_number16(void *field, const char *text, uint32_t least, uint32_t most)
{
	uint32_t number;

	if (parse_number(text, least, most, &number) < 0)
		return -EINVAL;
	*(uint16_t *)field = (uint16_t)number;
	return 0;
}

static int
set_port(void *field, const char *text)
{
	return set_number16(field, text, 1, 65535);
}

static int
set_blocks(void *field, const char *text)
{
	return set_number16(field, text, 1, 64);
}

static int
set_sessions(void *field, const char *text)
{
	return set_number16(field, text, 1, 65535);
}

static int
set_count(void *field, const char *text)
{
	return parse_number(text, 1, 1000000, field);
}

static int
set_workers(void *field, const char *text)
{
	return parse_number(text, 0, 64, field);
}

/* A number of seconds, or a number with its unit: 90, 90s, 15m, 12h, 7d. */
static int
parse_duration(const char *text, uint32_t least, uint32_t most, uint32_t *ret_seconds)
{
	static const struct {
		char letter;
		uint32_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char digits[16];
	size_t length = strlen(text);
	uint32_t number, unit = 1;

	if (length == 0 || length >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, length + 1);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (digits[length - 1] == units[i].letter) {
			unit = units[i].seconds;
			digits[length - 1] = '\0';
			break;
		}
	if (parse_number(digits, 0, most / unit, &number) < 0 || number * unit < least)
		return -EINVAL;
	*ret_seconds = number * unit;
	return 0;
}

static int
set_duration(void *field, const char *text)
{
	return parse_duration(text, 0, DURATION_MAX, field);
}

static int
set_interval(void *field, const char *text)
{
	uint32_t seconds;

	if (parse_duration(text, 0, DURATION_MAX, &seconds) < 0 || seconds == 1)
		return -EINVAL;
	*(uint32_t *)field = seconds;
	return 0;
}

static int
set_lease(void *field, const char *text)
{
	return parse_duration(text, 60, INT32_MAX, field);
}

/* Any spelling of yes and no that people use in such files. */
static int
set_yes_no(void *field, const char *text)
{
	static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0) {
			*(bool *)field = i % 2 == 1;
			return 0;
		}
	return -EINVAL;
}

static int
set_answer(void *field, const char *text)
{
	bool is_yes;

	if (set_yes_no(&is_yes, text) < 0)
		return -EINVAL;
	*(enum machine_answer *)field = is_yes ? MACHINE_YES : MACHINE_NO;
	return 0;
}

static int
set_address(void *field, const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return -EINVAL;
	*(struct in_addr *)field = address;
	return 0;
}

/* Ports below 1024 are root's, which the daemon no longer is. */
static int
set_ports(void *field, const char *text)
{
	const char *dash = strchr(text, '-');
	struct config_ports ports;
	char first[8];

	if (dash == NULL || (size_t)(dash - text) >= sizeof(first))
		return -EINVAL;
	memcpy(first, text, (size_t)(dash - text));
	first[dash - text] = '\0';
	if (set_number16(&ports.first, first, 1024, 65535) < 0 ||
	    set_number16(&ports.last, dash + 1, ports.first, 65535) < 0)
		return -EINVAL;
	*(struct config_ports *)field = ports;
	return 0;
}

static int
set_dhcp(void *field, const char *text)
{
	static const char *const words[] = {[CONFIG_DHCP_PROXY] = "proxy",
					    [CONFIG_DHCP_SERVER] = "server",
					    [CONFIG_DHCP_OFF] = "off"};

	for (unsigned i = CONFIG_DHCP_PROXY; i <= CONFIG_DHCP_OFF; i++)
		if (strcmp(text, words[i]) == 0) {
			*(enum config_dhcp *)field = (enum config_dhcp)i;
			return 0;
		}
	return -EINVAL;
}

static int
set_level(void *field, const char *text)
{
	static const char *const words[] = {[LOG_ERROR] = "error",
					    [LOG_WARNING] = "warning",
					    [LOG_INFO] = "info",
					    [LOG_DEBUG] = "debug"};

	for (unsigned i = LOG_ERROR; i <= LOG_DEBUG; i++)
		if (strcmp(text, words[i]) == 0) {
			*(enum log_level *)field = (enum log_level)i;
			return 0;
		}
	return -EINVAL;
}

static int
set_format(void *field, const char *text)
{
	bool json = strcmp(text, "json") == 0;

	if (!json && strcmp(text, "text") != 0)
		return -EINVAL;
	*(bool *)field = json;
	return 0;
}

static int
set_text(void *field, const char *text)
{
	char *copy;

	if (*text == '\0')
		return -EINVAL;
	copy = strdup(text);
	if (copy == NULL)
		return -ENOMEM;
	free(*(char **)field);
	*(char **)field = copy;
	return 0;
}

/* The name is one that image_name() could have made; ENTRY is free text. */
static int
set_default(void *field, const char *text)
{
	size_t length = strcspn(text, ":");

	if (length == 0 || strcspn(text, "/\\ \t") < length)
		return -EINVAL;
	if (text[length] == ':' && text[length + 1] == '\0')
		return -EINVAL;
	return set_text(field, text);
}

static int
set_who(void *field, const char *text)
{
	return machine_parse_who(text, field);
}

int
config_list_add(struct config_list *list, const char *text)
{
	char **items;
	char *copy = strdup(text);

	if (copy == NULL)
		return -ENOMEM;
	items = reallocarray(list->items, list->count + 1, sizeof(*items));
	if (items == NULL) {
		free(copy);
		return -ENOMEM;
	}
	items[list->count++] = copy;
	list->items = items;
	return 0;
}

static int
add_path(void *field, const char *text)
{
	return *text == '\0' ? -EINVAL : config_list_add(field, text);
}

static int
add_interface(void *field, const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length >= IF_NAMESIZE || strpbrk(text, "/ ,:") != NULL)
		return -EINVAL;
	return config_list_add(field, text);
}

static int
add_address(void *field, const char *text)
{
	struct in_addr address;

	return set_address(&address, text) < 0 ? -EINVAL : config_list_add(field, text);
}

static int
add_quirk(void *field, const char *text)
{
	return tftp_quirk_check(text) < 0 ? -EINVAL : config_list_add(field, text);
}

const struct value_type value_yes_no = {set_yes_no, "yes or no"};
const struct value_type value_port = {set_port, "a port number, 1 to 65535"};
const struct value_type value_blocks = {set_blocks, "a number of blocks, 1 to 64"};
const struct value_type value_sessions = {set_sessions, "a number, 1 to 65535"};
const struct value_type value_count = {set_count, "a number, 1 to 1000000"};
const struct value_type value_workers = {set_workers,
					 "a number of threads, 1 to 64, or 0 for one a core"};
const struct value_type value_duration = {
	set_duration,
	"seconds, or a number with s, m or h behind it (90, 15m), a day at most; 0 waits for ever"};
const struct value_type value_interval = {
	set_interval, "seconds, or a number with s, m or h behind it (90, 15m), 2 s at least and a "
		      "day at most; 0 for never"};
const struct value_type value_lease = {
	set_lease, "seconds, or a number with s, m, h or d behind it (12h); 60 s at least"};
const struct value_type value_address = {set_address, "an IPv4 address (192.0.2.1)"};
const struct value_type value_ports = {set_ports,
				       "FIRST-LAST, ports of 1024 to 65535 (40000-40999)"};
const struct value_type value_dhcp = {set_dhcp, "proxy, server or off"};
const struct value_type value_level = {set_level, "error, warning, info or debug"};
const struct value_type value_format = {set_format, "text or json"};
const struct value_type value_text = {set_text, "some text"};
const struct value_type value_default = {set_default, "local, NAME or NAME:ENTRY"};
const struct value_type value_who = {
	set_who, "a MAC (52:54:00:12:34:56), the beginning of MACs (52:54:00:*) or a UUID"};
const struct value_type value_images = {set_text,
					"an image's name, or a pattern of names (debian-*)"};
const struct value_type value_way = {set_text,
				     "http, cpio, wrapper, passthrough or the section of a recipe"};
const struct value_type value_answer = {set_answer, "yes or no"};
const struct value_type value_paths = {add_path, "a path"};
const struct value_type value_interfaces = {add_interface, "an interface's name (eth0)"};
const struct value_type value_addresses = {add_address, "an IPv4 address (192.0.2.1)"};
const struct value_type value_quirks = {add_quirk, TFTP_QUIRK_EXPECTS};
