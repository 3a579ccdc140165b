# SPDX-License-Identifier: GPL-3.0-or-later
"""Another DHCP server on the network: who lends addresses, and who must not.

Without these, a server switched on beside a company's own hands out addresses that are in use, and routers that do not
route. The rules of time are the business of tests/unit/test_dhcp_rival.c; here a real dnsmasq and a second pxeiso answer.
"""

import os
import re
import socket

import pytest
from support.daemon import Daemon, binary, wait_until
from support.dhcp import ACK, INFORM, REQUEST, VECTOR_MAC, DhcpClient, discover, message, vector
from support.netns import SERVER
from support.requires import require
from support.rival import OTHER, Rival

RANGE = ("--range", "10.9.0.50-10.9.0.69,600")
SILENCE = 0.7  # seconds after which there will be no answer
SOON = 25  # seconds: a look, or two with the time between them, on a busy machine

# On a busy machine the answer may be late: it then finds a server that lends already.
FOUND = r"dhcp lan0: another DHCP server (?:answers|has appeared): 10\.9\.0\.2 \(52:54:"
APPEARED = r"dhcp lan0: another DHCP server has appeared: 10\.9\.0\.2"
ALONE = r"dhcp lan0: no other DHCP server answers: addresses are lent$"
GONE = r"dhcp lan0: the DHCP server 10\.9\.0\.2 \(.*\) no longer answers: addresses are lent again$"


@pytest.fixture
def dnsmasq(lan, tmp_path):
    with Rival(lan, tmp_path) as rival:
        yield rival


@pytest.fixture
def machine(lan):
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


def settings(tmp_path, *lines):
    """The arguments for a configuration file with these lines in [dhcp]."""
    path = tmp_path / "pxeiso.conf"
    path.write_text("\n".join(("[dhcp]", *lines, "")))
    return ["--config", path]


def servers(machine, payload, timeout=SILENCE):
    """Who answered a DISCOVER with which address and file."""
    return sorted((offer.server_id, offer.yiaddr != "0.0.0.0", offer.file) for offer in machine.ask_all(payload, timeout))


def choose(machine, offer):
    """The REQUEST for an offer; the answer, or None."""
    chosen = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(offer.server_id))]
    return machine.ask(message(REQUEST, chosen), 2)


def renew(machine, address):
    """The answer to a renewal, which goes to the server alone."""
    machine.namespace.add_lan_address(address)
    with machine.namespace.socket() as sock:
        sock.bind((address, 68))
        sock.settimeout(5)
        sock.sendto(message(REQUEST, ciaddr=address).replace(VECTOR_MAC, machine.mac), (SERVER, 67))
        return sock.recv(2048)


def ask_until(machine, payload, timeout=10):
    """As a boot ROM does: asks again until somebody answers."""
    return wait_until(lambda: machine.ask(payload), timeout)


def test_a_server_that_is_there_first_is_not_hindered(lan, dnsmasq, image_folder, machine, tmp_path):
    dnsmasq.start()
    with Daemon(lan, [*RANGE, image_folder.path], folder=tmp_path) as daemon:
        daemon.wait_for(FOUND, SOON)
        assert "--dhcp-force" in daemon.log()
        # A plain machine hears of the other server alone, one that boots is helped as by a proxy.
        assert ask_until(machine, discover()).server_id == OTHER
        assert servers(machine, discover()) == [(OTHER, True, "")]
        assert servers(machine, vector("ipxe_bios_discover")) == [(SERVER, False, "lpxelinux.0"), (OTHER, True, "")]
        assert machine.ask_all(message(INFORM, ciaddr="10.9.0.50"), SILENCE) == []
    # The looks took no address.
    assert "DHCPDISCOVER(eth0) 02:70:78" in dnsmasq.log()
    assert "02:70:78" not in dnsmasq.leases.read_text()


def test_who_insists_lends_beside_another(lan, dnsmasq, image_folder, machine, tmp_path):
    dnsmasq.start()
    with Daemon(lan, [*RANGE, "--dhcp-force", image_folder.path], folder=tmp_path) as daemon:
        assert (SERVER, True, "") in servers(machine, discover(), 2)
        daemon.wait_for(FOUND + r".*addresses are lent all the same", SOON)
        assert (SERVER, True, "") in servers(machine, discover(), 2)


def test_insisting_may_stand_in_the_file(lan, dnsmasq, image_folder, machine, tmp_path):
    dnsmasq.start()
    with Daemon(lan, [*settings(tmp_path, "force = yes"), *RANGE, image_folder.path], folder=tmp_path):
        assert (SERVER, True, "") in servers(machine, discover(), 2)


