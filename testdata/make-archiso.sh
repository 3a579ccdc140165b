#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make archiso.iso and print its path: an image laid out as Arch Linux's monthly one (the releng profile of archiso).
#
# The chain of its configuration is the point: syslinux.cfg -> whichsys.c32 -> archiso_pxe.cfg or archiso_sys.cfg -> head,
# linux and tail parts; the network branch has ::/ paths, ${pxeserver}, SYSAPPEND 3, and asks for a signature, which an image
# that somebody built at home does not have. Beside it /loader/entries for UEFI. The kernel is Debian's; the initramfs is
# our own (archiso-init), since mkinitcpio is in no Debian package. It can boot from CD too.

. "$(dirname "$0")/lib.sh"

need xorriso xorriso
need mksquashfs squashfs-tools
need cpio cpio
need unshare util-linux
need_file /usr/lib/ISOLINUX/isolinux.bin isolinux
need_file /usr/lib/syslinux/modules/bios/whichsys.c32 syslinux-common
base=$("$testdata/make-base.sh")

uuid=2026-11-01-08-29-31-00
console='console=tty0 console=ttyS0,115200'

write_syslinux() {
	cat >syslinux.cfg <<-'CFG'
		DEFAULT select

		LABEL select
		COM32 whichsys.c32
		APPEND -pxe- pxe -sys- sys -iso- sys

		LABEL pxe
		CONFIG archiso_pxe.cfg

		LABEL sys
		CONFIG archiso_sys.cfg
	CFG
	cat >archiso_head.cfg <<-'CFG'
		SERIAL 0 115200
		UI vesamenu.c32
		MENU TITLE Arch Linux (test)

		MENU WIDTH 78
		MENU MARGIN 4
		MENU ROWS 7
		MENU VSHIFT 10
		MENU TABMSGROW 14
		MENU CMDLINEROW 14
		MENU HELPMSGROW 16
		MENU HELPMSGENDROW 29

		MENU COLOR border       30;44   #40ffffff #a0000000 std
		MENU COLOR title        1;36;44 #9033ccff #a0000000 std
		MENU COLOR sel          7;37;40 #e0ffffff #20ffffff all
	CFG
	cat >archiso_sys.cfg <<-'CFG'
		INCLUDE archiso_head.cfg

		DEFAULT arch
		TIMEOUT 150

		INCLUDE archiso_sys-linux.cfg

		INCLUDE archiso_tail.cfg
	CFG
	cat >archiso_sys-linux.cfg <<-CFG
		LABEL arch
		TEXT HELP
		Start the live system from this medium.
		It can install Arch Linux or mend a system.
		ENDTEXT
		MENU LABEL Arch Linux install medium (x86_64, BIOS)
		LINUX /arch/boot/x86_64/vmlinuz-linux
		INITRD /arch/boot/x86_64/initramfs-linux.img
		APPEND archisobasedir=arch archisosearchuuid=$uuid $console

		# With speech, for the blind
		LABEL archspeech
		TEXT HELP
		The same with a screen reader.
		ENDTEXT
		MENU LABEL Arch Linux install medium (x86_64, BIOS) with ^speech
		LINUX /arch/boot/x86_64/vmlinuz-linux
		INITRD /arch/boot/x86_64/initramfs-linux.img
		APPEND archisobasedir=arch archisosearchuuid=$uuid accessibility=on $console
	CFG
	cat >archiso_pxe.cfg <<-'CFG'
		INCLUDE archiso_head.cfg

		INCLUDE archiso_pxe-linux.cfg

		INCLUDE archiso_tail.cfg
	CFG
	cat >archiso_pxe-linux.cfg <<-CFG
		LABEL arch_nbd
		TEXT HELP
		Start the live system (root over NBD).
		ENDTEXT
		MENU LABEL Arch Linux install medium (x86_64, NBD)
		LINUX ::/arch/boot/x86_64/vmlinuz-linux
		INITRD ::/arch/boot/x86_64/initramfs-linux.img
		APPEND archisobasedir=arch archisosearchuuid=$uuid archiso_nbd_srv=\${pxeserver} cms_verify=y $console
		SYSAPPEND 3

		LABEL arch_nfs
		TEXT HELP
		Start the live system (root over NFS).
		ENDTEXT
		MENU LABEL Arch Linux install medium (x86_64, NFS)
		LINUX ::/arch/boot/x86_64/vmlinuz-linux
		INITRD ::/arch/boot/x86_64/initramfs-linux.img
		APPEND archisobasedir=arch archiso_nfs_srv=\${pxeserver}:/run/archiso/bootmnt cms_verify=y $console
		SYSAPPEND 3

		LABEL arch_http
		TEXT HELP
		Start the live system (root over HTTP).
		ENDTEXT
		MENU LABEL Arch Linux install medium (x86_64, HTTP)
		LINUX ::/arch/boot/x86_64/vmlinuz-linux
		INITRD ::/arch/boot/x86_64/initramfs-linux.img
		APPEND archisobasedir=arch archiso_http_srv=http://\${pxeserver}/ cms_verify=y $console
		SYSAPPEND 3
	CFG
	cat >archiso_tail.cfg <<-'CFG'
		LABEL existing
		TEXT HELP
		Start what is on the first disk.
		Press TAB to change the disk and partition number.
		ENDTEXT
		MENU LABEL Boot existing OS
		COM32 chain.c32
		APPEND hd0 0

		LABEL hdt
		MENU LABEL Hardware Information (HDT)
		COM32 hdt.c32

		LABEL reboot
		MENU LABEL Reboot
		COM32 reboot.c32

		LABEL poweroff
		MENU LABEL Power Off
		COM32 poweroff.c32
	CFG
}

