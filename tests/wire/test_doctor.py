# SPDX-License-Identifier: GPL-3.0-or-later
"""pxeiso doctor, for someone whose machine does not boot: each fault has its line, its remedy, and exit status 1.

The faults are real ones: a program on our port, a firewall's rule, another DHCP server, a folder without loaders.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess

import pytest
from support import images
from support.daemon import Daemon, binary, wait_until
from support.dhcp import DhcpClient, vector
from support.loader_server import LoaderServer
from support.netns import SERVER
from support.requires import UNPACKED, require, require_file, require_unpacked

RANGE = ["--range", "10.9.0.50-10.9.0.69"]
# What each machine is told by another DHCP server that has our lines, as by ours: its file, and its option 60.
TOLD = {
    "ipxe_bios_discover": ("lpxelinux.0", None),
    "ipxe_efi_discover": (f"http://{SERVER}/boot.ipxe", None),
    "ovmf_discover": ("snponly.efi", None),
    "ovmf_http_discover": (f"http://{SERVER}/snponly.efi", b"HTTPClient"),
}


class Findings:
    """What the doctor found."""

    def __init__(self, done):
        self.status = done.returncode
        self.text = done.stdout + done.stderr
        report = json.loads(done.stdout)
        self.first = report["first"]
        self.all = report["findings"]
        assert report["well"] == (self.status == 0), self.text

    def one(self, topic, what, state=None):
        """The finding of that topic, patterns both; the test fails without it."""
        for finding in self.all:
            if re.search(topic, finding["topic"]) and re.search(what, finding["what"]):
                if state is None or finding["state"] == state:
                    return finding
        raise AssertionError(f"no {state} finding of {topic} {what}: {self.text}")


def examine(lan, *arguments, prefix=()):
    """One run of the doctor on the server's machine."""
    done = lan.run([*prefix, binary(), "doctor", "--json", *arguments], check=False)
    assert done.returncode in (0, 1), done.stderr
    return Findings(done)


@pytest.fixture
def folder(image_folder):
    """A folder with one image that boots."""
    images.put(require_file("/usr/lib/ipxe/ipxe.iso", "ipxe"), image_folder.path)
    return image_folder.path


@pytest.fixture
def server(lan, folder, tmp_path):
    """The daemon as a full DHCP server."""
    with Daemon(lan, [*RANGE, folder], folder=tmp_path) as daemon:
        yield daemon


@contextlib.contextmanager
def dnsmasq(lan, tmp_path, *arguments):
    """Another machine's DHCP server that is ready."""
    place = tmp_path / "other"
    place.mkdir()
    with LoaderServer(lan, place, ["--no-ping", *arguments]) as other:
        assert wait_until(lambda: "DHCP, IP range" in other.log_path.read_text(), 10), other.log_path.read_text()
        yield other


def test_all_is_well_as_a_server(lan, server):
    """It needs no word of how the daemon was started, and follows each machine to its kernel."""
    found = examine(lan)
    assert (found.status, found.first) == (0, None), found.text
    assert found.one("ports", "69/udp")["text"].startswith("TFTP: pxeiso (process ")
    assert f"process {server.pid}" in found.one("ports", "pxeiso")["text"]
    assert SERVER + "/24" in found.one("interfaces", "lan0", "ok")["text"]
    assert found.one("DHCP servers", "lan0", "ok")["text"] == "pxeiso gives out the addresses"
    assert "lpxelinux.0 from 10.9.0.1" in found.one("a machine with BIOS", "offer", "ok")["text"]
    assert "lpxelinux.0: " in found.one("a machine with BIOS", "loader", "ok")["text"]
    assert "ipxe" in found.one("a machine with BIOS", "kernel", "ok")["text"]
    assert "snponly.efi" in found.one("a machine with UEFI x64, ", "loader", "ok")["text"]
    assert "http://10.9.0.1/snponly.efi" in found.one("a machine with UEFI x64 HTTP", "loader", "ok")["text"]
    assert "http://10.9.0.1/boot.ipxe" in found.one("a machine with iPXE on UEFI x64", "menu", "ok")["text"]


