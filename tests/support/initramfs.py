# SPDX-License-Identifier: GPL-3.0-or-later
"""An initramfs for tests: names in an archive of cpio, packed by the tools that distributions use, and a live image around it.

    archive(["usr/sbin/livenetroot"])              bytes, not packed
    pack("xz", archive(...))
    live_image(path, microcode() + pack("zstd", ...), volume="VOID_LIVE")
"""

import pathlib
import subprocess
import tempfile

from support.requires import require

# As in the kernel's own scripts/gen_initramfs.sh and in dracut.
PACKERS = {
    "none": None,
    "gzip": ["gzip", "-9", "-n"],
    "bzip2": ["bzip2", "-9"],
    "lzma": ["xz", "--format=lzma", "-9"],
    "xz": ["xz", "--check=crc32", "--lzma2=dict=1MiB", "-T0"],
    "xz of mkinitramfs": ["xz", "-8", "--check=crc32"],
    "zstd": ["zstd", "-q", "-19", "-T0"],
    "zstd of dracut": ["zstd", "-q", "-15", "--long=27"],
    "lz4": ["lz4", "-q", "-l", "-9"],
}
PACKAGES = {"xz": "xz-utils"}

CONFIGURATION = """DEFAULT live
LABEL live
  MENU LABEL Live system
  KERNEL /images/pxeboot/vmlinuz
  INITRD /images/pxeboot/initrd.img
  APPEND {arguments}
"""


def archive(names, links=(("lib", "usr/lib"), ("sbin", "usr/sbin"))):
    """What `find | cpio` makes of files with these names: a newc archive, padded to 512 bytes."""
    require("cpio", "cpio")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("a file for tests\n" * 20)
        for name, target in links:
            if not (root / name).exists():
                (root / name).symlink_to(target)
        command = "find . | sort | cpio -o -H newc -R 0:0 --quiet"
        return subprocess.run(command, shell=True, cwd=root, check=True, stdout=subprocess.PIPE).stdout


def microcode():
    """An early archive, as they are put before the others."""
    return archive(["kernel/x86/microcode/GenuineIntel.bin"], links=())


def pack(packer, data):
    """The bytes as a tool packs them."""
    command = PACKERS[packer]
    if command is None:
        return data
    require(command[0], PACKAGES.get(command[0], command[0]))
    return subprocess.run(command, input=data, check=True, stdout=subprocess.PIPE).stdout


def live_image(path, initramfs, volume="Fedora-Live", arguments="root=live:CDLABEL=x quiet", root="LiveOS/squashfs.img"):
    """An ISO with one entry, in the layout of Fedora; its kernel and root are none."""
    xorriso = require("xorriso", "xorriso")
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for name, data in {
            "isolinux/isolinux.cfg": CONFIGURATION.format(arguments=arguments).encode(),
            "images/pxeboot/vmlinuz": b"kernel" * 1000,
            "images/pxeboot/initrd.img": initramfs,
            root: b"root" * 10000,
        }.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(data)
        command = [xorriso, "-as", "mkisofs", "-quiet", "-R", "-V", volume, "-o", path, tree]
        subprocess.run(command, check=True, capture_output=True)
    return path
