/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images out of small inputs.
 *
 * Images are mostly zeros, so an input is a list of pieces to write over them:
 * sector, offset in it (two bytes), length, bytes. The highest bit of the offset
 * is 256 sectors more. Before it two bytes: the size of the file in units of 512
 * bytes. testdata/fuzz-seed.py makes such a list of an image.
 */
#ifndef PIECES_H
#define PIECES_H

#include "bytes.h"

enum { PIECES_SECTORS = 512, PIECES_SECTOR_MAX = 2048, PIECES_UNIT = 512 };

/* Makes the image of an input, with sectors of `sector` bytes (at most
   PIECES_SECTOR_MAX), in a memory file that the next call uses again: -> its
   descriptor. */
int pieces_image(struct bytes input, size_t sector, uint64_t *ret_size);

/* The bytes of sector `number` of the image that was made last, which may be
   changed: NULL when they are all zero. Sectors of PIECES_SECTOR_MAX bytes. */
uint8_t *pieces_sector(size_t number);

/* Changes an input of `size` bytes and room for `max`, whose list of pieces
   begins at `head`, as `seed` says: -> its new size. A fuzzer's own changes mostly move what is
   behind them, so that it is no list any more; these keep it one. */
size_t pieces_mutate(uint8_t *data, size_t size, size_t max, size_t head, unsigned seed);

/* What libFuzzer calls, if a target has it: pieces_mutate(), with its `head`. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

#endif
