/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parsers of boot configurations and the recipes may ask of an
 * image: look up a path, read a small text file, list a directory. Nothing
 * else of an image is known to them.
 *
 * The daemon answers from an index (image_source.c), a test from a table.
 * Answers are hostile: any name and any byte can come out of an image.
 *
 * Paths run from the image's root, '/' separates, a leading '/' and "." are
 * harmless, ".." stops at the root. What source_find gives back is relative
 * and clean, spelled as the image spells it.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOURCE_PATH_SIZE = 1024 };

/* What lies at a path, links followed. */
struct source_node {
	char path[SOURCE_PATH_SIZE]; /* from the root, no leading '/', "" for the root */
	uint64_t size;               /* bytes, 0 for a directory */
	bool is_directory;
	bool is_executable; /* a file beside the image that its owner may execute */
};

struct source;

/* Called for each name of a directory; -> whether to go on. */
typedef bool source_visit(void *context, const char *name);

struct source_calls {
	/* Looks `path` up: exactly, and where that fails without regard to
	   ASCII case. 0, -ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG. */
	int (*find)(const struct source *, const char *path, struct source_node *ret_node);

	/* Reads a whole file; `path` is one that find gave. *ret_bytes is
	   malloc'ed, with a NUL behind the last byte. 0, -EFBIG above `limit`
	   bytes, -EISDIR, -EIO, -ENOENT, -ENOMEM. */
	int (*read)(const struct source *, const char *path, size_t limit, char **ret_bytes,
		    size_t *ret_length);

	/* Visits the names in a directory, sorted; `path` is one that find gave. */
	int (*list)(const struct source *, const char *path, source_visit *visit, void *context);

	/* Opens the initramfs at `path`, one that find gave: a source of its own,
	   whose files cannot be read. It is the same one for the same path, and
	   lives as long as the source. 0, or a negative errno with the reason
	   as text, which lives as long: -ENOTSUP where nobody can open one.
	   NULL stands for that as well. */
	int (*initramfs)(const struct source *, const char *path, const struct source **ret_tree,
			 const char **ret_why);

	/* Reads how a file begins, at most `length` bytes of it: how many are
	   there, or a negative errno; `path` is one that find gave. NULL stands
	   for -ENOTSUP. */
	int (*head)(const struct source *, const char *path, void *bytes, size_t length);
};

struct source {
	const struct source_calls *calls;
	void *data;            /* of the implementation */
	const char *name;      /* the image's in URLs: for messages only */
	const char *volume_id; /* "" if none */
	const char *fs_uuid;   /* as GRUB and blkid have it: "2026-03-01-08-29-31-00"; NULL or "" */
	uint64_t image_size;   /* bytes of the whole image */
	bool boots_bios;       /* El Torito has a bootable x86 BIOS image */
	bool bios_emulates;    /* which is a disk: the BIOS emulates a drive with it */
	/* The folder that a user put beside the image: `name` is the folder's.
	   NULL: there is none. */
	const struct source *companion;
	/* A package here that has an initrd for the network for entries with the kernel
	   `package_kernel`, likewise, or NULL. */
	const struct source *package;
	const char *package_kernel;
};

/* The calls, for brevity. */
int source_find(const struct source *, const char *path, struct source_node *ret_node);
int source_read(const struct source *, const char *path, size_t limit, char **ret_bytes,
		size_t *ret_length);
int source_list(const struct source *, const char *path, source_visit *visit, void *context);
int source_initramfs(const struct source *, const char *path, const struct source **ret_tree,
		     const char **ret_why);
int source_head(const struct source *, const char *path, void *bytes, size_t length);

/* The first files (never directories) that `pattern` matches, in the order of
   names: a path from the root whose segments may hold the wildcards of
   glob(7), compared without regard to case; a wildcard never matches '/'. A
   segment "**" is any number of directories, or none; links to some are not
   followed there.
   Writes at most `limit` of them and -> how many there are, counted no further
   than `limit`. Never fill a pattern with an image's own words: wildcards of a
   stranger are slow to compare.

   *budget bounds the work and is used up by it: about one for each name that
   is looked at, more for those that match. The patterns of an image share one,
   SOURCE_GLOB_BUDGET at first; when it is 0, nothing matches any more. */
enum { SOURCE_GLOB_BUDGET = 1000000 };
unsigned source_glob(const struct source *, const char *pattern, unsigned *budget,
		     struct source_node *ret_nodes, unsigned limit);

#endif
