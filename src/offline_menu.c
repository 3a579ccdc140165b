/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `explain`, `menu` and `check` share: see offline_menu.h. The daemon
 * fills in the same structures from its catalog (content_menu.c).
 */
#include "offline_menu.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "loader.h"
#include "offline.h"
#include "options.h"

static bool
has_loader(const void *loaders, const char *name)
{
	return loaders_find(loaders, name) != NULL;
}

/* In the user's folder, in the system's, in the good images. */
static int
find_loaders(const struct offline *offline, struct loaders **ret_loaders)
{
	struct loader_image *images = calloc(offline->image_count + 1, sizeof(*images));
	struct loader_places places = {
		.directory = offline->config.loaders_directory, .root = "", .images = images};
	int err;

	if (images == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < offline->image_count; i++) {
		const struct image *image = offline->images[i];

		if (image->index != NULL)
			images[places.image_count++] =
				(struct loader_image){image->name, image->index, image->fd};
	}
	err = loaders_open(&places, ret_loaders);
	free(images);
	return err;
}

static struct menu_image
menu_image(const struct image *image)
{
	return (struct menu_image){.name = image->name,
				   .boot = image->boot,
				   .problem = image->why,
				   .size = image->identity.size};
}

static void
fill_context(struct offline_menu *menu, const struct config *config, const struct options *options)
{
	struct machine_menu settings = config_menu(config);

	if (options->server.s_addr != 0)
		inet_ntop(AF_INET, &options->server, menu->server, sizeof(menu->server));
	else
		memcpy(menu->server, "192.0.2.1", sizeof("192.0.2.1")); /* RFC 5737 */
	menu->context = (struct menu_context){.title = config->menu_title,
					      .server = menu->server,
					      .http_port = config->http_port,
					      .tftp_port = config->tftp_port,
					      .has_loader = has_loader,
					      .loaders = menu->loaders};
	machine_settle(&config->machines, &options->machine, &settings);
	menu_set_machine(&menu->context, &settings);
	machine_write_mac(&options->machine, menu->mac);
	if (menu->mac[0] != '\0')
		menu->context.mac = menu->mac;
}

int
offline_menu_init(struct offline_menu *menu, struct offline *offline, const struct options *options)
{
	int err;

	*menu = (struct offline_menu){0};
	menu->images = calloc(offline->image_count + 1, sizeof(*menu->images));
	err = menu->images != NULL ? find_loaders(offline, &menu->loaders) : -ENOMEM;
	if (err < 0) {
		offline_complain(offline, "loaders", strerror(-err));
		offline_menu_free(menu);
		return err;
	}
	for (size_t i = 0; i < offline->image_count; i++)
		menu->images[i] = menu_image(offline->images[i]);
	fill_context(menu, &offline->config, options);
	return 0;
}

void
offline_menu_free(struct offline_menu *menu)
{
	loaders_close(menu->loaders);
	free(menu->images);
	*menu = (struct offline_menu){0};
}

unsigned
offline_menu_clients(const struct options *options)
{
	static const unsigned clients[] = {
		[OPTION_CLIENT_ALL] = 1U << MENU_PXELINUX | 1U << MENU_IPXE | 1U << MENU_GRUB,
		[OPTION_CLIENT_PXELINUX] = 1U << MENU_PXELINUX,
		[OPTION_CLIENT_IPXE] = 1U << MENU_IPXE,
		[OPTION_CLIENT_GRUB] = 1U << MENU_GRUB,
	};

	return clients[options->client];
}
