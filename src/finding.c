/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of findings and how it is printed: see finding.h. Names in it come
 * from the network, from images and from other programs, so all is escaped.
 */
#include "finding.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "text.h"
#include "text_table.h"

/* For people and for JSON. */
static const struct {
	const char *mark;
	const char *word;
} states[] = {
	[FINDING_OK] = {"ok", "ok"},          [FINDING_NOTE] = {"-", "note"},
	[FINDING_UNKNOWN] = {"?", "unknown"}, [FINDING_WARN] = {"WARN", "warn"},
	[FINDING_FAIL] = {"FAIL", "fail"},
};

/* An escaped copy, owned by the caller. */
__attribute__((format(printf, 1, 0))) static char *
format(const char *text, va_list arguments)
{
	struct text raw = {0};
	char *clean;

	text_vprintf(&raw, text, arguments);
	clean = raw.error == 0 ? text_escape(text_string(&raw)) : NULL;
	text_free(&raw);
	return clean;
}

void
findings_add(struct findings *findings, const char *topic, const char *what,
	     enum finding_state state, const char *text, ...)
{
	struct finding *items =
		realloc(findings->items, (findings->count + 1) * sizeof(*findings->items));
	struct finding *item;
	va_list arguments;

	if (items == NULL) {
		findings->error = -ENOMEM;
		return;
	}
	findings->items = items;
	item = &items[findings->count];
	va_start(arguments, text);
	*item = (struct finding){
		.topic = text_escape(topic),
		.what = text_escape(what),
		.state = state,
		.text = format(text, arguments),
	};
	va_end(arguments);
	findings->count++;
	if (item->topic == NULL || item->what == NULL || item->text == NULL)
		findings->error = -ENOMEM;
}

void
findings_fix(struct findings *findings, const char *fix, ...)
{
	va_list arguments;

	if (findings->count == 0)
		return;
	va_start(arguments, fix);
	free(findings->items[findings->count - 1].fix);
	findings->items[findings->count - 1].fix = format(fix, arguments);
	va_end(arguments);
}

const struct finding *
findings_first(const struct findings *findings)
{
	const struct finding *first = NULL;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *item = &findings->items[i];

		if (item->state >= FINDING_WARN && (first == NULL || item->state > first->state))
			first = item;
	}
	return first;
}

bool
findings_are_well(const struct findings *findings)
{
	const struct finding *first = findings_first(findings);

	return findings->error == 0 && (first == NULL || first->state < FINDING_FAIL);
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

void
findings_print(const struct findings *findings, size_t start, FILE *file)
{
	for (size_t i = start; i < findings->count; i++) {
		const struct finding *item = &findings->items[i];

		if (i == 0 ||
		    strcmp(or_empty(findings->items[i - 1].topic), or_empty(item->topic)) != 0)
			fprintf(file, "%s%s\n", i == 0 ? "" : "\n", or_empty(item->topic));
		fprintf(file, "  %-4s  %-16s %s\n", states[item->state].mark, or_empty(item->what),
			or_empty(item->text));
		if (item->fix != NULL)
			fprintf(file, "        %-16s -> %s\n", "", item->fix);
	}
	fflush(file);
}

void
findings_conclude(const struct findings *findings, FILE *file)
{
	const struct finding *first = findings_first(findings);
	size_t unknown = 0;

	for (size_t i = 0; i < findings->count; i++)
		unknown += findings->items[i].state == FINDING_UNKNOWN;
	fputc('\n', file);
	if (first != NULL)
		fprintf(file, "%s: %s %s: %s\n",
			first->state == FINDING_FAIL ? "First mend this"
						     : "Nothing is wrong for certain. Look at",
			or_empty(first->topic), or_empty(first->what),
			first->fix != NULL ? first->fix : or_empty(first->text));
	else
		fprintf(file, "All is well%s.\n",
			unknown > 0 ? " as far as could be seen; what could not has a '?'" : "");
}

int
findings_print_json(const struct findings *findings, FILE *file)
{
	json_t *list = json_array(), *all = json_object();
	const struct finding *first = findings_first(findings);
	int error = 0;

	for (size_t i = 0; i < findings->count && error == 0; i++) {
		const struct finding *item = &findings->items[i];
		json_t *object = json_object();

		json_object_set_new(object, "topic", json_text(or_empty(item->topic)));
		json_object_set_new(object, "what", json_text(or_empty(item->what)));
		json_object_set_new(object, "state", json_text(states[item->state].word));
		json_object_set_new(object, "text", json_text(or_empty(item->text)));
		json_object_set_new(object, "fix",
				    item->fix != NULL ? json_text(item->fix) : json_null());
		error = json_array_append_new(list, object);
	}
	json_object_set_new(all, "well", json_boolean(findings_are_well(findings)));
	json_object_set_new(all, "first",
			    first == NULL        ? json_null()
			    : first->fix != NULL ? json_text(first->fix)
						 : json_text(or_empty(first->text)));
	json_object_set_new(all, "findings", list);
	if (error == 0)
		error = json_dumpf(all, file, JSON_INDENT(2));
	fputc('\n', file);
	json_decref(all);
	return error != 0 ? -ENOMEM : 0;
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].topic);
		free(findings->items[i].what);
		free(findings->items[i].text);
		free(findings->items[i].fix);
	}
	free(findings->items);
	*findings = (struct findings){0};
}
