/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The entries that take an image as a whole, behind those of its own
 * configuration: memdisk, which loads all of it into memory, and iPXE's
 * sanboot, which reads it over the network as a disc.
 *
 * Both give the machine's firmware a disc, and nobody else: a kernel that has
 * drivers of its own does not see it. So they are for DOS, memory tests, boot
 * managers, firmware updates, and else a last resort; what is known of the
 * image decides what is said. Adds entries; changes nobody's arguments.
 *
 * What each can start was found out by booting (SYS-22, IPXE-9, HTTP-32):
 *
 *      memdisk   a BIOS; the image in one piece of memory below 4 GiB
 *      sanboot   a BIOS, unless El Torito has it emulate a floppy or a hard
 *                disk, or the image is larger than 2 GiB: there iPXE is a
 *                32-bit program. UEFI, if El Torito has an image for it with
 *                the program that firmware looks for.
 */
#ifndef BOOT_FALLBACK_H
#define BOOT_FALLBACK_H

struct boot;
struct source;

/* Appends the entries to each menu of `boot`, and completes the image's own
   entries for memdisk: what memory they need, whether that can be. What cannot
   be offered stays with its reason, or is a note of the image. 0, or -ENOMEM. */
int boot_fallback_add(const struct source *, struct boot *);

#endif