def test_all_is_well_as_a_proxy(lan, folder, tmp_path):
    with dnsmasq(lan, tmp_path), Daemon(lan, [folder], folder=tmp_path):
        found = examine(lan)
    assert found.status == 0, found.text
    assert found.one("DHCP servers", "lan0", "ok")["text"].startswith("10.9.0.2 (")
    assert "from 10.9.0.2" in found.one("a machine with BIOS", "DISCOVER", "ok")["text"]
    assert "10.9.0.1" in found.one("a machine with UEFI x64, ", "offer", "ok")["text"]


def test_it_takes_no_address(lan, folder, tmp_path):
    """What it is offered it does not ask for."""
    with Daemon(lan, ["-v", *RANGE, folder], folder=tmp_path) as daemon:
        examine(lan)
        daemon.wait_for(r"dhcp 02:64:6f:63:74:\S+ offered")
        assert not re.search(r"dhcp 02:64:6f:63:74:\S+ leased", daemon.log()), daemon.log()


def test_people_are_told_what_to_mend_first(lan, folder, tmp_path):
    done = lan.run([binary(), "doctor", folder], check=False)
    assert done.returncode == 1
    assert "  FAIL  pxeiso           does not run on this machine\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("First mend this: ports pxeiso: start it: ")


def test_a_port_that_another_program_holds(lan, folder, tmp_path):
    """The one to end is named by its process."""
    command = [require("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--port=0"]
    command += ["--user=root", "--pid-file", "--enable-tftp", f"--tftp-root={tmp_path}"]
    command += ["--dhcp-range=10.9.0.100,10.9.0.120", f"--dhcp-leasefile={tmp_path}/leases"]
    process = lan.popen(command, stdin=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: ":69 " in lan.run(["ss", "-lun"]).stdout, 10)
        found = examine(lan, folder)
    finally:
        process.kill()
        process.wait()
    assert found.status == 1
    for port in ("67/udp", "69/udp"):
        held = found.one("ports", port, "fail")
        assert f"held by dnsmasq (process {process.pid}" in held["text"]
    assert "dnsmasq" in found.first


def test_a_firewall_that_drops_tftp(lan, server):
    """The line that is told lets it through again."""
    nft = require("nft", "nftables")
    lan.run([nft, "add table inet filter; add chain inet filter input { type filter hook input priority 0; }"])
    lan.run([nft, "add rule inet filter input udp dport 69 drop"])
    found = examine(lan)
    assert found.status == 1
    assert found.one("firewall", "69/udp on lan0", "fail")["text"] == "is dropped by the chain inet filter input"
    assert found.one("firewall", "67/udp on lan0", "ok")
    assert "no answer" in found.one("a machine with BIOS", "loader", "fail")["text"]
    assert found.first == "nft insert rule inet filter input iifname lan0 udp dport 69 accept"
    assert "is dropped" not in examine(lan, prefix=["sh", "-c", f'{found.first} && exec "$@"', "sh"]).text


def test_another_dhcp_server_beside_ours(lan, server, tmp_path):
    with dnsmasq(lan, tmp_path):
        found = examine(lan)
    assert found.status == 1
    other = found.one("DHCP servers", "lan0", "fail")
    assert other["text"].startswith("10.9.0.2 (") and "gives out addresses too" in other["text"]
    assert found.first.startswith("switch off the DHCP server 10.9.0.2 (")


def test_a_proxy_where_nobody_gives_addresses(lan, folder, tmp_path):
    with Daemon(lan, [folder], folder=tmp_path):
        found = examine(lan)
    assert found.status == 1
    assert "nobody gives out addresses" in found.one("DHCP servers", "lan0", "fail")["text"]
    assert "--range" in found.first


def test_a_loader_that_is_missing(lan, folder, tmp_path):
    """The package that has it is named."""
    hide = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /usr/lib/PXELINUX && exec "$@"', "sh"]
    found = examine(lan, "--dhcp", "off", folder, prefix=hide)
    assert found.status == 1
    assert "Debian: pxelinux" in found.one("loaders", "BIOS", "fail")["fix"]
    assert found.one("loaders", "UEFI x64", "ok")


def test_no_images(lan, image_folder):
    found = examine(lan, image_folder.path)
    assert found.status == 1
    assert found.one("images", "all", "fail")["fix"] == f"copy ISO files to {image_folder.path}"


def test_an_interface_that_is_down(lan, folder):
    lan.ip("link add lan1 type bridge")
    found = examine(lan, "--interface", "lan1", "--interface", "lan7", folder)
    assert found.status == 1
    assert found.one("interfaces", "lan1", "fail")["fix"] == "ip link set lan1 up"
    assert found.one("interfaces", "lan7", "fail")["text"] == "there is no such interface"
    assert found.first == "ip link set lan1 up"


def test_without_root_it_says_what_it_could_not_see(lan, folder, tmp_path):
    program = shutil.copy(binary(), f"{folder}/pxeiso")
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "doctor", "--json", folder]
    with Daemon(lan, [*RANGE, folder], folder=tmp_path):
        found = Findings(lan.run(command, check=False))
    assert "not root" in found.one("rights", "root", "unknown")["text"]
    assert "only root" in found.one("ports", "67/udp", "unknown")["text"]
    assert "needs root" in found.one("machines", "lan0", "unknown")["text"]
    assert found.one("images", "all", "ok")


