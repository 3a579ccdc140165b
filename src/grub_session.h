/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A configuration of GRUB being run on an image, for one platform: variables,
 * functions, what was gathered, and what may still be spent.
 *
 * An entry's block is run when all of its menu is known, as GRUB runs it when
 * it is chosen: with the variables of that time. Afterwards they are as before.
 *
 *      grub.c           candidates, limits           grub_path.c       files, devices
 *      grub_run.c       statements                   grub_variable.c   variables
 *      grub_command.c   set, source, export ...      grub_expand.c     words
 *      grub_search.c    search, probe, regexp        grub_test.c       test, [
 *      grub_load.c      linux, initrd ...            grub_menu.c       menus, default
 *                                                    grub_entry.c      an entry
 *
 * Rules: GRUB-2..4.
 */
#ifndef GRUB_SESSION_H
#define GRUB_SESSION_H

#include <stdint.h>

#include "grub_script.h"

struct grub_variable;
struct grub_function;
struct grub_device;
struct grub_file;

/* Words that were made: of a command, or of a function's caller. */
struct grub_words {
	const char **items;
	unsigned count;
	unsigned size;
};

/* A line of a menu, its block not run yet. */
struct grub_item {
	const char *id; /* NULL: none */
	char hotkey;
	bool is_submenu;
	bool is_unrestricted;        /* no password, although there is one */
	struct grub_words arguments; /* title first: $1 and so on in the block */
	const struct grub_statement *statement;
	struct grub_item *next;
};

struct grub_items {
	struct grub_item *first;
	struct grub_item **end;
};

enum grub_load_kind {
	GRUB_NOTHING,
	GRUB_LINUX,
	GRUB_LINUX16,
	GRUB_PROGRAM, /* chainloader of a file of the image */
	GRUB_LOCAL,   /* the local disk, or what the firmware has next */
	GRUB_REBOOT,
	GRUB_HALT,
	GRUB_REFUSED, /* `why` says it */
};

/* What a block has loaded so far. */
struct grub_load {
	enum grub_load_kind kind;
	const char *kernel;      /* as written */
	const char *kernel_root; /* $root at that time */
	struct grub_words arguments;
	struct grub_words initrds;
	const char *initrd_root;
	const char *why;
};

/* Why statements are no longer run one after the other. */
enum grub_flow {
	GRUB_GO_ON,
	GRUB_BREAK,
	GRUB_CONTINUE,
	GRUB_RETURN,
	GRUB_STOP, /* of the block or file as a whole */
};

struct grub_session {
	const struct source *source;
	enum entry_firmware firmware; /* the platform */
	struct arena arena;
	int error; /* 0 or -ENOMEM */

	/* what is left of the limits */
	size_t bytes_left;
	size_t text_left;
	unsigned work_left;
	unsigned nodes_left;
	unsigned files_left;
	unsigned entries_left;
	bool is_full;     /* a limit was met, and a note says so */
	unsigned dropped; /* kinds of commands that a note says were dropped, a bit each */
	struct entry_note **notes;
	unsigned note_count;

	/* the state of the script */
	struct grub_variable *variables; /* the newest first */
	unsigned variable_count;
	unsigned scope; /* those made in it may be changed in place */
	unsigned scope_count;
	struct grub_function *functions;
	struct grub_device *devices;
	const struct grub_words *arguments; /* $1 and so on; NULL: none */
	unsigned result;                    /* $?: 0 is success */
	enum grub_flow flow;
	unsigned flow_count; /* loops to leave */
	unsigned loops;      /* we are in */
	unsigned depth;
	unsigned file_depth;
	unsigned menu_depth;

	/* what comes of it */
	struct grub_items *items; /* the menu being gathered */
	struct grub_load *load;   /* the entry being run */
	struct menu *shown;       /* configfile has opened it: it takes the place of `items` */
	struct grub_file *files;  /* parsed so far */
	bool has_led_back;        /* the entry being run opens what is shown already */
	bool is_locked;           /* superusers are set */
	bool has_searched;        /* the entry being run has, in vain: a disk of the machine */
};

/* A command being run: its name first. */
struct grub_call {
	struct grub_session *session;
	const struct grub_statement *statement;
	const struct grub_words *words;
};

/* --- limits and notes (grub.c) --- */

/* Takes `cost` off the work that may be done: false when it is used up. */
bool grub_spend(struct grub_session *, unsigned cost);

/* Takes a node: false when there is none left. */
bool grub_take_node(struct grub_session *);

/* Says once that the image asks for more than we give. */
void grub_note_full(struct grub_session *, const char *what);

/* Adds a remark "FILE:LINE: text", unless there is the same. */
void grub_note(struct grub_session *, const char *file, unsigned line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Says that the command is not kept, once for a reason and a file. */
void grub_note_dropped(const struct grub_call *, const char *why);

/* --- variables (grub_variable.c) --- */

/* What to come back to. */
struct grub_scope {
	struct grub_variable *variables;
	unsigned variable_count;
	unsigned scope;
};

bool grub_is_name(const char *);

/* The value of a variable, NULL if it is not set. */
const char *grub_get(struct grub_session *, const char *name);

/* Sets it to a copy of `value`; NULL unsets it. */
void grub_set(struct grub_session *, const char *name, const char *value);

/* Lets it be seen in sub-menus and configurations that are opened. */
void grub_export(struct grub_session *, const char *name);

/* What is set from here on is gone after grub_leave. With `only_exported`,
   nothing else is seen. */
void grub_enter(struct grub_session *, bool only_exported, struct grub_scope *ret_scope);
void grub_leave(struct grub_session *, const struct grub_scope *);

/* --- words (grub_expand.c) --- */

/* Makes the words of a statement: variables are filled in, and divide words at
   blanks outside quotes. With `glob`, a '*' outside quotes in the last segment
   of a path finds files. False when out of memory or limits. */
bool grub_expand(struct grub_session *, const struct grub_word *, bool glob,
		 struct grub_words *ret_words);

/* Appends a word, not copied. False as above. */
bool grub_add_word(struct grub_session *, struct grub_words *, const char *word);

/* --- running (grub_run.c) --- */

void grub_run(struct grub_session *, const struct grub_statement *);

/* Runs a block with `arguments` as $1 and so on. Variables stay as it leaves them. */
void grub_run_with(struct grub_session *, const struct grub_statement *,
		   const struct grub_words *arguments);

/* --- commands --- */

/* Runs a command if it is one of these: -> whether it is; session->result. */
bool grub_run_builtin(const struct grub_call *); /* grub_command.c */
bool grub_run_load(const struct grub_call *);    /* grub_load.c */
bool grub_run_search(const struct grub_call *);  /* grub_search.c */

unsigned grub_test(const struct grub_call *);     /* grub_test.c; 0 is true */
unsigned grub_add_item(const struct grub_call *); /* grub_menu.c */

/* The groups that `pattern` finds in `string`, at most `size` of them, the
   whole of it first: -> how many, 0 for no match, -EINVAL for a pattern that is
   not understood, -E2BIG for too much work. Anchors, '.', sets, groups that are
   not repeated; '*', '+', '?' behind one character. */
struct grub_match {
	const char *start;
	size_t length;
};
int grub_regexp(const char *pattern, const char *string, struct grub_match *ret_groups,
		unsigned size); /* grub_regexp.c */

/* --- files (grub_path.c) --- */

/* Finds what `name` means to GRUB: "(DEVICE)/path" or "/path" on `root` (NULL:
   $root). 0; -ENOENT; -EREMOTE for another server; -EXDEV for a device that is
   not this image. */
int grub_find(struct grub_session *, const char *name, const char *root,
	      struct source_node *ret_node);

/* Names a device, whose files lie below `folder` of the image; NULL: it is not
   of the image. */
void grub_add_device(struct grub_session *, const char *name, const char *folder);

/* Whether the device is the image itself. */
bool grub_is_image(struct grub_session *, const char *device);

/* Runs a file in place of the command. False if there is none. */
bool grub_source(struct grub_session *, const char *name);

/* The same for a path that source_find gave. */
bool grub_source_path(struct grub_session *, const char *path);

/* Whether the file was run before, since grub_forget: what it has for a menu is
   in one. */
bool grub_was_run(const struct grub_session *, const char *path);
void grub_forget(struct grub_session *);

/* --- menus (grub_menu.c) --- */

/* Runs the file at `path` (source_find gave it) and makes the entries of it in
   a menu: NULL when there are none, or out of memory (session->error). */
struct menu *grub_open_menu(struct grub_session *, const char *path);

/* An entry for what `load` has loaded for `item`, or NULL if that is nothing. 0
   or -ENOMEM. (grub_entry.c) */
int grub_make_entry(struct grub_session *, const struct grub_item *item,
		    const struct grub_load *load, struct entry **ret_entry);

/* A label for an entry: its id, or what can be typed of its title. */
char *grub_label(const struct grub_item *);

#endif
