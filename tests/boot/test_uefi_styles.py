# SPDX-License-Identifier: GPL-3.0-or-later
"""A real UEFI firmware, OVMF, is told its loader in each way that there is, and comes to our menu.

Its network card has no ROM, so that the firmware's own PXE and HTTP boot ask; then iPXE, which was loaded, asks again.
"""

import re
import shutil

import pytest
from support import images
from support.boot import PATIENCE, SERVER_RANGE
from support.daemon import Daemon
from support.loader_server import LoaderServer
from support.qemu import MAC, Machine
from support.requires import require_file

SNPONLY = "/usr/lib/ipxe/snponly.efi"


@pytest.fixture
def menu(lan, image_folder, tmp_path):
    """menu(configuration, *arguments): the daemon's log when the machine shows our menu."""

    def boot(configuration, *arguments):
        extra = (
            *("-bios", require_file("/usr/share/OVMF/OVMF_CODE.fd", "ovmf")),
            *("-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n"),  # spares waiting for an answer
        )
        config = tmp_path / "pxeiso.conf"
        config.write_text("[menu]\ntimeout = 0\n" + configuration)
        command = ["-v", "--config", config, "--interface", "lan0", *arguments, image_folder]
        with Daemon(lan, command, tmp_path) as daemon:
            with Machine(lan, tmp_path, 512, card=",romfile=", extra=extra) as machine:
                machine.wait_for_screen("Power off", PATIENCE)
                machine.screenshot(tmp_path / "menu.png")
                return daemon.log()

    return boot


def offers(log):
    """What was offered to the machine, in order and each once: the file, and who asked."""
    found = re.findall(rf"dhcp {MAC}: (?:offered|sent) (\S+)(?: to \S+)? \((.*)\)", log)
    return [offer for number, offer in enumerate(found) if offer not in found[:number]]


def test_uefi_proxy_4011(lan, menu, tmp_path):
    """Beside another DHCP server, over port 4011: what UEFI firmware is offered first."""
    with LoaderServer(lan, tmp_path):
        log = menu("")
    assert offers(log) == [
        ("snponly.efi", "UEFI x64, style 4011"),
        ("snponly.efi", "UEFI x64"),
        ("http://10.9.0.1/boot.ipxe", "UEFI x64, iPXE"),
    ]
    assert f"dhcp {MAC}: fetched its loader: style 4011 is kept for it" in log


def test_uefi_proxy_direct(lan, menu, tmp_path):
    """Beside another DHCP server, in one step; the loader is a user's own iPXE, by a name that says nothing of it."""
    configuration = f"[machine {MAC}]\nproxy-style = direct\n[loaders]\nuefi-x64 = mine.efi\n"
    with images.Folder() as loaders, LoaderServer(lan, tmp_path):
        shutil.copy(require_file(SNPONLY, "ipxe"), loaders.path / "mine.efi")
        log = menu(f"{configuration}directory = {loaders.path}\n")
    assert offers(log) == [
        ("mine.efi", "UEFI x64, style direct"),
        ("http://10.9.0.1/boot.ipxe", "UEFI x64, iPXE"),
    ]
    assert f"dhcp {MAC}: fetched its loader: style direct is kept for it" in log
    assert "mine.efi: " in log and "snponly.efi: " not in log


def test_uefi_server(menu):
    """As the full server: no style, and port 4011 is not asked."""
    log = menu("", *SERVER_RANGE)
    assert [who for _, who in offers(log)] == ["UEFI x64", "UEFI x64, iPXE"]
    assert " sent " not in log


def test_uefi_http(menu):
    """Without TFTP the firmware goes on to HTTP boot, and is told a URL."""
    log = menu("[tftp]\nenabled = no\n", *SERVER_RANGE)
    assert ("http://10.9.0.1/snponly.efi", "UEFI x64 HTTP") in offers(log)
    assert "/snponly.efi: 200" in log and "tftp 10" not in log
