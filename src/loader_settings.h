/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * loader/loader.conf of systemd-boot: what holds for its menu as a whole.
 */
#ifndef LOADER_SETTINGS_H
#define LOADER_SETTINGS_H

#include <stdbool.h>

struct entry_note;
struct menu;
struct source;

/* Cuts the next line off `rest` into key and value, which may both be "": false at
   the end. Entries have the same lines. */
bool loader_next_line(char **rest, char **ret_key, char **ret_value);

/* Reads it below `folder`, sets the time of `menu`, and says what is not kept.
   *ret_default is the pattern of file names that DEFAULT is, malloc'ed, or NULL; it
   is the caller's whatever is returned. 0 or -ENOMEM. */
int loader_settings_read(const struct source *, const char *folder, struct menu *menu,
			 struct entry_note **notes, char **ret_default);

#endif
