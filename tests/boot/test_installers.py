# SPDX-License-Identifier: GPL-3.0-or-later
"""An installer whose disc cannot use a network boots with the initrd that lies beside it, or that a package of Debian's has, and
takes its packages from the image's own tree, as from a mirror.

Issue 4, "Companions". The installer is Debian's own, of the package with its netboot images; the disc has the shape of a
netinst, with an initrd that would not start. What the installer fetches tells how far it came.
"""

import pathlib
import shutil
import subprocess

import pytest
from support.boot import SERVER_RANGE
from support.netns import SERVER
from support.requires import require, require_file

INSTALLER = pathlib.Path("/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64")
PACKAGE = "debian-installer-12-netboot-amd64"

DISC = {
    "isolinux/isolinux.cfg": "LABEL install\n  KERNEL /install.amd/vmlinuz\n"
    "  APPEND vga=788 initrd=/install.amd/initrd.gz --- quiet\n",
    "install.amd/initrd.gz": "the disc's initrd",
    ".disk/base_installable": "",
    ".disk/info": 'Debian GNU/Linux 12.0.0 "Bookworm" - Official amd64 NETINST\n',
    "dists/bookworm/Release": "Origin: Debian\nSuite: oldstable\nCodename: bookworm\nArchitectures: amd64\n"
    "Components: main\n",
    "pool/README": "",
}

GOT = r"http 10\.9\.0\.1\d\d: /images/netinst/{}: 200"

ANSWERS = """d-i debian-installer/locale string en_US.UTF-8
d-i keyboard-configuration/xkb-keymap select us
d-i netcfg/get_hostname string machine
d-i netcfg/get_domain string test
"""

# The test's network leads nowhere, which the installer would ask about.
ARGUMENTS = """-vga=* console=ttyS0 DEBIAN_FRONTEND=text
netcfg/no_default_route=true netcfg/get_nameservers={server} netcfg/get_hostname=machine netcfg/get_domain=test
"""


# What only the answers say: where the mirror is, which the installer would ask a person for. That it has read them, it tells us.
MORE_ANSWERS = """d-i mirror/http/hostname string {server}
d-i preseed/early_command string wget -O /dev/null http://{server}/images/netinst/@d/answers-are-read
"""


def make_disc(tmp_path, texts, copies):
    """The image of a disc with these texts, and with files of the installer, each at all its paths."""
    require("xorriso", "xorriso")
    for name, content in texts.items():
        (tmp_path / "disc" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "disc" / name).write_text(content)
    for name, source in copies.items():
        require_file(INSTALLER / source, PACKAGE)
        (tmp_path / "disc" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(INSTALLER / source, tmp_path / "disc" / name)
    for link in ("stable", "oldstable"):
        (tmp_path / "disc/dists" / link).symlink_to("bookworm")
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", tmp_path / "netinst.iso", tmp_path / "disc"]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path / "netinst.iso"


@pytest.fixture(name="disc")
def debian_disc(tmp_path):
    """Its kernel is that of the installer."""
    return make_disc(tmp_path, DISC, {"install.amd/vmlinuz": "linux"})


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
        machine.daemon.wait_for(GOT.format("%40d/initrd.gz"), timeout=120)
        machine.daemon.wait_for(GOT.format("@d/preseed.cfg"), timeout=300)
        machine.daemon.wait_for(GOT.format("dists/(bookworm|stable|oldstable)/Release"), timeout=300)


def test_package_is_found_by_itself_and_answers_are_used(boot, disc, image_folder):
    """Nothing but answers is beside the image. The server has given up root; the package's files are root's."""
    beside = image_folder.path / "netinst.d"
    beside.mkdir()
    (beside / "preseed.cfg").write_text(ANSWERS + MORE_ANSWERS.format(server=SERVER))
    (beside / "arguments").write_text(ARGUMENTS + "-mirror/http/hostname=*\n")
    (beside / "answers-are-read").write_text("")
    with boot(disc, "--default", "netinst:install", *SERVER_RANGE) as machine:
        machine.daemon.wait_for(GOT.format("%40netboot/linux"), timeout=120)
        machine.daemon.wait_for(GOT.format("%40netboot/initrd.gz"), timeout=120)
        machine.daemon.wait_for(GOT.format("@d/preseed.cfg"), timeout=300)
        machine.daemon.wait_for(GOT.format("@d/answers-are-read"), timeout=60)
        machine.daemon.wait_for(GOT.format("dists/(bookworm|stable|oldstable)/Release"), timeout=300)


def test_ubuntu_installer_of_the_disc_for_a_network(boot, tmp_path, image_folder):
    """As Ubuntu's discs were until 18.04: what the menu names cannot use a network, and what can lies beside it on the disc.

    The installer there is Debian's; nothing else of Ubuntu is shown by it.
    """
    texts = {name: content for name, content in DISC.items() if not name.startswith("i")}
    texts["isolinux/isolinux.cfg"] = (
        "LABEL install\n  KERNEL /install/vmlinuz\n"
        "  APPEND file=/cdrom/preseed/ubuntu-server.seed vga=788 initrd=/install/initrd.gz --- quiet\n"
    )
    texts["install/vmlinuz"] = texts["install/initrd.gz"] = "of no use without the disc"
    network = "install/netboot/ubuntu-installer/amd64"
    disc = make_disc(tmp_path, texts, {f"{network}/{name}": name for name in ("linux", "initrd.gz")})
    beside = image_folder.path / "netinst.d"
    beside.mkdir()
    (beside / "preseed.cfg").write_text(ANSWERS)
    (beside / "arguments").write_text(ARGUMENTS)
    with boot(disc, "--default", "netinst:install", *SERVER_RANGE) as machine:
        machine.daemon.wait_for(GOT.format(f"{network}/initrd.gz"), timeout=300)
        machine.daemon.wait_for(GOT.format("@d/preseed.cfg"), timeout=300)
        machine.daemon.wait_for(GOT.format("dists/(bookworm|stable|oldstable)/Release"), timeout=300)
