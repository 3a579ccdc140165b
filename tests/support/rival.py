# SPDX-License-Identifier: GPL-3.0-or-later
"""Another machine's DHCP server, dnsmasq at 10.9.0.2, that comes and goes.

    with Rival(lan, tmp_path) as rival:
        rival.start()

It lends 10.9.0.100 to .120, and pings an address for three seconds before it offers it, as dnsmasq does.
"""

import subprocess

from support.daemon import wait_until
from support.requires import require

OTHER = "10.9.0.2"


class Rival:
    """The server; it is not there before start()."""

    def __init__(self, lan, folder):
        self.client = lan.add_client(OTHER)
        self.log_path = folder / "dnsmasq.log"
        self.leases = folder / "dnsmasq.leases"
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        program = require("dnsmasq", "dnsmasq-base")
        command = [program, "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file="]
        command += ["--dhcp-range=10.9.0.100,10.9.0.120,255.255.255.0,10m", f"--dhcp-leasefile={self.leases}"]
        command += ["--dhcp-authoritative", "--log-facility=-", "--log-dhcp"]
        with open(self.log_path, "wb") as log:
            self.process = self.client.popen(command, stderr=log, stdout=log, stdin=subprocess.DEVNULL)
        assert wait_until(lambda: "DHCP, IP range" in self.log(), 20), self.log()

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def log(self):
        return self.log_path.read_text(errors="replace")
