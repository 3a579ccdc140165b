/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The boot images of an image: their true lengths, and the files in the one
 * for EFI.
 *
 * What firmware sees as the EFI system partition is a FAT file system in an
 * El Torito image: a file of the tree, or a partition that lies behind it. Its
 * files become files below "@efi" in the root. When the image has an "@efi" of
 * its own, that one stays: nothing that an image records is ever hidden.
 * Rules: ET-2, ET-3.
 */
#ifndef BOOT_IMAGES_H
#define BOOT_IMAGES_H

#include "builder.h"
#include "index.h"
#include "walk.h"
#include "window.h"

#define EFI_DIRECTORY "@efi"

/* Reads the El Torito catalog at block `catalog` into volume->boot_images;
   `builder` has the whole tree, which tells where files begin. An image that
   begins past the end of the file is left out, one that goes past it is cut.
   0, or negative errno of pread. */
int boot_images_read(struct window *, const struct builder *, uint32_t catalog,
		     struct volume *volume);

/* Adds the files of the EFI system partition below EFI_DIRECTORY, if there is
   one among volume->boot_images, and what is wrong with it to `damage`. To be
   called last: lengths of boot images are not looked for among these files.
   0, -ENOMEM, -EFBIG above the limits, or -errno of pread. */
int boot_images_add_efi(struct window *, struct builder *, const struct volume *volume,
			struct damage *damage);

#endif
