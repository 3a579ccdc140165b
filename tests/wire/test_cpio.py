# SPDX-License-Identifier: GPL-3.0-or-later
"""Initrds made on the fly, below `@cpio`: unpacked by GNU cpio and bsdtar, over HTTP (whole, in part, HEAD) and TFTP.

They must be what their length says, and the same each time and from every offset.
"""

import json
import os
import re
import subprocess

import pytest
from support import images, netns
from support.daemon import Daemon, run_command
from support.netns import SERVER
from support.requires import require

GIB = 1 << 30
KERNEL = b"kernel" * 1000
ARM_KERNEL = b"\0" * 0x38 + b"ARM\x64" + KERNEL
INITRDS = {"one.img": b"1" * 12, "two.img": b"second" * 333 + b"!"}
ROOT = bytes(range(256)) * 999 + b"end"

CONFIG = """
DEFAULT a
LABEL a
  KERNEL /boot/vmlinuz
  INITRD /boot/one.img,/boot/two.img
  APPEND way=image
LABEL b
  KERNEL /boot/vmlinuz
  INITRD /boot/two.img
  APPEND way=file
LABEL c
  KERNEL /boot/vmlinuz
  APPEND way=parts
LABEL d
  KERNEL /boot/vmlinuz
  APPEND way=either
LABEL e
  KERNEL /boot/vmlinuz
  INITRD /boot/one.img,/boot/two.img
  APPEND way=image other
LABEL f
  KERNEL /boot/vmlinuz
  APPEND way=helper
LABEL g
  KERNEL /boot/Image
  APPEND way=helper
LABEL h
  KERNEL /boot/vmlinuz
  APPEND way=tree
"""

RECIPES = """
[image]
argument = way=image
initrd = /deep/er/the.iso image /conf/x text:load-loop
[file]
argument = way=file
files = live/root.sfs
initrd = /root.sfs file
[parts]
argument = way=parts
initrd = /p parts
[either]
argument = way=either
initrd = /p image|parts /pxeiso/init text:wrapper
[helper]
argument = way=helper
initrd = /pxeiso/init helper
[tree]
argument = way=tree
initrd = /cdrom tree:.disk,pool,dists,missing,loop /hd-media folder
"""

# As on an installer's disc: many small files, links between folders, names of all lengths.
MANY = {f"pool/main/{'x' * (number % 40 + 1)}/{number}.deb": b"%d" % number * (number % 9) for number in range(3000)}
LINKS = {"dists/stable": "bookworm", "dists/bookworm/one": "../../pool/main/x/0.deb", "loop": "."}


@pytest.fixture(scope="module", name="image")
def make_image(tmp_path_factory):
    """An image whose entries want an initrd made, and the configuration with the recipes."""
    require("xorriso", "xorriso")
    folder = tmp_path_factory.mktemp("cpio")
    tree = folder / "tree"
    (tree / "isolinux").mkdir(parents=True)
    (tree / "boot").mkdir()
    (tree / "live").mkdir()
    (tree / "isolinux/isolinux.cfg").write_text(CONFIG)
    (tree / "boot/vmlinuz").write_bytes(KERNEL)
    (tree / "boot/Image").write_bytes(ARM_KERNEL)
    for name, content in INITRDS.items():
        (tree / "boot" / name).write_bytes(content)
    (tree / "live/root.sfs").write_bytes(ROOT)
    for name, content in {**MANY, ".disk/info": b"Debian", "dists/bookworm/Release": b"x"}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
    for name, target in {**LINKS, "dists/nowhere": "gone"}.items():
        (tree / name).symlink_to(target)
    (tree / "pool/empty").mkdir()
    iso = folder / "x.iso"
    subprocess.run(["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", iso, tree], check=True, capture_output=True)
    (folder / "recipes").mkdir()
    (folder / "recipes/test.ini").write_text(RECIPES)
    (folder / "pxeiso.conf").write_text(f"[recipes]\ndirectory = {folder}/recipes\n")
    return iso


@pytest.fixture(scope="module", name="server")
def start_server(image, tmp_path_factory):
    """The daemon that serves it."""
    with netns.Network() as network, images.Folder(image) as folder:
        arguments = ["--dhcp", "off", "--config", image.parent / "pxeiso.conf", folder]
        with Daemon(network, arguments, tmp_path_factory.mktemp("daemon")) as daemon:
            yield daemon


def curl(server, name, *options):
    command = ["curl", "-sS", "--max-time", "30", *options, f"http://{SERVER}/images/x/@cpio/{name}"]
    return server.namespace.run(command, text=False).stdout


def unpack(archive, folder):
    """What GNU cpio and bsdtar make of it: {path: content or None for a directory}. Both must say the same."""
    found = []
    for number, command in enumerate((["cpio", "-id", "--quiet"], ["bsdtar", "-xf", "-"])):
        require(command[0], "cpio" if number == 0 else "libarchive-tools")
        target = folder / str(number)
        target.mkdir()
        subprocess.run(command, input=archive, cwd=target, check=True, capture_output=True)
        tree = {}
        for path in sorted(target.rglob("*")):
            content = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
            tree[str(path.relative_to(target))] = content
        found.append(tree)
    assert found[0] == found[1]
    return found[0]


