/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the configurations of an image to its menu.
 *
 * A configuration is read once. What leads to a second one is a sub-menu
 * (CONFIG, menu.c32 with a file); where the start itself leads on, as in
 * Arch's images, the second one takes the place of the first. whichsys.c32
 * has a branch for discs and one for networks: both are read, the disc's
 * first, and the network's entries stand behind it; bootcfg merges those that
 * come to the same.
 *
 * Rules: SYS-9, SYS-10, SYS-13, SYS-14, SYS-19, SYS-20.
 */
#include "syslinux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "syslinux_command.h"
#include "syslinux_config.h"
#include "syslinux_entry.h"
#include "syslinux_look.h"
#include "syslinux_places.h"
#include "syslinux_start.h"
#include "text.h"

enum { CONFIG_DEPTH_LIMIT = 8 };

struct reading {
	struct syslinux_session session;
	unsigned depth; /* of configurations that lead to each other */
};

static int read_config(struct reading *reading, const char *path, const char *directory,
		       struct menu *menu);
static int read_items(struct reading *reading, const struct syslinux_config *config,
		      const struct syslinux_menu *raw, struct menu *menu);

/* Whether `command` opens a configuration. menu.c32 without a file, or with
   '~', only shows the one it stands in. */
static bool
is_opening(const struct syslinux_command *command)
{
	enum syslinux_module module = syslinux_module(command);

	return command->type == SYSLINUX_CONFIG || module == MODULE_CONFIG ||
	       (module == MODULE_MENU &&
		*(command->arguments + strspn(command->arguments, "~ \t")) != '\0');
}

/* The directory that a second configuration is in: CONFIG can name one. */
static void
find_directory(const struct syslinux_session *session, const struct syslinux_config *config,
	       const char *name, char directory[SOURCE_PATH_SIZE])
{
	struct source_node node;
	char path[SOURCE_PATH_SIZE];
	int length = snprintf(path, sizeof(path), "%s/%s", name[0] == '/' ? "" : config->directory,
			      name);

	snprintf(directory, SOURCE_PATH_SIZE, "%s", config->directory);
	if (length > 0 && (size_t)length < sizeof(path) &&
	    source_find(session->source, path, &node) == 0 && node.is_directory)
		snprintf(directory, SOURCE_PATH_SIZE, "%s", node.path);
}

/* Reads the configurations that `command` opens into `menu`. */
static int
open_command(struct reading *reading, const struct syslinux_config *config,
	     const struct syslinux_command *command, struct menu *menu)
{
	struct syslinux_session *session = &reading->session;
	bool is_config = command->type == SYSLINUX_CONFIG;
	const char *names = is_config ? command->file : command->arguments;
	char directory[SOURCE_PATH_SIZE];
	const char *file = command->item != NULL ? command->item->file : config->path;
	unsigned line = command->item != NULL ? command->item->line : 0;
	int error = 0;

	/* CONFIG file, APPEND directory; config.c32 file directory; menu.c32 file... */
	find_directory(session, config, is_config ? command->arguments : "", directory);
	while (*names != '\0' && error == 0) {
		size_t length = strcspn(names, " \t");
		char *name = arena_copy(&session->arena, names, length);
		struct source_node node;

		if (name == NULL)
			return -ENOMEM;
		names += length + strspn(names + length, " \t");
		if (strcmp(name, "~") == 0)
			continue; /* the main configuration, which is read anyhow */
		if (session->files_left == 0) {
			syslinux_note_full(session, config->path, 0, "too much configuration");
			return session->error;
		}
		if (syslinux_find(session->source, config->directory, name, &node) < 0) {
			syslinux_note_missing(session, file, line, name);
		} else if (syslinux_module(command) == MODULE_CONFIG) {
			find_directory(session, config, names, directory);
			return read_config(reading, node.path, directory, menu);
		} else {
			error = read_config(reading, node.path, directory, menu);
		}
	}
	return error;
}

/* Puts the entries of `more` into `menu` behind the last that boots with an
   initrd, so that the tools at the end stay there. */
