/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of a GRUB script: 'single quotes' keep all, "double quotes" fill
 * variables in, a backslash keeps one character, '#' begins a comment where a
 * word could begin, and a line goes on behind a backslash (GRUB-1).
 *
 * A '$' that names nothing, and '|', '&', '<', '>' outside quotes are errors to
 * GRUB, and so they are here: grub-script-check is the judge of the tests.
 */
#include "grub_session.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

/* A word while it is read. */
struct building {
	struct grub_lexer *lexer;
	struct grub_part **end;
	struct text text; /* since the last part */
	bool is_bare;     /* no quote, escape or variable so far */
};

static bool
is_name(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Adds a part: the text so far, or a variable. */
static void
add_part(struct building *building, const char *bytes, size_t length, bool is_variable,
	 bool is_quoted)
{
	struct grub_session *session = building->lexer->session;
	struct grub_part *part;

	if (!grub_take_node(session))
		return;
	part = arena_alloc(&session->arena, sizeof(*part));
	if (part == NULL)
		return;
	part->text = arena_copy(&session->arena, bytes, length);
	if (part->text == NULL)
		return;
	part->is_variable = is_variable;
	part->is_quoted = is_quoted;
	*building->end = part;
	building->end = &part->next;
}

/* Ends the text so far. `even_empty`: "" is a word, although it has no text. */
static void
end_text(struct building *building, bool is_quoted, bool even_empty)
{
	if (building->text.length > 0 || even_empty)
		add_part(building, text_string(&building->text), building->text.length, false,
			 is_quoted);
	text_cut(&building->text, 0);
}

/* How many bytes at `c` name a variable: 0 for none. */
static size_t
name_length(const char *c, const char *end)
{
	const char *start = c;

	if (c == end)
		return 0;
	if (strchr("@*?#", *c) != NULL)
		return 1;
	if (isdigit((unsigned char)*c)) {
		while (c < end && isdigit((unsigned char)*c))
			c++;
	} else if (is_name((unsigned char)*c)) {
		while (c < end && (is_name((unsigned char)*c) || isdigit((unsigned char)*c)))
			c++;
	}
	return (size_t)(c - start);
}

/* Reads a variable behind its '$': false if it is none. */
static bool
read_variable(struct building *building, bool is_quoted)
{
	struct grub_lexer *lexer = building->lexer;
	bool has_brace = lexer->cursor < lexer->end && *lexer->cursor == '{';
	const char *name = lexer->cursor + has_brace;
	size_t length = name_length(name, lexer->end);

	if (length == 0 || (has_brace && (name + length == lexer->end || name[length] != '}')))
		return false;
	end_text(building, is_quoted, false);
	add_part(building, name, length, true, is_quoted);
	lexer->cursor = name + length + has_brace;
	return true;
}

/* Reads up to the quote that ends it: false if none does. */
static bool
read_single(struct building *building)
{
	struct grub_lexer *lexer = building->lexer;
	const char *end = memchr(lexer->cursor, '\'', (size_t)(lexer->end - lexer->cursor));

	if (end == NULL)
		return false;
	end_text(building, false, false);
	add_part(building, lexer->cursor, (size_t)(end - lexer->cursor), false, true);
	for (; lexer->cursor < end; lexer->cursor++)
		lexer->line += *lexer->cursor == '\n';
	lexer->cursor = end + 1;
	return true;
}

static bool
read_double(struct building *building)
{
	struct grub_lexer *lexer = building->lexer;

	end_text(building, false, false);
	while (lexer->cursor < lexer->end) {
		char c = *lexer->cursor++;
		char next = lexer->cursor < lexer->end ? *lexer->cursor : '\0';

		lexer->line += c == '\n';
		if (c == '"') {
			end_text(building, true, true);
			return true;
		}
		if (c == '\\' && next == '\n') {
			lexer->line++;
			lexer->cursor++;
		} else if (c == '\\' && (next == '$' || next == '"' || next == '\\')) {
			text_append_char(&building->text, next);
			lexer->cursor++;
		} else if (c == '$') {
			if (!read_variable(building, true))
				return false;
		} else {
			text_append_char(&building->text, c);
		}
	}
	return false;
}

/* Reads a backslash and what it keeps. */
static bool
read_escape(struct building *building)
{
	struct grub_lexer *lexer = building->lexer;

	if (lexer->cursor == lexer->end)
		return false;
	if (*lexer->cursor == '\n') {
		lexer->line++;
		/* there must be a line to go on with */
		if (lexer->cursor + 1 == lexer->end)
			return false;
	} else {
		/* what it keeps divides no words */
		end_text(building, false, false);
		add_part(building, lexer->cursor, 1, false, true);
	}
	lexer->cursor++;
	return true;
}

/* Reads the pieces of a word: false if there is something that none may hold. */
static bool
read_pieces(struct building *building)
{
	struct grub_lexer *lexer = building->lexer;
	bool is_good = true;

	while (is_good && lexer->cursor < lexer->end &&
	       strchr(" \t\n;{}", *lexer->cursor) == NULL) {
		char c = *lexer->cursor++;

		building->is_bare = building->is_bare && strchr("'\"$\\", c) == NULL;
		if (c == '\'') {
			is_good = read_single(building);
		} else if (c == '"') {
			is_good = read_double(building);
		} else if (c == '\\') {
			is_good = read_escape(building);
		} else if (c == '$' && lexer->cursor < lexer->end && *lexer->cursor == '"') {
			lexer->cursor++; /* a text that GRUB may translate */
			is_good = read_double(building);
		} else if (c == '$') {
			is_good = read_variable(building, false);
		} else if (strchr("|&<>", c) != NULL) {
			is_good = false;
		} else {
			text_append_char(&building->text, c);
		}
	}
	return is_good;
}

static enum grub_token
read_word(struct grub_lexer *lexer)
{
	struct grub_session *session = lexer->session;
	struct building building = {.lexer = lexer, .is_bare = true};
	struct grub_word *word;
	bool is_good;

	lexer->plain = "";
	if (!grub_take_node(session))
		return GRUB_BAD;
	word = arena_alloc(&session->arena, sizeof(*word));
	if (word == NULL)
		return GRUB_BAD;
	building.end = &word->parts;
	is_good = read_pieces(&building);
	end_text(&building, false, false);
	if (building.text.error != 0)
		session->error = building.text.error;
	text_free(&building.text);
	lexer->word = word;
	/* Of a word like `\` and a line end nothing is left. */
	if (is_good && word->parts == NULL)
		return GRUB_NEWLINE;
	if (is_good && building.is_bare)
		lexer->plain = word->parts->text;
	return is_good && session->nodes_left > 0 ? GRUB_WORD : GRUB_BAD;
}

/* Moves over blanks, comments and line ends behind a backslash. False where such
   a line end is an error: GRUB takes it for a word, which may not follow '}'. */
static bool
skip_blanks(struct grub_lexer *lexer)
{
	bool is_behind_block = lexer->token == GRUB_CLOSE;

	while (lexer->cursor < lexer->end) {
		char c = *lexer->cursor;

		if (c == '\\' && lexer->cursor + 1 < lexer->end && lexer->cursor[1] == '\n') {
			lexer->line++;
			lexer->cursor += 2;
			if (is_behind_block || lexer->cursor == lexer->end)
				return false;
		} else if (c == '#') {
			while (lexer->cursor < lexer->end && *lexer->cursor != '\n')
				lexer->cursor++;
		} else if (c == ' ' || c == '\t') {
			lexer->cursor++;
		} else {
			break;
		}
	}
	return true;
}

void
grub_lex(struct grub_lexer *lexer)
{
	bool is_good = skip_blanks(lexer);
	char c;

	lexer->token_line = lexer->line;
	lexer->plain = "";
	if (!is_good) {
		lexer->token = GRUB_BAD;
		return;
	}
	if (lexer->cursor == lexer->end) {
		lexer->token = GRUB_END;
		return;
	}
	c = *lexer->cursor;
	if (strchr("\n;{}", c) == NULL) {
		lexer->token = read_word(lexer);
		return;
	}
	lexer->cursor++;
	lexer->line += c == '\n';
	lexer->token = c == '\n'  ? GRUB_NEWLINE
		       : c == ';' ? GRUB_SEMICOLON
		       : c == '{' ? GRUB_OPEN
				  : GRUB_CLOSE;
}

void
grub_lex_skip_line(struct grub_lexer *lexer)
{
	while (lexer->cursor < lexer->end && *lexer->cursor != '\n')
		lexer->cursor++;
	if (lexer->cursor < lexer->end) {
		lexer->cursor++;
		lexer->line++;
	}
	lexer->token = GRUB_NEWLINE;
}
