# SPDX-License-Identifier: GPL-3.0-or-later
"""All that the daemon sends beside another DHCP server is looked at, packet by packet: nothing goes to who did not ask it.

Who is answered at all is a table in tests/unit/test_dhcp_silence.c; here the wire has the last word, with a real client.
"""

import socket
import struct
import threading

import pytest
from support.daemon import Daemon, wait_until
from support.dhcp import (
    DECLINE,
    DISCOVER,
    INFORM,
    IPV4,
    OFFER,
    RELEASE,
    REQUEST,
    DhcpClient,
    Message,
    ask_4011,
    discover,
    message,
    vector,
)
from support.dhcp_programs import Udhcpc
from support.netns import SERVER
from support.rival import OTHER, Rival

LOOK = b"\x02px"  # how the hardware addresses of those begin that look for other servers
BIOS = b"PXEClient:Arch:00000:UNDI:002001"
ARM64 = b"PXEClient:Arch:00011:UNDI:003000"
RANGE = ("--range", "10.9.0.50-10.9.0.69")


class Sent:
    """Every IPv4 packet that leaves a namespace by `device`, as (source port, port, content); no UDP: (0, 0, packet)."""

    def __init__(self, namespace, device):
        self.packets = []
        self._socket = namespace.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)))
        self._socket.bind((device, 3))
        self._socket.settimeout(0.1)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        self._socket.close()

    def _listen(self):
        while not self._is_over.is_set():
            try:
                frame, (*_, way, _, _) = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            if way == socket.PACKET_OUTGOING and frame[12:14] == struct.pack("!H", IPV4):
                self.packets.append(_read(frame[14:]))

    def dhcp(self):
        """What went out but for looks; anything that is not DHCP is an error."""
        for source_port, _, content in self.packets:
            assert source_port in (67, 68, 4011), content.hex()
        said = [(source_port, port, Message(content)) for source_port, port, content in self.packets]
        return [entry for entry in said if not entry[2].chaddr.startswith(LOOK)]


def _read(ip):
    head = (ip[0] & 15) * 4
    if ip[9] != socket.IPPROTO_UDP:
        return 0, 0, ip
    source_port, port, length = struct.unpack("!3H", ip[head : head + 6])
    return source_port, port, ip[head + 8 : head + length]


# Nobody's business of ours: what a network is full of.
OTHERS = [
    discover(),
    discover(b"MSFT 5.0"),
    discover(b"android-dhcp-13"),
    discover(ARM64, 11),  # no loader of ours runs there
    message(DISCOVER, [(60, b"PXEServer")]),
    message(DISCOVER, [(60, BIOS)], giaddr="192.0.2.1"),
    message(DISCOVER, [(60, BIOS)], giaddr="10.9.0.77"),
    message(REQUEST, [(60, BIOS), (50, bytes([10, 9, 0, 110])), (54, socket.inet_aton(OTHER))]),
    message(REQUEST, [(50, bytes([10, 9, 0, 110])), (54, socket.inet_aton(OTHER))]),
    message(REQUEST, [(50, bytes([10, 9, 0, 110])), (54, socket.inet_aton(SERVER))]),
    message(REQUEST, [(50, bytes([10, 9, 0, 55]))]),
    message(REQUEST, [(50, bytes([192, 168, 1, 7]))]),
    message(REQUEST, ciaddr="10.9.0.110"),
    message(INFORM, ciaddr="10.9.0.110"),
    message(INFORM, [(60, BIOS)], ciaddr="10.9.0.110"),
    message(RELEASE, [(54, socket.inet_aton(OTHER))], ciaddr="10.9.0.110"),
    message(DECLINE, [(50, bytes([10, 9, 0, 110])), (54, socket.inet_aton(OTHER))]),
    message(OFFER, [(60, BIOS)]),
    b"\2" + discover(BIOS)[1:],
    discover(BIOS)[:200],
    bytes(300),
]


@pytest.mark.parametrize("arguments", [(), RANGE], ids=["proxy", "second server"])
def test_nothing_is_sent_to_who_did_not_ask_us(lan, image_folder, tmp_path, arguments):
    machine, busy = DhcpClient(lan.add_client()), lan.add_client("10.9.0.77")
    with Rival(lan, tmp_path) as rival:
        rival.start()
        with Daemon(lan, [*arguments, image_folder.path], folder=tmp_path) as daemon, Sent(lan, "lan0") as sent:
            if arguments:
                daemon.wait_for("another DHCP server")
            with Udhcpc(lan.add_client(), tmp_path) as client:
                assert client.wait_for("bound").startswith("10.9.0.1")
            for other in OTHERS:
                machine.send(other)
            # Another boot server was asked, and one that has no file for this firmware.
            named = message(REQUEST, [(60, BIOS), (54, socket.inet_aton(OTHER))], ciaddr="10.9.0.77")
            assert ask_4011(busy, named, "10.9.0.77", 68, "255.255.255.255", 0.3) is None
            assert ask_4011(busy, message(REQUEST, [(60, ARM64)], ciaddr="10.9.0.77"), "10.9.0.77", 68, SERVER, 0.3) is None
            # It does answer: what it sends after all this is the offer for this machine.
            asked = vector("ipxe_bios_discover")
            assert wait_until(lambda: SERVER in [offer.server_id for offer in machine.ask_all(asked, 0.5)], 10)
            xid = int.from_bytes(asked[4:8], "big")
            said = wait_until(sent.dhcp, 10)  # another thread listens
        assert said, "the capture saw nothing"
        for source_port, port, answer in said:
            assert (source_port, port, answer.kind, answer.xid) == (67, 68, OFFER, xid), answer
            assert (answer.yiaddr, answer.file, answer.chaddr[:6]) == ("0.0.0.0", "lpxelinux.0", machine.mac)
