/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images out of small inputs, and changes of such inputs; see pieces.h.
 *
 * The image is a memory file, since that is what readers read from, and is
 * mapped, since a fuzzer makes thousands in a second: between two images only
 * those pages are made zero that were written to.
 */
#include "pieces.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, IMAGE_ROOM = PIECES_SECTORS * PIECES_SECTOR_MAX + PAGE };
enum { HEADER = 4, PIECE_MAX = 255, LIST_MAX = 16384, FURTHER = 0x8000 };

/* --- the image --------------------------------------------------------------- */

static uint8_t *image;
static bool written[IMAGE_ROOM / PAGE];

uint8_t *
pieces_sector(size_t number)
{
	size_t at = number * PIECES_SECTOR_MAX;

	return written[at / PAGE] ? image + at : NULL;
}

static int
open_image(void)
{
	int fd = memfd_create("image", 0);

	if (fd < 0)
		abort();
	image = mmap(NULL, IMAGE_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (image == MAP_FAILED)
		abort();
	return fd;
}

/* Writes the pieces, and notes in which pages. */
static void
write_pieces(struct bytes list, size_t sector)
{
	while (list.length >= HEADER) {
		size_t offset = bytes_u16(list, 1);
		size_t number = bytes_u8(list, 0) + (offset & FURTHER ? 256u : 0);
		size_t at = number * sector + offset % sector;
		struct bytes piece = bytes_slice(list, HEADER, bytes_u8(list, 3));

		memcpy(image + at, piece.at, piece.length);
		written[at / PAGE] = written[(at + piece.length) / PAGE] = true;
		list = bytes_slice(list, HEADER + piece.length, list.length);
	}
}

int
pieces_image(struct bytes input, size_t sector, uint64_t *ret_size)
{
	static int fd = -1;
	size_t size = bytes_u16(input, 0) % (PIECES_SECTORS * sector / PIECES_UNIT + 1);

	if (fd < 0)
		fd = open_image();
	if (ftruncate(fd, IMAGE_ROOM) != 0)
		abort();
	for (size_t i = 0; i < sizeof(written); i++) {
		if (written[i])
			memset(image + i * PAGE, 0, PAGE);
		written[i] = false;
	}
	write_pieces(bytes_slice(input, 2, input.length), sector);
	if (ftruncate(fd, (off_t)(size * PIECES_UNIT)) != 0)
		abort();
	*ret_size = size * PIECES_UNIT;
	return fd;
}

/* --- changes ----------------------------------------------------------------- */

/* libFuzzer's own way to change bytes; there is none in a replay. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));

/* An input that is being changed. */
struct list {
	uint8_t *data;
	size_t size;
	size_t max;
	size_t count;            /* of the pieces */
	size_t places[LIST_MAX]; /* where they begin */
};

static size_t
random_below(size_t end)
{
	return end ? (size_t)rand() % end : 0;
}

static void
find_pieces(struct list *list, size_t head)
{
	list->count = 0;
	for (size_t at = head; at + HEADER <= list->size && list->count < LIST_MAX;) {
		size_t length = list->data[at + 3];

		if (length > list->size - at - HEADER)
			break;
		list->places[list->count++] = at;
		at += HEADER + length;
	}
}

/* Puts `length` bytes in place of `old` bytes at `at`, if there is room. */
static bool
replace(struct list *list, size_t at, size_t old, const uint8_t *bytes, size_t length)
{
	if (list->size - old + length > list->max)
		return false;
	memmove(list->data + at + length, list->data + at + old, list->size - at - old);
	memcpy(list->data + at, bytes, length);
	list->size += length - old;
	return true;
}

/* Other bytes in a piece: of the same length, or of another. */
static void
change_bytes(struct list *list, size_t at)
{
	uint8_t bytes[PIECE_MAX];
	size_t length = list->data[at + 3];
	size_t max = random_below(4) ? length : PIECE_MAX;
	size_t now;

	memcpy(bytes, list->data + at + HEADER, length);
	now = LLVMFuzzerMutate(bytes, length, max ? max : 1);
	if (replace(list, at + HEADER, length, bytes, now))
		list->data[at + 3] = (uint8_t)now;
}

/* A number in a piece: small, at some limit, or a sector that has something in
   it; in one byte order, the other, or first one and then the other. */
static void
put_number(struct list *list, size_t at)
{
	static const uint32_t limits[] = {0,      1,      2,          0x7f,       0x80,  0xff,
					  0x7fff, 0x8000, 0xffff,     0x7fffffff, 0x800, 0x1000,
					  0xfff,  0x7ff,  0x80000000, UINT32_MAX};
	uint8_t *bytes = list->data + at + HEADER;
	size_t length = list->data[at + 3], width = (size_t)1 << random_below(3);
	size_t order = random_below(3), from = random_below(length);
	uint32_t value = random_below(2) ? limits[random_below(sizeof(limits) / sizeof(*limits))]
					 : list->data[list->places[random_below(list->count)]];

	for (size_t i = 0; i < width && from + i < length; i++)
		bytes[from + i] = (uint8_t)(value >> 8 * (order == 1 ? width - 1 - i : i));
	for (size_t i = 0; order == 2 && i < width && from + width + i < length; i++)
		bytes[from + width + i] = (uint8_t)(value >> 8 * (width - 1 - i));
}

/* A piece once more: over another, before it, behind it, or anywhere. */
static void
copy_piece(struct list *list, size_t at)
{
	uint8_t piece[HEADER + PIECE_MAX];
	const uint8_t *other = list->data + list->places[random_below(list->count)];
	size_t length = HEADER + list->data[at + 3];
	size_t offset = (size_t)(other[1] | other[2] << 8);

	memcpy(piece, list->data + at, length);
	offset += random_below(2) ? other[3] : random_below(64);
	piece[0] = other[0];
	piece[1] = (uint8_t)offset;
	piece[2] = (uint8_t)(offset >> 8);
	replace(list, list->size, 0, piece, length);
}

static void
move_piece(struct list *list, size_t at)
{
	uint8_t *piece = list->data + at;

	switch (random_below(3)) {
	case 0:
		piece[0] = list->data[list->places[random_below(list->count)]];
		break;
	case 1:
		piece[0] = (uint8_t)(piece[0] + random_below(5) - 2);
		break;
	default:
		piece[1] = (uint8_t)(piece[1] + random_below(9) - 4);
		break;
	}
}

static void
change_once(struct list *list, size_t head)
{
	size_t at = list->places[random_below(list->count)];

	switch (random_below(10)) {
	case 0:
		copy_piece(list, at);
		break;
	case 1:
		move_piece(list, at);
		break;
	case 2:
		if (random_below(3) == 0)
			replace(list, at, (size_t)HEADER + list->data[at + 3], list->data, 0);
		else
			LLVMFuzzerMutate(list->data, head, head);
		break;
	case 3:
	case 4:
	case 5:
		put_number(list, at);
		break;
	default:
		change_bytes(list, at);
		break;
	}
}

size_t
pieces_mutate(uint8_t *data, size_t size, size_t max, size_t head, unsigned seed)
{
	static struct list list;

	srand(seed);
	list.data = data;
	list.size = size;
	list.max = max;
	find_pieces(&list, head);
	if (list.count == 0 || random_below(16) == 0)
		return LLVMFuzzerMutate(data, size, max);
	for (size_t left = random_below(4) + 1; left > 0 && list.count > 0; left--) {
		change_once(&list, head);
		find_pieces(&list, head);
	}
	return list.size;
}
