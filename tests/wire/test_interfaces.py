# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces and addresses that come, go and change while the daemon runs, and several at once (DHCP-28).

Each machine is answered where it asked, and every URL that it is given, in replies and in menus, names our address on
that wire: another one may not be reachable from there. What changes is heard from the kernel, not looked for now and then.
"""

import os
import re
import signal
import socket
import urllib.parse

import pytest
from support import images, shapes
from support.daemon import Daemon, wait_until
from support.dhcp import ACK, OFFER, REQUEST, DhcpClient, ask_4011, discover, message, vector
from support.netns import SERVER

BIOS = b"PXEClient:Arch:00000:UNDI:002001"
PROXY = r"\(DHCP proxy: "


@pytest.fixture
def proxy(lan, image_folder, tmp_path):
    """The daemon as it comes: a proxy on all interfaces."""
    images.put(shapes.make_iso("arch", tmp_path), image_folder.path, "arch.iso")
    with Daemon(lan, [image_folder.path], folder=tmp_path) as daemon:
        yield daemon


def get(client, host, path):
    """The body of an HTTP answer, as a client there sees it."""
    with client.connect((host, 80)) as sock:
        sock.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        with sock.makefile("rb") as answer:
            return answer.read().decode(errors="replace")


def hosts_in(text):
    """The hosts of all URLs in a text."""
    return {urllib.parse.urlsplit(url).hostname for url in re.findall(r"(?:http|tftp)://[^\s'\"]+", text)}


def is_asked_from(machine, address):
    """Whether an offer comes, from that address and naming it."""
    offer = machine.ask(vector("ipxe_efi_discover"), 5)
    return offer is not None and (offer.source, offer.server_id, offer.siaddr) == (address,) * 3


def test_an_interface_that_comes_is_served_at_once(lan, proxy):
    """DHCP, HTTP and menus, from the moment that the log says so."""
    client = lan.add_client()
    device = lan.add_side("side1", "10.77.0.1/24", client)
    proxy.wait_for(rf"^network side1: http://10\.77\.0\.1/ {PROXY}")
    offer = DhcpClient(client, device).ask(vector("ipxe_efi_discover"), 5)
    assert (offer.kind, offer.file) == (OFFER, "http://10.77.0.1/boot.ipxe")
    client.add_address("10.77.0.50/24", device)
    assert hosts_in(get(client, "10.77.0.1", "/boot.ipxe")) == {"10.77.0.1"}


def test_an_address_that_changes_is_answered_from(lan, proxy):
    client = lan.add_client()
    machine = DhcpClient(client, lan.add_side("side1", "10.77.0.1/24", client))
    proxy.wait_for(r"^network side1: http://10\.77\.0\.1/ ")
    assert is_asked_from(machine, "10.77.0.1")
    lan.ip("addr del 10.77.0.1/24 dev side1")
    lan.ip("addr add 10.78.0.1/24 dev side1")
    proxy.wait_for(r"^network side1: http://10\.77\.0\.1/ is gone$")
    proxy.wait_for(r"^network side1: http://10\.78\.0\.1/ ")
    assert is_asked_from(machine, "10.78.0.1")


def test_an_interface_that_is_removed_can_come_again(lan, proxy):
    """Under the same name it is another one to the kernel."""
    for turn in (1, 2):
        client = lan.add_client()
        machine = DhcpClient(client, lan.add_side("side1", "10.77.0.1/24", client))
        assert wait_until(lambda n=turn: len(re.findall(rf"^network side1: \S+ {PROXY}", proxy.log(), re.M)) == n, 10)
        assert is_asked_from(machine, "10.77.0.1")
        lan.ip("link del side1")
        assert wait_until(lambda n=turn: proxy.log().count("network side1: http://10.77.0.1/ is gone") == n, 10)
    assert is_asked_from(DhcpClient(lan.add_client()), SERVER), "the others are served all the time"


def test_a_vlan_alone_can_be_served(lan, image_folder, tmp_path):
    """To us a VLAN is an interface with a name of its own beside its parent's. Here a wire bears such a name: a kernel
    without 802.1Q has no other; the tags are the kernel's business on any."""
    client = lan.add_client()
    parent, vlan = lan.add_side("side1", "10.77.0.1/24", client), lan.add_side("side1.5", None, client)
    with Daemon(lan, ["-i", "side1.5", image_folder.path], folder=tmp_path) as daemon:
        lan.add_address("10.75.0.1/24", "side1.5")
        daemon.wait_for(r"^network side1\.5: http://10\.75\.0\.1/ ")
        assert is_asked_from(DhcpClient(client, vlan), "10.75.0.1")
        assert DhcpClient(client, parent).ask_all(discover(BIOS), 0.3) == []
        assert len(re.findall(r"^network \S+: http", daemon.log(), re.M)) == 1


