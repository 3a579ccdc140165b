/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of the store's columns.
 */
#include "store_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	enum lease_state state;
	const char *word;
} states[] = {{LEASE_BOUND, "bound"}, {LEASE_DECLINED, "declined"}, {LEASE_FREE, "free"}};

enum { STATES = sizeof(states) / sizeof(states[0]) };

void
store_format_hardware(const struct lease_owner *owner, char ret_text[STORE_HARDWARE_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *end = ret_text;

	*end = '\0';
	if (owner->length == 0)
		return;
	end += sprintf(end, "%u", owner->type);
	for (size_t i = 0; i < owner->length && i < sizeof(owner->address); i++) {
		*end++ = i == 0 ? '/' : ':';
		*end++ = digits[owner->address[i] >> 4];
		*end++ = digits[owner->address[i] & 15];
	}
	*end = '\0';
}

static int
parse_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

int
store_parse_hardware(const char *text, struct lease_owner *ret_owner)
{
	struct lease_owner owner = {0};
	char *end;
	unsigned long type = strtoul(text, &end, 10);

	if (text[0] == '\0') {
		*ret_owner = owner;
		return 0;
	}
	if (text[0] < '0' || text[0] > '9' || type > UINT8_MAX || *end != '/')
		return -EINVAL;
	owner.type = (uint8_t)type;
	while (*end == (owner.length == 0 ? '/' : ':') && owner.length < sizeof(owner.address)) {
		int high = parse_digit(end[1]);
		int low = high >= 0 ? parse_digit(end[2]) : -1;

		if (low < 0)
			return -EINVAL;
		owner.address[owner.length++] = (unsigned char)(high << 4 | low);
		end += 3;
	}
	if (*end != '\0' || owner.length == 0)
		return -EINVAL;
	*ret_owner = owner;
	return 0;
}

const char *
store_format_state(enum lease_state state)
{
	for (size_t i = 0; i < STATES; i++)
		if (states[i].state == state)
			return states[i].word;
	return "free";
}

int
store_parse_state(const char *text, enum lease_state *ret_state)
{
	for (size_t i = 0; i < STATES; i++) {
		if (strcmp(states[i].word, text) != 0)
			continue;
		*ret_state = states[i].state;
		return 0;
	}
	return -EINVAL;
}
