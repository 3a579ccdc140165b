# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of several networks: the whole exchange behind real relays, a range that is full, and what a configuration that
cannot be right comes to.

The network 10.20.0.0/24 is behind a router where a relay runs; 10.9.0.0/24 is ours. What is not kept here gives a branch
the addresses of another, or a printer's address to a laptop.
"""

import re

import pytest
from support.daemon import Daemon, run_command
from support.dhcp import ACK, NAK, OFFER, RELEASE, REQUEST, DhcpClient, discover, message
from support.netns import SERVER, Network
from support.relays import GATEWAY, RELAYS, UPLINK, Relay

SILENCE = 2  # seconds after which there will be no answer
PATIENCE = 10  # seconds for an answer through a relay

CONFIGURATION = """
[dhcp]
force = yes
probe = no
dns = 10.9.0.53
domain = example.org

[subnet 10.9.0.0/24]
range = 10.9.0.50-10.9.0.54, 10.9.0.60-10.9.0.64
router = 10.9.0.254

[subnet 10.20.0.0/24]
range = 10.20.0.50-10.20.0.59
router = 10.20.0.1
dns = 10.20.0.53
lease = 2h
"""


@pytest.fixture
def serve(lan, image_folder, tmp_path):
    """Starts the daemon with a configuration: serve(text)."""
    daemons = []

    def start(text):
        path = tmp_path / "pxeiso.conf"
        path.write_text(text)
        daemons.append(Daemon(lan, ["-c", path, image_folder.path], folder=tmp_path))
        return daemons[-1].__enter__()

    yield start
    for daemon in daemons:
        daemon.__exit__(None, None, None)


@pytest.fixture
def machine(lan):
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


def address_of(option):
    return ".".join(str(byte) for byte in option)


def obtain(client, timeout, options=()):
    """The four messages: the ACK."""
    offer = client.ask(discover(options=options), timeout)
    assert offer is not None and offer.kind == OFFER
    wanted = [(50, bytes(map(int, offer.yiaddr.split(".")))), (54, offer.options[54]), *options]
    ack = client.ask(message(REQUEST, wanted), timeout)
    assert ack is not None and (ack.kind, ack.yiaddr) == (ACK, offer.yiaddr)
    return ack


@pytest.mark.parametrize("relay", RELAYS)
def test_each_network_has_its_own_addresses_and_options(lan, serve, machine, tmp_path, relay):
    serve(CONFIGURATION)
    here = obtain(machine, PATIENCE)
    assert re.fullmatch(r"10\.9\.0\.(5[0-4]|6[0-4])", here.yiaddr)
    assert (address_of(here.options[3]), address_of(here.options[6])) == ("10.9.0.254", "10.9.0.53")
    with Network(GATEWAY) as branch:
        lan.route_to(branch, UPLINK)
        with Relay(branch, RELAYS[relay](), tmp_path):
            client = DhcpClient(branch.add_client())
            there = obtain(client, PATIENCE)
            assert re.fullmatch(r"10\.20\.0\.5[0-9]", there.yiaddr)
            assert (address_of(there.options[3]), address_of(there.options[6])) == (GATEWAY, "10.20.0.53")
            assert (there.options[15], there.options[51]) == (b"example.org", (7200).to_bytes(4, "big"))
            # Carried from here to there: told at once that this is another network.
            moved = client.ask(message(REQUEST, [(50, bytes(map(int, here.yiaddr.split("."))))]), PATIENCE)
            assert moved is not None and moved.kind == NAK
            client.close()


def test_a_full_range_is_told_once_and_recovers(serve, machine):
    """One line for all machines, and one when it is over."""
    daemon = serve("[dhcp]\nforce = yes\nprobe = no\nrange = 10.9.0.50-10.9.0.51\n")
    for number in range(2):
        machine.mac = bytes([2, 0, 0, 0, 9, number])
        ack = obtain(machine, PATIENCE)
    for number in range(3, 6):
        machine.mac = bytes([2, 0, 0, 0, 9, number])
        assert machine.ask(discover(), 0.5) is None
    daemon.wait_for(r"no free address in 10\.9\.0\.0/24: all are lent; widen the range")
    assert daemon.log().count("no free address") == 1
    machine.mac = bytes([2, 0, 0, 0, 9, 1])
    machine.send(message(RELEASE, [(54, ack.options[54])], ciaddr=ack.yiaddr), source=ack.yiaddr)
    daemon.wait_for(r"released")
    machine.mac = bytes([2, 0, 0, 0, 9, 3])
    assert machine.ask(discover(), PATIENCE).yiaddr == ack.yiaddr
    daemon.wait_for(r"dhcp 10\.9\.0\.0/24: there are free addresses again")


MISTAKES = """[subnet 10.9.0.0/24]
range = 10.9.0.200-10.9.1.20
[subnet 10.20.0.0/24]
range = 10.20.0.50-10.20.0.59
[machine 52:54:00:77:00:01]
address = 192.0.2.1
hostname = printer
"""


def test_check_shows_subnets_and_machines_and_names_mistakes(lan, image_folder, tmp_path):
    path = tmp_path / "pxeiso.conf"
    path.write_text(MISTAKES)
    done = run_command(["check", "-c", path, image_folder.path])
    assert done.returncode == 1
    assert f"{path}:1: [subnet 10.9.0.0/24]: range 10.9.0.200-10.9.1.20 is not inside it" in done.stderr
    assert f"{path}:5: [machine 52:54:00:77:00:01]: address 192.0.2.1 lies in no subnet that is served" in done.stderr
    assert "subnet   10.20.0.0/24: 10.20.0.50-10.20.0.59, lent for 43200 s\n" in done.stdout
    assert "host     52:54:00:77:00:01: printer\n" in done.stdout


def test_a_mistake_stops_nothing_else(serve, lan, tmp_path):
    """The daemon tells it, with file and line, and serves the rest."""
    daemon = serve("[dhcp]\nforce = yes\n" + MISTAKES)
    daemon.wait_for(r"pxeiso\.conf:3: \[subnet 10\.9\.0\.0/24\]: range .* is not inside it")
    with Network(GATEWAY) as branch:
        lan.route_to(branch, UPLINK)
        with Relay(branch, RELAYS["dhcrelay"](), tmp_path):
            client = DhcpClient(branch.add_client())
            offer = client.ask(discover(), PATIENCE)
            assert offer is not None and offer.server_id == SERVER
            client.close()
