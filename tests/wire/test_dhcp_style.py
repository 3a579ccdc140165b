# SPDX-License-Identifier: GPL-3.0-or-later
"""The styles of a proxy (DHCP-43): firmware that knows only one of them boots, and is told that way from then on.

The machine is a script: UEFI x64 firmware that takes an offer in the style that it knows, then asks for its address as
if another server had offered one, and fetches its loader over TFTP. What it does not know it ignores.
"""

import contextlib
import os
import sqlite3
import tempfile

import pytest
from support.daemon import Daemon, wait_until
from support.dhcp import ACK, DISCOVER, OFFER, REQUEST, DhcpClient, ask_4011, message
from support.netns import SERVER
from support.tftp import TftpClient

UEFI = b"PXEClient:Arch:00007:UNDI:003000"
ADDRESS = "10.9.0.50"
DIRECT = bytes([6, 1, 8, 10, 4, 0]) + b"PXE\xff"
LOADER = "snponly.efi"


class Firmware:
    """UEFI firmware that knows one style, "4011" or "direct"."""

    def __init__(self, lan, style):
        self.style = style
        self.client = lan.add_client(ADDRESS)
        self.packets = [(60, UEFI), (93, b"\0\7"), (94, b"\1\3\0"), (97, bytes(17))]

    def ask(self, payload, timeout=5.0):
        """The answer that the card gets; it does not listen while a loader comes in."""
        with contextlib.closing(DhcpClient(self.client)) as card:
            return card.ask(payload, timeout)

    def offered(self):
        """The style of the offer to a DISCOVER with an xid of its own."""
        offer = self.ask(message(DISCOVER, self.packets))
        assert (offer.kind, offer.file, offer.yiaddr, offer.options[60]) == (OFFER, LOADER, "0.0.0.0", b"PXEClient")
        assert offer.options.get(43) in (None, DIRECT)
        return "direct" if 43 in offer.options else "4011"

    def boot(self):
        """One attempt: the style that was offered; the loader is fetched if that is the one it knows."""
        style = self.offered()
        if style == self.style:
            address = bytes(map(int, ADDRESS.split(".")))
            other_server = (54, bytes([10, 9, 0, 2]))
            assert self.ask(message(REQUEST, [*self.packets, (50, address), other_server]), 0.1) is None
            if style == "4011":
                question = message(REQUEST, self.packets, ciaddr=ADDRESS)
                answer = ask_4011(self.client, question, ADDRESS, 4011, SERVER)
                assert (answer.kind, answer.file, answer.siaddr) == (ACK, LOADER, SERVER)
            with TftpClient(self.client) as client:
                assert client.fetch(LOADER, blksize=1468).startswith(b"MZ")
        return style


@pytest.fixture(params=["4011", "direct"])
def firmware(lan, request):
    """One kind of firmware after the other."""
    return Firmware(lan, request.param)


@pytest.fixture
def state():
    """A state folder that outlives a run of the daemon."""
    with tempfile.TemporaryDirectory(prefix="pxeiso-state-", dir="/var/tmp", ignore_cleanup_errors=True) as path:
        os.chmod(path, 0o777)
        yield path


def stored(folder):
    """The rows of machines in the database, as text."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{folder}/database/pxeiso.db?mode=ro", uri=True)) as database:
            return str(database.execute("SELECT * FROM machines").fetchall())
    except sqlite3.Error as error:
        return str(error)


def test_firmware_that_knows_one_style_boots(lan, image_folder, tmp_path, firmware):
    """What it ignores it is not offered twice; what it took it is offered again, unless it fails there twice."""
    with Daemon(lan, ["-v", image_folder.path], folder=tmp_path) as daemon:
        styles = [firmware.boot() for _ in range(2)]
        assert styles == (["4011", "4011"] if firmware.style == "4011" else ["4011", "direct"]), daemon.log()
        daemon.wait_for(rf"{firmware.client.mac}: fetched its loader: style {firmware.style} is kept for it")
        assert [firmware.boot() for _ in range(3)] == [firmware.style] * 3
        # Switched off twice: its own style comes back after each attempt with the other.
        style, other = firmware.style, {"4011": "direct", "direct": "4011"}[firmware.style]
        assert [firmware.offered() for _ in range(6)] == [style, style, other, style, style, other]
        assert firmware.boot() == firmware.style


@pytest.mark.parametrize("is_killed", [False, True], ids=["stopped", "killed"])
def test_what_worked_is_known_after_a_restart(lan, image_folder, tmp_path, firmware, state, is_killed):
    """Whether the daemon was stopped or killed: a machine that booted is offered what it took, at once."""
    arguments = ["-v", "--state", state, image_folder.path]
    with Daemon(lan, arguments, folder=tmp_path) as daemon:
        while firmware.boot() != firmware.style:
            pass
        daemon.wait_for("fetched its loader: style")
        assert firmware.boot() == firmware.style
        if is_killed:
            assert wait_until(lambda: "misses=0" in stored(state), 10), stored(state)
            daemon.kill()
            daemon.start()
        else:
            daemon.stop()
            daemon.start()
        assert [firmware.boot() for _ in range(2)] == [firmware.style] * 2


def test_what_failed_is_known_after_a_restart(lan, image_folder, tmp_path, state):
    """The daemon ends between two attempts of a machine: the second gets the other style."""
    firmware = Firmware(lan, "direct")
    with Daemon(lan, ["-v", "--state", state, image_folder.path], folder=tmp_path) as daemon:
        assert firmware.boot() == "4011"
        daemon.stop()
        daemon.start()
        assert firmware.boot() == "direct"


def test_a_person_knows_better(lan, image_folder, tmp_path, firmware):
    """[machine] says the style: no other is offered, however often nothing is fetched."""
    configuration = tmp_path / "pxeiso.conf"
    configuration.write_text(f"[machine {firmware.client.mac}]\nproxy-style = {firmware.style}\n")
    with Daemon(lan, ["-v", "-c", configuration, image_folder.path], folder=tmp_path):
        assert [firmware.offered() for _ in range(4)] == [firmware.style] * 4
        assert firmware.boot() == firmware.style
