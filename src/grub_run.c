/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the statements of a GRUB script: lists, if, loops, functions (GRUB-2).
 *
 * Recursion is bounded by GRUB_DEPTH_LIMIT, whatever the script does, and each
 * statement is paid for: a loop without an end ends when nothing is left.
 */
#include "grub_session.h"

#include <string.h>

struct grub_function {
	const struct grub_statement *statement;
	struct grub_function *next;
};

static const struct grub_statement *
find_function(struct grub_session *session, const char *name)
{
	unsigned steps = 0;

	for (const struct grub_function *function = session->functions; function != NULL;
	     function = function->next) {
		if (++steps % 32 == 0)
			grub_spend(session, 1);
		if (strcmp(function->statement->name, name) == 0)
			return function->statement;
	}
	return NULL;
}

/* A newer one of that name comes first; a block's own are gone with it. */
static void
add_function(struct grub_session *session, const struct grub_statement *statement)
{
	struct grub_function *function = arena_alloc(&session->arena, sizeof(*function));

	if (function == NULL)
		return;
	function->statement = statement;
	function->next = session->functions;
	session->functions = function;
	session->result = 0;
}

void
grub_run_with(struct grub_session *session, const struct grub_statement *statements,
	      const struct grub_words *arguments)
{
	const struct grub_words *outer = session->arguments;
	unsigned loops = session->loops;

	session->arguments = arguments;
	session->loops = 0;
	grub_run(session, statements);
	session->loops = loops;
	session->arguments = outer;
}

static void
run_function(struct grub_session *session, const struct grub_statement *function,
	     const struct grub_words *words)
{
	const struct grub_words arguments = {words->items + 1, words->count - 1, 0};

	session->result = 0;
	grub_run_with(session, function->body, &arguments);
	if (session->flow == GRUB_RETURN)
		session->flow = GRUB_GO_ON;
}

static void
run_command(struct grub_session *session, const struct grub_statement *statement)
{
	struct grub_words words;
	struct grub_call call = {session, statement, &words};
	const struct grub_statement *function;
	const char *equals;

	if (!grub_expand(session, statement->words, false, &words)) {
		session->result = 1;
		return;
	}
	if (words.count == 0) {
		session->result = 0;
		return;
	}
	function = find_function(session, words.items[0]);
	if (function != NULL) {
		run_function(session, function, &words);
		return;
	}
	if (grub_run_builtin(&call) || grub_run_load(&call) || grub_run_search(&call))
		return;
	equals = strchr(words.items[0], '=');
	if (equals != NULL && equals != words.items[0]) {
		char *name = arena_copy(&session->arena, words.items[0],
					(size_t)(equals - words.items[0]));

		if (name != NULL)
			grub_set(session, name, equals + 1);
		session->result = 0;
		return;
	}
	session->result = 1;
	grub_note(session, statement->file, statement->line, "%.60s is not understood",
		  words.items[0]);
}

/* After a turn of a loop: whether there shall be another. */
static bool
goes_on(struct grub_session *session)
{
	if (session->flow == GRUB_BREAK || session->flow == GRUB_CONTINUE) {
		bool is_outer = session->flow_count > 1;

		if (is_outer) {
			session->flow_count--;
			return false;
		}
		is_outer = session->flow == GRUB_BREAK;
		session->flow = GRUB_GO_ON;
		return !is_outer;
	}
	return session->flow == GRUB_GO_ON && session->work_left > 0;
}

static void
run_for(struct grub_session *session, const struct grub_statement *statement)
{
	struct grub_words words;

	if (!grub_expand(session, statement->words, true, &words))
		return;
	session->result = 0;
	for (unsigned i = 0; i < words.count; i++) {
		grub_set(session, statement->name, words.items[i]);
		grub_run(session, statement->body);
		if (!goes_on(session))
			break;
	}
}

static void
run_while(struct grub_session *session, const struct grub_statement *statement)
{
	bool ends_with = statement->kind == GRUB_UNTIL;
	unsigned result = 0;

	while (grub_spend(session, 1)) {
		grub_run(session, statement->condition);
		if (session->flow != GRUB_GO_ON || (session->result == 0) == ends_with)
			break;
		grub_run(session, statement->body);
		result = session->result;
		if (!goes_on(session))
			break;
	}
	session->result = result;
}

static void
run_if(struct grub_session *session, const struct grub_statement *statement)
{
	grub_run(session, statement->condition);
	if (session->flow != GRUB_GO_ON)
		return;
	if (session->result == 0) {
		grub_run(session, statement->body);
		return;
	}
	session->result = 0;
	grub_run(session, statement->otherwise);
}

static void
run_statement(struct grub_session *session, const struct grub_statement *statement)
{
	switch (statement->kind) {
	case GRUB_COMMAND:
		run_command(session, statement);
		break;
	case GRUB_IF:
		run_if(session, statement);
		break;
	case GRUB_FUNCTION:
		add_function(session, statement);
		break;
	default:
		session->loops++;
		if (statement->kind == GRUB_FOR)
			run_for(session, statement);
		else
			run_while(session, statement);
		session->loops--;
	}
}

void
grub_run(struct grub_session *session, const struct grub_statement *statement)
{
	if (session->depth >= GRUB_DEPTH_LIMIT) {
		grub_note_full(session, "blocks and functions nest too deep");
		return;
	}
	session->depth++;
	for (; statement != NULL && session->flow == GRUB_GO_ON && session->error == 0;
	     statement = statement->next) {
		if (!grub_spend(session, 1)) {
			grub_note_full(session, "too much to do");
			break;
		}
		run_statement(session, statement);
	}
	if (session->arena.error != 0)
		session->error = session->arena.error;
	session->depth--;
}
