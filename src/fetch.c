/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of what is fetched: see fetch.h.
 */
#include "fetch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "fetch_part.h"
#include "http_target.h"
#include "menu_part.h"
#include "policy.h"
#include "text.h"

void
fetches_free(struct fetches *fetches)
{
	for (size_t i = 0; i < fetches->count; i++) {
		free(fetches->items[i].path);
		free(fetches->items[i].url);
	}
	free(fetches->items);
	*fetches = (struct fetches){0};
}

bool
fetch_is_missing(const struct fetch *fetch)
{
	return fetch->path != NULL && fetch->result < 0 && fetch->result != -EISDIR;
}

const char *
fetch_stage_name(enum fetch_stage stage)
{
	static const char *const names[] = {[FETCH_LOADER] = "loader",
					    [FETCH_MENU] = "menu",
					    [FETCH_KERNEL] = "kernel",
					    [FETCH_INITRD] = "initrd",
					    [FETCH_ROOT] = "root"};

	return names[stage];
}

const char *
fetch_why(const struct fetch *fetch)
{
	if (fetch->why != NULL)
		return fetch->why;
	if (fetch->stage == FETCH_LOADER)
		return "not installed on the server";
	switch (fetch->result) {
	case -ENOENT:
		return "there is no such file";
	case -EINVAL:
		return "its URL is malformed";
	case -EACCES:
		return "it is nothing that can be served";
	default:
		return strerror(-fetch->result);
	}
}

/* Looks up what is behind the server in a URL, decoded as the HTTP service does it. */
static void
resolve(struct fetch *fetch, const char *path, const struct fetch_tree *tree)
{
	struct http_target target;
	int error = http_target_parse((struct http_slice){path, strlen(path)}, &target);

	fetch->path = strdup(error == 0 ? target.path + 1 : path + 1);
	fetch->result = error;
	if (fetch->path == NULL)
		fetch->result = -ENOMEM;
	else if (error == 0)
		fetch->result = tree->find(tree->data, fetch->path, &fetch->size);
}

/* The one that asks for the same: NULL if there is none. */
static struct fetch *
find_like(const struct fetches *fetches, const struct fetch *fetch)
{
	for (size_t i = 0; i < fetches->count; i++) {
		struct fetch *other = &fetches->items[i];
		bool has_path = fetch->path != NULL && other->path != NULL;

		if (has_path ? strcmp(other->path, fetch->path) == 0 &&
				       other->is_tftp == fetch->is_tftp
			     : strcmp(other->url, fetch->url) == 0)
			return other;
	}
	return NULL;
}

/* Puts `fetch` behind those of its stage, which takes over its strings: whether that
   was done. */
static bool
append(struct fetches *fetches, const struct fetch *fetch)
{
	size_t place = fetches->count;
	struct fetch *items;

	if (fetches->count == FETCHES_MAX) {
		fetches->left_out++;
		return false;
	}
	items = reallocarray(fetches->items, fetches->count + 1, sizeof(*items));
	if (items == NULL) {
		fetches->error = -ENOMEM;
		return false;
	}
	fetches->items = items;
	while (place > 0 && items[place - 1].stage > fetch->stage)
		place--;
	memmove(&items[place + 1], &items[place], (fetches->count - place) * sizeof(*items));
	items[place] = *fetch;
	fetches->count++;
	return true;
}

void
fetches_add(const struct fetching *fetching, enum fetch_stage stage, struct text *url, size_t path)
{
	struct fetch fetch = {.stage = stage,
			      .clients = 1U << fetching->format,
			      .is_optional = fetching->is_optional,
			      .why = fetching->why};
	struct fetch *like;

	if (text_take(url, &fetch.url, NULL) < 0) {
		fetching->fetches->error = -ENOMEM;
		return;
	}
	fetch.is_tftp = strncmp(fetch.url, "tftp:", 5) == 0;
	if (path != 0)
		resolve(&fetch, fetch.url + path, fetching->tree);
	like = find_like(fetching->fetches, &fetch);
	if (like != NULL) {
		like->clients |= fetch.clients;
		like->is_optional &= fetch.is_optional;
	}
	if (like != NULL || !append(fetching->fetches, &fetch)) {
		free(fetch.path);
		free(fetch.url);
	}
}

