/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loaders by name, in [loaders] and [machine]: see loader_names.h.
 */
#include "loader_names.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "loader.h"
#include "machine.h"

void
loader_names_check(const struct config *config, const struct loaders *loaders,
		   void (*complain)(void *context, const char *text), void *context)
{
	const struct machine_section *section = config->machines.items;
	char text[512];

	for (size_t i = 0; i < PLATFORM_COUNT; i++) {
		const char *name = config->own_loaders[i];

		if (name == NULL || loaders_find(loaders, name) != NULL)
			continue;
		snprintf(text, sizeof(text),
			 "%s of [loaders] is not there: put it into the directory of [loaders]",
			 name);
		complain(context, text);
	}
	for (size_t i = 0; i < config->machines.count; i++, section++) {
		const char *name = section->loader;

		if (name == NULL || strchr(name, '/') != NULL ||
		    loaders_find(loaders, name) != NULL)
			continue;
		snprintf(text, sizeof(text),
			 "%s:%u: the loader %s of [machine %s] is not there: put it into the "
			 "directory of [loaders]",
			 config->file, section->head.line, name, section->head.argument);
		complain(context, text);
	}
}
