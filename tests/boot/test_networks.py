# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that boot where the network is more than one wire and one machine.

Issue 5, "Proof": two machines at once, one of them with a default of its own. The image says by its kernel arguments which of
its two entries has been booted; the address is the daemon's word, and the kernel came over HTTP from there.
"""

import re

import pytest
from support import stand_in
from support.boot import PATIENCE
from support.qemu import MAC, Machine

OTHER_MAC = "52:54:00:09:00:02"


@pytest.fixture
def image(tmp_path):
    """Two entries, `one` and `two`."""
    tree = tmp_path / "tree"
    tree.mkdir()
    entries = {label: f"entry={label}" for label in ("one", "two")}
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
    """Each to its own entry: one is known by its MAC, the other is anyone."""
    sections = f"[dhcp]\nrange = 10.9.0.100-10.9.0.150\n[machine {OTHER_MAC}]\ndefault = stand-in:two\n"
    folder = tmp_path / "other"
    folder.mkdir()
    with boot(image, *configure(tmp_path, sections), "--default", "stand-in:one", memory=768) as anyone:
        with Machine(lan, folder, 768, mac=OTHER_MAC) as known:
            anyone.wait_for(r"PXEISO-MARKER stand-in:.*entry=one")
            known.wait_for(r"PXEISO-MARKER stand-in:.*entry=two", PATIENCE)
        addresses = [address_of(anyone, mac) for mac in (MAC, OTHER_MAC)]
        assert addresses[0] != addresses[1]
        for who in addresses:
            assert re.fullmatch(r"10\.9\.0\.1[0-5]\d", who)
            anyone.daemon.wait_for(rf"http {re.escape(who)}: /images/stand-in/boot/vmlinuz: 200")
