/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Debian's packages with its installer for the network, such as
 * debian-installer-12-netboot-amd64: a kernel, and initrds that take the installer's
 * parts from a mirror. Where one is installed here, it serves an image of the same
 * installer, whose own initrd only knows a disc, as if a user had put the files beside
 * that image; the mirror is the image.
 *
 * The kernel must be the image's: the modules that lie in the image fit no other.
 */
#ifndef NETBOOT_PACKAGE_H
#define NETBOOT_PACKAGE_H

#include <stdint.h>

struct companion;
struct source;

/* Where such packages lie, and where a file of theirs lies in the tree of an image. */
#define NETBOOT_PACKAGES "/usr/lib/debian-installer/images"
#define NETBOOT_FOLDER "@netboot"

enum { NETBOOT_WHY_SIZE = 320 };

struct netboot_package {
	struct companion *files; /* linux, initrd.gz, both in gtk/ too; NULL: none fits */
	char *kernel;            /* of the image, that its own is the same as */
	/* What a person should know where none fits, or "": the image is of no such
	   installer. */
	char why[NETBOOT_WHY_SIZE];
};

/* Looks below `folder` for the package that fits `image`. 0 or -ENOMEM. */
int netboot_package_open(const char *folder, const struct source *image,
			 struct netboot_package *ret_package);

void netboot_package_close(struct netboot_package *);

/* A number that changes when a package there comes, goes or is replaced: 0, there is
   none. */
uint64_t netboot_package_identity(const char *folder);

#endif
