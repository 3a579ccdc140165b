# SPDX-License-Identifier: GPL-3.0-or-later
"""One machine's boot, as the boot tests judge it."""

import re

from support.netns import SERVER

SERVER_RANGE = ("--range", "10.9.0.100-10.9.0.150")  # the built-in DHCP server
URL = f"http://{SERVER}/images"

# A boot takes 25 to 60 s on an idle machine; another build may run beside it.
PATIENCE = 300


class Boot:
    """One machine's boot: what the daemon and the machine have said."""

    def __init__(self, daemon, machine):
        self.daemon = daemon
        self.machine = machine

    def wait_for(self, pattern, timeout=PATIENCE, reject=r"Kernel panic|Failed to load|No bootable device"):
        return self.machine.wait_for(pattern, timeout, reject)

    def fetched(self):
        """What machines have fetched over HTTP, as paths."""
        return re.findall(r"http 10\.9\.0\.1\d\d: (/\S+): 200", self.daemon.log())

    def final_root(self, name):
        """Wait for the marker of the image's own final root; what it reports as {"CMDLINE": [...], "ROOT": [...]}."""
        self.wait_for(
            rf"PXEISO-MARKER {name} final root",
            reject=r"Kernel panic|Failed to load|No bootable device|\(initramfs\)|Dropping to debug shell|archiso: ERROR",
        )
        self.machine.wait_for(r"PXEISO-END", 60)
        report = {}
        for line in self.machine.serial().splitlines():
            word, _, rest = line.strip().partition(" ")
            if word.startswith("PXEISO-"):
                report.setdefault(word.removeprefix("PXEISO-"), []).append(rest)
        return report
