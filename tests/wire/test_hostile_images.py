# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that have crashed other readers, or could, against pxeiso (LIB-5, LIB-6, ISO-13).

support/hostile_cases.py has them. Each is a good image of which a few bytes are changed. What must happen: an answer within seconds; either the image is
refused with a reason, or what is broken is left out and named, and the rest is there. One daemon then has all of them in
its folder, beside a good image that it goes on serving; when they are gone nothing of them is left: no descriptor, no
process.
"""

import os
import pathlib
import re
import subprocess
import time

import pytest

from support import images, trees
from support.daemon import REPOSITORY, Daemon, run_command, wait_until
from support.hostile import EXTENT, SECTOR, Fat, Iso, Udf
from support.hostile_cases import CASES
from support.processes import children, count_descriptors
from support.requires import require
from support.trees import Served
from support.udf import Writer

SECONDS = 20  # for one image, on a busy machine and under sanitizers
UDF_TREE = {"GOOD": b"good", "GOOD2": b"second" * 1000, "folder": {"in it": b"x"}}
EMBEDDED_TREE = {**UDF_TREE, "embedded": b"x"}
CORPUS = REPOSITORY.parent / "shared" / "corpus"
BROKEN_OUTSIDE = ["bad-dir", "malformed", "malformed2"]


def run(*command):
    """A tool that must succeed."""
    require(command[0], {"mkfs.vfat": "dosfstools", "mcopy": "mtools"}.get(command[0], command[0]))
    environment = {**os.environ, "MTOOLS_SKIP_CHECK": "1"}
    subprocess.run([str(word) for word in command], check=True, capture_output=True, env=environment)


def make_tree(folder):
    """Plain names, so that they are the recorded ones too."""
    (folder / "DIR" / "SUB").mkdir(parents=True)
    (folder / "DIR" / "FILE").write_text("file")
    (folder / "GOOD").write_text("good")
    (folder / "VICTIM").write_text("victim")
    return folder


def make_efi(folder):
    """A file system of FAT16 with a file, a folder of a file, and what firmware looks for."""
    (folder / "EFI").mkdir()
    (folder / "FOLDER").mkdir()
    (folder / "FOLDER" / "INSIDE").write_text("inside")
    (folder / "FILE").write_bytes(b"file" * 1000)
    run("mkfs.vfat", "-C", "-F", "16", "-s", "1", folder / "efi.img", "4096")
    run("mcopy", "-s", "-i", folder / "efi.img", folder / "EFI", folder / "FOLDER", folder / "FILE", "::")
    return folder / "efi.img"


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """The good images: {name: (class, bytes)}."""
    folder = tmp_path_factory.mktemp("bases")
    tree = make_tree(folder / "tree")
    xorriso = ["xorriso", "-as", "mkisofs", "-quiet", "-iso-level", "3"]
    # Without ";1" and "." the recorded names are the files' own.
    options = ["-omit-version-number", "-omit-period"]
    made = {
        "rr": (Iso, trees.write([*xorriso, "-R", *options], tree, folder / "rr.iso")),
        "joliet": (Iso, trees.write([*xorriso, "-J", "--norock"], tree, folder / "joliet.iso")),
        "udf": (Udf, Writer().write(folder / "udf.iso", UDF_TREE)),
        "embedded": (Udf, Writer(form="embedded", revision=0x201).write(folder / "embedded.iso", EMBEDDED_TREE)),
        "continued": (Udf, Writer(piece=SECTOR, per_block=1).write(folder / "continued.iso", UDF_TREE)),
        "metadata": (Udf, Writer(revision=0x250, metadata=True).write(folder / "metadata.iso", UDF_TREE)),
    }
    os.link(make_efi(tmp_path_factory.mktemp("fat")), tree / "efi.img")
    made["efi"] = (Fat, trees.write([*xorriso, "-R", *options, "-e", "efi.img", "-no-emul-boot"], tree, folder / "efi.iso"))
    return {name: (kind, pathlib.Path(path).read_bytes()) for name, (kind, path) in made.items()}


def make(name, bases, path):
    """Write one of the images; its path."""
    kind, data = bases[CASES[name].base]
    image = kind(data, efi_offset(data)) if kind is Fat else kind(data)
    CASES[name].change(image)
    with open(path, "wb") as file:
        file.write(image.data)
        file.truncate(image.size or len(image.data))
    # Too old to be one that is still being written.
    os.utime(path, (1_700_000_000, 1_700_000_000))
    path.chmod(0o644)
    return path


def efi_offset(data):
    """Where the file system for EFI begins."""
    iso = Iso(data)
    return iso.get(iso.record("EFI.IMG") + EXTENT) * SECTOR


@pytest.mark.parametrize("name", ["rr", "joliet", "udf", "embedded", "continued", "metadata", "efi"])
def test_image_is_good_before_it_is_changed(name, bases, tmp_path):
    """Else the tests below would show nothing."""
    path = tmp_path / "image.iso"
    path.write_bytes(bases[name][1])
    done = run_command(["ls", "-R", path])
    assert (done.returncode, done.stderr) == (0, "")
    assert "GOOD" in done.stdout.splitlines()
    assert name != "efi" or "@efi/FOLDER/INSIDE" in done.stdout.splitlines()


@pytest.mark.parametrize("name", CASES)
def test_changed_image_fails_and_nothing_else(name, bases, tmp_path):
    """A tree of what is whole, or a refusal: with a reason, and soon."""
    case, path = CASES[name], make(name, bases, tmp_path / "image.iso")
    start = time.monotonic()
    done = run_command(["ls", "-R", path], timeout=SECONDS)
    listed = run_command(["list", path], timeout=SECONDS)
    assert time.monotonic() - start < SECONDS
    for said in (done, listed):
        assert case.says in said.stderr if case.says else not said.stderr, said.stderr
        assert "reader" not in said.stderr, said.stderr
    if case.there is None:
        assert (done.returncode, done.stdout) == (1, "")
    else:
        assert done.returncode == (1 if case.says else 0)
        assert case.there in done.stdout.splitlines(), done.stdout


def test_daemon_goes_on_beside_all_of_them(bases, lan, image_folder, tmp_path):
    """The good image is served all the while; nothing of the others is left when they are gone."""
    folder = pathlib.Path(image_folder.path)
    served = Served(lan, folder)
    served.image("good").write_bytes(bases["rr"][1])
    served.image("good").chmod(0o644)
    with Daemon(lan, [image_folder, "--dhcp", "off"], tmp_path) as daemon:
        assert served.read("good", "GOOD") == b"good"
        before = count_descriptors(daemon.pid)
        made = [make(name, bases, folder / f"{name}.iso") for name in CASES]
        if CORPUS.is_dir():
            made += [images.put(CORPUS / f"{name}.iso", folder) for name in BROKEN_OUTSIDE]
        for path in made:
            said = rf"/{path.name}: not offered: |images: {path.stem}: "
            assert wait_until(lambda: served.read("good", "GOOD") == b"good" and re.search(said, daemon.log()), 120, 0.2)
        for name, case in CASES.items():
            assert (f"/{name}.iso: not offered: " in daemon.log()) == (case.there is None), name
            status, _ = served.get(name, case.there or "GOOD")
            assert status == (404 if case.there is None else 200), name
        assert len(children(daemon.pid)) <= 1
        for path in made:
            path.unlink()
        for path in made:
            daemon.wait_for(rf"images: {path.stem}: removed", 60)
        assert served.read("good", "GOOD") == b"good"
        assert count_descriptors(daemon.pid) <= before + 2
        assert len(children(daemon.pid)) <= 1
