# SPDX-License-Identifier: GPL-3.0-or-later
"""UDF as `pxeiso ls` and `cat` show it, against the folder an image was made of and against 7z.

Windows media have all their files there and only a note in ISO 9660: without UDF they offer nothing. No kernel at hand can
mount UDF, so 7z is the other reader. It wants its anchor at sector 256 and reads neither metadata partitions nor lists of
allocations in several blocks; there the judge is what the writer was told to write.
"""

import datetime
import hashlib
import json
import pathlib
import subprocess
import time

import pytest

from support.daemon import binary, run_command
from support.requires import require
from support.udf import Raw, Sparse, Writer

TREE = {
    "bootmgr": b"manager" * 1000,
    "empty": b"",
    "Boot": {"BCD": b"data", "boot.sdi": bytes(range(256)) * 100, "fonts": {"Zoë 日本 💿": b"font"}},
    "sources": {f"{number:04}.dat": b"%d" % number for number in range(8)},
    "n" * 127: b"long",
    ("hidden", 1): b"hidden",
    ("deleted", 4): b"deleted",
}
VARIANTS = {
    "1.02": {},
    "2.01": {"revision": 0x201},
    "long": {"form": "long"},
    "embedded": {"form": "embedded", "revision": 0x201},
    "16-bit-names": {"bits": 16},
    "pieces": {"piece": 2048},
    "continued": {"piece": 2048, "per_block": 3},
    "metadata": {"revision": 0x250, "metadata": True},
    "metadata-embedded": {"revision": 0x260, "metadata": True, "form": "embedded"},
    "metadata-pieces": {"revision": 0x250, "metadata": True, "form": "long", "piece": 6144, "per_block": 2},
    "sparable": {"revision": 0x150, "sparable": True},
}


def flat(tree, prefix=""):
    """{path: bytes} of the files of a tree, without the deleted."""
    found = {}
    for name, item in tree.items():
        name, flags = name if isinstance(name, tuple) else (name, 0)
        if flags & 4:
            continue
        if isinstance(item, dict):
            found |= flat(item, f"{prefix}{name}/")
        else:
            found[prefix + name] = item
    return found


def digest(data):
    """What contents are compared by."""
    return hashlib.sha256(data).hexdigest()


def of_folder(folder):
    """{path: (type, size, time, contents)} below a folder; writing into folders changes their times."""
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        status = path.stat()
        fact = ("file", status.st_size, int(status.st_mtime), digest(path.read_bytes())) if path.is_file() else ("directory",)
        found[str(path.relative_to(folder))] = fact
    return found


def of_pxeiso(image):
    """The same of an image, as pxeiso reads it."""
    done = run_command(["ls", "-R", "--json", image])
    assert (done.returncode, done.stderr) == (0, "")
    found = {}
    for node in json.loads(done.stdout):
        found[node["path"]] = (node["type"],)
        if node["type"] == "file":
            data = run_command(["cat", image, node["path"]], text=False).stdout
            mtime = datetime.datetime.fromisoformat(node["mtime"].replace("Z", "+00:00")).timestamp()
            found[node["path"]] += (node["size"], int(mtime), digest(data))
    return found


def by_7z(image, folder):
    """What 7z extracts. It complains of the missing half of some images, and extracts all the same."""
    require("7z", "p7zip-full")
    subprocess.run(["7z", "x", "-tudf", "-y", f"-o{folder}", image], check=False, capture_output=True, timeout=60)
    return of_folder(folder)


@pytest.mark.parametrize("name, anchor", [*((name, "end") for name in VARIANTS), ("1.02", "256"), ("1.02", "before")])
def test_tree_is_what_was_written(name, anchor, tmp_path):
    """Each way to say where bytes are (UDF-3..6), at each place for the anchor (UDF-1)."""
    image = Writer(anchors=(anchor,), **VARIANTS[name]).write(tmp_path / "image.iso", TREE)
    ours = of_pxeiso(image)
    files = {path: (fact[1], fact[3]) for path, fact in ours.items() if fact[0] == "file"}
    assert files == {path: (len(data), digest(data)) for path, data in flat(TREE).items()}
    assert {path for path, fact in ours.items() if fact[0] != "file"} == {"Boot", "Boot/fonts", "sources"}


