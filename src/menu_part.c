/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the menus of all clients have in common, but for what is offered to whom
 * (menu_offer.c) and what boots by itself (menu_self.c). Everything that an image can
 * put into a menu passes through here or through a renderer's own quoting.
 */
#include "menu_part.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arguments.h"
#include "boot.h"
#include "text.h"

const struct menu_tail_line *
menu_tail_line(enum menu_tail line)
{
	static const struct menu_tail_line lines[TAIL_COUNT] = {
		[TAIL_LOCAL] = {"@local", "Boot from local disk",
				"Starts what is installed on this machine's own disk.", 'l', NULL},
		[TAIL_MEMTEST] = {"@memtest", "Memory test",
				  "Tests this machine's memory until it is switched off.", 'm',
				  NULL},
		[TAIL_HARDWARE] = {"@hardware", "Hardware detection",
				   "Shows the processor, memory, disks and cards of this machine.",
				   'h', "hdt.c32"},
		[TAIL_REBOOT] = {"@reboot", "Reboot", "Starts this machine anew.", 'r',
				 "reboot.c32"},
		[TAIL_POWEROFF] = {"@poweroff", "Power off", "Switches this machine off.", 'p',
				   "poweroff.c32"},
	};

	return &lines[line];
}

bool
menu_has_loader(const struct menu_context *context, const char *name)
{
	return context->has_loader != NULL && context->has_loader(context->loaders, name);
}

static enum entry_firmware
firmware_of(enum menu_format format)
{
	return format == MENU_PXELINUX ? ENTRY_FOR_BIOS : ENTRY_FOR_UEFI;
}

const struct menu *
menu_of(enum menu_format format, const struct boot *boot)
{
	return boot_menu(boot, firmware_of(format));
}

void
menu_append_server(const struct menu_context *context, struct text *text)
{
	text_printf(text, "http://%s", context->server);
	if (context->http_port != 80)
		text_printf(text, ":%u", context->http_port);
}

const struct entry *
menu_entry_of(enum menu_format format, const struct boot *boot, const char *label)
{
	return boot_find_for(boot, firmware_of(format), label);
}

const char *
menu_folder(const struct menu_context *context)
{
	return context->folder != NULL ? context->folder : "";
}

bool
menu_asks_firmware(const struct menu_context *context, const struct menu_image *images,
		   size_t count)
{
	bool has_two = false;

	for (size_t i = 0; i < count && !context->is_bios && !has_two; i++)
		has_two = images[i].boot != NULL && images[i].boot->uefi != NULL;
	return has_two;
}

void
menu_append_tftp_server(const struct menu_context *context, struct text *text)
{
	text_printf(text, "tftp://%s", context->server);
	if (context->tftp_port != 69 && context->tftp_port != 0)
		text_printf(text, ":%u", context->tftp_port);
}

void
menu_append_url(const struct menu_context *context, const struct menu_image *image,
		const char *path, struct text *text)
{
	menu_append_server(context, text);
	text_append(text, "/images/");
	text_append_url_path(text, image->name);
	text_append(text, path[0] == '\0' ? ".iso" : "/");
	text_append_url_path(text, path);
}

/* What fill_token needs to know. */
struct filling {
	const struct menu_context *context;
	const struct menu_image *image;
	const char *mac;
};

/* Appends the URL of the image's tree, without the '/' behind it. */
static void
append_tree(const struct filling *filling, struct text *text)
{
	text_append(text, "/images/");
	text_append_url_path(text, filling->image->name);
}

static bool
fill_token(const void *data, const char *name, size_t length, struct text *text)
{
	const struct filling *filling = data;
	char token[16];

	if (length >= sizeof(token))
		return false;
	memcpy(token, name, length);
	token[length] = '\0';
	if (strcmp(token, "http") == 0) {
		menu_append_server(filling->context, text);
		append_tree(filling, text);
	} else if (strcmp(token, "iso") == 0) {
		menu_append_url(filling->context, filling->image, "", text);
	} else if (strcmp(token, "tftp") == 0) {
		menu_append_tftp_server(filling->context, text);
		append_tree(filling, text);
	} else if (strcmp(token, "path") == 0) {
		append_tree(filling, text);
	} else if (strcmp(token, "server") == 0) {
		text_append(text, filling->context->server);
	} else if (strcmp(token, "port") == 0) {
		text_printf(text, "%u", filling->context->http_port);
	} else if (strcmp(token, "mac") == 0 && filling->mac != NULL) {
		text_append(text, filling->mac);
	} else {
		return false;
	}
	return true;
}

