# SPDX-License-Identifier: GPL-3.0-or-later
"""Our menus as a real GRUB reads and runs them, booted over PXE by a DHCP server of the user's own.

What grub-script-check cannot see: variables are gone in a sub-menu unless they are exported, a module that is missing must
not end the script, words reach the kernel as they were. On a BIOS GRUB has its http module, as grub-mknetdir gives it; on
UEFI it is Debian's grubnet image, which has none and takes everything over TFTP (HTTP-34).
"""

import contextlib
import pathlib
import subprocess

import pytest
from support import images
from support.boot import PATIENCE, Boot
from support.daemon import Daemon
from support.grub import make_core
from support.loader_server import LoaderServer
from support.qemu import Machine
from support.requires import require, require_file

OVMF = "/usr/share/OVMF/OVMF_CODE.fd"
GRUBNET = "/usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi"
RESCUE = "/usr/lib/grub-rescue/grub-rescue-cdrom.iso"
HOSTILE = "It's ${pxeiso} $5 \\ \"quoted\" {x} ; halt"


def make_hostile(folder):
    """An image whose titles, help and arguments are full of GRUB's own signs; its kernel is the memory test."""
    kernel = require_file("/boot/memtest86+x64.bin", "memtest86+")
    tree = folder / "hostile"
    tree.mkdir()
    (tree / "kernel").write_bytes(pathlib.Path(kernel).read_bytes())
    (tree / "isolinux.cfg").write_text(
        f"LABEL a\n MENU LABEL {HOSTILE}\n LINUX /kernel\n APPEND it's=$pxeiso\n"
        "TEXT HELP\n -n Help's ${root} `x`\nENDTEXT\n"
    )
    iso = folder / "hostile.iso"
    subprocess.run([require("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", "-o", iso, "-R", tree], check=True)
    return iso


class Grub(Boot):
    """A machine at a menu of GRUB, used by its keyboard, seen over its serial line."""

    def choose(self, label):
        """Move the bar to the line that has `label`, and press Enter."""
        screen = self.machine.wait_for_screen(label)
        lines = [line[2:] for line in screen.splitlines() if line.startswith((" |", " │"))]
        wanted = next(number for number, line in enumerate(lines) if label in line)
        self.machine.send_keys("home", *["down"] * wanted, "ret")


@pytest.fixture
def grub(lan, image_folder, tmp_path):
    """grub(images, boot file, files, *arguments): all switched on, the machine at GRUB's menu. To be used in `with`."""
    with contextlib.ExitStack() as stack:

        def start(sources, boot_file, files, *arguments, serial=True, **machine):
            for source in sources:
                images.put(source, image_folder.path)
            config = tmp_path / "pxeiso.conf"
            config.write_text("[menu]\nserial = yes\n" if serial else "")
            command = ["-v", "--config", config, "--interface", "lan0", "--dhcp", "off", *arguments, image_folder]
            stack.enter_context(LoaderServer(lan, tmp_path, [f"--dhcp-boot={boot_file}"], files))
            daemon = stack.enter_context(Daemon(lan, command, tmp_path))
            return Grub(daemon, stack.enter_context(Machine(lan, tmp_path, **machine)))

        yield start


def test_grub_menus(grub, tmp_path):
    """From the main menu into an image's own, into its sub-menu, back, and an entry of the sub-menu boots over HTTP."""
    sources = [images.make("make-grub-only.sh"), make_hostile(tmp_path)]
    at = grub(sources, "core.0", {"core.0": make_core(tmp_path)}, "--timeout", 0, split=True)
    screen = at.machine.wait_for_screen("Power off", PATIENCE)
    assert "*Boot from local disk" in screen and "Grub-only 24.04" in screen
    at.machine.screenshot(tmp_path / "main.png")

    at.choose("hostile")
    at.machine.wait_for_screen(HOSTILE)
    at.choose("Back to all images")
    at.choose("Grub-only 24.04")
    at.machine.wait_for_screen("Try the system")
    at.choose("More ...")
    assert "Try the system" not in at.machine.wait_for_screen("Safe graphics")
    at.machine.send_keys("esc")
    at.machine.wait_for_screen("Try the system")
    at.choose("More ...")
    at.choose("Safe graphics")
    words = at.final_root("grub-only")["CMDLINE"][0].split()
    assert "nomodeset" in words and "url=http://10.9.0.1/images/grub-only.iso" in words
    at.daemon.wait_for(r"http .*: /images/grub-only/casper/vmlinuz: 200")


def test_grub_menus_memdisk(grub, tmp_path):
    """A disc whole in memory, started by the default entry once its time is over: GRUB hands it to memdisk on a BIOS."""
    require_file(RESCUE, "grub-rescue-pc")
    options = ("--timeout", 3, "--default", "grub-rescue-cdrom:memdisk")
    at = grub([pathlib.Path(RESCUE)], "core.0", {"core.0": make_core(tmp_path)}, *options, memory=256)
    at.wait_for(r"MEMDISK \d")
    at.wait_for(r"GNU \(aka GNU/Hurd\)")
    at.daemon.wait_for(r"http .*: /images/grub-rescue-cdrom\.iso: 200")


def test_grub_menus_uefi(grub, tmp_path):
    """Debian's netboot image, whose own server points it to ours. Its console is on the serial line by the firmware.

    It has no http module, and insmod does not fail where there is none: the menus must see that by reading.
    """
    require_file(OVMF, "ovmf")
    files = {
        "grubnetx64.efi": pathlib.Path(require_file(GRUBNET, "grub-efi-amd64-bin")).read_bytes(),
        "grub/grub.cfg": b"configfile (tftp,10.9.0.1)/grub/grub.cfg\n",
    }
    options = ("--timeout", 0, "--default", "grub-only:casper-efi")
    machine = {"serial": False, "card": ",romfile=", "extra": ("-bios", OVMF)}
    at = grub([images.make("make-grub-only.sh")], "grubnetx64.efi", files, *options, **machine)
    screen = at.machine.wait_for_screen("Power off", PATIENCE)
    assert "*Try the system (UEFI)" in screen and "More ..." in screen
    assert "memdisk" not in screen and "Memory test" not in screen, "for a BIOS"
    at.machine.screenshot(tmp_path / "main.png")
    at.machine.send_keys("ret")
    words = at.final_root("grub-only")["CMDLINE"][0].split()
    assert "firmware=uefi" in words and "url=http://10.9.0.1/images/grub-only.iso" in words
    at.daemon.wait_for(r"tftp .*: /images/grub-only/casper/vmlinuz: \d+ bytes")
