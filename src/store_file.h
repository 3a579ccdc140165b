/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The database file behind the store: rows in and out, and what is done about a
 * file that cannot be used. It waits for the disk; store.c says who may.
 */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "store.h"

struct store_file;

/* One row to write. */
struct store_change {
	enum { STORE_LEASE, STORE_MACHINE } kind;
	union {
		struct store_lease lease;
		struct store_machine machine;
	};
};

/* As store_open; `folder` stays the caller's. */
int store_file_open(int folder, const char *path, struct store_file **ret_file,
		    char ret_why[STORE_WHY_SIZE]);
void store_file_close(struct store_file *);

/* Writes all of them and waits until they are on the disk; or none: -EIO with
   the reason. */
int store_file_write(struct store_file *, const struct store_change *, size_t count,
		     char ret_why[STORE_WHY_SIZE]);

int store_file_read_leases(struct store_file *,
			   void (*on_lease)(void *context, const struct store_lease *),
			   void *context);
int store_file_read_machines(struct store_file *,
			     void (*on_machine)(void *context, const struct store_machine *),
			     void *context);

#endif
