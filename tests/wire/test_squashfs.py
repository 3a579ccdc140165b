# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a squashfs in an image (SQ-1..13): what unsquashfs gives, byte by byte, however it was made; and those that
lie, for which there is an error that names them, in time, while all else is served.
"""

import http.client
import itertools
import json
import os
import random
import subprocess
import time

import pytest

from support import images, squashfs, trees
from support.daemon import Daemon, binary, run_command
from support.netns import SERVER
from support.requires import require
from support.tftp import TftpClient
from support.udf import Writer

COMPRESSORS = ("gzip", "xz", "lzo", "lz4", "zstd")
BLOCKS = ("4K", "128K", "1M")
OPTIONS = {
    "default": (),
    "no-fragments": ("-no-fragments",),
    "fragments": ("-always-use-fragments",),
    "plain": ("-noI", "-noD", "-noF", "-noX"),
    "half-plain": ("-noI", "-noF"),
    "no-export": ("-no-exports",),
    "no-xattrs": ("-no-xattrs",),
    "no-sparse": ("-no-sparse",),
    "duplicates": ("-no-duplicates",),
    "no-padding": ("-nopad",),
}
# How a squashfs is made, not with what, matters once.
MATRIX = [*itertools.product(COMPRESSORS, BLOCKS, list(OPTIONS)[:4]), *[("gzip", "128K", name) for name in list(OPTIONS)[4:]]]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A folder with files of every kind."""
    folder = tmp_path_factory.mktemp("squashfs") / "tree"
    squashfs.fill(folder)
    return folder


def cat(image, path):
    """The bytes of a file, as pxeiso gives them."""
    done = subprocess.run([binary(), "cat", image, path], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b""), (path, done.stderr)
    return done.stdout


def of_pxeiso(image, carrier, every=1):
    """The facts of a squashfs as pxeiso lists and gives it; of many small files, the bytes of every one in `every`."""
    done = run_command(["ls", "-R", "--json", image, f"{carrier}/"])
    assert (done.returncode, done.stderr) == (0, "")
    nodes = json.loads(done.stdout)
    for node in nodes:
        assert node["path"].startswith(f"{carrier}/")
        node["path"] = node["path"].removeprefix(f"{carrier}/")
    assert len({node["path"] for node in nodes}) == len(nodes)
    skipped = {f"many/name-{number:04}" for number in range(300) if number % every}
    facts = trees.facts_of(nodes, lambda path: b"" if path in skipped else cat(image, f"{carrier}/{path}"))
    return {path: fact[:3] if path in skipped else fact for path, fact in facts.items()}, skipped


def of_unsquashfs(path, folder, skipped):
    """The same as unsquashfs extracts it."""
    squashfs.run("unsquashfs", "-no-progress", "-d", folder, path)
    return {path: fact[:3] if path in skipped else fact for path, fact in trees.of_folder(folder).items()}


@pytest.mark.parametrize("compressor,block,options", MATRIX, ids=["-".join(row) for row in MATRIX])
def test_files_are_what_unsquashfs_gives(compressor, block, options, tree, tmp_path):
    """Names, kinds, sizes, times, targets and bytes."""
    made = squashfs.make(tree, tmp_path / "x.sfs", "-comp", compressor, "-b", block, *OPTIONS[options])
    image = squashfs.carry(tmp_path / "x.iso", {"live/filesystem.squashfs": made})
    ours, skipped = of_pxeiso(image, "live/filesystem.squashfs", every=75)
    assert ours == of_unsquashfs(made, tmp_path / "out", skipped)


def test_links_lead_within_the_squashfs(tree, tmp_path):
    """An absolute target begins at the root of the squashfs, and what leads out of it ends there."""
    (tree / "out").symlink_to("../../../../one")
    image = squashfs.carry(tmp_path / "x.iso", {"x.sfs": squashfs.make(tree, tmp_path / "x.sfs"), "two": tree / "text"})
    (tree / "out").unlink()
    assert cat(image, "x.sfs/sub/link") == (tree / "text").read_bytes()
    assert cat(image, "x.sfs/absolute/x") == b"deep"
    assert cat(image, "x.sfs/out") == b"x"
    for path in ("x.sfs/nowhere", "x.sfs/pipe", "x.sfs/null", "x.sfs/loop", "x.sfs/sub", "x.sfs/one/more", "x.sfs/two"):
        done = run_command(["cat", image, path])
        assert (done.returncode, done.stdout) == (1, "") and path in done.stderr, path


