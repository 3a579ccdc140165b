# SPDX-License-Identifier: GPL-3.0-or-later
"""Menus on a serial line alone: what is read comes from the line, keys are typed on it, an entry boots.

serial = yes in the configuration, for a machine without screen and keyboard.
"""

import subprocess

import pytest
from support import images
from support.boot import PATIENCE, SERVER_RANGE
from support.daemon import Daemon
from support.netns import SERVER
from support.qemu import Machine
from support.requires import require, require_file

OVMF = "/usr/share/OVMF/OVMF_CODE.fd"
UP = "\x1b[A"
# Ctrl-A, -N and -P, PXELINUX's and GRUB's keys of one byte: what follows an escape is too late on a busy test machine.
HOME, NEXT, PREVIOUS = "\x01", "\x0e", "\x10"
MODULES = "net efinet tftp http normal configfile serial terminal echo linux regexp test sleep all_video"


@pytest.fixture
def serve(lan, image_folder, tmp_path):
    """serve(): the daemon serves a live system, with menus on serial lines that wait for a key."""

    def start():
        images.put(images.make("make-debian-live.sh"), image_folder.path)
        images.put(images.make("make-archiso.sh"), image_folder.path)
        config = tmp_path / "pxeiso.conf"
        config.write_text("[menu]\nserial = yes\n")
        command = ["-v", "--config", config, "--interface", "lan0", "--timeout", 0, *SERVER_RANGE, image_folder]
        return Daemon(lan, command, tmp_path)

    return start


def test_serial_pxelinux(lan, tmp_path, serve):
    """The main menu, the second image's menu, its first entry; what it is and needs is read before it starts."""
    with serve(), Machine(lan, tmp_path, split=True) as machine:
        machine.wait_for_screen("Power off", PATIENCE)
        machine.type_on_line(PREVIOUS)  # local disk is marked, the images are above it
        machine.wait_for_screen("debian-live.iso, ")
        machine.type_on_line(PREVIOUS)
        machine.wait_for_screen("archiso.iso, ")
        machine.type_on_line(NEXT)
        machine.wait_for_screen("debian-live.iso, ")
        machine.type_on_line("\r")
        menu = machine.wait_for_screen("of memory.")
        assert "Live system (amd64 fail-safe mode)" in menu and "Downloads" in menu
        machine.type_on_line("\r")
        machine.wait_for("PXEISO-MARKER debian-live final root", PATIENCE)


def test_serial_ipxe(lan, tmp_path, serve):
    """iPXE of a card with UEFI, whose console the firmware shows on the line; '?' tells what the entries need."""
    require_file(OVMF, "ovmf")
    with serve(), Machine(lan, tmp_path, 2048, split=True, extra=("-bios", OVMF)) as machine:
        machine.wait_for("Power off", PATIENCE)
        machine.type_on_line(UP, "\r")
        machine.wait_for(r"Live system \(amd64\)", 60)
        assert "896 MiB" not in machine.serial()
        machine.type_on_line("?")
        machine.wait_for("Downloads .* MiB, needs about .* of memory", 60)
        machine.type_on_line("\r")
        machine.wait_for("This downloads .* MiB, needs about", 60)
        machine.wait_for("PXEISO-MARKER debian-live final root", PATIENCE)


def make_grub(folder):
    """A disk with a GRUB for UEFI that asks the server for its menu, as one that was loaded from there does."""
    config = folder / "embedded.cfg"
    config.write_text(
        "net_add_addr card efinet0 10.9.0.60\n"
        f"set net_default_server={SERVER}\n"
        f"configfile (tftp,{SERVER})/grub/grub.cfg\n"
    )
    path = folder / "disk/EFI/BOOT/BOOTX64.EFI"
    path.parent.mkdir(parents=True)
    require_file("/usr/lib/grub/x86_64-efi/moddep.lst", "grub-efi-amd64-bin")
    command = [require("grub-mkimage", "grub-common"), "-O", "x86_64-efi", "-p", "/grub", "-c", config, "-o", path]
    subprocess.run([*command, *MODULES.split()], check=True)
    return (
        *("-drive", f"if=none,id=disk,format=raw,file=fat:rw:{folder}/disk"),
        *("-device", "virtio-blk-pci,drive=disk,bootindex=0"),
        # OVMF starts no card that it has no reason to boot from.
        *("-global", "virtio-net-pci.bootindex=1"),
    )


def test_serial_grub(lan, tmp_path, serve):
    """GRUB's menus, and what it prints before it loads."""
    require_file(OVMF, "ovmf")
    extra = ("-bios", OVMF, *make_grub(tmp_path))
    with serve(), Machine(lan, tmp_path, 2048, split=True, extra=extra) as machine:
        machine.wait_for("Power off", PATIENCE)
        machine.type_on_line(HOME, NEXT, "\r")
        machine.wait_for(r"Live system \(amd64\)", 60)
        machine.type_on_line("\r")
        machine.wait_for("Downloads .* MiB, needs about .* of memory", 60)
        machine.wait_for("PXEISO-MARKER debian-live final root", PATIENCE)
