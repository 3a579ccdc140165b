# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest images that boot: Debian's kernel, busybox as initramfs, isolinux, and a script that says what it finds.

    image = stand_in.pack(tree, "boot/vmlinuz", "found=$(cat /proc/cmdline)", {"it": "quiet"}, tmp_path)

The script sets $found; `PXEISO-MARKER stand-in:$found` and `PXEISO-END` come on the serial line then, and the machine goes off.
"""

import pathlib
import subprocess

from support import images
from support.requires import require, require_file

TOOLS = "sh mount umount mkdir losetup modprobe cat echo ls find cksum cut poweroff".split()
MODULES = {"drivers/cdrom/cdrom": "", "fs/isofs/isofs": "drivers/cdrom/cdrom", "drivers/block/loop": "", "fs/squashfs/squashfs": ""}

BEGIN = """#!/bin/sh
export PATH=/bin
mkdir -p /proc /sys /dev /root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
echo 1 >/proc/sys/kernel/printk # what the kernel has to say comes between no two words of what was found
for module in loop isofs squashfs; do modprobe $module; done
exec >/dev/console 2>&1
"""
END = """
echo "PXEISO-MARKER stand-in:$found"
echo PXEISO-END
poweroff -f
"""


def kernel_of(base):
    """The kernel's version."""
    return next((base / "lib/modules").glob("*-cloud-amd64")).name


def make_initramfs(script, folder):
    """busybox, the modules, and our init."""
    base = images.make("make-base.sh")
    kernel = kernel_of(base)
    busybox = require("busybox", "busybox-static")
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/busybox").write_bytes(pathlib.Path(busybox).read_bytes())
    (folder / "bin/busybox").chmod(0o755)
    for tool in TOOLS:
        (folder / "bin" / tool).symlink_to("busybox")
    modules = folder / "lib/modules" / kernel
    for name in MODULES:
        (modules / "kernel" / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / f"kernel/{name}.ko").write_bytes((base / f"lib/modules/{kernel}/kernel/{name}.ko").read_bytes())
    needs = {name: f" kernel/{need}.ko" if need else "" for name, need in MODULES.items()}
    (modules / "modules.dep").write_text("".join(f"kernel/{name}.ko:{need}\n" for name, need in needs.items()))
    # What tells an initrd of a disc of Debian's installer from one for the network.
    (folder / "var/lib/dpkg/info").mkdir(parents=True)
    (folder / "var/lib/dpkg/info/cdrom-detect.postinst").write_text("")
    (folder / "init").write_text(BEGIN + script + END)
    (folder / "init").chmod(0o755)
    command = "find . | cpio -o -H newc -R 0:0 --quiet | gzip -1"
    return subprocess.run(command, shell=True, cwd=folder, check=True, stdout=subprocess.PIPE).stdout


def pack(tree, kernel_path, script, entries, folder):
    """An ISO of a folder, with the kernel at its path, an initramfs with the script beside it, and `entries` of isolinux:
    {label: arguments}; the ISO's path."""
    require("xorriso", "xorriso")
    isolinux = require_file("/usr/lib/ISOLINUX/isolinux.bin", "isolinux")
    base = images.make("make-base.sh")
    initrd_path = str(pathlib.PurePath(kernel_path).parent / "initrd.gz")
    for path, content in (
        (kernel_path, (base / f"boot/vmlinuz-{kernel_of(base)}").read_bytes()),
        (initrd_path, make_initramfs(script, folder / "initramfs")),
        ("isolinux/isolinux.bin", pathlib.Path(isolinux).read_bytes()),
    ):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(content)
    (tree / "isolinux/isolinux.cfg").write_text(
        "".join(
            f"LABEL {label}\n  KERNEL /{kernel_path}\n  INITRD /{initrd_path}\n  APPEND console=ttyS0 {arguments}\n"
            for label, arguments in entries.items()
        )
    )
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "STAND-IN", "-o", folder / "stand-in.iso"]
    command += ["-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-no-emul-boot", "-boot-load-size", "4"]
    subprocess.run([*command, "-boot-info-table", tree], check=True, capture_output=True)
    return folder / "stand-in.iso"
