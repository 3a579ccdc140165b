# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine boots from a DHCP server of the user's own, which has the lines that `pxeiso doctor --print` gives it."""

from support import images
from support.boot import Boot
from support.daemon import Daemon, binary
from support.loader_server import LoaderServer
from support.netns import SERVER
from support.qemu import Machine


def test_dnsmasq_alone_hands_out_our_loader(lan, image_folder, tmp_path):
    """pxeiso answers no DHCP at all; the machine comes to the image's own root."""
    images.put(images.make("make-debian-live.sh"), image_folder.path)
    lines = tmp_path / "pxeiso.conf"
    lines.write_text(lan.run([binary(), "doctor", "--print", "dnsmasq", image_folder.path]).stdout)
    command = ["-v", "--dhcp", "off", "--timeout", 1, "--default", "debian-live:live-amd64", image_folder]
    with LoaderServer(lan, tmp_path, [f"--conf-file={lines}"]), Daemon(lan, command, tmp_path) as daemon:
        with Machine(lan, tmp_path) as machine:
            report = Boot(daemon, machine).final_root("debian-live")
    assert f"fetch=http://{SERVER}/images/debian-live/live/filesystem.squashfs" in report["CMDLINE"][0]
    assert "dhcp" not in daemon.log(), daemon.log()
