/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grammar of GRUB scripts (GRUB-1), by recursive descent: blocks nest as
 * deep as GRUB_NESTING_LIMIT and no deeper.
 *
 *      list      command, and behind each ';' or line ends the next one
 *      command   if | for | while | until | function | words and perhaps a { block }
 *
 * A list is never empty. What is wrong costs the statement it is in, up to the
 * end of that line: GRUB reads on there too.
 */
#include "grub_session.h"

#include <string.h>

struct parser {
	struct grub_lexer lexer;
	const char *file;
	unsigned depth;
	bool is_wrong; /* the statement is not understood */
};

static struct grub_statement *parse_list(struct parser *parser, const char *const *ends);
static struct grub_statement *parse_command(struct parser *parser);

/* Words that begin no command. */
static const char *const reserved[] = {"then", "elif", "else",   "fi", "do", "done", "in",
				       "case", "esac", "select", "[[", "]]", NULL};

/* Words that begin one, but not a plain one. */
static const char *const beginning[] = {"if", "for", "while", "until", "function", NULL};

static bool
is_keyword(const struct parser *parser, const char *keyword)
{
	return parser->lexer.token == GRUB_WORD && strcmp(parser->lexer.plain, keyword) == 0;
}

/* Whether the token is one of `words`, which NULL ends; "}" is the brace, "};" one
   that the statement before it must have ended for. */
static bool
is_one_of(const struct parser *parser, const char *const *words)
{
	for (; *words != NULL; words++) {
		if ((*words)[0] == '}' ? parser->lexer.token == GRUB_CLOSE
				       : is_keyword(parser, *words))
			return true;
	}
	return false;
}

static void
next(struct parser *parser)
{
	grub_lex(&parser->lexer);
	if (parser->lexer.token == GRUB_BAD)
		parser->is_wrong = true;
}

static void
expect(struct parser *parser, const char *keyword)
{
	if (is_keyword(parser, keyword))
		next(parser);
	else
		parser->is_wrong = true;
}

static void
skip_newlines(struct parser *parser)
{
	while (!parser->is_wrong && parser->lexer.token == GRUB_NEWLINE)
		next(parser);
}

/* A statement of a kind, written where the lexer stands: NULL at a limit. */
static struct grub_statement *
new_statement(struct parser *parser, enum grub_statement_kind kind)
{
	struct grub_session *session = parser->lexer.session;
	struct grub_statement *statement = NULL;

	if (grub_take_node(session))
		statement = arena_alloc(&session->arena, sizeof(*statement));
	if (statement == NULL) {
		parser->is_wrong = true;
		return NULL;
	}
	statement->kind = kind;
	statement->file = parser->file;
	statement->line = parser->lexer.token_line;
	return statement;
}

/* Whether the token ends a statement, and goes over it. */
static bool
end_statement(struct parser *parser)
{
	if (parser->lexer.token == GRUB_SEMICOLON)
		next(parser);
	else if (parser->lexer.token != GRUB_NEWLINE)
		return false;
	skip_newlines(parser);
	return true;
}

static bool
is_at_end(const struct parser *parser)
{
	return parser->lexer.token == GRUB_SEMICOLON || parser->lexer.token == GRUB_NEWLINE ||
	       parser->lexer.token == GRUB_END;
}

/* Parses words up to what ends a statement, or a '{'. */
static void
parse_words(struct parser *parser, struct grub_word **end)
{
	while (!parser->is_wrong && parser->lexer.token == GRUB_WORD) {
		if (strcmp(parser->lexer.plain, "[[") == 0 ||
		    strcmp(parser->lexer.plain, "]]") == 0) {
			parser->is_wrong = true;
			return;
		}
		*end = parser->lexer.word;
		end = &parser->lexer.word->next;
		next(parser);
	}
}

/* Parses the list between the '{' that the token is and its '}'. */
static struct grub_statement *
parse_block(struct parser *parser, const char *const *ends)
{
	struct grub_statement *list;

	next(parser);
	list = parse_list(parser, ends);
	if (!parser->is_wrong && parser->lexer.token == GRUB_CLOSE)
		next(parser);
	else
		parser->is_wrong = true;
	return list;
}

static struct grub_statement *
parse_simple(struct parser *parser)
{
	static const char *const ends[] = {"}", NULL};
	struct grub_statement *statement;

	if (parser->lexer.token != GRUB_WORD || is_one_of(parser, reserved)) {
		parser->is_wrong = true;
		return NULL;
	}
	statement = new_statement(parser, GRUB_COMMAND);
	if (statement == NULL)
		return NULL;
	parse_words(parser, &statement->words);
	if (!parser->is_wrong && parser->lexer.token == GRUB_OPEN)
		statement->body = parse_block(parser, ends);
	return statement;
}

/* Parses what stands behind "if" or "elif", up to "fi". */
static struct grub_statement *
parse_if(struct parser *parser)
{
	static const char *const thens[] = {"then", NULL};
	static const char *const ends[] = {"elif", "else", "fi", NULL};
	struct grub_statement *first = NULL;
	struct grub_statement **place = &first;

	for (;;) {
		struct grub_statement *statement = new_statement(parser, GRUB_IF);

		if (statement == NULL)
			return first;
		*place = statement;
		place = &statement->otherwise;
		next(parser);
		statement->condition = parse_list(parser, thens);
		expect(parser, "then");
		statement->body = parse_list(parser, ends);
		if (parser->is_wrong || !is_keyword(parser, "elif"))
			break;
	}
	if (!parser->is_wrong && is_keyword(parser, "else")) {
		next(parser);
		*place = parse_list(parser, ends + 2);
	}
	expect(parser, "fi");
	return first;
}