/* A file of the image; "" is the image itself. */
static void
add_file(const struct fetching *fetching, enum fetch_stage stage, const char *path)
{
	struct text server = {0}, url = {0};

	menu_append_server(fetching->context, &server);
	menu_append_url(fetching->context, fetching->image, path, &url);
	fetches_add(fetching, stage, &url, server.length);
	text_free(&server);
}

/* A path of the tree; PXELINUX and firmware come for it with TFTP. */
static void
add_path(const struct fetching *fetching, enum fetch_stage stage, bool is_tftp, const char *path)
{
	struct text url = {0};
	size_t start;

	if (is_tftp)
		menu_append_tftp_server(fetching->context, &url);
	else
		menu_append_server(fetching->context, &url);
	start = url.length;
	text_append_char(&url, '/');
	text_append_url_path(&url, path);
	fetches_add(fetching, stage, &url, start);
}

/* A module of PXELINUX, and those that it is linked to: they ask for each other. */
static void
add_module(const struct fetching *fetching, const char *name)
{
	static const struct {
		const char *name, *needs[5];
	} rows[] = {
		{"vesamenu.c32", {"libcom32.c32", "libutil.c32"}},
		{"menu.c32", {"libutil.c32"}},
		{"chain.c32", {"libcom32.c32", "libutil.c32"}},
		{"hdt.c32", {"libmenu.c32", "libgpl.c32", "libcom32.c32", "libutil.c32"}},
		{"reboot.c32", {"libcom32.c32"}},
	};

	add_path(fetching, FETCH_LOADER, true, name);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		for (size_t j = 0; rows[i].needs[j] != NULL; j++)
			add_path(fetching, FETCH_LOADER, true, rows[i].needs[j]);
	}
}

/* The loader that firmware is told of, as DHCP does it. */
static void
add_firmware_loader(const struct fetching *fetching, uint16_t arch, const char *usual)
{
	const struct menu_context *context = fetching->context;
	const struct policy_machine machine = {.protocol = POLICY_PXE, .arch = arch};
	struct policy_site site = {
		.http_port = context->http_port,
		.has_tftp = true,
		.loaders = {.has_lpxelinux = menu_has_loader(context, "lpxelinux.0"),
			    .has_snponly_efi = menu_has_loader(context, "snponly.efi"),
			    .has_ipxe_efi = menu_has_loader(context, "ipxe.efi")},
	};
	struct fetching missing = *fetching;
	char file[POLICY_FILE_SIZE];
	const char *why = NULL;

	inet_pton(AF_INET, context->server, &site.server);
	if (policy_choose(&machine, &site, file, &why) == 0) {
		add_path(fetching, FETCH_LOADER, true, file);
		return;
	}
	missing.why = why;
	add_path(&missing, FETCH_LOADER, true, usual);
}

static void
add_image_menu(const struct fetching *fetching, bool is_tftp, const char *ending)
{
	struct text path = {0};

	text_printf(&path, "%smenus/%s%s", menu_folder(fetching->context), fetching->image->name,
		    ending);
	add_path(fetching, FETCH_MENU, is_tftp, text_string(&path));
	text_free(&path);
}

/* The menus of iPXE and GRUB, on a BIOS too when the image has one for it. */
static void
add_menus(struct fetching *fetching, const char *main, const char *ending)
{
	struct menu_context bios = *fetching->context;
	const struct menu_context *context = fetching->context;
	struct text folder = {0}, path = {0};

	add_path(fetching, FETCH_MENU, false, main);
	add_image_menu(fetching, false, ending);
	if (!menu_asks_firmware(context, fetching->image, 1))
		return;
	text_printf(&folder, MENU_BIOS_FOLDER "%s", menu_folder(context));
	text_printf(&path, "%s%s", text_string(&folder), main);
	bios.folder = text_string(&folder);
	fetching->context = &bios;
	add_path(fetching, FETCH_MENU, false, text_string(&path));
	add_image_menu(fetching, false, ending);
	fetching->context = context;
	text_free(&folder);
	text_free(&path);
}

/* The backgrounds of the image's menus. */
static void
add_pictures(const struct fetching *fetching, const struct menu *menu)
{
	const char *picture = menu_pxelinux_picture(fetching->context, fetching->image, menu);

	if (picture != NULL)
		add_file(fetching, FETCH_MENU, picture);
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->submenu != NULL)
			add_pictures(fetching, entry->submenu);
	}
}

