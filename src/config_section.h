/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sections that may stand several times in the configuration, each for what
 * its argument names: [machine 52:54:00:12:34:56]. Each is an item of a list;
 * the items of one kind are structs that begin with a struct config_section.
 */
#ifndef CONFIG_SECTION_H
#define CONFIG_SECTION_H

#include <stddef.h>

struct value_type;

/* How each item begins. */
struct config_section {
	char *argument; /* as its type writes it; owned */
	unsigned line;  /* of the file where the section begins */
};

/* All sections of one kind, in the order of the file. */
struct config_sections {
	void *items;
	size_t count;
};

struct config_section_kind {
	const char *name;                  /* "machine" */
	const struct value_type *argument; /* [char *] what may stand behind the name */
	size_t offset;                     /* of the struct config_sections in struct config */
	size_t size;                       /* of an item */
	const void *start;                 /* an item none of whose keys is set */
};

/* The section whose argument means the same as `argument`: 0, -ENOENT, -EINVAL
   when no section can have such an argument, -ENOMEM. */
int config_section_find(const struct config_section_kind *, const struct config_sections *,
			const char *argument, struct config_section **ret_section);

/* Adds a section: 0, -EEXIST when there is one for the same, -EINVAL, -ENOMEM. */
int config_section_add(const struct config_section_kind *, struct config_sections *,
		       const char *argument, unsigned line);

/* Item number `number`. */
void *config_section_at(const struct config_section_kind *, const struct config_sections *,
			size_t number);

#endif
