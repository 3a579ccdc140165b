# SPDX-License-Identifier: GPL-3.0-or-later
"""Another machine's DHCP server, dnsmasq at 10.9.0.2: what it hands out is its own or its owner's, pxeiso's DHCP is off then.

    with LoaderServer(lan, tmp_path, ["--dhcp-boot=core.0"], files={"core.0": bytes}):

Without a boot file it gives addresses and says nothing about booting. `files` are offered over TFTP from there.
"""

import pathlib
import subprocess

from support.requires import require

ADDRESS = "10.9.0.2"


class LoaderServer:
    """One run of it; `log_path` has every message of DHCP and TFTP."""

    def __init__(self, lan, folder, arguments=(), files=None):
        folder = pathlib.Path(folder)
        self.log_path = folder / "dnsmasq.log"
        self._client = lan.add_client(ADDRESS)
        self._command = [
            *(require("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--user=root"),
            *("--pid-file", "--port=0", "--interface=eth0", "--dhcp-range=10.9.0.100,10.9.0.150,1h"),
            *("--dhcp-option=option:router", "--dhcp-leasefile=" + str(folder / "leases"), "--log-facility=-"),
            *("--log-dhcp", *arguments),
        ]
        if files:
            root = folder / "tftp"
            root.mkdir()
            for name, content in files.items():
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_bytes(content)
            self._command += ["--enable-tftp", f"--tftp-root={root}"]

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self._process = self._client.popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
