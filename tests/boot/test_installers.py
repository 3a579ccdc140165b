# SPDX-License-Identifier: GPL-3.0-or-later
"""An installer whose disc cannot use a network boots with the initrd that lies beside it, and takes its packages from the
image's own tree, as from a mirror.

Issue 4, "Companions". The installer is Debian's own, of the package with its netboot images; the disc has the shape of a
netinst, with an initrd that would not start. What the installer fetches tells how far it came.
"""

import pathlib
import shutil
import subprocess

import pytest
from support.boot import SERVER_RANGE
from support.requires import require, require_file

INSTALLER = pathlib.Path("/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64")
PACKAGE = "debian-installer-12-netboot-amd64"

DISC = {
    "isolinux/isolinux.cfg": "LABEL install\n  KERNEL /install.amd/vmlinuz\n"
    "  APPEND vga=788 initrd=/install.amd/initrd.gz --- quiet\n",
    "install.amd/vmlinuz": "the disc's kernel",
    "install.amd/initrd.gz": "the disc's initrd",
    ".disk/base_installable": "",
    "dists/bookworm/Release": "Origin: Debian\nSuite: oldstable\nCodename: bookworm\nArchitectures: amd64\n"
    "Components: main\n",
    "pool/README": "",
}

ANSWERS = """d-i debian-installer/locale string en_US.UTF-8
d-i keyboard-configuration/xkb-keymap select us
d-i netcfg/get_hostname string machine
d-i netcfg/get_domain string test
"""

# The test's network leads nowhere, which the installer would ask about.
ARGUMENTS = """-vga=* console=ttyS0 DEBIAN_FRONTEND=text
netcfg/no_default_route=true netcfg/get_nameservers={server} netcfg/get_hostname=machine netcfg/get_domain=test
"""


@pytest.fixture(name="disc")
def make_disc(tmp_path):
    """The image of the disc."""
    require("xorriso", "xorriso")
    for name, content in DISC.items():
        (tmp_path / "disc" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "disc" / name).write_text(content)
    for link in ("stable", "oldstable"):
        (tmp_path / "disc/dists" / link).symlink_to("bookworm")
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", tmp_path / "netinst.iso", tmp_path / "disc"]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path / "netinst.iso"


def test_debian_installer_reaches_its_mirror(boot, disc, image_folder):
    """With the user's answers, and words of the user's on its command line."""
    require_file(INSTALLER / "initrd.gz", PACKAGE)
    beside = image_folder.path / "netinst.d"
    beside.mkdir()
    for name in ("linux", "initrd.gz"):
        shutil.copy(INSTALLER / name, beside)
    (beside / "preseed.cfg").write_text(ANSWERS)
    (beside / "arguments").write_text(ARGUMENTS)
    with boot(disc, "--default", "netinst:install", *SERVER_RANGE) as machine:
        got = r"http 10\.9\.0\.1\d\d: /images/netinst/{}: 200"
        machine.daemon.wait_for(got.format("%40d/initrd.gz"), timeout=120)
        machine.daemon.wait_for(got.format("@d/preseed.cfg"), timeout=300)
        machine.daemon.wait_for(got.format("dists/(bookworm|stable|oldstable)/Release"), timeout=300)
