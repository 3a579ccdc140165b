# SPDX-License-Identifier: GPL-3.0-or-later
"""Leases that are confirmed are kept (DHCP-17): through a stop, a kill at any moment, a full disk, a damaged file.

A server that forgets a lease gives its address to a second machine, and both lose their network.
"""

import os
import random
import select
import socket
import subprocess
import tempfile
import time

import pytest
from support.daemon import Daemon, wait_until
from support.dhcp import ACK, DECLINE, DISCOVER, NAK, OFFER, RELEASE, REQUEST, DhcpClient, message
from support.netns import SERVER
from support.requires import require

ROUNDS = int(os.environ.get("PXEISO_KILLS", "5"))  # kill -9 under load so many times; 100 before a release
MACHINES = 24000  # of the load, in all rounds together
LARGE_SERVER, LARGE_RANGE = "10.9.128.1", "10.9.1.0-10.9.127.255,3600"
SERVER_OPTION = (54, socket.inet_aton(SERVER))


@pytest.fixture
def state(tmp_path):
    """A state directory in a file system of its own, 4 MiB, that the daemon's user can reach."""
    folder = tmp_path / "state"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def disk():
    """A state directory on a real disk, that takes its time."""
    with tempfile.TemporaryDirectory(prefix="pxeiso-state-", dir="/var/tmp") as name:
        os.chmod(name, 0o755)
        yield name


@pytest.fixture
def machine(lan):
    """A card without an address."""
    client = DhcpClient(lan.add_client())
    yield client
    client.close()


def serve(lan, image_folder, tmp_path, state, addresses="10.9.0.50-10.9.0.69,600"):
    """The daemon as a full server that asks nobody before it lends: the load would wait for the answers."""
    config = tmp_path / "pxeiso.conf"
    config.write_text("[dhcp]\nprobe = no\nforce = yes\n")
    return Daemon(lan, ["-c", config, "--state", state, "--range", addresses, image_folder.path], folder=tmp_path)


def take(machine, timeout=5.0):
    """The ACK that a machine gets for the address that it is offered; None when there is none."""
    offer = machine.ask(message(DISCOVER), timeout)
    assert offer.kind == OFFER
    return machine.ask(message(REQUEST, [(50, socket.inet_aton(offer.yiaddr)), SERVER_OPTION]), timeout)


def stored(state, column="state"):
    """The rows of the database, as a person reads them: {address: state}."""
    query = f"select address, {column} from leases"
    command = [require("sqlite3", "sqlite3"), "-readonly", f"{state}/database/pxeiso.db", query]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(line.split("|") for line in done.stdout.splitlines())


def test_leases_outlive_a_restart(lan, image_folder, tmp_path, state):
    """The address of a machine that is switched off goes to no other, and it gets it back."""
    cards = [DhcpClient(lan.add_client()) for _ in range(3)]
    with serve(lan, image_folder, tmp_path, state, "10.9.0.50-10.9.0.51,600"):
        taken = [take(card).yiaddr for card in cards[:2]]
        assert sorted(taken) == ["10.9.0.50", "10.9.0.51"]
        assert stored(state) == {"10.9.0.50": "bound", "10.9.0.51": "bound"}
    with serve(lan, image_folder, tmp_path, state, "10.9.0.50-10.9.0.51,600") as daemon:
        daemon.wait_for(r"dhcp: leases that run: 2, read from .*/database/pxeiso\.db")
        assert cards[2].ask(message(DISCOVER)) is None
        assert take(cards[1]).yiaddr == taken[1]
    for card in cards:
        card.close()


def test_what_a_machine_gives_back_or_refuses_is_kept_too(lan, image_folder, tmp_path, state, machine):
    """RELEASE ends a lease in the file; an address that is in use stays nobody's over a restart."""
    with serve(lan, image_folder, tmp_path, state):
        address = take(machine).yiaddr
        machine.send(message(RELEASE, [SERVER_OPTION], ciaddr=address), source=address)
        assert wait_until(lambda: stored(state) == {address: "free"}, 10)
        assert take(machine).yiaddr == address
        machine.send(message(DECLINE, [(50, socket.inet_aton(address)), SERVER_OPTION]))
        assert wait_until(lambda: stored(state) == {address: "declined"}, 10)
    with serve(lan, image_folder, tmp_path, state):
        assert take(machine).yiaddr != address


def test_a_full_disk_confirms_nothing_until_there_is_room(lan, image_folder, tmp_path, state, machine):
    """No ACK without a row on the disk; the log says why, and it goes on by itself."""
    with serve(lan, image_folder, tmp_path, state) as daemon:
        other = DhcpClient(lan.add_client())
        kept = take(other).yiaddr
        filler = state / "filler"
        with open(filler, "wb") as file:
            with pytest.raises(OSError, match="No space left"):
                while True:
                    os.write(file.fileno(), bytes(4096))
        # What SQLite has of its log already can be written into once more.
        while take(machine, 1.0) is not None:
            pass
        daemon.wait_for(r"^error: dhcp: .*/database/pxeiso\.db cannot be written: .*full.*: until it can no lease")
        filler.unlink()
        assert wait_until(lambda: take(machine), 10).yiaddr != kept
        daemon.wait_for(r"dhcp: .*/database/pxeiso\.db is written again")
        assert take(other).yiaddr == kept
        other.close()


