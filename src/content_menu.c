/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as files: which path is which menu, and the facts a menu is made of.
 *
 * They are made anew for each request, because each names the address under
 * which that client reached us, and is the menu of that machine. Which one it
 * is, it says itself or DHCP has seen:
 *
 *      pxelinux.cfg/UUID, pxelinux.cfg/01-MAC     PXELINUX says it
 *      menus/NAME/LABEL.ipxe                      starts one entry
 *      machines/ID/...                            all menus once more, for one
 *                                                 machine: "MAC", "UUID", "MAC,UUID"
 *      bios/...                                   all of these for iPXE and GRUB on a
 *                                                 BIOS
 *
 * A menu that was asked for so leads to menus below the same machines/ID/; iPXE
 * and GRUB are sent there by the menu that all get, when any machine has a
 * section, and to bios/ where an image has a menu for each firmware.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "catalog.h"
#include "clients.h"
#include "content_view.h"
#include "file.h"
#include "image.h"
#include "loader.h"
#include "machine.h"
#include "menu.h"
#include "text.h"

static const char text_type[] = "text/plain; charset=utf-8";

/* The main menu, where each loader looks for it. */
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

/* Who asks for a menu. */
struct asker {
	struct machine machine;
	bool is_bios; /* and reads no menu for UEFI */
	/* "bios/", "machines/ID/", both or "" */
	char folder[sizeof(MENU_BIOS_FOLDER "machines/,/") + MACHINE_MAC_SIZE + MACHINE_UUID_SIZE];
};

/* A context and the text that it points to. */
struct context {
	struct menu_context menu;
	struct asker asker;
	char server[INET_ADDRSTRLEN];
	char mac[MACHINE_MAC_SIZE];
};

static bool
is_zero(const unsigned char *bytes, size_t length)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0;
}

/* What DHCP knows of the machine at this address, where `machine` says nothing
   else of itself. */
static void
add_known(const struct content *content, const struct client *client, struct machine *machine)
{
	struct client_facts facts = {0};
	struct machine known = {0};
	const unsigned char *uuid = facts.uuid;

	if (content->options.clients == NULL ||
	    !clients_find(content->options.clients, client->address, &facts) ||
	    is_zero(facts.mac, sizeof(facts.mac)))
		return;
	machine_format_mac(facts.mac, known.mac);
	if (!is_zero(uuid, sizeof(facts.uuid)))
		machine_format_uuid(uuid, known.uuid);
	if (machine->mac[0] != '\0' && strcmp(machine->mac, known.mac) != 0)
		return;
	memcpy(machine->mac, known.mac, sizeof(known.mac));
	if (machine->uuid[0] == '\0')
		memcpy(machine->uuid, known.uuid, sizeof(known.uuid));
}

static void
make_context(const struct content *content, const struct client *client, const struct asker *asker,
	     struct context *ret_context)
{
	const struct content_options *options = &content->options;
	struct machine_menu menu = options->menu;
	struct machine machine = asker->machine;

	add_known(content, client, &machine);
	machine_settle(options->machines, &machine, &menu);
	ret_context->asker = *asker;
	ret_context->menu = (struct menu_context){
		.title = options->menu_title,
		.server = ret_context->server,
		.http_port = options->http_port,
		.tftp_port = options->tftp_port,
		.folder = ret_context->asker.folder,
		.is_bios = asker->is_bios,
		.asks_machine = asker->machine.mac[0] == '\0' && asker->machine.uuid[0] == '\0' &&
				options->machines != NULL && options->machines->count > 0,
		.has_loader = has_loader,
		.loaders = content->catalog->loaders,
	};
	menu_set_machine(&ret_context->menu, &menu);
	inet_ntop(AF_INET, &client->server, ret_context->server, sizeof(ret_context->server));
	machine_write_mac(&machine, ret_context->mac);
	if (machine.mac[0] != '\0')
		ret_context->menu.mac = ret_context->mac;
}

