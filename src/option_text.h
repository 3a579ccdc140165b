/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP options as people write them, made into bytes:
 *
 *	119 = example.org, lab.example      what the option is known to hold
 *	224 = 192.0.2.1, 192.0.2.2          addresses
 *	252 = http://192.0.2.1/wpad.dat     text
 *	125 = hex:00 00 01 37               anything
 *
 * Pure. Options that the program makes itself, or that a server must not make
 * up, are refused with the reason.
 */
#ifndef OPTION_TEXT_H
#define OPTION_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { OPTION_TEXT_MAX = 255 };

/* Reads the value of option `code`: 0, or -EINVAL with `*ret_why`, a static text
   that says what is wrong or allowed. */
int option_text_parse(uint8_t code, const char *text, unsigned char ret_value[OPTION_TEXT_MAX],
		      size_t *ret_length, const char **ret_why);

/* The same for "CODE VALUE". */
int option_text_parse_line(const char *line, uint8_t *ret_code,
			   unsigned char ret_value[OPTION_TEXT_MAX], size_t *ret_length,
			   const char **ret_why);

/* Whether `text` is a name as the DNS has them: 0 or -EINVAL. */
int option_text_check_name(const char *text);

#endif
