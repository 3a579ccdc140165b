/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quirks of TFTP clients: see tftp_quirks.h.
 *
 * Lines are read once, at start; a request costs one walk over them. The last
 * colon of a line ends the client, as a MAC has colons and words have none.
 */
#include "tftp_quirks.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clients.h"
#include "tftp_packet.h"

enum {
	MAC_SIZE = 6,
	CLIENT_MAX = 32, /* bytes of a line's first part */
	OPTIONS_ALL = TFTP_OPTION_BLKSIZE | TFTP_OPTION_TIMEOUT | TFTP_OPTION_TSIZE |
		      TFTP_OPTION_WINDOWSIZE,
};

struct quirk {
	bool has_arch;
	uint16_t arch;
	uint8_t mac[MAC_SIZE];
	size_t mac_length; /* bytes that must be the same */
	unsigned flags;
};

struct tftp_quirks {
	size_t count;
	struct quirk items[];
};

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c | 0x20);

	return c != '\0' && at != NULL && *at != '\0' ? (int)(at - digits) : -1;
}

/* One to six bytes as "52:54:00". */
static int
parse_mac(const char *text, struct quirk *quirk)
{
	for (size_t i = 0; i < MAC_SIZE; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);
		if (low < 0)
			return -EINVAL;
		quirk->mac[i] = (uint8_t)(high << 4 | low);
		quirk->mac_length = i + 1;
		if (text[2] != ':')
			return text[2] == '\0' ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static int
parse_arch(const char *text, struct quirk *quirk)
{
	uint32_t number = 0;

	text += strspn(text, " \t");
	if (*text == '\0')
		return -EINVAL;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		number = number * 10 + (uint32_t)(*text - '0');
		if (number > UINT16_MAX)
			return -EINVAL;
	}
	quirk->has_arch = true;
	quirk->arch = (uint16_t)number;
	return 0;
}

static int
parse_client(const char *text, struct quirk *quirk)
{
	if (strcasecmp(text, "all") == 0)
		return 0;
	if (strncasecmp(text, "arch", 4) == 0 && (text[4] == ' ' || text[4] == '\t'))
		return parse_arch(text + 4, quirk);
	return parse_mac(text, quirk);
}

/* -> the flags of a word of `length` bytes, 0 for an unknown one. */
static unsigned
flags_of(const char *word, size_t length)
{
	static const struct {
		const char *word;
		unsigned flags;
	} known[] = {
		{"no-blksize", TFTP_OPTION_BLKSIZE}, {"no-timeout", TFTP_OPTION_TIMEOUT},
		{"no-tsize", TFTP_OPTION_TSIZE},     {"no-windowsize", TFTP_OPTION_WINDOWSIZE},
		{"no-options", OPTIONS_ALL},         {"rollover-1", TFTP_QUIRK_ROLLS_TO_1},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].word) == length &&
		    strncasecmp(known[i].word, word, length) == 0)
			return known[i].flags;
	return 0;
}

static int
parse_words(const char *text, struct quirk *quirk)
{
	static const char blanks[] = " \t";

	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);
		unsigned flags = flags_of(text, length);
		if (flags == 0)
			return -EINVAL;
		quirk->flags |= flags;
		text += length;
	}
	return quirk->flags != 0 ? 0 : -EINVAL;
}

static int
parse_line(const char *line, struct quirk *ret_quirk)
{
	const char *colon = strrchr(line, ':');
	struct quirk quirk = {0};
	char client[CLIENT_MAX];

	if (colon == NULL || (size_t)(colon - line) >= sizeof(client))
		return -EINVAL;
	memcpy(client, line, (size_t)(colon - line));
	client[colon - line] = '\0';
	if (parse_client(client, &quirk) < 0 || parse_words(colon + 1, &quirk) < 0)
		return -EINVAL;
	*ret_quirk = quirk;
	return 0;
}

int
tftp_quirk_check(const char *line)
{
	struct quirk quirk;

	return parse_line(line, &quirk);
}

int
tftp_quirks_new(char *const *lines, size_t count, struct tftp_quirks **ret_quirks)
{
	struct tftp_quirks *quirks = NULL;

	if (count > 0) {
		quirks = calloc(1, sizeof(*quirks) + count * sizeof(quirks->items[0]));
		if (quirks == NULL)
			return -ENOMEM;
		quirks->count = count;
	}
	for (size_t i = 0; i < count; i++)
		if (parse_line(lines[i], &quirks->items[i]) < 0) {
			free(quirks);
			return -EINVAL;
		}
	*ret_quirks = quirks;
	return 0;
}

void
tftp_quirks_free(struct tftp_quirks *quirks)
{
	free(quirks);
}

/* A record without MAC was made by a request: its arch is not known either. */
static bool
is_known(const struct client_facts *facts)
{
	static const uint8_t none[MAC_SIZE];

	return facts != NULL && memcmp(facts->mac, none, sizeof(none)) != 0;
}

static bool
matches(const struct quirk *quirk, const struct client_facts *facts)
{
	if (!quirk->has_arch && quirk->mac_length == 0)
		return true;
	if (!is_known(facts))
		return false;
	if (quirk->has_arch)
		return facts->arch == quirk->arch;
	return memcmp(facts->mac, quirk->mac, quirk->mac_length) == 0;
}

unsigned
tftp_quirks_find(const struct tftp_quirks *quirks, const struct client_facts *facts)
{
	unsigned flags = 0;

	if (quirks == NULL)
		return 0;
	for (size_t i = 0; i < quirks->count; i++)
		if (matches(&quirks->items[i], facts))
			flags |= quirks->items[i].flags;
	return flags;
}

void
tftp_quirks_apply(const struct tftp_quirks *quirks, struct clients *clients, struct in_addr address,
		  struct tftp_request *request)
{
	struct client_facts facts;

	if (quirks == NULL)
		return;
	bool is_found = clients != NULL && clients_find(clients, address, &facts);
	unsigned flags = tftp_quirks_find(quirks, is_found ? &facts : NULL);

	request->options &= ~flags;
	if (flags & TFTP_OPTION_BLKSIZE)
		request->blksize = 0;
	if (flags & TFTP_OPTION_TIMEOUT)
		request->timeout = 0;
	if (flags & TFTP_OPTION_WINDOWSIZE)
		request->windowsize = 0;
	request->rolls_to_1 = flags & TFTP_QUIRK_ROLLS_TO_1;
}