write_loader() {
	mkdir -p loader/entries
	printf 'timeout 15\ndefault 01-archiso-linux.conf\nbeep on\n' >loader/loader.conf
	cat >loader/entries/01-archiso-linux.conf <<-CFG
		title    Arch Linux install medium (x86_64, UEFI)
		sort-key 01
		linux    /arch/boot/x86_64/vmlinuz-linux
		initrd   /arch/boot/x86_64/initramfs-linux.img
		options  archisobasedir=arch archisosearchuuid=$uuid $console
	CFG
	cat >loader/entries/02-archiso-speech-linux.conf <<-CFG
		title    Arch Linux install medium (x86_64, UEFI) with speech
		sort-key 02
		linux    /arch/boot/x86_64/vmlinuz-linux
		initrd   /arch/boot/x86_64/initramfs-linux.img
		options  archisobasedir=arch archisosearchuuid=$uuid accessibility=on $console
	CFG
}

make_iso() {
	mkdir -p tree/arch/boot/x86_64 tree/arch/x86_64 tree/boot/syslinux
	cp "$base"/boot/vmlinuz-*-cloud-amd64 tree/arch/boot/x86_64/vmlinuz-linux
	# What archiso_pxe_http does is in archiso-init; its name is what recipes look for.
	make_initramfs tree/arch/boot/x86_64/initramfs-linux.img archiso-init hooks/archiso_pxe_http
	make_final_root "$base" root archiso
	mksquashfs root tree/arch/x86_64/airootfs.sfs -noappend -all-root -quiet -comp xz
	(cd tree/arch/x86_64 && sha512sum airootfs.sfs >airootfs.sha512)
	printf '2026.11.01\n' >tree/arch/version
	: >"tree/boot/$uuid.uuid"

	cp /usr/lib/ISOLINUX/isolinux.bin tree/boot/syslinux
	cp /usr/lib/PXELINUX/lpxelinux.0 tree/boot/syslinux 2>/dev/null || true
	for module in ldlinux libcom32 libutil vesamenu whichsys chain reboot poweroff hdt libgpl libmenu; do
		cp "/usr/lib/syslinux/modules/bios/$module.c32" tree/boot/syslinux
	done
	(cd tree/boot/syslinux && write_syslinux)
	(cd tree && write_loader)

	xorriso -as mkisofs -o "$1" -V ARCH_202611 -R -J -joliet-long -iso-level 3 \
		-b boot/syslinux/isolinux.bin -c boot/syslinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
		-isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin tree
}

build_once archiso.iso make_iso "$testdata/make-archiso.sh" "$testdata/archiso-init" "$testdata/lib.sh" "$testdata/make-base.sh"
