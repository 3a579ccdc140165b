/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which style is next, and what belongs to one attempt: see dhcp_style.h.
 *
 * A machine sends DISCOVER again and again until it has an offer, so most of
 * them say nothing new. They are known by their xid, which OVMF, iPXE and most
 * ROMs keep (OVMF asks after 0, 3, 12 and 31 s; PXE 2.1 has 0, 4, 12, 28 and
 * 60). ROMs that take a new xid for each count the seconds since the first in
 * `secs`. ROMs that always have the same xid are known by the pause before
 * they ask anew.
 */
#include "dhcp_style.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PAUSE_SECONDS = 60, /* no machine waits so long before it asks again */
	SECS_ERROR = 2,     /* by so much a ROM counts wrongly */
};

enum dhcp_style
dhcp_style_first(const struct policy_machine *machine, bool has_4011)
{
	enum policy_firmware firmware = policy_firmware(machine->arch);

	if (machine->protocol != POLICY_PXE || firmware == FIRMWARE_BIOS)
		return DHCP_STYLE_NONE;
	if (!has_4011)
		return DHCP_STYLE_DIRECT;
	/* iPXE takes the file of any offer. */
	if (machine->is_ipxe)
		return DHCP_STYLE_NONE;
	/* U-Boot and the like have no port 4011. */
	return firmware == FIRMWARE_UEFI ? DHCP_STYLE_4011 : DHCP_STYLE_DIRECT;
}

/* Whether the machine only repeats what it asked in its last attempt. */
static bool
is_repeated(const struct dhcp_style_memory *memory, const struct dhcp_style_request *request)
{
	int64_t began_at = request->now - request->secs;

	if (!memory->has_attempt || request->now - memory->asked_at > PAUSE_SECONDS)
		return false;
	if (request->xid == memory->xid)
		return true;
	return request->secs > 0 && began_at >= memory->began_at - SECS_ERROR &&
	       began_at <= memory->began_at + SECS_ERROR;
}

/* Notes the DISCOVER: whether it begins an attempt. */
static bool
note_request(struct dhcp_style_memory *memory, const struct dhcp_style_request *request)
{
	bool is_new = !is_repeated(memory, request);

	if (is_new) {
		memory->has_attempt = true;
		memory->began_at = request->now;
	}
	memory->xid = request->xid;
	memory->asked_at = request->now;
	return is_new;
}

static enum dhcp_style
other(enum dhcp_style style)
{
	return style == DHCP_STYLE_4011 ? DHCP_STYLE_DIRECT : DHCP_STYLE_4011;
}

/* The style of the next attempt: the two in turn, but the one that worked
   before twice for each time of the other. */
static enum dhcp_style
next_style(const struct dhcp_style_memory *memory)
{
	if (memory->worked == DHCP_STYLE_NONE)
		return memory->misses % 2 == 0 ? DHCP_STYLE_4011 : DHCP_STYLE_DIRECT;
	return memory->misses % 3 == 2 ? other(memory->worked) : memory->worked;
}

enum dhcp_style
dhcp_style_choose(struct dhcp_style_memory *memory, const struct dhcp_style_request *request,
		  enum dhcp_style fixed, bool *ret_is_new)
{
	*ret_is_new = note_request(memory, request);
	if (*ret_is_new) {
		memory->offered = fixed != DHCP_STYLE_NONE ? fixed : next_style(memory);
		memory->misses++;
	}
	return memory->offered;
}

bool
dhcp_style_note_fetch(struct dhcp_style_memory *memory)
{
	if (memory->offered == DHCP_STYLE_NONE || memory->misses == 0)
		return false;
	memory->worked = memory->offered;
	memory->misses = 0;
	memory->has_attempt = false; /* the next DISCOVER begins one */
	return true;
}

const char *
dhcp_style_name(enum dhcp_style style)
{
	static const char *const names[] = {
		[DHCP_STYLE_NONE] = "", [DHCP_STYLE_4011] = "4011", [DHCP_STYLE_DIRECT] = "direct"};

	return names[style];
}

int
dhcp_style_parse_name(const char *name, size_t length, enum dhcp_style *ret_style)
{
	for (enum dhcp_style style = DHCP_STYLE_4011; style <= DHCP_STYLE_DIRECT; style++) {
		const char *known = dhcp_style_name(style);

		if (strlen(known) == length && memcmp(known, name, length) == 0) {
			*ret_style = style;
			return 0;
		}
	}
	return -EINVAL;
}

void
dhcp_style_format(const struct dhcp_style_memory *memory, char ret_text[DHCP_STYLE_TEXT_SIZE])
{
	bool has_worked = memory->worked != DHCP_STYLE_NONE;
	bool is_offered = memory->offered != DHCP_STYLE_NONE;

	snprintf(ret_text, DHCP_STYLE_TEXT_SIZE, "%s%s%s%s%s%smisses=%u",
		 has_worked ? "worked=" : "", dhcp_style_name(memory->worked),
		 has_worked ? " " : "", is_offered ? "offered=" : "",
		 dhcp_style_name(memory->offered), is_offered ? " " : "", memory->misses);
}

/* The value of a word "key=value"; NULL: it has another key. */
static const char *
value_of(const char *word, const char *key)
{
	size_t length = strlen(key);

	return strncmp(word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static int
parse_misses(const char *value, size_t length, uint32_t *ret_misses)
{
	unsigned long misses;
	char *end;

	if (*value < '0' || *value > '9')
		return -EINVAL;
	errno = 0;
	misses = strtoul(value, &end, 10);
	if (errno != 0 || end != value + length || misses > UINT32_MAX)
		return -EINVAL;
	*ret_misses = (uint32_t)misses;
	return 0;
}

int
dhcp_style_parse(const char *text, struct dhcp_style_memory *ret_memory)
{
	struct dhcp_style_memory memory = {0};
	int error = 0;

	while (*text != '\0' && error == 0) {
		const char *word = text, *value;
		const char *end = text + strcspn(text, " ");

		if ((value = value_of(word, "worked")) != NULL)
			error = dhcp_style_parse_name(value, (size_t)(end - value), &memory.worked);
		else if ((value = value_of(word, "offered")) != NULL)
			error = dhcp_style_parse_name(value, (size_t)(end - value),
						      &memory.offered);
		else if ((value = value_of(word, "misses")) != NULL)
			error = parse_misses(value, (size_t)(end - value), &memory.misses);
		text = end + (*end == ' ');
	}
	if (error == 0)
		*ret_memory = memory;
	return error;
}
