/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `explain`, `menu` and `check` share: the images that were opened, as
 * the renderers of menus take them, and the loaders that would be offered.
 */
#ifndef OFFLINE_MENU_H
#define OFFLINE_MENU_H

#include <netinet/in.h>

#include "machine.h"
#include "menu.h"

struct loaders;
struct offline;
struct options;

/* Points into itself and into the offline: not to be copied, freed first. */
struct offline_menu {
	struct loaders *loaders;
	struct menu_image *images; /* as many as offline->image_count */
	struct menu_context context;
	char server[INET_ADDRSTRLEN];
	char mac[MACHINE_MAC_SIZE];
};

/* Finds the loaders and fills in the rest from the configuration. Without
   --server an address of the documentation stands for ours. 0, or a negative
   errno after a complaint. */
int offline_menu_init(struct offline_menu *, struct offline *, const struct options *);

void offline_menu_free(struct offline_menu *);

/* The kinds of client that --client names: a bit, 1 << enum menu_format, each. */
unsigned offline_menu_clients(const struct options *);

#endif
