# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines on other networks, reached through real relays: ISC's dhcrelay and dnsmasq's.

The network 10.20.0.0/24 is behind a router, 10.9.0.2 on our side and 10.20.0.1 on the other, where the relay runs (DHCP-24,
30). What is not kept here sends the machines of a whole branch away, or another branch's addresses to it.
"""

import re

import pytest
from support.daemon import Daemon
from support.dhcp import ACK, DISCOVER, OFFER, RELEASE, REQUEST, DhcpClient, discover, vector
from support.dhcp_programs import Dhclient, Udhcpc
from support.dhcp_wire import DhcpWire
from support.netns import SERVER, Network
from support.relays import GATEWAY, RELAYS, UPLINK, Relay, dhcrelay

BRANCH = """
[subnet 10.20.0.0/24]
range = 10.20.0.50-10.20.0.69,600
router = 10.20.0.1
"""
SILENCE = 2  # seconds after which there will be no answer


@pytest.fixture
def branch(lan):
    """The network behind the router."""
    with Network(GATEWAY) as network:
        lan.route_to(network, UPLINK)
        yield network


@pytest.fixture(params=RELAYS)
def relay(request, branch, tmp_path):
    """Each relay in turn; its name."""
    with Relay(branch, RELAYS[request.param](), tmp_path):
        yield request.param


@pytest.fixture
def wire(lan):
    """What passes between the relay and us."""
    with DhcpWire(lan) as listener:
        yield listener


def serve(lan, image_folder, folder, sections):
    """The daemon with a configuration of its own."""
    configuration = folder / "pxeiso.conf"
    configuration.write_text(f"[images]\ndirectory = {image_folder.path}\n{sections}")
    return Daemon(lan, ["--config", configuration], folder=folder)


@pytest.mark.parametrize("name,file", [("ipxe_bios_discover", "lpxelinux.0"), ("ovmf_discover", "snponly.efi")])
def test_the_proxy_is_heard_through_a_relay(lan, image_folder, branch, relay, wire, tmp_path, name, file):
    """A router that is told to ask us beside the network's own server."""
    machine = DhcpClient(branch.add_client())
    with Daemon(lan, [image_folder.path], folder=tmp_path):
        offer = machine.ask(vector(name), 10)
        assert offer is not None
        assert (offer.file, offer.siaddr, offer.server_id, offer.yiaddr) == (file, SERVER, SERVER, "0.0.0.0")
        asked, answered = wire.wait_for(DISCOVER), wire.wait_for(OFFER)
        assert (asked.destination, asked.giaddr) == (SERVER, GATEWAY)
        assert (answered.source, answered.destination, answered.giaddr) == (SERVER, GATEWAY, GATEWAY)
        assert asked.options.get(82) == answered.options.get(82)
        assert (82 in asked.options) == (relay == "dhcrelay")
        # It is between the relay and us, and the last: the relay takes it off there.
        assert 82 not in offer.options
    machine.close()


def test_a_client_behind_a_relay_has_an_address_of_its_network(lan, image_folder, branch, relay, wire, tmp_path):
    """It is found by giaddr, and renews with us directly, where only its address tells its network."""
    with serve(lan, image_folder, tmp_path, BRANCH), Udhcpc(branch.add_client(), tmp_path) as client:
        address = client.wait_for("bound")
        assert re.fullmatch(r"10\.20\.0\.(5\d|6\d)", address)
        told = client.told("bound")
        assert (told["serverid"], told["router"], told["subnet"], told["lease"]) == (SERVER, GATEWAY, "255.255.255.0", "600")
        assert wire.wait_for(ACK).destination == GATEWAY

        client.machine.ip(f"route add default via {GATEWAY}")
        client.renew()
        asked = wire.wait_for(REQUEST, lambda request: request.ciaddr == address)
        assert (asked.source, asked.destination, asked.giaddr) == (address, SERVER, "0.0.0.0")
        granted = wire.wait_for(ACK, lambda ack: ack.destination == address)
        assert (granted.xid, granted.yiaddr, granted.giaddr) == (asked.xid, address, "0.0.0.0")
        client.release()
        assert wire.wait_for(RELEASE).ciaddr == address


def test_both_networks_are_served_at_once(lan, image_folder, branch, wire, tmp_path):
    """A machine here and one behind the relay: each has an address of where it is."""
    sections = BRANCH + "\n[subnet 10.9.0.0/24]\nrange = 10.9.0.50-10.9.0.69\n"
    with Relay(branch, dhcrelay(), tmp_path), serve(lan, image_folder, tmp_path, sections):
        with Dhclient(lan.add_client(), tmp_path) as here, Dhclient(branch.add_client(), tmp_path) as there:
            assert here.wait_for("bound").startswith("10.9.0.")
            assert there.wait_for("bound").startswith("10.20.0.")
        assert not [ack for ack in wire.heard(ACK) if ack.destination == GATEWAY and ack.yiaddr.startswith("10.9.")]


def test_a_network_that_is_not_configured_gets_nothing(lan, image_folder, branch, relay, wire, tmp_path):
    """A relay that asks us by mistake is not answered: neither with our addresses nor with a refusal (DHCP-30)."""
    with Daemon(lan, ["--range", "10.9.0.50-10.9.0.69", image_folder.path], folder=tmp_path):
        machine = DhcpClient(branch.add_client())
        assert machine.ask(discover(), SILENCE) is None
        assert wire.heard(DISCOVER) and not wire.heard(OFFER)
        machine.close()


def test_two_interfaces_have_two_networks(lan, image_folder, tmp_path):
    """A server with a leg in each: addresses, server id and boot file are those of the side that asked (DHCP-28)."""
    second = lan.add_client()
    lan.ip(f"link add side1 type veth peer name eth1 netns {second.name}")
    lan.ip("link set side1 up")
    lan.add_address("10.77.0.1/24", "side1")
    second.ip("link set eth1 up")
    sections = "[subnet 10.9.0.0/24]\nrange = 10.9.0.50-10.9.0.69\n[subnet 10.77.0.0/24]\nrange = 10.77.0.50-10.77.0.69\n"
    with serve(lan, image_folder, tmp_path, sections):
        for machine, prefix in ((DhcpClient(lan.add_client()), "10.9.0."), (DhcpClient(second, "eth1"), "10.77.0.")):
            offer = machine.ask(vector("ipxe_efi_discover"), 5)
            assert offer.yiaddr.startswith(prefix)
            assert (offer.server_id, offer.siaddr, offer.file) == (f"{prefix}1", f"{prefix}1", f"http://{prefix}1/boot.ipxe")
            assert offer.options[1] == bytes([255, 255, 255, 0])
            machine.close()
