/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GRUB's test and [: strings, numbers, files of the image (GRUB-2). As GRUB
 * does it, from left to right: "-a" is understood between any two, "-o" ends
 * what must hold together.
 */
#include "grub_session.h"

#include <stdlib.h>
#include <string.h>

enum { PARENTHESES_LIMIT = 8 };

struct testing {
	struct grub_session *session;
	const char *const *words;
	unsigned count;
	unsigned place;
	unsigned depth;
};

static bool
is_word(const struct testing *testing, unsigned ahead, const char *word)
{
	unsigned place = testing->place + ahead;

	return place < testing->count && strcmp(testing->words[place], word) == 0;
}

static bool
compare(const char *a, const char *operator, const char * b)
{
	long long x = strtoll(a, NULL, 10);
	long long y = strtoll(b, NULL, 10);
	int order = strcmp(a, b);

	if (operator[0] != '-')
		return operator[0] == '!' ? order != 0 :
		       operator[0] == '=' ? order == 0
		       :
		       operator[0] == '<' ? order < 0 || (order == 0 && operator[1] == '=')
					  : order> 0 ||(order == 0 && operator[1] == '=');
	if (strcmp(operator, "-eq") == 0)
		return x == y;
	if (strcmp(operator, "-ne") == 0)
		return x != y;
	if (strcmp(operator, "-lt") == 0)
		return x < y;
	if (strcmp(operator, "-le") == 0)
		return x <= y;
	if (strcmp(operator, "-gt") == 0)
		return x > y;
	return x >= y;
}

static bool
is_comparison(const char *word)
{
	static const char *const operators[] = {
		"=", "==", "!=", "<", "<=", ">", ">=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"};

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (strcmp(word, operators[i]) == 0)
			return true;
	}
	return false;
}

static bool
test_file(struct grub_session *session, char what, const char *name)
{
	const char *root = grub_get(session, "root");
	struct source_node node;

	/* Only where the script says: there is no second place to look at. */
	if (name[0] != '(' && root != NULL && !grub_is_image(session, root))
		return false;
	if (grub_find(session, name, NULL, &node) < 0)
		return false;
	return what == 'e' || (what == 'd') == node.is_directory;
}

static bool evaluate(struct testing *testing);

/* One thing that holds or not. */
static bool
evaluate_one(struct testing *testing)
{
	const char *const *words = testing->words + testing->place;
	unsigned left = testing->count - testing->place;
	bool holds;

	if (left >= 3 && is_comparison(words[1])) {
		testing->place += 3;
		return compare(words[0], words[1], words[2]);
	}
	if (strcmp(words[0], "(") == 0 && testing->depth < PARENTHESES_LIMIT) {
		testing->place++;
		testing->depth++;
		holds = evaluate(testing);
		testing->depth--;
		testing->place += is_word(testing, 0, ")");
		return holds;
	}
	if (left >= 2 && words[0][0] == '-' && words[0][1] != '\0' && words[0][2] == '\0' &&
	    strchr("nzefds", words[0][1]) != NULL) {
		char what = words[0][1];

		testing->place += 2;
		if (what == 'n' || what == 'z')
			return (words[1][0] != '\0') == (what == 'n');
		if (what == 's') {
			struct source_node node;

			return grub_find(testing->session, words[1], NULL, &node) == 0 &&
			       node.size > 0;
		}
		return test_file(testing->session, what, words[1]);
	}
	testing->place++;
	return words[0][0] != '\0';
}

static bool
evaluate(struct testing *testing)
{
	bool any = false;
	bool all = true;
	bool is_empty = true;
	bool is_not = false;

	while (testing->place < testing->count && !is_word(testing, 0, ")")) {
		if (is_word(testing, 0, "!")) {
			is_not = !is_not;
			testing->place++;
		} else if (is_word(testing, 0, "-a")) {
			testing->place++;
		} else if (is_word(testing, 0, "-o")) {
			any |= all && !is_empty;
			all = true;
			is_empty = true;
			testing->place++;
		} else {
			all &= evaluate_one(testing) != is_not;
			is_empty = false;
			is_not = false;
		}
	}
	return any || (all && !is_empty);
}

unsigned
grub_test(const struct grub_call *call)
{
	const struct grub_words *words = call->words;
	bool has_bracket = strcmp(words->items[0], "[") == 0;
	struct testing testing = {
		.session = call->session, .words = words->items + 1, .count = words->count - 1};

	if (has_bracket) {
		if (testing.count == 0 || strcmp(words->items[words->count - 1], "]") != 0)
			return 1;
		testing.count--;
	}
	return evaluate(&testing) ? 0 : 1;
}
