# SPDX-License-Identifier: GPL-3.0-or-later
"""Relays: a router that hands the DHCP messages of its network to a server elsewhere (RFC 1542, 3046).

    with Network("10.20.0.1") as behind:
        lan.route_to(behind, UPLINK)
        with Relay(behind, dhcrelay(), tmp_path):
            client = behind.add_client()

dhcrelay says in option 82 by which of its interfaces a message came, dnsmasq does not.
"""

import pathlib
import subprocess

from support.daemon import wait_until
from support.netns import SERVER
from support.requires import fail, require, require_unpacked

GATEWAY, UPLINK = "10.20.0.1", "10.9.0.2"


def dhcrelay(server=SERVER):
    """ISC's relay, with option 82."""
    program = require_unpacked("dhcrelay", "isc-dhcp-relay")
    return [program, "-4", "-d", "-a", "--no-pid", "-id", "lan0", "-iu", "up0", server]


def dnsmasq(server=SERVER):
    """dnsmasq as nothing but a relay."""
    program = require("dnsmasq", "dnsmasq-base")
    options = ["--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file=", "--log-facility=-"]
    return [program, *options, f"--dhcp-relay={GATEWAY},{server}"]


RELAYS = {"dhcrelay": dhcrelay, "dnsmasq": dnsmasq}


class Relay:
    """One of them at work on the router of a network."""

    def __init__(self, router, command, folder):
        self._router = router
        self._command = command
        self._log_path = pathlib.Path(folder) / "relay.log"

    def __enter__(self):
        with open(self._log_path, "wb") as log:
            self._process = self._router.popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if not wait_until(self._is_listening, 10):
            self.__exit__()
            fail(f"the relay did not start:\n{self._log_path.read_text()}")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    def _is_listening(self):
        """Both have a socket on port 67."""
        listing = self._router.run(["cat", "/proc/net/udp"]).stdout
        return self._process.poll() is None and ":0043 " in listing
