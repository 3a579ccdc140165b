# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of testdata/menus as real ISOs: what they say of their files, at a size that costs nothing.

A shape is described in tests/unit/shape_unit.h. A file that is no text has its name in it, again and again, and at most
3000 bytes; an initramfs has the names that its shape tells of.
"""

import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

from support.images import REPOSITORY
from support.initramfs import archive
from support.requires import require

FOLDER = REPOSITORY / "testdata" / "menus"
BYTES_MAX = 3000


def names():
    """Those that there are."""
    return sorted(path.name for path in FOLDER.iterdir())


def write(path, data):
    """A file, with the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def picture(path, width, height):
    """What vesamenu.c32 takes for a picture of this size, as far as it is looked at."""
    if path.endswith("png"):
        return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", width, height) + b"\x08\x02" + bytes(200)
    return b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(200)


def read_manifest(shape, tree, beside):
    """Make the files that are not text; the volume id, and whether it boots a BIOS."""
    volume, is_bios, initrds = "SHAPE", False, {}
    for line in (shape / "files").read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word == "volume":
            volume = rest
        elif word == "bios":
            is_bios = True
        elif word == "in":
            path, _, name = rest.partition(" ")
            initrds.setdefault(path, []).append(name)
        elif word == "picture":
            width, height, path = rest.split(" ", 2)
            write(tree / path, picture(path, int(width), int(height)))
        elif word == "beside":
            size, _, path = rest.partition(" ")
            write(beside / path, path.encode()[: int(size)])
        elif word.isdigit():
            name = rest.encode() + b"\n"
            write(tree / rest, (name * BYTES_MAX)[: min(int(word), BYTES_MAX)])
    for path, inside in initrds.items():
        write(tree / path, archive(inside))
    return volume, is_bios


def make_efi(tree):
    """The files below @efi as the FAT image that they lie in; whether there are any."""
    efi = tree / "@efi"
    if not efi.exists():
        return False
    image = tree / "efi.img"
    mkfs, mcopy = require("mkfs.vfat", "dosfstools"), require("mcopy", "mtools")
    subprocess.run([mkfs, "-C", image, "4096"], check=True, capture_output=True)
    subprocess.run([mcopy, "-s", "-i", image, *sorted(efi.iterdir()), "::"], check=True, capture_output=True)
    shutil.rmtree(efi)
    return True


def make_iso(name, folder):
    """The ISO of a shape, and the folder beside it, below `folder`; its path."""
    xorriso = require("xorriso", "xorriso")
    shape, image = FOLDER / name, pathlib.Path(folder) / f"{name}.iso"
    beside = image.with_suffix(".d")
    with tempfile.TemporaryDirectory() as temporary:
        tree = pathlib.Path(temporary) / "tree"
        shutil.copytree(shape / "tree", tree)
        if (shape / "beside").exists():
            shutil.copytree(shape / "beside", beside)
        volume, is_bios = read_manifest(shape, tree, beside)
        command = [xorriso, "-as", "mkisofs", "-quiet", "-R", "-iso-level", "3", "-V", volume[:32], "-o", image]
        if is_bios:
            write(tree / "bios.img", bytes(2048))
            command += ["-c", "boot.cat", "-b", "bios.img", "-no-emul-boot", "-boot-load-size", "4"]
        if make_efi(tree):
            command += ["-eltorito-alt-boot", "-e", "efi.img", "-no-emul-boot"]
        done = subprocess.run([*command, tree], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, f"{name}: {done.stderr}"
    for path in [image, beside, *beside.rglob("*")]:
        if path.exists():
            os.chmod(path, 0o755 if path.is_dir() else 0o644)
    return image
