/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A configuration of GRUB as it is written: statements and their words, before
 * any is run.
 *
 *      text ── grub_parse ──> statements ── grub_run ──> items ── grub_menu ──> struct menu
 *              lexer, parser                variables, commands   bodies are run
 *
 * Everything hangs from the arena of the session, which is one for all that is
 * read for a platform, and so are its limits: work, text, nodes, files, entries.
 * No configuration can make us do more, however it loops and calls itself.
 *
 * Rules: GRUB-1, GRUB-6.
 */
#ifndef GRUB_SCRIPT_H
#define GRUB_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "boot.h"
#include "source.h"

enum {
	GRUB_BYTES_LIMIT = 1024 * 1024,    /* of configuration an image */
	GRUB_FILES_LIMIT = 256,            /* read, those read again counted again */
	GRUB_NODES_LIMIT = 40000,          /* statements, words and their parts */
	GRUB_TEXT_LIMIT = 2 * 1024 * 1024, /* bytes that variables and words come to */
	GRUB_WORK_LIMIT = 100000,          /* statements run, words made, variables looked up */
	GRUB_ENTRIES_LIMIT = 1000,
	GRUB_VARIABLES_LIMIT = 1000,
	GRUB_NOTES_LIMIT = 100,
	GRUB_NESTING_LIMIT = 32, /* blocks in the text */
	GRUB_DEPTH_LIMIT = 128,  /* blocks being run, of functions that call each other too */
	GRUB_FILE_DEPTH_LIMIT = 16,
	GRUB_MENU_DEPTH_LIMIT = 8,
};

/* A piece of a word: text, or a variable that is filled in. */
struct grub_part {
	const char *text; /* the name of a variable */
	bool is_variable;
	bool is_quoted; /* blanks in it do not divide words */
	struct grub_part *next;
};

struct grub_word {
	struct grub_part *parts;
	struct grub_word *next;
};

enum grub_statement_kind {
	GRUB_COMMAND,
	GRUB_IF,
	GRUB_FOR,
	GRUB_WHILE,
	GRUB_UNTIL,
	GRUB_FUNCTION,
};

struct grub_statement {
	enum grub_statement_kind kind;
	const char *name;                 /* of a function, or the variable of `for` */
	struct grub_word *words;          /* of a command, or what `for` goes through */
	struct grub_statement *condition; /* of if, while, until */
	struct grub_statement *body;      /* what is run; the block of a command, or NULL */
	struct grub_statement *otherwise; /* else, elif */
	const char *file;                 /* where it is written */
	unsigned line;
	struct grub_statement *next;
};

struct grub_session;

/* Parses `length` bytes at `bytes` (changed on the way) of `file`: -> the
   statements. One that is no GRUB script is left out up to the end of its line
   and noted, as GRUB goes on with the next line. */
struct grub_statement *grub_parse(struct grub_session *, const char *file, char *bytes,
				  size_t length);

/* --- between grub_parse.c and grub_lexer.c --- */

enum grub_token {
	GRUB_END, /* of the text */
	GRUB_NEWLINE,
	GRUB_SEMICOLON,
	GRUB_OPEN,  /* { */
	GRUB_CLOSE, /* } */
	GRUB_WORD,
	GRUB_BAD, /* what no script may hold here */
};

struct grub_lexer {
	struct grub_session *session;
	const char *cursor;
	const char *end;
	unsigned line; /* of the cursor */
	enum grub_token token;
	unsigned token_line;
	struct grub_word *word; /* of a GRUB_WORD */
	const char *plain;      /* its text if it is bare: it may be a keyword; else "" */
};

/* Reads the next token. */
void grub_lex(struct grub_lexer *);

/* Moves behind the end of the line. */
void grub_lex_skip_line(struct grub_lexer *);

#endif
