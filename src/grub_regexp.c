/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What configurations of images use of regular expressions, and no more: a
 * pattern of a stranger must not be able to take time or memory, as it can with
 * regcomp(3). Characters, '.', [sets], '*', '+', '?' behind one of them, groups
 * that are not repeated, '^' and '$'. No '|', no "{m,n}".
 *
 * The steps of a search are counted; recursion goes as deep as the pattern is
 * long, which is bounded.
 */
#include "grub_session.h"

#include <errno.h>
#include <string.h>

enum { PIECES_LIMIT = 64, STEPS_LIMIT = 20000 };

enum piece_kind { ONE, ANY, SET, OPEN, CLOSE, START, END };

struct piece {
	enum piece_kind kind;
	char repeat;      /* 0, '?', '*' or '+' */
	char c;           /* of a ONE */
	bool is_negative; /* [^...] */
	const char *set;
	size_t set_length;
	unsigned group; /* of OPEN and CLOSE */
};

struct regexp {
	struct piece pieces[PIECES_LIMIT];
	unsigned count;
	unsigned groups; /* with the whole, which is 0 */
	unsigned open[PIECES_LIMIT];
	unsigned depth;
	unsigned steps;
	const char *string; /* all of it */
	struct grub_match *matches;
	unsigned size;
};

/* Reads "[...]" at `pattern`: -> what stands behind it, or NULL. */
static const char *
read_set(struct piece *piece, const char *pattern)
{
	const char *end;

	piece->kind = SET;
	pattern++;
	piece->is_negative = *pattern == '^';
	pattern += piece->is_negative;
	piece->set = pattern;
	end = *pattern == '\0' ? NULL : strchr(pattern + 1, ']');
	if (end == NULL || memchr(pattern, '[', (size_t)(end - pattern)) != NULL)
		return NULL;
	piece->set_length = (size_t)(end - pattern);
	return end + 1;
}

/* Reads one piece: -> what stands behind it, or NULL. */
static const char *
read_piece(struct regexp *regexp, const char *pattern)
{
	struct piece *piece = &regexp->pieces[regexp->count++];

	*piece = (struct piece){.kind = ONE, .c = *pattern};
	switch (*pattern) {
	case '[':
		pattern = read_set(piece, pattern);
		break;
	case '(':
		piece->kind = OPEN;
		piece->group = regexp->groups++;
		regexp->open[regexp->depth++] = piece->group;
		return pattern + 1;
	case ')':
		if (regexp->depth == 0)
			return NULL;
		piece->kind = CLOSE;
		piece->group = regexp->open[--regexp->depth];
		return strchr("*+?{", pattern[1]) != NULL && pattern[1] != '\0' ? NULL
										: pattern + 1;
	case '^':
	case '$':
		piece->kind = *pattern == '^' ? START : END;
		return pattern + 1;
	case '\\':
		if (pattern[1] == '\0')
			return NULL;
		piece->c = pattern[1];
		pattern += 2;
		break;
	case '|':
	case '{':
	case '*':
	case '+':
	case '?':
		return NULL;
	default:
		piece->kind = *pattern == '.' ? ANY : ONE;
		pattern++;
	}
	if (pattern != NULL && *pattern != '\0' && strchr("*+?", *pattern) != NULL)
		piece->repeat = *pattern++;
	return pattern;
}

static bool
is_in_set(const struct piece *piece, unsigned char c)
{
	for (size_t i = 0; i < piece->set_length; i++) {
		unsigned char from = (unsigned char)piece->set[i];
		unsigned char to = from;

		if (i + 2 < piece->set_length && piece->set[i + 1] == '-') {
			to = (unsigned char)piece->set[i + 2];
			i += 2;
		}
		if (c >= from && c <= to)
			return !piece->is_negative;
	}
	return piece->is_negative;
}

static bool
fits(const struct piece *piece, char c)
{
	if (c == '\0')
		return false;
	if (piece->kind == ANY)
		return true;
	return piece->kind == SET ? is_in_set(piece, (unsigned char)c) : piece->c == c;
}

/* Whether what follows from piece `place` on matches at `at`. */
static bool
match(struct regexp *regexp, unsigned place, const char *at)
{
	for (; place < regexp->count; place++) {
		const struct piece *piece = &regexp->pieces[place];
		size_t least = piece->repeat == '\0' || piece->repeat == '+';
		size_t most = piece->repeat == '*' || piece->repeat == '+' ? STEPS_LIMIT : 1;
		size_t count = 0;

		if (regexp->steps > STEPS_LIMIT)
			return false;
		regexp->steps++;
		if (piece->kind == OPEN || piece->kind == CLOSE) {
			if (piece->group < regexp->size) {
				struct grub_match *group = &regexp->matches[piece->group];

				if (piece->kind == OPEN)
					group->start = at;
				else
					group->length = (size_t)(at - group->start);
			}
			continue;
		}
		if (piece->kind == START || piece->kind == END) {
			if (piece->kind == START ? at != regexp->string : *at != '\0')
				return false;
			continue;
		}
		while (count < most && fits(piece, at[count]) && regexp->steps++ <= STEPS_LIMIT)
			count++;
		if (count < least)
			return false;
		for (; count > least; count--) {
			if (match(regexp, place + 1, at + count))
				return true;
		}
		at += least;
	}
	regexp->matches[0].length = (size_t)(at - regexp->matches[0].start);
	return true;
}

int
grub_regexp(const char *pattern, const char *string, struct grub_match *ret_groups, unsigned size)
{
	struct regexp regexp = {.groups = 1, .string = string, .matches = ret_groups, .size = size};

	while (*pattern != '\0') {
		if (regexp.count == PIECES_LIMIT)
			return -EINVAL;
		pattern = read_piece(&regexp, pattern);
		if (pattern == NULL)
			return -EINVAL;
	}
	if (regexp.depth > 0)
		return -EINVAL;
	for (unsigned i = 0; i < size; i++)
		ret_groups[i] = (struct grub_match){string, 0};
	for (const char *at = string;; at++) {
		ret_groups[0].start = at;
		if (match(&regexp, 0, at))
			return (int)(regexp.groups < size ? regexp.groups : size);
		if (regexp.steps > STEPS_LIMIT)
			return -E2BIG;
		if (*at == '\0')
			return 0;
	}
}
