# SPDX-License-Identifier: GPL-3.0-or-later
"""squashfs images for tests: made by mksquashfs, changed byte by byte, and carried by an ISO.

    fill(folder)                                   files of every kind
    make(folder, "x.sfs", "-comp", "xz")
    Lying(plain).set("block_size", 0).write("bad.sfs")
    carry("x.iso", {"live/x.sfs": "x.sfs"})
"""

import os
import pathlib
import random
import shutil
import stat
import struct
import subprocess

from support.requires import require

# Nothing compressed: what a test changes stands there as it is.
PLAIN = ("-noI", "-noD", "-noF", "-noX", "-b", "4K", "-no-xattrs")


def run(*command):
    """One tool; it must succeed."""
    require(command[0], {"mksquashfs": "squashfs-tools", "unsquashfs": "squashfs-tools"}.get(command[0], command[0]))
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=300)


def fill(folder, names=300):
    """Files of every kind and length, with holes, links, devices, and a directory of many names."""
    folder = pathlib.Path(folder)
    dice = random.Random(1)
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "many").mkdir()
    (folder / "no files").mkdir()
    contents = {
        "empty": b"",
        "one": b"x",
        "tail": dice.randbytes(5000),
        "text": b"hello world\n" * 30000,
        "random": dice.randbytes((1 << 20) + 777),
        "exact": dice.randbytes(1 << 17),
        "zeros": bytes(1 << 20),
        "sub/deep/x": b"deep",
        "sub/Zoë 日本": b"name",
        "n" * 255: b"long name",
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    with open(folder / "holes", "wb") as file:
        file.write(b"begin")
        file.seek(2 << 20)
        file.write(dice.randbytes(150000))
        file.truncate(3 << 20)
    for number in range(names):
        (folder / "many" / f"name-{number:04}").write_text(f"{number}\n")
    os.link(folder / "text", folder / "sub" / "hard")
    (folder / "sub" / "link").symlink_to("../text")
    (folder / "absolute").symlink_to("/sub/deep")
    (folder / "nowhere").symlink_to("not/there")
    os.mkfifo(folder / "pipe")
    os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    os.mknod(folder / "loop", stat.S_IFBLK | 0o660, os.makedev(7, 0))


def make(folder, path, *options):
    """A squashfs of what is in a folder; its path."""
    path = pathlib.Path(path)
    path.unlink(missing_ok=True)
    run("mksquashfs", folder, path, "-noappend", "-no-progress", *options)
    return path


def carry(iso, files, *options):
    """An ISO that holds {name: file}; its path."""
    tree = pathlib.Path(f"{iso}.tree")
    for name, source in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, tree / name)
        except OSError:
            run("cp", "--sparse=always", source, tree / name)
    run("xorriso", "-as", "mkisofs", "-quiet", "-R", *options, "-o", iso, tree)
    shutil.rmtree(tree)
    return pathlib.Path(iso)


class Lying:
    """A squashfs that was made with PLAIN, to be changed. Its tables are one block of metadata each, and its inodes are
    files, links and directories of the short forms."""

    FIELDS = {
        "inodes": (4, "<I"),
        "block_size": (12, "<I"),
        "fragments": (16, "<I"),
        "compressor": (20, "<H"),
        "block_log": (22, "<H"),
        "ids": (26, "<H"),
        "root": (32, "<Q"),
        "bytes_used": (40, "<Q"),
        "id_table": (48, "<Q"),
        "inode_table": (64, "<Q"),
        "directory_table": (72, "<Q"),
        "fragment_table": (80, "<Q"),
    }

    def __init__(self, path):
        self.bytes = bytearray(pathlib.Path(path).read_bytes())

    def get(self, field):
        """A field of the superblock."""
        offset, form = self.FIELDS[field]
        return struct.unpack_from(form, self.bytes, offset)[0]

    def set(self, field, value):
        """Change one."""
        offset, form = self.FIELDS[field]
        return self.put(offset, form, value)

    def put(self, offset, form, *values):
        """Change anything."""
        struct.pack_into(form, self.bytes, offset, *values)
        return self

    def inodes(self):
        """[(offset, kind)] of all inodes; the offset is in the file."""
        start = self.get("inode_table")
        length = struct.unpack_from("<H", self.bytes, start)[0]
        assert length & 0x8000, "not made with PLAIN"
        at, end, found = start + 2, start + 2 + (length & 0x7FFF), []
        while at < end:
            kind = struct.unpack_from("<H", self.bytes, at)[0]
            found.append((at, kind))
            if kind == 1:
                at += 32
            elif kind == 2:
                fragment, _, size = struct.unpack_from("<III", self.bytes, at + 20)
                blocks = size // 4096 + (1 if fragment == 0xFFFFFFFF and size % 4096 else 0)
                at += 32 + 4 * blocks
            else:
                assert kind == 3, kind
                at += 24 + struct.unpack_from("<I", self.bytes, at + 20)[0]
        return found

    def file(self, size):
        """Where the inode of the file of `size` bytes is."""
        sizes = {struct.unpack_from("<I", self.bytes, at + 28)[0]: at for at, kind in self.inodes() if kind == 2}
        return sizes[size]

    def entries(self):
        """Where the table of directories begins, behind its length."""
        return self.get("directory_table") + 2

    def write(self, path):
        """Write it; its path."""
        pathlib.Path(path).write_bytes(self.bytes)
        return pathlib.Path(path)
