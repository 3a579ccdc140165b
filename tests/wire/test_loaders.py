# SPDX-License-Identifier: GPL-3.0-or-later
"""Loaders of a user's own: real firmware is told them, real iPXE never is, and what cannot work is refused or told.

Requests are those that were captured (testdata/vectors), so that what iPXE is known by is what iPXE sends. A loader that
is iPXE and is handed to iPXE loads itself for ever, and the machine's screen does not say why.
"""

import contextlib

import pytest
from support import images
from support.daemon import Daemon, run_command
from support.dhcp import OFFER, DhcpClient, discover, vector
from support.netns import SERVER
from support.tftp import TftpClient

BIOS = b"PXEClient:Arch:00000:UNDI:002001"
ARM64 = b"PXEClient:Arch:00011:UNDI:003000"
SCRIPT = f"http://{SERVER}/boot.ipxe"
OTHER_MAC, URL_MAC = "52:54:00:09:07:01", "52:54:00:09:07:02"

CONFIGURATION = f"""
[loaders]
directory = %s
bios = mine.0
uefi-x64 = shimx64.efi
uefi-arm64 = arm64.efi
[machine {OTHER_MAC}]
loader = theirs.efi
[machine {URL_MAC}]
loader = http://192.0.2.1/disc.iso
"""

# who asks, from which card, and what it is told; "": no offer
ROWS = {
    "a BIOS": (discover(BIOS, 0), None, "mine.0"),
    "iPXE on a BIOS": (vector("ipxe_bios_discover"), None, SCRIPT),
    "UEFI": (vector("ovmf_discover"), None, "shimx64.efi"),
    "UEFI over HTTP": (vector("ovmf_http_discover"), None, f"http://{SERVER}/shimx64.efi"),
    "iPXE on UEFI": (vector("ipxe_efi_discover"), None, SCRIPT),
    "UEFI on ARM": (discover(ARM64, 11), None, "arm64.efi"),
    "a machine with its own": (vector("ovmf_discover"), OTHER_MAC, "theirs.efi"),
    "its iPXE": (vector("ipxe_efi_discover"), OTHER_MAC, SCRIPT),
    "a machine with a URL, over HTTP": (vector("ovmf_http_discover"), URL_MAC, "http://192.0.2.1/disc.iso"),
    "a machine with a URL, over TFTP": (vector("ovmf_discover"), URL_MAC, ""),
    "its iPXE, after all": (vector("ipxe_efi_discover"), URL_MAC, SCRIPT),
}


@pytest.fixture
def served(lan, image_folder, tmp_path):
    """The daemon with the configuration above."""
    with images.Folder() as loaders:
        for name in ("mine.0", "shimx64.efi", "grubx64.efi", "theirs.efi"):
            (loaders.path / name).write_bytes(name.encode() * 500)
        configuration = tmp_path / "pxeiso.conf"
        configuration.write_text(CONFIGURATION % loaders.path)
        with Daemon(lan, ["-v", "-c", configuration, image_folder.path], folder=tmp_path) as daemon:
            yield daemon


def test_firmware_gets_the_loader_and_ipxe_the_script(lan, served):
    for name, (request, mac, file) in ROWS.items():
        with contextlib.closing(DhcpClient(lan.add_client(mac=mac))) as card:
            offer = card.ask(request, 5.0 if file else 0.5)
        told = offer.file if offer else ""
        assert told == file, (name, told, served.log())
        assert not offer or offer.kind == OFFER
    served.wait_for(rf"{URL_MAC}: nothing to offer \(UEFI x64\): the loader that \[machine\] .* name a file instead")


def test_loaders_of_the_folder_are_fetched_by_name(lan, served):
    """shim asks for GRUB, which nobody named, in the folder that it came from itself."""
    for name in ("shimx64.efi", "grubx64.efi"):
        with TftpClient(lan.add_client("10.9.0.77" if name[0] == "s" else "10.9.0.78")) as client:
            assert client.fetch(name, blksize=1468) == name.encode() * 500


def test_a_loader_that_is_not_there_is_told(served):
    served.wait_for(r"loaders: arm64\.efi of \[loaders\] is not there: put it into the directory of \[loaders\]")
    assert "theirs.efi" not in served.log()


def test_check_tells_of_it_too(tmp_path, image_folder):
    configuration = tmp_path / "pxeiso.conf"
    configuration.write_text(f"[machine {OTHER_MAC}]\nloader = gone.efi\n[subnet 192.0.2.0/24]\nloader = lost.efi\n")
    done = run_command(["check", "-c", configuration, image_folder.path])
    assert done.returncode == 1
    assert f"{configuration}:1: the loader gone.efi of [machine {OTHER_MAC}] is not there" in done.stderr
    assert f"{configuration}:3: the loader lost.efi of [subnet 192.0.2.0/24] is not there" in done.stderr


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"[machine {OTHER_MAC}]\nloader = boot.ipxe\n", "2: loader wants a loader's file name"),
        ("[loaders]\n\nbios = my_ipxe.0\n", "3: bios wants a loader's file name"),
        ("[loaders]\nuefi-x64 = http://192.0.2.1/a.efi\n", "2: uefi-x64 wants a loader's file name"),
        (f"[machine {OTHER_MAC}]\nloader = http://name/a.efi\n", "2: loader wants a loader's file name"),
    ],
)
def test_what_cannot_work_is_refused_with_file_and_line(tmp_path, image_folder, text, place):
    configuration = tmp_path / "pxeiso.conf"
    configuration.write_text(text)
    done = run_command(["check", "-c", configuration, image_folder.path])
    assert done.returncode == 1
    assert f"{configuration}:{place}" in done.stderr
