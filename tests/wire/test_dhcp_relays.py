# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines on other networks, reached through real relays: ISC's dhcrelay and dnsmasq's.

The network 10.20.0.0/24 is behind a router, 10.9.0.2 on our side and 10.20.0.1 on the other, where the relay runs (DHCP-24,
30). What is not kept here sends the machines of a whole branch away, or another branch's addresses to it.
"""

import pytest
from support.daemon import Daemon
from support.dhcp import DISCOVER, OFFER, DhcpClient, discover, vector
from support.dhcp_wire import DhcpWire
from support.netns import SERVER, Network
from support.relays import GATEWAY, RELAYS, UPLINK, Relay

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


def test_a_network_that_is_not_configured_gets_nothing(lan, image_folder, branch, relay, wire, tmp_path):
    """A relay that asks us by mistake is not answered: neither with our addresses nor with a refusal (DHCP-30)."""
    with Daemon(lan, ["--range", "10.9.0.50-10.9.0.69", image_folder.path], folder=tmp_path):
        machine = DhcpClient(branch.add_client())
        assert machine.ask(discover(), SILENCE) is None
        assert wire.heard(DISCOVER) and not wire.heard(OFFER)
        machine.close()
