/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a configuration language has and a menu for the network has not: kinds
 * of words, each with the reason why they are not kept. One note tells of a
 * kind, not one of each line.
 */
#ifndef DROPPED_H
#define DROPPED_H

enum { DROPPED_WORDS = 40 };

struct dropped {
	const char *why;
	/* In lower case; one that ends with '*' stands for all that begin so.
	   NULL ends them. */
	const char *words[DROPPED_WORDS];
};

/* The row of `word`, in any case, among `rows`, which end with an empty one: -1
   if none has it. */
int dropped_find(const struct dropped *rows, const char *word);

#endif
