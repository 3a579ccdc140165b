# SPDX-License-Identifier: GPL-3.0-or-later
"""TFTP as boot ROMs, loaders and people's clients speak it: protocols.md section 1, rule by rule.

Real clients (tftp-hpa, atftp, curl, busybox) fetch whole files out of an image; the requests of real firmware are
replayed byte by byte; a client of our own (support/tftp.py) loses packets, repeats them and says what it should not.
"""

import os
import random
import socket
import statistics
import struct
import subprocess
import threading
import time

import pytest
from support import images, netns
from support.daemon import Daemon, wait_until
from support.netns import SERVER
from support.requires import require
from support.tftp import ACK, DATA, ERROR, OACK, WRQ, TftpClient, request_bytes, vector

SECOND_SERVER = "10.9.0.2"
MACHINE = "10.9.0.50"
SIZES = (0, 1, 511, 512, 513, 1024, 100_000)
ROLL_SIZE = 34 * 1024 * 1024  # 69632 blocks of 512: the number rolls over
TEXT = b"one\ntwo\r\nthree\rfour\n\n" * 400 + b"a" * 511 + b"\n"
DISC = "images/disc"
QUIRK = "all: no-tsize rollover-1"
PORTS = range(40000, 40008)


def content_of(size):
    """Bytes that differ from block to block."""
    return random.Random(size).randbytes(size)


def make_iso(tree, path):
    require("xorriso", "xorriso")
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "TEST", "-o", path, tree]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def disc(tmp_path_factory):
    """An image with files of many sizes; the path of the ISO."""
    folder = tmp_path_factory.mktemp("disc")
    tree = folder / "tree"
    (tree / "isolinux").mkdir(parents=True)
    (tree / "Boot").mkdir()
    for size in SIZES:
        (tree / f"size-{size}").write_bytes(content_of(size))
    (tree / "roll").write_bytes(content_of(ROLL_SIZE))
    (tree / "text").write_bytes(TEXT)
    (tree / "Boot/BCD").write_bytes(b"bcd")
    (tree / "isolinux/isolinux.bin").write_bytes(b"bin")
    make_iso(tree, folder / "disc.iso")
    return folder / "disc.iso"


@pytest.fixture(scope="module")
def served(disc, tmp_path_factory):
    """One daemon, on two addresses, and one machine, for all tests that do them no harm."""
    folder = tmp_path_factory.mktemp("tftp")
    with netns.Network() as lan, images.Folder(disc) as shared:
        lan.add_address(f"{SECOND_SERVER}/24", "lan0")
        with open(shared.path / "huge.iso", "wb") as huge:
            huge.write(disc.read_bytes())
            huge.truncate(5 << 30)
        with Daemon(lan, [shared, "--dhcp", "off"], folder) as daemon:
            daemon.machine = lan.add_client(MACHINE)
            daemon.lan = lan
            yield daemon


@pytest.fixture
def client(served):
    with TftpClient(served.machine) as client:
        yield client


# --- real clients -------------------------------------------------------------------------------------------------------

CLIENTS = {
    "tftp-hpa": ("tftp", "tftp-hpa", "tftp -m octet {server} -c get {path} {out}"),
    "atftp": ("atftp", "atftp", "atftp -g -r {path} -l {out} {server}"),
    "atftp window": (
        "atftp",
        "atftp",
        "atftp --option windowsize=64 --option blksize=1468 --option timeout=3 -g -r {path} -l {out} {server}",
    ),
    "atftp small window": ("atftp", "atftp", "atftp --option windowsize=7 -g -r {path} -l {out} {server}"),
    "curl": ("curl", "curl", "curl -sf tftp://{server}/{path} -o {out}"),
    "curl blksize": ("curl", "curl", "curl -sf --tftp-blksize 1432 tftp://{server}/{path} -o {out}"),
    "curl no options": ("curl", "curl", "curl -sf --tftp-no-options tftp://{server}/{path} -o {out}"),
    "busybox": ("busybox", "busybox-static", "busybox tftp -g -b 1468 -r {path} -l {out} {server}"),
}


