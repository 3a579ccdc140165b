# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of a test's own.

    with Network() as lan:                      # a namespace with the bridge lan0, 10.9.0.1/24
        client = lan.add_client("10.9.0.50")    # a second namespace, its eth0 on the bridge
        tap = lan.add_tap()                     # a tap on the bridge, for QEMU
        lan.run(["ip", "addr"])                 # a command inside
        sock = client.socket(AF_INET, SOCK_DGRAM)

The namespaces are reached by nobody else: no packet leaves the machine, real ports are free, and two runs do not meet.
Names carry the process id, so sweep() can remove what a killed run left behind.
"""

import contextlib
import ctypes
import itertools
import os
import queue
import signal
import socket
import subprocess
import threading

from support.requires import require, require_root

PREFIX = "pxeiso"
SERVER = "10.9.0.1"
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1

_numbers = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent():
    """For preexec_fn: the new process is killed when the test run that started it is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def sweep():
    """Remove namespaces of test runs that no longer live, and what those runs left running inside."""
    listing = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    for line in listing.splitlines():
        name = line.split()[0]
        parts = name.split("-")
        if parts[0] != PREFIX or len(parts) != 3 or os.path.exists(f"/proc/{parts[1]}"):
            continue
        inside = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout
        for pid in inside.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)


class Namespace:
    """One network namespace with loopback up."""

    def __init__(self):
        require_root()
        require("ip", "iproute2")
        require("nsenter", "util-linux")
        self.name = f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        self.ip("link set lo up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        subprocess.run(["ip", "netns", "del", self.name], check=False)

    def command(self, argv):
        """argv as it must be run so that it runs inside."""
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *map(str, argv)]

    def run(self, argv, **options):
        """subprocess.run inside; output captured as text, a failure raises unless check=False."""
        settings = {"check": True, "capture_output": True, "text": True, "timeout": 60}
        if "stdout" in options or "stderr" in options:
            del settings["capture_output"]
        return subprocess.run(self.command(argv), **{**settings, **options})

    def popen(self, argv, **options):
        """subprocess.Popen inside. The caller ends it; should this process be killed first, it ends too."""
        return subprocess.Popen(self.command(argv), preexec_fn=end_with_parent, **options)

    def ip(self, arguments):
        """One `ip` command line, such as "link set lan0 mtu 1400"."""
        subprocess.run(["ip", "-n", self.name, *arguments.split()], check=True)

    def add_address(self, address, device):
        """address is ADDRESS/LEN."""
        self.ip(f"addr add {address} dev {device}")

    def call(self, function):
        """function() in a thread that is inside; its result, or its exception, comes back.

        What it opens stays inside for good, whoever uses it later.
        """
        result = queue.Queue()

        def enter_and_call():
            try:
                with open(f"/run/netns/{self.name}", "rb") as handle:
                    if _libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
                        raise OSError(ctypes.get_errno(), f"setns {self.name}")
                result.put((function(), None))
            except BaseException as error:  # handed to the caller, whatever it is
                result.put((None, error))

        thread = threading.Thread(target=enter_and_call)
        thread.start()
        thread.join()
        value, error = result.get()
        if error is not None:
            raise error
        return value

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_DGRAM, protocol=0):
        """A socket that lives inside."""
        return self.call(lambda: socket.socket(family, kind, protocol))

    def connect(self, address, timeout=10):
        """A TCP connection from inside to (host, port)."""
        return self.call(lambda: socket.create_connection(address, timeout))


class Client(Namespace):
    """A machine's place on the bridge: its own namespace, its end of the wire is eth0."""

    def __init__(self, mac):
        super().__init__()
        self.mac = mac
        self.device = "eth0"

    def add_lan_address(self, address, length=24):
        self.add_address(f"{address}/{length}", self.device)


class Network(Namespace):
    """The daemon's namespace: the bridge lan0 with the server's address, and whatever is plugged into it."""

    def __init__(self, address=SERVER, length=24, mtu=1500):
        super().__init__()
        self.address = address
        self.device = "lan0"
        self._clients = []
        self._ports = itertools.count(1)
        self.ip("link add lan0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
        self.ip(f"link set lan0 mtu {mtu} up")
        self.add_address(f"{address}/{length}", "lan0")
        self.mtu = mtu

    def close(self):
        for client in self._clients:
            client.close()
        super().close()

    def add_client(self, address=None, mac=None):
        """A client namespace on the bridge, with no address unless one is given."""
        port = next(self._ports)
        client = Client(mac or f"52:54:00:09:01:{port:02x}")
        self._clients.append(client)
        self.ip(f"link add client{port} mtu {self.mtu} type veth peer name eth0 mtu {self.mtu} netns {client.name}")
        self.ip(f"link set client{port} master lan0 up")
        client.ip(f"link set eth0 address {client.mac} up")
        if address:
            client.add_lan_address(address)
        return client

    def route_to(self, other, uplink):
        """Make `other`, a Network, a network behind a router: its own namespace is the router, its address there the gateway's.

        The router has the address `uplink` here, on an interface up0, and this network knows the way.
        """
        port = next(self._ports)
        self.ip(f"link add router{port} mtu {self.mtu} type veth peer name up0 mtu {self.mtu} netns {other.name}")
        self.ip(f"link set router{port} master lan0 up")
        other.ip("link set up0 up")
        other.add_address(f"{uplink}/24", "up0")
        other.run(["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])
        self.ip(f"route add {other.address.rpartition('.')[0]}.0/24 via {uplink}")

    def add_side(self, name, address, client):
        """A wire beside the bridge: the interface `name` here, with ADDRESS/LEN or none, and one in `client`; its name."""
        device = f"eth{next(self._ports)}"
        self.ip(f"link add {name} type veth peer name {device} netns {client.name}")
        self.ip(f"link set {name} up")
        client.ip(f"link set {device} up")
        if address:
            self.add_address(address, name)
        return device

    def add_tap(self):
        """A tap on the bridge; the name to give to QEMU, which must run inside too."""
        name = f"tap{next(self._ports)}"
        self.ip(f"tuntap add {name} mode tap")
        self.ip(f"link set {name} mtu {self.mtu} master lan0 up")
        return name
