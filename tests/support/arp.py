# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine that has every address, for one who asks.

    with ArpAnswers(lan, asked_by=client.mac, times=1):
"""

import socket
import struct
import threading

ARP = 0x0806
REQUEST, ANSWER = 1, 2


class ArpAnswers:
    """Answers the first questions of one card, each about an address that nobody says it has, and no one else's."""

    def __init__(self, network, asked_by, times):
        self._client = network.add_client()
        self._asker = bytes.fromhex(asked_by.replace(":", ""))
        self._left = times
        self._socket = self._client.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP))
        self._socket.bind(("eth0", ARP))
        self._socket.settimeout(0.1)
        self._mac = self._socket.getsockname()[4]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._answer, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        self._socket.close()

    def _answer(self):
        while self._left > 0 and not self._is_over.is_set():
            try:
                frame = self._socket.recv(2048)
            except TimeoutError:
                continue
            operation, sender, wanted = struct.unpack("!H", frame[20:22])[0], frame[22:32], frame[38:42]
            # A question without an address of one's own: whether the address is free (RFC 5227).
            if operation != REQUEST or sender[:6] != self._asker or sender[6:] not in (bytes(4), wanted):
                continue
            body = frame[14:20] + struct.pack("!H", ANSWER) + self._mac + wanted + sender
            self._socket.send(sender[:6] + self._mac + struct.pack("!H", ARP) + body)
            self._left -= 1
