#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make debian-live.iso and print its path: an image laid out as live-build lays out Debian live.
#
# Debian's own kernel and the initramfs that live-boot made for it, a squashfs that ends in our marker, and isolinux's
# chain of files: isolinux.cfg -> menu.cfg -> stdmenu.cfg, live.cfg and a sub-menu with a file of its own. BIOS El Torito
# through isolinux. The kernel arguments are those of a `lb config --bootappend-live "... console=ttyS0"`.

. "$(dirname "$0")/lib.sh"

need xorriso xorriso
need mksquashfs squashfs-tools
need_file /usr/lib/ISOLINUX/isolinux.bin isolinux
need_file /usr/lib/syslinux/modules/bios/vesamenu.c32 syslinux-common
base=$("$testdata/make-base.sh")

write_config() {
	cat >isolinux.cfg <<-'CFG'
		# Generated for a live image
		include menu.cfg
		default vesamenu.c32
		prompt 0
		timeout 0
	CFG
	cat >menu.cfg <<-'CFG'
		menu hshift 0
		menu width 82

		include stdmenu.cfg
		include live.cfg

		menu begin utilities
			menu label ^Utilities
			menu title Utilities
			include stdmenu.cfg
			label mainmenu
				menu label ^Back..
				menu exit
			include utilities.cfg
		menu end

		menu clear
	CFG
	cat >stdmenu.cfg <<-'CFG'
		menu title Boot menu
		menu color title	* #FFFFFFFF *
		menu color border	* #00000000 #00000000 none
		menu color sel		* #ffffffff #76a1d0ff *
		menu margin 0
		menu tabmsg Press ENTER to boot or TAB to edit a menu entry
	CFG
	cat >live.cfg <<-'CFG'
		label live-amd64
			menu label ^Live system (amd64)
			menu default
			linux /live/vmlinuz
			initrd /live/initrd.img
			append boot=live components quiet splash console=tty0 console=ttyS0,115200

		label live-amd64-failsafe
			menu label ^Live system (amd64 fail-safe mode)
			linux /live/vmlinuz
			initrd /live/initrd.img
			append boot=live components memtest noapic noapm nodma nomce nosmp nosplash vga=788 console=ttyS0,115200
			text help
			For machines that stop during a normal start.
			endtext
	CFG
	cat >utilities.cfg <<-'CFG'
		label hdt
			menu label ^Hardware Detection Tool (HDT)
			com32 hdt.c32
	CFG
}

make_iso() {
	mkdir -p tree/live tree/isolinux tree/.disk
	cp "$base"/boot/vmlinuz-*-cloud-amd64 tree/live/vmlinuz
	cp "$base"/boot/initrd.img-*-cloud-amd64 tree/live/initrd.img
	make_final_root "$base" root debian-live
	mksquashfs root tree/live/filesystem.squashfs -noappend -all-root -quiet -comp xz
	echo 'Debian GNU/Linux 12 "Bookworm" - Test live amd64' >tree/.disk/info

	cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux
	for module in ldlinux libcom32 libutil vesamenu hdt libgpl libmenu; do
		cp "/usr/lib/syslinux/modules/bios/$module.c32" tree/isolinux
	done
	(cd tree/isolinux && write_config)

	xorriso -as mkisofs -o "$1" -V 'd-live 12 test amd64' -R -J -joliet-long -iso-level 3 \
		-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
		-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin tree
}

build_once debian-live.iso make_iso "$testdata/make-debian-live.sh" "$testdata/make-base.sh"
