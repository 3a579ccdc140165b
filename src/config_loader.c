/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of the keys that say how machines are started: loaders, and the
 * styles of a proxy.
 */
#include "config_value.h"

#include <errno.h>
#include <string.h>

#include "dhcp_style.h"
#include "policy.h"

#define A_FILE "a loader's file name (31 of A-Z, a-z, 0-9, '.', '+' and '-' at most; no script)"

static int
set_loader(void *field, const char *text)
{
	return policy_check_loader(text, true) ? value_text.set(field, text) : -EINVAL;
}

static int
set_own_loader(void *field, const char *text)
{
	return policy_check_loader(text, false) ? value_text.set(field, text) : -EINVAL;
}

static int
set_style(void *field, const char *text)
{
	return dhcp_style_parse_name(text, strlen(text), field);
}

const struct value_type value_loader = {set_loader, A_FILE
					", or http://ADDRESS/PATH for UEFI's HTTP boot alone"};
const struct value_type value_own_loader = {
	set_own_loader, A_FILE "; not a URL, which machines that boot over TFTP cannot fetch"};
const struct value_type value_style = {set_style, "4011 or direct"};
