/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sections of a unified kernel image: an EFI program that holds a kernel, its
 * initramfs and, sealed with them, the arguments (UAPI.5).
 */
#ifndef UKI_H
#define UKI_H

#include <stddef.h>

/* How much of the beginning of a file is looked at: the small sections stand
   before the kernel. */
enum { UKI_HEAD_SIZE = 1024 * 1024 };

/* Finds the section `name` (".cmdline") of the image that begins with `length`
   bytes at `bytes`: -> its text, which lies in them and ends without a NUL, and
   its length. 0; -ENOENT when it has none; -EBADMSG when this is no such program,
   or the section lies beyond the bytes. */
int uki_find_section(const unsigned char *bytes, size_t length, const char *name,
		     const char **ret_text, size_t *ret_length);

#endif
