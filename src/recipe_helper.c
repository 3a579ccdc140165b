/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The helper for initramfs without a shell (src/initramfs/init.c), as bytes of
 * the program: one for each processor. make builds them before; one that it has
 * no compiler for is an empty file.
 *
 * Which one a machine needs, its kernel tells by how it begins. Rules: the
 * kernel's documents x86/boot and arm64/booting; PE/COFF for those that are EFI
 * programs.
 */
#include <string.h>

#include "boot.h"
#include "recipe.h"
#include "recipe_data.h"
#include "source.h"
#include "text.h"

/* The assembler finds the files in the folder of the build. */
extern const char helper_x86_64[], helper_aarch64[];
extern const uint64_t helper_x86_64_size, helper_aarch64_size;
__asm__(".section .rodata\n"
	".global helper_x86_64, helper_x86_64_size, helper_aarch64, helper_aarch64_size\n"
	".balign 8\n"
	"helper_x86_64:\n"
	".incbin \"initramfs/x86_64\"\n"
	"1:\n"
	".balign 8\n"
	"helper_x86_64_size:\n"
	".quad 1b - helper_x86_64\n"
	"helper_aarch64:\n"
	".incbin \"initramfs/aarch64\"\n"
	"2:\n"
	".balign 8\n"
	"helper_aarch64_size:\n"
	".quad 2b - helper_aarch64\n"
	".previous\n");

/* What kernels say of themselves. Numbers are little-endian in all of them. */
enum {
	HEAD_SIZE = 4096,
	ARM64_MAGIC = 0x38,
	PE_POINTER = 0x3c,
	X86_MAGIC = 0x202,
	X86_FLAGS = 0x236,
	X86_FLAG_64 = 1, /* XLF_KERNEL_64 */
	MACHINE_X86_64 = 0x8664,
	MACHINE_AARCH64 = 0xaa64,
};

enum processor { X86_64, AARCH64, OTHER };

static bool
has(const unsigned char *head, size_t length, size_t offset, const char *magic)
{
	size_t magic_length = strlen(magic);

	return offset + magic_length <= length && memcmp(head + offset, magic, magic_length) == 0;
}

/* The machine of an EFI program. */
static enum processor
tell_program(const unsigned char *head, size_t length)
{
	size_t offset;
	unsigned machine;

	if (length < PE_POINTER + 4)
		return X86_64;
	offset = head[PE_POINTER] | (size_t)head[PE_POINTER + 1] << 8;
	if (!has(head, length, offset, "PE") || offset + 6 > length)
		return X86_64;
	machine = head[offset + 4] | (unsigned)head[offset + 5] << 8;
	if (machine == MACHINE_AARCH64)
		return AARCH64;
	return machine == MACHINE_X86_64 ? X86_64 : OTHER;
}

/* The processor of a kernel that begins with `head`. */
static enum processor
tell_processor(const unsigned char *head, size_t length)
{
	if (has(head, length, X86_MAGIC, "HdrS"))
		return length > X86_FLAGS && (head[X86_FLAGS] & X86_FLAG_64) != 0 ? X86_64 : OTHER;
	if (has(head, length, ARM64_MAGIC, "ARM\x64"))
		return AARCH64;
	/* Only the others leave unpacking to the loader. */
	if (has(head, length, 0, "\x1f\x8b"))
		return AARCH64;
	return has(head, length, 0, "MZ") ? tell_program(head, length) : X86_64;
}

static bool
get_helper(enum processor processor, struct recipe_helper *ret_helper)
{
	const struct recipe_helper helpers[] = {
		[X86_64] = {helper_x86_64, helper_x86_64_size},
		[AARCH64] = {helper_aarch64, helper_aarch64_size},
		[OTHER] = {NULL, 0},
	};

	*ret_helper = helpers[processor];
	return ret_helper->size > 0;
}

bool
recipe_helper(const struct source *source, const char *kernel, struct recipe_helper *ret_helper)
{
	unsigned char head[HEAD_SIZE];
	struct recipe_helper helper;
	int length = source_head(source, kernel, head, sizeof(head));

	if (!get_helper(tell_processor(head, length > 0 ? (size_t)length : 0), &helper))
		return false;
	*ret_helper = helper;
	return true;
}

void
recipes_list_helpers(struct text *text)
{
	struct recipe_helper helper;

	if (get_helper(X86_64, &helper))
		text_append(text, "x86_64");
	if (get_helper(AARCH64, &helper))
		text_printf(text, "%saarch64", text->length > 0 ? " " : "");
}
