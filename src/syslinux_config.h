/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A configuration of the SYSLINUX family as it is written: menus, labels and
 * their directives, before anything is looked up or judged.
 *
 *      text ── syslinux_parse ──> struct syslinux_config ── syslinux_read ──> struct menu
 *              lines, INCLUDE     this file                 files, modules
 *
 * Everything hangs from the arena of the session, which is one for all the
 * configurations of an image, and so are its limits: an image cannot make us
 * read, or keep, more than they allow, however its files include each other.
 *
 * Rules: SYS-1..10, SYS-12.
 */
#ifndef SYSLINUX_CONFIG_H
#define SYSLINUX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "look.h"
#include "source.h"
#include "text.h"

struct entry_note;

enum {
	SYSLINUX_BYTES_LIMIT = 1024 * 1024, /* of configuration an image */
	SYSLINUX_FILES_LIMIT = 256,         /* read, again, or not there to be read */
	SYSLINUX_ITEMS_LIMIT = 1000,        /* labels, separators and sub-menus */
	SYSLINUX_NOTES_LIMIT = 200,         /* remarks */
	SYSLINUX_INCLUDE_LIMIT = 16,        /* depth (SYS-12) */
	SYSLINUX_MENU_LIMIT = 16,           /* depth of MENU BEGIN */
	SYSLINUX_LINE_SIZE = 4096,          /* with its NUL; longer ones are split (SYS-1) */
	SYSLINUX_DROPPED_ROWS = 5,          /* reasons to drop a directive */
	SYSLINUX_UNKNOWN_WORDS = 5,
	SYSLINUX_DROPPED_WORDS = 32, /* directives a reason */
};

/* What KERNEL and its kin say of the file (SYS-4). */
enum syslinux_type {
	SYSLINUX_KERNEL, /* by its extension */
	SYSLINUX_LINUX,
	SYSLINUX_BOOT,
	SYSLINUX_BSS,
	SYSLINUX_PXE,
	SYSLINUX_FDIMAGE,
	SYSLINUX_COMBOOT,
	SYSLINUX_COM32,
	SYSLINUX_CONFIG,
	SYSLINUX_LOCALBOOT,
	SYSLINUX_NONE, /* nothing is run: MENU EXIT, MENU QUIT, MENU GOTO */
};

enum syslinux_kind { SYSLINUX_LABEL, SYSLINUX_SEPARATOR, SYSLINUX_SUBMENU };

/* A line of a menu. Strings may be NULL. */
struct syslinux_item {
	enum syslinux_kind kind;
	enum syslinux_type type;
	char *label;
	char *command; /* what stands behind KERNEL; the label if nothing does */
	char *append;  /* its own or the global one; NULL for none */
	char *initrd;  /* comma list */
	char *title;   /* MENU LABEL, carets and all */
	char *help;    /* lines, each with its '\n' */
	char *password;
	unsigned sysappend; /* bits (SYS-5) */
	unsigned indent;
	bool is_default, is_hidden, is_disabled;
	const char *file; /* where it is written */
	unsigned line;
	struct syslinux_menu *menu; /* of a SYSLINUX_SUBMENU */
	struct syslinux_item *next;
};

/* The look that a menu's directives ask for, before its picture is looked up. */
struct syslinux_look {
	struct look look;
	char *background; /* MENU BACKGROUND, or NULL */
	const char *file; /* where its last directive is written */
	unsigned line;
};

struct syslinux_menu {
	char *title;
	char *password;             /* MENU MASTER PASSWD */
	unsigned timeout;           /* tenths of a second */
	struct syslinux_look *look; /* NULL: the parent's */
	struct syslinux_menu *parent;
	struct syslinux_item *line; /* its own in the parent's menu; NULL at the root */
	struct syslinux_item *items;
	struct syslinux_item **end;
	unsigned depth;
};

struct syslinux_config {
	char *path;      /* of the file, from the image's root */
	char *directory; /* that names in it are relative to (SYS-14); "" for the root */
	char *start;     /* DEFAULT, or NULL */
	char *ui;        /* UI, or NULL */
	char *on_timeout;
	char *append;       /* of labels that have none of their own, or NULL */
	unsigned sysappend; /* likewise */
	struct syslinux_menu menu;
	struct syslinux_config *next; /* of the session's list */
};

