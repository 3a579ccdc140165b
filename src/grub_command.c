/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of a GRUB script that steer it: variables, functions, files, menus,
 * and those that mean nothing to a menu for the network (GRUB-2).
 */
#include "grub_session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dropped.h"

enum { EVAL_LIMIT = 4096 };

static const char *
argument(const struct grub_call *call, unsigned place)
{
	return place < call->words->count ? call->words->items[place] : "";
}

static unsigned
run_set(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	const char *word = argument(call, 1);
	const char *equals = strchr(word, '=');
	char *name;

	if (equals == NULL || equals == word)
		return word[0] == '\0' ? 0 : 1;
	name = arena_copy(&session->arena, word, (size_t)(equals - word));
	if (name != NULL)
		grub_set(session, name, equals + 1);
	return 0;
}

static unsigned
run_unset(const struct grub_call *call)
{
	for (unsigned i = 1; i < call->words->count; i++)
		grub_set(call->session, argument(call, i), NULL);
	return 0;
}

static unsigned
run_export(const struct grub_call *call)
{
	for (unsigned i = 1; i < call->words->count; i++)
		grub_export(call->session, argument(call, i));
	return 0;
}

/* "break", "continue", "return" and the like. */
static unsigned
leave(const struct grub_call *call, enum grub_flow flow)
{
	struct grub_session *session = call->session;
	unsigned long count = strtoul(argument(call, 1), NULL, 10);

	if (flow == GRUB_RETURN) {
		session->flow = flow;
		return count == 0 ? 0 : 1;
	}
	if (session->loops == 0)
		return 1;
	session->flow = flow;
	session->flow_count = count == 0               ? 1
			      : count < session->loops ? (unsigned)count
						       : session->loops;
	return 0;
}

static unsigned
run_break(const struct grub_call *call)
{
	return leave(call, GRUB_BREAK);
}

static unsigned
run_continue(const struct grub_call *call)
{
	return leave(call, GRUB_CONTINUE);
}

static unsigned
run_return(const struct grub_call *call)
{
	return leave(call, GRUB_RETURN);
}

/* Gives $1 and so on new values, until the function ends. */
static unsigned
set_arguments(struct grub_session *session, const char *const *items, unsigned count)
{
	struct grub_words *words = arena_alloc(&session->arena, sizeof(*words));

	for (unsigned i = 0; words != NULL && i < count; i++) {
		if (!grub_add_word(session, words, items[i]))
			return 1;
	}
	if (words != NULL)
		session->arguments = words;
	return 0;
}

static unsigned
run_setparams(const struct grub_call *call)
{
	return set_arguments(call->session, call->words->items + 1, call->words->count - 1);
}

static unsigned
run_shift(const struct grub_call *call)
{
	const struct grub_words *words = call->session->arguments;
	unsigned long count = call->words->count > 1 ? strtoul(argument(call, 1), NULL, 10) : 1;

	if (words == NULL || count > words->count || !grub_spend(call->session, words->count / 8))
		return 1;
	return set_arguments(call->session, words->items + count, words->count - (unsigned)count);
}

static unsigned
run_true(const struct grub_call *call)
{
	(void)call;
	return 0;
}

static unsigned
run_false(const struct grub_call *call)
{
	(void)call;
	return 1;
}

static unsigned
run_source(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	const struct grub_words *outer = session->arguments;
	bool is_there;

	session->result = 0;
	is_there = grub_source(session, argument(call, 1));
	session->arguments = outer;
	if (is_there || session->file_depth >= GRUB_FILE_DEPTH_LIMIT)
		return is_there ? session->result : 1;
	grub_note(session, call->statement->file, call->statement->line,
		  "no such file in the image: %.200s", argument(call, 1));
	return 1;
}

/* The menu of another file takes the place of this one. */
static unsigned
run_configfile(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	struct source_node node;
	struct menu *menu;

	if (session->shown != NULL)
		return 1;
	if (grub_find(session, argument(call, 1), NULL, &node) < 0 || node.is_directory) {
		grub_note(session, call->statement->file, call->statement->line,
			  "no such configuration in the image: %.200s", argument(call, 1));
		return 1;
	}
	if (grub_was_run(session, node.path)) {
		session->has_led_back = true;
		return 0;
	}
	menu = grub_open_menu(session, node.path);
	if (menu == NULL)
		return 1;
	session->shown = menu;
	session->flow = GRUB_STOP;
	return 0;
}