def test_image_and_a_text(server, image, tmp_path):
    """Directories come with them; the whole is a multiple of a block."""
    whole = curl(server, "image.cpio")
    assert len(whole) % 512 == 0
    tree = unpack(whole, tmp_path)
    assert tree.pop("deep/er/the.iso") == image.read_bytes()
    assert tree == {"deep": None, "deep/er": None, "conf": None, "conf/x": b"modprobe -q loop\nmodprobe -q isofs\n"}


def test_file_of_an_odd_length(server, tmp_path):
    assert unpack(curl(server, "file.cpio"), tmp_path) == {"root.sfs": ROOT}


def test_parts_make_the_image(server, image, tmp_path):
    tree = unpack(curl(server, "parts.cpio"), tmp_path)
    assert [len(tree["p.00"]), sorted(tree)] == [32768, ["p.00", "p.01"]]
    assert tree["p.00"] + tree["p.01"] == image.read_bytes()


def test_wrapper_can_be_executed(server, tmp_path):
    """And the shell understands it."""
    unpack(curl(server, "either.cpio"), tmp_path)
    script = tmp_path / "0/pxeiso/init"
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)
    subprocess.run([require("busybox", "busybox-static"), "sh", "-n", script], check=True)


@pytest.mark.parametrize("name, machine", [("helper.cpio", 62), ("helper~2.cpio", 183)])
def test_helper_is_for_the_processor_of_the_kernel(server, tmp_path, name, machine):
    """x86-64 and aarch64: ELF's numbers for them. Nothing of it is lost, though it is no text."""
    program = unpack(curl(server, name), tmp_path)["pxeiso/init"]
    assert program[:4] == b"\x7fELF" and program[18] == machine and len(program) > 2000
    assert os.access(tmp_path / "0/pxeiso/init", os.X_OK)


def test_folders_of_the_image_with_all_that_is_in_them(server, tmp_path):
    """Links lead where they did, one that leads nowhere is left out, what the image does not have is no mistake."""
    tree = unpack(curl(server, "tree.cpio"), tmp_path)
    links = {name: str(tree.pop(f"cdrom/{name}")) for name in LINKS}
    assert links == {**LINKS, "dists/stable": "../dists/bookworm"}
    assert tree.pop("cdrom/.disk/info") == b"Debian" and tree.pop("cdrom/dists/bookworm/Release") == b"x"
    assert {name: tree.pop(f"cdrom/{name}") for name in MANY} == MANY
    assert set(tree.values()) == {None}
    assert {"cdrom", "cdrom/pool/empty", "hd-media"} < set(tree) and "cdrom/dists/nowhere" not in tree


def test_length_is_known_before(server):
    whole = curl(server, "image.cpio")
    head = curl(server, "image.cpio", "--head").decode()
    assert f"Content-Length: {len(whole)}\r\n" in head
    assert "Accept-Ranges: bytes" in head and "ETag: " in head


@pytest.mark.parametrize("name", ["image.cpio", "file.cpio", "tree.cpio"])
def test_every_part_is_that_of_the_whole(server, name):
    """Across headers, padding, files and the image."""
    whole = curl(server, name)
    for first in (0, 1, 100, 115, 120, 124, 125, 131, 240, 400, 9000, len(whole) - 700, len(whole) - 1):
        for length in (1, 3, 400, 5000):
            last = min(first + length, len(whole)) - 1
            assert curl(server, name, "-r", f"{first}-{last}") == whole[first : last + 1], (first, last)


def test_tftp_gives_the_same(server, tmp_path):
    require("tftp", "tftp-hpa")
    target = tmp_path / "file"
    server.namespace.run(["tftp", "-m", "binary", SERVER, "-c", "get", "images/x/@cpio/image.cpio", str(target)])
    assert target.read_bytes() == curl(server, "image.cpio")


def test_entries_that_want_the_same_share_it(image):
    """And it comes behind the entry's own initrds."""
    shown = run_command(["explain", "--json", "--config", image.parent / "pxeiso.conf", image]).stdout
    entries = json.loads(shown)[0]["entries"]
    initrds = [initrd["path"].rpartition("/")[2] for entry in entries for initrd in entry["initrds"]]
    first = ["one.img", "two.img", "image.cpio"]
    others = ["two.img", "file.cpio", "parts.cpio", "either.cpio"]
    assert initrds == [*first, *others, *first, "helper.cpio", "helper~2.cpio", "tree.cpio"]


def test_what_nobody_wants_is_not_there(server):
    for name in ("image", "nothing.cpio", "image.cpio/x", "../@cpio/nothing.cpio", "image.cpiox"):
        assert curl(server, name, "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}") == b"404", name


@pytest.mark.parametrize(
    "way, expected",
    [("image", "4 GiB or more, too large"), ("parts", "/p.02"), ("either", "/p.02")],
)
def test_image_of_four_gib(image, tmp_path, way, expected):
    """One member cannot be so long; parts can."""
    large = tmp_path / "large.iso"
    subprocess.run(["cp", "--sparse=always", image, large], check=True)
    os.truncate(large, 4 * GIB + 2048)
    shown = run_command(["explain", "--config", image.parent / "pxeiso.conf", large]).stdout
    entry = [part for part in shown.split("\n\n") if re.search(rf"(before|arguments) +way={way}\b", part)]
    assert entry and expected in entry[0], shown
