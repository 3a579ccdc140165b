# SPDX-License-Identifier: GPL-3.0-or-later
"""Real ISOs, unchanged, out of Debian's packages: what `make run` serves on a machine with nothing prepared.

ipxe.iso boots a kernel without an initramfs by its own isolinux.cfg; grub-rescue-cdrom.iso can only be started as a whole,
so it goes through memdisk. Both speak on the text screen, which SeaBIOS repeats on the serial line.
"""

import pathlib

from support.boot import PATIENCE, SERVER_RANGE
from support.requires import require_file


def test_ipxe_iso(boot):
    """The kernel of ipxe.iso runs: iPXE starts a second time, as something that came over HTTP."""
    iso = pathlib.Path(require_file("/usr/lib/ipxe/ipxe.iso", "ipxe"))
    with boot(iso, "--default", "ipxe:ipxe.lkrn", *SERVER_RANGE, memory=256) as machine:
        machine.daemon.wait_for(r"/images/ipxe/ipxe\.krn: 200", PATIENCE)
        # The card's ROM says this once; a second time it can only be the kernel, since a reset would end QEMU.
        machine.wait_for(r"(iPXE initialising devices[\s\S]*){2}Open Source Network Boot Firmware")


def test_grub_rescue(boot, tmp_path):
    """The whole image travels into memory and GRUB starts from it as from a CD: its own menu is seen."""
    iso = pathlib.Path(require_file("/usr/lib/grub-rescue/grub-rescue-cdrom.iso", "grub-rescue-pc"))
    with boot(iso, "--default", "grub-rescue-cdrom:memdisk", *SERVER_RANGE, memory=256) as machine:
        machine.wait_for(r"MEMDISK \d")
        machine.wait_for(r"GNU GRUB +version 2")
        machine.wait_for(r"GNU \(aka GNU/Hurd\)")
        machine.machine.screenshot(tmp_path / "grub.png")
