#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make grub-only.iso and print its path: an image that GRUB alone starts, laid out as Ubuntu's.
#
# There is no isolinux: what is booted from the network comes out of grub.cfg, which is a script. Each firmware has entries of
# its own, the kernel's arguments come out of variables and a function, and a part of the menu is in a file that is sourced.
# GRUB is Debian's, for BIOS and for UEFI; the kernel is Debian's; the initramfs is our own (casper-init), since casper is in
# no Debian package. It can boot from CD too.

. "$(dirname "$0")/lib.sh"

need grub-mkrescue grub-common
need xorriso xorriso
need mksquashfs squashfs-tools
need mformat mtools
need cpio cpio
need unshare util-linux
need_file /usr/lib/grub/i386-pc/iso9660.mod grub-pc-bin
need_file /usr/lib/grub/x86_64-efi/iso9660.mod grub-efi-amd64-bin
base=$("$testdata/make-base.sh")

write_config() {
	cat >grub.cfg <<-'CFG'
		# Not a comment to skip: \
		set default="casper-$grub_platform"
		set timeout=30

		if loadfont unicode ; then
			set gfxmode=auto
			insmod all_video
			terminal_output gfxterm
		fi
		serial --unit=0 --speed=115200
		terminal_output --append serial

		function live_arguments {
			set arguments="boot=casper"
			for console in "$@"; do
				set arguments="$arguments console=$console"
			done
			return 0
		}
		live_arguments tty0 ttyS0,115200
		if [ "${iso_path}" ]; then set arguments="$arguments iso-scan/filename=${iso_path}"; fi
		export arguments

		if [ x$grub_platform = xefi -a -f /casper/vmlinuz ]; then
			menuentry "Try the system (UEFI)" --id casper-efi --class ubuntu {
				set gfxpayload=keep
				linux	/casper/vmlinuz $arguments firmware=uefi --- quiet
				initrd	/casper/initrd
			}
		else
			menuentry "Try the system (BIOS)" --id casper-pc --class ubuntu {
				linux	($root)/casper/vmlinuz ${arguments} firmware=bios --- quiet
				initrd	($root)/casper/initrd
			}
		fi
		source $prefix/more.cfg
	CFG
	cat >more.cfg <<-'CFG'
		submenu 'More ...' {
			menuentry "Safe graphics" --id safe {
				linux /casper/vmlinuz nomodeset $arguments ---
				initrd /casper/initrd
			}
		}
		menuentry 'Boot from next volume' { exit 1; }
	CFG
}

make_iso() {
	mkdir -p tree/casper tree/.disk tree/boot/grub
	cp "$base"/boot/vmlinuz-*-cloud-amd64 tree/casper/vmlinuz
	make_initramfs tree/casper/initrd casper-init scripts/casper
	make_final_root "$base" root grub-only
	mksquashfs root tree/casper/filesystem.squashfs -noappend -all-root -quiet -comp xz
	echo 'Grub-only 24.04 "Test" - Release amd64' >tree/.disk/info
	(cd tree/boot/grub && write_config)
	grub-mkrescue -o "$1" tree -- -volid GRUB_ONLY -joliet on
}

build_once grub-only.iso make_iso "$testdata/make-grub-only.sh" "$testdata/casper-init" "$testdata/lib.sh" \
	"$testdata/make-base.sh"
