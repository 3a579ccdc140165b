# SPDX-License-Identifier: GPL-3.0-or-later
"""An image that only GRUB starts boots from the network, from what its grub.cfg comes to when it is run.

Issue 4: an ISO with only grub.cfg (casper layout). The script makes other entries for each firmware, its arguments come out
of a function, and casper's recipe changes them. Booted from CD by its own GRUB, the image prints the same arguments but for
the recipe's: see tests/README.md.
"""

from support import images
from support.boot import SERVER_RANGE, URL
from support.requires import require_file

OVMF = "/usr/share/OVMF/OVMF_CODE.fd"


def check_casper(machine, firmware):
    """The arguments that the script comes to, the recipe's before the "---"; the image was fetched over HTTP."""
    report = machine.final_root("grub-only")
    words = report["CMDLINE"][0].split()
    assert [word for word in words if word.startswith(("console=", "firmware=", "boot="))] == [
        "boot=casper",
        "console=tty0",
        "console=ttyS0,115200",
        f"firmware={firmware}",
    ]
    assert f"url={URL}/grub-only.iso" in words and "ip=dhcp" in words
    assert words.index("ip=dhcp") < words.index("---") < words.index("quiet"), "arguments of the live system"
    assert not [word for word in words if word.startswith("iso-scan")]
    assert "/casper.iso" in " ".join(report["LOOP"])


def test_grub_only(boot):
    """The entry of GRUB's i386-pc view, by its id."""
    image = images.make("make-grub-only.sh")
    with boot(image, "--default", "grub-only:casper-pc", *SERVER_RANGE) as machine:
        check_casper(machine, "bios")


def test_grub_only_uefi(boot):
    """The entry of GRUB's x86_64-efi view, on UEFI firmware whose network card has iPXE: it is handed the script."""
    image = images.make("make-grub-only.sh")
    require_file(OVMF, "ovmf")
    arguments = ("--default", "grub-only:casper-efi", *SERVER_RANGE)
    with boot(image, *arguments, memory=2048, timeout=5, extra=("-bios", OVMF)) as machine:
        check_casper(machine, "uefi")
