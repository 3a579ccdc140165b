# SPDX-License-Identifier: GPL-3.0-or-later
"""How replies reach machines that have no address yet: DHCP-24 and 25, RFC 2131 4.1.

The frames themselves are looked at, in a namespace that answers no ARP as it has no address. A server that asks by ARP
first loses each offer to a machine that does not ask for broadcasts, as iPXE does not; one that broadcasts everything
makes each machine of the network look at everybody's.
"""

import os
import socket
import struct

import pytest
from support.daemon import Daemon, binary
from support.dhcp import ACK, COOKIE, DISCOVER, NAK, OFFER, REQUEST, DhcpClient, discover, message, vector
from support.netns import SERVER
from support.requires import require

BROADCAST = 0x8000
EVERYONE = b"\xff" * 6
RANGE = "10.9.0.50-10.9.0.69,600"
ARP = 0x0806


@pytest.fixture
def server(lan, image_folder, tmp_path):
    """The daemon with addresses 10.9.0.50 to .69."""
    with Daemon(lan, ["--range", RANGE, "--dhcp-force", image_folder.path], folder=tmp_path) as daemon:
        yield daemon


@pytest.fixture
def machine(lan):
    """A card without an address."""
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


def chosen(offer, flags=0):
    """The REQUEST that takes an offer."""
    options = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(SERVER))]
    return message(REQUEST, options, flags=flags)


def arp_questions(listener):
    """Who was asked for by ARP since the listener was opened, probes aside: they name no sender."""
    asked = []
    listener.setblocking(False)
    try:
        while True:
            arp = listener.recv(128)[14:]
            if arp[6:8] == b"\0\1" and arp[14:18] != bytes(4):
                asked.append(socket.inet_ntoa(arp[24:28]))
    except BlockingIOError:
        return asked


def test_an_address_is_given_in_frames_of_its_machine_alone(lan, server, machine):
    """No flag: a frame to the machine's own hardware address, and no ARP that it could not answer."""
    listener = machine.namespace.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP)))
    listener.bind((machine.namespace.device, ARP))
    bystander = DhcpClient(lan.add_client())
    offer = machine.ask(discover())
    assert offer is not None, server.log()
    ack = machine.ask(chosen(offer))
    for reply, kind in ((offer, OFFER), (ack, ACK)):
        assert (reply.kind, reply.hardware, reply.destination) == (kind, machine.mac, offer.yiaddr)
        assert (reply.source, reply.source_port, reply.flags) == (SERVER, 67, 0)
        assert reply.has_checksums
        assert list(bystander.replies(struct.pack("!I", reply.xid), 0.1)) == []
    assert arp_questions(listener) == []
    listener.close()
    bystander.close()


def test_who_asks_for_broadcasts_gets_broadcasts(server, machine):
    offer = machine.ask(message(DISCOVER, flags=BROADCAST))
    ack = machine.ask(chosen(offer, BROADCAST))
    for reply, kind in ((offer, OFFER), (ack, ACK)):
        assert (reply.kind, reply.hardware, reply.destination) == (kind, EVERYONE, "255.255.255.255")
        assert reply.flags == BROADCAST


def test_a_machine_with_an_address_is_answered_there(server, machine):
    """Renewing: an ordinary datagram, for which ARP is asked and answered."""
    offer = machine.ask(discover())
    assert machine.ask(chosen(offer)).kind == ACK
    machine.namespace.add_lan_address(offer.yiaddr)
    with machine.namespace.socket() as sock:
        sock.bind((offer.yiaddr, 68))
        machine.send(message(REQUEST, ciaddr=offer.yiaddr, flags=BROADCAST), source=offer.yiaddr)
        sock.settimeout(5)
        reply = sock.recv(2048)
    assert reply[236:243] == COOKIE + bytes([53, 1, ACK])
    assert socket.inet_ntoa(reply[16:20]) == offer.yiaddr


def test_a_relay_is_answered_on_its_port(lan, server):
    """Not the machine, which is on another wire: its hardware address means nothing here."""
    relay = lan.add_client("10.9.0.3")
    with relay.socket() as sock:
        sock.bind(("10.9.0.3", 67))
        sock.settimeout(5)
        sock.sendto(message(DISCOVER, giaddr="10.9.0.3"), (SERVER, 67))
        reply, peer = sock.recvfrom(2048)
    assert peer == (SERVER, 67)
    assert reply[236:243] == COOKIE + bytes([53, 1, OFFER])


@pytest.mark.parametrize("field,value", [(1, 32), (2, 16)], ids=["infiniband", "sixteen-bytes"])
def test_what_is_not_ethernet_gets_broadcasts(server, machine, field, value):
    request = bytearray(discover())
    request[field] = value
    offer = machine.ask(bytes(request))
    assert (offer.kind, offer.hardware, offer.destination) == (OFFER, EVERYONE, "255.255.255.255")


def test_a_refusal_is_for_everyone(server, machine):
    refused = message(REQUEST, [(50, bytes([192, 0, 2, 9])), (54, socket.inet_aton(SERVER))])
    reply = machine.ask(refused)
    assert (reply.kind, reply.hardware, reply.destination) == (NAK, EVERYONE, "255.255.255.255")


def test_real_firmware_is_answered_as_it_asks(server, machine):
    """iPXE asks without the flag, OVMF with it."""
    ipxe = machine.ask(vector("ipxe_bios_discover"))
    assert (ipxe.hardware, ipxe.destination) == (machine.mac, ipxe.yiaddr)
    ovmf = machine.ask(vector("ovmf_discover"))
    assert (ovmf.hardware, ovmf.destination) == (EVERYONE, "255.255.255.255")


def test_without_the_right_to_send_frames_broadcasts_do(lan, image_folder, tmp_path, machine, monkeypatch):
    """As in a container without CAP_NET_RAW. It is said once, not with each reply."""
    wrapper = tmp_path / "pxeiso"
    wrapper.write_text(f'#!/bin/sh\nexec {require("setpriv", "util-linux")} --bounding-set=-net_raw {binary()} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PXEISO", os.fspath(wrapper))
    with Daemon(lan, ["--range", RANGE, "--dhcp-force", image_folder.path], folder=tmp_path) as daemon:
        for _ in range(2):
            offer = machine.ask(discover())
            assert (offer.kind, offer.hardware, offer.destination) == (OFFER, EVERYONE, "255.255.255.255")
        assert daemon.log().count("are sent broadcasts") == 1
