/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Remarks for `explain`: what was found in an image, what was changed and why.
 */
#ifndef NOTE_H
#define NOTE_H

#include <stddef.h>

/* Explain has a place for each kind. */
enum note_kind {
	NOTE_REMARK,
	NOTE_CHANGE, /* what is not as the image has it; `why` is set */
	NOTE_LOOKED, /* what an initramfs was asked, and its answer */
};

struct entry_note {
	enum note_kind kind;
	char *text; /* "removed quiet: the reason" */
	size_t why; /* where in `text` the reason begins; 0: nowhere */
	struct entry_note *next;
};

/* Adds a remark behind those that are there: 0 or -ENOMEM. */
int note_add(struct entry_note **notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, unless there is one with these words. */
int note_once(struct entry_note **notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* As note_add for one of another kind, "WHAT: WHY". */
int note_add_why(struct entry_note **notes, enum note_kind, const char *why, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));

/* The same, unless there is one with these words. */
int note_once_why(struct entry_note **notes, enum note_kind, const char *why, const char *what);

/* Room for what note_place writes. */
enum { NOTE_PLACE_SIZE = 1040 };

/* Where something was found: "FILE:LINE", or "FILE" for line 0, the file as a whole.
   -> `place` */
const char *note_place(const char *file, unsigned line, char place[NOTE_PLACE_SIZE]);

/* Moves those of `from` behind those of `to`. */
void notes_move(struct entry_note **to, struct entry_note **from);

/* Copies of all of them: 0 or -ENOMEM, then of some. */
int notes_copy(const struct entry_note *, struct entry_note **ret_copies);

/* Frees a remark and those behind it. */
void notes_free(struct entry_note *);

#endif
