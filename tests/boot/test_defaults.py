# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine boots when nobody is there: its local disk, an entry after its time, what its own section says.

The disk has a boot sector of ours, which writes one line to the serial port and stops. iPXE on a BIOS is started by QEMU as
a kernel is, since the card's ROM is handed PXELINUX.
"""

import contextlib
import subprocess

import pytest
from support import images
from support.boot import PATIENCE, SERVER_RANGE, Boot
from support.daemon import Daemon
from support.grub import make_core
from support.loader_server import LoaderServer
from support.netns import SERVER
from support.qemu import MAC, Machine
from support.requires import require, require_file

OTHER_MAC = "52:54:00:09:00:02"
UUID = "550e8400-e29b-41d4-a716-446655440000"
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
        command = ["-v", "--config", config, "--interface", "lan0", *(arguments or SERVER_RANGE), image_folder]
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


@pytest.fixture
def broken(image_folder, tmp_path):
    """The image `broken` is served: its one entry is no kernel."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "kernel").write_bytes(bytes(1 << 20))  # too long for a boot sector
    (tree / "isolinux.cfg").write_text("LABEL a\nLINUX /kernel\n")
    iso = image_folder.path / "broken.iso"
    subprocess.run([require("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", "-o", iso, "-R", tree], check=True)


def test_no_menu_and_no_kernel_pxelinux(lan, serve, broken, tmp_path):
    """What is booted without a menu fails: the same end, once PXELINUX has waited for somebody at its prompt."""
    with serve("[menu]\nshow = no\ndefault = broken:a\n") as daemon, Machine(lan, tmp_path, 256) as machine:
        machine.wait_for(r"Booting kernel failed[\s\S]*boot:[\s\S]*No bootable device", PATIENCE)
        assert daemon.log().count("/images/broken/kernel: ") == 1


def test_no_menu_and_no_kernel_ipxe(lan, serve, broken, ipxe, tmp_path):
    """iPXE says so, and ends."""
    configuration = "[menu]\nshow = no\ndefault = broken:a\n"
    with serve(configuration) as daemon, Machine(lan, tmp_path, 256, extra=ipxe) as machine:
        machine.wait_for(r"That did not start\.[\s\S]*Booting from ROM", PATIENCE)
        assert daemon.log().count("/boot.ipxe: 200") == 1


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


def test_local_disk_uefi(lan, serve, tmp_path):
    """iPXE on UEFI ends, and the firmware goes on with its next devices: the disk's loader is a GRUB that speaks."""
    efi, script, disk = tmp_path / "BOOTX64.EFI", tmp_path / "script", tmp_path / "disk.img"
    script.write_text(f"echo {DISK}\nsleep 999\n")
    require_file("/usr/lib/grub/x86_64-efi/echo.mod", "grub-efi-amd64-bin")
    mkimage = (require("grub-mkimage", "grub-common"), "-O", "x86_64-efi", "-p", "/", "-c", script, "-o", efi)
    subprocess.run([*mkimage, "normal", "echo", "sleep"], check=True)
    for command in (
        (require("mkfs.fat", "dosfstools"), "-C", disk, 40960),
        (require("mmd", "mtools"), "-i", disk, "::/EFI", "::/EFI/BOOT"),
        ("mcopy", "-i", disk, efi, "::/EFI/BOOT/"),
    ):
        subprocess.run([str(word) for word in command], check=True)
    extra = (
        *("-bios", require_file("/usr/share/OVMF/OVMF_CODE.fd", "ovmf"), "-global", "virtio-net-pci.bootindex=1"),
        *("-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=n"),  # spares waiting for an answer
        *("-drive", f"if=none,id=disk,format=raw,file={disk}", "-device", "ide-hd,drive=disk,bootindex=2"),
    )
    with serve("[menu]\ntimeout = 3\n") as daemon, Machine(lan, tmp_path, 512, extra=extra) as machine:
        machine.wait_for(DISK, PATIENCE)
        daemon.wait_for(r"/boot\.ipxe: 200")


def test_one_machine_pxelinux(lan, serve, disk, tmp_path):
    """PXELINUX says its UUID: that machine boots its disk at once, where others wait at a menu.

    It says it as the firmware stores it, and not as it is written: the other way round in its first three groups.
    """
    configuration = f"[menu]\ntimeout = 0\n[machine {UUID.upper()}]\nshow = no\n"
    with serve(configuration) as daemon, Machine(lan, tmp_path, 256, extra=(*disk, "-uuid", UUID)) as machine:
        machine.wait_for(DISK, PATIENCE)
        assert "pxelinux.cfg/00840e55-9be2-d441-a716-446655440000: " in daemon.log()
        assert "menu.c32" not in daemon.log()


def test_one_machine_ipxe(lan, serve, disk, ipxe, tmp_path):
    """iPXE is asked who it is, and gets the menu of its MAC."""
    configuration = f"[menu]\ntimeout = 0\n[machine {MAC}]\nshow = no\n"
    with serve(configuration) as daemon, Machine(lan, tmp_path, 256, extra=(*disk, *ipxe, "-uuid", UUID)) as machine:
        machine.wait_for(DISK, PATIENCE)
        assert f"/machines/{MAC.replace(':', '-')},{UUID}/boot.ipxe: 200" in daemon.log()


def test_one_machine_grub(lan, serve, disk, tmp_path):
    """GRUB too, by its MAC and what SMBIOS says, where DHCP is another's and we know no machine."""
    configuration = f"[menu]\ntimeout = 0\n[machine {MAC}]\nshow = no\n"
    files = {"core.0": make_core(tmp_path)}
    with LoaderServer(lan, tmp_path, ["--dhcp-boot=core.0"], files), serve(configuration, "--dhcp", "off") as daemon:
        with Machine(lan, tmp_path, 256, extra=(*disk, "-uuid", UUID)) as machine:
            machine.wait_for(DISK, PATIENCE)
            assert f"/machines/{MAC.replace(':', '-')},{UUID}/grub/grub.cfg: 200" in daemon.log()


def test_each_machine_its_own(lan, serve, image_folder, tmp_path):
    """Two machines, two entries: each boots its own by itself after the time, with its own arguments."""
    for script in ("make-debian-live.sh", "make-archiso.sh"):
        images.put(images.make(script), image_folder.path)
    configuration = (
        "[machine 52:54:00:*]\ntimeout = 3\n"
        f"[machine {MAC}]\ndefault = debian-live:live-amd64\narguments = room=one it's=$5\n"
        f"[machine {OTHER_MAC}]\ndefault = archiso\n"
    )
    with serve(configuration) as daemon:
        for mac, name, there in ((MAC, "debian-live", True), (OTHER_MAC, "archiso", False)):
            folder = tmp_path / name
            folder.mkdir()
            with Machine(lan, folder, mac=mac) as machine:
                words = Boot(daemon, machine).final_root(name)["CMDLINE"][0].split()
            assert ("room=one it's=$5" in " ".join(words)) is there, words
