/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story of an image, as text for people. Everything that comes out of the
 * image is printed on one line without control bytes, so that no image can
 * write to the terminal.
 */
#include "explain.h"

#include "boot.h"
#include "explain_part.h"
#include "menu_part.h"
#include "text.h"

enum { LINE_COLUMNS = 8192, COMMAND_LINE_LIMIT = 2047 };

/* {mac} as a person reads it. */
static const char MAC[] = "MAC";

const char *
explain_kind(const struct entry *entry)
{
	static const char *const names[] = {
		[ENTRY_LINUX] = "linux",         [ENTRY_MEMDISK] = "memdisk",
		[ENTRY_MODULE] = "module",       [ENTRY_PROGRAM] = "program",
		[ENTRY_LOCAL] = "local",         [ENTRY_MENU] = "menu",
		[ENTRY_SEPARATOR] = "separator", [ENTRY_TEXT] = "text",
	};

	return names[entry->kind];
}

const char *
explain_firmware(const struct entry *entry)
{
	static const char *const names[] = {"any", "BIOS", "UEFI"};

	return names[entry->firmware];
}

void
explain_arguments(const struct menu_context *context, const struct menu_image *image,
		  const struct entry *entry, struct text *text)
{
	menu_append_arguments(context, image, entry, context->mac != NULL ? context->mac : MAC,
			      text);
}

static void
append_field(struct text *text, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	text_printf(text, "    %-10s ", name);
	menu_append_line(text, value, LINE_COLUMNS);
	text_append_char(text, '\n');
}

static void
append_file(struct text *text, const char *name, const struct menu_context *context,
	    const struct menu_image *image, const struct entry_file *file)
{
	if (file->path == NULL)
		return;
	text_printf(text, "    %-10s ", name);
	menu_append_url(context, image, file->path, text);
	if (file->size > 0) {
		text_append(text, " (");
		menu_append_size(text, file->size);
		text_append_char(text, ')');
	}
	text_append_char(text, '\n');
}

static void
append_notes(struct text *text, const struct entry_note *note, const char *indent)
{
	for (; note != NULL; note = note->next) {
		text_append(text, indent);
		text_append(text, "- ");
		menu_append_line(text, note->text, LINE_COLUMNS);
		text_append_char(text, '\n');
	}
}

static void
append_needs(struct text *text, const struct entry *entry)
{
	struct text cost = {0};

	menu_append_cost(entry, &cost);
	append_field(text, "machine", text_string(&cost));
	if (entry->needs != NULL)
		text_printf(text, "    needs      %s from its initramfs\n", entry->needs);
	text->error = text->error != 0 ? text->error : cost.error;
	text_free(&cost);
}

/* The arguments before and after, where that says anything. */
static void
append_change(struct text *text, const struct menu_context *context, const struct menu_image *image,
	      const struct entry *entry)
{
	struct text arguments = {0};

	explain_arguments(context, image, entry, &arguments);
	append_field(text, "before", entry->original);
	append_field(text, "after", text_string(&arguments));
	if (arguments.length > COMMAND_LINE_LIMIT)
		append_field(text, "", "longer than the 2047 bytes that a kernel keeps");
	text->error = text->error != 0 ? text->error : arguments.error;
	text_free(&arguments);
}

static void append_menu(enum menu_format, const struct menu_context *, const struct menu_image *,
			const struct menu *, struct text *);

static void
append_entry(enum menu_format format, const struct menu_context *context,
	     const struct menu_image *image, const struct entry *entry, struct text *text)
{
	char buffer[MENU_WHY_SIZE];
	const char *why = menu_why_not(format, context, image, entry, buffer);

	text_append(text, "  ");
	menu_append_line(text, entry->label, LINE_COLUMNS);
	text_append(text, "  \"");
	menu_append_line(text, entry->title, LINE_COLUMNS);
	text_printf(text, "\"  %s%s", explain_kind(entry), entry->is_hidden ? ", hidden" : "");
	if (entry->source_path != NULL) {
		text_append(text, "  ");
		menu_append_line(text, entry->source_path, LINE_COLUMNS);
		text_printf(text, ":%u", entry->source_line);
	}
	text_append_char(text, '\n');
	if (entry->kind == ENTRY_MENU || entry->kind == ENTRY_TEXT)
		return;
	append_field(text, "not offered", why);
	if (entry->firmware != ENTRY_FOR_ANY)
		append_field(text, "starts on", explain_firmware(entry));
	append_field(text, "module", entry->module);
	append_file(text, "kernel", context, image, &entry->kernel);
	for (unsigned i = 0; i < entry->initrd_count; i++)
		append_file(text, "initrd", context, image, &entry->initrds[i]);
	append_file(text, "fetches", context, image, &entry->root);
	append_field(text, "recipe", entry->recipe);
	if (entry->kind == ENTRY_LINUX || entry->kind == ENTRY_MEMDISK)
		append_change(text, context, image, entry);
	append_needs(text, entry);
	append_notes(text, entry->notes, "    ");
}

static void
append_menu(enum menu_format format, const struct menu_context *context,
	    const struct menu_image *image, const struct menu *menu, struct text *text)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->kind == ENTRY_SEPARATOR)
			continue;
		append_entry(format, context, image, entry, text);
		text_append_char(text, '\n');
		if (entry->submenu != NULL)
			append_menu(format, context, image, entry->submenu, text);
	}
}

void
explain_text(enum menu_format format, const struct menu_context *context,
	     const struct menu_image *image, struct text *text)
{
	text_printf(text, "%s: ", image->name);
	menu_append_line(text, menu_image_title(image), LINE_COLUMNS);
	text_append_char(text, '\n');
	if (image->boot == NULL) {
		text_printf(text, "  cannot be read: %s\n",
			    image->problem != NULL ? image->problem : "");
		return;
	}
	text_printf(text, "  %s, ",
		    image->boot->family != NULL ? image->boot->family : "no known family");
	menu_append_size(text, image->size);
	text_printf(text, ", %u %s to boot\n", image->boot->entry_count,
		    image->boot->entry_count == 1 ? "entry" : "entries");
	append_notes(text, image->boot->problems, "  ");
	append_notes(text, image->boot->notes, "  ");
	text_append_char(text, '\n');
	if (image->boot->uefi != NULL)
		text_append(text, "Menu of BIOS machines:\n\n");
	append_menu(format, context, image, image->boot->menu, text);
	if (image->boot->uefi == NULL)
		return;
	text_append(text, "Menu of UEFI machines:\n\n");
	append_menu(format == MENU_PXELINUX ? MENU_IPXE : format, context, image, image->boot->uefi,
		    text);
}
