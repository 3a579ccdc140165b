/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The story of an image, as JSON for scripts. What is not known is left out.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "companion.h"
#include "explain_part.h"
#include "index.h"
#include "json_text.h"
#include "look.h"
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

static void
set_flag(json_t *object, const char *key, bool value)
{
	json_object_set_new(object, key, json_boolean(value));
}

static json_t *
make_notes(const struct entry_note *note)
{
	json_t *array = json_array();

	for (; note != NULL; note = note->next)
		json_array_append_new(array, json_text(note->text));
	return array;
}

/* Those that have a reason: what, and why. */
static json_t *
make_reasons(const struct entry_note *note, enum note_kind kind)
{
	json_t *array = json_array();

	for (; note != NULL; note = note->next) {
		json_t *object;
		char *what;

		if (note->kind != kind || note->why == 0)
			continue;
		object = json_object();
		what = strndup(note->text, note->why - strlen(": "));
		set_string(object, "what", what);
		set_string(object, "why", note->text + note->why);
		json_array_append_new(array, object);
		free(what);
	}
	return array;
}

/* --- what is fetched ------------------------------------------------------- */

static json_t *
make_clients(unsigned clients)
{
	json_t *array = json_array();

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		if ((clients & 1U << format) != 0)
			json_array_append_new(array, json_string(explain_client(format)));
	}
	return array;
}

static json_t *
make_fetch(const struct fetch *fetch)
{
	json_t *object = json_object();
	const char *status = "ok";

	if (fetch->path == NULL)
		status = "elsewhere";
	else if (fetch->result == -EISDIR)
		status = "directory";
	else if (fetch->result < 0)
		status = "missing";
	set_string(object, "stage", fetch_stage_name(fetch->stage));
	set_string(object, "url", fetch->url);
	json_object_set_new(object, "clients", make_clients(fetch->clients));
	set_flag(object, "optional", fetch->is_optional);
	set_string(object, "status", status);
	if (fetch->path != NULL && fetch->result == 0)
		set_number(object, "size", fetch->size);
	if (fetch_is_missing(fetch))
		set_string(object, "why", fetch_why(fetch));
	return object;
}

/* Frees the list. */
static void
set_fetches(json_t *object, struct fetches *fetches)
{
	json_t *array = json_array();

	for (size_t i = 0; i < fetches->count; i++)
		json_array_append_new(array, make_fetch(&fetches->items[i]));
	json_object_set_new(object, "fetches", array);
	if (fetches->left_out > 0)
		set_number(object, "fetches_left_out", fetches->left_out);
	fetches_free(fetches);
}

static json_t *
make_file(const struct explain *explain, const struct entry_file *file)
{
	json_t *object = json_object();
	struct text url = {0};

	menu_append_url(explain->context, explain->image, file->path, &url);
	set_string(object, "path", file->path);
	set_string(object, "url", text_string(&url));
	set_number(object, "size", file->size);
	text_free(&url);
	return object;
}

static json_t *
make_initrds(const struct explain *explain, const struct entry *entry)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < entry->initrd_count; i++)
		json_array_append_new(array, make_file(explain, &entry->initrds[i]));
	return array;
}

/* --- entries --------------------------------------------------------------- */

static json_t *
make_labels(const struct entry_alias *alias)
{
	json_t *array = json_array();

	for (; alias != NULL; alias = alias->next)
		json_array_append_new(array, json_text(alias->label));
	return array;
}

static void
set_way(json_t *object, const struct entry *entry)
{
	if (entry->way == WAY_NOT_KNOWN)
		return;
	set_string(object, "way", entry_way_name(entry->way));
	set_string(object, "way_why", entry->way_why);
	set_string(object, "way_fact", entry->way_fact);
	json_object_set_new(object, "other_ways", make_notes(entry->other_ways));
}

