/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of sections with an argument: see config_section.h. What an item holds
 * behind its head is known to the table of keys only.
 */
#include "config_section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_value.h"

void *
config_section_at(const struct config_section_kind *kind, const struct config_sections *sections,
		  size_t number)
{
	return (char *)sections->items + number * kind->size;
}

static struct config_section *
find(const struct config_section_kind *kind, const struct config_sections *sections,
     const char *argument)
{
	for (size_t i = 0; i < sections->count; i++) {
		struct config_section *section = config_section_at(kind, sections, i);

		if (strcmp(section->argument, argument) == 0)
			return section;
	}
	return NULL;
}

int
config_section_find(const struct config_section_kind *kind, const struct config_sections *sections,
		    const char *argument, struct config_section **ret_section)
{
	struct config_section *section;
	char *written = NULL;
	int err = kind->argument->set(&written, argument);

	if (err < 0)
		return err;
	section = find(kind, sections, written);
	free(written);
	if (section == NULL)
		return -ENOENT;
	*ret_section = section;
	return 0;
}

int
config_section_add(const struct config_section_kind *kind, struct config_sections *sections,
		   const char *argument, unsigned line)
{
	struct config_section head = {.line = line};
	char *items, *item;
	int err = kind->argument->set(&head.argument, argument);

	if (err < 0)
		return err;
	err = find(kind, sections, head.argument) != NULL ? -EEXIST : -ENOMEM;
	items = err == -EEXIST ? NULL
			       : reallocarray(sections->items, sections->count + 1, kind->size);
	if (items == NULL) {
		free(head.argument);
		return err;
	}
	item = items + sections->count * kind->size;
	memcpy(item, kind->start, kind->size);
	memcpy(item, &head, sizeof(head));
	sections->items = items;
	sections->count++;
	return 0;
}
