/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that a configuration names for an entry, whatever its language.
 */
#ifndef ENTRY_FILE_H
#define ENTRY_FILE_H

struct entry;
struct entry_file;
struct source_node;

/* Sets `ret_file`, one of the entry's, to what was found as `name`: `error` and
   `node` are the lookup's. Refuses the entry where that failed (-EREMOTE: on
   another server) or found a directory. `role` says what it is to the entry:
   "kernel". 0 or -ENOMEM. */
int entry_set_file(struct entry *, const char *role, const char *name, int error,
		   const struct source_node *node, struct entry_file *ret_file);

/* Makes room for one more initrd: *ret_file, to be set next, or NULL when the
   entry has too many, which refuses it. 0 or -ENOMEM. */
int entry_add_initrd(struct entry *, struct entry_file **ret_file);

/* memdisk was named as the kernel of the entry: its first initrd is the disk
   (SYS-22). 0 or -ENOMEM. */
int entry_make_memdisk(struct entry *);

#endif
