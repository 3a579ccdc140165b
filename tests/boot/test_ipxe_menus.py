# SPDX-License-Identifier: GPL-3.0-or-later
"""Our menus as a real iPXE runs them, used by the keyboard, and discs that it reads over the network (sanboot).

iPXE is Debian's, in the network card of the machine. A DHCP server of the user's own names our script to it, as it must where
iPXE runs on a BIOS; on UEFI ours does.
"""

import contextlib
import pathlib
import subprocess

import pytest
from support import images
from support.boot import PATIENCE, SERVER_RANGE, Boot
from support.daemon import Daemon, wait_until
from support.loader_server import LoaderServer
from support.qemu import Machine
from support.requires import require, require_file

OVMF = "/usr/share/OVMF/OVMF_CODE.fd"
TITLE = "Grub-only 24.04"
HOSTILE = "It's ${platform} $5 || && # ; \"x\" --shell"


def make_hostile(folder):
    """An image whose title is full of iPXE's own signs; only "${" cannot be written for it (IPXE-3)."""
    tree = folder / "hostile"
    tree.mkdir()
    (tree / "kernel").write_bytes(bytes(1000))
    (tree / "isolinux.cfg").write_text(f"LABEL a\n MENU LABEL {HOSTILE}\n LINUX /kernel\n")
    iso = folder / "hostile.iso"
    subprocess.run([require("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", "-o", iso, "-R", tree], check=True)
    return iso


def rescue_disc():
    """A disc whose GRUB a BIOS starts, and which has nothing of its own that could come over a network."""
    return pathlib.Path(require_file("/usr/lib/grub-rescue/grub-rescue-cdrom.iso", "grub-rescue-pc"))


class Menu(Boot):
    """A machine at a menu of iPXE."""

    def choose(self, label):
        """Move the bar down to the line that has `label`, and press Enter. iPXE passes over what cannot be chosen, and
        takes its time: a key that came too early is no reason to walk past the line."""
        self.machine.wait_for_screen(label)
        line = None

        def is_there():
            nonlocal line
            last, line = line, self.machine.terminal().cursor_line()
            if label not in line:
                self.machine.send_keys("home" if line == last else "down")
            return label in line

        assert wait_until(is_there, 30, 0.5)
        self.machine.send_keys("ret")


@pytest.fixture
def ipxe(lan, image_folder, tmp_path):
    """ipxe(*images): a machine with a BIOS that loads our script, at its main menu."""
    with contextlib.ExitStack() as stack:

        def start(*sources):
            for source in sources:
                images.put(source, image_folder.path)
            command = ["-v", "--interface", "lan0", "--dhcp", "off", "--timeout", 0, image_folder]
            stack.enter_context(LoaderServer(lan, tmp_path, ["--dhcp-boot=http://10.9.0.1/boot.ipxe"]))
            daemon = stack.enter_context(Daemon(lan, command, tmp_path))
            machine = stack.enter_context(Machine(lan, tmp_path))
            machine.wait_for_screen("Power off", PATIENCE)
            return Menu(daemon, machine)

        yield start


def test_ipxe_menus(ipxe, tmp_path):
    """From the main menu into an image's own, its help, its sub-menu, back, and an entry of the sub-menu boots."""
    at = ipxe(images.make("make-grub-only.sh"), make_hostile(tmp_path))
    at.machine.send_keys("shift+slash")
    at.machine.wait_for_screen("hostile.iso, ")
    at.machine.send_keys("shift+slash")
    at.choose("hostile")
    at.machine.wait_for_screen(HOSTILE.replace("${", "$ {"))
    at.choose("Back to all images")
    at.choose(TITLE)
    assert "Downloads" not in at.machine.wait_for_screen("Back to all images")
    at.machine.send_keys("shift+slash")
    at.machine.wait_for_screen("     Downloads 51 MiB, needs about 2.0 GiB of memory.")
    at.machine.screenshot(tmp_path / "details.png")
    at.choose("More ...")
    at.choose("Back")
    at.choose("More ...")
    at.choose("Safe graphics")
    words = at.final_root("grub-only")["CMDLINE"][0].split()
    assert "nomodeset" in words and "url=http://10.9.0.1/images/grub-only.iso" in words


def test_ipxe_sanboot(ipxe, tmp_path):
    """A BIOS starts GRUB from a disc that iPXE reads over HTTP, by ranges of the image."""
    at = ipxe(rescue_disc(), images.make("make-grub-only.sh"))
    at.choose("grub-rescue-cdrom")
    at.choose("network disc (sanboot)")
    at.wait_for(r"Registered SAN device")
    at.wait_for(r"GNU \(aka GNU/Hurd\)")
    at.machine.screenshot(tmp_path / "grub.png")
    at.daemon.wait_for(r"/images/grub-rescue-cdrom\.iso: 200 OK \(HEAD\)")
    at.daemon.wait_for(r"/images/grub-rescue-cdrom\.iso: 206, bytes 32768-34815 of")


def test_ipxe_sanboot_uefi(boot, tmp_path):
    """UEFI finds the program in El Torito's image for it, and that finds its configuration on the same disc."""
    require_file(OVMF, "ovmf")
    image = images.make("make-grub-only.sh")
    arguments = ("--default", "grub-only:sanboot", *SERVER_RANGE)
    with boot(image, *arguments, timeout=3, extra=("-bios", OVMF)) as machine:
        machine.wait_for(r"Registered SAN device")
        machine.wait_for(r"Try the system \(UEFI\)[\s\S]*executed automatically")
        machine.machine.screenshot(tmp_path / "grub.png")
        machine.daemon.wait_for(r"/images/grub-only\.iso: 206, ")
