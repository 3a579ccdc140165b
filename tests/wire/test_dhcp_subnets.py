# SPDX-License-Identifier: GPL-3.0-or-later
"""What a network's section promises, as a client is told it: names, servers, options of one's own, reserved addresses, who is
served at all, and what a relay can say about the network it asks for (DHCP-21 to 23, 30).
"""

import re
import socket

import pytest
from support.daemon import Daemon
from support.dhcp import ACK, DISCOVER, NAK, OFFER, REQUEST, DhcpClient, Message, discover, message
from support.dhcp_programs import Dhcpcd, Udhcpc
from support.netns import SERVER

HERE = "[subnet 10.9.0.0/24]\nrange = 10.9.0.50-10.9.0.69,600\n"
THERE = "[subnet 10.20.0.0/24]\nrange = 10.20.0.50-10.20.0.69\n"
FAR = "[subnet 10.30.0.0/24]\nrange = 10.30.0.50-10.30.0.69\n"
RELAY = "10.9.0.2"
RAPID_COMMIT, LINK_SELECTION, SERVER_ID_OVERRIDE = 80, 5, 11


@pytest.fixture
def serve(lan, image_folder, tmp_path):
    """serve(sections): the daemon with this configuration. It need not look for other servers: there are none."""

    def start(sections):
        configuration = tmp_path / "pxeiso.conf"
        configuration.write_text(f"[images]\ndirectory = {image_folder.path}\n[dhcp]\nforce = yes\n{sections}")
        return Daemon(lan, ["--config", configuration], folder=tmp_path)

    return start


@pytest.fixture
def machine(lan):
    """A card without an address."""
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


def options_of(offer):
    """The codes of a reply in their order."""
    codes, at = [], 240
    while offer.payload[at] != 255:
        codes.append(offer.payload[at])
        at += 2 + offer.payload[at + 1]
    return codes


def test_a_client_is_told_what_the_section_says(lan, serve, tmp_path):
    """udhcpc understands each of these by itself."""
    section = HERE + (
        "router = 10.9.0.254\ndns = 10.9.0.3\ndns = 10.9.0.4\ndomain = lab.example\nntp = 10.9.0.5\n"
        "option 26 = 1400\noption 119 = lab.example, example\n"
    )
    client = Udhcpc(lan.add_client(), tmp_path)
    client.wants = ("ntpsrv", "mtu", "search", "staticroutes", "broadcast")
    with serve(section), client:
        assert re.fullmatch(r"10\.9\.0\.[56]\d", client.wait_for("bound"))
        told = client.told("bound")
        expected = {
            "router": "10.9.0.254",
            "dns": "10.9.0.3 10.9.0.4",
            "domain": "lab.example",
            "ntpsrv": "10.9.0.5",
            "mtu": "1400",
            "search": "lab.example example",
            "staticroutes": "0.0.0.0/0 10.9.0.254",
            "broadcast": "10.9.0.255",
            "lease": "600",
        }
        assert {name: told.get(name) for name in expected} == expected


def test_options_come_in_the_order_in_which_they_are_asked_for(serve, machine):
    """Then what a client needs but did not ask for (DHCP-22)."""
    section = HERE + "router = 10.9.0.254\ndns = 10.9.0.3\ndomain = lab.example\nntp = 10.9.0.5\n"
    with serve(section):
        offer = machine.ask(discover(options=[(55, bytes([42, 15, 6, 3, 1, 200]))]), 5)
    codes = options_of(offer)
    assert codes[:2] == [53, 54]
    assert codes[2:7] == [42, 15, 6, 3, 1]
    assert {51, 58, 59} <= set(codes[7:])
    assert 200 not in codes


@pytest.mark.parametrize("program", [Udhcpc, Dhcpcd])
def test_a_machine_has_the_address_and_name_that_are_its_own(lan, serve, tmp_path, program):
    """Beside the range, and nobody else gets it."""
    known = lan.add_client()
    section = HERE + f"[machine {known.mac}]\naddress = 10.9.0.77\nhostname = node7\n"
    with serve(section) as daemon:
        other = DhcpClient(lan.add_client())
        wish = [(50, bytes([10, 9, 0, 77]))]
        assert re.fullmatch(r"10\.9\.0\.[56]\d", other.ask(discover(options=wish), 5).yiaddr)
        refusal = other.ask(message(REQUEST, [*wish, (54, socket.inet_aton(SERVER))]), 5)
        assert refusal.kind == NAK
        other.close()
        with program(known, tmp_path) as client:
            assert client.wait_for("bound") == "10.9.0.77"
            told = client.told("bound")
            assert "node7" in (told.get("hostname"), told.get("new_host_name"))
        daemon.wait_for(rf"dhcp {known.mac}: leased 10\.9\.0\.77$")


