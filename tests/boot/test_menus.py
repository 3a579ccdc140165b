# SPDX-License-Identifier: GPL-3.0-or-later
"""The menus, as a person at the machine sees and uses them.

Read from a serial console (menu.serial in the configuration), keys pressed on the machine's keyboard.
"""

from support import images
from support.boot import PATIENCE, SERVER_RANGE
from support.daemon import Daemon
from support.qemu import Machine


def choose(machine, label):
    """Move the bar from the first line down to the line that has `label`, and press Enter."""
    screen = machine.wait_for_screen(label)  # drawn from the top: all lines above are there too
    box = [line for line in screen.splitlines() if line.strip().startswith("│")]
    lines = [line for line in box[1:] if line.strip("│ ")]  # the first is the title; empty ones take no bar
    wanted = next(number for number, line in enumerate(lines) if label in line)
    machine.send_keys("home", *["down"] * wanted, "ret")


def test_menus(lan, image_folder, tmp_path):
    """From the main menu into an image's own, into its sub-menu, and all the way back."""
    for script in ("make-debian-live.sh", "make-archiso.sh"):
        images.put(images.make(script), image_folder.path)
    config = tmp_path / "pxeiso.conf"
    config.write_text("[menu]\nserial = yes\n")
    command = ["--config", config, "--interface", "lan0", "--timeout", 0, *SERVER_RANGE, image_folder]
    with Daemon(lan, command, tmp_path), Machine(lan, tmp_path, 256, split=True) as machine:
        main = machine.wait_for_screen("Power off", PATIENCE)
        for line in ("Arch Linux", "Debian GNU/Linux 12", "Boot from local disk", "Memory test", "Hardware detection"):
            assert line in main

        choose(machine, "Debian GNU/Linux 12")
        image = machine.wait_for_screen("Back to all images")
        for line in ("Live system (amd64)", "Live system (amd64 fail-safe mode)", "Utilities", "memdisk"):
            assert line in image

        choose(machine, "Utilities")
        assert "Live system" not in machine.wait_for_screen("Hardware Detection Tool")

        choose(machine, "Back")
        machine.wait_for_screen("Live system (amd64)")
        choose(machine, "Back to all images")
        assert "Arch Linux" in machine.wait_for_screen("Power off")