/* For a BIOS, *bios becomes the image's boot without its menu for UEFI. */
static struct menu_image
menu_image(const struct image *image, const struct asker *asker, struct boot *bios)
{
	const bool is_cut = asker->is_bios && image->boot != NULL;

	if (is_cut) {
		*bios = *image->boot;
		bios->uefi = NULL;
	}
	return (struct menu_image){
		.name = image->name,
		.boot = is_cut ? bios : image->boot,
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
open_main(const struct content *content, const struct client *client, const struct asker *asker,
	  enum menu_format format, struct file **ret_file)
{
	const struct catalog *catalog = content->catalog;
	struct menu_image *images = calloc(catalog->image_count + 1, sizeof(*images));
	struct boot *boots = calloc(catalog->image_count + 1, sizeof(*boots));
	struct context context;
	struct text text = {0};

	if (images == NULL || boots == NULL) {
		free(images);
		free(boots);
		return -ENOMEM;
	}
	for (size_t i = 0; i < catalog->image_count; i++)
		images[i] = menu_image(catalog->images[i], asker, &boots[i]);
	make_context(content, client, asker, &context);
	menu_render_main(format, &context.menu, images, catalog->image_count, &text);
	free(images);
	free(boots);
	return finish(&text, ret_file);
}

static int
open_of_image(const struct content *content, const struct client *client, const struct asker *asker,
	      const struct image *image, enum menu_format format, struct file **ret_file)
{
	struct boot bios;
	const struct menu_image facts = menu_image(image, asker, &bios);
	struct context context;
	struct text text = {0};

	make_context(content, client, asker, &context);
	menu_render_image(format, &context.menu, &facts, &text);
	return finish(&text, ret_file);
}

/* menus/NAME/LABEL.ipxe: `name` is what stands behind "menus/". */
static int
open_start(const struct content *content, const struct client *client, const struct asker *asker,
	   const char *name, struct file **ret_file)
{
	static const char ending[] = ".ipxe";
	const size_t length = strcspn(name, "/"), whole = strlen(name);
	const struct image *image = catalog_find(content->catalog, name, length);
	struct context context;
	struct text text = {0};
	struct boot bios;
	char *label;
	int error;

	if (image == NULL || name[length] != '/' || whole < length + strlen("/") + strlen(ending) ||
	    strcasecmp(name + whole - strlen(ending), ending) != 0)
		return -ENOENT;
	label = strndup(name + length + 1, whole - strlen(ending) - length - 1);
	if (label == NULL)
		return -ENOMEM;
	make_context(content, client, asker, &context);
	const struct menu_image facts = menu_image(image, asker, &bios);
	error = menu_render_start(&context.menu, &facts, label, &text);
	free(label);
	return error < 0 ? error : finish(&text, ret_file);
}

static int
open_local(const struct content *content, const struct client *client, const struct asker *asker,
	   struct file **ret_file)
{
	struct context context;
	struct text text = {0};

	make_context(content, client, asker, &context);
	menu_render_local(&context.menu, &text);
	return finish(&text, ret_file);
}

static int
open_menu(const struct content *content, const struct client *client, const struct asker *asker,
	  const char *path, struct file **ret_file)
{
	const char *name = path + strlen("menus/");

	for (size_t i = 0; i < COUNT(main_menus); i++) {
		if (strcasecmp(path, main_menus[i].path) == 0)
			return open_main(content, client, asker, main_menus[i].format, ret_file);
	}
	if (strncasecmp(path, "menus/", strlen("menus/")) != 0)
		return -ENOENT;
	if (strcasecmp(name, "@local.cfg") == 0)
		return open_local(content, client, asker, ret_file);
	if (strchr(name, '/') != NULL)
		return open_start(content, client, asker, name, ret_file);
	for (size_t i = 0; i < COUNT(image_menus); i++) {
		size_t length = strlen(name), ending = strlen(image_menus[i].ending);
		const struct image *image;

		if (length <= ending ||
		    strcasecmp(name + length - ending, image_menus[i].ending) != 0)
			continue;
		image = catalog_find(content->catalog, name, length - ending);
		if (image != NULL)
			return open_of_image(content, client, asker, image, image_menus[i].format,
					     ret_file);
	}
	return -ENOENT;
}

/* Reads the machine's name at the start of *path, up to `end`, and passes over
   it: 0, -ENOENT when it is none. */
static int
take_machine(const char **path, char end, struct asker *asker)
{
	size_t length = (size_t)(strchrnul(*path, end) - *path);
	char mac[MACHINE_MAC_SIZE];

	if (machine_parse(*path, length, &asker->machine) < 0)
		return -ENOENT;
	machine_write_mac(&asker->machine, mac);
	snprintf(asker->folder, sizeof(asker->folder), "%smachines/%s,%s/",
		 asker->is_bios ? MENU_BIOS_FOLDER : "", mac, asker->machine.uuid);
	*path += length + ((*path)[length] != '\0');
	return 0;
}

/* PXELINUX asks for a menu by UUID, then by the type and address of its card,
   then by more names, and takes the first that is there (SYS-18). So only what
   a section is for is there: "default" is for the others. */
static int
open_of_pxelinux(const struct content *content, const struct client *client, const char *name,
		 struct file **ret_file)
{
	static const char type[] = "01-"; /* Ethernet */
	struct asker asker = {0};

	if (strncmp(name, type, strlen(type)) == 0)
		name += strlen(type);
	if (take_machine(&name, '\0', &asker) < 0 ||
	    !machine_has_section(content->options.machines, &asker.machine))
		return -ENOENT;
	return open_main(content, client, &asker, MENU_PXELINUX, ret_file);
}

int
content_menu(const struct content *content, const struct client *client, const char *path,
	     struct file **ret_file)
{
	static const char machines[] = "machines/", pxelinux[] = "pxelinux.cfg/";
	struct asker asker = {0};
	int error;

	if (strncasecmp(path, MENU_BIOS_FOLDER, strlen(MENU_BIOS_FOLDER)) == 0) {
		path += strlen(MENU_BIOS_FOLDER);
		asker.is_bios = true;
		memcpy(asker.folder, MENU_BIOS_FOLDER, sizeof(MENU_BIOS_FOLDER));
	}
	if (strncasecmp(path, machines, strlen(machines)) == 0) {
		path += strlen(machines);
		error = take_machine(&path, '/', &asker);
		if (error < 0)
			return error;
	}
	error = open_menu(content, client, &asker, path, ret_file);
	if (error == -ENOENT && strncasecmp(path, pxelinux, strlen(pxelinux)) == 0)
		error = open_of_pxelinux(content, client, path + strlen(pxelinux), ret_file);
	return error;
}