def test_boot_clients_alone_are_served_where_that_is_wanted(serve, machine):
    """Others hear nothing; a machine that booted keeps its address as an installer that names no class."""
    with serve(HERE + "boot-clients-only = yes\n"):
        assert machine.ask_all(discover(), 1) == []
        offer = machine.ask(discover(b"PXEClient:Arch:00000:UNDI:002001"), 5)
        chosen = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(SERVER))]
        assert machine.ask(message(REQUEST, [*chosen, (60, b"PXEClient:Arch:00000:UNDI:002001")]), 5).kind == ACK
        assert machine.ask(discover(), 5).yiaddr == offer.yiaddr


@pytest.mark.parametrize("is_on,kind", [("yes", ACK), ("no", OFFER)])
def test_two_messages_are_enough_where_that_is_wanted(serve, machine, is_on, kind):
    """RFC 4039: who asks for it gets its address at once, from a server that is told to (DHCP-21)."""
    with serve(HERE + f"rapid-commit = {is_on}\n"):
        reply = machine.ask(discover(options=[(RAPID_COMMIT, b"")]), 5)
        assert (reply.kind, RAPID_COMMIT in reply.options) == (kind, kind == ACK)
        assert machine.ask(discover(), 5).kind == OFFER


@pytest.mark.parametrize("is_on", ["yes", "no"])
def test_strangers_are_refused_where_that_is_wanted(serve, machine, is_on):
    """INIT-REBOOT of a machine that we know nothing of, with an address of elsewhere (DHCP-12)."""
    with serve(HERE + f"authoritative = {is_on}\n"):
        reply = machine.ask(message(REQUEST, [(50, bytes([192, 168, 77, 5]))]), 5 if is_on == "yes" else 1)
        assert (reply is not None and reply.kind == NAK) == (is_on == "yes")


def test_what_nobody_configured_changes_nothing(serve, machine):
    """Option 116 (auto-configuration) gets no word, 118 without a relay chooses no network (DHCP-23)."""
    with serve(HERE + THERE):
        offer = machine.ask(discover(options=[(116, b"\1"), (118, bytes([10, 20, 0, 0]))]), 5)
        assert offer.yiaddr.startswith("10.9.0.")
        assert not {116, 118} & set(offer.options)


# --- what a relay says ---


@pytest.fixture
def as_relay(lan):
    """as_relay(message): hands it on as a relay at 10.9.0.2 does; what comes back to it."""
    with lan.add_client(RELAY).socket() as sock:
        sock.bind((RELAY, 67))

        def ask(payload, timeout=5):
            sock.settimeout(timeout)
            sock.sendto(payload, (SERVER, 67))
            try:
                answer, source = sock.recvfrom(4096)
            except TimeoutError:
                return None
            assert source == (SERVER, 67)
            return Message(answer)

        yield ask


def information(*parts):
    """Option 82, here behind a part that we do not know."""
    value = bytes([1, 4]) + b"eth7" + b"".join(bytes([code, 4]) + socket.inet_aton(text) for code, text in parts)
    return (82, value)


@pytest.mark.parametrize(
    "options,network",
    [
        ([], "10.9.0."),
        ([information()], "10.9.0."),
        ([information((LINK_SELECTION, "10.20.0.0"))], "10.20.0."),
        ([(118, bytes([10, 30, 0, 0]))], "10.30.0."),
        ([(118, bytes([10, 30, 0, 0])), information((LINK_SELECTION, "10.20.0.0"))], "10.20.0."),
        ([information((LINK_SELECTION, "172.16.0.0"))], None),
    ],
    ids=["giaddr", "82", "82.5", "118", "82.5 before 118", "82.5 of elsewhere"],
)
def test_a_relay_says_which_network_it_asks_for(as_relay, serve, options, network):
    """RFC 3527 before RFC 3011 before its own address; a network that we do not have gets nothing (DHCP-30)."""
    with serve(HERE + THERE + FAR):
        offer = as_relay(message(DISCOVER, options, giaddr=RELAY), 5 if network else 1)
        assert (offer is not None) == (network is not None)
        if network:
            assert offer.yiaddr.startswith(network)
            assert offer.options.get(82) == dict(options).get(82)
            assert offer.server_id == SERVER


def test_a_relay_may_stand_in_for_the_server(as_relay, serve):
    """RFC 5107: clients are told the relay's address as the server's, and choose us by it."""
    with serve(HERE):
        named = information((SERVER_ID_OVERRIDE, RELAY))
        offer = as_relay(message(DISCOVER, [named], giaddr=RELAY))
        assert offer.server_id == RELAY
        chosen = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(RELAY)), named]
        granted = as_relay(message(REQUEST, chosen, giaddr=RELAY))
        assert (granted.kind, granted.yiaddr, granted.server_id) == (ACK, offer.yiaddr, RELAY)


def test_only_the_relays_that_are_named_may_ask(as_relay, serve):
    """A list of relays is the whole list."""
    with serve(HERE + "relay = 10.9.0.3\n"):
        assert as_relay(message(DISCOVER, giaddr=RELAY), 1) is None
