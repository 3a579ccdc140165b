# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP as machines and other servers meet it: the proxy, port 4011, the full server.

The bytes of each reply are the business of tests/unit/test_dhcp_vectors.c; here it is who gets one, how fast, from
where, and who does not. A proxy that answers a laptop, or a server that lends an address twice, hurts a network.
"""

import re
import socket
import subprocess
import time

import pytest
from support.daemon import Daemon, binary, wait_until
from support.dhcp import (
    ACK,
    DISCOVER,
    INFORM,
    NAK,
    OFFER,
    RELEASE,
    REQUEST,
    DhcpClient,
    ask_4011,
    discover,
    message,
    vector,
)
from support.netns import SERVER
from support.requires import require

BIOS = b"PXEClient:Arch:00000:UNDI:002001"
SILENCE = 0.5  # seconds after which there will be no answer
PROMPT = 0.050  # seconds an offer may take (DHCP-63)

PROXY_OFFERS = {
    "ipxe_bios_discover": ("lpxelinux.0", b"PXEClient"),
    "ipxe_efi_discover": (f"http://{SERVER}/boot.ipxe", b"PXEClient"),
    "ovmf_discover": ("snponly.efi", b"PXEClient"),
    "ovmf_http_discover": (f"http://{SERVER}/snponly.efi", b"HTTPClient"),
}


@pytest.fixture
def proxy(lan, image_folder, tmp_path):
    """The daemon as it comes: a proxy."""
    with Daemon(lan, [image_folder.path], folder=tmp_path) as daemon:
        yield daemon


@pytest.fixture
def server(lan, image_folder, tmp_path):
    """The daemon with addresses 10.9.0.50 to .69."""
    arguments = ["--range", "10.9.0.50-10.9.0.69,600", "--dhcp-force", image_folder.path]
    with Daemon(lan, arguments, folder=tmp_path) as daemon:
        yield daemon


@pytest.fixture
def machine(lan):
    """A card without an address."""
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


@pytest.fixture
def dnsmasq(lan, tmp_path):
    """Another machine's DHCP server, 10.9.0.2, that knows nothing of booting."""
    other = lan.add_client("10.9.0.2")
    command = [require("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--port=0"]
    command += ["--user=root", "--dhcp-range=10.9.0.100,10.9.0.120,255.255.255.0,10m", "--pid-file="]
    command += ["--dhcp-authoritative", f"--dhcp-leasefile={tmp_path}/leases", "--log-facility=-", "--no-ping"]
    log_path = tmp_path / "dnsmasq.log"
    with open(log_path, "wb") as log:
        process = other.popen(command, stderr=log, stdout=log, stdin=subprocess.DEVNULL)
    assert wait_until(lambda: "DHCP, IP range" in log_path.read_text(), 10), log_path.read_text()
    yield other
    process.kill()
    process.wait()


def udhcpc(client, tmp_path, *arguments):
    """One run of a real DHCP client: what it was given, as a dictionary; empty when it got nothing."""
    out = tmp_path / "udhcpc.out"
    script = tmp_path / "udhcpc.sh"
    out.unlink(missing_ok=True)
    script.write_text(f'#!/bin/sh\n[ "$1" = bound ] && env >{out}\nexit 0\n')
    script.chmod(0o755)
    command = [require("udhcpc", "udhcpc"), "-f", "-n", "-q", "-t", "3", "-T", "1", "-i", "eth0", "-s", script]
    client.run([*command, *arguments], check=False)
    if not out.exists():
        return {}
    return dict(line.split("=", 1) for line in out.read_text().splitlines() if "=" in line)


# --- the proxy ---


@pytest.mark.parametrize("name", PROXY_OFFERS)
def test_proxy_offers_a_boot_file_to_real_firmware(proxy, machine, name):
    offer = machine.ask(vector(name))
    file, vendor_class = PROXY_OFFERS[name]
    assert offer is not None, proxy.log()
    assert (offer.kind, offer.file, offer.siaddr, offer.server_id) == (OFFER, file, SERVER, SERVER)
    assert (offer.yiaddr, offer.options[60]) == ("0.0.0.0", vendor_class)
    assert (offer.source, offer.source_port, offer.destination) == (SERVER, 67, "255.255.255.255")
    assert offer.chaddr[:6] == machine.mac
    # Nothing that belongs to who gives addresses.
    assert not {51, 58, 59, 1, 3, 6} & set(offer.options)


def test_an_offer_is_prompt(proxy, machine):
    """iPXE waits two seconds for a proxy, other ROMs not much longer (DHCP-63)."""
    machine.ask(vector("ovmf_discover"))
    taken = sorted(machine.ask(discover(BIOS)).taken for _ in range(20))
    assert taken[len(taken) // 2] < PROMPT, taken


@pytest.mark.parametrize(
    "request_bytes",
    [
        discover(),
        discover(b"MSFT 5.0"),
        discover(b"udhcp 1.35"),
        message(REQUEST, [(60, BIOS), (50, bytes([10, 9, 0, 50])), (54, bytes([10, 9, 0, 2]))]),
        message(REQUEST, [(60, BIOS), (50, bytes([10, 9, 0, 50]))]),
        message(INFORM, [(60, BIOS)], ciaddr="10.9.0.50"),
        message(RELEASE, [(60, BIOS)], ciaddr="10.9.0.50"),
        message(OFFER, [(60, BIOS)]),
        b"\2" + discover(BIOS)[1:],
        message(DISCOVER, [(60, BIOS)], giaddr="192.0.2.1"),
    ],
    ids=["plain", "windows", "udhcpc", "selecting", "rebooting", "inform", "release", "offer", "reply", "relay"],
)
def test_proxy_leaves_everything_else_alone(proxy, machine, request_bytes):
    assert machine.ask_all(request_bytes, SILENCE) == []
    assert machine.ask(discover(BIOS)) is not None, "it must still be there for those it is for"


def test_proxy_gives_no_address_to_a_real_client(lan, proxy, tmp_path):
    assert udhcpc(lan.add_client(), tmp_path) == {}


@pytest.mark.parametrize(
    "name,port,file", [("ovmf_4011", 4011, "snponly.efi"), ("ipxe_bios_4011", 68, "lpxelinux.0")]
)
def test_port_4011_answers_to_the_port_that_asked(lan, proxy, name, port, file):
    """OVMF asks from 4011, iPXE from 68: a fixed destination would lose one of them (DHCP-29)."""
    client = lan.add_client("10.9.0.50")
    reply = ask_4011(client, vector(name), "10.9.0.50", port, SERVER)
    assert reply is not None, proxy.log()
    assert (reply.kind, reply.file, reply.siaddr, reply.sname) == (ACK, file, SERVER, SERVER)
    assert (reply.source, reply.source_port) == (SERVER, 4011)
    assert (reply.ciaddr, reply.yiaddr, reply.options[60]) == ("10.9.0.50", "0.0.0.0", b"PXEClient")
    proxy.wait_for(rf"dhcp {client.mac}: sent {file} to 10.9.0.50 ")


def test_proxy_works_beside_another_server(lan, dnsmasq, proxy, machine, tmp_path):
    """Both are heard, each says its own part; a plain client gets what it got before."""
    offers = machine.ask_all(vector("ipxe_bios_discover"))
    assert sorted((offer.server_id, offer.file) for offer in offers) == [("10.9.0.1", "lpxelinux.0"), ("10.9.0.2", "")]
    given = udhcpc(lan.add_client(), tmp_path)
    assert given["serverid"] == "10.9.0.2"
    assert "boot_file" not in given


def test_beside_a_server_on_this_machine_only_4011_is_answered(lan, image_folder, tmp_path):
    """The other one has port 67 and must send machines here, which the log says (DHCP-48)."""
    command = [require("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--no-ping"]
    command += ["--user=root", "--dhcp-range=10.9.0.100,10.9.0.120", f"--dhcp-leasefile={tmp_path}/leases", "--pid-file="]
    other = lan.popen(command, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: ":0043 " in lan.run(["cat", "/proc/net/udp"]).stdout, 10)
        with Daemon(lan, [image_folder.path], folder=tmp_path) as daemon:
            daemon.wait_for(r"port 67 ")
            asks = DhcpClient(lan.add_client())
            assert [offer.file for offer in asks.ask_all(vector("ovmf_discover"))] == [""]
            client = lan.add_client("10.9.0.50")
            assert ask_4011(client, vector("ovmf_4011"), "10.9.0.50", 4011, SERVER, 5).file == "snponly.efi"
            asks.close()
    finally:
        other.kill()
        other.wait()


def test_a_machine_that_nothing_starts_is_named_once(proxy, machine):
    """No offer that would end in an error on its screen, and one line that says why."""
    for _ in range(3):
        assert machine.ask(discover(b"PXEClient:Arch:00011:UNDI:003000", 11), SILENCE) is None
    mac = machine.mac.hex(":")
    assert len(re.findall(rf"dhcp {mac}: nothing to offer \(UEFI ARM64\)", proxy.log())) == 1


def test_the_log_has_one_line_an_exchange(proxy, machine):
    request = vector("ipxe_bios_discover")
    for _ in range(3):
        assert machine.ask(request) is not None
    proxy.wait_for(rf"dhcp {machine.mac.hex(':')}: offered lpxelinux\.0 \(BIOS, iPXE\)$")
    assert proxy.log().count("offered") == 1


def test_each_interface_gets_its_own_answers(lan, image_folder, tmp_path):
    """The reply leaves where the request came in and names the address of that side (DHCP-28)."""
    first, second = lan.add_client(), lan.add_client()
    lan.ip(f"link add side1 type veth peer name eth1 netns {second.name}")
    lan.ip("link set side1 up")
    lan.add_address("10.77.0.1/24", "side1")
    second.ip("link set eth1 up")
    machines = {SERVER: DhcpClient(first), "10.77.0.1": DhcpClient(second, "eth1")}
    with Daemon(lan, [image_folder.path], folder=tmp_path):
        for address, machine in machines.items():
            offers = machine.ask_all(vector("ipxe_efi_discover"), SILENCE)
            assert [offer.source for offer in offers] == [address]
            assert offers[0].file == f"http://{address}/boot.ipxe"
            assert (offers[0].server_id, offers[0].siaddr) == (address, address)


def test_other_interfaces_are_left_alone(lan, image_folder, tmp_path, machine):
    other = lan.add_client()
    lan.ip(f"link add side1 type veth peer name eth1 netns {other.name}")
    lan.ip("link set side1 up")
    lan.add_address("10.77.0.1/24", "side1")
    other.ip("link set eth1 up")
    with Daemon(lan, ["-i", "side1", image_folder.path], folder=tmp_path):
        assert machine.ask_all(discover(BIOS), SILENCE) == []
        assert DhcpClient(other, "eth1").ask(discover(BIOS)) is not None


def test_garbage_disturbs_nobody(proxy, machine):
    request = vector("ipxe_bios_discover")
    for length in range(0, len(request), 7):
        machine.send(request[:length].ljust(8, b"\0"))
    for at in range(240, len(request)):
        machine.send(request[:at] + b"\xff" + request[at + 1 :])
    machine.send(bytes(1400))
    machine.send(request[:240] + b"\x3c\x01P" * 380 + b"\xff")
    # The kernel may have dropped what came too fast; firmware asks again too.
    assert any(machine.ask(discover(BIOS)) for _ in range(4)), proxy.log()


# --- the full server ---


def test_a_lease_from_discover_to_release(lan, server, tmp_path):
    client = lan.add_client()
    given = udhcpc(client, tmp_path, "-R", "-O", "broadcast")
    assert given["serverid"] == SERVER
    assert re.fullmatch(r"10\.9\.0\.(5\d|6\d)", given["ip"])
    assert (given["lease"], given["subnet"], given["broadcast"]) == ("600", "255.255.255.0", "10.9.0.255")
    assert "router" not in given
    server.wait_for(rf"dhcp {client.mac}: leased {given['ip']}$")
    # Again, and as another stage of the same machine: the same address.
    assert udhcpc(client, tmp_path)["ip"] == given["ip"]
    assert udhcpc(client, tmp_path, "-x", "0x3d:ff00112233")["ip"] == given["ip"]


def test_a_lease_is_renewed_by_unicast(lan, server):
    client = lan.add_client()
    machine = DhcpClient(client)
    offer = machine.ask(discover())
    chosen = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(SERVER))]
    assert machine.ask(message(REQUEST, chosen)).kind == ACK
    client.add_lan_address(offer.yiaddr)
    with client.socket() as sock:
        sock.bind((offer.yiaddr, 68))
        sock.settimeout(2)
        renewal = message(REQUEST, ciaddr=offer.yiaddr).replace(bytes.fromhex("525400123456"), machine.mac)
        sock.sendto(renewal, (SERVER, 67))
        reply = sock.recv(2048)
    assert reply[240:243] == bytes([53, 1, ACK])
    assert socket.inet_ntoa(reply[16:20]) == offer.yiaddr


def test_port_67_is_open_to_who_has_an_address(lan, server):
    """Its own frames are no reason for the kernel to say that nobody is there: a client that hears that gives up (DHCP-27)."""
    with lan.add_client("10.9.0.9").socket() as sock:
        sock.settimeout(5)
        sock.bind(("10.9.0.9", 68))
        sock.connect((SERVER, 67))
        sock.send(b"not DHCP")
        # What the kernel had to say of that would be told here.
        sock.send(message(INFORM, ciaddr="10.9.0.9"))
        assert sock.recv(2048)[240:243] == bytes([53, 1, ACK])


def test_firmware_boots_from_the_server_alone(server, machine):
    """One exchange: no option 60 for PXE, or UEFI would go on to 4011 (DHCP-44)."""
    for name, file in (("ipxe_bios", "lpxelinux.0"), ("ovmf", "snponly.efi")):
        offer = machine.ask(vector(f"{name}_discover"))
        assert (offer.kind, offer.file, offer.siaddr) == (OFFER, file, SERVER)
        assert 60 not in offer.options and 43 not in offer.options
        request = vector(f"{name}_request").replace(bytes([10, 9, 0, 50]), socket.inet_aton(offer.yiaddr))
        ack = machine.ask(request)
        assert (ack.kind, ack.file, ack.yiaddr) == (ACK, file, offer.yiaddr)


def test_no_two_machines_get_one_address(lan, server):
    """20 addresses for 21 machines: 20 get one each, the last is told nothing and the log says why."""
    machine = DhcpClient(lan.add_client())
    given = []
    for number in range(21):
        machine.mac = bytes([2, 0, 0, 0, 9, number])
        offer = machine.ask(discover(), 1 if number < 20 else SILENCE)
        given.append(offer.yiaddr if offer else None)
    assert given[20] is None
    assert sorted(given[:20]) == sorted(f"10.9.0.{host}" for host in range(50, 70))
    server.wait_for(r"dhcp 02:00:00:00:09:14: nothing to offer: no free address")


def test_who_asks_for_anothers_address_is_refused(lan, server):
    first, second = DhcpClient(lan.add_client()), DhcpClient(lan.add_client())
    address = first.ask(discover()).yiaddr
    chosen = [(50, socket.inet_aton(address)), (54, socket.inet_aton(SERVER))]
    assert first.ask(message(REQUEST, chosen)).kind == ACK
    refusal = second.ask(message(REQUEST, chosen[:1]))
    assert (refusal.kind, refusal.yiaddr, refusal.destination) == (NAK, "0.0.0.0", "255.255.255.255")


def test_leases_of_other_servers_are_not_touched(server, machine):
    """A machine that renews an address we know nothing of is another server's (DHCP-12)."""
    assert machine.ask_all(message(REQUEST, [(50, bytes([192, 0, 2, 7]))]), SILENCE) == []
    assert machine.ask_all(message(REQUEST, [(50, bytes([10, 9, 0, 200]))]), SILENCE) == []


def test_a_range_of_no_network_of_ours_is_refused(lan, image_folder):
    run = lan.run([binary(), "--range", "192.0.2.10-192.0.2.20", image_folder.path], check=False)
    assert run.returncode == 1
    assert re.search(r"192\.0\.2\.10-192\.0\.2\.20.*subnet of an interface", run.stderr), run.stderr


def test_the_server_keeps_off_its_own_address(lan, image_folder, tmp_path):
    with Daemon(lan, ["--range", f"{SERVER}-10.9.0.2", image_folder.path], folder=tmp_path):
        machine = DhcpClient(lan.add_client())
        assert machine.ask(discover(options=[(50, socket.inet_aton(SERVER))])).yiaddr == "10.9.0.2"


def test_addresses_of_a_late_interface_are_served(lan, proxy):
    """An interface that gets its address while the daemon runs is served soon after."""
    other = lan.add_client()
    lan.ip(f"link add side1 type veth peer name eth1 netns {other.name}")
    lan.ip("link set side1 up")
    other.ip("link set eth1 up")
    lan.add_address("10.77.0.1/24", "side1")
    machine = DhcpClient(other, "eth1")
    deadline = time.monotonic() + 5
    while (offer := machine.ask(discover(BIOS), SILENCE)) is None and time.monotonic() < deadline:
        pass
    assert offer is not None and offer.server_id == "10.77.0.1"