static void
splice(struct menu *menu, struct menu *more)
{
	struct entry **place = &menu->entries;
	struct entry *rest;

	for (struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		if (entry->kind == ENTRY_LINUX && entry->initrd_count > 0)
			place = &entry->next;
	}
	for (struct entry *entry = more->entries; entry != NULL; entry = entry->next)
		entry->is_default = false;
	rest = *place;
	*place = more->entries;
	more->entries = NULL;
	while (*place != NULL)
		place = &(*place)->next;
	*place = rest;
	if (menu->title == NULL) {
		menu->title = more->title;
		more->title = NULL;
	}
	if (menu->look == NULL) {
		menu->look = more->look;
		more->look = NULL;
	}
}

/* Reads what one branch of whichsys.c32 leads to into `menu`. */
static int
open_branch(struct reading *reading, const struct syslinux_config *config,
	    const struct syslinux_command *chooser, const char *name, struct menu *menu)
{
	struct syslinux_session *session = &reading->session;
	const char *line = syslinux_branch(session, chooser, name);
	struct syslinux_command command;
	struct menu *more;
	int error;

	if (line == NULL)
		return session->arena.error;
	if (!syslinux_command_line(session, config, line, &command) ||
	    !syslinux_command_follow(session, config, &command))
		return session->error;
	if (!is_opening(&command))
		return 0;
	error = menu_new(&more);
	if (error < 0)
		return error;
	error = open_command(reading, config, &command, more);
	if (error == 0 && menu->timeout_ms == 0)
		menu->timeout_ms = more->timeout_ms;
	if (error == 0 && menu->entries == NULL) {
		menu->entries = more->entries;
		more->entries = NULL;
	}
	if (error == 0)
		splice(menu, more);
	menu_free(more);
	return error;
}

/* Where the configuration starts may be another configuration. */
static int
follow_start(struct reading *reading, const struct syslinux_config *config, struct menu *menu)
{
	static const char *const branches[] = {"-iso-", "-sys-", "-pxe-"};
	struct syslinux_session *session = &reading->session;
	const char *start = config->ui != NULL ? config->ui : config->start;
	struct syslinux_command command;
	int error = 0;

	if (start == NULL)
		return 0;
	if (!syslinux_command_line(session, config, start, &command))
		return session->error;
	if (syslinux_module(&command) == MODULE_WHICHSYS) {
		for (unsigned i = 0; i < 3 && error == 0; i++)
			error = open_branch(reading, config, &command, branches[i], menu);
		return error;
	}
	if (!syslinux_command_follow(session, config, &command))
		return session->error;
	syslinux_look_module(session, &command);
	if (is_opening(&command))
		return open_command(reading, config, &command, menu);
	if (config->ui != NULL && syslinux_module(&command) != MODULE_MENU)
		syslinux_note(session, config->path, 0,
			      "ui %s not kept: the labels are shown, as in a text menu",
			      command.file);
	return session->error;
}

/* A line that opens a menu: with what it opens, or none if that is empty. */
static int
add_submenu(struct menu *menu, const struct syslinux_item *item, struct menu *submenu)
{
	struct entry *entry;
	int error;

	if (submenu->entries == NULL) {
		menu_free(submenu);
		return 0;
	}
	error = entry_new(ENTRY_MENU, item->label, &entry);
	if (error < 0) {
		menu_free(submenu);
		return error;
	}
	entry->submenu = submenu;
	error = syslinux_describe(item, entry);
	if (error == 0 && item->title == NULL && submenu->title != NULL)
		error = string_set(&entry->title, submenu->title);
	menu_append(menu, entry);
	return error;
}

static int
read_label(struct reading *reading, const struct syslinux_config *config,
	   const struct syslinux_item *item, struct menu *menu)
{
	struct syslinux_session *session = &reading->session;
	bool is_graphic = session->is_graphic;
	struct syslinux_command command;
	struct menu *submenu;
	struct entry *entry;
	int error;

	if (item->type == SYSLINUX_NONE)
		return 0;
	if (!syslinux_command_of(session, item, &command) ||
	    !syslinux_command_follow(session, config, &command))
		return session->error;
	if (is_opening(&command) && !item->is_disabled) {
		error = menu_new(&submenu);
		if (error < 0)
			return error;
		syslinux_look_module(session, &command);
		error = open_command(reading, config, &command, submenu);
		session->is_graphic = is_graphic;
		if (error == 0)
			return add_submenu(menu, item, submenu);
		menu_free(submenu);
		return error;
	}
	if (syslinux_module(&command) == MODULE_MENU ||
	    syslinux_module(&command) == MODULE_WHICHSYS)
		return 0;
	error = syslinux_entry(session, config, item, &command, &entry);
	if (error == 0)
		menu_append(menu, entry);
	return error;
}

