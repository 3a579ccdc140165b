# SPDX-License-Identifier: GPL-3.0-or-later
"""A DHCP client made of raw frames, for machines that have no address yet.

    machine = DhcpClient(lan.add_client())
    offer = machine.ask(vector("ovmf_discover"))        # a Reply, or None
    offers = machine.ask_all(discover(vendor_class=b"PXEClient"))

Frames, since a socket without an address sends and receives no DHCP. Requests are those in testdata/vectors with the
MAC of the client put in, or made from a few words.
"""

import itertools
import pathlib
import re
import socket
import struct
import time

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "testdata" / "vectors"
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
KINDS = ("DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM")
FIELDS = ("source", "destination", "ciaddr", "yiaddr", "giaddr", "requested", "server_id")
COOKIE = bytes.fromhex("63825363")
VECTOR_MAC = bytes.fromhex("525400123456")
IPV4 = 0x0800

_xids = itertools.count(0x70000001)


def vector(name):
    """The bytes of testdata/vectors/dhcp_NAME.hex."""
    text = (VECTORS / f"dhcp_{name}.hex").read_text()
    return bytes.fromhex(re.sub(r"#.*", "", text))


def message(kind, options=(), ciaddr="0.0.0.0", giaddr="0.0.0.0", flags=0, mac=VECTOR_MAC):
    """A request: `options` are (code, bytes)."""
    head = struct.pack("!4B2I", 1, 1, 6, 0, next(_xids), flags) + socket.inet_aton(ciaddr) + bytes(8)
    head += socket.inet_aton(giaddr) + mac.ljust(16, b"\0") + bytes(192) + COOKIE
    body = b"".join(bytes([code, len(value)]) + value for code, value in ((53, bytes([kind])), *options))
    return head + body + b"\xff"


def discover(vendor_class=None, arch=None, options=()):
    """A DISCOVER, of a boot client when vendor_class says so."""
    extra = list(options)
    if vendor_class is not None:
        extra.append((60, vendor_class))
    if arch is not None:
        extra.append((93, struct.pack("!H", arch)))
    return message(DISCOVER, extra)


class Message:
    """What a message says."""

    def __init__(self, payload):
        self.payload = payload
        self.op, self.htype, self.hlen, self.hops, self.xid, self.secs, self.flags = struct.unpack(
            "!4BI2H", payload[:12]
        )
        self.ciaddr, self.yiaddr, self.siaddr, self.giaddr = (
            socket.inet_ntoa(payload[at : at + 4]) for at in (12, 16, 20, 24)
        )
        self.chaddr = payload[28:44]
        self.sname = payload[44:108].split(b"\0")[0].decode()
        self.file = payload[108:236].split(b"\0")[0].decode()
        assert payload[236:240] == COOKIE
        self.options = dict(_options(payload[240:]))
        self.kind = self.options[53][0]
        self.server_id = self._address(54)
        self.requested = self._address(50)

    def _address(self, code):
        return socket.inet_ntoa(self.options[code]) if code in self.options else None

    def __repr__(self):
        words = [KINDS[self.kind - 1], self.chaddr[:6].hex(":")]
        words += [f"{name} {value}" for name, value in vars(self).items() if name in FIELDS and value not in ("0.0.0.0", None)]
        return " ".join(words)


class Reply(Message):
    """A server's message and where it came from."""

    def __init__(self, payload, source, source_port, destination, taken):
        super().__init__(payload)
        self.source = source
        self.source_port = source_port
        self.destination = destination
        self.taken = taken  # seconds after the request
        self.hardware = b""  # whose frame it was
        self.has_checksums = False  # both IPv4's and UDP's are right
        assert self.server_id is not None, "a reply does not say whose it is"


def _options(payload):
    at = 0
    while payload[at] != 255:
        if payload[at] == 0:
            at += 1
            continue
        length = payload[at + 1]
        assert at + 2 + length < len(payload), "an option reaches beyond its message"
        yield payload[at], payload[at + 2 : at + 2 + length]
        at += 2 + length


def _checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class DhcpClient:
    """One network card without an address, on a support.netns.Client."""

    def __init__(self, namespace, device=None):
        self.namespace = namespace
        device = device or namespace.device
        self._socket = namespace.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(IPV4)))
        self._socket.bind((device, IPV4))
        self.mac = self._socket.getsockname()[4]

    def close(self):
        self._socket.close()

    def send(self, payload, source="0.0.0.0", port=68):
        """Broadcast a message to port 67; the vectors' MAC becomes this card's."""
        payload = payload.replace(VECTOR_MAC, self.mac)
        addresses = socket.inet_aton(source) + b"\xff" * 4
        udp = struct.pack("!4H", port, 67, 8 + len(payload), 0) + payload
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0) + addresses
        ip = ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:]
        self._socket.send(b"\xff" * 6 + self.mac + struct.pack("!H", IPV4) + ip + udp)
        return payload[4:8]

    def replies(self, xid, timeout):
        """Every reply to `xid`, or to any when it is None, until the time is over."""
        started = time.monotonic()
        while (left := started + timeout - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                frame = self._socket.recv(4096)
            except TimeoutError:
                return
            ip = frame[14:]
            head = (ip[0] & 15) * 4
            if ip[9] != 17:
                continue
            source_port, port = struct.unpack("!2H", ip[head : head + 4])
            payload = ip[head + 8 :]
            if port != 68 or payload[:1] != b"\2" or xid not in (None, payload[4:8]):
                continue
            source, destination = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
            reply = Reply(payload, source, source_port, destination, time.monotonic() - started)
            reply.hardware = frame[:6]
            # UDP's counts in frames that a program made: the kernel leaves its own datagrams' to the card.
            counted = ip[12:20] + struct.pack("!2H", 17, len(ip) - head) + ip[head:]
            reply.has_checksums = _checksum(ip[:head]) == 0 and _checksum(counted) == 0
            yield reply

    def ask(self, payload, timeout=5.0):
        """Send, and the first reply; None when there is none."""
        return next(self.replies(self.send(payload), timeout), None)

    def ask_all(self, payload, timeout=1.0):
        """Send, and all replies."""
        return list(self.replies(self.send(payload), timeout))


def ask_4011(namespace, payload, address, port, server, timeout=1.0):
    """Send to port 4011 of `server` from a machine that has an address; its Reply, or None."""
    mac = bytes.fromhex(namespace.mac.replace(":", ""))
    with namespace.socket() as sock:
        sock.bind((address, port))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.settimeout(timeout)
        started = time.monotonic()
        sock.sendto(payload.replace(VECTOR_MAC, mac), (server, 4011))
        try:
            answer, source = sock.recvfrom(4096)
        except TimeoutError:
            return None
        return Reply(answer, *source, address, time.monotonic() - started)
