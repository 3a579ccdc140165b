/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URLs in kernel arguments: "fetch=http://192.0.2.1/images/x/root.squashfs",
 * "ds=nocloud-net;s=http://...". One begins with the letters before "://" and
 * ends where the word does, or with a byte that would be encoded in one of ours.
 */
#include <ctype.h>
#include <string.h>

#include "boot.h"
#include "explain_part.h"
#include "fetch_part.h"
#include "menu_part.h"
#include "text.h"

/* What can stand in a URL as it is, but for ',' and ';', which end it. */
static const char URL_BYTES[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				"-._~/%:?=&+@!*()[]$#";

static bool
is_protocol(const char *start, size_t length)
{
	static const char *const names[] = {"http", "https", "tftp", "ftp", "nfs"};
	bool is_one = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		is_one |= strlen(names[i]) == length && memcmp(names[i], start, length) == 0;
	return is_one;
}

/* Where the path begins in `url` if it leads to us, else 0. */
static size_t
own_path(const struct menu_context *context, const char *url)
{
	struct text servers[2] = {{0}};
	size_t place = 0;

	menu_append_server(context, &servers[0]);
	menu_append_tftp_server(context, &servers[1]);
	for (int i = 0; i < 2; i++) {
		size_t length = servers[i].length;

		if (strncmp(url, text_string(&servers[i]), length) == 0 && url[length] == '/')
			place = length;
		text_free(&servers[i]);
	}
	return place;
}

void
fetches_add_arguments(const struct fetching *fetching, const struct entry *entry)
{
	struct text arguments = {0};
	const char *whole, *colon;

	explain_arguments(fetching->context, fetching->image, entry, &arguments);
	whole = text_string(&arguments);
	for (colon = strstr(whole, "://"); colon != NULL; colon = strstr(colon + 1, "://")) {
		const char *start = colon;
		struct text url = {0};

		while (start > whole && isalpha((unsigned char)start[-1]))
			start--;
		if (!is_protocol(start, (size_t)(colon - start)))
			continue;
		text_append_bytes(&url, start, strspn(start, URL_BYTES));
		fetches_add(fetching, FETCH_ROOT, &url,
			    own_path(fetching->context, text_string(&url)));
	}
	text_free(&arguments);
}
