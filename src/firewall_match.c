/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The matches of rules that say something of a machine's first packet: its
 * protocol, its port, the interface, and that it is the first.
 */
#include "firewall_match.h"

#include <stdlib.h>
#include <string.h>

static const char *
string_at(const json_t *object, const char *first, const char *second)
{
	const char *text =
		json_string_value(json_object_get(json_object_get(object, first), second));

	return text != NULL ? text : "";
}

/* What is compared: a number, or a word. */
struct fact {
	json_int_t number; /* -1: it has none */
	const char *word;
};

static enum firewall_fit
as_fit(bool fits)
{
	return fits ? FIREWALL_FITS : FIREWALL_FITS_NOT;
}

/* "lan*" stands for all that begin so. */
static bool
is_same_word(const char *pattern, const char *word)
{
	size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(pattern, word, length - 1) == 0;
	return strcmp(pattern, word) == 0;
}

/* Fits when one of the values does. */
static enum firewall_fit compare(const json_t *value, const struct fact *fact);

static enum firewall_fit
compare_list(const json_t *list, const struct fact *fact)
{
	enum firewall_fit fit = FIREWALL_FITS_NOT;
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
	{
		enum firewall_fit one = compare(value, fact);

		if (one == FIREWALL_FITS)
			return one;
		if (one == FIREWALL_MAY_FIT)
			fit = one;
	}
	return fit;
}

static enum firewall_fit
compare(const json_t *value, const struct fact *fact)
{
	const json_t *range = json_object_get(value, "range"), *set = json_object_get(value, "set");

	if (json_is_array(value))
		return compare_list(value, fact);
	if (json_is_array(set))
		return compare_list(set, fact);
	if (json_is_integer(value))
		return as_fit(json_integer_value(value) == fact->number);
	if (json_is_array(range) && json_is_integer(json_array_get(range, 0)))
		return as_fit(fact->number >= json_integer_value(json_array_get(range, 0)) &&
			      fact->number <= json_integer_value(json_array_get(range, 1)));
	if (json_is_string(value) && json_string_value(value)[0] != '@')
		return as_fit(is_same_word(json_string_value(value), fact->word));
	return FIREWALL_MAY_FIT;
}

/* What `left` asks of the packet: whether that is known. */
static bool
find_fact(const json_t *left, const struct firewall_packet *packet, struct fact *ret_fact)
{
	const char *protocol = string_at(left, "payload", "protocol");
	const char *field = string_at(left, "payload", "field");
	const char *meta = string_at(left, "meta", "key");
	const char *own = packet->is_udp ? "udp" : "tcp";

	*ret_fact = (struct fact){.number = -1, .word = ""};
	if (strcmp(field, "dport") == 0) {
		/* The port of another protocol is none of this packet's. */
		if (strcmp(protocol, own) == 0 || strcmp(protocol, "th") == 0)
			ret_fact->number = packet->port;
	} else if (strcmp(meta, "l4proto") == 0 ||
		   (strcmp(protocol, "ip") == 0 && strcmp(field, "protocol") == 0)) {
		*ret_fact = (struct fact){packet->is_udp ? 17 : 6, own};
	} else if (strcmp(meta, "iifname") == 0 || strcmp(meta, "iif") == 0) {
		ret_fact->word = packet->interface;
	} else if (strcmp(meta, "nfproto") == 0) {
		ret_fact->word = "ipv4";
	} else if (strcmp(string_at(left, "ct", "key"), "state") == 0) {
		ret_fact->word = "new";
	} else {
		return false;
	}
	return true;
}

enum firewall_fit
firewall_match(const json_t *statement, const struct firewall_packet *packet)
{
	const json_t *match = json_object_get(statement, "match");
	const char *op = json_string_value(json_object_get(match, "op"));
	enum firewall_fit fit;
	struct fact fact;

	if (strcmp(string_at(statement, "xt", "type"), "match") == 0)
		return strcmp(string_at(statement, "xt", "name"), "comment") == 0
			       ? FIREWALL_FITS
			       : FIREWALL_MAY_FIT;
	if (json_object_get(statement, "limit") != NULL)
		return FIREWALL_MAY_FIT;
	if (match == NULL)
		return FIREWALL_FITS;
	if (op == NULL || !find_fact(json_object_get(match, "left"), packet, &fact))
		return FIREWALL_MAY_FIT;
	fit = compare(json_object_get(match, "right"), &fact);
	if (strcmp(op, "!=") == 0 && fit != FIREWALL_MAY_FIT)
		return as_fit(fit == FIREWALL_FITS_NOT);
	if (strcmp(op, "==") != 0 && strcmp(op, "in") != 0 && strcmp(op, "!=") != 0)
		return FIREWALL_MAY_FIT;
	return fit;
}
