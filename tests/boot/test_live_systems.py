# SPDX-License-Identifier: GPL-3.0-or-later
"""Live systems boot from their ISO, over BIOS PXE, to a marker that the image's own final root prints.

Issue 2, "Proof: machines that boot". The chain: SeaBIOS, the card's PXE ROM, DHCP, lpxelinux.0 over TFTP, the menu, kernel
and initramfs over HTTP, then the initramfs's own code fetches the root by the kernel arguments that a recipe wrote. The
images are verified by themselves too, from CD and from plain servers: see tests/README.md.
"""

import re

from support import images
from support.boot import SERVER_RANGE, URL


def check_debian_live(boot):
    """live-boot has fetched the squashfs from us and made it its root."""
    report = boot.final_root("debian-live")
    words = report["CMDLINE"][0].split()
    assert f"fetch={URL}/debian-live/live/filesystem.squashfs" in words
    assert "boot=live" in words and "components" in words
    assert "filesystem.squashfs" in report["ROOT"][0]
    assert not any("iso9660" in mount for mount in report["MOUNT"]), "the root came from a disk"


def test_debian_live_proxy(boot, address_server):
    """Beside another DHCP server: it gives the address, we say where to boot from."""
    with boot(images.make("make-debian-live.sh"), "--default", "debian-live:live-amd64") as machine:
        check_debian_live(machine)
        assert re.search(r"DHCPACK\(eth0\) 10\.9\.0\.1\d\d 52:54:00:09:00:01", address_server.read_text())


def test_debian_live_server(boot):
    """With nothing else on the network: the built-in DHCP server gives the address too."""
    default = ("--default", "debian-live:live-amd64")
    with boot(images.make("make-debian-live.sh"), *default, *SERVER_RANGE) as machine:
        check_debian_live(machine)


def test_dracut_live(boot):
    """dracut's livenet fetches the squashfs over HTTP; the check of the medium, the ISO's default, cannot be meant."""
    with boot(images.make("make-dracut-live.sh"), "--default", "dracut-live:linux", *SERVER_RANGE) as machine:
        report = machine.final_root("dracut-live")
        words = report["CMDLINE"][0].split()
        assert f"root=live:{URL}/dracut-live/LiveOS/squashfs.img" in words
        assert "rd.live.image" in words and "rd.live.check" not in words
        assert not [word for word in words if "CDLABEL" in word]
        assert any("squashfs.img" in loop for loop in report["LOOP"])


def test_archiso(boot):
    """The archiso hook fetches airootfs.sfs; archisosearchuuid must be gone, or the initramfs would stop."""
    with boot(images.make("make-archiso.sh"), "--default", "archiso:arch", *SERVER_RANGE) as machine:
        report = machine.final_root("archiso")
        words = report["CMDLINE"][0].split()
        assert f"archiso_http_srv={URL}/archiso/" in words
        assert "archisobasedir=arch" in words and "ip=dhcp" in words
        assert not [word for word in words if word.startswith("archisosearchuuid")]
        assert report["LOOP"] == ["/run/archiso/httpspace/airootfs.sfs"]
