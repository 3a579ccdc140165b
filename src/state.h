/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state directory: what is remembered between starts. Its folders are made
 * and given away while the process is still root, used when it is not.
 */
#ifndef STATE_H
#define STATE_H

struct config;
struct store;

struct state {
	int cache;    /* the scanner's folder, or negative */
	int database; /* the store's folder, or negative; owned by the store once there is one */
	struct store *store; /* NULL: there is none, or nobody needs one */
};

/* Makes the folders, for `user`. Where that cannot be, says so once. */
void state_make(const struct config *, const char *user, struct state *ret_state);

/* Opens the store, as the user that writes it. Without one leases live in
   memory, which is said. */
void state_open(const struct config *, struct state *);

void state_close(struct state *);

#endif