@pytest.mark.parametrize("name", ["1.02", "2.01", "long", "embedded", "16-bit-names", "pieces"])
def test_tree_is_what_7z_reads(name, tmp_path):
    """A second reader's opinion, of times too."""
    image = Writer(anchors=("256",), **VARIANTS[name]).write(tmp_path / "image.iso", TREE)
    theirs = by_7z(image, tmp_path / "7z")
    assert of_pxeiso(image) == theirs


def test_large_folder_is_listed_whole(tmp_path):
    """Names that begin in one block and end in the next (UDF-6); the longest there are."""
    names = {f"{number:05}.dat" for number in range(3000)} | {"n" * 254}
    image = Writer(form="long").write(tmp_path / "image.iso", {name: b"" for name in sorted(names)})
    assert set(run_command(["ls", image]).stdout.splitlines()) == names


def test_windows_media_show_the_tree_in_udf(tmp_path):
    """ISO 9660 shows a note, UDF everything else (ISO-21, UDF-1)."""
    require("genisoimage", "genisoimage")
    folder = tmp_path / "folder"
    for path, data in flat(TREE).items():
        path = path.replace("💿", "")  # genisoimage knows no characters beyond 16 bits
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "readme.txt").write_text("a note")
    hidden = [word for path in folder.iterdir() if path.name != "readme.txt" for word in ("-hide", path.name)]

    def write(name, *options):
        command = ["genisoimage", "-quiet", "-input-charset", "utf-8", "-udf", *options, *hidden, "-o", tmp_path / name, folder]
        subprocess.run(command, check=True, capture_output=True)
        return tmp_path / name

    image, rock_ridge = write("image.iso"), write("rock-ridge.iso", "-R")
    ours = of_pxeiso(image)
    # With Rock Ridge the tree in ISO 9660 would be taken for what it shows.
    assert list(of_pxeiso(rock_ridge)) == ["readme.txt"]
    assert ours == of_folder(folder)
    assert ours == by_7z(image, tmp_path / "7z")


def test_case_of_names_does_not_matter(tmp_path):
    """Windows' loaders mix boot, Boot and BOOT (UDF-7)."""
    image = Writer().write(tmp_path / "image.iso", TREE)
    assert run_command(["cat", image, "BOOT/bcd"]).stdout == "data"


def test_file_of_more_than_4_gib_is_served_whole(tmp_path):
    """install.wim: an extent has 1 GiB at most, so it is in several (UDF-5)."""
    size = (4 << 30) + 12345
    image = Writer(anchors=("256",)).write(tmp_path / "image.iso", {"sources": {"install.wim": Sparse(size, b"END")}})
    assert of_size(image, "sources/install.wim") == size
    done = subprocess.run(
        ["7z", "l", "-slt", "-tudf", image, "sources/install.wim"], capture_output=True, text=True, check=False, timeout=60
    )
    assert f"\nSize = {size}\n" in done.stdout
    with subprocess.Popen([binary(), "cat", image, "sources/install.wim"], stdout=subprocess.PIPE) as cat:
        count, last = 0, b""
        while chunk := cat.stdout.read(1 << 20):
            count, last = count + len(chunk), (last + chunk)[-3:]
    assert (count, last) == (size, b"END")


def of_size(image, path):
    """The size that `ls` says."""
    return json.loads(run_command(["ls", "--json", image, path]).stdout)[0]["size"]


