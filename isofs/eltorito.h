/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * El Torito: the catalog of boot images, and how long they are.
 *
 * The catalog gives a place and a count of 512-byte sectors that says how much
 * firmware loads, not how long the image is. So the length has to be found
 * elsewhere; eltorito.h knows what the bytes themselves tell (a partition that
 * begins there, a FAT file system, the size of a floppy). Rules: ET-1, ET-2.
 */
#ifndef ELTORITO_H
#define ELTORITO_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "index.h"

enum { CATALOG_SIZE = 64 * 32 };

/* Decodes a catalog (CATALOG_SIZE bytes; fewer are a shorter catalog): -> the
   number of images written, 0 when it is no valid catalog. Their lengths are
   the counts of the catalog. */
uint32_t eltorito_decode(struct bytes catalog, struct boot_image images[BOOT_IMAGES_MAX]);

/* The length of the partition that begins at `offset`, from the GPT and the
   MBR in the first bytes of the image; 0 when there is none. */
uint64_t partition_length(struct bytes system_area, uint64_t offset);

/* The length of the FAT file system whose first bytes these are; 0 when they
   are none. */
uint64_t fat_length(struct bytes first_sector);

/* The bytes of the floppy disk that `media` emulates; 0 when it does not. */
uint64_t floppy_length(uint8_t media);

#endif
