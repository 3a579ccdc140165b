# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses are asked for before they are offered: DHCP-18, RFC 5227.

Somebody gave a printer an address of the range by hand. The machine that is offered it would take it, and both would
fail now and then, for a reason that takes days to find. The question costs half a second, and only who is new waits.
"""

import socket
import struct

import pytest
from support.daemon import Daemon
from support.dhcp import ACK, DISCOVER, OFFER, REQUEST, DhcpClient, discover, message
from support.netns import SERVER

FIRST = "10.9.0.50"
ARP = 0x0806
PROBE_SECONDS = 0.5


@pytest.fixture
def start(lan, image_folder, tmp_path):
    """Starts the daemon: start(range, lines of its [dhcp] section...)."""
    running = []

    def start_with(addresses, *lines):
        path = tmp_path / "pxeiso.conf"
        section = [f"range = {addresses}", "force = yes"] if addresses else []
        path.write_text("\n".join(["[images]", f"directory = {image_folder.path}", "[dhcp]", *section, *lines, ""]))
        running.append(Daemon(lan, ["-c", path], folder=tmp_path))
        running[0].start()
        return running[0]

    yield start_with
    for daemon in running:
        daemon.stop()


@pytest.fixture
def machine(lan):
    """A card without an address."""
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


@pytest.fixture
def probes(lan):
    """A listener: probes() is who was asked for by ARP since it was called last, in order."""
    place = lan.add_client()
    listener = place.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP)))
    listener.bind((place.device, ARP))
    listener.setblocking(False)

    def heard():
        asked = []
        try:
            while True:
                arp = listener.recv(128)[14:]
                if arp[6:8] == b"\0\1" and arp[14:18] == bytes(4):
                    asked.append(socket.inet_ntoa(arp[24:28]))
        except BlockingIOError:
            return asked

    yield heard
    listener.close()


def wish(address=FIRST, **fields):
    """A DISCOVER that would like this address."""
    return message(DISCOVER, [(50, socket.inet_aton(address))], **fields)


def take(machine, offer):
    """The whole exchange's end: an ACK."""
    options = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(SERVER))]
    ack = machine.ask(message(REQUEST, options))
    assert (ack.kind, ack.yiaddr) == (ACK, offer.yiaddr)


def silent_host(lan, address):
    """A machine that took an address by itself, and answers nothing but ARP; its hardware address."""
    host = lan.add_client(address)
    host.run(["sh", "-c", "echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all"])
    return host.mac


def test_an_address_that_somebody_has_is_not_offered(lan, start, machine):
    """Neither to who asks for it, nor to who would get it as the last one of the range."""
    daemon = start("10.9.0.50-10.9.0.51")
    mac = silent_host(lan, FIRST)
    assert machine.ask(wish()).yiaddr == "10.9.0.51"
    daemon.wait_for(rf"dhcp: 10\.9\.0\.50 is in use by {mac}, ")
    machine.mac = bytes([2, 0, 0, 0, 0, 9])
    assert machine.ask(wish(), 2) is None
    daemon.wait_for(r"dhcp 02:00:00:00:00:09: nothing to offer: no free address")
    assert daemon.log().count("is in use by") == 1


def test_who_is_in_a_hurry_waits_for_the_answer_too(lan, start, machine):
    """Rapid commit: the ACK would leave at once, and there would be no second message to think again."""
    daemon = start("10.9.0.50-10.9.0.51", "rapid-commit = yes")
    silent_host(lan, FIRST)
    reply = machine.ask(message(DISCOVER, [(50, socket.inet_aton(FIRST)), (80, b"")]))
    assert (reply.kind, reply.yiaddr) == (ACK, "10.9.0.51"), daemon.log()


def test_behind_a_relay_the_question_is_an_echo(lan, start):
    """ARP does not go through routers."""
    daemon = start("10.9.0.50-10.9.0.51")
    lan.add_client(FIRST)
    relay = lan.add_client("10.9.0.3")
    with relay.socket() as sock:
        sock.bind(("10.9.0.3", 67))
        sock.settimeout(10)
        sock.sendto(wish(giaddr="10.9.0.3"), (SERVER, 67))
        assert socket.inet_ntoa(sock.recv(2048)[16:20]) == "10.9.0.51"
    daemon.wait_for(r"dhcp: 10\.9\.0\.50 is in use by a machine behind the relay, ")


def test_fifty_machines_do_not_wait_for_each_other(start, machine):
    """Their questions are asked at once. Who has its address already is answered before all of them."""
    start("10.9.0.50-10.9.0.150")
    known = machine.mac
    take(machine, machine.ask(wish()))
    xids = {}
    for number in range(50):
        machine.mac = bytes([2, 0, 0, 0, 1, number])
        xids[machine.send(discover())] = machine.mac
    machine.mac = known
    xids[machine.send(discover())] = known
    answered, addresses, taken = [], set(), []
    for reply in machine.replies(None, 20):
        assert reply.kind == OFFER
        answered.append(xids.pop(struct.pack("!I", reply.xid)))
        addresses.add(reply.yiaddr)
        taken.append(reply.taken)
        if not xids:
            break
    assert not xids and len(addresses) == 51
    assert answered[0] == known
    assert taken[-1] < 50 * PROBE_SECONDS / 2, "one after the other"


def test_who_has_its_address_is_not_kept_waiting_for_it_again(start, machine, probes):
    """The next stage of the same boot is offered what the machine has, and nobody is asked."""
    start("10.9.0.50-10.9.0.69")
    offer = machine.ask(wish())
    assert probes() == [FIRST, FIRST]
    assert offer.taken >= PROBE_SECONDS * 0.9
    take(machine, offer)
    again = machine.ask(discover())
    assert again.yiaddr == FIRST
    assert probes() == []


def test_the_machine_itself_may_have_the_address(start, machine):
    """It kept its address over a restart of ours, and starts anew."""
    start("10.9.0.50-10.9.0.69")
    machine.namespace.add_lan_address(FIRST)
    assert machine.ask(wish()).yiaddr == FIRST


def test_who_asks_twice_meanwhile_is_answered_once(start, machine):
    """The second time: a client has forgotten the first transaction by then."""
    start("10.9.0.50-10.9.0.69")
    first, second = machine.send(wish()), machine.send(wish())
    reply = next(machine.replies(None, 10))
    assert struct.pack("!I", reply.xid) == second != first
    assert list(machine.replies(None, PROBE_SECONDS * 2)) == []


@pytest.mark.parametrize("arguments", [("10.9.0.50-10.9.0.69", "probe = no"), (None,)], ids=["probe-no", "proxy"])
def test_nobody_is_asked_where_that_is_not_wanted(start, machine, probes, arguments):
    """By a proxy never: it gives no addresses, and iPXE waits two seconds at most for its offer."""
    start(*arguments)
    assert machine.ask(discover(b"PXEClient:Arch:00000:UNDI:002001")).kind == OFFER
    assert probes() == []