/* The reading of one image. */
struct syslinux_session {
	const struct source *source;
	struct arena arena;
	size_t bytes_left;
	unsigned files_left;
	unsigned items_left;
	bool is_graphic;                   /* the menu being read is vesamenu.c32's */
	const struct syslinux_look *noted; /* the last look that a note is about */
	bool is_full;                      /* a limit was met, and a note says so */
	struct syslinux_config *configs;   /* all that were parsed, the newest first */
	/* Directives that a note says were dropped, a bit each. */
	unsigned dropped[SYSLINUX_DROPPED_ROWS];
	unsigned dropped_menu[SYSLINUX_DROPPED_ROWS];
	const char *unknown[SYSLINUX_UNKNOWN_WORDS]; /* words that a note told of */
	struct entry_note **notes;                   /* remarks go here */
	unsigned note_count;
	int error; /* 0 or -ENOMEM */
};

/* Parses the configuration at `path`, which source_find gave, for names
   relative to `directory`: NULL when out of memory (session->error) or when it
   cannot be read, and a note says why. */
struct syslinux_config *syslinux_parse(struct syslinux_session *, const char *path,
				       const char *directory);

/* Finds the file that `name` means in a configuration (SYS-14): relative to
   `directory`, to the root of the image if it begins with '/' or "::". What is
   not there is looked for at the other place too, since a configuration may
   have been written for PXELINUX. 0, -ENOENT, or -EREMOTE (of another server). */
int syslinux_find(const struct source *, const char *directory, const char *name,
		  struct source_node *ret_node);

/* Adds a remark: "FILE:LINE: text". Above the limit it is lost. */
void syslinux_note(struct syslinux_session *, const char *file, unsigned line, const char *format,
		   ...) __attribute__((format(printf, 4, 5)));

/* Says once that the image asks for more than we give. */
void syslinux_note_full(struct syslinux_session *, const char *file, unsigned line,
			const char *what);

/* Says that the configuration `name` is missing. To look for one costs a file of
   files_left, which must not be 0: an image can name a great many. */
void syslinux_note_missing(struct syslinux_session *, const char *file, unsigned line,
			   const char *name);

/* --- between syslinux_parse.c, syslinux_directive.c and syslinux_menu.c --- */

struct syslinux_parser {
	struct syslinux_session *session;
	struct syslinux_config *config;
	struct syslinux_menu *menu; /* the current one */
	struct syslinux_item *item; /* the label being read, or NULL */
	const char *file;
	unsigned line;
	unsigned depth;                                                     /* of INCLUDE */
	enum { SYSLINUX_NO_TEXT, SYSLINUX_HELP, SYSLINUX_OTHER_TEXT } text; /* we are inside */
	struct text help;                                                   /* so far */
};

struct syslinux_directive {
	const char *word;
	void (*read)(struct syslinux_parser *, char *value);
};

/* Words that say nothing to a menu for the network, and why. */
struct syslinux_dropped {
	const char *why;
	const char *words[SYSLINUX_DROPPED_WORDS];
};

/* Carries out the line `line`, which has no line end and is cut up. */
void syslinux_directive(struct syslinux_parser *, char *line);

/* Carries out what stands behind MENU, and behind INCLUDE. */
void syslinux_read_menu(struct syslinux_parser *, char *value);
void syslinux_read_include(struct syslinux_parser *, char *value);

/* Takes a directive of the menu's look: false if `word` is none. */
bool syslinux_read_look(struct syslinux_parser *, const char *word, char *value);

/* Reads a file in place of the directive. */
void syslinux_include(struct syslinux_parser *, const char *name);

/* ENDTEXT, or the end of the file. */
void syslinux_end_text(struct syslinux_parser *);

/* The row of `word`, or NULL. */
const struct syslinux_directive *syslinux_find_directive(const struct syslinux_directive *table,
							 const char *word);

/* Notes that `word` is dropped, if `rows` have it: -> whether they do. `seen` has
   a bit a word. */
bool syslinux_drop(struct syslinux_parser *, const struct syslinux_dropped *rows, unsigned *seen,
		   const char *prefix, const char *word);

/* Notes, once, a word that is no directive, if it looks like one. */
void syslinux_note_unknown(struct syslinux_parser *, const char *prefix, const char *word);

/* Puts a new line into the current menu: NULL above the limit. */
struct syslinux_item *syslinux_add_item(struct syslinux_parser *, enum syslinux_kind);

/* What MENU words apply to: the label, or the line of the sub-menu we are in. */
struct syslinux_item *syslinux_described(struct syslinux_parser *);

/* Puts a copy of `value` at *place; NULL there when out of memory. */
void syslinux_keep(struct syslinux_parser *, char **place, const char *value);

/* Cuts the first word off `line`: -> what stands behind it. */
char *syslinux_cut_word(char *line);

/* A number as atoi(3) reads it, at most a million. */
unsigned syslinux_number(const char *value);

#endif