def test_nothing_is_lent_before_the_look_is_over(lan, image_folder, machine, tmp_path):
    with Daemon(lan, [*RANGE, image_folder.path], folder=tmp_path, waits_for_leases=False) as daemon:
        offer = ask_until(machine, discover())
        assert re.search(ALONE, daemon.log(), re.M), daemon.log()
        assert offer.server_id == SERVER
        assert choose(machine, offer).kind == ACK


def test_a_network_that_comes_later_is_looked_at_first(lan, image_folder, tmp_path):
    """Its other server is found there, and the first network goes on."""
    other = lan.add_client()
    arguments = [*settings(tmp_path, "range = 10.9.0.50-10.9.0.69", "[subnet 10.77.0.0/24]", "range = 10.77.0.50-10.77.0.69")]
    with Daemon(lan, [*arguments, image_folder.path], folder=tmp_path) as daemon:
        lan.ip(f"link add side1 type veth peer name eth1 netns {other.name}")
        other.ip("link set eth1 up")
        lan.ip("link set side1 up")
        lan.add_address("10.77.0.1/24", "side1")
        daemon.wait_for(r"dhcp side1: looking for other DHCP servers")
        machine = DhcpClient(other, "eth1")
        machine.send(message(REQUEST, [(50, bytes([10, 77, 0, 55])), (54, bytes([10, 77, 0, 2]))]))
        daemon.wait_for(r"dhcp side1: another DHCP server answers: 10\.77\.0\.2")
        assert machine.ask_all(discover(), SILENCE) == []
        assert ask_until(DhcpClient(lan.add_client()), discover()).server_id == SERVER
        machine.close()


def test_who_cannot_look_does_not_lend(lan, image_folder, machine, tmp_path, monkeypatch):
    """As in a container without CAP_NET_RAW."""
    wrapper = tmp_path / "pxeiso"
    wrapper.write_text(f'#!/bin/sh\nexec {require("setpriv", "util-linux")} --bounding-set=-net_raw {binary()} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PXEISO", os.fspath(wrapper))
    with Daemon(lan, [*RANGE, image_folder.path], folder=tmp_path) as daemon:
        daemon.wait_for(r"dhcp lan0: other DHCP servers cannot be looked for, .*CAP_NET_RAW: no addresses are lent; .*--dhcp-force")
        assert machine.ask_all(discover(), SILENCE) == []


def test_a_server_that_appears_and_goes_again(lan, dnsmasq, image_folder, machine, tmp_path):
    """No new lease beside it; what was lent is renewed; when it has gone all is as before."""
    later = DhcpClient(lan.add_client())
    arguments = [*settings(tmp_path, "look-again = 2"), *RANGE, image_folder.path]
    with Daemon(lan, arguments, folder=tmp_path) as daemon:
        offer = ask_until(machine, discover())
        assert choose(machine, offer).kind == ACK
        dnsmasq.start()
        daemon.wait_for(APPEARED, SOON)
        assert SERVER not in [who for who, *_ in servers(later, discover(), 2)]
        assert renew(machine, offer.yiaddr)[240:243] == bytes([53, 1, ACK])
        dnsmasq.stop()
        daemon.wait_for(GONE, SOON)
        assert ask_until(later, discover()).server_id == SERVER


def test_a_machine_that_chose_another_server_tells_on_it(lan, image_folder, machine, tmp_path):
    """The other server need not answer us: a client's REQUEST names it, and every server hears that."""
    with Daemon(lan, [*RANGE, image_folder.path], folder=tmp_path) as daemon:
        elsewhere = [(50, bytes([192, 168, 1, 7])), (54, bytes([192, 168, 1, 1]))]
        machine.send(message(REQUEST, elsewhere))  # a laptop that remembers another network is no sign
        assert ask_until(machine, discover()).server_id == SERVER
        machine.send(message(REQUEST, [(50, bytes([10, 9, 0, 111])), (54, socket.inet_aton(OTHER))]))
        daemon.wait_for(APPEARED)
        assert machine.ask_all(discover(), SILENCE) == []
        assert machine.ask(vector("ipxe_bios_discover")).yiaddr == "0.0.0.0"


def test_of_two_that_start_together_one_serves(lan, image_folder, machine, tmp_path):
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    other = lan.add_client(OTHER)
    first = Daemon(lan, [*RANGE, image_folder.path], folder=folders[0])
    second = Daemon(other, ["--range", "10.9.0.150-10.9.0.169", image_folder.path], folder=folders[1])
    second.launch()
    with first:
        second.wait_for(r"dhcp eth0: another DHCP server answers: 10\.9\.0\.1", SOON)
        first.wait_for(ALONE, SOON)
        assert ask_until(machine, discover()).server_id == SERVER
        assert servers(machine, discover(), 2) == [(SERVER, True, "")]
    second.stop()