def in_two_extents(path, folder):
    """An ISO 9660 image whose file A.SFS has two extents, as one above 4 GiB has: made of two files side by side."""
    data = path.read_bytes()
    half = len(data) // 2 // 2048 * 2048
    (folder / "first").write_bytes(data[:half])
    (folder / "second").write_bytes(data[half:])
    image = squashfs.carry(folder / "two.iso", {"A.SFS": folder / "first", "A.SFT": folder / "second"}, "--norock")
    data = bytearray(image.read_bytes())
    first, second = data.index(b"A.SFS;1"), data.index(b"A.SFT;1")
    data[first - 33 + 25] |= 0x80
    data[second : second + 7] = b"A.SFS;1"
    image.write_bytes(data)
    return image


def test_other_images_carry_a_squashfs(tree, tmp_path):
    """Of several extents in ISO 9660, and in UDF, as long as it lies in one piece (SQ-3)."""
    made = squashfs.make(tree, tmp_path / "x.sfs")
    text = (tree / "text").read_bytes()
    two = in_two_extents(made, tmp_path)
    assert json.loads(run_command(["ls", "--json", two]).stdout)[0]["size"] == made.stat().st_size
    assert cat(two, "A.SFS/text") == text
    assert cat(two, "A.SFS/exact") == (tree / "exact").read_bytes()
    Writer().write(tmp_path / "udf.iso", {"live": {"x.sfs": made.read_bytes()}})
    assert cat(tmp_path / "udf.iso", "live/x.sfs/text") == text
    Writer(piece=1 << 16).write(tmp_path / "pieces.iso", {"live": {"x.sfs": made.read_bytes()}})
    assert cat(tmp_path / "pieces.iso", "live/x.sfs") == made.read_bytes()
    done = run_command(["cat", tmp_path / "pieces.iso", "live/x.sfs/text"])
    assert (done.returncode, done.stdout) == (1, "") and "live/x.sfs/text" in done.stderr


def test_squashfs_in_a_squashfs_stays_a_file(tree, tmp_path):
    """As Fedora's, which is another file system in it (SQ-13)."""
    made = squashfs.make(tree, tmp_path / "x.sfs")
    (tmp_path / "outer").mkdir()
    os.link(made, tmp_path / "outer" / "inner.img")
    outer = squashfs.make(tmp_path / "outer", tmp_path / "outer.sfs")
    image = squashfs.carry(tmp_path / "x.iso", {"outer.sfs": outer})
    assert cat(image, "outer.sfs/inner.img") == made.read_bytes()
    done = run_command(["cat", image, "outer.sfs/inner.img/text"])
    assert (done.returncode, done.stdout) == (1, "") and "outer.sfs/inner.img/text" in done.stderr


