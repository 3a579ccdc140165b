# SPDX-License-Identifier: GPL-3.0-or-later
"""A TFTP client made of packets, for tests that must misbehave or look closely.

    with TftpClient(machine) as client:
        client.request("images/a/vmlinuz", blksize=1468)
        packet = client.receive()                   # a Packet, or None
        client.acknowledge(packet)
        content = client.fetch("images/a/vmlinuz", windowsize=16, loss=0.05)

Requests of real firmware are in testdata/vectors: vector("ovmf").
"""

import pathlib
import random
import re
import struct
import time

from support.netns import SERVER

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "testdata" / "vectors"
RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)


def vector(name):
    """The bytes of testdata/vectors/tftp_NAME.hex."""
    return bytes.fromhex(re.sub(r"#.*", "", (VECTORS / f"tftp_{name}.hex").read_text()))


def request_bytes(path, mode="octet", opcode=RRQ, **options):
    """A request; `path` may be bytes."""
    words = [path, mode, *(word for option in options.items() for word in option)]
    encoded = (word if isinstance(word, bytes) else str(word).encode() for word in words)
    return struct.pack("!H", opcode) + b"".join(word + b"\0" for word in encoded)


def wire_number(block, rolls_to=0):
    """The 16 bits that stand for a block, if 65535 is followed by `rolls_to`."""
    return block if block <= 0xFFFF else (block - rolls_to) % (0x10000 - rolls_to) + rolls_to


class Packet:
    """One packet of the server."""

    def __init__(self, payload, source, taken):
        self.payload = payload
        self.source = source
        self.taken = taken  # seconds that receive() waited
        self.opcode, self.number = struct.unpack("!HH", payload[:4])
        self.data = payload[4:]

    @property
    def options(self):
        """Of an OACK: {name: value}."""
        assert self.opcode == OACK, self.payload
        words = self.payload[2:].split(b"\0")
        assert words.pop() == b"" and len(words) % 2 == 0, self.payload
        return {name.decode(): value.decode() for name, value in zip(words[::2], words[1::2])}


class TftpClient:
    """One socket of a machine, at `address` if it has several; a context manager."""

    def __init__(self, machine, address="0.0.0.0", server=SERVER):
        self.server = server
        self.socket = machine.socket()
        self.socket.bind((address, 0))
        self.peer = None
        self.data_packets = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, payload, to=None):
        self.socket.sendto(payload, to or (self.server, 69))

    def request(self, path, mode="octet", **options):
        self.peer = None
        self.send(request_bytes(path, mode, **options))

    def receive(self, timeout=1.0):
        """The next packet, None when there is none in time."""
        start = time.monotonic()
        self.socket.settimeout(timeout)
        try:
            payload, source = self.socket.recvfrom(65535)
        except TimeoutError:
            return None
        self.peer = source
        packet = Packet(payload, source, time.monotonic() - start)
        self.data_packets += packet.opcode == DATA
        return packet

    def acknowledge(self, packet_or_number):
        number = packet_or_number
        if isinstance(packet_or_number, Packet):
            number = packet_or_number.number if packet_or_number.opcode == DATA else 0
        self.send(struct.pack("!HH", ACK, number & 0xFFFF), self.peer)

    def abort(self, code=0, text="enough"):
        self.send(struct.pack("!HH", ERROR, code) + text.encode() + b"\0", self.peer)

    def fetch(self, path, mode="octet", loss=0.0, acks=1, seed=1, rolls_to=0, **options):
        """A whole file, as a client with windows does it: what is out of order is acknowledged with the last block
        that was in order, once for each. `loss` of the blocks are not looked at, each ACK is sent `acks` times. Block
        number 65535 is followed by `rolls_to`."""
        chance = random.Random(seed)
        blksize, windowsize = 512, 1
        self.request(path, mode, **options)
        packet = self.receive(3)
        assert packet is not None, f"{path}: no answer"
        if packet.opcode == OACK:
            blksize = int(packet.options.get("blksize", 512))
            windowsize = int(packet.options.get("windowsize", 1))
            self.acknowledge(0)
            packet = self.receive(3)
        content, block, since_ack = [], 0, 0
        while True:
            assert packet is not None, f"{path}: silence after block {block}"
            assert packet.opcode == DATA, f"{path}: {packet.payload[:80]}"
            if loss and chance.random() < loss:
                packet = self.receive(12)
                continue
            is_next = packet.number == wire_number(block + 1, rolls_to)
            if is_next:
                content.append(packet.data)
                block += 1
                since_ack += 1
            is_last = is_next and len(packet.data) < blksize
            if not is_next or is_last or since_ack == windowsize:
                since_ack = 0
                for _ in range(acks):
                    self.acknowledge(wire_number(block, rolls_to))
            if is_last:
                return b"".join(content)
            packet = self.receive(12)