static int
read_submenu(struct reading *reading, const struct syslinux_config *config,
	     const struct syslinux_item *item, struct menu *menu)
{
	struct menu *submenu;
	int error = menu_new(&submenu);

	if (error < 0)
		return error;
	error = read_items(reading, config, item->menu, submenu);
	if (error == 0)
		return add_submenu(menu, item, submenu);
	menu_free(submenu);
	return error;
}

static int
add_separator(struct menu *menu)
{
	struct entry *entry;
	int error = entry_new(ENTRY_SEPARATOR, NULL, &entry);

	if (error == 0)
		menu_append(menu, entry);
	return error;
}

static int
read_items(struct reading *reading, const struct syslinux_config *config,
	   const struct syslinux_menu *raw, struct menu *menu)
{
	int error = 0;

	if (menu->title == NULL && raw->title != NULL) {
		menu->title = text_clean(raw->title, '^');
		error = menu->title == NULL ? -ENOMEM : 0;
	}
	if (menu->password == NULL && raw->password != NULL)
		error = string_set(&menu->password, raw->password);
	if (error == 0)
		error = syslinux_look_set(&reading->session, config, raw, menu);
	if (raw->timeout != 0)
		menu->timeout_ms = raw->timeout * 100;
	for (const struct syslinux_item *item = raw->items; item != NULL && error == 0;
	     item = item->next) {
		if (item->kind == SYSLINUX_LABEL)
			error = read_label(reading, config, item, menu);
		else if (item->kind == SYSLINUX_SUBMENU)
			error = read_submenu(reading, config, item, menu);
		else
			error = add_separator(menu);
	}
	return error;
}

/* Reads a configuration into `menu`. One that was read before adds nothing. */
static int
read_config(struct reading *reading, const char *path, const char *directory, struct menu *menu)
{
	struct syslinux_session *session = &reading->session;
	struct syslinux_config *config;
	int error;

	for (config = session->configs; config != NULL; config = config->next) {
		if (strcmp(config->path, path) == 0)
			return 0;
	}
	if (reading->depth >= CONFIG_DEPTH_LIMIT) {
		syslinux_note(session, path, 0, "not read: configurations lead on too often");
		return session->error;
	}
	config = syslinux_parse(session, path, directory);
	if (config == NULL)
		return session->error;
	reading->depth++;
	error = follow_start(reading, config, menu);
	if (error == 0)
		error = read_items(reading, config, &config->menu, menu);
	reading->depth--;
	if (error == 0)
		error = syslinux_start(session, config, menu);
	return error != 0 ? error : session->error;
}

int
syslinux_read_at(const struct source *source, enum syslinux_place place, struct boot *boot)
{
	struct reading reading = {
		.session = {.source = source,
			    .bytes_left = SYSLINUX_BYTES_LIMIT,
			    .files_left = SYSLINUX_FILES_LIMIT,
			    .items_left = SYSLINUX_ITEMS_LIMIT,
			    .notes = &boot->notes},
	};
	struct menu *menu = place == SYSLINUX_UEFI ? boot->uefi : boot->menu;
	struct source_node nodes[SYSLINUX_PLACES_LIMIT];
	unsigned count = syslinux_places(source, place, nodes);
	int error = 0;

	/* The first that shows anything is what the disc starts. */
	for (unsigned i = 0; i < count && menu->entries == NULL && error == 0; i++) {
		char directory[SOURCE_PATH_SIZE];
		char *slash;

		memcpy(directory, nodes[i].path, sizeof(directory));
		slash = strrchr(directory, '/');
		*(slash != NULL ? slash : directory) = '\0';
		error = read_config(&reading, nodes[i].path, directory, menu);
	}
	arena_free(&reading.session.arena);
	return error == 0 && menu->entries == NULL ? -ENOENT : error;
}

int
syslinux_read(const struct source *source, struct boot *boot)
{
	return syslinux_read_at(source, SYSLINUX_USUAL, boot);
}
