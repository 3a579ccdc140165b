# SPDX-License-Identifier: GPL-3.0-or-later
"""An image that only GRUB starts boots over BIOS PXE, from what its grub.cfg comes to when it is run.

Issue 4: an ISO with only grub.cfg (casper layout). The script makes other entries for each firmware, its arguments come out
of a function, and casper's recipe changes them. Booted from CD by its own GRUB, the image prints the same arguments but for
the recipe's: see tests/README.md.
"""

from support import images
from support.boot import SERVER_RANGE, URL


def test_grub_only(boot):
    """The entry of GRUB's i386-pc view, by its id; the initramfs fetches the image over HTTP."""
    image = images.make("make-grub-only.sh")
    with boot(image, "--default", "grub-only:casper-pc", *SERVER_RANGE) as machine:
        report = machine.final_root("grub-only")
        words = report["CMDLINE"][0].split()
        assert [word for word in words if word.startswith(("console=", "firmware=", "boot="))] == [
            "boot=casper",
            "console=tty0",
            "console=ttyS0,115200",
            "firmware=bios",
        ]
        assert f"url={URL}/grub-only.iso" in words and "ip=dhcp" in words
        assert words.index("ip=dhcp") < words.index("---") < words.index("quiet"), "arguments of the live system"
        assert not [word for word in words if word.startswith("iso-scan")]
        assert "/casper.iso" in " ".join(report["LOOP"])
