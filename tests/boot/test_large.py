# SPDX-License-Identifier: GPL-3.0-or-later
"""What is larger than PXELINUX can load: its menu hands it to iPXE, which loads it, and a machine with a BIOS boots it.

The image has 1000 MiB of zeros as a second initrd, and behind them one more archive: who finds what is in that has all of it.
"""

import pathlib
import subprocess

from support import images
from support.boot import SERVER_RANGE
from support.requires import require, require_file

FILLER = 1000 << 20
LONG = 900  # seconds: as much takes its time where other tests run beside

INIT = """#!/bin/busybox sh
busybox mkdir -p /proc /dev
busybox mount -t proc proc /proc
busybox mount -t devtmpfs devtmpfs /dev
exec >/dev/console 2>&1
echo 1 >/proc/sys/kernel/printk
echo "PXEISO-MARKER large $(busybox cat /last 2>/dev/null)"
echo "PXEISO-CMDLINE $(busybox cat /proc/cmdline)"
echo PXEISO-END
busybox poweroff -f
"""

CONFIG = """DEFAULT small
LABEL small
  LINUX /vmlinuz
  INITRD /initrd
  APPEND console=ttyS0 small
LABEL big
  LINUX /vmlinuz
  INITRD /initrd,/filler
  APPEND console=ttyS0 big
"""


def pack(folder, files):
    """An archive of these files, as bytes."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        (folder / path).chmod(0o755)
    command = [require("cpio", "cpio"), "-o", "-H", "newc", "-R", "0:0", "--quiet"]
    names = "".join(f"{path.relative_to(folder)}\n" for path in sorted(folder.rglob("*")))
    return subprocess.run(command, cwd=folder, input=names.encode(), check=True, stdout=subprocess.PIPE).stdout


def make_image(folder):
    """The image; the zeros are a hole until it is written."""
    base = images.make("make-base.sh")
    isolinux = pathlib.Path(require_file("/usr/lib/ISOLINUX/isolinux.bin", "isolinux"))
    loader = pathlib.Path(require_file("/usr/lib/syslinux/modules/bios/ldlinux.c32", "syslinux-common"))
    tree = folder / "tree"
    (tree / "isolinux").mkdir(parents=True)
    (tree / "isolinux/isolinux.cfg").write_text(CONFIG)
    for source in (isolinux, loader):
        (tree / "isolinux" / source.name).write_bytes(source.read_bytes())
    (tree / "vmlinuz").write_bytes(next((base / "boot").glob("vmlinuz-*-cloud-amd64")).read_bytes())
    busybox = (base / "bin/busybox").read_bytes()
    (tree / "initrd").write_bytes(pack(folder / "initrd", {"init": INIT.encode(), "bin/busybox": busybox}))
    with open(tree / "filler", "wb") as filler:
        filler.seek(FILLER)
        filler.write(pack(folder / "last", {"last": b"all of it"}))
    command = [require("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", "-R", "-o", folder / "large.iso"]
    command += ["-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-no-emul-boot", "-boot-load-size", "4"]
    subprocess.run([*command, "-boot-info-table", tree], check=True, capture_output=True)
    return folder / "large.iso"


def test_large_initrd(boot, tmp_path):
    """PXELINUX starts iPXE with a script for this one entry; the kernel has the whole initrd and its arguments."""
    require_file("/usr/lib/ipxe/ipxe.lkrn", "ipxe")
    with boot(make_image(tmp_path), "--default", "large:big", *SERVER_RANGE, memory=4096) as machine:
        machine.wait_for(r"PXEISO-MARKER large all of it", LONG)
        machine.machine.wait_for(r"PXEISO-CMDLINE .*\bbig\b", 120)
        assert "/bios/menus/large/big.ipxe" in machine.fetched()


def test_large_memdisk(boot, tmp_path):
    """The whole image in memory, by memdisk that iPXE has loaded: the loader on it runs, and what that starts."""
    require_file("/usr/lib/ipxe/ipxe.lkrn", "ipxe")
    with boot(make_image(tmp_path), "--default", "large:memdisk", *SERVER_RANGE, memory=4096) as machine:
        machine.wait_for(r"MEMDISK \d", LONG)
        machine.wait_for(r"PXEISO-MARKER large", LONG)
        machine.machine.wait_for(r"PXEISO-CMDLINE .*\bsmall\b", 120)
