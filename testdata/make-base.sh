#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make the Debian 12 tree that the live images take their kernel and their initramfs tools from, and print its path.
#
# Kernel 6.1 in the cloud flavour: small, with virtio_net built for it, and reliable under QEMU's TCG. initramfs-tools with
# live-boot and dracut's live and network parts lie side by side here (only the package `dracut` itself conflicts with
# initramfs-tools, its parts do not).

. "$(dirname "$0")/lib.sh"

need debootstrap debootstrap

packages=linux-image-cloud-amd64,initramfs-tools,live-boot,live-boot-initramfs-tools,busybox,zstd,kmod,udev
packages=$packages,dracut-core,dracut-live,dracut-network,isc-dhcp-client,iproute2,iputils-ping,curl,dmsetup,squashfs-tools
packages=$packages,procps,isomd5sum,busybox-static

# The mirror that this machine itself uses for its Debian packages.
mirror() {
	apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
		awk '$2 == "bookworm" { print $1; exit }'
}

make_base() {
	# busybox and busybox-static exclude each other; the static one has everything that live-boot needs.
	packages=$(printf '%s' "$packages" | sed 's/,busybox,/,/')
	debootstrap --variant=minbase --include="$packages" bookworm "$1" $(mirror)
	rm -rf "$1/var/cache/apt/archives" "$1/var/lib/apt/lists"
}

build_once base make_base "$testdata/make-base.sh"
