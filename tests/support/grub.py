# SPDX-License-Identifier: GPL-3.0-or-later
"""GRUB as a network boot file."""

import subprocess

from support.requires import require, require_file

MODULES = (
    "pxe tftp http normal configfile linux linux16 regexp test echo serial terminal halt reboot minicmd "
    "biosdisk chain smbios"
)


def make_core(folder):
    """GRUB for a BIOS as one file, which looks for its configuration on our server."""
    require_file("/usr/lib/grub/i386-pc/http.mod", "grub-pc-bin")
    core = folder / "core.0"
    mkimage = (require("grub-mkimage", "grub-common"), "-O", "i386-pc-pxe", "-p", "(tftp,10.9.0.1)/grub", "-o", core)
    subprocess.run([*mkimage, *MODULES.split()], check=True)
    return core.read_bytes()
