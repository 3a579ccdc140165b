# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the scripts in this folder share; sourced, never run.
#
# An image is built once and kept in a cache outside the tree. It is built under a temporary name and moved into place
# when it is whole, so an interrupted build leaves nothing that looks finished. Beside it lies a stamp: the hash of the
# scripts that made it. A changed script makes a new image.

set -eu
export LC_ALL=C.UTF-8
umask 022

testdata=$(cd "$(dirname "$0")" && pwd)
cache=${PXEISO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pxeiso}
mkdir -p "$cache"

# say TEXT: progress goes to stderr, since a script's stdout is the path of what it made.
say() { printf '%s\n' "$*" >&2; }

# need TOOL PACKAGE: stop with the package's name when a tool is missing.
need() {
	command -v "$1" >/dev/null && return
	say "$(basename "$0"): $1 is missing: apt-get install $2"
	exit 1
}

# need_file FILE PACKAGE: the same for a file.
need_file() {
	[ -e "$1" ] && return
	say "$(basename "$0"): $1 is missing: apt-get install $2"
	exit 1
}

# build_once NAME FUNCTION SCRIPT...: when $cache/NAME is missing or was made by other scripts, call FUNCTION in an empty
# scratch folder with the path to write as its argument; then print the path of NAME. Two builds at a time take turns.
build_once() {
	name=$1 build=$2
	shift 2
	stamp=$(cat "$@" | sha256sum | cut -d' ' -f1)
	exec 9>"$cache/.$name.lock"
	flock 9
	if [ -e "$cache/$name" ] && [ "$(cat "$cache/.$name.stamp" 2>/dev/null)" = "$stamp" ]; then
		printf '%s\n' "$cache/$name"
		exec 9>&-
		return
	fi
	say "making $name (once; kept in $cache)"
	scratch=$(mktemp -d "$cache/.build-$name.XXXXXX")
	trap 'rm -rf --one-file-system "$scratch"' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir "$scratch/work"
	# Not `if (…)`: there the shell would go on after a failed command inside.
	set +e
	(set -e && cd "$scratch/work" && "$build" "$scratch/new") >"$cache/.$name.log" 2>&1 9>&-
	status=$?
	set -e
	if [ "$status" -ne 0 ]; then
		say "making $name failed; the end of $cache/.$name.log:"
		tail -n 20 "$cache/.$name.log" >&2
		exit 1
	fi
	rm -rf --one-file-system "${cache:?}/$name"
	mv "$scratch/new" "$cache/$name"
	printf '%s\n' "$stamp" >"$cache/.$name.stamp"
	rm -rf --one-file-system "$scratch"
	trap - EXIT HUP INT TERM
	exec 9>&-
	printf '%s\n' "$cache/$name"
}

# make_final_root BASE FOLDER NAME: the system that a live image ends in. Its init says on the first serial line that it
# was reached, with which command line, and where its root came from; the boot tests wait for that. Then it sleeps.
make_final_root() {
	(
		mkdir -p "$2" && cd "$2"
		mkdir bin sbin etc dev proc sys run tmp root usr var lib mnt
		cp "$1/bin/busybox" bin/busybox
		for tool in sh mount cat grep sleep echo; do ln -s busybox "bin/$tool"; done
		cat >sbin/init <<-'INIT'
			#!/bin/sh
			export PATH=/bin:/sbin
			[ -e /proc/mounts ] || mount -t proc proc /proc
			[ -e /sys/block ] || mount -t sysfs sysfs /sys
			[ -c /dev/ttyS0 ] || mount -t devtmpfs devtmpfs /dev
			exec >/dev/ttyS0 2>&1 </dev/ttyS0
			echo
			echo "PXEISO-MARKER @NAME@ final root"
			echo "PXEISO-CMDLINE $(cat /proc/cmdline)"
			grep ' / ' /proc/mounts | while read -r line; do echo "PXEISO-ROOT $line"; done
			grep -E ' (squashfs|iso9660|ext4) ' /proc/mounts | while read -r line; do echo "PXEISO-MOUNT $line"; done
			for loop in /sys/block/loop*/loop/backing_file; do
				[ -e "$loop" ] && echo "PXEISO-LOOP $(cat "$loop")"
			done
			echo PXEISO-END
			while :; do sleep 3600; done
		INIT
		sed -i "s/@NAME@/$3/" sbin/init
		chmod 755 sbin/init
	)
}

# make_initramfs FILE INIT MARK: busybox, the few modules with what they depend on, INIT of this folder as /init, and an
# empty-handed file MARK, which recipes look for. $base is the system that make-base.sh made.
make_initramfs() {
	kernel=$(basename "$base"/lib/modules/*-cloud-amd64)
	mkdir -p initramfs
	(
		cd initramfs
		mkdir -p bin proc sys dev run "lib/modules/$kernel"
		cp "$base/bin/busybox" bin
		for tool in sh cat echo eval grep head ip losetup mkdir modprobe mount nc printf sha512sum sleep switch_root tr \
			udhcpc umount wget; do
			ln -sf busybox "bin/$tool"
		done
		cp "$testdata/$2" init
		cat >bin/udhcpc-script <<-'SH'
			#!/bin/sh
			[ "$1" = bound ] || exit 0
			ip addr add "$ip/$mask" dev "$interface"
			[ -z "$router" ] || ip route add default via "${router%% *}"
			echo "siaddr=$siaddr" >/run/lease
		SH
		chmod 755 init bin/udhcpc-script
		mkdir -p "$(dirname "$3")"
		echo '# see /init' >"$3"
		for module in virtio_pci virtio_net virtio_blk ata_piix sr_mod isofs loop squashfs overlay; do
			chroot "$base" modprobe -S "$kernel" --show-depends "$module"
		done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r module; do
			mkdir -p ".$(dirname "$module")"
			cp "$base$module" ".$module"
		done
		cp "$base/lib/modules/$kernel"/modules.order "$base/lib/modules/$kernel"/modules.builtin* "lib/modules/$kernel"
	)
	# The base's own depmod, on our folder, in a mount namespace so that the base stays as it is.
	unshare --mount sh -euc 'mount --bind initramfs "$1/mnt" && chroot "$1" depmod -b /mnt "$2"' sh "$base" "$kernel"
	(cd initramfs && find . | sort | cpio -o -H newc -R 0:0 --quiet | gzip -9) >"$1"
}
