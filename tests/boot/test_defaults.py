# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine boots when nobody is there: its local disk.

The disk has a boot sector of ours, which writes one line to the serial port and stops. iPXE on a BIOS is started by QEMU as
a kernel is, since the card's ROM is handed PXELINUX.
"""

import contextlib

import pytest
from support.boot import PATIENCE, SERVER_RANGE
from support.daemon import Daemon
from support.netns import SERVER
from support.qemu import Machine
from support.requires import require_file

DISK = "PXEISO-MARKER the local disk"
# Writes what stands behind it, from 0x7c16 on, to the first serial port, and halts.
BOOT_SECTOR = bytes.fromhex("31c0 8ed8 be167c fc ac 84c0 7406 baf803 ee ebf5 f4 ebfd")


@pytest.fixture
def disk(tmp_path):
    """QEMU's arguments for a disk that boots."""
    path = tmp_path / "disk.img"
    code = BOOT_SECTOR + f"\r\n{DISK}\r\n\0".encode()
    path.write_bytes(code.ljust(510, b"\0") + b"\x55\xaa" + bytes(1 << 20))
    return ("-drive", f"if=none,id=disk,format=raw,file={path}", "-device", "ide-hd,drive=disk")


@pytest.fixture
def serve(lan, image_folder, tmp_path):
    """serve(configuration, *arguments): the daemon, with the images that the folder has. To be used in `with`."""

    @contextlib.contextmanager
    def start(configuration, *arguments):
        config = tmp_path / "pxeiso.conf"
        config.write_text(configuration)
        command = ["-v", "--config", config, "--interface", "lan0", *SERVER_RANGE, *arguments, image_folder]
        with Daemon(lan, command, tmp_path) as daemon:
            try:
                yield daemon
            except BaseException:
                print(daemon.log())
                raise

    return start


@pytest.fixture
def ipxe(tmp_path):
    """QEMU's arguments for a machine that has iPXE and asks for boot.ipxe, as one does whose DHCP server names it."""
    script = tmp_path / "script.ipxe"
    script.write_text(f"#!ipxe\ndhcp\nchain http://{SERVER}/boot.ipxe\n")
    kernel = require_file("/usr/lib/ipxe/ipxe.lkrn", "ipxe")
    return ("-kernel", kernel, "-initrd", script)


def test_local_disk_pxelinux(lan, serve, disk, tmp_path):
    """Nobody at the menu: after its time the machine boots its disk."""
    with serve("[menu]\ntimeout = 3\nserial = yes\n"):
        with Machine(lan, tmp_path, 256, split=True, extra=disk) as machine:
            machine.wait_for_screen("starts by itself in", PATIENCE)
            machine.wait_for(DISK, PATIENCE)


def test_no_disk_pxelinux(lan, serve, tmp_path):
    """There is no disk: the machine goes on as its firmware wants, and does not come back to the menu for ever."""
    with serve("[menu]\ntimeout = 3\n") as daemon, Machine(lan, tmp_path, 256) as machine:
        machine.wait_for("No bootable device", PATIENCE)
        assert daemon.log().count("chain.c32: ") == 1


def test_local_disk_ipxe(lan, serve, disk, ipxe, tmp_path):
    """The same by iPXE's sanboot."""
    with serve("[menu]\ntimeout = 3\n"), Machine(lan, tmp_path, 256, extra=(*disk, *ipxe)) as machine:
        machine.wait_for(r"Boot from local disk +\(3\)", PATIENCE)
        machine.wait_for(DISK, PATIENCE)


def test_no_disk_ipxe(lan, serve, ipxe, tmp_path):
    """Without a disk iPXE ends, and the firmware tries its next device: here the card."""
    with serve("[menu]\ntimeout = 3\n") as daemon, Machine(lan, tmp_path, 256, extra=ipxe) as machine:
        machine.wait_for(r"Boot from SAN device 0x80 failed[\s\S]*Booting from ROM", PATIENCE)
        assert daemon.log().count("/boot.ipxe: 200") == 1
