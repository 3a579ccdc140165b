/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What explain knows of an image as a whole: what it says of itself, which
 * configuration files were read and what of them was not kept, what its
 * initramfs were asked, and what {http} and {iso} stand for.
 */
#include <string.h>
#include <time.h>

#include "boot.h"
#include "companion.h"
#include "explain_part.h"
#include "index.h"
#include "look.h"
#include "text.h"

enum { LOOKED_MAX = 64, NAME_LIMIT = 200 };

static void
append_volume(const struct volume *volume, struct text *text)
{
	struct text line = {0};
	time_t created = (time_t)volume->created;
	char date[32] = "";
	struct tm parts;

	if (created != 0 && gmtime_r(&created, &parts) != NULL)
		strftime(date, sizeof(date), "%Y-%m-%d", &parts);
	if (volume->volume_id[0] != '\0')
		text_printf(&line, "\"%s\"", volume->volume_id);
	if (date[0] != '\0')
		text_printf(&line, "%smade on %s", line.length > 0 ? ", " : "", date);
	explain_append_field(text, 0, "volume", text_string(&line));
	text_cut(&line, 0);
	for (uint32_t i = 0; i < volume->boot_image_count; i++) {
		const struct boot_image *image = &volume->boot_images[i];
		const char *name = image->platform == 0      ? "BIOS"
				   : image->platform == 0xef ? "UEFI"
							     : NULL;

		if (name != NULL && image->bootable && strstr(text_string(&line), name) == NULL)
			text_printf(&line, "%s%s", line.length > 0 ? ", " : "", name);
	}
	explain_append_field(text, 0, "disc boots",
			     volume->boot_image_count > 0 ? text_string(&line) : "");
	explain_append_field(text, 0, "damage", volume->damage);
	text_free(&line);
}

static void
append_list(struct text *text, const char *name, const struct entry_note *notes)
{
	struct text list = {0};

	for (; notes != NULL; notes = notes->next)
		text_printf(&list, "%s%s", notes->text, notes->next != NULL ? ", " : "");
	explain_append_field(text, 0, name, text_string(&list));
	text->error = text->error != 0 ? text->error : list.error;
	text_free(&list);
}

static void
append_lines(struct text *text, const char *name, const struct entry_note *notes)
{
	for (; notes != NULL; notes = notes->next) {
		if (notes->kind != NOTE_REMARK)
			continue;
		explain_append_field(text, 0, name, notes->text);
		name = "";
	}
}

/* --- what was not kept ----------------------------------------------------- */

/* "FILE:LINE: menu width not kept: WHY", apart. */
struct dropped {
	const char *file, *what, *why;
	size_t file_length, what_length;
};

static struct dropped
split(const struct entry_note *note)
{
	static const char end[] = " not kept";
	const char *place = strstr(note->text, ": ");
	struct dropped dropped = {.file = note->text, .why = note->text + note->why};

	dropped.what = place != NULL && place < dropped.why ? place + 2 : note->text;
	for (const char *c = note->text; c + 2 < dropped.what; c++) {
		if (*c == ':')
			dropped.file_length = (size_t)(c - note->text);
	}
	dropped.what_length = note->why - 2 - (size_t)(dropped.what - note->text);
	if (dropped.what_length > strlen(end) &&
	    memcmp(dropped.what + dropped.what_length - strlen(end), end, strlen(end)) == 0)
		dropped.what_length -= strlen(end);
	return dropped;
}

static bool
is_alike(const struct entry_note *note, const struct dropped *dropped)
{
	struct dropped other;

	if (note->kind != NOTE_CHANGE)
		return false;
	other = split(note);
	return other.file_length == dropped->file_length &&
	       memcmp(other.file, dropped->file, other.file_length) == 0 &&
	       strcmp(other.why, dropped->why) == 0;
}

/* What a file lost for the same reason is one line. */
static void
append_dropped(struct text *text, const struct entry_note *notes)
{
	const char *name = "not kept";

	for (const struct entry_note *note = notes; note != NULL; note = note->next) {
		const struct entry_note *first = notes;
		const char *between = "";
		struct dropped dropped;
		struct text line = {0};

		if (note->kind != NOTE_CHANGE)
			continue;
		dropped = split(note);
		while (!is_alike(first, &dropped))
			first = first->next;
		if (first != note)
			continue;
		text_append_bytes(&line, dropped.file, dropped.file_length);
		text_append(&line, ": ");
		for (const struct entry_note *other = note; other != NULL; other = other->next) {
			struct dropped one;

			if (!is_alike(other, &dropped))
				continue;
			one = split(other);
			text_append(&line, between);
			text_append_bytes(&line, one.what, one.what_length);
			between = ", ";
		}
		text_printf(&line, ": %s", dropped.why);
		explain_append_field(text, 0, name, text_string(&line));
		text->error = text->error != 0 ? text->error : line.error;
		text_free(&line);
		name = "";
	}
}