/* What only kernels and disk images have. */
static void
set_files(json_t *object, const struct explain *explain, const struct entry *entry)
{
	struct text arguments = {0};

	explain_arguments(explain->context, explain->image, entry, &arguments);
	if (entry->kernel.path != NULL)
		json_object_set_new(object, "kernel", make_file(explain, &entry->kernel));
	json_object_set_new(object, "initrds", make_initrds(explain, entry));
	if (entry->root.path != NULL)
		json_object_set_new(object, "root", make_file(explain, &entry->root));
	set_string(object, "before", entry->original);
	set_string(object, "after", text_string(&arguments));
	set_string(object, "recipe", entry->recipe);
	set_way(object, entry);
	set_string(object, "needs", entry->needs);
	if (entry->ram > 0)
		set_number(object, "ram", entry->ram);
	if (menu_download(entry) > 0)
		set_number(object, "download", menu_download(entry));
	text_free(&arguments);
}

static void
set_offer(json_t *object, const struct explain *explain, unsigned clients,
	  const struct entry *entry)
{
	json_t *reasons = json_object();
	struct explain_offer offer;

	explain_offer(explain, clients, entry, &offer);
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++)
		set_string(reasons, explain_client(format), offer.why[format]);
	json_object_set_new(object, "offered", make_clients(offer.clients));
	json_object_set_new(object, "not_offered", reasons);
	set_string(object, "firmware", explain_firmware(entry));
}

/* What starts it on `clients`. */
static void
set_start(json_t *object, const struct explain *explain, unsigned clients,
	  const struct entry *entry)
{
	struct fetches fetches;

	if (entry->kernel.path != NULL || entry->kind == ENTRY_LINUX)
		set_files(object, explain, entry);
	if (entry->kind != ENTRY_MENU && entry->kind != ENTRY_TEXT) {
		explain_fetch_entry(explain, explain_fetchers(explain, clients, entry), entry,
				    &fetches);
		set_fetches(object, &fetches);
	}
	json_object_set_new(object, "changes", make_reasons(entry->notes, NOTE_CHANGE));
	json_object_set_new(object, "initramfs", make_reasons(entry->notes, NOTE_LOOKED));
	json_object_set_new(object, "notes", make_notes(entry->notes));
}

/* How UEFI firmware starts what a BIOS starts otherwise. */
static json_t *
make_on_uefi(const struct explain *explain, unsigned clients, const struct entry *entry)
{
	json_t *object = json_object();

	set_start(object, explain, clients & EXPLAIN_UEFI, entry);
	return object;
}

static json_t *make_menu(const struct explain *explain, unsigned clients, const struct menu *menu);

static json_t *
make_entry(const struct explain *explain, unsigned clients, const struct entry *entry)
{
	json_t *object = json_object();

	set_string(object, "label", entry->label);
	json_object_set_new(object, "aliases", make_labels(entry->aliases));
	set_string(object, "kind", explain_kind(entry));
	set_string(object, "title", entry->title);
	set_string(object, "help", entry->help);
	set_string(object, "file", entry->source_path);
	if (entry->source_path != NULL)
		set_number(object, "line", entry->source_line);
	set_flag(object, "default", entry->is_default);
	set_flag(object, "hidden", entry->is_hidden);
	set_string(object, "module", entry->module);
	if (entry->kind != ENTRY_MENU && entry->kind != ENTRY_TEXT)
		set_offer(object, explain, clients, entry);
	set_start(object, explain, clients, entry);
	if (entry->on_uefi != NULL && (clients & EXPLAIN_UEFI) != 0)
		json_object_set_new(object, "on_uefi",
				    make_on_uefi(explain, clients, entry->on_uefi));
	if (entry->submenu != NULL)
		json_object_set_new(object, "entries", make_menu(explain, clients, entry->submenu));
	return object;
}

static json_t *
make_menu(const struct explain *explain, unsigned clients, const struct menu *menu)
{
	json_t *array = json_array();

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->kind != ENTRY_SEPARATOR)
			json_array_append_new(array, make_entry(explain, clients, entry));
	}
	return array;
}

