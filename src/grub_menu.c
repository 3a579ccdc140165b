/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what a GRUB configuration has gathered to a menu: each entry's block is
 * run with the variables that the configuration left, and undone.
 *
 * A block that gathers entries, or opens a configuration, is a sub-menu,
 * whatever it is called. A configuration is opened once: what leads back to it
 * adds nothing.
 */
#include "grub_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot_timeout.h"

static const char LOCKED[] = "its menu has a password, which only its own GRUB can ask for";

/* The options of menuentry and submenu; the rest are its title and arguments. */
static void
read_options(struct grub_session *session, const struct grub_words *words, struct grub_item *item)
{
	static const char *const with_value[] = {"--class",  "--users",  "--hotkey",
						 "--format", "--source", "--id"};

	for (unsigned i = 1; i < words->count; i++) {
		const char *word = words->items[i];
		const char *value = NULL;
		bool is_option = strncmp(word, "--", 2) == 0;

		for (size_t j = 0; j < sizeof(with_value) / sizeof(with_value[0]); j++) {
			size_t length = strlen(with_value[j]);

			if (strncmp(word, with_value[j], length) != 0)
				continue;
			if (word[length] == '=')
				value = word + length + 1;
			else if (word[length] == '\0' && i + 1 < words->count)
				value = words->items[++i];
		}
		if (!is_option && !grub_add_word(session, &item->arguments, word))
			return;
		if (strcmp(word, "--unrestricted") == 0)
			item->is_unrestricted = true;
		else if (is_option && strncmp(word, "--id", 4) == 0)
			item->id = value;
		else if (is_option && strncmp(word, "--hotkey", 8) == 0 && value != NULL &&
			 value[0] > ' ' && value[0] < 0x7f && value[1] == '\0')
			item->hotkey = value[0];
	}
}

unsigned
grub_add_item(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	struct grub_item *item;

	if (call->statement->body == NULL || session->items == NULL)
		return 1;
	if (session->entries_left == 0) {
		grub_note_full(session, "too many entries");
		return 1;
	}
	item = arena_alloc(&session->arena, sizeof(*item));
	if (item == NULL)
		return 1;
	item->statement = call->statement;
	item->is_submenu = strcmp(call->words->items[0], "submenu") == 0;
	read_options(session, call->words, item);
	if (item->arguments.count == 0)
		return 1;
	session->entries_left--;
	*session->items->end = item;
	session->items->end = &item->next;
	return 0;
}

/* $timeout; none, or -1, waits for ever. */
static int
set_timeout(struct grub_session *session, const struct grub_items *items, struct menu *menu)
{
	const char *value = grub_get(session, "timeout");

	if (value == NULL || value[0] == '\0' || items->first == NULL)
		return 0;
	return boot_timeout_set(menu, strtol(value, NULL, 10), items->first->statement->file,
				session->notes);
}

/* What makes a menu of what was gathered. */
struct making {
	struct grub_session *session;
	struct menu *menu;
	const char *choice; /* $default: a number, an id or a title, "" for none */
	size_t length;      /* of its part before '>' */
	unsigned number;    /* of the item */
	bool is_chosen;
};

/* Whether the item is what $default says. */
static bool
is_choice(const struct making *making, const struct grub_item *item)
{
	const char *title = item->arguments.items[0];
	size_t length = making->length;
	char *end;

	if (length == 0)
		return false;
	if (item->id != NULL && strlen(item->id) == length &&
	    strncmp(item->id, making->choice, length) == 0)
		return true;
	if (strlen(title) == length && strncmp(title, making->choice, length) == 0)
		return true;
	return strtoul(making->choice, &end, 10) == making->number &&
	       end == making->choice + length;
}

static int make_menu(struct grub_session *session, const struct grub_items *items,
		     struct menu **ret_menu);

/* What was gathered or opened while something ran: NULL for nothing. */
static struct menu *
take_menu(struct grub_session *session, const struct grub_items *items)
{
	struct menu *menu = session->shown;

	session->shown = NULL;
	if (menu == NULL && items->first != NULL) {
		int error = make_menu(session, items, &menu);

		if (error < 0) {
			session->error = error;
			return NULL;
		}
	}
	if (menu != NULL && menu->entries == NULL) {
		menu_free(menu);
		return NULL;
	}
	return menu;
}

/* Runs the block of an item: what it loads goes to *ret_load, a menu that it
   makes is the result. */
static struct menu *
run_item(struct grub_session *session, const struct grub_item *item, const char *choice,
	 struct grub_load *ret_load)
{
	struct grub_items *outer_items = session->items;
	struct grub_load *outer_load = session->load;
	struct grub_items items = {NULL, &items.first};
	struct grub_function *functions = session->functions;
	bool was_locked = session->is_locked;
	struct grub_scope scope;
	struct menu *menu;

