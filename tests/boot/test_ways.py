# SPDX-License-Identifier: GPL-3.0-or-later
"""A user chooses the way of an image against what its initramfs could do by itself.

Issue 4, "Decided by looking, not by hoping": both images here have a network in their initramfs and would fetch their root;
chosen otherwise, they must not.
"""

import pytest
from support import images
from support.boot import SERVER_RANGE
from support.requires import require_file

OVMF = "/usr/share/OVMF/OVMF_CODE.fd"


def configured(tmp_path, text):
    (tmp_path / "pxeiso.conf").write_text(text)
    return ("--config", tmp_path / "pxeiso.conf")


def test_live_boot_by_cpio(boot, tmp_path):
    """live-boot takes the image that lies in its initramfs; the configuration says so."""
    image = images.make("make-debian-live.sh")
    words = configured(tmp_path, "[image debian-*]\nway = cpio\n")
    with boot(image, "--default", "debian-live:live-amd64", *SERVER_RANGE, *words, memory=1536) as machine:
        report = machine.final_root("debian-live")
        words = report["CMDLINE"][0].split()
        assert "live-media=/pxeiso.iso" in words and not [word for word in words if word.startswith("fetch=")]
        assert [path for path in machine.fetched() if path.endswith("cpio/live-boot-without-network.cpio")]
        assert not [path for path in machine.fetched() if path.endswith(".squashfs")]


def test_dracut_by_wrapper(boot, tmp_path):
    """The image's own arguments stay, though its dracut has livenet."""
    image = images.make("make-dracut-live.sh")
    words = configured(tmp_path, "[image dracut-live]\nway = wrapper\n")
    with boot(image, "--default", "dracut-live:linux", *SERVER_RANGE, *words, memory=1536) as machine:
        report = machine.final_root("dracut-live")
        words = report["CMDLINE"][0].split()
        assert "root=live:CDLABEL=Fedora-WS-Live-12-1-1" in words and "rdinit=/pxeiso/init" in words
        assert [loop for loop in report["LOOP"] if "/pxeiso.iso" in loop]
        assert [path for path in machine.fetched() if path.endswith(".cpio")]
        assert not [path for path in machine.fetched() if path.endswith("squashfs.img")]


FIRMWARE = """
[on-bios]
argument = root=live:*
firmware = bios
remove = root=*
add = root=live:{http}/LiveOS/squashfs.img ip=dhcp rd.neednet=1 started=bios

[on-uefi]
argument = root=live:*
files = LiveOS/squashfs.img
firmware = uefi
remove = root=*
add = root=live:/pxeiso.img started=uefi
initrd = /pxeiso.img file
"""


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_one_entry_for_two_firmwares(boot, tmp_path, firmware):
    """The image has one menu, in which each machine starts the same entry as a recipe for its firmware wants: PXELINUX on
    the BIOS, iPXE on UEFI."""
    require_file(OVMF, "ovmf")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/own.ini").write_text(FIRMWARE)
    image = images.make("make-dracut-live.sh")
    words = configured(tmp_path, f"[recipes]\ndirectory = {tmp_path}/recipes\n")
    extra = ("-bios", OVMF) if firmware == "uefi" else ()
    arguments = ("--default", "dracut-live:linux", *SERVER_RANGE, *words)
    with boot(image, *arguments, memory=2048, timeout=5, extra=extra) as machine:
        report = machine.final_root("dracut-live")
        assert f"started={firmware}" in report["CMDLINE"][0].split()
        is_fetched = any(path.endswith("LiveOS/squashfs.img") for path in machine.fetched())
        assert is_fetched == (firmware == "bios")