/* --- the image ------------------------------------------------------------- */

static void
set_volume(json_t *object, const struct volume *volume)
{
	json_t *firmware = json_array();
	bool has_bios = false, has_uefi = false;

	set_string(object, "volume_id", volume->volume_id);
	set_string(object, "uuid", volume->uuid);
	if (volume->created != 0)
		json_object_set_new(object, "created", json_integer((json_int_t)volume->created));
	if (volume->damage[0] != '\0')
		set_string(object, "damage", volume->damage);
	for (uint32_t i = 0; i < volume->boot_image_count; i++) {
		has_bios |= volume->boot_images[i].platform == 0 && volume->boot_images[i].bootable;
		has_uefi |=
			volume->boot_images[i].platform == 0xef && volume->boot_images[i].bootable;
	}
	if (has_bios)
		json_array_append_new(firmware, json_string("BIOS"));
	if (has_uefi)
		json_array_append_new(firmware, json_string("UEFI"));
	json_object_set_new(object, "disc_boots", firmware);
}

/* What the user put beside it. */
static json_t *
make_beside(const struct companion *companion)
{
	json_t *array = json_array();

	for (size_t i = 0; companion != NULL && i < companion->file_count; i++) {
		if (companion->files[i].text == NULL)
			json_array_append_new(array, json_text(companion->files[i].path));
	}
	return array;
}

static void
set_menus(json_t *object, const struct explain *explain)
{
	struct explain_menu menus[EXPLAIN_MENUS];
	unsigned count = explain_menus(explain, menus);

	for (unsigned i = 0; i < count; i++) {
		const char *key = menus[i].is_uefi ? "uefi_entries" : "entries";

		json_object_set_new(object, key,
				    make_menu(explain, menus[i].clients, menus[i].menu));
	}
}

static json_t *
make_look(const struct look *look)
{
	json_t *object = json_object();
	unsigned width, height;

	look_screen(look, &width, &height);
	set_number(object, "width", width);
	set_number(object, "height", height);
	if (look->picture[0] != '\0')
		set_string(object, "picture", look->picture);
	return object;
}

static json_t *
make_image(const struct explain *explain)
{
	const struct menu_image *image = explain->image;
	const struct boot *boot = image->boot;
	json_t *object = json_object();
	struct fetches fetches;

	set_string(object, "name", image->name);
	set_string(object, "title", menu_image_title(image));
	set_number(object, "size", image->size);
	if (boot == NULL) {
		set_string(object, "problem", image->problem != NULL ? image->problem : "");
		return object;
	}
	set_string(object, "family", boot->family);
	if (explain->volume != NULL)
		set_volume(object, explain->volume);
	json_object_set_new(object, "clients", make_clients(explain->clients));
	set_number(object, "entry_count", boot->entry_count);
	set_number(object, "timeout_ms", boot->menu->timeout_ms);
	if (boot->menu->look != NULL)
		json_object_set_new(object, "look", make_look(boot->menu->look));
	json_object_set_new(object, "read", make_notes(boot->read));
	json_object_set_new(object, "not_read", make_reasons(boot->unread, NOTE_REMARK));
	json_object_set_new(object, "not_kept", make_reasons(boot->notes, NOTE_CHANGE));
	json_object_set_new(object, "beside", make_beside(explain->companion));
	json_object_set_new(object, "problems", make_notes(boot->problems));
	json_object_set_new(object, "notes", make_notes(boot->notes));
	explain_fetch_menu(explain, &fetches);
	set_fetches(object, &fetches);
	set_menus(object, explain);
	return object;
}

int
explain_json(const struct explain *explain, struct text *text)
{
	json_t *object = make_image(explain);
	char *string = json_dumps(object, JSON_INDENT(2));

	json_decref(object);
	if (string == NULL)
		return -ENOMEM;
	text_append(text, string);
	free(string);
	return text->error;
}
