/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UDF keeps a checksum of nearly everything, so that nearly every change of an
 * image would be refused for it, and nothing behind it be tried. Here they are
 * made right again.
 */
#ifndef UDF_REPAIR_H
#define UDF_REPAIR_H

#include <stdint.h>

enum { UDF_REPAIR_FIRST = 19, UDF_REPAIR_SECTOR = 2048 };

/* Makes the checksums right of what seems to lie in a sector. For those from
   UDF_REPAIR_FIRST on: the ones before are not UDF's. */
void udf_repair_sector(uint8_t *sector);

#endif
