/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of the configuration. One row is one key: where it is written in
 * the file, what values it takes, which field it fills, what it starts as.
 * Another table has the kinds of sections that stand several times.
 *
 * For config.c only.
 */
#ifndef CONFIG_KEY_H
#define CONFIG_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "config_section.h"

struct value_type;

/* A row without default starts as zero, NULL or an empty list, or as the item
   of its kind of sections. */
struct config_row {
	const char *section; /* its name, without an argument */
	const char *name;
	const struct value_type *type;
	size_t offset;     /* of the field in struct config, or in the item */
	const char *start; /* default, as text */
	const char *doc;
};

/* Row number `number` from 0: NULL past the last. */
const struct config_row *config_row_at(size_t number);

/* The row, or NULL; then *ret_section says whether at least the section is one. */
const struct config_row *config_find_key(const char *section, const char *name, bool *ret_section);

/* Kind number `number` from 0: NULL past the last. */
const struct config_section_kind *config_kind_at(size_t number);

/* The kind of the sections of this name, or NULL for a section that is there
   once and has no argument. */
const struct config_section_kind *config_find_kind(const char *name);

/* "unknown key 'prot' in [http]: allowed are enabled, port, ..." */
void config_explain_unknown(const char *section, const char *name, bool is_section, char *why,
			    size_t size);

#endif
