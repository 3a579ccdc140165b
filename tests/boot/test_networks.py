# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that boot where the network is more than one wire and one machine.

Issue 5, "Proof": two machines at once, one of them with an address and a default of its own; one on another network, behind a
relay. The image says by its kernel arguments which of its two entries has been booted; the address is the daemon's word, and
the kernel came over HTTP from there.
"""

import re

import pytest
from support import stand_in
from support.boot import PATIENCE
from support.netns import SERVER, Network
from support.qemu import MAC, Machine
from support.relays import GATEWAY, UPLINK, Relay, dhcrelay

OTHER_MAC = "52:54:00:09:00:02"
STATIC = "10.9.0.77"


@pytest.fixture
def image(tmp_path):
    """Two entries, `one` and `two`."""
    tree = tmp_path / "tree"
    tree.mkdir()
    # On a busy machine QEMU's timer is late, and the kernel's check of it would end in a panic.
    entries = {label: f"no_timer_check entry={label}" for label in ("one", "two")}
    return stand_in.pack(tree, "boot/vmlinuz", "found=$(cat /proc/cmdline)", entries, tmp_path)


def configure(folder, sections):
    """The arguments that name a configuration."""
    path = folder / "pxeiso.conf"
    path.write_text(sections)
    return "--config", path


def address_of(boot, mac):
    """What the daemon has given a machine: one address in all stages of its boot."""
    given = set(re.findall(rf"dhcp {mac}: \w+ (?:\S+ to )?(\d+\.\d+\.\d+\.\d+)", boot.daemon.log()))
    assert len(given) == 1, given
    return given.pop()


def test_two_machines_boot_at_once(boot, lan, image, tmp_path):
    """Each to its own entry: one is known by its MAC and has an address beside the range, the other is anyone."""
    sections = (
        "[dhcp]\nrange = 10.9.0.100-10.9.0.150\n"
        f"[machine {OTHER_MAC}]\naddress = {STATIC}\ndefault = stand-in:two\n"
    )
    folder = tmp_path / "other"
    folder.mkdir()
    with boot(image, *configure(tmp_path, sections), "--default", "stand-in:one", memory=768) as anyone:
        with Machine(lan, folder, 768, mac=OTHER_MAC) as known:
            anyone.wait_for(r"PXEISO-MARKER stand-in:.*entry=one")
            known.wait_for(r"PXEISO-MARKER stand-in:.*entry=two", PATIENCE)
        assert address_of(anyone, OTHER_MAC) == STATIC
        address = address_of(anyone, MAC)
        assert re.fullmatch(r"10\.9\.0\.1[0-5]\d", address)
        for who in (STATIC, address):
            anyone.daemon.wait_for(rf"http {re.escape(who)}: /images/stand-in/boot/vmlinuz: 200")


def test_a_machine_boots_behind_a_relay(boot, lan, image, tmp_path):
    """On a network of its own: the relay asks for it, the router carries its files."""
    sections = "[subnet 10.20.0.0/24]\nrange = 10.20.0.100-10.20.0.150\nrouter = 10.20.0.1\n"
    with Network(GATEWAY) as branch:
        lan.route_to(branch, UPLINK)
        with Relay(branch, dhcrelay(), tmp_path):
            arguments = (*configure(tmp_path, sections), "--default", "stand-in:two")
            with boot(image, *arguments, memory=768, network=branch) as machine:
                machine.wait_for(r"PXEISO-MARKER stand-in:.*entry=two")
                address = address_of(machine, MAC)
                assert re.fullmatch(r"10\.20\.0\.1[0-5]\d", address)
                machine.daemon.wait_for(rf"http {re.escape(address)}: /images/stand-in/boot/vmlinuz: 200")
