# SPDX-License-Identifier: GPL-3.0-or-later
"""What images have that no option of a writer is about: sessions, cut downloads, compressed and very large files, names in
other character sets. Each tree is held against the folder it was made of. The options are in test_matrix.py.
"""

import json
import os
import subprocess
import time

import pytest

from support import images, netns, trees
from support.daemon import Daemon, run_command
from support.hostile import EXTENT, SECTOR, SIZE, Iso, directory, directory_record
from support.requires import require
from support.trees import Served

PARTS = [30, 50, 70]  # per cent that are left of the truncated images
XORRISO = ["xorriso", "-as", "mkisofs", "-quiet"]
GIB = 1 << 30


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A folder with everything that Rock Ridge can keep."""
    return trees.make_whole(tmp_path_factory.mktemp("images") / "tree")


@pytest.fixture(scope="module")
def simple_tree(tmp_path_factory):
    """Another one."""
    return trees.make_simple(tmp_path_factory.mktemp("images") / "simple")


@pytest.fixture(scope="module")
def big_tree(tmp_path_factory):
    """A file of more than 4 GiB, of which the disk holds four pieces, and one behind it."""
    folder = tmp_path_factory.mktemp("images") / "big"
    folder.mkdir()
    with open(folder / "install.wim", "wb") as file:
        for offset, data in BIG_PIECES.items():
            file.seek(offset)
            file.write(data)
    (folder / "zzz").write_text("behind it")
    for name in BIG_OTHERS:
        (folder / name).write_text(name)
    return folder


BIG_PIECES = {0: b"BEGIN", 4 * GIB - 2048: b"SECTION", 4 * GIB: b"4 GIB", 4 * GIB + (400 << 20) + 1: b"END"}
BIG_OTHERS = ["bootmgr", "boot.wim", "setup.exe"]  # with them it is no mere note beside UDF
BIG_SIZE = max(BIG_PIECES) + len(b"END")


def write_sessions(first, second, image):
    """An image that was written to twice."""
    require("xorriso", "xorriso")
    for source, target in ((first, "/first"), (second, "/second")):
        command = ["xorriso", "-dev", f"stdio:{image}", "-map", source, target, "-commit"]
        subprocess.run(command, check=True, capture_output=True)


def write_compressed(source, image):
    """One with files compressed by zisofs, as far as they become smaller."""
    require("xorriso", "xorriso")
    command = ["xorriso", "-outdev", image, "-map", source, "/", "-set_filter_r", "--zisofs", "/", "--", "-commit"]
    subprocess.run(command, check=True, capture_output=True)


# How a file of more than 4 GiB gets into an image.
BIG = {
    "big-sections": [*XORRISO, "-R", "-iso-level", "3"],
    # As many make Windows media: ISO 9660 then has the lower 32 bits of the size, UDF all of them.
    "big-windows": ["genisoimage", "-iso-level", "4", "-J", "-joliet-long", "-udf", "-allow-limited-size"],
}


def write_sparse(command, source, image):
    """One of which the disk holds what is not zero."""
    require(command[0], command[0])
    with subprocess.Popen([*command, "-o", "-", source], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer:
        holes = ["dd", f"of={image}", "bs=1M", "iflag=fullblock", "conv=sparse", "status=none"]
        subprocess.run(holes, stdin=writer.stdout, check=True, timeout=300)
    assert writer.returncode == 0


@pytest.fixture(scope="module")
def served(tree, simple_tree, big_tree, tmp_path_factory):
    """All images of these tests."""
    with netns.Network() as lan, images.Folder() as shared:
        here = Served(lan, shared.path)
        whole = trees.write([*XORRISO, "-R"], tree, tmp_path_factory.mktemp("whole") / "whole.iso").read_bytes()
        for part in PARTS:
            here.image(f"truncated-{part}").write_bytes(whole[: len(whole) * part // 100])
        write_sessions(simple_tree, tree / "c", here.image("sessions"))
        write_compressed(tree, here.image("compressed"))
        for name, command in BIG.items():
            write_sparse(command, big_tree, here.image(name))
        for image in here.folder.iterdir():
            image.chmod(0o644)
            # Of a cut image that is young the daemon waits for the rest.
            os.utime(image, (1_700_000_000, 1_700_000_000))
        with Daemon(lan, [shared, "--dhcp", "off"], tmp_path_factory.mktemp("daemon")):
            yield here


def test_last_session_is_what_is_read(simple_tree, tree, served):
    """An image that was written to twice has its newest tree at the place where everyone looks."""
    ours = served.facts("sessions")
    theirs = {f"first/{path}": fact for path, fact in trees.of_folder(simple_tree).items()}
    theirs |= {f"second/{path}": fact for path, fact in trees.of_folder(tree / "c").items()}
    assert {path: fact for path, fact in ours.items() if path not in ("first", "second")} == theirs


def test_compressed_files_are_listed_and_refused(tree, served):
    """zisofs: the bytes in the image are not those of the file, so they are not served at all (ISO-20)."""
    ours, theirs = served.facts("compressed"), trees.of_folder(tree)
    lost = [path for path, fact in ours.items() if fact[0] != theirs[path][0]]
    assert "1000003.bin" in lost and "floppy.img" in lost
    for path in lost:
        assert (ours[path][:2], theirs[path][0]) == (("other", 0), "file")
        assert served.get("compressed", path)[0] in (403, 404)
        done = run_command(["cat", served.image("compressed"), path])
        assert done.returncode == 1 and done.stderr and not done.stdout
    ours, theirs = [{path: fact for path, fact in found.items() if path not in lost} for found in (ours, theirs)]
    assert ours == theirs


@pytest.mark.parametrize("name", BIG)
def test_file_of_more_than_4_gib_is_whole(name, served):
    """In two sections of one name (ISO-11), or as UDF has it (UDF-5)."""
    listed = {node["path"]: node["size"] for node in json.loads(run_command(["ls", "--json", served.image(name)]).stdout)}
    assert listed == {"install.wim": BIG_SIZE, "zzz": 9, **{other: len(other) for other in BIG_OTHERS}}
    for offset, data in BIG_PIECES.items():
        # A zero before the piece, if there is room, and behind it.
        first, last = max(offset - 1, 0), min(offset + len(data), BIG_SIZE - 1)
        expected = b"\0" * (offset - first) + data + b"\0" * (last - offset - len(data) + 1)
        assert served.range(name, "install.wim", first, last) == expected
    assert served.read(name, "zzz") == b"behind it"


def test_sections_that_do_not_touch_are_one_file(tmp_path):
    """A small image's records are stretched over a hole (ISO-11)."""
    (tmp_path / "tree").mkdir()
    for name in ("A.;1", "B.;1"):
        (tmp_path / "tree" / name[0]).write_bytes(b"x")
    image = trees.write([*XORRISO, "--norock"], tmp_path / "tree", tmp_path / "image.iso")
    data = bytearray(image.read_bytes())

    def put_record(name, new_name, block, size, flags):
        place = data.index(b"\x04" + name) - 32
        for offset, value in ((2, block), (10, size)):
            data[place + offset : place + offset + 4] = value.to_bytes(4, "little")
            data[place + offset + 4 : place + offset + 8] = value.to_bytes(4, "big")
        data[place + 25] = flags
        data[place + 33 : place + 37] = new_name

    first = 4 * GIB - 2048
    put_record(b"A.;1", b"A.;1", 1000, first, 0x80)
    put_record(b"B.;1", b"A.;1", 2000 + first // 2048, GIB, 0)
    with open(image, "r+b") as file:
        file.write(data)
        file.truncate(2000 * 2048 + first + GIB)
    listed = json.loads(run_command(["ls", "--json", image]).stdout)
    assert [(node["path"], node["size"]) for node in listed] == [("A", 5 * GIB - 2048)]


@pytest.mark.parametrize("part", PARTS)
def test_truncated_image_serves_only_what_is_whole(part, tree, served):
    """A download that broke off: what is listed as a file has all its bytes (ISO-4)."""
    name = f"truncated-{part}"
    ours, theirs = served.facts(name), trees.of_folder(tree)
    lost = [path for path, fact in ours.items() if fact[0] == "other" and theirs[path][0] == "file"]
    assert lost and served.get(name, lost[0])[0] in (403, 404)
    ours, theirs = [{path: fact for path, fact in found.items() if path not in lost} for found in (ours, theirs)]
    assert ours == theirs
    said = run_command(["list", "--json", served.image(name)]).stdout
    assert "truncated: the volume needs" in said and f"files past its end: {len(lost)}" in said


def test_image_cut_anywhere_is_an_error_in_bounded_time(simple_tree, tmp_path):
    """At every sector up to the end of the directories, and at some behind: a tree, or a reason (COV-7)."""
    image = trees.write([*XORRISO, "-R", "-J"], simple_tree, tmp_path / "image.iso")
    whole, cut = image.read_bytes(), tmp_path / "cut.iso"
    names = set(trees.of_folder(simple_tree))
    start = time.monotonic()
    for sector in [*range(0, 60), *range(60, len(whole) // 2048, 40)]:
        cut.write_bytes(whole[: sector * 2048 + sector % 3])
        done = run_command(["ls", "-R", cut], timeout=10)
        assert done.returncode == 0 or str(cut) in done.stderr
        assert done.stdout or done.stderr
        assert done.stdout or sector < 60
        assert {line.rstrip("/") for line in done.stdout.splitlines()} <= names
    assert time.monotonic() - start < 60


def test_longest_names_of_iso9660_1999_are_whole(tmp_path):
    """207 bytes, and no version to cut off (ISO-14); genisoimage stops at 193."""
    (tmp_path / "tree").mkdir()
    names = ["n" * 193, "a;1", "b."]
    for name in names:
        (tmp_path / "tree" / name).write_text(name)
    image = trees.write(["genisoimage", "-quiet", "-iso-level", "4"], tmp_path / "tree", tmp_path / "image.iso")
    assert sorted(run_command(["ls", image]).stdout.splitlines()) == sorted(names)


def test_folder_of_70_000_names_is_listed_whole(tmp_path):
    """Every name of it is found (COV-7)."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "F").write_text("contents")
    iso = Iso(trees.write([*XORRISO, "--norock"], tmp_path / "tree", tmp_path / "image.iso").read_bytes())
    place = iso.get(iso.record("F.;1") + EXTENT)
    block, names = len(iso.data) // SECTOR, [f"{number:05}.TXT" for number in range(70_000)]
    data = directory([directory_record(name.encode(), place, 8) for name in names], block, block)
    iso.append(data)
    iso.put_both(iso.record() + EXTENT, block)
    iso.put_both(iso.record() + SIZE, len(data))
    image = tmp_path / "large.iso"
    image.write_bytes(iso.data)
    assert run_command(["ls", image]).stdout.splitlines() == names
    for name in (names[0], names[34_567], names[-1].lower()):
        assert run_command(["cat", image, name]).stdout == "contents"


@pytest.mark.parametrize(
    "command",
    [
        ["genisoimage", "-quiet", "-R", "-input-charset", "iso8859-1", "-output-charset", "iso8859-1"],
        ["genisoimage", "-quiet", "-J", "-input-charset", "iso8859-1"],
        [*XORRISO, "-R", "-input-charset", "iso-8859-1", "-output-charset", "utf-8"],
    ],
)
def test_names_of_another_character_set_stay_what_they_are(command, tmp_path):
    """Rock Ridge says nothing of characters: its bytes stay as they are. Joliet has characters (ISO-17, ISO-22)."""
    source = os.fsencode(tmp_path / "tree")
    os.mkdir(source)
    for name in ("grün.txt", "café"):
        with open(source + b"/" + name.encode("latin-1"), "w", encoding="latin-1") as file:
            file.write(name)
    image = trees.write(command, tmp_path / "tree", tmp_path / "image.iso")
    charset = "latin-1" if "-output-charset" in command and command[-1] == "iso8859-1" else "utf-8"
    done = run_command(["ls", image], text=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(charset).splitlines() == ["café", "grün.txt"]
    path = os.fsdecode("grün.txt".encode(charset))
    assert run_command(["cat", image, path], text=False).stdout == "grün.txt".encode("latin-1")
    # JSON is UTF-8 whatever the names are.
    assert len(json.loads(run_command(["ls", "--json", image], text=False).stdout.decode())) == 2
