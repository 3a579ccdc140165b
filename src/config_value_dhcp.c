/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values that the DHCP server's settings have: see config_value.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_value.h"
#include "option_text.h"

enum { ITEM_SIZE = 64, PREFIX_MIN = 8, PREFIX_MAX = 30 };

static int
set_span(struct config_span *span, char *item)
{
	char *dash = strchr(item, '-');

	if (dash == NULL)
		return -EINVAL;
	*dash = '\0';
	if (value_address.set(&span->first, item) < 0 ||
	    value_address.set(&span->last, dash + 1) < 0)
		return -EINVAL;
	if (span->first.s_addr == 0 || ntohl(span->first.s_addr) > ntohl(span->last.s_addr))
		return -EINVAL;
	return 0;
}

/* FIRST-LAST, FIRST-LAST, LEASE; without LEASE the field's is kept. */
static int
set_range(void *field, const char *text)
{
	struct config_range range = {.lease = ((struct config_range *)field)->lease};
	bool has_lease = false;
	char *copy = strdup(text), *rest = copy, *item;
	int err = copy != NULL ? 0 : -ENOMEM;

	while (err == 0 && (item = strsep(&rest, ",")) != NULL) {
		item += strspn(item, " \t");
		item[strcspn(item, " \t")] = '\0';
		if (has_lease || range.count == CONFIG_SPANS_MAX) {
			err = -EINVAL;
		} else if (range.count > 0 && strchr(item, '-') == NULL) {
			has_lease = true;
			err = value_lease.set(&range.lease, item);
		} else {
			err = set_span(&range.spans[range.count++], item);
		}
	}
	free(copy);
	if (err == 0)
		*(struct config_range *)field = range;
	return err;
}

/* As the network is called everywhere: no bits behind its length. */
static int
set_network(void *field, const char *text)
{
	size_t length = strcspn(text, "/");
	char network[INET_ADDRSTRLEN], *end, *copy;
	struct in_addr address;
	unsigned long bits;

	if (length >= sizeof(network) || text[length] != '/' || text[length + 1] < '1' ||
	    text[length + 1] > '9')
		return -EINVAL;
	memcpy(network, text, length);
	network[length] = '\0';
	bits = strtoul(text + length + 1, &end, 10);
	if (*end != '\0' || bits < PREFIX_MIN || bits > PREFIX_MAX ||
	    value_address.set(&address, network) < 0 ||
	    (ntohl(address.s_addr) & (UINT32_MAX >> bits)) != 0)
		return -EINVAL;
	copy = strdup(text);
	if (copy == NULL)
		return -ENOMEM;
	free(*(char **)field);
	*(char **)field = copy;
	return 0;
}

static int
set_name(void *field, const char *text)
{
	return option_text_check_name(text) < 0 ? -EINVAL : value_text.set(field, text);
}

const char *
value_explain_option(const char *line)
{
	unsigned char value[OPTION_TEXT_MAX];
	const char *why = NULL;
	size_t length;
	uint8_t code;

	return option_text_parse_line(line, &code, value, &length, &why) < 0 ? why : NULL;
}

static int
add_option(void *field, const char *line)
{
	return value_explain_option(line) != NULL ? -EINVAL : config_list_add(field, line);
}

const struct value_type value_range = {
	set_range, "FIRST-LAST, more of them with commas between, and a time to lend for "
		   "(192.0.2.100-192.0.2.199,12h)"};
const struct value_type value_network = {
	set_network, "a network of 8 to 30 bits, without further ones (192.0.2.0/24)"};
const struct value_type value_name = {set_name, "a name of the DNS (example.org)"};
const struct value_type value_option = {add_option, "a number and a value"};
