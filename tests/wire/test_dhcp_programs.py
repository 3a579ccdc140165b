# SPDX-License-Identifier: GPL-3.0-or-later
"""The full server and the DHCP clients that people have: busybox's udhcpc, ISC's dhclient, dhcpcd, and nmap's scripts.

Each client walks through the states of RFC 2131 (DHCP-12), and what it sends there is looked at on the wire: a renewal that
goes to everyone, or a rebinding that goes to us alone, would not be what the test is named after.
"""

import contextlib
import re
import socket

import pytest
from support.arp import ArpAnswers
from support.daemon import Daemon, wait_until
from support.dhcp import ACK, DECLINE, DISCOVER, NAK, RELEASE, REQUEST, DhcpClient, discover, message
from support.dhcp_programs import Dhclient, Dhcpcd, Udhcpc
from support.dhcp_wire import DhcpWire
from support.netns import SERVER
from support.requires import require

EVERYONE = "255.255.255.255"
OURS = r"10\.9\.0\.(5\d|6\d)"
ELSEWHERE = "192.168.77.5"
PROGRAMS = [Udhcpc, Dhclient, Dhcpcd]


@pytest.fixture
def server(lan, image_folder, tmp_path):
    """The daemon with addresses 10.9.0.50 to .69."""
    with Daemon(lan, ["--range", "10.9.0.50-10.9.0.69,600", "--dhcp-force", image_folder.path], folder=tmp_path) as daemon:
        yield daemon


@pytest.fixture
def wire(lan):
    """What passes the server's interface."""
    with DhcpWire(lan) as listener:
        yield listener


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_client_goes_through_its_states(lan, server, wire, tmp_path, program):
    """INIT, SELECTING, BOUND, RENEWING by unicast, REBINDING by broadcast, and its release."""
    with program(lan.add_client(), tmp_path) as client:
        address = client.wait_for("bound")
        assert re.fullmatch(OURS, address)
        chosen = wire.wait_for(REQUEST)
        assert (chosen.requested, chosen.server_id, chosen.ciaddr) == (address, SERVER, "0.0.0.0")
        granted = wire.wait_for(ACK)
        assert (granted.yiaddr, granted.options[51]) == (address, (600).to_bytes(4, "big"))

        client.renew()
        assert client.wait_for("renew") == address
        asked = wire.wait_for(REQUEST, lambda request: request.destination == SERVER)
        assert (asked.ciaddr, asked.source, asked.requested, asked.server_id) == (address, address, None, None)
        assert wire.wait_for(ACK, lambda ack: ack.xid == asked.xid and ack.destination == address).yiaddr == address

        seen = len(client.events())
        client.rebind(SERVER)
        asked = wire.wait_for(REQUEST, lambda request: request.ciaddr == address and request.destination == EVERYONE)
        assert (asked.requested, asked.server_id) == (None, None)
        wire.wait_for(ACK, lambda ack: ack.xid == asked.xid and ack.yiaddr == address)
        assert client.wait_for("renew|rebind", count=2) == address
        assert not any(event.startswith("expire") for event in client.events()[seen:])

        if program is not Dhcpcd:
            client.find_server(SERVER)
        client.release()
        gone = wire.wait_for(RELEASE)
        assert (gone.ciaddr, gone.server_id) == (address, SERVER)
        server.wait_for(rf"dhcp {client.machine.mac}: released {address}$")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_client_that_finds_its_address_in_use_gets_another(lan, server, wire, tmp_path, program):
    """DECLINE: the address rests, and the next one that the client is given is free (DHCP-15)."""
    machine = lan.add_client()
    with ArpAnswers(lan, asked_by=machine.mac, times=1), program(machine, tmp_path) as client:
        if program is Dhclient:
            client.decline()
        declined = wire.wait_for(DECLINE)
        assert declined.server_id == SERVER
        server.wait_for(rf"dhcp {machine.mac}: declined {declined.requested}")
        address = wire.wait_for(ACK, lambda ack: ack.yiaddr != declined.requested).yiaddr
        assert re.fullmatch(OURS, address)
        client.wait_for("bound", count=2 if program is Dhclient else 1)
        assert client.events()[-1] == f"bound {address}"


