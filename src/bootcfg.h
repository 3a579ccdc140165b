/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an image to what it can boot: finds its boot configurations, has them
 * parsed, applies the recipes, merges what stands for the same choice, and
 * adds the memdisk entry.
 *
 * One parser a language: SYSLINUX's for BIOS, systemd-boot's for UEFI, GRUB's
 * and Limine's for both. Where an image has one for each firmware, there are two menus.
 */
#ifndef BOOTCFG_H
#define BOOTCFG_H

struct boot;
struct recipes;
struct source;

/* Reads what the image boots. An image without a configuration that we can
   read is not an error: `*ret_boot` says so in its notes. `recipes` must
   outlive the result, which names them. 0, or -ENOMEM. */
int bootcfg_read(const struct source *, const struct recipes *, struct boot **ret_boot);

#endif