def test_what_is_not_in_the_image_is_listed_and_refused(tmp_path):
    """Holes are zeros that are nowhere in the image; links of UDF are not followed."""
    tree = {"holes": Raw(holes=[(0, 2048), (2, 2048)]), "link": Raw(12), "whole": b"whole"}
    image = Writer().write(tmp_path / "image.iso", tree)
    done = run_command(["ls", "-l", image])
    assert [line.split()[0] + line.split()[-1] for line in done.stdout.splitlines()] == ["oholes", "olink", "fwhole"]
    assert "files with holes: 1" in done.stderr
    for name in ("holes", "link"):
        done = run_command(["cat", image, name])
        assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    "options, why",
    [
        ({"virtual": True}, "recorded in steps"),
        ({"sparable": True, "spared": 64}, "spared blocks"),
        ({"block_size": 512}, "not of 2048 bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(options, why, tmp_path):
    """Never wrong bytes in place of a refusal (UDF-3)."""
    image = Writer(**options).write(tmp_path / "image.iso", {"file": b"file"})
    done = run_command(["ls", image])
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


MKUDFFS = {
    "hd-1.02": ["--media-type=hd", "--udfrev=1.02"],
    "hd-1.50": ["--media-type=hd", "--udfrev=1.50"],
    "hd-2.00": ["--media-type=hd", "--udfrev=2.00"],
    "hd-2.01": ["--media-type=hd", "--udfrev=2.01"],
    "hd-2.01-long": ["--media-type=hd", "--udfrev=2.01", "--ad=long"],
    "hd-2.01-short": ["--media-type=hd", "--udfrev=2.01", "--ad=short"],
    "hd-2.01-freed-table": ["--media-type=hd", "--udfrev=2.01", "--space=freedtable"],
    "dvd-2.01": ["--media-type=dvd", "--udfrev=2.01"],
    "dvdram-2.01": ["--media-type=dvdram", "--udfrev=2.01"],
    "dvdrw-1.50": ["--media-type=dvdrw", "--udfrev=1.50"],
    "dvdrw-2.01": ["--media-type=dvdrw", "--udfrev=2.01"],
    "cdrw-2.01": ["--media-type=cdrw", "--udfrev=2.01"],
}
REFUSED = {
    "bdr-2.50": (["--media-type=bdr", "--udfrev=2.50"], "recorded in steps"),
    "bdr-2.60": (["--media-type=bdr", "--udfrev=2.60"], "recorded in steps"),
    "cdr-1.50": (["--media-type=cdr", "--udfrev=1.50"], "recorded in steps"),
    "strategy-4096": (["--media-type=hd", "--udfrev=1.50", "--strategy=4096"], "root directory makes no sense"),
    "blocks-of-512": (["--blocksize=512"], "UDF"),
    "blocks-of-1024": (["--blocksize=1024"], "UDF"),
    # Its descriptors are 4,096 bytes from each other, where nobody looks on a CD.
    "blocks-of-4096": (["--blocksize=4096"], "not an ISO 9660 image"),
}


def make_volume(path, options):
    """What mkudffs makes of a file; its path."""
    require("mkudffs", "udftools")
    with open(path, "wb") as file:
        file.truncate(16 << 20)
    options = options if any("blocksize" in option for option in options) else ["--blocksize=2048", *options]
    subprocess.run(["mkudffs", *options, path], check=True, capture_output=True)
    return path


@pytest.mark.parametrize("name", MKUDFFS)
def test_volume_of_mkudffs_is_read_empty_and_full(name, tmp_path):
    """Another writer's descriptors, of plain and sparable partitions. It writes no files, so those are our writer's.

    Above 2.01 it writes volumes with a virtual table only; those with metadata partitions are all our writer's.
    """
    image = make_volume(tmp_path / "image.iso", MKUDFFS[name])
    done = run_command(["ls", "-R", image])
    assert (done.returncode, done.stderr) == (0, "")
    # A file of UDF's own on media that are written in packets.
    assert done.stdout in ("", "Non-Allocatable Space\n")

    revision = int(name.split("-")[1].replace(".", ""), 16)
    Writer(revision=revision).fill(image, TREE)
    ours = of_pxeiso(image)
    files = {path: (fact[1], fact[3]) for path, fact in ours.items() if fact[0] == "file"}
    assert files == {path: (len(data), digest(data)) for path, data in flat(TREE).items()}
    if "rw-" not in name:  # 7z knows no sparable partitions
        assert ours == by_7z(image, tmp_path / "7z")


@pytest.mark.parametrize("name", REFUSED)
def test_volume_of_mkudffs_that_cannot_be_read_is_refused(name, tmp_path):
    """A table that grows with each session, entries rewritten elsewhere, blocks of another size (UDF-3)."""
    options, why = REFUSED[name]
    done = run_command(["ls", "-R", make_volume(tmp_path / "image.iso", options)])
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


@pytest.mark.parametrize("variant", ["embedded", "metadata-pieces"])
def test_cut_image_is_an_error_in_bounded_time(variant, tmp_path):
    """At every sector: a tree, or a reason. The anchor in front keeps most of it readable."""
    image = Writer(anchors=("256",), **VARIANTS[variant]).write(tmp_path / "image.iso", TREE)
    whole = image.read_bytes()
    cut = tmp_path / "cut.iso"
    start = time.monotonic()
    for size in range(len(whole) - 2048, 257 * 2048, -4 * 2048):
        cut.write_bytes(whole[:size])
        done = run_command(["ls", "-R", cut])
        assert done.returncode == 0 or str(cut) in done.stderr
        assert done.stdout or done.stderr
    assert time.monotonic() - start < 60
