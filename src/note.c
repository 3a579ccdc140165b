/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of remarks: see note.h.
 */
#include "note.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes over `text`; NULL stands for want of memory. */
static int
append(struct entry_note **notes, enum note_kind kind, char *text, size_t why)
{
	struct entry_note *note = text != NULL ? calloc(1, sizeof(*note)) : NULL;

	if (note == NULL) {
		free(text);
		return -ENOMEM;
	}
	*note = (struct entry_note){.kind = kind, .text = text, .why = why};
	notes_move(notes, &note);
	return 0;
}

const char *
note_place(const char *file, unsigned line, char place[NOTE_PLACE_SIZE])
{
	if (line > 0)
		snprintf(place, NOTE_PLACE_SIZE, "%s:%u", file, line);
	else
		snprintf(place, NOTE_PLACE_SIZE, "%s", file);
	return place;
}

int
note_add(struct entry_note **notes, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return append(notes, NOTE_REMARK, text, 0);
}

/* Takes over `text`, or frees it when there is a remark with the same words. */
static int
append_once(struct entry_note **notes, enum note_kind kind, char *text, size_t why)
{
	for (const struct entry_note *note = *notes; note != NULL && text != NULL;
	     note = note->next) {
		if (strcmp(note->text, text) == 0) {
			free(text);
			return 0;
		}
	}
	return append(notes, kind, text, why);
}

int
note_once(struct entry_note **notes, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return append_once(notes, NOTE_REMARK, text, 0);
}

int
note_add_why(struct entry_note **notes, enum note_kind kind, const char *why, const char *format,
	     ...)
{
	va_list arguments;
	char *text = NULL;
	char *what;
	int length;

	va_start(arguments, format);
	length = vasprintf(&what, format, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	if (asprintf(&text, "%s: %s", what, why) < 0)
		text = NULL;
	free(what);
	return append(notes, kind, text, (size_t)length + strlen(": "));
}

int
note_once_why(struct entry_note **notes, enum note_kind kind, const char *why, const char *what)
{
	char *text;

	if (asprintf(&text, "%s: %s", what, why) < 0)
		text = NULL;
	return append_once(notes, kind, text, strlen(what) + strlen(": "));
}

void
notes_move(struct entry_note **to, struct entry_note **from)
{
	while (*to != NULL)
		to = &(*to)->next;
	*to = *from;
	*from = NULL;
}

int
notes_copy(const struct entry_note *note, struct entry_note **ret_copies)
{
	int error = 0;

	*ret_copies = NULL;
	for (; note != NULL && error == 0; note = note->next) {
		error = append(ret_copies, note->kind, strdup(note->text), note->why);
		if (error == 0)
			ret_copies = &(*ret_copies)->next;
	}
	return error;
}

void
notes_free(struct entry_note *note)
{
	while (note != NULL) {
		struct entry_note *next = note->next;

		free(note->text);
		free(note);
		note = next;
	}
}
