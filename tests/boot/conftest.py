# SPDX-License-Identifier: GPL-3.0-or-later
"""What the boot tests share: a network, the daemon on it, one machine with nothing but a network card."""

import contextlib

import pytest
from support import images
from support.boot import Boot
from support.daemon import Daemon
from support.loader_server import LoaderServer
from support.qemu import Machine

@pytest.fixture
def boot(lan, image_folder, tmp_path):
    """boot(image, *arguments): the daemon serves the image, a machine is switched on. To be used in `with`.

    Arguments of the daemon's command line follow; a menu waits one second, so --default decides what is booted. The machine
    is plugged into `network`, else into the daemon's own.
    """

    @contextlib.contextmanager
    def start(image, *arguments, memory=1024, timeout=1, extra=(), network=None):
        images.put(image, image_folder.path)
        command = ["-v", "--interface", "lan0", "--timeout", timeout, *arguments, image_folder]
        with Daemon(lan, command, tmp_path) as daemon, Machine(network or lan, tmp_path, memory, extra=extra) as machine:
            try:
                yield Boot(daemon, machine)
            except BaseException:
                print(daemon.log())
                raise

    return start


@pytest.fixture
def address_server(lan, tmp_path):
    """Another machine's DHCP server, 10.9.0.2: it gives addresses and says nothing about booting."""
    with LoaderServer(lan, tmp_path) as server:
        yield server.log_path
