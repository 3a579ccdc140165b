/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The roots: listed anew at each look, since what is on a disk can come and go.
 */
#include "roots.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "config.h"
#include "image_list.h"
#include "log.h"

static bool
is_remote(const char *path)
{
	static const unsigned kinds[] = {NFS_SUPER_MAGIC,
					 SMB_SUPER_MAGIC,
					 0xff534d42 /* CIFS */,
					 0xfe534d42 /* SMB2 */,
					 FUSE_SUPER_MAGIC,
					 V9FS_MAGIC,
					 0x00c36400 /* Ceph */};
	struct statfs facts;

	if (statfs(path, &facts) == -1)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if ((unsigned)facts.f_type == kinds[i])
			return true;
	}
	return false;
}

/* Has the directory that `root` is, or lies in, watched. */
static void
watch_root(const struct roots *roots, const char *root)
{
	char directory[4096];
	struct stat facts;
	const char *slash = strrchr(root, '/');

	if (stat(root, &facts) == 0 && S_ISDIR(facts.st_mode)) {
		roots->on_directory(roots->context, root);
	} else if (slash == NULL) {
		roots->on_directory(roots->context, ".");
	} else if ((size_t)(slash - root) < sizeof(directory) - 1) {
		memcpy(directory, root, (size_t)(slash - root) + 1);
		directory[slash - root + 1] = '\0';
		roots->on_directory(roots->context, directory);
	}
}

void
roots_list(struct roots *roots, struct image_list *list)
{
	roots->is_remote = false;
	for (size_t i = 0; i < roots->paths->count; i++) {
		const uint64_t bit = UINT64_C(1) << (i % 64);
		const char *root = roots->paths->items[i];
		int error;

		watch_root(roots, root);
		roots->is_remote |= is_remote(root);
		error = image_list_add(list, root);
		if (error < 0 && (roots->troubles & bit) == 0)
			log_error("images: %s: %s; will look again", root, strerror(-error));
		if (error < 0)
			roots->troubles |= bit;
		else
			roots->troubles &= ~bit;
	}
	image_list_finish(list);
}