def run_client(served, name, path, out):
    """Fetch with a real client; its exit status and what it said. atftp takes an option as one word with a space."""
    tool, package, line = CLIENTS[name]
    require(tool, package)
    words = line.format(server=SERVER, path=path, out=out).split()
    words = [word.replace("=", " ") if words[i - 1] == "--option" else word for i, word in enumerate(words)]
    done = served.machine.run(words, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", CLIENTS)
def test_real_client_gets_a_file_whose_blocks_roll_over(served, name, tmp_path):
    """TFTP-19: 69632 blocks of 512 bytes need the numbers from 0 again; larger blocks must arrive as well."""
    out = tmp_path / "roll"
    status, said = run_client(served, name, f"{DISC}/roll", out)
    assert status == 0, said
    assert out.read_bytes() == content_of(ROLL_SIZE)


# curl takes a tsize of 0 for an error, so it cannot get an empty file from any server that tells the size.
@pytest.mark.parametrize(
    "name, size", [(n, s) for n in CLIENTS for s in SIZES if s > 0 or n not in ("curl", "curl blksize")]
)
def test_real_client_gets_files_of_all_sizes(served, name, size, tmp_path):
    """TFTP-18: a file of whole blocks ends with an empty one."""
    out = tmp_path / "file"
    status, said = run_client(served, name, f"{DISC}/size-{size}", out)
    assert status == 0, said
    assert (out.read_bytes() if out.exists() else b"") == content_of(size)


def test_real_client_converts_netascii(served, tmp_path):
    """TFTP-28. tftp-hpa turns the text back into ours."""
    require("tftp", "tftp-hpa")
    out = tmp_path / "text"
    served.machine.run(["tftp", "-m", "netascii", SERVER, "-c", "get", f"{DISC}/text", str(out)])
    assert out.read_bytes() == TEXT


def test_real_client_is_told_of_a_missing_file(served, tmp_path):
    require("tftp", "tftp-hpa")
    done = served.machine.run(["tftp", "-m", "octet", SERVER, "-c", "get", f"{DISC}/nothing", str(tmp_path / "x")], check=False)
    assert "no such file" in done.stdout + done.stderr


def test_real_client_may_not_write(served, tmp_path):
    """TFTP-4."""
    require("tftp", "tftp-hpa")
    (tmp_path / "mine").write_bytes(b"mine")
    done = served.machine.run(["tftp", "-m", "octet", SERVER, "-c", "put", str(tmp_path / "mine"), f"{DISC}/mine"], check=False)
    assert "only reads" in done.stdout + done.stderr


# --- requests of real firmware ------------------------------------------------------------------------------------------

EXPECTED_OPTIONS = {
    "ipxe": {"blksize": "1432", "tsize": "100000"},
    "pxelinux": {"blksize": "1408", "tsize": "100000"},
    "ovmf_probe": {"blksize": "1468", "tsize": "100000", "windowsize": "4"},
    "ovmf": {"blksize": "1468", "windowsize": "4"},
    "grub": {"blksize": "1024", "tsize": "100000"},
    "shim": {"blksize": "512", "windowsize": "4"},
    "uboot": {"blksize": "1468", "timeout": "5", "tsize": "100000", "windowsize": "4"},
    "windows_bootmgr": {"blksize": "1456", "tsize": "100000", "windowsize": "4"},
    "intel_rom_probe": {"tsize": "100000"},
    "intel_rom": {"blksize": "1456"},
    "curl": {"blksize": "512", "timeout": "6", "tsize": "100000"},
}


def with_path(request, path):
    """The same request for a file that is served here."""
    return request[:2] + path.encode() + request[request.index(b"\0", 2) :]


@pytest.mark.parametrize("name", EXPECTED_OPTIONS)
def test_request_of_firmware_gets_the_options_it_asked_for(client, name):
    """TFTP-7, 46: one option more or less aborts edk2 and PXELINUX."""
    client.send(with_path(vector(name), f"{DISC}/size-100000"))
    packet = client.receive()
    assert packet.opcode == OACK
    assert packet.options == EXPECTED_OPTIONS[name]
    assert client.receive(0.1) is None, "nothing follows before ACK 0 (TFTP-8)"
    client.acknowledge(0)
    packet = client.receive()
    blksize = int(EXPECTED_OPTIONS[name].get("blksize", 512))
    assert (packet.opcode, packet.number) == (DATA, 1)
    assert packet.data == content_of(100_000)[:blksize]


def test_size_probe_of_ovmf_is_no_failure(served):
    """TFTP-26: OACK, ERROR 8, and the same from the next port. Nobody wants to read of it."""
    path = f"{DISC}/size-513"
    with TftpClient(served.machine) as first, TftpClient(served.machine) as second:
        first.send(with_path(vector("ovmf_probe"), path))
        assert first.receive().opcode == OACK
        first.send(vector("ovmf_abort"), first.peer)
        assert first.receive(0.2) is None, "an ERROR is not answered (TFTP-27)"
        assert second.fetch(path, blksize=1468, windowsize=4) == content_of(513)
    served.wait_for(rf"tftp {MACHINE}: {path}: 513 bytes in ")
    assert "User aborted" not in served.log()


def test_windows_path_is_found(client):
    """TFTP-39, 44: backslashes, mixed forms, any case."""
    for path in (rf"\{DISC}\Boot\BCD".replace("/", "\\"), rf"/{DISC}\Boot/BCD", rf"{DISC}\boot\bcd"):
        assert client.fetch(path, blksize=1456) == b"bcd"


# --- options ------------------------------------------------------------------------------------------------------------


def test_without_options_the_first_block_comes(client):
    """TFTP-7: never an empty OACK."""
    for options in ({}, {"multicast": ""}, {"blksize": 7}, {"blksize": 65465}, {"windowsize": 0}, {"timeout": 256}):
        client.request(f"{DISC}/size-1", **options)
        packet = client.receive()
        assert (packet.opcode, packet.number, packet.data) == (DATA, 1, content_of(1)), options
        client.acknowledge(packet)


def test_size_above_4_gib_is_told_whole(client):
    """TFTP-14."""
    client.request("images/huge.iso", tsize=0)
    assert client.receive().options == {"tsize": str(5 << 30)}
    client.abort()


def test_block_size_fits_the_network(client):
    """TFTP-11."""
    client.request(f"{DISC}/size-100000", blksize=65464, windowsize=65535)
    options = client.receive().options
    assert options == {"blksize": "1468", "windowsize": "64"}
    client.abort()


def test_block_size_fits_a_smaller_network_and_is_not_marked(disc, tmp_path):
    """TFTP-11, 12: MTU 1400, and no "don't fragment" in the packets."""
    with netns.Network(mtu=1400) as lan, images.Folder(disc) as shared:
        machine = lan.add_client(MACHINE)
        with Daemon(lan, [shared, "--dhcp", "off"], tmp_path), TftpClient(machine) as client:
            sniffer = machine.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
            with sniffer:
                assert client.fetch(f"{DISC}/size-100000", blksize=65464) == content_of(100_000)
                sniffer.settimeout(1)
                headers = [sniffer.recv(65535) for _ in range(20)]
            longest = max(len(header) for header in headers)
            assert longest == 1400
            flags = [struct.unpack("!H", header[6:8])[0] for header in headers if len(header) == 1400]
            assert flags and all(flag & 0x4000 == 0 for flag in flags)


def test_netascii_is_converted_block_by_block(client):
    """TFTP-15, 28: pairs are cut by block ends, the size is not told, and the last of 511 bytes and LF is split."""
    expected = TEXT.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")
    for blksize in (8, 511, 512, 1468):
        client.request(f"{DISC}/text", "netascii", tsize=0, blksize=blksize, windowsize=8)
        assert "tsize" not in client.receive().options
        client.abort()
        assert client.fetch(f"{DISC}/text", "netascii", blksize=blksize, loss=0.02 if blksize > 500 else 0) == expected


# --- loss, repetition, silence ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("windowsize", [1, 4, 64])
def test_rollover_in_windows(client, windowsize):
    """TFTP-19, 20."""
    assert client.fetch(f"{DISC}/roll", windowsize=windowsize) == content_of(ROLL_SIZE)
    assert client.data_packets == ROLL_SIZE // 512 + 1


@pytest.mark.parametrize("windowsize", [1, 4, 16, 64])
def test_lost_blocks_are_sent_again(client, windowsize):
    """TFTP-21, 24: a block in a hundred is lost, and each block out of order is acknowledged, as edk2 does."""
    start = time.monotonic()
    assert client.fetch(f"{DISC}/size-100000", windowsize=windowsize, loss=0.03) == content_of(100_000)
    assert time.monotonic() - start < 10


def test_repeated_acks_do_not_multiply_the_data(client):
    """TFTP-22, the Sorcerer's Apprentice: ten ACKs for each block bring no block twice."""
    assert client.fetch(f"{DISC}/size-100000", acks=10) == content_of(100_000)
    while client.receive(0.3):
        pass
    assert client.data_packets <= 1.1 * (100_000 // 512 + 1)


def test_storm_of_repeated_acks_in_a_window(client):
    """TFTP-23: one early resend at most."""
    client.request(f"{DISC}/size-100000", windowsize=16)
    assert client.receive().opcode == OACK
    client.acknowledge(0)
    for number in range(1, 17):
        assert client.receive().number == number
    for _ in range(200):
        client.acknowledge(0)
    count = 0
    while client.receive(0.15):
        count += 1
    assert count <= 16
    client.abort()


def test_silent_client_is_asked_again_ever_more_slowly(client):
    """TFTP-24: after 1 s, and 2 s, and 4 s."""
    client.request(f"{DISC}/size-1", tsize=0)
    assert client.receive().opcode == OACK
    waits = []
    for _ in range(3):
        packet = client.receive(6)
        assert packet.opcode == OACK
        waits.append(packet.taken)
    for wait, expected in zip(waits, (1, 2, 4)):
        assert expected - 0.05 <= wait <= expected + 0.5, waits
    client.abort()


def test_asked_timeout_is_kept(client):
    """TFTP-13."""
    client.request(f"{DISC}/size-1", timeout=2)
    assert client.receive().options == {"timeout": "2"}
    packet = client.receive(4)
    assert packet.opcode == OACK and 1.95 <= packet.taken <= 2.5
    client.abort()


def test_missing_last_ack_is_a_success(served, client):
    """TFTP-25, 32: some clients never send it; the machine has booted meanwhile and its port is closed."""
    client.request(f"{DISC}/size-511")
    assert len(client.receive().data) == 511
    client.socket.close()
    served.wait_for(rf"tftp {MACHINE}: {DISC}/size-511: 511 bytes in ", timeout=5)


def test_client_that_goes_away_makes_no_noise(served, client):
    """TFTP-32: a machine that is switched off is no event for the log."""
    client.request(f"{DISC}/roll", blksize=1400)
    client.receive()
    client.acknowledge(0)
    client.receive()
    client.acknowledge(1)
    lines = len(served.log().splitlines())
    client.socket.close()
    with TftpClient(served.machine) as other:
        assert other.receive(0.3) is None
    assert served.log().splitlines()[lines:] == []


def test_error_of_the_client_ends_the_transfer(served, client):
    """TFTP-26, 27."""
    client.request(f"{DISC}/size-1024")
    client.acknowledge(client.receive())
    client.receive()
    client.abort(3, "disk full\n")
    assert client.receive(1.3) is None
    served.wait_for(rf'tftp {MACHINE}: {DISC}/size-1024: the client ended it with error 3 "disk full\\x0[aA]", after 512 of 1024')


# --- addresses and ports ------------------------------------------------------------------------------------------------


def test_answer_comes_from_the_address_that_was_asked(served):
    """TFTP-30: PXELINUX drops what comes from elsewhere."""
    for path, opcode in ((f"{DISC}/size-1", DATA), (f"{DISC}/nothing", ERROR)):
        with TftpClient(served.machine, server=SECOND_SERVER) as client:
            client.request(path)
            packet = client.receive()
            assert packet.opcode == opcode
            assert packet.source[0] == SECOND_SERVER
            client.acknowledge(1)


def test_each_transfer_has_a_port_of_its_own(served):
    """TFTP-31."""
    with TftpClient(served.machine) as one, TftpClient(served.machine) as two:
        for client in (one, two):
            client.request(f"{DISC}/size-1024")
            client.receive()
        assert len({one.peer[1], two.peer[1], 69}) == 3
        one.abort()
        two.abort()


def test_single_port_serves_all_from_one(disc, lan, image_folder, tmp_path):
    """TFTP-31, 33: behind a firewall; a packet of no transfer gets ERROR 5."""
    images.put(disc, image_folder.path)
    (tmp_path / "pxeiso.conf").write_text("[tftp]\nsingle-port = yes\n")
    lan.add_address(f"{SECOND_SERVER}/24", "lan0")
    machine = lan.add_client(MACHINE)
    with Daemon(lan, ["-c", tmp_path / "pxeiso.conf", image_folder, "--dhcp", "off"], tmp_path):
        with TftpClient(machine) as first:
            assert first.fetch(f"{DISC}/roll", blksize=65464, windowsize=16, loss=0.001) == content_of(ROLL_SIZE)
            assert first.peer == (SERVER, 69)
        with TftpClient(machine) as one, TftpClient(machine, server=SECOND_SERVER) as two:
            two.request(f"{DISC}/size-1024")
            assert two.receive().source == (SECOND_SERVER, 69)
            assert one.fetch(f"{DISC}/size-100000", blksize=1468) == content_of(100_000)
            two.acknowledge(1)
            assert two.receive().number == 2
            two.acknowledge(2)
            one.acknowledge(7)
            packet = one.receive()
            assert (packet.opcode, packet.number) == (ERROR, 5)


@pytest.fixture
def spared(disc, lan, image_folder, tmp_path):
    """A daemon with the settings that few clients and firewalls need, and a machine."""
    images.put(disc, image_folder.path)
    lines = ("[tftp]", f"quirk = {QUIRK}", "quirk = arch 11: no-options", f"port-range = {PORTS[0]}-{PORTS[-1]}")
    (tmp_path / "pxeiso.conf").write_text("\n".join(lines) + "\n")
    machine = lan.add_client(MACHINE)
    with Daemon(lan, ["-c", tmp_path / "pxeiso.conf", image_folder, "--dhcp", "off"], tmp_path):
        yield machine


def test_option_that_a_client_is_spared_is_passed_over(spared):
    """TFTP-17: as if it had not been asked for."""
    with TftpClient(spared) as client:
        client.request(f"{DISC}/size-1024", blksize=1024, tsize=0, timeout=2)
        assert client.receive().options == {"timeout": "2", "blksize": "1024"}
        client.abort()
        client.request(f"{DISC}/size-1024", tsize=0)
        packet = client.receive()
        assert (packet.opcode, packet.number) == (DATA, 1)


@pytest.mark.parametrize("windowsize", [1, 16])
def test_block_1_follows_65535_for_a_client_that_counts_so(spared, windowsize):
    """TFTP-19."""
    with TftpClient(spared) as client:
        content = client.fetch(f"{DISC}/roll", rolls_to=1, blksize=512, windowsize=windowsize)
        assert content == content_of(ROLL_SIZE)


def test_transfers_have_ports_of_the_range(spared):
    """TFTP-36."""
    clients = [TftpClient(spared) for _ in PORTS]
    for client in clients:
        client.request(f"{DISC}/size-1024")
        assert client.receive() is not None
    assert {client.peer[1] for client in clients} == set(PORTS)
    for client in clients:
        client.socket.close()


def test_stranger_does_not_disturb_a_transfer(served, client):
    """TFTP-33: neither from another port nor from another machine."""
    client.request(f"{DISC}/size-1024")
    client.receive()
    with TftpClient(served.machine) as stranger:
        stranger.send(struct.pack("!HH", ACK, 1), client.peer)
        stranger.send(struct.pack("!HH", ERROR, 0) + b"x\0", client.peer)
    assert client.receive(0.15) is None
    client.acknowledge(1)
    assert client.receive().number == 2
    client.acknowledge(2)


def test_repeated_requests_have_one_answer(client):
    """TFTP-34: PXELINUX was seen to send six in five milliseconds."""
    for _ in range(6):
        client.request(f"{DISC}/size-1024", tsize=0)
    assert client.receive().opcode == OACK
    assert client.receive(0.3) is None
    client.acknowledge(0)
    assert client.receive().number == 1
    client.abort()


def test_another_request_replaces_the_first(client):
    """TFTP-35: lpxelinux.0 uses one port for all its requests."""
    client.request(f"{DISC}/size-1024")
    assert client.receive().number == 1
    client.request(f"{DISC}/size-513")
    assert client.receive().data == content_of(513)[:512]
    client.acknowledge(1)
    assert client.receive().data == content_of(513)[512:]
    client.acknowledge(2)
    assert client.receive(1.3) is None, "the first transfer is still sending"


def test_broadcast_request_is_not_answered(served, client):
    """TFTP-27."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    for address in ("10.9.0.255", "255.255.255.255"):
        served.machine.run(["ip", "route", "replace", "255.255.255.255", "dev", "eth0"])
        client.send(request_bytes(f"{DISC}/size-1"), (address, 69))
        assert client.receive(0.3) is None


# --- errors and paths ---------------------------------------------------------------------------------------------------


def error_of(client, request):
    client.send(request)
    packet = client.receive()
    assert packet.opcode == ERROR, packet.payload
    assert packet.data.endswith(b"\0") and len(packet.data) <= 120
    return packet.number


def test_missing_file_is_said_within_50_ms(client):
    """TFTP-37: PXELINUX looks for ten names before the one that is there."""
    for number in range(50):
        client.request(f"pxelinux.cfg/missing-{number}", tsize=0, blksize=1408)
        packet = client.receive()
        assert (packet.opcode, packet.number) == (ERROR, 1)
        assert packet.taken < 0.05


@pytest.mark.parametrize(
    "path, code",
    [
        ("../../etc/passwd", 2),
        ("/../../etc/passwd", 2),
        (r"..\..\etc\passwd", 2),
        (f"{DISC}/../../../etc/passwd", 2),
        (f"{DISC}/Boot", 2),
        ("", 2),
        (b"images/\x01", 2),
        (b"images/\x7f", 2),
        (f"{DISC}/size-1/x", 1),
        (f"{DISC}/size%2d1", 1),
        ("x" * 400, 1),
    ],
)
def test_path_that_leads_nowhere_is_refused(client, path, code):
    """TFTP-37..41: no way out of the tree, no percent-decoding, control bytes refused."""
    assert error_of(client, request_bytes(path)) == code


@pytest.mark.parametrize(
    "path",
    [
        "/{}/isolinux/isolinux.bin",
        "///{}/isolinux/isolinux.bin",
        "{}//isolinux///isolinux.bin",
        "{}/./isolinux/./isolinux.bin",
        "{}/Boot/../isolinux/isolinux.bin",
        "{}/isolinux//isolinux/isolinux.bin",
        "{}/Boot//isolinux/isolinux.bin",
        "{}/isolinux//Boot/../isolinux/isolinux.bin",
        "x/../{}/isolinux/isolinux.bin",
    ],
)
def test_path_in_other_words_is_found(client, path):
    """TFTP-38, 40, 42: what PXELINUX and GRUB make of the paths in an image's configuration."""
    assert client.fetch(path.format(DISC)) == b"bin"


@pytest.mark.parametrize(
    "request_, code",
    [
        (request_bytes("x", opcode=WRQ), 2),
        (request_bytes(f"{DISC}/size-1", "mail"), 4),
        (request_bytes(f"{DISC}/size-1", "octets"), 4),
        (b"\0\1" + DISC.encode(), 4),
        (b"\0\1" + DISC.encode() + b"/size-1\0octet", 4),
        (b"\0\x09what is this", 4),
        (b"\0\1", 4),
    ],
)
def test_malformed_request_is_refused(client, request_, code):
    """TFTP-2..4."""
    assert error_of(client, request_) == code


def test_rubbish_behind_a_request_is_passed_over(client):
    """TFTP-2, 3, 6."""
    for tail in (b"\xff" * 40, b"blksize", b"blksize\0", b"blksize\00512\0blk"):
        client.send(request_bytes(f"{DISC}/size-1", "OcTeT") + tail)
        packet = client.receive()
        client.acknowledge(packet)
        if packet.opcode == OACK:
            packet = client.receive()
            client.acknowledge(packet)
        assert (packet.opcode, packet.data) == (DATA, content_of(1))


def test_long_request_is_read(client):
    """TFTP-5: up to 1468 bytes."""
    request = request_bytes(f"{DISC}/size-1", x="y" * 1380, tsize=0)
    assert 1400 < len(request) <= 1468
    client.send(request)
    assert client.receive().options == {"tsize": "1"}
    client.abort()


def test_error_and_oack_are_not_answered(client):
    """TFTP-27: or two servers could talk for ever."""
    client.send(struct.pack("!HH", ERROR, 1) + b"no\0")
    client.send(struct.pack("!H", OACK) + b"blksize\000512\0")
    assert client.receive(0.2) is None


def test_thousand_misses_make_few_lines(served):
    """TFTP-45, from an address of its own, since the limit is one for each address."""
    served.machine.add_lan_address("10.9.0.77")
    with TftpClient(served.machine, "10.9.0.77") as client:
        for _ in range(1000):
            assert error_of(client, request_bytes(f"{DISC}/kernel")) == 1
        lines = [line for line in served.log().splitlines() if "tftp 10.9.0.77" in line]
        assert 1 <= len(lines) <= 50


# --- many clients, and images that change -------------------------------------------------------------------------------


def test_three_hundred_clients_at_once(served):
    """TFTP-47: all get their file, and nobody waits long for a block."""
    addresses = [f"10.9.0.{100 + n}" for n in range(10)]
    for address in addresses:
        served.machine.add_lan_address(address)
    expected = content_of(100_000)
    waits, wrong = [], []

    def run(number):
        try:
            with TftpClient(served.machine, addresses[number % 10]) as client:
                receive = client.receive

                def timed(timeout=1.0):
                    packet = receive(max(timeout, 5))
                    if packet:
                        waits.append(packet.taken)
                    return packet

                client.receive = timed
                if client.fetch(f"{DISC}/size-100000", blksize=1432, tsize=0) != expected:
                    wrong.append((number, "other bytes"))
        except Exception as error:  # told in the assertion below
            wrong.append((number, repr(error)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert statistics.quantiles(waits, n=100)[98] < 0.5


def test_want_of_room_is_said_once(disc, lan, image_folder, tmp_path):
    """TFTP-51: one warning a minute of each worker, not one for each request."""
    images.put(disc, image_folder.path)
    (tmp_path / "pxeiso.conf").write_text("[daemon]\nworkers = 2\n[tftp]\nsessions = 2\n")
    machine = lan.add_client(MACHINE)
    addresses = [MACHINE] + [f"10.9.0.{100 + n}" for n in range(4)]
    for address in addresses[1:]:
        machine.add_lan_address(address)
    with Daemon(lan, ["-c", tmp_path / "pxeiso.conf", image_folder, "--dhcp", "off"], tmp_path) as daemon:
        for number in range(40):
            with TftpClient(machine, addresses[number % 5]) as client:
                client.request(f"{DISC}/size-1024", timeout=255)
        with TftpClient(machine) as client:
            assert client.fetch(f"{DISC}/size-100000", blksize=1468) == content_of(100_000)
        daemon.wait_for(r"warning.*tftp: too many transfers: \d+ requests ignored, \d+ unanswered ones ended")
        assert daemon.log().count("too many transfers") <= 2


def test_image_cut_short_ends_its_transfers_and_nothing_else(disc, lan, image_folder, tmp_path):
    """TFTP-50: ERROR 0; other files are served on."""
    images.put(disc, image_folder.path, "other.iso")
    subprocess.run(["cp", disc, image_folder.path / "cut.iso"], check=True)
    machine = lan.add_client(MACHINE)
    with Daemon(lan, [image_folder, "--dhcp", "off"], tmp_path), TftpClient(machine) as client:
        client.request("images/cut/roll", windowsize=16)
        assert client.receive().opcode == OACK
        client.acknowledge(0)
        assert client.receive().number == 1
        os.truncate(image_folder.path / "cut.iso", 100_000)
        packet, block = client.receive(), 2
        while packet.opcode == DATA:
            if packet.number % 16 == 0:
                client.acknowledge(packet)
            packet = client.receive()
            block += 1
            assert block < 1000
        assert (packet.opcode, packet.number) == (ERROR, 0)
        assert client.fetch("images/other/size-513") == content_of(513)


def test_image_taken_away_is_read_to_the_end(disc, lan, image_folder, tmp_path):
    """A running boot is never broken by a change in the directory."""
    images.put(disc, image_folder.path)
    machine = lan.add_client(MACHINE)
    with Daemon(lan, [image_folder, "--dhcp", "off"], tmp_path), TftpClient(machine) as client:
        receive, calls = client.receive, []

        def is_gone():
            with TftpClient(machine) as other:
                other.request(f"{DISC}/size-1")
                packet = other.receive()
                other.abort()
                return packet.opcode == ERROR

        def take_away_then_receive(timeout=1.0):
            calls.append(1)
            if len(calls) == 100:
                (image_folder.path / disc.name).unlink()
                assert wait_until(is_gone, 5)
            return receive(timeout)

        client.receive = take_away_then_receive
        assert client.fetch(f"{DISC}/roll", blksize=1468) == content_of(ROLL_SIZE)
