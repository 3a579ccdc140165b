/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NAME.d/arguments: the kernel arguments that a user wants for an image.
 *
 *      # for all entries
 *      console=ttyS0,115200 -quiet
 *      # for one, called as `explain` calls it
 *      install: inst.ks={http}/@d/other.cfg
 *
 * A word is added as recipes add one, with their {tokens}; "-PATTERN" takes away
 * the arguments that match it. A user's words come after all recipes.
 */
#ifndef COMPANION_ARGUMENTS_H
#define COMPANION_ARGUMENTS_H

struct boot;
struct source;

/* Changes the entries of `boot`, which have their names already, as the file
   says; without one nothing happens. Mistakes go to boot->problems, with file and
   line, and the rest is done. 0 or -ENOMEM. */
int companion_arguments_apply(const struct source *companion, struct boot *);

#endif