	*ret_load = (struct grub_load){0};
	session->has_led_back = false;
	session->has_searched = false;
	session->items = &items;
	session->load = ret_load;
	session->result = 0;
	grub_enter(session, item->is_submenu, &scope);
	if (choice != NULL)
		grub_set(session, "default", choice);
	else
		grub_set(session, "default", NULL);
	session->menu_depth++;
	if (session->menu_depth <= GRUB_MENU_DEPTH_LIMIT) {
		bool is_locking = was_locked && !item->is_unrestricted;

		grub_run_with(session, item->statement->body, &item->arguments);
		session->flow = GRUB_GO_ON;
		menu = take_menu(session, &items);
		if (is_locking && menu != NULL) {
			/* behind a password: nothing of it is given away */
			menu_free(menu);
			menu = NULL;
			*ret_load = (struct grub_load){.kind = GRUB_REFUSED, .why = LOCKED};
		}
	} else {
		grub_note(session, item->statement->file, item->statement->line,
			  "not read: menus lead to each other too deep");
		menu = NULL;
	}
	session->menu_depth--;
	grub_leave(session, &scope);
	session->functions = functions;
	session->items = outer_items;
	session->load = outer_load;
	return menu;
}

/* Makes the entry of an item, or none when nothing comes of it. */
static int
make_item(struct making *making, const struct grub_item *item)
{
	struct grub_session *session = making->session;
	bool is_default = is_choice(making, item) && !making->is_chosen;
	const char *rest = making->choice + making->length;
	struct grub_load load;
	struct menu *submenu;
	struct entry *entry;
	int error;

	submenu = run_item(session, item, is_default && *rest == '>' ? rest + 1 : NULL, &load);
	if (session->error < 0) {
		menu_free(submenu);
		return session->error;
	}
	/* Nothing in it, only the way back, or it was not run to its end. */
	if ((submenu == NULL && load.kind == GRUB_NOTHING &&
	     (item->is_submenu || session->has_led_back)) ||
	    (submenu == NULL && session->work_left == 0))
		return 0;
	error = grub_make_entry(session, item, &load, &entry);
	if (error < 0) {
		menu_free(submenu);
		return error;
	}
	if (submenu != NULL) {
		entry->kind = ENTRY_MENU;
		entry->submenu = submenu;
	}
	entry->is_default = is_default;
	making->is_chosen |= is_default;
	menu_append(making->menu, entry);
	return 0;
}

static int
make_menu(struct grub_session *session, const struct grub_items *items, struct menu **ret_menu)
{
	struct making making = {.session = session};
	const char *choice = grub_get(session, "default");
	int error = menu_new(&making.menu);

	if (error < 0)
		return error;
	making.choice = arena_string(&session->arena, choice != NULL ? choice : "");
	if (making.choice == NULL)
		error = -ENOMEM;
	else
		making.length = strcspn(making.choice, ">");
	if (error == 0)
		error = set_timeout(session, items, making.menu);
	for (const struct grub_item *item = items->first; item != NULL && error == 0;
	     item = item->next) {
		error = make_item(&making, item);
		making.number++;
	}
	if (error < 0) {
		menu_free(making.menu);
		return error;
	}
	*ret_menu = making.menu;
	return 0;
}

/* A configuration without a menu that boots at once: one entry. */
static struct menu *
make_single(struct grub_session *session, const char *path, const struct grub_load *load)
{
	const char *title = "Start";
	const struct grub_statement statement = {.file = path, .line = 1};
	const struct grub_item item = {.arguments = {&title, 1, 0}, .statement = &statement};
	struct menu *menu;
	struct entry *entry;

	if (load->kind != GRUB_LINUX && load->kind != GRUB_LINUX16)
		return NULL;
	if (menu_new(&menu) < 0 || grub_make_entry(session, &item, load, &entry) < 0) {
		session->error = -ENOMEM;
		return NULL;
	}
	menu_append(menu, entry);
	return menu;
}

/* Names of the file and its folder, as configurations look for their parts. */
static void
set_names(struct grub_session *session, const char *path)
{
	bool is_in_efi = strncmp(path, "@efi/", 5) == 0;
	char name[SOURCE_PATH_SIZE + 8];

	snprintf(name, sizeof(name), "(%s)/%s", is_in_efi ? "efi" : "cd0",
		 path + (is_in_efi ? 5 : 0));
	grub_set(session, "config_file", name);
	*strrchr(name, '/') = '\0';
	grub_set(session, "config_directory", name);
}

struct menu *
grub_open_menu(struct grub_session *session, const char *path)
{
	struct grub_session outer = *session;
	struct grub_items items = {NULL, &items.first};
	struct grub_load load = {0};
	struct grub_scope scope;
	struct menu *menu = NULL;

	if (session->menu_depth >= GRUB_MENU_DEPTH_LIMIT)
		return NULL;
	grub_enter(session, true, &scope);
	set_names(session, path);
	session->menu_depth++;
	session->items = &items;
	session->load = &load;
	session->arguments = NULL;
	session->loops = 0;
	grub_source_path(session, path);
	session->flow = GRUB_GO_ON;
	menu = take_menu(session, &items);
	if (menu == NULL && session->error == 0)
		menu = make_single(session, path, &load);
	session->menu_depth--;
	session->items = outer.items;
	session->load = outer.load;
	session->arguments = outer.arguments;
	session->loops = outer.loops;
	grub_leave(session, &scope);
	return menu;
}
