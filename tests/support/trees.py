# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees of files, as facts that can be compared: {path: (type, size, seconds, contents or target)}.

A folder on disk, what pxeiso lists and serves of an image, and what three other programs read out of the same image:
xorriso -osirrox, bsdtar (libarchive) and 7z. None of the three is right everywhere, so a test says which it asks.
"""

import collections
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import urllib.parse

from support.daemon import run_command
from support.netns import SERVER
from support.requires import require

LOCALE = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def digest(data):
    """What contents are compared by."""
    return hashlib.sha256(data).hexdigest()


def of_folder(folder):
    """The facts of all below a folder."""
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


def facts_of(nodes, read):
    """The facts of what `ls -R --json` printed; read(path) gives the bytes of a file."""
    found = {}
    for node in nodes:
        what = digest(read(node["path"])) if node["type"] == "file" else node.get("target", "")
        mtime = int(datetime.datetime.fromisoformat(node["mtime"].replace("Z", "+00:00")).timestamp())
        found[node["path"]] = (node["type"], node["size"], mtime, what)
    return found


# --- other programs -------------------------------------------------------------------------------------------


def extract(command, folder):
    """Run a program that extracts into a new folder; the facts of what it made."""
    folder.mkdir()
    done = subprocess.run(command, check=False, env=LOCALE, capture_output=True, text=True, timeout=120)
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
    assert any(folder.iterdir()), f"{command[0]} extracted nothing: {done.stdout}{done.stderr}"
    found = of_folder(folder)
    shutil.rmtree(folder)
    return found


def by_bsdtar(image, folder, *without):
    """What bsdtar extracts, without some paths."""
    require("bsdtar", "libarchive-tools")
    return extract(["bsdtar", *[f"--exclude={path}" for path in without], "-xf", image, "-C", folder], folder)


def by_osirrox(image, folder):
    """What xorriso extracts."""
    require("xorriso", "xorriso")
    return extract(["xorriso", "-osirrox", "on", "-indev", image, "-extract", "/", folder], folder)


def by_7z(image, folder, *options):
    """What 7z extracts. It complains of what it does not know, and extracts the rest all the same."""
    require("7z", "p7zip-full")
    return extract(["7z", "x", "-y", *options, f"-o{folder}", image], folder)


# --- comparing ------------------------------------------------------------------------------------------------


def without_times_of_folders(found):
    """Folders get another time when something is extracted into them."""
    return {path: fact if fact[0] != "directory" else fact[:1] for path, fact in found.items()}


def contents(found):
    """{path: (size, contents)} of the files."""
    return {path: (fact[1], fact[3]) for path, fact in found.items() if fact[0] == "file"}


def assert_same_files(ours, theirs, renamed_most):
    """The same bytes under the same names; a judge may write up to `renamed_most` names in its own way, of files that
    are not empty (some make an empty file of what they do not know)."""
    ours, theirs = contents(ours), contents(theirs)
    both = ours.keys() & theirs.keys()
    assert {path: ours[path] for path in both} == {path: theirs[path] for path in both}
    left, right = (
        [fact for path, fact in found.items() if path not in both and fact[0] > 0] for found in (ours, theirs)
    )
    assert len(left) <= renamed_most, sorted(path for path in ours if path not in both)
    assert collections.Counter(left) == collections.Counter(right), sorted(theirs.keys() ^ ours.keys())


# --- what is compared -------------------------------------------------------------------------------------------


def write(command, source, image):
    """Run an image writer; the path of the image."""
    require(command[0], command[0])
    command = [*command, "-o", image, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=LOCALE)
    assert done.returncode == 0, done.stderr
    return image


def make_whole(folder):
    """A folder with everything that Rock Ridge can keep."""
    deep = folder.joinpath(*"abcdefghijk")
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("deep\n")
    (folder / "c" / "d").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "isolinux").mkdir()
    (folder / "isolinux" / "boot.img").write_bytes(bytes(range(256)) * 32)
    (folder / "efi.img").write_bytes(b"\xeb\x3c" + bytes(40000))
    (folder / "floppy.img").write_bytes(b"floppy" * 245760)
    (folder / "nothing").touch()
    for size in (1, 2047, 2048, 2049, 1000003):
        (folder / f"{size}.bin").write_bytes((b"%d " % size * size)[:size])
    os.link(folder / "2049.bin", folder / "c" / "hard link")
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
    return set_times(folder)


def make_simple(folder):
    """What the lesser formats hold without complaint."""
    (folder / "Boot" / "x86").mkdir(parents=True)
    (folder / "Boot" / "x86" / "kernel").write_bytes(b"kernel" * 1000)
    (folder / "Boot" / "loader.conf").write_text("loader")
    (folder / "A rather long name, with blanks and more.text").write_text("long")
    (folder / "readme.txt").write_text("readme")
    (folder / "noext").write_text("no extension")
    for name in ("日本.txt", "💿.iso"):
        (folder / name).write_text(name)
    (folder / "nothing").touch()
    for number in range(100):
        (folder / "Boot" / f"f{number}.dat").write_text(str(number))
    return folder


def set_times(folder):
    """Times that tell one file from another; the folder."""
    for path in sorted(folder.rglob("*"), reverse=True):
        os.utime(path, (1700000000 + len(path.name), 1700000000 + len(path.name)), follow_symlinks=False)
    return folder


class Served:
    """A folder of images and the daemon that serves it."""

    def __init__(self, lan, folder):
        self.lan, self.folder = lan, pathlib.Path(folder)
        self.connection = None

    def image(self, name):
        """The path of an image."""
        return self.folder / f"{name}.iso"

    def get(self, name, path, headers=None):
        """Status and bytes of a file in an image, over one connection that stays."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(SERVER)
            self.connection.sock = self.lan.connect((SERVER, 80))
        self.connection.request("GET", urllib.parse.quote(f"/images/{name}/{path}"), headers=headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def read(self, name, path):
        """The bytes of a file that must be there."""
        status, data = self.get(name, path)
        assert status == 200, f"{name}: {path}: {status}"
        return data

    def range(self, name, path, first, last):
        """The bytes first..last of a file."""
        status, data = self.get(name, path, {"Range": f"bytes={first}-{last}"})
        assert status == 206, f"{name}: {path}: {status}"
        return data

    def facts(self, name):
        """What pxeiso lists of an image, and serves."""
        done = run_command(["ls", "-R", "--json", self.image(name)])
        assert done.returncode == 0 or "truncated" in done.stderr, done.stderr
        return facts_of(json.loads(done.stdout), lambda path: self.read(name, path))
