/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The descriptors of an image: which trees it has, and which of them to show.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

#include "walk.h"
#include "window.h"

/* What the sectors from 16 on hold. */
struct descriptors {
	bool is_iso9660; /* a descriptor, of whatever kind, was there */
	bool has_primary, has_joliet, has_enhanced, has_udf;
	bool has_tree; /* one of the first three: UDF may be alone (ISO-6) */
	bool has_catalog;
	uint32_t catalog; /* block of El Torito's catalog */
	uint16_t block_size;
	struct iso_tree primary, joliet, enhanced; /* their roots */
};

/* Reads the descriptors and what the primary one says of the volume: 0, or
   -EBADMSG with *ret_why when there is no tree of any kind, or errno of pread. */
int descriptors_read(struct window *, struct volume *volume, struct descriptors *ret_descriptors,
		     const char **ret_why);

/* Chooses the tree to show: Rock Ridge, else Joliet, else ISO 9660:1999, else
   plain ISO 9660 (ISO-21). Call it only if has_tree. 0 or negative errno of pread. */
int descriptors_choose(const struct descriptors *, struct window *, struct iso_tree *ret_tree);

#endif
