# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees of PXELINUX's menus: ours, and that of an image, which keeps its own look.

Issue 4, SYS-8: background, colours and layout of an image's own menu are shown in its menu, and no image changes the look
of the main menu. Judged by pixels of the screen.
"""

import pathlib
import subprocess

from support import images
from support.boot import PATIENCE, SERVER_RANGE
from support.daemon import Daemon, wait_until
from support.picture import Picture, png
from support.qemu import Machine
from support.requires import fail, require, require_file

CONFIG = """\
UI vesamenu.c32
MENU TITLE Painted Linux 7
MENU BACKGROUND splash.png
MENU COLOR border 30;44 #40ffffff #00000000 none
MENU COLOR title 1;36;44 #ffffe080 #00000000 none
MENU COLOR sel 7;37;40 #ff000000 #ffffc040 none
MENU COLOR hotsel 7;37;40 #ff000000 #ffffc040 none
MENU COLOR unsel 37;44 #ffffffff #00000000 none
MENU COLOR hotkey 37;44 #ffffe080 #00000000 none
MENU COLOR help 37;40 #ffffe080 #00000000 none
MENU VSHIFT 4
MENU HSHIFT 2
MENU WIDTH 60
MENU MARGIN 2
MENU ROWS 7
MENU TABMSG Press Tab for all options
LABEL live
MENU LABEL ^Live system
LINUX /boot/vmlinuz
INITRD /boot/initrd.img
TEXT HELP
Starts Painted Linux without installing it.
ENDTEXT
LABEL safe
MENU LABEL Live system, ^safe graphics
LINUX /boot/vmlinuz
INITRD /boot/initrd.img
APPEND nomodeset
MENU BEGIN tools
MENU LABEL ^Tools
MENU COLOR sel 7;37;40 #ff000000 #ff60ff60 none
LABEL memory
MENU LABEL ^Memory test
LINUX /boot/vmlinuz
MENU END
"""

# The bar that marks an entry, and the ground around it.
OUR_BAR, OUR_GROUND = (0xC4, 0xDC, 0xEC), (0x16, 0x22, 0x2C)
ITS_BAR, ITS_TOOLS_BAR = (0xFF, 0xC0, 0x40), (0x60, 0xFF, 0x60)


def painting(x, y):
    """The colour of a pixel: a sky over hills."""
    if y > 340 + abs(x % 182 - 91) // 2:
        return (20, 60 + x // 32, 50)
    return (30 + y // 8, 40 + y // 6, 110 + y // 6)


def make_painted(folder):
    """An image whose own menu has a picture, colours and a layout."""
    tree = folder / "tree"
    (tree / "isolinux").mkdir(parents=True)
    (tree / "boot").mkdir()
    (tree / "isolinux/isolinux.cfg").write_text(CONFIG)
    (tree / "isolinux/splash.png").write_bytes(png(640, 480, painting))
    (tree / "boot/vmlinuz").write_bytes(bytes(8 << 20))
    (tree / "boot/initrd.img").write_bytes(bytes(40 << 20))
    path = folder / "painted-linux-7.iso"
    subprocess.run(
        [require("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", "-R", "-V", "PAINTED", "-o", path, tree], check=True
    )
    return path


def bar(picture, colour):
    """The row of characters that the bar of this colour lies on, or None; with where it begins and ends, in pixels."""
    for row in range(picture.height // 16):
        marked = [x for x in range(picture.width) if picture.pixel(x, row * 16 + 9) == colour]
        if len(marked) > 300:
            return row, marked[0], marked[-1]
    return None


def wait_for_bar(machine, colour, where):
    """Wait until the bar of this colour is on a row that `where` accepts; the screen."""

    def look():
        picture = Picture(machine.screenshot(machine.folder / "screen.ppm"))
        place = bar(picture, colour)
        return place is not None and where(place[0]) and picture

    return wait_until(look, PATIENCE, 1) or fail(f"no bar of the colour {colour} came to its place")


def test_look(lan, image_folder, tmp_path):
    """The main menu, the image's own, its sub-menu, and back."""
    images.put(make_painted(tmp_path), image_folder.path)
    images.put(pathlib.Path(require_file("/usr/lib/ipxe/ipxe.iso", "ipxe")), image_folder.path)
    command = ["--interface", "lan0", "--timeout", 0, *SERVER_RANGE, image_folder]
    with Daemon(lan, command, tmp_path), Machine(lan, tmp_path, 256) as machine:
        # Local disk is marked: below both images and an empty row. The picture is one colour.
        main = wait_for_bar(machine, OUR_BAR, lambda row: row == 7)
        assert (main.width, main.height) == (640, 480)
        for x, y in ((3, 3), (636, 3), (3, 476), (20, 100)):
            assert main.pixel(x, y) == OUR_GROUND, (x, y)
        machine.screenshot(tmp_path / "main.png")

        machine.send_keys("home")
        wait_for_bar(machine, OUR_BAR, lambda row: row == 4)
        machine.send_keys("down", "ret")
        own = wait_for_bar(machine, ITS_BAR, lambda row: row == 7)
        # VSHIFT 4, then three rows of the box; HSHIFT 2 and MARGIN 2, then a line.
        _, left, right = bar(own, ITS_BAR)
        assert left == 6 * 8 and right == (2 + 60 - 2 - 2) * 8 + 15
        for x, y in ((3, 3), (600, 60), (600, 300), (20, 470), (620, 470)):
            assert all(abs(a - b) <= 4 for a, b in zip(own.pixel(x, y), painting(x, y))), (x, y)
        machine.screenshot(tmp_path / "own.png")

        machine.send_keys("down", "down", "ret")
        tools = wait_for_bar(machine, ITS_TOOLS_BAR, lambda row: row == 7)
        assert all(abs(a - b) <= 4 for a, b in zip(tools.pixel(600, 300), painting(600, 300)))
        machine.screenshot(tmp_path / "tools.png")

        machine.send_keys("esc")
        wait_for_bar(machine, ITS_BAR, lambda row: row == 9)
        machine.send_keys("end", "ret")
        again = wait_for_bar(machine, OUR_BAR, lambda row: row == 7)
        assert again.pixel(3, 3) == OUR_GROUND
