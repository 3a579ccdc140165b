/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `pxeiso doctor` found: a line for each thing it looked at, and of those
 * that are wrong the one to mend first.
 *
 * The order of the list is that of causes: what is added earlier can be the
 * reason for what is added later.
 */
#ifndef FINDING_H
#define FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum finding_state {
	FINDING_OK,
	FINDING_NOTE,    /* worth knowing, nothing to do */
	FINDING_UNKNOWN, /* could not be looked at */
	FINDING_WARN,    /* may be wrong, or soon */
	FINDING_FAIL,    /* is wrong */
};

struct finding {
	char *topic; /* "ports" */
	char *what;  /* that was looked at: "69/udp" */
	enum finding_state state;
	char *text; /* what was seen */
	char *fix;  /* what to do about it, or NULL */
};

/* All zero is an empty list. */
struct findings {
	struct finding *items;
	size_t count;
	int error; /* -ENOMEM: something was left out */
};

/* Appends a finding; `text` is made as by printf. */
void findings_add(struct findings *, const char *topic, const char *what, enum finding_state,
		  const char *text, ...) __attribute__((format(printf, 5, 6)));

/* Says what to do about the finding that was added last. */
void findings_fix(struct findings *, const char *fix, ...) __attribute__((format(printf, 2, 3)));

/* Whether nothing is wrong. */
bool findings_are_well(const struct findings *);

/* The one to mend first: what is wrong before what may be, else the earlier.
   NULL when all is well. */
const struct finding *findings_first(const struct findings *);

/* Prints the findings from number `start` on, under a heading for each topic. */
void findings_print(const struct findings *, size_t start, FILE *);

/* Prints the last line: all is well, or what to do first. */
void findings_conclude(const struct findings *, FILE *);

/* Prints all as one JSON object: 0 or -ENOMEM. */
int findings_print_json(const struct findings *, FILE *);

void findings_free(struct findings *);

#endif
