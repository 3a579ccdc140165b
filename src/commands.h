/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that serve nothing: they look at images and at the
 * configuration, and need no root and no network. Each is in its own file,
 * command_NAME.c.
 *
 * Each returns the exit status of the process: 0, or 1 after saying on stderr
 * what was wrong. What is wrong with one image does not stop the next.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

struct options;

int command_check(const struct options *);
int command_list(const struct options *);
int command_ls(const struct options *);
int command_cat(const struct options *);
int command_explain(const struct options *);
int command_menu(const struct options *);
int command_doctor(const struct options *);

#endif
