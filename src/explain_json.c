/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story of an image, as JSON for scripts. What is not known is left out.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "boot.h"
#include "explain.h"
#include "explain_part.h"
#include "json_text.h"
#include "menu_part.h"
#include "text.h"

static void
set_string(json_t *object, const char *key, const char *value)
{
	if (value != NULL)
		json_object_set_new(object, key, json_text(value));
}

static void
set_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static json_t *
make_notes(const struct entry_note *note)
{
	json_t *array = json_array();

	for (; note != NULL; note = note->next)
		json_array_append_new(array, json_text(note->text));
	return array;
}

static json_t *
make_file(const struct menu_context *context, const struct menu_image *image,
	  const struct entry_file *file)
{
	json_t *object = json_object();
	struct text url = {0};

	menu_append_url(context, image, file->path, &url);
	set_string(object, "path", file->path);
	set_string(object, "url", text_string(&url));
	set_number(object, "size", file->size);
	text_free(&url);
	return object;
}

static json_t *
make_initrds(const struct menu_context *context, const struct menu_image *image,
	     const struct entry *entry)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < entry->initrd_count; i++)
		json_array_append_new(array, make_file(context, image, &entry->initrds[i]));
	return array;
}

static json_t *
make_labels(const struct entry_alias *alias)
{
	json_t *array = json_array();

	for (; alias != NULL; alias = alias->next)
		json_array_append_new(array, json_text(alias->label));
	return array;
}

static json_t *make_menu(enum menu_format format, const struct menu_context *context,
			 const struct menu_image *image, const struct menu *menu);

/* What only kernels and disk images have. */
static void
set_files(json_t *object, const struct menu_context *context, const struct menu_image *image,
	  const struct entry *entry)
{
	struct text arguments = {0};

	explain_arguments(context, image, entry, &arguments);
	if (entry->kernel.path != NULL)
		json_object_set_new(object, "kernel", make_file(context, image, &entry->kernel));
	json_object_set_new(object, "initrds", make_initrds(context, image, entry));
	if (entry->root.path != NULL)
		json_object_set_new(object, "fetches", make_file(context, image, &entry->root));
	set_string(object, "before", entry->original);
	set_string(object, "after", text_string(&arguments));
	set_string(object, "recipe", entry->recipe);
	set_string(object, "needs", entry->needs);
	if (menu_download(entry) > 0)
		set_number(object, "download", menu_download(entry));
	if (entry->ram > 0)
		set_number(object, "ram", entry->ram);
	text_free(&arguments);
}

static json_t *
make_entry(enum menu_format format, const struct menu_context *context,
	   const struct menu_image *image, const struct entry *entry)
{
	json_t *object = json_object();
	char buffer[MENU_WHY_SIZE];
	const char *why = menu_why_not(format, context, image, entry, buffer);

	set_string(object, "label", entry->label);
	json_object_set_new(object, "aliases", make_labels(entry->aliases));
	set_string(object, "kind", explain_kind(entry));
	set_string(object, "title", entry->title);
	set_string(object, "help", entry->help);
	set_string(object, "file", entry->source_path);
	if (entry->source_path != NULL)
		set_number(object, "line", entry->source_line);
	json_object_set_new(object, "default", json_boolean(entry->is_default));
	json_object_set_new(object, "hidden", json_boolean(entry->is_hidden));
	json_object_set_new(object, "offered", json_boolean(why == NULL));
	set_string(object, "why_not", why);
	set_string(object, "module", entry->module);
	if (entry->firmware != ENTRY_FOR_ANY)
		set_string(object, "firmware", explain_firmware(entry));
	if (entry->kernel.path != NULL || entry->kind == ENTRY_LINUX)
		set_files(object, context, image, entry);
	json_object_set_new(object, "notes", make_notes(entry->notes));
	if (entry->submenu != NULL)
		json_object_set_new(object, "entries",
				    make_menu(format, context, image, entry->submenu));
	return object;
}

static json_t *
make_menu(enum menu_format format, const struct menu_context *context,
	  const struct menu_image *image, const struct menu *menu)
{
	json_t *array = json_array();

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->kind != ENTRY_SEPARATOR)
			json_array_append_new(array, make_entry(format, context, image, entry));
	}
	return array;
}

static json_t *
make_image(enum menu_format format, const struct menu_context *context,
	   const struct menu_image *image)
{
	json_t *object = json_object();

	set_string(object, "name", image->name);
	set_string(object, "title", menu_image_title(image));
	set_number(object, "size", image->size);
	if (image->boot == NULL) {
		set_string(object, "problem", image->problem != NULL ? image->problem : "");
		return object;
	}
	set_string(object, "family", image->boot->family);
	set_number(object, "entry_count", image->boot->entry_count);
	set_number(object, "timeout_ms", image->boot->menu->timeout_ms);
	json_object_set_new(object, "problems", make_notes(image->boot->problems));
	json_object_set_new(object, "notes", make_notes(image->boot->notes));
	json_object_set_new(object, "entries",
			    make_menu(format, context, image, image->boot->menu));
	if (image->boot->uefi != NULL)
		json_object_set_new(object, "uefi_entries",
				    make_menu(format == MENU_PXELINUX ? MENU_IPXE : format, context,
					      image, image->boot->uefi));
	return object;
}

int
explain_json(enum menu_format format, const struct menu_context *context,
	     const struct menu_image *image, struct text *text)
{
	json_t *object = make_image(format, context, image);
	char *string = json_dumps(object, JSON_INDENT(2));

	json_decref(object);
	if (string == NULL)
		return -ENOMEM;
	text_append(text, string);
	free(string);
	return text->error;
}