/* Runs its arguments as a script. */
static unsigned
run_eval(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	char text[EVAL_LIMIT];
	size_t used = 0;

	for (unsigned i = 1; i < call->words->count; i++) {
		size_t length = strlen(argument(call, i));

		if (used + length + 1 >= sizeof(text))
			return 1;
		memcpy(text + used, argument(call, i), length);
		used += length;
		text[used++] = ' ';
	}
	if (!grub_spend(session, 1 + (unsigned)used / 16))
		return 1;
	session->result = 0;
	grub_run(session, grub_parse(session, call->statement->file, text, used));
	return session->result;
}

/* "boot", and what leaves the menu. */
static unsigned
run_boot(const struct grub_call *call)
{
	if (call->session->load == NULL || call->session->load->kind == GRUB_NOTHING)
		return 1;
	call->session->flow = GRUB_STOP;
	return 0;
}

/* Commands that a menu for the network does not need, or cannot have. To the
   script all is well. */
static const struct dropped dropped[] = {
	{"modules of the disc's own GRUB", {"insmod", "rmmod", "nativedisk"}},
	{"the screen of the disc's own GRUB",
	 {"gfxmode", "loadfont", "background_image", "background_color", "terminal*", "terminfo",
	  "load_video", "videoinfo", "set_background", "fix_video", "clear", "cls"}},
	{"the console is the server's to choose",
	 {"serial", "keymap", "usb_keyboard", "at_keyboard", "sendkey"}},
	{"what only the disc's own GRUB says, plays or waits for",
	 {"echo", "sleep", "play*", "getkey", "gettext", "ls", "lsefi", "lsefisystab", "lspci",
	  "hiddenentry"}},
	{"nothing is kept from one boot to the next", {"load_env", "save_env"}},
	{"it changes the machine before a kernel starts",
	 {"acpi", "outb", "setpci", "write_dword", "loadbios", "fakebios", "cutmem", "badram",
	  "rdmsr", "wrmsr", "drivemap", "parttool", "hdparm", "efi-export-env", "increment"}},
	{"no other loader can ask for it: what it locks is not offered",
	 {"password", "password_pbkdf2", "authenticate"}},
	{"what is signed is checked by the disc's own GRUB", {"tpm", "verify_detached", "trust"}},
	{"loader/entries are read where no other configuration has a menu", {"blscfg"}},
	{NULL, {NULL}},
};

/* Notes the first of each kind: -> whether the command is of one. */
static bool
is_dropped(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	const char *name = argument(call, 0);
	int row = dropped_find(dropped, name);

	if (row >= 0 && (session->dropped & 1U << row) == 0)
		grub_note_dropped(call, dropped[row].why);
	if (row >= 0)
		session->dropped |= 1U << row;
	return row >= 0;
}

static const struct {
	const char *name;
	unsigned (*run)(const struct grub_call *);
} commands[] = {
	{"set", run_set},
	{"[", grub_test},
	{"test", grub_test},
	{"menuentry", grub_add_item},
	{"submenu", grub_add_item},
	{"export", run_export},
	{"unset", run_unset},
	{"source", run_source},
	{".", run_source},
	{"extract_entries_source", run_source},
	{"configfile", run_configfile},
	{"normal", run_configfile},
	{"extract_entries_configfile", run_configfile},
	{"true", run_true},
	{":", run_true},
	{"false", run_false},
	{"keystatus", run_false},
	{"break", run_break},
	{"continue", run_continue},
	{"return", run_return},
	{"shift", run_shift},
	{"setparams", run_setparams},
	{"eval", run_eval},
	{"boot", run_boot},
};

/* "! command": the words behind it are run, and what comes of it is turned. */
static void
run_not(const struct grub_call *call)
{
	const struct grub_words rest = {call->words->items + 1, call->words->count - 1, 0};
	const struct grub_call inner = {call->session, call->statement, &rest};

	call->session->result = 1;
	if (rest.count > 0 && strcmp(rest.items[0], "!") != 0 && !grub_run_builtin(&inner) &&
	    !grub_run_load(&inner))
		grub_run_search(&inner);
	call->session->result = call->session->result == 0;
}

bool
grub_run_builtin(const struct grub_call *call)
{
	const char *name = argument(call, 0);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			call->session->result = commands[i].run(call);
			return true;
		}
	}
	if (strcmp(name, "!") == 0) {
		run_not(call);
		return true;
	}
	if (!is_dropped(call))
		return false;
	call->session->result = 0;
	return true;
}