def test_two_networks_at_once_each_with_its_own_addresses(lan, proxy):
    """In replies and in each kind of menu, also when both ask in the same moment."""
    first, second = lan.add_client(), lan.add_client()
    sides = {
        SERVER: (first, DhcpClient(first), "10.9.0.50/24", "eth0"),
        "10.77.0.1": (second, None, "10.77.0.50/24", lan.add_side("side1", "10.77.0.1/24", second)),
    }
    proxy.wait_for(r"^network side1: ")
    sides["10.77.0.1"] = (second, DhcpClient(second, sides["10.77.0.1"][3]), *sides["10.77.0.1"][2:])
    for _ in range(10):
        asked = [(machine, machine.send(discover(BIOS)), address) for address, (_, machine, *_) in sides.items()]
        for machine, xid, address in asked:
            offers = list(machine.replies(xid, 0.2))
            assert [(offer.source, offer.server_id, offer.siaddr) for offer in offers] == [(address,) * 3]
    for address, (client, _, own, device) in sides.items():
        client.add_address(own, device)
        for menu in ("/boot.ipxe", "/menus/arch.ipxe", "/pxelinux.cfg/default", "/grub/grub.cfg"):
            assert hosts_in(get(client, address, menu)) <= {address}, menu
        assert hosts_in(get(client, address, "/menus/arch.ipxe")) == {address}


def test_a_server_gives_addresses_of_each_network_also_of_one_that_comes(lan, image_folder, tmp_path):
    """Two subnets, one of which has no interface yet: both are asked in the same moment, once it is there."""
    config = tmp_path / "pxeiso.conf"
    sections = [f"[subnet {net}.0/24]\nrange = {net}.50-{net}.99\n" for net in ("10.9.0", "10.77.0")]
    config.write_text("[dhcp]\nmode = server\nforce = yes\n" + "".join(sections))
    first, second = lan.add_client(), lan.add_client()
    with Daemon(lan, ["-c", config, image_folder.path], folder=tmp_path) as daemon:
        device = lan.add_side("side1", "10.77.0.1/24", second)
        daemon.wait_for(r"^network side1: http://10\.77\.0\.1/ \(DHCP server: ")
        machines = {SERVER: DhcpClient(first), "10.77.0.1": DhcpClient(second, device)}
        asked = {address: machine.send(vector("ipxe_efi_discover")) for address, machine in machines.items()}
        for address, machine in machines.items():
            offer = next(machine.replies(asked[address], 10))
            chosen = [(50, socket.inet_aton(offer.yiaddr)), (54, socket.inet_aton(address))]
            ack = machine.ask(message(REQUEST, chosen))
            for reply, kind in ((offer, OFFER), (ack, ACK)):
                assert (reply.kind, reply.source, reply.server_id, reply.hardware) == (kind, address, address, machine.mac)
                assert reply.yiaddr.rpartition(".")[0] == address.rpartition(".")[0]
            assert hosts_in(offer.file) == {address}


def test_a_second_address_of_an_interface_answers_as_itself(lan, proxy):
    """Firmware that was told one server goes on with that one."""
    lan.add_address("10.9.0.2/24", "lan0")
    proxy.wait_for(r"^network lan0: http://10\.9\.0\.2/ ")
    client = lan.add_client("10.9.0.50")
    for server in (SERVER, "10.9.0.2"):
        reply = ask_4011(client, vector("ovmf_4011"), "10.9.0.50", 4011, server, 5)
        assert (reply.source, reply.server_id, reply.siaddr) == (server,) * 3
        assert hosts_in(get(client, server, "/boot.ipxe")) == {server}


def test_an_interface_without_an_address_is_told_of_once(lan, proxy):
    """When a machine asks there: nobody waits for it, and the person who made the network learns why."""
    client = lan.add_client()
    machine = DhcpClient(client, lan.add_side("side1", None, client))
    for _ in range(3):
        assert machine.ask_all(discover(BIOS), 0.2) == []
    proxy.wait_for(r"network side1: .* has no IPv4 address")
    assert proxy.log().count("has no IPv4 address") == 1


def test_changes_too_many_to_be_told_of_are_seen_all_the_same(lan, proxy):
    """The kernel drops what a sleeping daemon does not read; what there is in the end is looked up."""
    changes = "".join(f"addr add 10.60.{i // 250}.{i % 250 + 1}/32 dev lan0\n" for i in range(1000))
    changes += changes.replace("addr add", "addr del") + "addr add 10.61.0.1/32 dev lan0\n"
    os.kill(proxy.pid, signal.SIGSTOP)
    try:
        lan.run(["ip", "-batch", "-"], input=changes)
        table = [line.split() for line in lan.run(["cat", "/proc/net/netlink"]).stdout.splitlines()]
    finally:
        os.kill(proxy.pid, signal.SIGCONT)
    drops = {row[2]: int(row[8]) for row in table[1:] if row[1] == "0"}
    assert drops[str(proxy.pid)] > 0, "this was to be too much"
    proxy.wait_for(r"^network lan0: http://10\.61\.0\.1/ ")
    assert "10.60." not in proxy.log()
    assert is_asked_from(DhcpClient(lan.add_client()), SERVER)
