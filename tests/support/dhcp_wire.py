# SPDX-License-Identifier: GPL-3.0-or-later
"""What others say to each other: every DHCP message that passes an interface.

    with DhcpWire(lan) as wire:
        ...
        ack = wire.wait_for(ACK, lambda message: message.yiaddr == "10.9.0.50")
"""

import socket
import struct
import threading

from support.daemon import wait_until
from support.dhcp import IPV4, KINDS, Message
from support.requires import fail

PORTS = {67, 68}


class DhcpWire:
    """Listens on the interface `device` of a namespace, whose own messages it hears too."""

    def __init__(self, namespace, device=None):
        self.messages = []
        self._socket = namespace.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)))
        self._socket.bind((device or namespace.device, 3))
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
                frame = self._socket.recv(4096)
            except TimeoutError:
                continue
            except OSError:  # the interface is gone
                return
            message = _dhcp_of(frame)
            if message is not None:
                self.messages.append(message)

    def heard(self, kind, question=lambda message: True):
        """The messages of a kind, such as ACK, that the question is true of."""
        return [message for message in self.messages if message.kind == kind and question(message)]

    def wait_for(self, kind, question=lambda message: True, timeout=25):
        """The first such message; the test fails when none comes."""
        found = wait_until(lambda: self.heard(kind, question), timeout)
        if not found:
            said = "\n".join(map(repr, self.messages))
            fail(f"no such {KINDS[kind - 1]} passed; what did:\n{said}")
        return found[0]


def _dhcp_of(frame):
    """The DHCP message in a frame, with `source`, `destination` and `frame_destination`; None if there is none."""
    ip = frame[14:]
    if frame[12:14] != struct.pack("!H", IPV4) or len(ip) < 28 or ip[9] != socket.IPPROTO_UDP:
        return None
    head = (ip[0] & 15) * 4
    if not PORTS & set(struct.unpack("!2H", ip[head : head + 4])):
        return None
    length = struct.unpack("!H", ip[head + 4 : head + 6])[0]
    message = Message(ip[head + 8 : head + length])
    message.source, message.destination = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
    message.frame_destination = frame[:6]
    return message
