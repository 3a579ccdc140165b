# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole trees, as `pxeiso ls` lists them and HTTP serves them, against what other programs read out of the same image.

Two judges: the folder that an image was made of, where the format keeps all of it, and bsdtar (libarchive's own reader)
for everything else. Compared are paths, types, sizes, modification times, link targets and the bytes of every file. A wrong
tree here is a machine that does not boot, or boots something else. One daemon serves all the images: to ask
`pxeiso cat` for each file would take minutes under sanitizers.
"""

import datetime
import hashlib
import http.client
import json
import os
import pathlib
import subprocess
import urllib.parse

import pytest

from support import images, netns
from support.daemon import REPOSITORY, Daemon, run_command
from support.netns import SERVER
from support.requires import require

CORPUS = REPOSITORY.parent / "shared" / "corpus"
PARTS = [30, 50, 70]  # per cent that are left of the truncated images
MBR = "/usr/lib/ISOLINUX/isohdpfx.bin"

XORRISO = ["xorriso", "-as", "mkisofs", "-quiet"]
# It never ends over a link target of 1,000 bytes, and knows no character above U+FFFF.
TOO_MUCH = ["long-link", "💿.iso"]
GENISOIMAGE = ["genisoimage", "-quiet", "-allow-limited-size", "-m", "long-link", "-m", "💿.iso"]
BOOT = ["-b", "isolinux/boot.img", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table"]
EFI = ["-eltorito-alt-boot", "-e", "efi.img", "-no-emul-boot"]

# Rock Ridge keeps a tree whole.
WHOLE = {
    "xorriso": [*XORRISO, "-R"],
    "xorriso-joliet": [*XORRISO, "-R", "-J", "-joliet-long"],
    "xorriso-level1": [*XORRISO, "-R", "-iso-level", "1"],
    "xorriso-level4": [*XORRISO, "-R", "-iso-level", "4"],
    "xorriso-deep": [*XORRISO, "-R", "-rr_reloc_dir", "moved"],
    "xorriso-no-pad": [*XORRISO, "-R", "-no-pad"],
    "xorriso-hfsplus": [*XORRISO, "-R", "-hfsplus"],
    "xorriso-rrip-1.12": ["xorriso", "-compliance", "new_rr", *XORRISO[1:], "-R"],
    "xorriso-bios": [*XORRISO, "-R", *BOOT],
    "xorriso-hybrid": [*XORRISO, "-R", "-J", *BOOT, "-isohybrid-mbr", MBR, *EFI, "-isohybrid-gpt-basdat"],
    "genisoimage": [*GENISOIMAGE, "-R"],
    "genisoimage-joliet": [*GENISOIMAGE, "-R", "-J", "-joliet-long"],
    "genisoimage-deep": [*GENISOIMAGE, "-R", "-D"],
    "genisoimage-hide-moved": [*GENISOIMAGE, "-R", "-hide-rr-moved"],
    "genisoimage-bios": [*GENISOIMAGE, "-R", "-J", "-joliet-long", *BOOT],
    "genisoimage-udf": [*GENISOIMAGE, "-R", "-udf"],
    "genisoimage-hfs": [*GENISOIMAGE, "-R", "-hfs"],
}

# Other trees lose long names, links or capital letters; bsdtar says what is left.
LOSSY = {
    "xorriso-only-joliet": [*XORRISO, "-J", "-joliet-long", "--norock"],
    "xorriso-plain": [*XORRISO, "--norock", "-iso-level", "3"],
    "genisoimage-only-joliet": [*GENISOIMAGE, "-J"],
    "genisoimage-joliet-long": [*GENISOIMAGE, "-J", "-joliet-long"],
    "genisoimage-joliet-level1": [*GENISOIMAGE, "-J", "-ucs-level", "1"],
    "genisoimage-plain1": [*GENISOIMAGE, "-iso-level", "1"],
    "genisoimage-plain2": [*GENISOIMAGE, "-iso-level", "2"],
    "genisoimage-plain3": [*GENISOIMAGE, "-iso-level", "3", "-l", "-allow-lowercase", "-relaxed-filenames"],
    "genisoimage-untranslated": [*GENISOIMAGE, "-U", "-D"],
    "genisoimage-level4": [*GENISOIMAGE, "-R", "-iso-level", "4"],
    "genisoimage-no-version": [*GENISOIMAGE, "-N", "-d"],
}


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """A folder with everything that Rock Ridge can keep."""
    folder = tmp_path_factory.mktemp("images") / "tree"
    deep = folder.joinpath(*"abcdefghijk")
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("deep\n")
    (folder / "c" / "d").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "isolinux").mkdir()
    (folder / "isolinux" / "boot.img").write_bytes(bytes(range(256)) * 32)
    (folder / "efi.img").write_bytes(b"\xeb\x3c" + bytes(40000))
    (folder / "nothing").touch()
    for size in (1, 2047, 2048, 2049, 1000003):
        (folder / f"{size}.bin").write_bytes((b"%d " % size * size)[:size])
    for name in ("README.TXT", "two.dots.tar.gz", "blank and (signs) +~,@%", "n" * 255, "grün", "日本", "💿.iso"):
        (folder / name).write_text(name)
    many = folder / "many"
    many.mkdir()
    for number in range(100):
        (many / f"package_{number:04}-1.0_all.deb").write_text(str(number))
    (folder / "link").symlink_to("README.TXT")
    (folder / "c" / "up").symlink_to("../two.dots.tar.gz")
    (folder / "absolute").symlink_to("/usr/" + "x/" * 100 + "end")
    (folder / "long-link").symlink_to("/".join(["n" * 200] * 5))
    os.mkfifo(folder / "pipe")
    for path in sorted(folder.rglob("*"), reverse=True):
        os.utime(path, (1700000000 + len(path.name), 1700000000 + len(path.name)), follow_symlinks=False)
    return folder


@pytest.fixture(scope="session")
def simple_tree(tmp_path_factory):
    """What the lesser formats hold without complaint."""
    folder = tmp_path_factory.mktemp("images") / "simple"
    (folder / "Boot" / "x86").mkdir(parents=True)
    (folder / "Boot" / "x86" / "kernel").write_bytes(b"kernel" * 1000)
    (folder / "Boot" / "loader.conf").write_text("loader")
    (folder / "A rather long name, with blanks and more.text").write_text("long")
    (folder / "readme.txt").write_text("readme")
    (folder / "noext").write_text("no extension")
    (folder / "nothing").touch()
    for number in range(100):
        (folder / "Boot" / f"f{number}.dat").write_text(str(number))
    return folder


def of_folder(folder):
    """{path: facts} of all below a folder."""
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        status = path.lstat()
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", 0, int(status.st_mtime), os.readlink(path))
        elif path.is_dir():
            found[name] = ("directory", 0, int(status.st_mtime), "")
        elif path.is_file():
            found[name] = ("file", status.st_size, int(status.st_mtime), digest(path.read_bytes()))
        else:
            found[name] = ("other", 0, int(status.st_mtime), "")
    return found


def digest(data):
    """What contents are compared by."""
    return hashlib.sha256(data).hexdigest()


def of_pxeiso(served, name):
    """The same of an image, as pxeiso reads and serves it."""
    done = run_command(["ls", "-R", "--json", served.image(name)])
    assert done.returncode == 0 or "truncated" in done.stderr, done.stderr
    found = {}
    for node in json.loads(done.stdout):
        what = digest(served.read(name, node["path"])) if node["type"] == "file" else node.get("target", "")
        mtime = int(datetime.datetime.fromisoformat(node["mtime"].replace("Z", "+00:00")).timestamp())
        found[node["path"]] = (node["type"], node["size"], mtime, what)
    return found


def of_bsdtar(image, folder, *without):
    """The same as bsdtar extracts it, without some paths."""
    require("bsdtar", "libarchive-tools")
    folder.mkdir()
    command = ["bsdtar", *[f"--exclude={path}" for path in without], "-xf", image, "-C", folder]
    subprocess.run(command, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
    return of_folder(folder)


def without_times_of_folders(found):
    """Folders get another time when something is extracted into them."""
    return {path: fact if fact[0] != "directory" else fact[:1] for path, fact in found.items()}


def health(image):
    """The health that `pxeiso list` prints."""
    return run_command(["list", "--json", image]).stdout


def write(command, source, image):
    """Run an image writer; the path of the image."""
    require(command[0], command[0])
    command = [*command, "-o", image, source]
    locale = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=locale)
    assert done.returncode == 0, done.stderr
    return image


def write_sessions(first, second, image):
    """An image that was written to twice."""
    require("xorriso", "xorriso")
    for source, target in ((first, "/first"), (second, "/second")):
        command = ["xorriso", "-dev", f"stdio:{image}", "-map", source, target, "-commit"]
        subprocess.run(command, check=True, capture_output=True)


class Served:
    """A folder of images and the daemon that serves it."""

    def __init__(self, lan, folder):
        self.lan, self.folder = lan, pathlib.Path(folder)
        self.connection = None

    def image(self, name):
        """The path of an image."""
        return self.folder / f"{name}.iso"

    def get(self, name, path):
        """Status and bytes of a file in an image, over one connection that stays."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(SERVER)
            self.connection.sock = self.lan.connect((SERVER, 80))
        self.connection.request("GET", urllib.parse.quote(f"/images/{name}/{path}"))
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def read(self, name, path):
        """The bytes of a file that must be there."""
        status, data = self.get(name, path)
        assert status == 200, f"{name}: {path}: {status}"
        return data


@pytest.fixture(scope="module")
def served(tree, simple_tree, tmp_path_factory):
    """All images of these tests."""
    with netns.Network() as lan, images.Folder() as shared:
        here = Served(lan, shared.path)
        # genisoimage writes the boot info table into the very file it is given.
        copy = tmp_path_factory.mktemp("copy") / "tree"
        subprocess.run(["cp", "-a", tree, copy], check=True)
        for name, command in WHOLE.items():
            write(command, copy if name == "genisoimage-bios" else tree, here.image(name))
        for name, command in LOSSY.items():
            write(command, simple_tree, here.image(name))
        write([*GENISOIMAGE, "-iso-level", "4"], simple_tree, here.image("level4"))
        write_sessions(simple_tree, tree / "c", here.image("sessions"))
        whole = here.image("xorriso").read_bytes()
        for part in PARTS:
            cut = here.image(f"truncated-{part}")
            cut.write_bytes(whole[: len(whole) * part // 100])
            # Of a cut image as young as this the daemon waits for the rest.
            os.utime(cut, (1_700_000_000, 1_700_000_000))
        if CORPUS.is_dir():
            for image in CORPUS.glob("*.iso"):
                images.put(image, shared.path)
        for image in here.folder.iterdir():
            image.chmod(0o644)
        with Daemon(lan, [shared, "--dhcp", "off"], tmp_path_factory.mktemp("daemon")):
            yield here


@pytest.mark.parametrize("name", WHOLE)
def test_tree_is_the_folder_it_was_made_of(name, tree, served):
    """Rock Ridge: long names and links in continuation areas, deep folders moved away and back (ISO-15..19)."""
    ours, theirs = of_pxeiso(served, name), of_folder(tree)
    if WHOLE[name][0] == "genisoimage":
        theirs = {path: fact for path, fact in theirs.items() if path not in TOO_MUCH}
    for path in [path for path in ours if path not in theirs]:
        # What writers add of their own.
        assert pathlib.Path(path).name in ("boot.catalog", "boot.cat", "rr_moved", ".rr_moved", "moved"), path
        del ours[path]
    if "isolinux/boot.img" in theirs and any("-boot-info-table" == word for word in WHOLE[name]):
        # The table is written into bytes 8..63 of the boot image inside the ISO (ET-4).
        assert ours["isolinux/boot.img"][:2] == ("file", 8192)
        ours.pop("isolinux/boot.img"), theirs.pop("isolinux/boot.img")
    assert ours == theirs


@pytest.mark.parametrize("name", LOSSY)
def test_tree_is_what_bsdtar_reads(name, simple_tree, served, tmp_path):
    """Joliet and plain names: versions, lost extensions, capital letters (ISO-14, ISO-22)."""
    ours, theirs = of_pxeiso(served, name), of_bsdtar(served.image(name), tmp_path / "bsdtar")
    assert without_times_of_folders(ours) == without_times_of_folders(theirs)
    assert len(ours) == len(of_folder(simple_tree))


def test_iso9660_1999_keeps_names_as_they_are(simple_tree, served):
    """-iso-level 4 writes a tree of its own with long names and no versions (ISO-14)."""
    ours, theirs = of_pxeiso(served, "level4"), of_folder(simple_tree)
    assert without_times_of_folders(ours) == without_times_of_folders(theirs)


def test_last_session_is_what_is_read(simple_tree, tree, served):
    """An image that was written to twice has its newest tree at the place where everyone looks."""
    ours = of_pxeiso(served, "sessions")
    theirs = {f"first/{path}": fact for path, fact in of_folder(simple_tree).items()}
    theirs |= {f"second/{path}": fact for path, fact in of_folder(tree / "c").items()}
    assert {path: fact for path, fact in ours.items() if path not in ("first", "second")} == theirs


def test_compressed_file_is_listed_and_refused(tmp_path):
    """zisofs: the bytes in the image are not those of the file (ISO-20)."""
    require("xorriso", "xorriso")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "text").write_text("squeeze " * 10000)
    image = tmp_path / "image.iso"
    command = ["xorriso", "-outdev", image, "-map", tmp_path / "tree", "/", "-set_filter_r", "--zisofs", "/", "--", "-commit"]
    subprocess.run(command, check=True, capture_output=True)
    listed = json.loads(run_command(["ls", "--json", image]).stdout)
    assert [(node["path"], node["type"], node["size"]) for node in listed] == [("text", "other", 0)]
    done = run_command(["cat", image, "text"])
    assert done.returncode == 1 and done.stderr and not done.stdout


def test_file_of_more_than_4_gib_is_whole(tmp_path):
    """It has several sections (ISO-11). xorriso would write 5 GiB, so a small image's record is stretched over a hole."""
    gib = 1 << 30
    (tmp_path / "tree").mkdir()
    for name in ("A.;1", "B.;1"):
        (tmp_path / "tree" / name[0]).write_bytes(b"x")
    image = write([*XORRISO, "--norock"], tmp_path / "tree", tmp_path / "image.iso")
    data = bytearray(image.read_bytes())

    def put_record(name, new_name, block, size, flags):
        place = data.index(b"\x04" + name) - 32
        for offset, value in ((2, block), (10, size)):
            data[place + offset : place + offset + 4] = value.to_bytes(4, "little")
            data[place + offset + 4 : place + offset + 8] = value.to_bytes(4, "big")
        data[place + 25] = flags
        data[place + 33 : place + 37] = new_name

    first = 4 * gib - 2048
    put_record(b"A.;1", b"A.;1", 1000, first, 0x80)
    put_record(b"B.;1", b"A.;1", 1000 + first // 2048, gib, 0)
    end = 1000 * 2048 + first + gib
    with open(image, "r+b") as file:
        file.write(data)
        file.truncate(end)
    listed = json.loads(run_command(["ls", "--json", image]).stdout)
    assert [(node["path"], node["size"]) for node in listed] == [("A", 5 * gib - 2048)]


@pytest.mark.parametrize("part", PARTS)
def test_truncated_image_serves_only_what_is_whole(part, tree, served):
    """A download that broke off: what is listed as a file has all its bytes (ISO-4)."""
    name = f"truncated-{part}"
    ours, theirs = of_pxeiso(served, name), of_folder(tree)
    lost = [path for path, fact in ours.items() if fact[0] == "other" and theirs[path][0] == "file"]
    assert lost and served.get(name, lost[0])[0] in (403, 404)
    ours, theirs = [{path: fact for path, fact in found.items() if path not in lost} for found in (ours, theirs)]
    assert ours == theirs
    said = health(served.image(name))
    assert "truncated: the volume needs" in said and f"files past its end: {len(lost)}" in said


OUTSIDE = [
    "copying",
    "copying-rr",
    "joliet",
    "deep-directory",
    "multi_extent_8k",
    "multi_extent_8k_joliet",
    "multi_extent_8k_emul_toc_padded",
]

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="no ../shared/corpus beside this repository")


@needs_corpus
@pytest.mark.parametrize("name", OUTSIDE)
def test_outside_image_is_what_bsdtar_reads(name, served, tmp_path):
    """Images that this project did not write."""
    ours = of_pxeiso(served, name)
    # Devices, which not everyone may create.
    others = [path for path, fact in ours.items() if fact[0] == "other"]
    theirs = of_bsdtar(served.image(name), tmp_path / "bsdtar", *others)
    ours = {path: fact for path, fact in ours.items() if path not in others}
    assert others == (["fd0", "zero"] if name == "copying-rr" else [])
    assert without_times_of_folders(ours) == without_times_of_folders(theirs)


@needs_corpus
def test_outside_deep_directories_are_at_their_depth(served):
    """14 levels, moved away and back (ISO-19)."""
    ours = of_pxeiso(served, "deep-directory")
    deepest = "1/2/3/4/5/6/7/8/9/10/11/12/13/14/14.txt"
    assert ours[deepest][:2] == ("file", 8)
    assert len(ours) == 18


@needs_corpus
@pytest.mark.parametrize("name", ["", "_joliet", "_emul_toc_padded"])
def test_outside_file_of_seven_sections_is_one_file(name, served):
    """ISO-11; the last of the three has a volume smaller than its file (ISO-4)."""
    ours = of_pxeiso(served, f"multi_extent_8k{name}")
    facts = ours["multi_extent_file"]
    assert len(ours) == 1
    assert facts[:2] == ("file", 54305)
    assert facts[3] == "be83f453d83f5bf1318c7c22854c95fc8e34c221440d4ab1642c6528781a9eda"


@needs_corpus
@pytest.mark.parametrize("name", ["bad-dir.iso", "malformed.iso", "malformed2.iso"])
def test_outside_broken_image_is_refused_with_a_reason(name):
    """Broken on purpose: an error that a person understands, at once, and nothing else."""
    done = run_command(["ls", "-R", CORPUS / name], timeout=10)
    assert (done.returncode, done.stdout) == (1, "")
    assert name in done.stderr and "no sense" in done.stderr
