/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives for an initramfs, made while they are sent: newc headers around the
 * image itself, files of it or beside it, whole folders, and texts of ours. As a further
 * initrd such an archive puts them at paths in the initramfs, where a system that cannot use a
 * network finds its root. Nothing is copied, and the length is known before.
 *
 *      ┌────────┬──────────────────┬─────┬────────┬──────┬─────┬─────────┬─────┐
 *      │ header │ bytes of the ISO │ pad │ header │ text │ pad │ trailer │ pad │
 *      └────────┴──────────────────┴─────┴────────┴──────┴─────┴─────────┴─────┘
 *
 * The format is that of the kernel's buffer-format document ("070701"). The
 * whole is a multiple of 512 bytes, each part begins at a multiple of 4. A
 * directory comes before what is in it: the kernel makes none by itself.
 */
#ifndef CPIO_H
#define CPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

struct file;
struct image;
struct source;
struct source_node;

/* Where archives lie in the tree of an image. */
#define CPIO_FOLDER "@cpio/"
#define CPIO_ENDING ".cpio"

enum member_kind {
	MEMBER_DIRECTORY,
	MEMBER_IMAGE,  /* bytes of the image */
	MEMBER_FILE,   /* a file of the image */
	MEMBER_BESIDE, /* a file of the folder beside the image */
	MEMBER_TEXT,   /* bytes of ours */
	MEMBER_LINK,   /* a symbolic link */
};

/* Each is a header in memory for each machine that fetches the archive. */
enum { CPIO_MEMBERS_MAX = 16384 };

struct member {
	enum member_kind kind;
	char *path;       /* in the initramfs, without leading '/' */
	unsigned mode;    /* permissions */
	uint64_t first;   /* MEMBER_IMAGE: of its bytes */
	char *file;       /* MEMBER_FILE, MEMBER_BESIDE: its path there; MEMBER_LINK: its target */
	bool is_of_tree;  /* a file that cpio_add_tree added */
	const char *text; /* MEMBER_TEXT: not owned, `size` bytes, which may be any */
	uint64_t size;    /* bytes */
	struct member *next;
	UT_hash_handle hh; /* by path */
};

struct cpio {
	char *name; /* NAME of images/IMAGE/@cpio/NAME.cpio */
	struct member *members, *last;
	struct member *by_path;
	struct cpio *next;
};

/* An archive without members: 0 or -ENOMEM. */
int cpio_new(const char *name, struct cpio **ret_cpio);

/* Frees it and all that follow. NULL is allowed. */
void cpios_free(struct cpio *);

/* These add a member at `path` ("/conf/x" or "conf/x"), and the directories
   above it that are not in the archive yet. 0, -ENOMEM, -EINVAL for a path that
   is none or with "..", -EEXIST, -EFBIG for 4 GiB or more: the format has no
   number for them; -E2BIG for more than CPIO_MEMBERS_MAX. */
int cpio_add_image(struct cpio *, const char *path, uint64_t image_size);
int cpio_add_file(struct cpio *, const char *path, const char *file, uint64_t size);
int cpio_add_beside(struct cpio *, const char *path, const struct source_node *file);
int cpio_add_text(struct cpio *, const char *path, const char *text, unsigned mode);
int cpio_add_folder(struct cpio *, const char *path);
int cpio_add_link(struct cpio *, const char *path, const char *target);
int cpio_add_bytes(struct cpio *, const char *path, const void *bytes, size_t size, unsigned mode);

/* Adds the image in parts: `path`.00, of exactly 32,768 bytes, so that no part
   looks like a file system, then parts of 2 GiB. To be joined by device-mapper. */
int cpio_add_image_parts(struct cpio *, const char *path, uint64_t image_size);

/* Adds the folder or file `name` at the top of the image as `path`/`name`, with all
   that is below it; links lead where they do in the image, as long as all that they
   lead to is added at the same `path`. Nothing where the image has no such name. */
int cpio_add_tree(struct cpio *, const char *path, const struct source *, const char *name);

/* Its length in bytes. */
uint64_t cpio_size(const struct cpio *);

/* Whether both have the same members. */
bool cpio_equal(const struct cpio *, const struct cpio *);

/* Opens it as a file of `image`, of whose files it was made. 0, -ENOENT when a
   file is not there, or is not as long, -ENOMEM. */
int cpio_open(const struct cpio *, struct image *, struct file **ret_file);

#endif