static struct grub_statement *
parse_while(struct parser *parser, enum grub_statement_kind kind)
{
	static const char *const dos[] = {"do", NULL};
	static const char *const dones[] = {"done", NULL};
	struct grub_statement *statement = new_statement(parser, kind);

	if (statement == NULL)
		return NULL;
	next(parser);
	statement->condition = parse_list(parser, dos);
	expect(parser, "do");
	statement->body = parse_list(parser, dones);
	expect(parser, "done");
	return statement;
}

/* Takes the name of a variable or function. */
static const char *
parse_name(struct parser *parser)
{
	const char *name = parser->lexer.plain;

	if (parser->lexer.token != GRUB_WORD || !grub_is_name(name) ||
	    is_one_of(parser, reserved) || is_one_of(parser, beginning))
		parser->is_wrong = true;
	else
		next(parser);
	return name;
}

static struct grub_statement *
parse_for(struct parser *parser)
{
	static const char *const dones[] = {"done", NULL};
	struct grub_statement *statement = new_statement(parser, GRUB_FOR);

	if (statement == NULL)
		return NULL;
	next(parser);
	statement->name = parse_name(parser);
	expect(parser, "in");
	parse_words(parser, &statement->words);
	if (parser->is_wrong || !end_statement(parser))
		parser->is_wrong = true;
	expect(parser, "do");
	statement->body = parse_list(parser, dones);
	expect(parser, "done");
	return statement;
}

static struct grub_statement *
parse_function(struct parser *parser)
{
	static const char *const ends[] = {"};", NULL};
	struct grub_statement *statement = new_statement(parser, GRUB_FUNCTION);

	if (statement == NULL)
		return NULL;
	next(parser);
	statement->name = parse_name(parser);
	skip_newlines(parser);
	if (parser->is_wrong || parser->lexer.token != GRUB_OPEN) {
		parser->is_wrong = true;
		return statement;
	}
	statement->body = parse_block(parser, ends);
	return statement;
}

static struct grub_statement *
parse_command(struct parser *parser)
{
	if (is_keyword(parser, "if"))
		return parse_if(parser);
	if (is_keyword(parser, "for"))
		return parse_for(parser);
	if (is_keyword(parser, "while"))
		return parse_while(parser, GRUB_WHILE);
	if (is_keyword(parser, "until"))
		return parse_while(parser, GRUB_UNTIL);
	if (is_keyword(parser, "function"))
		return parse_function(parser);
	return parse_simple(parser);
}

/* Parses statements up to one of `ends`, at least one. */
static struct grub_statement *
parse_list(struct parser *parser, const char *const *ends)
{
	struct grub_statement *first = NULL;
	struct grub_statement **place = &first;

	if (++parser->depth > GRUB_NESTING_LIMIT)
		parser->is_wrong = true;
	skip_newlines(parser);
	do {
		struct grub_statement *statement;

		if (parser->is_wrong)
			break;
		statement = parse_command(parser);
		if (statement == NULL)
			break;
		*place = statement;
		place = &statement->next;
		if (parser->is_wrong ||
		    (strcmp(ends[0], "}") == 0 && parser->lexer.token == GRUB_CLOSE))
			break;
		if (!end_statement(parser))
			parser->is_wrong = true;
	} while (!parser->is_wrong && !is_one_of(parser, ends));
	parser->depth--;
	return first;
}

/* Line ends as GRUB takes them: it never sees a CR. */
static size_t
clean(char *bytes, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != '\r')
			bytes[used++] = bytes[i] == '\0' ? ' ' : bytes[i];
	}
	return used;
}

struct grub_statement *
grub_parse(struct grub_session *session, const char *file, char *bytes, size_t length)
{
	struct parser parser = {.file = file};
	struct grub_statement *first = NULL;
	struct grub_statement **place = &first;

	parser.lexer = (struct grub_lexer){.session = session, .cursor = bytes, .line = 1};
	parser.lexer.end = bytes + clean(bytes, length);
	grub_lex(&parser.lexer);
	while (parser.lexer.token != GRUB_END && session->error == 0 && session->nodes_left > 0) {
		struct grub_statement *statement;
		unsigned line;

		parser.is_wrong = parser.lexer.token == GRUB_BAD;
		parser.depth = 0;
		skip_newlines(&parser);
		if (parser.lexer.token == GRUB_END)
			break;
		line = parser.lexer.token_line;
		statement = parser.is_wrong ? NULL : parse_command(&parser);
		if (!parser.is_wrong && is_at_end(&parser)) {
			*place = statement;
			place = &statement->next;
			if (parser.lexer.token == GRUB_SEMICOLON)
				grub_lex(&parser.lexer);
			continue;
		}
		grub_note(session, file, line, "not understood up to line %u",
			  parser.lexer.token_line);
		if (parser.lexer.token != GRUB_NEWLINE)
			grub_lex_skip_line(&parser.lexer);
	}
	return first;
}
