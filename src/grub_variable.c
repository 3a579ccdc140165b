/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Variables of a GRUB script: a chain, the newest first. A scope remembers
 * where the chain was; what is set later stands before it and is forgotten
 * with it. So a block can be run and undone without a copy of all variables.
 */
#include "grub_session.h"

#include <string.h>

struct grub_variable {
	uint32_t hash;
	unsigned scope;
	bool is_exported;
	bool is_border;    /* what stands behind it is only seen if exported */
	const char *name;  /* NULL for a border */
	const char *value; /* NULL: not set */
	struct grub_variable *next;
};

bool
grub_is_name(const char *name)
{
	size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
				     "0123456789");

	return length > 0 && name[length] == '\0' && (name[0] < '0' || name[0] > '9');
}

/* FNV-1a */
static uint32_t
hash_of(const char *name)
{
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT32_C(0x01000193);
	return hash;
}

/* The newest that is called so and can be seen. */
static struct grub_variable *
find(struct grub_session *session, const char *name)
{
	struct grub_variable *variable = session->variables;
	uint32_t hash = hash_of(name);
	bool is_behind = false;
	unsigned steps = 0;

	for (; variable != NULL; variable = variable->next) {
		steps++;
		if (variable->is_border)
			is_behind = true;
		else if (variable->hash == hash && strcmp(variable->name, name) == 0)
			break;
	}
	grub_spend(session, 1 + steps / 32);
	return variable != NULL && is_behind && !variable->is_exported ? NULL : variable;
}

const char *
grub_get(struct grub_session *session, const char *name)
{
	const struct grub_variable *variable = find(session, name);

	return variable != NULL ? variable->value : NULL;
}

/* A new one at the head of the chain: NULL at a limit. */
static struct grub_variable *
push(struct grub_session *session, const char *name)
{
	struct grub_variable *variable;

	if (session->variable_count >= GRUB_VARIABLES_LIMIT) {
		grub_note_full(session, "too many variables");
		return NULL;
	}
	variable = arena_alloc(&session->arena, sizeof(*variable));
	if (variable == NULL)
		return NULL;
	if (name != NULL) {
		variable->name = arena_string(&session->arena, name);
		if (variable->name == NULL)
			return NULL;
		variable->hash = hash_of(name);
	}
	variable->is_border = name == NULL;
	variable->scope = session->scope;
	variable->next = session->variables;
	session->variables = variable;
	session->variable_count++;
	return variable;
}

/* The variable, in a place where it may be changed. */
static struct grub_variable *
own(struct grub_session *session, const char *name)
{
	struct grub_variable *old = find(session, name);
	struct grub_variable *variable;

	if (old != NULL && old->scope == session->scope)
		return old;
	variable = push(session, name);
	if (variable != NULL && old != NULL) {
		variable->value = old->value;
		variable->is_exported = old->is_exported;
	}
	return variable;
}

void
grub_set(struct grub_session *session, const char *name, const char *value)
{
	struct grub_variable *variable = own(session, name);
	size_t length = value != NULL ? strlen(value) : 0;

	if (variable == NULL || !grub_spend(session, 1))
		return;
	/* GRUB takes both forms of a device. */
	if (value != NULL && strcmp(name, "root") == 0 && length > 2 && value[0] == '(' &&
	    value[length - 1] == ')') {
		value++;
		length -= 2;
	}
	if (strcmp(name, "superusers") == 0 && length > 0)
		session->is_locked = true;
	if (length > session->text_left) {
		grub_note_full(session, "too much text");
		return;
	}
	session->text_left -= length;
	variable->value = value != NULL ? arena_copy(&session->arena, value, length) : NULL;
}

void
grub_export(struct grub_session *session, const char *name)
{
	struct grub_variable *variable = own(session, name);

	if (variable != NULL)
		variable->is_exported = true;
}

void
grub_enter(struct grub_session *session, bool only_exported, struct grub_scope *ret_scope)
{
	*ret_scope = (struct grub_scope){
		.variables = session->variables,
		.variable_count = session->variable_count,
		.scope = session->scope,
	};
	session->scope = ++session->scope_count;
	if (only_exported)
		push(session, NULL);
}

void
grub_leave(struct grub_session *session, const struct grub_scope *scope)
{
	session->variables = scope->variables;
	session->variable_count = scope->variable_count;
	session->scope = scope->scope;
}