def test_a_damaged_database_is_set_aside(lan, image_folder, tmp_path, state, machine):
    """Never silently discarded: the log names the file and what it is now called."""
    with serve(lan, image_folder, tmp_path, state):
        take(machine)
    (state / "database/pxeiso.db").write_bytes(b"what a broken disk left" * 400)
    with serve(lan, image_folder, tmp_path, state) as daemon:
        name = daemon.wait_for(r"pxeiso\.db: it is not a database: set aside as (pxeiso\.db\.damaged-\S+);")[1]
        assert (state / "database" / name).read_bytes().startswith(b"what a broken disk left")
        assert take(machine).kind == ACK


def test_without_a_place_for_it_leases_live_in_memory(lan, image_folder, tmp_path, machine):
    """It says so once, and serves."""
    (tmp_path / "file").touch()
    with serve(lan, image_folder, tmp_path, tmp_path / "file") as daemon:
        assert daemon.log().count("leases live in memory") == 1
        assert take(machine).kind == ACK


# --- kill -9 under load --------------------------------------------------------------


class Load:
    """Many machines that all want an address at the same time, on one card.

    New ones come all the time, ask, and take what they are offered; others start anew and ask for what they had. What was
    confirmed is written down. Machines are known by their hardware address, so one socket speaks for all.
    """

    def __init__(self, lan, seed):
        self.client = DhcpClient(lan.add_client())
        self.random = random.Random(seed)
        self.macs = [bytes.fromhex("0254") + number.to_bytes(4, "big") for number in range(MACHINES)]
        self.started = 0
        self.held = {}  # by MAC: the address of its last ACK
        self.owners = {}  # by address: the MAC of its last ACK
        self.acks = 0

    def send(self, kind, mac, address=None, server=None):
        options = [(50, socket.inet_aton(address))] if address else []
        options += [(54, server)] if server else []
        self.client.send(message(kind, options, flags=0x8000, mac=mac))

    def start(self, new_until):
        """One machine more, up to the number `new_until`, or one of those that are there: INIT-REBOOT."""
        if self.started < new_until and self.random.random() < 0.5:
            mac = self.macs[self.started]
            self.started += 1
        else:
            mac = self.macs[self.random.randrange(max(self.started, 1))]
        self.send(REQUEST if mac in self.held else DISCOVER, mac, self.held.get(mac))

    def packets(self, timeout):
        """Servers' messages to machines of ours: (MAC, address, type, server id)."""
        while select.select([self.client._socket], [], [], timeout)[0]:
            ip = self.client._socket.recv(2048)[14:]
            payload = ip[(ip[0] & 15) * 4 + 8 :]
            if ip[9] == 17 and payload[:1] == b"\2" and payload[28:30] == b"\x02\x54":
                yield payload[28:34], socket.inet_ntoa(payload[16:20]), payload[242], payload[245:249]

    def receive(self, timeout):
        """What is there: offers are taken, ACKs noted."""
        for mac, address, kind, server in self.packets(timeout):
            if kind == OFFER:
                self.send(REQUEST, mac, address, server)
            elif kind == ACK:
                assert self.owners.setdefault(address, mac) == mac, f"{address} was given to two machines"
                assert self.held.setdefault(mac, address) == address, f"a machine lost {self.held[mac]}"
                self.acks += 1
            else:
                assert kind != NAK or mac not in self.held, f"a machine was refused {self.held[mac]}"

    def run(self, process, new_until):
        """Load, and the process is killed in the midst of it, some time after its first ACK."""
        before, end, limit = self.acks, None, time.monotonic() + 30
        while end is None or time.monotonic() < end:
            self.start(new_until)
            self.receive(0)
            if end is None and self.acks > before:
                end = time.monotonic() + self.random.uniform(0.02, 0.6)
            assert end is not None or time.monotonic() < limit, "nothing was confirmed"
        process.kill()
        process.wait()
        # What left before its end.
        self.receive(0.05)

    def recheck(self):
        """Machines that were told that they have an address still get that one."""
        waiting = set(self.random.sample(sorted(self.held), min(1000, len(self.held))))
        end = time.monotonic() + 60
        while waiting and time.monotonic() < end:
            for mac in list(waiting)[:100]:
                self.send(DISCOVER, mac)
            for mac, address, kind, _ in self.packets(0.2):
                if mac in waiting and kind == OFFER:
                    assert address == self.held[mac], f"{self.held[mac]} was lost"
                    waiting.discard(mac)
        assert not waiting, f"{len(waiting)} machines got no offer"


def test_no_confirmed_lease_is_lost_by_a_kill(lan, image_folder, tmp_path, disk):
    """kill -9 at random moments of a load: what was confirmed is there again, and nobody else's."""
    lan.add_address(f"{LARGE_SERVER}/16", lan.device)
    settings = tmp_path / "pxeiso.conf"
    settings.write_text("[dhcp]\nprobe = no\n")
    arguments = ["--config", settings, "--dhcp-force", "--state", disk, "--range", LARGE_RANGE, image_folder.path]
    load = Load(lan, os.environ.get("PXEISO_SEED", "1"))
    for number in range(1, ROUNDS + 1):
        daemon = Daemon(lan, arguments, folder=tmp_path)
        daemon.start()
        load.run(daemon.process, MACHINES * number // ROUNDS)
    with Daemon(lan, arguments, folder=tmp_path):
        # An offer alone proves little: the same machine is offered the same address, if it is free.
        rows = stored(disk, "hardware")
        lost = [address for mac, address in load.held.items() if rows.get(address) != "1/" + mac.hex(":")]
        assert not lost, f"confirmed and not stored: {lost[:5]} and others, {len(lost)} in all"
        load.recheck()
    print(f"{ROUNDS} kills, {len(load.held)} machines, {load.acks} leases confirmed")
    load.client.close()