def test_a_pxeiso_on_another_machine(lan, server):
    """Nothing is said of this machine's own ports and files."""
    other = lan.add_client("10.9.0.3")
    found = examine(other, "--server", SERVER)
    assert found.status == 0, found.text
    assert "ipxe" in found.one("a machine with BIOS", "kernel", "ok")["text"]
    assert not [finding for finding in found.all if finding["topic"] in ("ports", "images", "loaders")]


# --- recording ---


def packets_of(path):
    """The frames of a pcap."""
    data = path.read_bytes()
    magic, major, minor, _, _, _, link = struct.unpack("=IHHiIII", data[:24])
    assert (magic, major, minor, link) == (0xA1B2C3D4, 2, 4, 1)
    at, found = 24, []
    while at < len(data):
        _, _, captured, length = struct.unpack("=4I", data[at : at + 16])
        assert captured == length
        found.append(data[at + 16 : at + 16 + captured])
        at += 16 + captured
    return found


def test_recording_keeps_what_real_machines_say(lan, server, tmp_path):
    """Question and answer are in the file and on the screen; control-C ends it."""
    path, machine = tmp_path / "boot.pcap", DhcpClient(lan.add_client())
    mac = ":".join(f"{byte:02x}" for byte in machine.mac)
    process = lan.popen([binary(), "doctor", "--record", path], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().startswith(f"recording DHCP to {path}")
        offer = machine.ask(vector("ovmf_discover"), timeout=5)
        # The server's own look for other servers may be recorded too.
        lines = []
        while len(lines) < 2:
            line = process.stdout.readline()
            assert line, "it ended by itself"
            lines += [line] if mac in line else []
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        machine.close()
    assert f"lan0 DISCOVER {mac} (UEFI x64, PXE) asks who is there" in lines[0]
    assert f"lan0 OFFER    {mac} is told by {SERVER}: its address is {offer.yiaddr} to boot snponly.efi" in lines[1]
    frames = packets_of(path)
    assert any(vector("ovmf_discover")[4:8] in frame for frame in frames)
    assert any(frame.endswith(offer.payload) for frame in frames)


def test_recording_ends_after_its_seconds(lan, tmp_path):
    done = lan.run([binary(), "doctor", "--record", tmp_path / "none.pcap", "--seconds", "1"])
    assert done.stdout.endswith(f"0 packets in {tmp_path}/none.pcap\n")
    assert packets_of(tmp_path / "none.pcap") == []


# --- other DHCP servers with our lines ---


def advice(lan, name, folder):
    """What --print has for a server."""
    return lan.run([binary(), "doctor", "--print", name, folder]).stdout


def check_told(lan):
    """Each machine is told by another server what ours would tell it."""
    for name, (file, vendor_class) in TOLD.items():
        machine = DhcpClient(lan.add_client())
        offer = wait_until(lambda: machine.ask(vector(name), timeout=3), 10)
        machine.close()
        assert offer is not None and offer.source == "10.9.0.2", name
        told = offer.file or offer.options[67].rstrip(b"\0").decode()
        assert told == file, name
        assert vendor_class is None or offer.options[60].startswith(vendor_class), name
        assert file.startswith("http:") or offer.siaddr == SERVER, name


def test_dnsmasq_with_our_lines(lan, folder, tmp_path):
    """The doctor itself then finds that all boots."""
    lines = tmp_path / "pxeiso.conf"
    lines.write_text(advice(lan, "dnsmasq", folder))
    with dnsmasq(lan, tmp_path, f"--conf-file={lines}"), Daemon(lan, ["--dhcp", "off", folder], folder=tmp_path):
        check_told(lan)
        found = examine(lan)
    assert found.status == 0, found.text
    assert "names our loader lpxelinux.0" in found.one("DHCP servers", "lan0", "ok")["text"]
    for kind in ("BIOS, ", "iPXE on UEFI x64"):
        assert "ipxe" in found.one(f"a machine with {kind}", "kernel", "ok")["text"]


def test_isc_dhcpd_with_our_lines(lan, folder, tmp_path):
    dhcpd = require_unpacked("dhcpd", "isc-dhcp-server")
    other, lines, leases = lan.add_client("10.9.0.2"), tmp_path / "dhcpd.conf", tmp_path / "leases"
    subnet = "subnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.100 10.9.0.150; }\n"
    lines.write_text(advice(lan, "isc", folder) + subnet)
    leases.touch()
    command = [dhcpd, "-f", "-4", "-cf", lines, "-lf", leases, "-pf", tmp_path / "pid", "eth0"]
    assert other.run([*command[:3], "-t", *command[3:]], check=False).returncode == 0
    process = other.popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        check_told(lan)
    finally:
        process.kill()
        process.wait()


def test_kea_with_our_lines(lan, folder, tmp_path):
    kea = require_unpacked("kea-dhcp4", "kea-dhcp4-server")
    require_unpacked("kea-lfc", "kea-common")
    other, lines = lan.add_client("10.9.0.2"), tmp_path / "kea.conf"
    lines.write_text(
        '{ "Dhcp4": { "interfaces-config": { "interfaces": [ "eth0" ] },\n'
        '"lease-database": { "type": "memfile", "persist": false },\n'
        '"subnet4": [ { "subnet": "10.9.0.0/24", "pools": [ { "pool": "10.9.0.100 - 10.9.0.150" } ] } ],\n'
        + advice(lan, "kea", folder)
        + "} }\n"
    )
    libraries = ":".join(str(path.parent) for path in UNPACKED.glob("usr/lib/*/libkea-dhcpsrv.so*"))
    places = {"KEA_PIDFILE_DIR": str(tmp_path), "KEA_LOCKFILE_DIR": str(tmp_path)}
    environment = {**os.environ, **places, "LD_LIBRARY_PATH": libraries}
    checked = other.run([kea, "-t", lines], check=False, env=environment)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    process = other.popen([kea, "-c", lines], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
    try:
        check_told(lan)
    finally:
        process.kill()
        process.wait()
