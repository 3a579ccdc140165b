/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads an image and makes its index; see isofs.h.
 *
 *      descriptors   which trees there are, and which to show
 *      walk          its directories, into a builder; udf_walk for UDF
 *      boot images   El Torito's catalog, with their true lengths (ET-2), and
 *                    the files in the one for EFI
 *      builder       writes the flat block
 *
 * An image of which a part is missing or broken is still indexed, as far as it
 * is whole, with a sentence about the rest in volume.damage.
 */
#include "isofs.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "boot_images.h"
#include "builder.h"
#include "descriptors.h"
#include "udf_walk.h"
#include "walk.h"
#include "window.h"

/* Writers end a volume with up to 150 sectors of padding that some tools cut
   off again: missing them is no damage. */
enum { PADDING_SIZE = 150 * SECTOR_SIZE };

/* Beside a UDF tree: ISO 9660 shows so many nodes when it is only a note. If
   the other cannot be read, that matters when so many bytes are left to it. */
enum { STUB_NODES = 4, STUB_BYTES = 16 * 1024 * 1024 };

/* glibc's fstat asks for newfstatat, which can look at any path, so that the
   reader's jail forbids it. Where long has 64 bits, the kernel's struct stat is
   glibc's. */
static int
get_status(int fd, struct stat *ret_status)
{
#if defined(SYS_fstat) && LONG_MAX > INT32_MAX
	return (int)syscall(SYS_fstat, fd, ret_status);
#else
	return fstat(fd, ret_status);
#endif
}

int
isofs_image_size(int fd, uint64_t *ret_size)
{
	struct stat status;
	off_t end;

	if (get_status(fd, &status) < 0)
		return -errno;
	if (S_ISREG(status.st_mode)) {
		*ret_size = (uint64_t)status.st_size;
		return 0;
	}
	if (!S_ISBLK(status.st_mode))
		return -EBADMSG;
	end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return -errno;
	*ret_size = (uint64_t)end;
	return 0;
}

/* --- damage ---------------------------------------------------------------- */

/* Says what is wrong, the cause first: people read the beginning. */
static void
describe_damage(const struct damage *damage, const struct builder *builder, struct volume *volume)
{
	const struct {
		const char *what;
		uint32_t count;
	} parts[] = {
		{"files past its end", damage->lost_files},
		{"files without their last part", damage->unfinished_files},
		{"directories past its end", damage->lost_directories},
		{"directories that make no sense", damage->bad_directories},
		{"files that make no sense", damage->bad_entries},
		{"files with holes", damage->sparse_files},
		{"files in too many pieces", builder->scattered_files},
	};
	bool is_cut = damage->lost_files > 0 || damage->lost_directories > 0 ||
		      volume->volume_size > volume->image_size + PADDING_SIZE;
	FILE *text = fmemopen(volume->damage, sizeof(volume->damage), "w");
	const char *separator = "";

	if (!text)
		return;
	if (is_cut && volume->volume_size > volume->image_size) {
		fprintf(text,
			"truncated: the volume needs %" PRIu64 " bytes, the file has %" PRIu64,
			volume->volume_size, volume->image_size);
		separator = "; ";
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].count == 0)
			continue;
		fprintf(text, "%s%s: %" PRIu32, separator, parts[i].what, parts[i].count);
		separator = "; ";
	}
	fclose(text);
	volume->damage[sizeof(volume->damage) - 1] = '\0';
}

/* --- trees ----------------------------------------------------------------- */

static int
fill_iso9660(const struct descriptors *descriptors, struct window *window, struct builder *builder,
	     struct volume *volume, struct damage *ret_damage, const char **ret_why)
{
	struct iso_tree tree;
	int result;

	result = descriptors_choose(descriptors, window, &tree);
	if (result < 0)
		return result;
	if (tree.offset >= volume->image_size) {
		*ret_why = "truncated: not even its root directory is there";
		return -EBADMSG;
	}
	volume->tree = tree.kind;
	result = walk_tree(&tree, window, builder, ret_damage, ret_why);
	if (result == 0 && builder->node_count == 1 && ret_damage->bad_directories > 0) {
		*ret_why = "its root directory makes no sense";
		return -EBADMSG;
	}
	return result;
}

/* What UDF says of the volume goes over what ISO 9660 says of it. */
static void
describe_udf(const struct udf_volume *udf, struct volume *volume)
{
	volume->tree = TREE_UDF;
	if (udf->id[0] != '\0')
		memcpy(volume->volume_id, udf->id, sizeof(udf->id));
	if (volume->created == 0)
		volume->created = udf->created;
	if (volume->volume_size < udf->end)
		volume->volume_size = udf->end;
}

/* Reads the UDF tree. Only when that succeeds `udf` and `tree` are to be
   cleared. */
