/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where GRUB's configuration is, what GRUB presets, and the limits of a
 * session. The first file with entries is the one: files beside it are for
 * other loaders, or lead to it.
 *
 * Rules: GRUB-4, GRUB-5, GRUB-6.
 */
#include "grub.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "grub_session.h"

enum { DIRECTORIES_LIMIT = 32, COST_NOTE = 20 };

bool
grub_take_node(struct grub_session *session)
{
	if (session->nodes_left == 0)
		return false;
	session->nodes_left--;
	return true;
}

/* Whether there is such a remark: the reading for the other platform, or another
   turn of a loop, may have made it. */
static bool
is_noted(const struct grub_session *session, const char *text)
{
	const struct entry_note *note = *session->notes;

	while (note != NULL && strcmp(note->text, text) != 0)
		note = note->next;
	return note != NULL;
}

static void
add_note(struct grub_session *session, const char *text)
{
	if (is_noted(session, text))
		return;
	session->note_count++;
	if (note_add(session->notes, "%s", text) < 0)
		session->error = -ENOMEM;
}

void
grub_note(struct grub_session *session, const char *file, unsigned line, const char *format, ...)
{
	char place[NOTE_PLACE_SIZE];
	char what[512];
	char text[NOTE_PLACE_SIZE + 600];
	va_list arguments;

	if (session->note_count >= GRUB_NOTES_LIMIT || !grub_spend(session, COST_NOTE))
		return;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	snprintf(text, sizeof(text), "%s: %s", note_place(file, line, place), what);
	add_note(session, text);
}

void
grub_note_dropped(const struct grub_call *call, const char *why)
{
	struct grub_session *session = call->session;
	const char *file = call->statement->file;

	if (!grub_spend(session, COST_NOTE))
		return;
	for (const struct entry_note *note = *session->notes; note != NULL; note = note->next) {
		if (note->kind == NOTE_CHANGE && strcmp(note->text + note->why, why) == 0 &&
		    strncmp(note->text, file, strlen(file)) == 0)
			return;
	}
	if (note_add_why(session->notes, NOTE_CHANGE, why, "%s:%u: %.60s not kept", file,
			 call->statement->line, call->words->items[0]) < 0)
		session->error = -ENOMEM;
}

void
grub_note_full(struct grub_session *session, const char *what)
{
	char text[128];

	if (session->is_full)
		return;
	session->is_full = true;
	snprintf(text, sizeof(text), "grub.cfg: %s: the rest is left out", what);
	add_note(session, text);
}

bool
grub_spend(struct grub_session *session, unsigned cost)
{
	if (session->work_left < cost) {
		session->work_left = 0;
		grub_note_full(session, "too much to do");
		return false;
	}
	session->work_left -= cost;
	return true;
}

static void
preset(struct grub_session *session, const char *name, const char *value)
{
	grub_set(session, name, value);
	grub_export(session, name);
}

/* Variables as GRUB has them when it reads the file at `path` (GRUB-4). */
static void
preset_all(struct grub_session *session, const char *path, bool in_efi)
{
	static const char *const features[] = {
		"feature_all_video_module",
		"feature_chainloader_bpb",
		"feature_default_font_path",
		"feature_menuentry_id",
		"feature_menuentry_options",
		"feature_nativedisk_cmd",
		"feature_ntldr",
		"feature_platform_search_hint",
		"feature_search_hint_option",
		"feature_timeout_style",
		"feature_200_final",
	};
	bool is_efi = session->firmware == ENTRY_FOR_UEFI;
	const char *slash = strrchr(path, '/');
	int skip = in_efi ? 5 : 0;
	char prefix[SOURCE_PATH_SIZE + 16];

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		preset(session, features[i], "y");
	preset(session, "grub_platform", is_efi ? "efi" : "pc");
	preset(session, "grub_cpu", is_efi ? "x86_64" : "i386");
	preset(session, "lang", "");
	preset(session, "root", in_efi ? "efi" : "cd0");
	snprintf(prefix, sizeof(prefix), "(%s)/%.*s", in_efi ? "efi" : "cd0",
		 slash != NULL ? (int)(slash - path) - skip : 0, path + skip);
	preset(session, "prefix", prefix);
	preset(session, "cmdpath", in_efi ? "(efi)/EFI/BOOT" : "(cd0)/EFI/BOOT");
	/* What starts loopback.cfg says in which file of a disk the image is. */
	if (slash != NULL && strcasecmp(slash, "/loopback.cfg") == 0)
		preset(session, "iso_path", "/image.iso");
}