/* --- what the initramfs were asked ----------------------------------------- */

struct looked {
	const struct entry_note *notes[LOOKED_MAX];
	unsigned count;
};

static void
collect_note(struct looked *looked, const struct entry_note *note)
{
	unsigned i = 0;

	while (i < looked->count && strcmp(looked->notes[i]->text, note->text) != 0)
		i++;
	if (i == looked->count && i < LOOKED_MAX)
		looked->notes[looked->count++] = note;
}

static void
collect(struct looked *looked, const struct menu *menu)
{
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		for (const struct entry_note *note = entry->notes; note != NULL;
		     note = note->next) {
			if (note->kind == NOTE_LOOKED)
				collect_note(looked, note);
		}
		if (entry->submenu != NULL)
			collect(looked, entry->submenu);
	}
}

/* The word before the initramfs' name is that of the field. */
static void
append_looked(struct text *text, const struct boot *boot)
{
	static const char word[] = "initramfs ";
	struct looked looked = {.count = 0};
	const char *name = "initramfs";

	collect(&looked, boot->menu);
	if (boot->uefi != NULL)
		collect(&looked, boot->uefi);
	for (unsigned i = 0; i < looked.count; i++) {
		const char *line = looked.notes[i]->text;
		bool has_word = strncmp(line, word, strlen(word)) == 0;

		explain_append_field(text, 0, name, has_word ? line + strlen(word) : line);
		name = "";
	}
}

/* --- the whole ------------------------------------------------------------- */

static void
append_servers(const struct explain *explain, struct text *text)
{
	struct text url = {0};

	menu_append_server(explain->context, &url);
	text_append(&url, ", ");
	menu_append_tftp_server(explain->context, &url);
	explain_append_field(text, 0, "server", text_string(&url));
	text_cut(&url, 0);
	menu_append_url(explain->context, explain->image, "", &url);
	explain_append_field(text, 0, "{iso}", text_string(&url));
	text_cut(&url, url.length - strlen(".iso"));
	explain_append_field(text, 0, "{http}", text_string(&url));
	text_free(&url);
}

static void
append_size(const struct menu_image *image, struct text *text)
{
	struct text line = {0};

	menu_append_size(&line, image->size);
	text_printf(&line, ", %u %s to boot", image->boot->entry_count,
		    image->boot->entry_count == 1 ? "entry" : "entries");
	explain_append_field(text, 0, "size", text_string(&line));
	text_free(&line);
}

/* What the user put beside it, and what is wrong there. */
static void
append_beside(const struct explain *explain, struct text *text)
{
	const struct companion *companion = explain->companion;
	struct text line = {0};

	for (size_t i = 0; companion != NULL && i < companion->file_count; i++) {
		const struct companion_file *file = &companion->files[i];

		if (file->text == NULL)
			text_printf(&line, "%s%s/%s", line.length > 0 ? ", " : "", companion->name,
				    file->path);
	}
	explain_append_field(text, 0, "beside it", text_string(&line));
	append_lines(text, "problems", explain->image->boot->problems);
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

/* What the image's own menu looks like, if PXELINUX shows it so. */
static void
append_look(const struct look *look, struct text *text)
{
	struct text line = {0};
	unsigned width, height;

	if (look == NULL)
		return;
	look_screen(look, &width, &height);
	text_printf(&line, "its menu's own on PXELINUX, %ux%u", width, height);
	if (look->picture[0] != '\0')
		text_printf(&line, ", picture %s", look->picture);
	explain_append_field(text, 0, "look", text_string(&line));
	text_free(&line);
}

void
explain_append_head(const struct explain *explain, struct text *text)
{
	const struct menu_image *image = explain->image;
	const struct boot *boot = image->boot;

	text_printf(text, "%s: ", image->name);
	menu_append_line(text, menu_image_title(image), NAME_LIMIT);
	text_append_char(text, '\n');
	if (boot == NULL) {
		text_printf(text, "  cannot be read: %s\n",
			    image->problem != NULL ? image->problem : "");
		return;
	}
	explain_append_field(text, 0, "family",
			     boot->family != NULL ? boot->family : "none that is known");
	append_size(image, text);
	if (explain->volume != NULL)
		append_volume(explain->volume, text);
	append_list(text, "read", boot->read);
	append_lines(text, "not read", boot->unread);
	append_look(boot->menu->look, text);
	append_dropped(text, boot->notes);
	append_lines(text, "remarks", boot->notes);
	append_beside(explain, text);
	append_looked(text, boot);
	append_servers(explain, text);
}
