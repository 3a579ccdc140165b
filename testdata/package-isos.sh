#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# package-isos.sh DIR: link the bootable ISOs that Debian's packages ship into DIR.
#
# Real images with nothing to download: memtest86+ (El Torito floppy emulation and UEFI), ipxe (isolinux and a kernel
# without an initramfs), grub-rescue-pc (GRUB from El Torito). `make run` without ISOS= serves them. A package that is not
# installed is named; the others are linked all the same.

set -eu

[ $# -eq 1 ] || {
	echo "usage: $0 DIR" >&2
	exit 2
}
mkdir -p "$1"

found=0
for package in memtest86+ ipxe grub-rescue-pc; do
	isos=$(dpkg -L "$package" 2>/dev/null | grep '\.iso$' || true)
	[ -n "$isos" ] || echo "$0: $package is not installed: apt-get install $package" >&2
	for iso in $isos; do
		[ -e "$iso" ] || continue
		ln -sf "$iso" "$1/"
		found=$((found + 1))
	done
done
[ "$found" -gt 0 ]