static int
read_udf(struct window *window, struct udf_volume *udf, struct builder *tree,
	 struct damage *ret_damage, const char **ret_why)
{
	int result;

	result = udf_volume_open(udf, window, ret_why);
	if (result < 0)
		return result;
	result = builder_init(tree);
	if (result == 0)
		result = udf_walk_tree(udf, tree, ret_damage, ret_why);
	if (result < 0) {
		builder_clear(tree);
		udf_volume_clear(udf);
	}
	return result;
}

/* Puts the UDF tree in place of what is in `builder`, which stays as it is if
   that fails or gives less. */
static int
fill_udf(struct window *window, struct builder *builder, struct volume *volume,
	 struct damage *ret_damage, const char **ret_why)
{
	struct builder tree = {0};
	struct damage damage;
	struct udf_volume udf;
	int result;

	result = read_udf(window, &udf, &tree, &damage, ret_why);
	if (result < 0)
		return result;
	if (tree.node_count >= builder->node_count) {
		describe_udf(&udf, volume);
		*ret_damage = damage;
		builder_clear(builder);
		*builder = tree;
	} else {
		builder_clear(&tree);
	}
	udf_volume_clear(&udf);
	return 0;
}

/* genisoimage -allow-limited-size, with which many make Windows media: of a
   file above 4 GiB ISO 9660 has the lower 32 bits of the size, UDF all of them,
   and both the same bytes. */
static int
lengthen_files(struct window *window, struct builder *builder)
{
	struct builder tree = {0};
	struct damage damage;
	struct udf_volume udf;
	const char *why;
	int result;

	if (window->image_size <= UINT32_MAX)
		return 0;
	result = read_udf(window, &udf, &tree, &damage, &why);
	if (result < 0)
		return result == -EBADMSG || result == -EFBIG ? 0 : result;
	builder_lengthen(builder, &tree);
	builder_clear(&tree);
	udf_volume_clear(&udf);
	return 0;
}

/* Windows media keep their files in UDF and a note about it in ISO 9660
   (ISO-21, UDF-1). */
static bool
is_stub(const struct volume *volume, const struct builder *builder)
{
	return volume->tree != TREE_ROCK_RIDGE && builder->node_count <= STUB_NODES;
}

/* Fills the builder with the tree to show. A note remains one when the UDF tree
   cannot be read. */
static int
fill_tree(const struct descriptors *descriptors, struct window *window, struct builder *builder,
	  struct volume *volume, struct damage *ret_damage, const char **ret_why)
{
	const char *why;
	int result;

	if (!descriptors->has_tree)
		return fill_udf(window, builder, volume, ret_damage, ret_why);
	result = fill_iso9660(descriptors, window, builder, volume, ret_damage, ret_why);
	if (result < 0 || !descriptors->has_udf)
		return result;
	if (!is_stub(volume, builder))
		return lengthen_files(window, builder);

	result = fill_udf(window, builder, volume, ret_damage, &why);
	if (result != -EBADMSG) {
		*ret_why = result < 0 ? why : NULL;
		return result;
	}
	if (volume->image_size > builder_file_bytes(builder) + STUB_BYTES)
		snprintf(volume->damage, sizeof(volume->damage),
			 "its files are not in ISO 9660 but in %s", why);
	return 0;
}

/* --- the whole ------------------------------------------------------------- */

static int
fill(struct window *window, struct builder *builder, struct volume *volume, const char **ret_why)
{
	struct descriptors descriptors;
	struct damage damage = {0};
	int result;

	result = descriptors_read(window, volume, &descriptors, ret_why);
	if (result == 0)
		result = fill_tree(&descriptors, window, builder, volume, &damage, ret_why);
	if (result < 0)
		return result;
	if (descriptors.has_catalog)
		result = boot_images_read(window, builder, descriptors.catalog, volume);
	if (result == 0)
		result = boot_images_add_efi(window, builder, volume, &damage);
	if (result == -EFBIG)
		*ret_why = "more files than an index can hold";
	if (volume->damage[0] == '\0')
		describe_damage(&damage, builder, volume);
	return result;
}

int
isofs_index(int fd, int *ret_memfd, const char **ret_why)
{
	struct volume volume = {0};
	struct builder builder;
	struct window *window;
	int result;

	*ret_why = NULL;
	result = isofs_image_size(fd, &volume.image_size);
	if (result < 0) {
		*ret_why = "neither a file nor a block device";
		return result;
	}
	window = malloc(sizeof(*window));
	if (!window)
		return -ENOMEM;
	window_init(window, fd, volume.image_size);
	result = builder_init(&builder);
	if (result < 0)
		goto free_window;

	result = fill(window, &builder, &volume, ret_why);
	if (result == 0)
		result = builder_write(&builder, &volume, ret_memfd);
	builder_clear(&builder);
free_window:
	free(window);
	return result;
}
