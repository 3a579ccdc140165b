/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Media types. The first three are what UEFI HTTP Boot decides by: edk2
 * compares the whole value, so they carry no parameters.
 */
#include "media_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{"efi", "application/efi"},
	{"iso", "application/vnd.efi-iso"},
	{"img", "application/vnd.efi-img"},
	{"cfg", "text/plain; charset=utf-8"},
	{"conf", "text/plain; charset=utf-8"},
	{"ipxe", "text/plain; charset=utf-8"},
	{"grub", "text/plain; charset=utf-8"},
	{"ks", "text/plain; charset=utf-8"},
	{"txt", "text/plain; charset=utf-8"},
	{"html", "text/html; charset=utf-8"},
	{"json", "application/json"},
	{"xml", "application/xml"},
	{"png", "image/png"},
	{"jpg", "image/jpeg"},
};

const char *
media_type(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcasecmp(dot + 1, types[i].ending) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}
