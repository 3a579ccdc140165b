/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person reads after starting the daemon.
 */
#include "announce.h"

#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "catalog.h"
#include "config.h"
#include "image.h"
#include "loader.h"
#include "loader_names.h"
#include "log.h"
#include "menu.h"

/* Logs a text of several lines line by line. */
static void
warn_lines(const char *lines)
{
	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");

		log_warning("loaders: %.*s", (int)length, lines);
		lines += length + (lines[length] == '\n');
	}
}

static void
warn_of_loader(void *context, const char *text)
{
	(void)context;
	log_warning("loaders: %s", text);
}

static void
check_defaults(const struct config *config, const struct catalog *catalog)
{
	const struct machine_section *section = config->machines.items;
	struct menu_image *images = calloc(catalog->image_count + 1, sizeof(*images));

	if (images == NULL)
		return;
	for (size_t i = 0; i < catalog->image_count; i++) {
		images[i] = (struct menu_image){
			.name = catalog->images[i]->name,
			.boot = catalog->images[i]->boot,
			.problem = catalog->images[i]->why,
		};
	}
	if (!menu_knows(config->menu_default, images, catalog->image_count))
		log_warning("menu: --default %s names nothing that can be booted now; machines "
			    "boot their own disk",
			    config->menu_default);
	for (size_t i = 0; i < config->machines.count; i++, section++)
		if (!menu_knows(section->boot_self, images, catalog->image_count))
			log_warning("menu: %s:%u: the default %s of [machine %s] names nothing "
				    "that can be booted now; it boots its own disk",
				    config->file, section->head.line, section->boot_self,
				    section->head.argument);
	free(images);
}

void
announce_catalog(const struct config *config, const struct catalog *catalog)
{
	size_t good = 0;

	for (size_t i = 0; i < catalog->image_count; i++)
		good += catalog->images[i]->index != NULL;
	warn_lines(loaders_missing(catalog->loaders));
	loader_names_check(config, catalog->loaders, warn_of_loader, NULL);
	check_defaults(config, catalog);
	if (catalog->image_count == 0)
		log_warning("images: none yet: copy ISO files to %s",
			    config->images.count > 0 ? config->images.items[0]
						     : "the served directory");
	log_info("ready: %zu %s: let a machine boot from its network card (PXE), on this network",
		 good, good == 1 ? "image" : "images");
}
