#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make dracut-live.iso and print its path: an image laid out as Fedora's live images are.
#
# Debian's kernel, a real dracut initramfs with dmsquash-live (finds the medium by its label) and livenet (fetches the root
# over HTTP), /LiveOS/squashfs.img holding /LiveOS/rootfs.img, and /isolinux/isolinux.cfg with the usual choices, the
# default being the one that first checks the medium.

. "$(dirname "$0")/lib.sh"

need xorriso xorriso
need mksquashfs squashfs-tools
need unshare util-linux
need mke2fs e2fsprogs
need_file /usr/lib/ISOLINUX/isolinux.bin isolinux
need_file /usr/lib/syslinux/modules/bios/vesamenu.c32 syslinux-common
base=$("$testdata/make-base.sh")

label=Fedora-WS-Live-12-1-1

write_config() {
	cat >isolinux.cfg <<-CFG
		default vesamenu.c32
		timeout 600

		display boot.msg

		menu clear
		menu title Fedora-like Live 12
		menu vshift 8
		menu rows 18
		menu margin 8
		menu helpmsgrow 15
		menu tabmsgrow 13

		menu color border * #00000000 #00000000 none
		menu color sel 0 #ffffffff #00000000 none
		menu tabmsg Press Tab for full configuration options on menu items.

		menu separator

		label linux
		  menu label ^Start Fedora-like Live
		  kernel vmlinuz
		  append initrd=initrd.img root=live:CDLABEL=$label rd.live.image quiet console=tty0 console=ttyS0,115200

		label check
		  menu label Test this ^media & start Fedora-like Live
		  menu default
		  kernel vmlinuz
		  append initrd=initrd.img root=live:CDLABEL=$label rd.live.image rd.live.check quiet console=tty0 console=ttyS0,115200

		menu separator

		menu begin ^Troubleshooting
		  menu title Troubleshooting

		label basic
		  menu indent count 5
		  menu label Start Fedora-like Live in ^basic graphics mode
		  text help
		     Try this option out if you're having trouble starting
		     the live system.
		  endtext
		  kernel vmlinuz
		  append initrd=initrd.img root=live:CDLABEL=$label rd.live.image nomodeset console=tty0 console=ttyS0,115200

		menu separator

		label local
		  menu label Boot from ^local drive
		  localboot 0xffff

		menu separator

		label returntomain
		  menu label Return to ^main menu
		  menu exit

		menu end
	CFG
	echo 'Welcome' >boot.msg
}

# dracut runs in a copy of the base, since it writes there and wants /proc, /sys and /dev.
make_initramfs() {
	kernel=$(basename "$base"/lib/modules/*-cloud-amd64)
	cp -a --reflink=auto "$base" base
	rm -f base/etc/dracut.conf.d/11-ifcfg.conf # asks for a part that wants Fedora's network scripts
	unshare --mount sh -eu <<-SH
		mount -t proc proc base/proc
		mount --rbind /sys base/sys
		mount --rbind /dev base/dev
		chroot base dracut --no-hostonly --no-hostonly-cmdline --no-early-microcode --gzip \
			--add 'dmsquash-live livenet' --omit 'systemd systemd-initrd dracut-systemd plymouth' \
			--add-drivers 'virtio_net virtio_pci virtio_blk virtio_rng sr_mod ata_piix isofs squashfs overlay loop' \
			--force /boot/dracut.img "$kernel"
	SH
	cp base/boot/dracut.img "$1"
}

make_iso() {
	mkdir -p tree/LiveOS tree/images/pxeboot tree/isolinux
	make_initramfs tree/images/pxeboot/initrd.img
	cp "$base"/boot/vmlinuz-*-cloud-amd64 tree/images/pxeboot/vmlinuz
	ln tree/images/pxeboot/vmlinuz tree/images/pxeboot/initrd.img tree/isolinux
	make_final_root "$base" root dracut-live
	mkdir -p nested/LiveOS
	mke2fs -q -t ext4 -d root nested/LiveOS/rootfs.img 16M
	mksquashfs nested tree/LiveOS/squashfs.img -noappend -all-root -quiet -comp xz

	cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux
	for module in ldlinux libcom32 libutil vesamenu; do
		cp "/usr/lib/syslinux/modules/bios/$module.c32" tree/isolinux
	done
	(cd tree/isolinux && write_config)

	xorriso -as mkisofs -o "$1" -V "$label" -R -J -joliet-long -iso-level 3 \
		-b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
		-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin tree
	cp "$1" base/image.iso
	chroot base implantisomd5 /image.iso
	mv base/image.iso "$1"
}

build_once dracut-live.iso make_iso "$testdata/make-dracut-live.sh" "$testdata/make-base.sh"
