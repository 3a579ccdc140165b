# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that this project did not write: libcdio's public ones, in ../shared/corpus, where their README tells the origin.

What they hold stands in testdata/trees, one line for each path: type, size, time, SHA-256 and path, a target behind "->".
It was looked at by hand, and is held against bsdtar and 7z here. Where the folder does not exist these tests are skipped:
test_matrix.py, test_images.py, test_udf.py and test_hostile_images.py build images for each of these rules.
"""

import datetime
import json
import pathlib
import time

import pytest

from support import trees
from support.daemon import REPOSITORY, run_command

CORPUS = REPOSITORY.parent / "shared" / "corpus"
GOLDEN = REPOSITORY / "testdata" / "trees"

# By whom beside the golden file, and which paths that one does not read: nobody may create devices, and bsdtar shows
# of UDF no more than the note in ISO 9660.
JUDGES = {
    "copying": ("bsdtar", []),
    "copying-rr": ("bsdtar", ["fd0", "zero"]),
    "deep-directory": ("bsdtar", []),
    "joliet": ("bsdtar", []),
    "multi_extent_8k": ("bsdtar", []),
    "multi_extent_8k_emul_toc_padded": ("bsdtar", []),
    "multi_extent_8k_joliet": ("bsdtar", []),
    "test-udf1": ("7z", []),
    "udf102": ("7z", []),
}
BROKEN = {
    "bad-dir": "its root directory makes no sense",
    "malformed": "its volume descriptors make no sense",
    "malformed2": "its root directory makes no sense",
}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no ../shared/corpus beside this repository")


def image(name):
    """The path of one of them."""
    return CORPUS / f"{name}.iso"


def of_pxeiso(name):
    """What pxeiso lists, and `pxeiso cat` writes."""
    done = run_command(["ls", "-R", "--json", image(name)], timeout=10)
    assert (done.returncode, done.stderr) == (0, "")
    return trees.facts_of(
        json.loads(done.stdout), lambda path: run_command(["cat", image(name), path], text=False, timeout=10).stdout
    )


def format_line(path, fact):
    """A line of a golden file."""
    kind, size, seconds, what = fact
    date = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    contents, target = (what, "") if kind == "file" else ("-", f" -> {what}" if what else "")
    return f"{kind} {size} {date} {contents} {path}{target}"


def test_each_image_has_an_expectation():
    """A new image of the corpus is not passed over."""
    assert {path.stem for path in CORPUS.glob("*.iso")} == JUDGES.keys() | BROKEN.keys()
    assert {path.stem for path in GOLDEN.glob("*.tree")} == JUDGES.keys()


@pytest.mark.parametrize("name", JUDGES)
def test_tree_is_the_expected_one(name, tmp_path):
    """Rock Ridge, Joliet, 14 levels of folders, one file in seven sections, UDF with and without ISO 9660
    (ISO-4, ISO-6, ISO-11, ISO-19, ISO-22, UDF-1)."""
    ours = of_pxeiso(name)
    lines = [format_line(path, ours[path]) for path in sorted(ours)]
    assert lines == (GOLDEN / f"{name}.tree").read_text().splitlines()

    judge, others = JUDGES[name]
    assert {path for path, fact in ours.items() if fact[0] == "other"} == set(others)
    if judge == "7z":
        theirs = trees.by_7z(image(name), tmp_path / judge, "-tudf")
    else:
        theirs = trees.by_bsdtar(image(name), tmp_path / judge, *others)
    ours = {path: fact for path, fact in ours.items() if path not in others}
    assert trees.without_times_of_folders(ours) == trees.without_times_of_folders(theirs)


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("command", [["ls", "-R"], ["ls", "--json"], ["list"]])
def test_broken_image_is_refused_with_a_reason(name, command):
    """An error that a person understands, at once, and nothing else."""
    start = time.monotonic()
    done = run_command([*command, image(name)], timeout=10)
    assert time.monotonic() - start < 5
    assert done.returncode == 1
    assert done.stderr == f"pxeiso: {image(name)}: {BROKEN[name]}\n"
    assert command[0] == "list" or not done.stdout.strip("[]\n")


def write_golden():
    """Writes the golden files; read the difference before it is committed."""
    GOLDEN.mkdir(exist_ok=True)
    for name in JUDGES:
        ours = of_pxeiso(name)
        text = "".join(format_line(path, ours[path]) + "\n" for path in sorted(ours))
        pathlib.Path(GOLDEN / f"{name}.tree").write_text(text)


if __name__ == "__main__":
    write_golden()
