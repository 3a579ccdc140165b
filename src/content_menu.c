/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as files: which path is which menu, and the facts a menu is made of.
 *
 * They are made anew for each request, because each names the address under
 * which that client reached us, and its MAC where that is known.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalog.h"
#include "clients.h"
#include "content_view.h"
#include "file.h"
#include "image.h"
#include "loader.h"
#include "menu.h"
#include "text.h"

static const char text_type[] = "text/plain; charset=utf-8";

/* The main menu, where each loader looks for it. PXELINUX asks for more
   specific names first (SYS-18) and takes the answer that they do not exist. */
static const struct {
	const char *path;
	enum menu_format format;
} main_menus[] = {
	{"pxelinux.cfg/default", MENU_PXELINUX},
	{"boot.ipxe", MENU_IPXE},
	{"autoexec.ipxe", MENU_IPXE},
	{"grub/grub.cfg", MENU_GRUB},
};

/* One image's menu: menus/NAME and one of these endings. */
static const struct {
	const char *ending;
	enum menu_format format;
} image_menus[] = {
	{".cfg", MENU_PXELINUX},
	{".ipxe", MENU_IPXE},
	{".grub", MENU_GRUB},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
has_loader(const void *loaders, const char *name)
{
	return loaders_find(loaders, name) != NULL;
}

/* A context and the text that it points to. */
struct context {
	struct menu_context menu;
	char server[INET_ADDRSTRLEN];
	char mac[18];
};

static void
make_context(const struct content *content, const struct client *client,
	     struct context *ret_context)
{
	const struct content_options *options = &content->options;
	struct client_facts facts = {0};

	ret_context->menu = (struct menu_context){
		.title = options->menu_title,
		.server = ret_context->server,
		.http_port = options->http_port,
		.tftp_port = options->tftp_port,
		.serial = options->menu_serial,
		.timeout_ms = options->menu_timeout_ms,
		.boot_self = options->menu_default,
		.has_loader = has_loader,
		.loaders = content->catalog->loaders,
	};
	inet_ntop(AF_INET, &client->server, ret_context->server, sizeof(ret_context->server));
	if (options->clients == NULL || !clients_find(options->clients, client->address, &facts) ||
	    memcmp(facts.mac, (const unsigned char[6]){0}, sizeof(facts.mac)) == 0)
		return;
	snprintf(ret_context->mac, sizeof(ret_context->mac), "%02x-%02x-%02x-%02x-%02x-%02x",
		 facts.mac[0], facts.mac[1], facts.mac[2], facts.mac[3], facts.mac[4],
		 facts.mac[5]);
	ret_context->menu.mac = ret_context->mac;
}

static struct menu_image
menu_image(const struct image *image)
{
	return (struct menu_image){
		.name = image->name,
		.boot = image->boot,
		.problem = image->why,
		.size = image->identity.size,
	};
}

static int
finish(struct text *text, struct file **ret_file)
{
	size_t length;
	char *bytes;
	int error = text_take(text, &bytes, &length);

	if (error < 0)
		return error;
	error = file_new_memory(bytes, length, text_type, ret_file);
	if (error < 0)
		free(bytes);
	return error;
}

static int
open_main(const struct content *content, const struct client *client, enum menu_format format,
	  struct file **ret_file)
{
	const struct catalog *catalog = content->catalog;
	struct menu_image *images = calloc(catalog->image_count + 1, sizeof(*images));
	struct context context;
	struct text text = {0};

	if (images == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < catalog->image_count; i++)
		images[i] = menu_image(catalog->images[i]);
	make_context(content, client, &context);
	menu_render_main(format, &context.menu, images, catalog->image_count, &text);
	free(images);
	return finish(&text, ret_file);
}

static int
open_of_image(const struct content *content, const struct client *client, const struct image *image,
	      enum menu_format format, struct file **ret_file)
{
	const struct menu_image facts = menu_image(image);
	struct context context;
	struct text text = {0};

	make_context(content, client, &context);
	menu_render_image(format, &context.menu, &facts, &text);
	return finish(&text, ret_file);
}

int
content_menu(const struct content *content, const struct client *client, const char *path,
	     struct file **ret_file)
{
	const char *name = path + strlen("menus/");

	for (size_t i = 0; i < COUNT(main_menus); i++) {
		if (strcasecmp(path, main_menus[i].path) == 0)
			return open_main(content, client, main_menus[i].format, ret_file);
	}
	if (strncasecmp(path, "menus/", strlen("menus/")) != 0)
		return -ENOENT;
	for (size_t i = 0; i < COUNT(image_menus); i++) {
		size_t length = strlen(name), ending = strlen(image_menus[i].ending);
		const struct image *image;

		if (length <= ending ||
		    strcasecmp(name + length - ending, image_menus[i].ending) != 0)
			continue;
		image = catalog_find(content->catalog, name, length - ending);
		if (image != NULL)
			return open_of_image(content, client, image, image_menus[i].format,
					     ret_file);
	}
	return -ENOENT;
}
