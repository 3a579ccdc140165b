# SPDX-License-Identifier: GPL-3.0-or-later
"""Real DHCP clients: udhcpc, dhclient and dhcpcd, each in the namespace of one machine.

    with Dhcpcd(lan.add_client(), tmp_path) as client:
        address = client.wait_for("bound")
        client.renew()
        client.wait_for("renew")

All three are driven and heard in the same words, udhcpc's in small letters. They call a script that writes one line for each
event. What went over the wire is heard by support/dhcp_wire.py.
"""

import pathlib
import re
import signal
import subprocess
import time

from support.daemon import wait_until
from support.requires import fail, require

# The reason is $1 or $reason, the address $ip or $new_ip_address. udhcpc and dhclient leave it to the script to put the
# address on the interface. A dhclient whose script fails, as it does while the file in-use is there, declines the address.
HOOK = """#!/bin/sh
word=$(echo "${{reason:-$1}}" | tr A-Z a-z)
address=${{new_ip_address:-$ip}}
case {configures}$word in
yes:bound | yes:renew | yes:rebind | yes:reboot) ip addr replace "$address/24" dev eth0 ;;
yes:deconfig | yes:expire | yes:release) ip -4 addr flush dev eth0 ;;
esac
env >{folder}/environment.part
mv {folder}/environment.part {folder}/environment.$word
echo "$word $address" >>{folder}/events
[ "$word" != bound ] || ! mv {folder}/in-use {folder}/declined 2>/dev/null
"""


class Program:
    """One client; it runs in the foreground until the block is left."""

    tool, package, configures = None, None, "yes:"

    def __init__(self, machine, folder):
        self.machine = machine
        self.folder = pathlib.Path(folder) / machine.name
        self.folder.mkdir(exist_ok=True)
        self.hook = self.folder / "hook"
        self.hook.write_text(HOOK.format(folder=self.folder, configures=self.configures))
        self.hook.chmod(0o755)
        require(self.tool, self.package)
        self.process = None

    def command(self):
        """Its command line."""
        raise NotImplementedError

    def __enter__(self):
        with open(self.folder / "log", "ab") as log:
            self.process = self.machine.popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def events(self):
        """What has happened so far, such as ["deconfig ", "bound 10.9.0.50"]."""
        path = self.folder / "events"
        return path.read_text().splitlines() if path.exists() else []

    def wait_for(self, word, count=1, timeout=25):
        """Wait until an event has happened so often; the address that came with the last one."""

        def look():
            found = [event for event in self.events() if re.fullmatch(word, event.split()[0])]
            return len(found) >= count and found

        found = wait_until(look, timeout)
        if not found:
            log = (self.folder / "log").read_text(errors="replace")
            fail(f"{self.tool} did not say {word!r} {count} times but {self.events()}; its log:\n{log}")
        return found[-1].partition(" ")[2]

    def told(self, word):
        """What the script was told at an event."""
        lines = (self.folder / f"environment.{word}").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def signal(self, number):
        self.process.send_signal(number)

    def lose_server(self, server):
        """From now on what it sends to the server's address alone reaches nobody."""
        self.machine.ip(f"neigh replace {server} lladdr 02:00:00:00:00:99 dev eth0 nud permanent")

    def find_server(self, server):
        """The end of lose_server."""
        self.machine.ip(f"neigh del {server} dev eth0")


class Udhcpc(Program):
    """busybox's client. A renewal that is not answered within a second becomes a rebinding."""

    tool, package = "udhcpc", "udhcpc"
    wants = ()  # names of options that it asks for beside its own

    def command(self):
        wants = [word for name in self.wants for word in ("-O", name)]
        return ["udhcpc", "-f", "-i", "eth0", "-s", self.hook, "-t", "3", "-T", "1", "-A", "1", "-a", *wants]

    def renew(self):
        self.signal(signal.SIGUSR1)

    def rebind(self, server):
        self.lose_server(server)
        self.renew()

    def release(self):
        self.signal(signal.SIGUSR2)


class Dhclient(Program):
    """ISC's client. It renews after 3 seconds and rebinds after 6, whatever the server says."""

    tool, package = "dhclient", "isc-dhcp-client"

    def command(self):
        return self._words("-d")

    def _words(self, *words):
        configuration = self.folder / "configuration"
        configuration.write_text(
            "timeout 20; reboot 3; retry 2; initial-interval 1; backoff-cutoff 2;\n"
            "supersede dhcp-renewal-time 3; supersede dhcp-rebinding-time 6;\n"
        )
        files = ("-sf", self.hook, "-lf", self.folder / "leases", "-pf", self.folder / "pid", "-cf", configuration)
        return ["dhclient", "-4", "-v", *words, *files, "eth0"]

    def remember(self, address, server):
        """A lease of another network in its file, good for years: it starts with INIT-REBOOT."""
        until = time.strftime("%w %Y/%m/%d %H:%M:%S", time.gmtime(time.time() + 86400))
        (self.folder / "leases").write_text(
            f'lease {{ interface "eth0"; fixed-address {address}; option subnet-mask 255.255.255.0;\n'
            f"option dhcp-server-identifier {server}; option dhcp-lease-time 86400;\n"
            f"renew {until}; rebind {until}; expire {until}; }}\n"
        )

    def decline(self):
        """The next address that it gets is in use, it finds."""
        (self.folder / "in-use").touch()

    def renew(self):
        """It does by itself."""

    def rebind(self, server):
        self.lose_server(server)

    def release(self):
        self.machine.run(self._words("-r"))


class Dhcpcd(Program):
    """dhcpcd looks by ARP whether an address is free, which takes it 6 s, and then puts it on the interface itself."""

    tool, package, configures = "dhcpcd", "dhcpcd-base", "no:"

    def command(self):
        configuration = self.folder / "configuration"
        configuration.write_text("clientid\nnoipv4ll\nreboot 3\noption broadcast_address, host_name\n")
        (self.folder / "database").mkdir(exist_ok=True)
        # Its folders are the system's: for it alone they are others.
        own = f"mkdir -p /run/dhcpcd && mount -t tmpfs none /run/dhcpcd && mount --bind {self.folder}/database /var/lib/dhcpcd"
        start = ["unshare", "--mount", "sh", "-c", f'{own} && exec dhcpcd "$@"', "sh"]
        return [*start, "-4", "-B", "-d", "-f", configuration, "-c", self.hook, "eth0"]

    def remember(self, message):
        """The lease in its file: the bytes of an ACK."""
        (self.folder / "database").mkdir(exist_ok=True)
        (self.folder / "database" / "eth0.lease").write_bytes(message)

    def renew(self):
        self.signal(signal.SIGUSR1)

    def rebind(self, _server):
        self.signal(signal.SIGHUP)

    def release(self):
        self.signal(signal.SIGALRM)