void
fetches_add_menu(struct fetches *fetches, enum menu_format format,
		 const struct menu_context *context, const struct menu_image *image,
		 const struct fetch_tree *tree)
{
	struct fetching fetching = {fetches, format, context, image, tree, false, NULL};
	const char *module = menu_pxelinux_module(context);

	switch (format) {
	case MENU_PXELINUX:
		add_firmware_loader(&fetching, 0, "lpxelinux.0");
		add_path(&fetching, FETCH_LOADER, true, "ldlinux.c32");
		add_path(&fetching, FETCH_MENU, true, "pxelinux.cfg/default");
		add_module(&fetching, module != NULL ? module : "menu.c32");
		add_image_menu(&fetching, true, ".cfg");
		add_pictures(&fetching, menu_of(format, image->boot));
		break;
	case MENU_IPXE:
		add_firmware_loader(&fetching, 7, "snponly.efi");
		add_menus(&fetching, "boot.ipxe", ".ipxe");
		break;
	case MENU_GRUB:
		add_menus(&fetching, "grub/grub.cfg", ".grub");
		break;
	}
}

static void
add_asks(const struct fetching *fetching, const struct entry *entry)
{
	struct fetching asking = *fetching;

	for (const struct entry_ask *ask = entry->asks; ask != NULL; ask = ask->next) {
		asking.is_optional = ask->is_optional;
		add_file(&asking, FETCH_ROOT, ask->path);
	}
}

/* The local disk of PXELINUX: a menu of its own, which starts a module. */
static void
add_local(const struct fetching *fetching)
{
	struct text path = {0};

	text_printf(&path, "%smenus/@local.cfg", menu_folder(fetching->context));
	add_path(fetching, FETCH_MENU, true, text_string(&path));
	text_free(&path);
	if (menu_has_loader(fetching->context, "chain.c32"))
		add_module(fetching, "chain.c32");
}

/* What PXELINUX loads to hand the entry to iPXE. */
static void
add_detour(const struct fetching *fetching, const struct entry *entry)
{
	struct text path = {0};

	menu_append_start_path(fetching->context, fetching->image, entry, &path);
	add_path(fetching, FETCH_LOADER, false, "ipxe.lkrn");
	add_path(fetching, FETCH_MENU, false, text_string(&path));
	text_free(&path);
}

/* What the entry's `kernel` is to those who fetch it. */
static enum fetch_stage
stage_of(const struct entry *entry)
{
	switch (entry->kind) {
	case ENTRY_MEMDISK:
		return FETCH_INITRD;
	case ENTRY_SANBOOT:
		return FETCH_ROOT;
	default:
		return FETCH_KERNEL;
	}
}

void
fetches_add_entry(struct fetches *fetches, enum menu_format format,
		  const struct menu_context *context, const struct menu_image *image,
		  const struct entry *entry, const struct fetch_tree *tree)
{
	const struct fetching fetching = {fetches, format, context, image, tree, false, NULL};
	const bool is_pxelinux = format == MENU_PXELINUX;
	const bool goes_by_ipxe = is_pxelinux && menu_goes_by_ipxe(entry);

	if (goes_by_ipxe)
		add_detour(&fetching, entry);
	if (entry->kind == ENTRY_MEMDISK)
		add_path(&fetching, FETCH_LOADER, is_pxelinux && !goes_by_ipxe, "memdisk");
	if (entry->kind == ENTRY_MODULE && is_pxelinux && entry->module != NULL)
		add_module(&fetching, entry->module);
	if (entry->kind == ENTRY_LOCAL && is_pxelinux)
		add_local(&fetching);
	if (entry->kernel.path != NULL)
		add_file(&fetching, stage_of(entry), entry->kernel.path);
	for (unsigned i = 0; i < entry->initrd_count; i++)
		add_file(&fetching, FETCH_INITRD, entry->initrds[i].path);
	if (entry->root.path != NULL)
		add_file(&fetching, FETCH_ROOT, entry->root.path);
	fetches_add_arguments(&fetching, entry);
	add_asks(&fetching, entry);
}
