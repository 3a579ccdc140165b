/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads an image and makes its index; see isofs.h.
 *
 *      descriptors   which trees there are, and which to show
 *      walk          its directories, into a builder
 *      boot images   El Torito's catalog, with their true lengths (ET-2), and
 *                    the files in the one for EFI
 *      builder       writes the flat block
 *
 * An image of which a part is missing or broken is still indexed, as far as it
 * is whole, with a sentence about the rest in volume.damage. Other trees (UDF)
 * will be further ways to fill the builder.
 */
#include "isofs.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "boot_images.h"
#include "builder.h"
#include "descriptors.h"
#include "walk.h"
#include "window.h"

/* Writers end a volume with up to 150 sectors of padding that some tools cut
   off again: missing them is no damage. */
enum { PADDING_SIZE = 150 * SECTOR_SIZE };

/* Beside a UDF tree: ISO 9660 shows so many nodes and leaves so many bytes to
   the other when it is only a note. */
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
describe_damage(const struct damage *damage, struct volume *volume)
{
	const struct {
		const char *what;
		uint32_t count;
	} parts[] = {
		{"files past its end", damage->lost_files},
		{"files without their last part", damage->unfinished_files},
		{"directories past its end", damage->lost_directories},
		{"directories that make no sense", damage->bad_directories},
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

/* Windows media keep their files in UDF and a note about it in ISO 9660. */
static void
describe_stub(const struct descriptors *descriptors, const struct builder *builder,
	      struct volume *volume)
{
	if (descriptors->has_udf && builder->node_count <= STUB_NODES &&
	    volume->image_size > builder_file_bytes(builder) + STUB_BYTES &&
	    volume->damage[0] == '\0')
		snprintf(volume->damage, sizeof(volume->damage),
			 "its files are in a UDF tree, which cannot be read yet");
}

/* --- the whole ------------------------------------------------------------- */

static int
fill(struct window *window, struct builder *builder, struct volume *volume, const char **ret_why)
{
	struct descriptors descriptors;
	struct damage damage;
	struct iso_tree tree;
	int result;

	result = descriptors_read(window, volume, &descriptors, ret_why);
	if (result < 0)
		return result;
	result = descriptors_choose(&descriptors, window, &tree);
	if (result < 0)
		return result;
	if (tree.offset >= volume->image_size) {
		*ret_why = "truncated: not even its root directory is there";
		return -EBADMSG;
	}
	volume->tree = tree.kind;
	result = walk_tree(&tree, window, builder, &damage, ret_why);
	if (result < 0)
		return result;
	if (builder->node_count == 1 && damage.bad_directories > 0) {
		*ret_why = "its root directory makes no sense";
		return -EBADMSG;
	}
	if (descriptors.has_catalog)
		result = boot_images_read(window, builder, descriptors.catalog, volume);
	if (result == 0)
		result = boot_images_add_efi(window, builder, volume, &damage);
	if (result == -EFBIG)
		*ret_why = "more files than an index can hold";
	describe_damage(&damage, volume);
	describe_stub(&descriptors, builder, volume);
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
