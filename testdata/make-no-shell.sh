#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make no-shell.iso and print its path: an image laid out as NixOS's, whose initramfs has neither a shell nor any tool at a path
# that others know: modules lie in a package below /nix/store. It looks for its disc by label, and cannot use a network.
#
# The kernel is Debian's; the initramfs is one program (no-shell-init.c) and modules.

. "$(dirname "$0")/lib.sh"

need xorriso xorriso
need cpio cpio
need gcc gcc
need_file /usr/lib/ISOLINUX/isolinux.bin isolinux
base=$("$testdata/make-base.sh")

label=nixos-test-1
console='console=tty0 console=ttyS0,115200'

write_config() {
	cat >isolinux.cfg <<-CFG
		DEFAULT nixos
		TIMEOUT 100
		LABEL nixos
		MENU LABEL Without a shell
		LINUX /boot/bzImage
		INITRD /boot/initrd
		APPEND init=/nix/store/0-nixos-system/init root=LABEL=$label boot.shell_on_fail $console
	CFG
}

make_initramfs() {
	kernel=$(basename "$base"/lib/modules/*-cloud-amd64)
	modules=initramfs/nix/store/0-linux-modules-shrunk/lib/modules/$kernel/kernel
	gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Os -static -s -o no-shell-init "$testdata/no-shell-init.c"
	mkdir -p initramfs/dev
	cp no-shell-init initramfs/init
	for module in drivers/block/loop drivers/cdrom/cdrom fs/isofs/isofs drivers/md/dm-mod; do
		mkdir -p "$modules/$(dirname "$module")"
		cp "$base/lib/modules/$kernel/kernel/$module.ko" "$modules/$module.ko"
	done
	(cd initramfs && find . | sort | cpio -o -H newc -R 0:0 --quiet | gzip -9) >"$1"
}

make_iso() {
	mkdir -p tree/boot tree/isolinux
	cp "$base"/boot/vmlinuz-*-cloud-amd64 tree/boot/bzImage
	make_initramfs tree/boot/initrd
	# Nobody mounts it: that its bytes are there is what is looked at.
	head -c 5000001 /dev/urandom >tree/nix-store.squashfs
	cksum <tree/nix-store.squashfs >tree/nix-store.cksum
	cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 tree/isolinux
	(cd tree/isolinux && write_config)
	xorriso -as mkisofs -o "$1" -V "$label" -R -J -joliet-long -iso-level 3 \
		-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table tree
}

build_once no-shell.iso make_iso "$testdata/make-no-shell.sh" "$testdata/no-shell-init.c" "$testdata/make-base.sh"
