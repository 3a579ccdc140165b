/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One image that is offered: see image.h.
 *
 * All that can go wrong with a file ends in image->why, but for want of
 * memory; so a caller lists good and bad images alike.
 */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot.h"
#include "bootcfg.h"
#include "companion.h"
#include "image_source.h"
#include "index.h"
#include "privileges.h"
#include "reader.h"

enum { SUFFIX_ROOM = 12 /* "~" and a number */ };

/* A byte that means nothing special in a URL, a menu or a shell. */
static bool
is_plain(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("._+-", byte) != NULL);
}

void
image_name(const char *path, char ret_name[IMAGE_NAME_SIZE])
{
	size_t end = strlen(path), start, length;

	while (end > 0 && path[end - 1] == '/')
		end--;
	start = end;
	while (start > 0 && path[start - 1] != '/')
		start--;
	length = end - start;
	if (length > 4 && strncasecmp(path + end - 4, ".iso", 4) == 0)
		length -= 4;
	if (length > IMAGE_NAME_SIZE - 1 - SUFFIX_ROOM)
		length = IMAGE_NAME_SIZE - 1 - SUFFIX_ROOM;
	for (size_t i = 0; i < length; i++)
		ret_name[i] = is_plain(path[start + i]) ? path[start + i] : '_';
	ret_name[length] = '\0';
	/* what a path could not lead to */
	if (strcmp(ret_name, "") == 0 || strcmp(ret_name, ".") == 0)
		memcpy(ret_name, "_", 2);
	else if (strcmp(ret_name, "..") == 0)
		memcpy(ret_name, "__", 3);
}

struct image_identity
image_identity_of(const struct stat *facts)
{
	return (struct image_identity){
		.device = facts->st_dev,
		.inode = facts->st_ino,
		.size = (uint64_t)facts->st_size,
		.mtime_ns = facts->st_mtim.tv_sec * INT64_C(1000000000) + facts->st_mtim.tv_nsec,
	};
}

bool
image_identity_equal(const struct image_identity *a, const struct image_identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns;
}

static void
set_why(struct image *image, const char *why)
{
	snprintf(image->why, sizeof(image->why), "%s", why);
}

/* Opens what a link leads to, with no more rights than the daemon's user has:
   a link must not show a file that only root may read. */
static int
open_link(const char *path, int flags)
{
	char *target = realpath(path, NULL);
	int fd, error;

	if (target == NULL)
		return -1;
	privileges_read_all(false);
	fd = open(target, flags);
	error = errno;
	privileges_read_all(true);
	free(target);
	errno = error;
	return fd;
}

/* Opens the file; on failure `why` is set and fd stays -1. A device or a FIFO
   is never waited for, and not read from. */
static int
open_file(struct image *image)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat facts;
	int fd = open(image->path, flags | O_NOFOLLOW);

	if (fd == -1 && errno == ELOOP)
		fd = open_link(image->path, flags);
	if (fd == -1 || fstat(fd, &facts) == -1) {
		set_why(image, strerror(errno));
		goto close_fd;
	}
	if (!S_ISREG(facts.st_mode)) {
		set_why(image, S_ISDIR(facts.st_mode) ? "a directory" : "not a regular file");
		goto close_fd;
	}
	image->fd = fd;
	image->identity = image_identity_of(&facts);
	return 0;

close_fd:
	if (fd != -1)
		close(fd);
	return -EBADMSG;
}

/* What is wrong with the folder beside it is told before what is in its files. */
static void
join_problems(struct image *image)
{
	notes_move(&image->companion->problems, &image->boot->problems);
	notes_move(&image->boot->problems, &image->companion->problems);
}

/* What it boots. -> -ENOMEM, or 0. */
static int
read_boot(struct image *image, struct reader *reader, const struct recipes *recipes)
{
	struct image_source source;
	int err;

	image_source_init(&source, image->name, image->index, image->fd, reader);
	if (image->companion != NULL)
		source.source.companion = &image->companion->source;
	err = netboot_package_open(NETBOOT_PACKAGES, &source.source, &image->package);
	if (err == 0 && image->package.files != NULL) {
		source.source.package = &image->package.files->source;
		source.source.package_kernel = image->package.kernel;
	}
	if (err == 0)
		err = bootcfg_read(&source.source, recipes, &image->boot);
	image_source_clear(&source);
	if (err == 0 && image->package.why[0] != '\0')
		err = note_add(&image->boot->notes, "%s", image->package.why);
	if (err == 0 && image->companion != NULL)
		join_problems(image);
	return err;
}

int
image_open(struct reader *reader, const struct recipes *recipes, const char *path, const char *name,
	   struct image **ret_image)
{
	struct image *image = calloc(1, sizeof(*image));
	int err = -ENOMEM;

	if (image == NULL)
		return -ENOMEM;
	atomic_init(&image->references, 1);
	image->fd = -1;
	image->path = strdup(path);
	if (image->path == NULL)
		goto unref_image;
	snprintf(image->name, sizeof(image->name), "%s", name);

	err = companion_open(path, &image->companion, &image->companion_identity);
	if (err < 0)
		goto unref_image;
	image->companion_identity += netboot_package_identity(NETBOOT_PACKAGES);
	if (open_file(image) == 0 && image->identity.size == 0)
		set_why(image, "an empty file");
	else if (image->fd != -1 && reader_index(reader, image->fd, &image->index, image->why,
						 sizeof(image->why)) == 0) {
		image->why[0] = '\0';
		err = read_boot(image, reader, recipes);
		if (err < 0)
			goto unref_image;
	}
	/* Only an image is ever served, so nothing else is kept open. */
	if (image->index == NULL && image->fd != -1) {
		close(image->fd);
		image->fd = -1;
	}
	*ret_image = image;
	return 0;

unref_image:
	image_unref(image);
	return err;
}

uint64_t
image_companion_identity(const char *path, void (*on_directory)(void *context, const char *path),
			 void *context)
{
	return companion_identity(path, on_directory, context) +
	       netboot_package_identity(NETBOOT_PACKAGES);
}

uint64_t
image_version(const struct image *image)
{
	return (uint64_t)image->identity.mtime_ns * 31 + image->identity.size;
}

struct image *
image_ref(struct image *image)
{
	atomic_fetch_add_explicit(&image->references, 1, memory_order_relaxed);
	return image;
}

void
image_unref(struct image *image)
{
	if (image == NULL ||
	    atomic_fetch_sub_explicit(&image->references, 1, memory_order_acq_rel) > 1)
		return;
	if (image->boot != NULL)
		boot_free(image->boot);
	companion_free(image->companion);
	netboot_package_close(&image->package);
	index_close(image->index);
	if (image->fd != -1)
		close(image->fd);
	free(image->path);
	free(image);
}
