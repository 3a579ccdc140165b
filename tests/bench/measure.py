# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, one function each: seconds, or bytes in a second."""

import os
import pathlib
import socket
import struct
import threading
import time

MIB = 1 << 20
TOOLS = pathlib.Path(__file__).resolve().parents[2] / "build/bench"
TFTP_GET = TOOLS / "tftp_get"
INDEX_COST = TOOLS / "index_cost"


def cpu_seconds(pid):
    """Processor time of a process and its children so far."""
    total = 0
    for process in [pid, *_children(pid)]:
        try:
            fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    """Memory of a process, without its children; what it shares with others counts in parts."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return _stop("the kernel does not tell how much memory a process has")


def _children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def http_get(connection, host, path, expected):
    """One GET on an open connection. The body is dropped in the kernel, so that the client is never the bottleneck."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(1, 0) or _stop("the connection closed in the header")
    if b" 200 " not in head.split(b"\r\n")[0]:
        _stop(head.split(b"\r\n")[0])
    buffer, left = bytearray(MIB), expected
    while left:
        got = connection.recv_into(buffer, min(MIB, left), socket.MSG_TRUNC)
        left -= got or _stop(f"{left} bytes are missing")


def http_rate(client, host, path, size, connections):
    """MiB/s of `connections` clients that fetch the file at the same time."""
    sockets = [client.connect((host, 80)) for _ in range(connections)]
    threads = [threading.Thread(target=http_get, args=(each, host, path, size)) for each in sockets]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    for each in sockets:
        each.close()
    return connections * size / MIB / seconds


def tftp_rate(client, host, path, size, blksize, windowsize=1):
    """MiB/s of a client that drops what it gets: windowsize blocks before each acknowledgement (RFC 7440)."""
    got, seconds = client.run([TFTP_GET, host, path, blksize, windowsize], timeout=300).stdout.split()
    if int(got) != size:
        _stop(f"tftp://{host}/{path}: {got} bytes instead of {size}")
    return size / MIB / float(seconds)


def discover(transaction):
    """A DHCPDISCOVER as a BIOS PXE ROM sends it, with the broadcast flag."""
    mac = bytes.fromhex("525400090199")
    packet = struct.pack("!4BIHH16s16s64s128sI", 1, 1, 6, 0, transaction, 0, 0x8000, b"", mac, b"", b"", 0x63825363)
    options = {53: b"\x01", 55: bytes([1, 3, 43, 54, 60, 66, 67, 97]), 57: b"\x05\xc0", 93: b"\x00\x00"}
    options |= {94: b"\x01\x02\x01", 97: bytes(17), 60: b"PXEClient:Arch:00000:UNDI:002001"}
    return packet + b"".join(bytes([code, len(value)]) + value for code, value in options.items()) + b"\xff"


def open_dhcp_client(client):
    sock = client.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0\0")
    sock.bind(("0.0.0.0", 68))
    return sock


def wait_for_offer(sock, limit=120):
    """Asks every 2 ms until an offer comes; the caller knows when it began."""
    sock.settimeout(0.002)
    deadline = time.monotonic() + limit
    transaction = 0x10000
    while time.monotonic() < deadline:
        transaction += 1
        try:
            sock.sendto(discover(transaction), ("255.255.255.255", 67))
            reply = sock.recv(2048)
        except OSError:
            continue
        if len(reply) > 240 and reply[0] == 2 and b"\x35\x01\x02" in reply[240:]:
            return
    _stop("no offer came")


def _stop(why):
    raise SystemExit(f"bench: {why}")
