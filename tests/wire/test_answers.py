# SPDX-License-Identifier: GPL-3.0-or-later
"""Installers over the network: the URL of the user's answers that an entry's command line has leads to those answers; and the
package of Debian's netboot images serves an image with the same kernel, below `@netboot`.
"""

import pathlib
import re
import shutil
import subprocess

import pytest
from support import images, netns
from support.daemon import Daemon, run_command
from support.netns import SERVER
from support.requires import require, require_file
from support.tftp import TftpClient

INSTALLER = pathlib.Path("/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64")
PACKAGE = "debian-installer-12-netboot-amd64"

# A family: the kernel and initrd of its image, other files there, its arguments, the answers, the argument that names them (all
# before the URL), and what is asked for there.
FAMILIES = {
    "preseed": ("install.amd/vmlinuz install.amd/initrd.gz", [".disk/base_installable"], "", ["preseed.cfg"], "preseed/url=", [""]),
    "kickstart": (
        "images/pxeboot/vmlinuz images/pxeboot/initrd.img",
        ["images/install.img", ".treeinfo"],
        "inst.stage2=hd:LABEL=x",
        ["ks.cfg"],
        "inst.ks=",
        [""],
    ),
    "autoyast": (
        "boot/x86_64/loader/linux boot/x86_64/loader/initrd",
        ["boot/x86_64/root", "CHECKSUMS"],
        "splash=silent",
        ["autoinst.xml"],
        "autoyast=",
        [""],
    ),
    "autoinstall": (
        "casper/vmlinuz casper/initrd",
        ["casper/minimal.squashfs"],
        "quiet",
        ["user-data", "meta-data"],
        "ds=nocloud-net;s=",
        ["user-data", "meta-data"],
    ),
    "archinstall": (
        "arch/boot/x86_64/vmlinuz-linux arch/boot/x86_64/initramfs-linux.img",
        ["arch/x86_64/airootfs.sfs"],
        "archisobasedir=arch archisosearchuuid=1",
        ["archinstall.json"],
        "script=",
        [""],
    ),
}


def make_image(folder, kernel, initrd, files, arguments):
    """An image with one entry; the content of a file is its own name."""
    require("xorriso", "xorriso")
    for name in (kernel, initrd, *files):
        (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tree" / name).write_text(name)
    (folder / "tree/isolinux").mkdir()
    config = f"LABEL it\n  KERNEL /{kernel}\n  INITRD /{initrd}\n  APPEND {arguments}\n"
    (folder / "tree/isolinux/isolinux.cfg").write_text(config)
    return folder / "tree"


def finish_image(folder):
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", folder / "x.iso", folder / "tree"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "x.iso"


def curl(daemon, url):
    return daemon.namespace.run(["curl", "-sS", "--fail", "--max-time", "30", url], text=False).stdout


@pytest.mark.parametrize("name", FAMILIES)
def test_the_url_of_answers_leads_to_them(tmp_path, name):
    files, others, arguments, answers, argument, asked = FAMILIES[name]
    make_image(tmp_path, *files.split(), others, arguments)
    with netns.Network() as network, images.Folder(finish_image(tmp_path)) as folder:
        beside = pathlib.Path(str(folder)) / "x.d"
        beside.mkdir()
        for answer in answers:
            (beside / answer).write_text(f"answers of {answer}\n")
        with Daemon(network, ["--dhcp", "off", folder], tmp_path) as daemon:
            menu = curl(daemon, f"http://{SERVER}/menus/x.cfg").decode()
            (url,) = re.findall(re.escape(" " + argument) + r"(\S+)", menu)
            got = [curl(daemon, url + part) for part in asked]
            if name == "archinstall":  # a script of ours, which fetches what lies beside it
                assert b"curl" in got[0]
                got = [curl(daemon, url.rpartition("/")[0] + "/archinstall.json")]
            assert got == [f"answers of {answer}\n".encode() for answer in answers]


@pytest.fixture(name="netinst")
def make_netinst(tmp_path):
    """A tree of a netinst of Debian's; its kernel is the package's."""
    require_file(INSTALLER / "linux", PACKAGE)
    others = [".disk/base_installable", "dists/bookworm/Release"]
    tree = make_image(tmp_path, "install.amd/vmlinuz", "install.amd/initrd.gz", others, "vga=788 --- quiet")
    (tree / ".disk/info").write_text('Debian GNU/Linux 12.0.0 "Bookworm" - Official amd64 NETINST\n')
    shutil.copy(INSTALLER / "linux", tree / "install.amd/vmlinuz")
    return tree


def test_package_with_the_kernel_of_the_image_is_served(netinst, tmp_path):
    """Listed, over HTTP and TFTP, though the daemon has given up root; the entry's own initrd gives way to it."""
    with netns.Network() as network, images.Folder(finish_image(netinst.parent)) as folder:
        with Daemon(network, ["--dhcp", "off", folder], tmp_path) as daemon:
            image = f"http://{SERVER}/images/x"
            assert ">@netboot/<" in curl(daemon, f"{image}/").decode()
            assert re.findall(r">([a-z./]+)</a>", curl(daemon, f"{image}/@netboot/").decode())[-3:] == ["gtk/", "initrd.gz", "linux"]
            assert curl(daemon, f"{image}/@netboot/linux") == (INSTALLER / "linux").read_bytes()
            menu = curl(daemon, f"http://{SERVER}/menus/x.cfg").decode()
            (initrd,) = re.findall(r"INITRD (\S+)", menu)
            assert curl(daemon, initrd) == (INSTALLER / "initrd.gz").read_bytes()

            def fetch():
                with TftpClient(daemon.namespace) as client:
                    return client.fetch("images/x/@netboot/gtk/linux")

            assert bytes(fetch()) == (INSTALLER / "linux").read_bytes()


def test_package_with_another_kernel_is_told_of(netinst):
    """Both versions, and what to do."""
    kernel = bytearray((INSTALLER / "linux").read_bytes()[:32768])
    start = int.from_bytes(kernel[0x20E:0x210], "little") + 0x200
    version = bytes(kernel[start : kernel.index(b" ", start)]).decode()
    other = version.replace("6.", "5.", 1)
    kernel[start] = ord("5")
    (netinst / "install.amd/vmlinuz").write_bytes(kernel)
    shown = " ".join(run_command(["explain", finish_image(netinst.parent)]).stdout.split())
    assert f"{PACKAGE} is not used: its kernel is {version}, the image's {other}." in shown
    assert "@netboot" not in shown and "install.amd/initrd.gz" in shown
