/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * images/NAME/@d/...: the files that a user put into the folder beside an image.
 * images/NAME/@netboot/...: those of a package that boots its installer.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "companion.h"
#include "content_view.h"
#include "file.h"
#include "image.h"
#include "media_type.h"

/* What of `path` is in `folder`: NULL, it is not. */
static const char *
find_within(const char *folder, const char *path)
{
	const size_t length = strlen(folder);

	if (strncasecmp(path, folder, length) != 0)
		return NULL;
	if (path[length] == '\0')
		return path + length;
	return path[length] == '/' ? path + length + 1 : NULL;
}

const struct companion *
content_companion(const struct image *image, const char *path, const char **ret_rest)
{
	const char *user = find_within(COMPANION_FOLDER, path);
	const char *package = find_within(NETBOOT_FOLDER, path);

	*ret_rest = user != NULL ? user : package;
	return user != NULL ? image->companion : package != NULL ? image->package.files : NULL;
}

static void
release(void *owner)
{
	image_unref(owner);
}

/* The facts of now: a user may edit a file in its place. */
static int
fill_segment(const struct companion_file *found, struct file *file)
{
	struct segment *segment = &file->segments[0];
	struct stat facts;

	if (found->text != NULL) {
		*segment = (struct segment){.kind = SEGMENT_MEMORY,
					    .fd = -1,
					    .data = found->text,
					    .length = found->size};
		file_seal(file, 0);
		return 0;
	}
	if (fstat(found->fd, &facts) == -1)
		return -EIO;
	*segment = (struct segment){
		.kind = SEGMENT_EXTENT, .fd = found->fd, .length = (uint64_t)facts.st_size};
	file->mtime = facts.st_mtim.tv_sec;
	file_seal(file, (uint64_t)facts.st_ino * 31 +
				(uint64_t)facts.st_mtim.tv_sec * UINT64_C(1000000000) +
				(uint64_t)facts.st_mtim.tv_nsec);
	return 0;
}

int
content_open_companion(struct image *image, const struct companion *companion, const char *path,
		       struct file **ret_file)
{
	const struct companion_file *found = companion_find(companion, path);
	struct file *file;
	int error;

	if (found == NULL)
		return companion_is_folder(companion, path) ? -EISDIR : -ENOENT;
	file = file_new(1);
	if (file == NULL)
		return -ENOMEM;
	file->segment_count = 1;
	file->type = media_type(found->path);
	error = fill_segment(found, file);
	if (error < 0) {
		file_close(file);
		return error;
	}
	file->release = release;
	file->owner = image_ref(image);
	*ret_file = file;
	return 0;
}
