# SPDX-License-Identifier: GPL-3.0-or-later
"""What the boot tests share: a network, the daemon on it, one machine with nothing but a network card."""

import contextlib
import subprocess

import pytest
from support import images
from support.boot import Boot
from support.daemon import Daemon
from support.qemu import Machine
from support.requires import require

@pytest.fixture
def boot(lan, image_folder, tmp_path):
    """boot(image, *arguments): the daemon serves the image, a machine is switched on. To be used in `with`.

    Arguments of the daemon's command line follow; a menu waits one second, so --default decides what is booted.
    """

    @contextlib.contextmanager
    def start(image, *arguments, memory=1024, timeout=1, extra=()):
        images.put(image, image_folder.path)
        command = ["-v", "--interface", "lan0", "--timeout", timeout, *arguments, image_folder]
        with Daemon(lan, command, tmp_path) as daemon, Machine(lan, tmp_path, memory, extra=extra) as machine:
            try:
                yield Boot(daemon, machine)
            except BaseException:
                print(daemon.log())
                raise

    return start


@pytest.fixture
def address_server(lan, tmp_path):
    """Another machine's DHCP server, 10.9.0.2: it gives addresses and says nothing about booting."""
    dnsmasq = require("dnsmasq", "dnsmasq-base")
    client = lan.add_client("10.9.0.2")
    command = [
        *(dnsmasq, "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file", "--port=0"),
        *("--interface=eth0", "--dhcp-range=10.9.0.100,10.9.0.150,1h", "--dhcp-option=option:router"),
        *("--dhcp-leasefile=" + str(tmp_path / "leases"), "--log-facility=-", "--log-dhcp"),
    ]
    with open(tmp_path / "dnsmasq.log", "wb") as log:
        process = client.popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    yield tmp_path / "dnsmasq.log"
    process.terminate()
    process.wait()
