# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP exchanges of four messages in a second, by perfdhcp: pxeiso beside dnsmasq and Kea.

Each server has the network for itself while it is measured, 60000 addresses, and starts without leases. perfdhcp plays a
relay with as many machines as there are addresses; it starts exchanges as fast as it can, or at a steady rate. pxeiso
confirms a lease when it is on the disk, the others write theirs into a file without waiting for the disk. None of them
asks whether an address is in use, or whether another server is there.
"""

import pathlib
import re
import statistics
import tempfile

import peers
from pxeiso import Pxeiso
from support.netns import Network

FIRST, LAST, MACHINES = "10.9.8.1", "10.9.247.254", 60000
SERVER, RELAY = "10.9.0.1", "10.9.0.9"
SECONDS = 10
STEADY = 1000  # exchanges in a second, begun


def exchanges(client, *options):
    """perfdhcp's figures: exchanges that were completed in a second, those begun and not completed of 100, ms of an ACK."""
    command = [peers.find("perfdhcp", "kea-admin"), "-4", "-l", RELAY, "-R", MACHINES, "-p", SECONDS, *options, SERVER]
    done = client.run(command, check=False, timeout=60 + SECONDS, env=peers.kea_environment())
    parts = re.split(r"\*\*\*Statistics for: (\S+)\*\*\*", done.stdout)
    numbers = {name: _numbers(text) for name, text in zip(parts[1::2], parts[2::2])}
    if "REQUEST-ACK" not in numbers:
        raise SystemExit(f"bench: perfdhcp said nothing of use: {done.stdout}{done.stderr}")
    begun, completed = numbers["DISCOVER-OFFER"]["sent packets"], numbers["REQUEST-ACK"]["received packets"]
    lost = 100 * (1 - completed / begun) if begun else 100
    return completed / SECONDS, lost, numbers["REQUEST-ACK"].get("avg delay", 0.0)


def _numbers(text):
    return {name.strip(): float(value) for name, value in re.findall(r"^(.+?): ([\d.]+)", text, re.M)}


def _serve(who, lan, folder):
    if who == "dnsmasq":
        return peers.dnsmasq_dhcp(lan, SERVER, FIRST, LAST, folder)
    if who == "kea-dhcp4":
        return peers.kea(lan, SERVER, FIRST, LAST, folder)
    images = folder / "images"
    images.mkdir()
    config = folder / "pxeiso.conf"
    config.write_text("[dhcp]\nprobe = no\nforce = yes\n")
    return Pxeiso(lan, folder, "-c", config, "--range", f"{FIRST}-{LAST},3600", "--dhcp-force", images)


def _measure(who, *options):
    """One fresh server on a fresh network."""
    with tempfile.TemporaryDirectory(prefix="pxeiso-bench-", dir="/var/tmp") as name, Network(SERVER, 16) as lan:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        client = lan.add_client()
        client.add_lan_address(RELAY, 16)
        with _serve(who, lan, folder) as server:
            if who == "pxeiso":
                server.wait_for_images()
            return exchanges(client, *options)


def bench_leases(runs):
    """Two tables: as fast as it goes, and at a steady rate."""
    for title, options in (("as fast as perfdhcp asks", ()), (f"{STEADY} begun a second", ("-r", STEADY))):
        figures = {who: [] for who in ("pxeiso", "dnsmasq", "kea-dhcp4")}
        for _ in range(runs):
            for who, values in figures.items():
                values.append(_measure(who, *options))
        print(f"\nDHCP exchanges of four messages, {title}, {runs} runs of {SECONDS} s", flush=True)
        for who, values in figures.items():
            rates, lost, delays = zip(*values)
            print(
                f"  {who:<26}{statistics.median(rates):9.1f} /s    ({min(rates):8.1f} .. {max(rates):8.1f})"
                f"  {statistics.median(lost):5.1f} % not completed, ACK after {statistics.median(delays):.2f} ms"
            )