/* Reads the configuration at `path`, if there is one, into `menu`. */
static int
try_path(struct grub_session *session, const char *path, bool in_efi, struct menu *menu)
{
	struct source_node node;
	struct menu *found;

	if (source_find(session->source, path, &node) < 0 || node.is_directory)
		return -ENOENT;
	session->variables = NULL;
	session->variable_count = 0;
	session->functions = NULL;
	session->is_locked = false;
	grub_forget(session);
	preset_all(session, node.path, in_efi && strncmp(node.path, "@efi/", 5) == 0);
	found = grub_open_menu(session, node.path);
	if (session->error < 0) {
		menu_free(found);
		return session->error;
	}
	if (found == NULL)
		return -ENOENT;
	menu->entries = found->entries;
	menu->timeout_ms = found->timeout_ms;
	found->entries = NULL;
	menu_free(found);
	return 0;
}

struct directories {
	char names[DIRECTORIES_LIMIT][64];
	unsigned count;
};

static bool
on_directory(void *context, const char *name)
{
	struct directories *directories = context;

	if (strlen(name) < sizeof(directories->names[0]))
		memcpy(directories->names[directories->count++], name, strlen(name) + 1);
	return directories->count < DIRECTORIES_LIMIT;
}

/* EFI/NAME/grub.cfg, of each vendor. */
static int
try_vendors(struct grub_session *session, bool in_efi, struct menu *menu)
{
	struct directories directories = {.count = 0};
	const char *folder = in_efi ? "@efi/EFI" : "EFI";
	struct source_node node;
	int error = -ENOENT;

	if (source_find(session->source, folder, &node) == 0 && node.is_directory)
		source_list(session->source, node.path, on_directory, &directories);
	for (unsigned i = 0; i < directories.count && error == -ENOENT; i++) {
		char path[SOURCE_PATH_SIZE + 80];

		snprintf(path, sizeof(path), "%s/%s/grub.cfg", node.path, directories.names[i]);
		error = try_path(session, path, in_efi, menu);
	}
	return error;
}

int
grub_read(const struct source *source, enum entry_firmware firmware, bool in_efi, struct menu *menu,
	  struct entry_note **notes)
{
	static const char *const names[] = {"EFI/BOOT/grub.cfg",
					    "boot/grub/grub.cfg",
					    "boot/grub2/grub.cfg",
					    "grub/grub.cfg",
					    "EFI/*",
					    "boot/grub/loopback.cfg"};
	struct grub_session session = {
		.source = source,
		.firmware = firmware,
		.bytes_left = GRUB_BYTES_LIMIT,
		.text_left = GRUB_TEXT_LIMIT,
		.work_left = GRUB_WORK_LIMIT,
		.nodes_left = GRUB_NODES_LIMIT,
		.files_left = GRUB_FILES_LIMIT,
		.entries_left = GRUB_ENTRIES_LIMIT,
		.notes = notes,
	};
	int error = -ENOENT;

	grub_add_device(&session, "efi", "@efi");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && error == -ENOENT; i++) {
		bool is_for_uefi = strncmp(names[i], "EFI/", 4) == 0;
		char path[64];

		if (is_for_uefi && firmware == ENTRY_FOR_BIOS)
			continue;
		snprintf(path, sizeof(path), "%s%s", in_efi ? "@efi/" : "", names[i]);
		error = names[i][4] == '*' ? try_vendors(&session, in_efi, menu)
					   : try_path(&session, path, in_efi, menu);
	}
	arena_free(&session.arena);
	return error;
}