def request(lan, path, **headers):
    """A GET: status, body."""

    def ask():
        connection = http.client.HTTPConnection(SERVER, timeout=30)
        connection.request("GET", "/" + path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    return lan.call(ask)


def test_file_larger_than_4_gib(lan, image_folder, tmp_path):
    """Made of holes, so that it is small; read whole, and from behind 4 GiB without waiting for what is before."""
    (tmp_path / "tree").mkdir()
    size = (4 << 30) + 100123
    with open(tmp_path / "tree" / "huge", "wb") as file:
        file.truncate(size)
        file.seek((4 << 30) - 5)
        file.write(b"across 4 GiB")
        file.seek(size - 3)
        file.write(b"end")
    image = squashfs.carry(tmp_path / "x.iso", {"x.sfs": squashfs.make(tmp_path / "tree", tmp_path / "x.sfs")})
    with subprocess.Popen([binary(), "cat", image, "x.sfs/huge"], stdout=subprocess.PIPE) as reader:
        command = [require("cmp", "diffutils"), "-", tmp_path / "tree" / "huge"]
        assert subprocess.run(command, stdin=reader.stdout, check=False, timeout=120).returncode == 0
        reader.stdout.close()
        assert reader.wait(10) == 0
    images.put(image, image_folder.path)
    with Daemon(lan, [image_folder], tmp_path):
        start = time.monotonic()
        first = (4 << 30) - 8
        answer = request(lan, "images/x/x.sfs/huge", Range=f"bytes={first}-{first + 19}")
        assert answer == (206, b"\0\0\0across 4 GiB\0\0\0\0\0")
        assert request(lan, "images/x/x.sfs/huge", Range="bytes=-123") == (206, bytes(120) + b"end")
        assert time.monotonic() - start < 5


# --- those that lie ---------------------------------------------------------------------------------------------

DAMAGED = "the squashfs is damaged there"
ROOT = "squashfs whose root directory makes no sense"
BLOCK = "squashfs with an impossible block size"
OUTSIDE = "squashfs with a table outside of it"


def name_of_65536_bytes(lie):
    """gh#153: a name that is longer than the library's room for it."""
    lie.put(lie.entries() + 12 + 6, "<H", 0xFFFF)


def root_that_is_first(lie):
    """A root that is an entry of itself, by every name in it."""
    at = [offset for offset, kind in lie.inodes() if kind == 1][-1] - lie.get("inode_table") - 2
    position = lie.entries()
    for _ in range(struct_count(lie, position)):
        lie.put(position + 12, "<H", at)
        position += 8 + lie.bytes[position + 12 + 6] + 1


def struct_count(lie, position):
    """The entries under a header."""
    return int.from_bytes(lie.bytes[position : position + 4], "little") + 1


# name: (how it lies, the path that is asked for, what is said; None when it can be read all the same)
LIES = {
    "no-block-size": (lambda lie: lie.set("block_size", 0), "", BLOCK),
    "no-block-log": (lambda lie: lie.set("block_log", 0), "", BLOCK),
    "lzma": (lambda lie: lie.set("compressor", 2), "", "squashfs compressed with lzma"),
    "unknown-compressor": (lambda lie: lie.set("compressor", 99), "", "squashfs with an unknown compressor"),
    "other-compressor": (lambda lie: lie.set("compressor", 4), "file", None),
    "cut": (lambda lie: lie.bytes.__delitem__(slice(5000, None)), "", "squashfs that is cut off"),
    "no-owners": (lambda lie: lie.set("ids", 0), "", "squashfs without inodes or owners"),
    "many-owners": (lambda lie: lie.set("ids", 65535), "", OUTSIDE),
    "many-fragments": (lambda lie: lie.set("fragments", 0xFFFFFFFF), "", OUTSIDE),
    "ids-outside": (lambda lie: lie.set("id_table", 1 << 40), "", OUTSIDE),
    "ids-astray": (lambda lie: lie.put(lie.get("id_table"), "<Q", 1 << 62), "file", None),
    "root-outside": (lambda lie: lie.set("root", 1 << 40), "", "squashfs whose root directory is not in its table"),
    "root-underflow": (lambda lie: lie.set("root", 8191), "", ROOT),
    "root-is-a-file": (lambda lie: lie.set("root", lie.file(8192) - lie.get("inode_table") - 2), "", ROOT),
    "long-name": (name_of_65536_bytes, "", ROOT),
    "holds-itself": (root_that_is_first, "", "directories that make no sense"),
    "owner-outside": (lambda lie: lie.put(lie.file(8192) + 4, "<HH", 65535, 65535), "file", None),
    "block-0": (lambda lie: lie.put(lie.file(8192) + 16, "<I", 0), "file", DAMAGED),
    "block-outside": (lambda lie: lie.put(lie.file(8192) + 16, "<I", 0xFFFFFFF0), "file", DAMAGED),
    "block-of-4-gib": (lambda lie: lie.put(lie.file(8192) + 32, "<I", 0xFEFFFFFF), "file", DAMAGED),
    "second-block": (lambda lie: lie.put(lie.file(8192) + 36, "<I", 0xFEFFFFFF), "file", DAMAGED),
    "short-block": (lambda lie: lie.put(lie.file(8192) + 32, "<I", 0x1000010), "file", DAMAGED),
    "compressed": (lambda lie: lie.put(lie.file(8192) + 32, "<I", 4096), "file", DAMAGED),
    "fragment-of-nobody": (lambda lie: lie.put(lie.file(100) + 20, "<I", 1000000), "tail", DAMAGED),
    "fragment-underflow": (lambda lie: lie.put(lie.file(100) + 24, "<I", 0xFFFFFF00), "tail", DAMAGED),
    "fragment-list": (lambda lie: lie.put(lie.get("fragment_table"), "<Q", 0), "tail", DAMAGED),
    "endless-file": (lambda lie: lie.put(lie.file(8192) + 28, "<I", 0xFFFFFFFF), "file", DAMAGED),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A folder, and a squashfs of it in which nothing is compressed."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "tree" / "dir").mkdir(parents=True)
    (folder / "tree" / "file").write_bytes(random.Random(4).randbytes(8192))
    (folder / "tree" / "tail").write_bytes(b"t" * 100)
    (folder / "tree" / "link").symlink_to("file")
    return folder / "tree", squashfs.make(folder / "tree", folder / "plain.sfs", *squashfs.PLAIN)


def liars(plain, folder):
    """{name in an image: file} of all that lie, and what does not."""
    found = {"good.sfs": plain[1], "hello.txt": plain[0] / "tail"}
    for name, (change, _, _) in LIES.items():
        lie = squashfs.Lying(plain[1])
        change(lie)
        found[f"{name}.sfs"] = lie.write(folder / name)
    return found


@pytest.fixture(scope="module")
def lying_image(plain, tmp_path_factory):
    """An image with all that lie."""
    folder = tmp_path_factory.mktemp("lies")
    return squashfs.carry(folder / "lies.iso", liars(plain, folder))


@pytest.mark.parametrize("name", LIES)
def test_squashfs_that_lies_is_an_error_that_names_it(name, plain, lying_image):
    """Each crash of libsquashfuse that is known, and what else the superblock can claim."""
    _, path, why = LIES[name]
    arguments = ["cat", lying_image, f"{name}.sfs/{path}"] if path else ["ls", "-R", lying_image, f"{name}.sfs/"]
    start = time.monotonic()
    done = subprocess.run([binary(), *map(str, arguments)], capture_output=True, timeout=60, check=False)
    assert time.monotonic() - start < 10
    if why is None:
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == (plain[0] / path).read_bytes()
    else:
        assert done.returncode == 1
        assert f"{name}.sfs" in done.stderr.decode() and why in done.stderr.decode(), done.stderr


def test_directory_of_many_names(tmp_path):
    """It has an index, which nobody needs: it is not believed even where its names are of 4 GiB each."""
    (tmp_path / "tree").mkdir()
    names = [f"name-{number:04}" for number in range(3000)]
    for name in names:
        (tmp_path / "tree" / name).write_text(name)
    made = squashfs.make(tmp_path / "tree", tmp_path / "x.sfs", *squashfs.PLAIN)
    lie = squashfs.Lying(made)
    # The root is of the long form; its index is behind its 40 bytes.
    at = lie.get("inode_table") + (lie.get("root") >> 16) + 2 + (lie.get("root") & 0xFFFF)
    assert int.from_bytes(lie.bytes[at : at + 2], "little") == 8
    assert int.from_bytes(lie.bytes[at + 32 : at + 34], "little") > 0
    lie.put(at + 40 + 8, "<I", 0xFFFFFFFF)
    packed = squashfs.make(tmp_path / "tree", tmp_path / "packed.sfs", "-comp", "zstd")
    files = {"plain.sfs": made, "lie.sfs": lie.write(tmp_path / "lie.sfs"), "packed.sfs": packed}
    image = squashfs.carry(tmp_path / "x.iso", files)
    for carrier in files:
        done = run_command(["ls", "-R", image, f"{carrier}/"])
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines() == [f"{carrier}/{name}" for name in names]
        assert cat(image, f"{carrier}/name-2999") == b"name-2999"


def test_daemon_serves_on_beside_those_that_lie(lan, image_folder, plain, lying_image, tmp_path):
    """Whatever is asked of them, by HTTP and TFTP, the other files of the same image and the other images come."""
    images.put(lying_image, image_folder.path)
    images.put(squashfs.carry(tmp_path / "other.iso", {"x.sfs": plain[1]}), image_folder.path)
    whole = (plain[0] / "file").read_bytes()
    machine = lan.add_client("10.9.0.50")
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        for number, (name, (_, path, why)) in enumerate(LIES.items()):
            target = f"images/lies/{name}.sfs/{path or 'file'}"
            try:
                status, body = request(lan, target)
            except (http.client.HTTPException, OSError):
                status, body = 0, b""  # cut off in the middle of what was promised
            if why is None:
                assert (status, body) == (200, (plain[0] / path).read_bytes()), name
            else:
                # A tree that is damaged elsewhere has files all the same.
                assert status != 200 or name == "holds-itself", (name, status, len(body))
            if number % 5 == 0:
                with TftpClient(machine) as client:
                    client.request(target, blksize=1024)
                    client.receive(5)
            assert request(lan, "images/lies/good.sfs/file") == (200, whole), name
        with TftpClient(machine) as client:
            assert client.fetch("images/lies/good.sfs/file") == whole
        assert request(lan, "images/lies/hello.txt") == (200, b"t" * 100)
        assert request(lan, "images/other/x.sfs/link") == (200, whole)
        assert f"no-block-size.sfs: cannot be opened: {BLOCK}" in daemon.log()
        assert DAMAGED in daemon.log()