bool
menu_has_arguments(const struct menu_context *context, const struct entry *entry)
{
	return entry->arguments != NULL ||
	       (context->arguments != NULL && entry->kind == ENTRY_LINUX);
}

bool
menu_append_arguments(const struct menu_context *context, const struct menu_image *image,
		      const struct entry *entry, const char *mac, struct text *text)
{
	const struct filling filling = {context, image, mac};
	size_t start = text->length;
	struct text all = {0};
	bool is_known;

	text_append(&all, entry->arguments != NULL ? entry->arguments : "");
	if (context->arguments != NULL && entry->kind == ENTRY_LINUX) {
		text_append(&all, all.length > 0 ? " " : "");
		arguments_escape(&all, context->arguments, strlen(context->arguments));
	}
	is_known = arguments_expand(text_string(&all), fill_token, &filling, text) == NULL;
	if (!is_known)
		text_cut(text, start);
	text->error = text->error != 0 ? text->error : all.error;
	text_free(&all);
	return is_known;
}

const char *
menu_image_title(const struct menu_image *image)
{
	if (image->title != NULL && image->title[0] != '\0')
		return image->title;
	if (image->boot != NULL && image->boot->title != NULL)
		return image->boot->title;
	return image->name;
}

const char *
menu_image_problem(const struct menu_image *image)
{
	return image->problem != NULL ? image->problem : "unreadable";
}

bool
menu_holds(const struct menu *menu, const struct entry *wanted)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry == wanted)
			return true;
	}
	return false;
}

void
menu_append_line(struct text *text, const char *string, unsigned columns)
{
	size_t start = text->length;
	unsigned used = 0;

	for (; *string != '\0' && used < columns; string++) {
		unsigned char c = (unsigned char)*string;
		bool is_blank = c <= ' ' || c == 0x7f;
		size_t length = text->length;

		if (is_blank && (length == start || text->bytes[length - 1] == ' '))
			continue;
		text_append_char(text, is_blank ? ' ' : *string);
		used++;
	}
	if (*string != '\0' && columns > 3 && text->length - start == columns) {
		text_cut(text, text->length - 3);
		text_append(text, "...");
	}
	while (text->length > start && text->bytes[text->length - 1] == ' ')
		text_cut(text, text->length - 1);
}

void
menu_append_size(struct text *text, uint64_t bytes)
{
	const uint64_t mib = 1024 * 1024;

	if (bytes < 1000 * mib)
		text_printf(text, "%llu MiB", (unsigned long long)((bytes + mib - 1) / mib));
	else
		text_printf(text, "%.1f GiB", (double)bytes / 1024 / (double)mib);
}

void
menu_render_main(enum menu_format format, const struct menu_context *context,
		 const struct menu_image *images, size_t count, struct text *text)
{
	switch (format) {
	case MENU_PXELINUX:
		menu_pxelinux_main(context, images, count, text);
		break;
	case MENU_IPXE:
		menu_ipxe_main(context, images, count, text);
		break;
	case MENU_GRUB:
		menu_grub_main(context, images, count, text);
		break;
	}
}

void
menu_render_image(enum menu_format format, const struct menu_context *context,
		  const struct menu_image *image, struct text *text)
{
	switch (format) {
	case MENU_PXELINUX:
		menu_pxelinux_image(context, image, text);
		break;
	case MENU_IPXE:
		menu_ipxe_image(context, image, text);
		break;
	case MENU_GRUB:
		menu_grub_image(context, image, text);
		break;
	}
}

int
menu_render_start(const struct menu_context *context, const struct menu_image *image,
		  const char *label, struct text *text)
{
	const struct entry *entry =
		image->boot != NULL ? menu_entry_of(MENU_PXELINUX, image->boot, label) : NULL;
	char buffer[MENU_WHY_SIZE];

	if (entry == NULL || !menu_goes_by_ipxe(entry) ||
	    menu_why_not(MENU_PXELINUX, context, image, entry, buffer) != NULL)
		return -ENOENT;
	menu_ipxe_start(context, image, entry, text);
	return 0;
}

void
menu_render_local(const struct menu_context *context, struct text *text)
{
	menu_pxelinux_local(context, text);
}
