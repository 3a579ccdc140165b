/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scanner: a thread that makes catalogs.
 *
 * It alone opens images and talks to the reader, so a slow disk, a dead
 * network file system or a hostile image holds up nothing but itself. It looks
 * when it is woken, and by itself now and then: every second where a directory
 * lies on a file system that others can change unseen (NFS, SMB, FUSE).
 */
#ifndef SCANNER_H
#define SCANNER_H

struct catalog;
struct config_list;
struct recipes;
struct scanner;

struct scanner_options {
	const struct config_list *roots; /* directories and images to offer */
	const char *loaders_directory;   /* the user's own loaders, or NULL */
	const char *program;             /* for the reader, see reader_new */
	const struct recipes *recipes;
	int cache; /* a folder for the reader's indexes, taken over; -1: none */
	/* Both are called in the scanner's thread. on_catalog owns a reference. */
	void (*on_directory)(void *context, const char *path);
	void (*on_catalog)(void *context, struct catalog *);
	void *context;
};

/* Starts the thread, which scans at once: a first catalog of loaders alone
   comes in no time, so that machines get an answer; the complete one follows.
   `options` are copied, what they point to must stay. */
int scanner_start(const struct scanner_options *, struct scanner **ret_scanner);

/* Something changed: look again. From any thread. */
void scanner_wake(struct scanner *);

/* Waits for the scan that is running and ends the thread. NULL is allowed. */
void scanner_stop(struct scanner *);

#endif
