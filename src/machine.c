/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of machines, and which of them means which: see machine.h.
 *
 * Both kinds are hex digits in groups, so one reader does: the shape of the
 * text says where a digit must stand and where a separator.
 */
#include "machine.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char MAC_SHAPE[] = "xx:xx:xx:xx:xx:xx";
static const char UUID_SHAPE[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

enum {
	RANK_UUID = MACHINE_MAC_SIZE, /* more than any MAC has characters */
	UUID_SWAPPED = sizeof("xxxxxxxx-xxxx-xxxx") - 1,
};

/* Writes the longest beginning of `text` that has the shape, as we write it:
   -> its length. '-' separates as ':' does. */
static size_t
read_shape(const char *shape, const char *text, size_t length, char *ret_name)
{
	size_t i = 0;

	for (; i < length && shape[i] != '\0'; i++) {
		bool is_digit = isxdigit((unsigned char)text[i]) != 0;

		if (shape[i] == 'x' ? !is_digit : text[i] != '-' && text[i] != shape[i])
			break;
		ret_name[i] = shape[i] == 'x' ? (char)tolower((unsigned char)text[i]) : shape[i];
	}
	ret_name[i] = '\0';
	return i;
}

int
machine_parse_who(const char *text, char **ret_who)
{
	char who[MACHINE_UUID_SIZE];
	size_t length = strlen(text);
	char *copy;

	if (read_shape(UUID_SHAPE, text, length, who) != sizeof(UUID_SHAPE) - 1 ||
	    length != sizeof(UUID_SHAPE) - 1) {
		size_t read = read_shape(MAC_SHAPE, text, length, who);
		bool is_whole = read == sizeof(MAC_SHAPE) - 1 && read == length;
		/* whole bytes, then "*" */
		bool is_prefix = read > 0 && read % 3 == 0 && strcmp(text + read, "*") == 0;

		if (is_prefix)
			memcpy(who + read, "*", sizeof("*"));
		else if (!is_whole)
			return -EINVAL;
	}
	copy = strdup(who);
	if (copy == NULL)
		return -ENOMEM;
	*ret_who = copy;
	return 0;
}

int
machine_parse(const char *text, size_t length, struct machine *ret_machine)
{
	const char *comma = memchr(text, ',', length);
	struct machine machine = {0};
	size_t first = comma != NULL ? (size_t)(comma - text) : length;
	const char *uuid = comma != NULL ? comma + 1 : text;
	size_t rest = comma != NULL ? length - first - 1 : length;
	bool has_mac = first == sizeof(MAC_SHAPE) - 1 &&
		       read_shape(MAC_SHAPE, text, first, machine.mac) == first;
	bool has_uuid = rest == sizeof(UUID_SHAPE) - 1 &&
			read_shape(UUID_SHAPE, uuid, rest, machine.uuid) == rest;

	if ((!has_mac && !has_uuid) || (comma != NULL && !has_mac && first > 0) ||
	    (comma != NULL && !has_uuid && rest > 0))
		return -EINVAL;
	if (!has_mac)
		machine.mac[0] = '\0';
	if (!has_uuid)
		machine.uuid[0] = '\0';
	*ret_machine = machine;
	return 0;
}

static void
format_shape(const char *shape, const unsigned char *bytes, char *name)
{
	static const char digits[] = "0123456789abcdef";

	for (; *shape != '\0'; shape++) {
		*name++ = *shape == 'x' ? digits[*bytes >> 4] : *shape;
		if (*shape == 'x') {
			*name++ = digits[*bytes++ & 15];
			shape++;
		}
	}
	*name = '\0';
}

void
machine_format_mac(const unsigned char bytes[6], char ret_mac[MACHINE_MAC_SIZE])
{
	format_shape(MAC_SHAPE, bytes, ret_mac);
}

void
machine_format_uuid(const unsigned char bytes[16], char ret_uuid[MACHINE_UUID_SIZE])
{
	format_shape(UUID_SHAPE, bytes, ret_uuid);
}

void
machine_write_mac(const struct machine *machine, char ret_mac[MACHINE_MAC_SIZE])
{
	for (size_t i = 0; i < MACHINE_MAC_SIZE; i++)
		ret_mac[i] = machine->mac[i] == ':' ? '-' : machine->mac[i];
}

/* Firmware disagrees about the byte order of the first three groups: what an
   option ROM sends as stored, iPXE sends as written. */
static bool
is_same_uuid(const char *a, const char *b)
{
	/* where each byte of "00112233-4455-6677" stands, the other way round */
	static const unsigned char places[] = {6, 4, 2, 0, 11, 9, 16, 14};
	static const unsigned char bytes[] = {0, 2, 4, 6, 9, 11, 14, 16};
	bool is_same = memcmp(a, b, UUID_SWAPPED) == 0;
	bool is_swapped = true;

	for (size_t i = 0; i < sizeof(bytes); i++)
		is_swapped &= memcmp(a + bytes[i], b + places[i], 2) == 0;
	return (is_same || is_swapped) && strcmp(a + UUID_SWAPPED, b + UUID_SWAPPED) == 0;
}

unsigned
machine_rank(const char *who, const struct machine *machine)
{
	size_t length = strlen(who);

	if (length == sizeof(UUID_SHAPE) - 1)
		return machine->uuid[0] != '\0' && is_same_uuid(who, machine->uuid) ? RANK_UUID : 0;
	if (who[length - 1] == '*')
		return strncmp(who, machine->mac, length - 1) == 0 ? (unsigned)length - 1 : 0;
	return strcmp(who, machine->mac) == 0 ? (unsigned)length : 0;
}

static const struct machine_section *
section_at(const struct config_sections *sections, size_t number)
{
	return (const struct machine_section *)sections->items + number;
}

bool
machine_has_section(const struct config_sections *sections, const struct machine *machine)
{
	for (size_t i = 0; sections != NULL && i < sections->count; i++)
		if (machine_rank(section_at(sections, i)->head.argument, machine) > 0)
			return true;
	return false;
}

/* Whether a section of `rank` decides a key that it sets: then it is the best
   so far. */
static bool
decides(unsigned rank, bool is_set, unsigned *best)
{
	if (!is_set || rank <= *best)
		return false;
	*best = rank;
	return true;
}

void
machine_settle(const struct config_sections *sections, const struct machine *machine,
	       struct machine_menu *menu)
{
	struct {
		unsigned boot_self, timeout, is_shown, has_serial, arguments;
	} best = {0};

	for (size_t i = 0; sections != NULL && i < sections->count; i++) {
		const struct machine_section *section = section_at(sections, i);
		unsigned rank = machine_rank(section->head.argument, machine);

		if (decides(rank, section->boot_self != NULL, &best.boot_self))
			menu->boot_self = section->boot_self;
		if (decides(rank, section->timeout != MACHINE_TIMEOUT_UNSET, &best.timeout)) {
			menu->timeout = section->timeout;
			menu->times_images = true;
		}
		if (decides(rank, section->is_shown != MACHINE_UNSET, &best.is_shown))
			menu->boots_at_once = section->is_shown == MACHINE_NO;
		if (decides(rank, section->has_serial != MACHINE_UNSET, &best.has_serial))
			menu->has_serial = section->has_serial == MACHINE_YES;
		if (decides(rank, section->arguments != NULL, &best.arguments))
			menu->arguments = section->arguments;
	}
}

void
machine_settle_start(const struct config_sections *sections, const struct machine *machine,
		     struct machine_start *start)
{
	struct {
		unsigned loader, style;
	} best = {0};

	for (size_t i = 0; sections != NULL && i < sections->count; i++) {
		const struct machine_section *section = section_at(sections, i);
		unsigned rank = machine_rank(section->head.argument, machine);

		if (decides(rank, section->loader != NULL, &best.loader))
			start->loader = section->loader;
		if (decides(rank, section->style != DHCP_STYLE_NONE, &best.style))
			start->style = section->style;
	}
}
