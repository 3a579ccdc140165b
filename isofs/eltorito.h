/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * El Torito: the catalog of boot images, and how long they are.
 *
 * The catalog gives a place and a count of 512-byte sectors that says how much
 * firmware loads, not how long the image is. So the length has to be found
 * elsewhere; eltorito.h knows what partitions and the emulated disk tell,
 * boot_images.h tries all there is. Rules: ET-1, ET-2.
 */
#ifndef ELTORITO_H
#define ELTORITO_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "index.h"

enum { CATALOG_SIZE = 64 * 32, MEDIA_HARD_DISK = 4 };

/* Decodes a catalog (CATALOG_SIZE bytes; fewer are a shorter catalog): -> the
   number of images written, 0 when it is no valid catalog. Their lengths are
   the counts of the catalog. */
uint32_t eltorito_decode(struct bytes catalog, struct boot_image images[BOOT_IMAGES_MAX]);

/* The length of the partition that begins at `offset`, from the GPT and the
   MBR in the first bytes of the image; 0 when there is none. */
uint64_t partition_length(struct bytes system_area, uint64_t offset);

/* The bytes of the floppy disk that `media` emulates; 0 when it does not. */
uint64_t floppy_length(uint8_t media);

/* The bytes of the hard disk whose first sector this is, which end where its
   last partition ends; 0 when there is none. */
uint64_t hard_disk_length(struct bytes first_sector);

#endif
