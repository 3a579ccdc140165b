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

struct check {
	const struct config *config;
	const struct loaders *loaders;
	void (*complain)(void *context, const char *text);
	void *context;
};

/* The loader of a section; NULL: it names none. A URL is another server's. */
static void
check_section(const char *kind, const struct config_section *head, const char *name,
	      const struct check *check)
{
	char text[512];

	if (name == NULL || strchr(name, '/') != NULL || loaders_find(check->loaders, name) != NULL)
		return;
	snprintf(text, sizeof(text),
		 "%s:%u: the loader %s of [%s %s] is not there: put it into the directory of "
		 "[loaders]",
		 check->config->file, head->line, name, kind, head->argument);
	check->complain(check->context, text);
}

void
loader_names_check(const struct config *config, const struct loaders *loaders,
		   void (*complain)(void *context, const char *text), void *context)
{
	const struct machine_section *machine = config->machines.items;
	const struct subnet_section *subnet = config->subnets.items;
	const struct check check = {config, loaders, complain, context};
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
	for (size_t i = 0; i < config->machines.count; i++, machine++)
		check_section("machine", &machine->head, machine->loader, &check);
	for (size_t i = 0; i < config->subnets.count; i++, subnet++)
		check_section("subnet", &subnet->head, subnet->loader, &check);
}