def known_to_the_server(lan, machine):
    """The machine has had a lease here before; its address."""
    card = DhcpClient(machine)
    offer = card.ask(discover(), 5)
    chosen = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(SERVER))]
    assert card.ask(message(REQUEST, chosen), 5).kind == ACK
    card.close()
    return offer.yiaddr


@pytest.mark.parametrize("program", [Dhclient, Dhcpcd])
@pytest.mark.parametrize("is_known", [True, False], ids=["known", "stranger"])
def test_a_client_comes_from_another_network(lan, server, wire, tmp_path, program, is_known):
    """INIT-REBOOT with an address of elsewhere: one that we know is refused, one that we do not know is left to others until
    it asks for any address (DHCP-12). Both end with an address of ours."""
    machine = lan.add_client()
    own = known_to_the_server(lan, machine) if is_known else None
    client = program(machine, tmp_path)
    if program is Dhclient:
        client.remember(ELSEWHERE, "192.168.77.1")
    else:
        client.remember(lease_of_elsewhere(machine))
    with client:
        asked = wire.wait_for(REQUEST, lambda request: request.requested == ELSEWHERE)
        assert (asked.server_id, asked.ciaddr, asked.destination) == (None, "0.0.0.0", EVERYONE)
        address = client.wait_for("bound")
        assert address == own if is_known else re.fullmatch(OURS, address)
        refusals = wire.heard(NAK)
        assert len(refusals) == (1 if is_known else 0)
        for refusal in refusals:
            assert (refusal.xid, refusal.destination, refusal.server_id) == (asked.xid, EVERYONE, SERVER)


def lease_of_elsewhere(machine):
    """An ACK of another network's server, as dhcpcd keeps it."""
    options = [(51, (86400).to_bytes(4, "big")), (1, bytes([255, 255, 255, 0])), (54, bytes([192, 168, 77, 1]))]
    ack = message(ACK, options, mac=bytes.fromhex(machine.mac.replace(":", "")))
    return b"\2" + ack[1:16] + socket.inet_aton(ELSEWHERE) + ack[20:]


def test_the_proxy_says_nothing_to_clients_that_do_not_boot(lan, image_folder, wire, tmp_path):
    """Each has asked twice, so that what it is not told is not only late; a machine that boots is answered."""
    boots = DhcpClient(lan.add_client())
    with contextlib.ExitStack() as stack:
        stack.enter_context(Daemon(lan, [image_folder.path], folder=tmp_path))
        for program in PROGRAMS:
            client = stack.enter_context(program(lan.add_client(), tmp_path))
            mac = bytes.fromhex(client.machine.mac.replace(":", ""))
            wire.wait_for(DISCOVER, lambda message, mac=mac: message.chaddr[:6] == mac)
            asked = len(wire.heard(DISCOVER))
            assert wait_until(lambda asked=asked: len(wire.heard(DISCOVER)) > asked, 20)
        assert [message for message in wire.messages if message.op == 2] == []
        assert boots.ask(discover(b"PXEClient:Arch:00000:UNDI:002001"), 5) is not None
    boots.close()


def nmap(machine, *arguments):
    """nmap's words."""
    require("nmap", "nmap")
    return machine.run(["nmap", *arguments], timeout=60).stdout


def test_nmap_discovers_the_server_by_broadcast(lan, server):
    # It looks at no interface without an address.
    script = ("--script", "broadcast-dhcp-discover", "--script-args", "broadcast-dhcp-discover.timeout=5")
    said = nmap(lan.add_client("10.9.0.9"), *script, "-e", "eth0")
    assert re.search(rf"IP Offered: {OURS}", said), said
    assert f"Server Identifier: {SERVER}" in said and "DHCP Message Type: DHCPOFFER" in said


def test_nmap_asks_the_server_for_its_options(lan, server):
    said = nmap(lan.add_client("10.9.0.9"), "-n", "-sU", "-p", "67", "--script", "dhcp-discover", SERVER)
    assert "DHCP Message Type: DHCPACK" in said, said
    assert f"Server Identifier: {SERVER}" in said and "Subnet Mask: 255.255.255.0" in said
