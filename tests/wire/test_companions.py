# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder NAME.d beside NAME.iso: served below `@d` over HTTP and TFTP and listed, its arguments in the menus, what is
wrong with it told, what lies outside of it never shown, and a change of it noticed as fast as one of an image.
"""

import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from support import images, netns
from support.daemon import Daemon, run_command, wait_until
from support.netns import SERVER
from support.requires import require
from support.tftp import TftpClient

PATIENCE = 2.0  # seconds that a change may take
CONFIG = """LABEL install
  MENU LABEL Install
  KERNEL /install.amd/vmlinuz
  APPEND vga=788 initrd=/install.amd/initrd.gz --- quiet
LABEL other
  MENU LABEL Something else
  KERNEL /other
  APPEND vga=788 other=1
"""
FILES = {
    "isolinux/isolinux.cfg": CONFIG,
    "install.amd/vmlinuz": "kernel of the disc",
    "install.amd/initrd.gz": "initrd of the disc",
    "dists/bookworm/Release": "Suite: stable\n",
    ".disk/base_installable": "",
    "other": "other kernel",
}


def write(folder, files):
    """Put text files below a folder."""
    for name, content in files.items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.fixture(scope="module", name="image")
def make_image(tmp_path_factory):
    """An image of an installer."""
    require("xorriso", "xorriso")
    folder = tmp_path_factory.mktemp("companions")
    write(folder / "tree", FILES)
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", folder / "my disc.iso", folder / "tree"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "my disc.iso"


@pytest.fixture(name="folder")
def make_folder(image):
    """A served folder with the image, and the path of the folder beside it, which is not there yet."""
    with images.Folder(image) as folder:
        yield pathlib.Path(str(folder)) / "my disc.d"


@pytest.fixture(name="start")
def make_start(tmp_path):
    """Starts the daemon; what it serves is the folder that is given."""
    with netns.Network() as network:
        running = []

        def start(folder):
            running.append(Daemon(network, ["--dhcp", "off", folder], tmp_path))
            return running[0].__enter__()

        yield start
        running[0].__exit__(None, None, None)


def get(daemon, path):
    """Status and body of a GET."""

    def fetch():
        try:
            with urllib.request.urlopen(f"http://{SERVER}/{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    return daemon.namespace.call(fetch)


def listed(daemon, path):
    """The names in a folder, as JSON has them: {name: type}."""
    status, body = get(daemon, f"{path}?json")
    assert status == 200, body
    return {line["name"]: line["type"] for line in json.loads(body)}


def explained(*arguments):
    """What explain says of an image, as JSON, and what it complains of."""
    done = run_command(["explain", "--json", *arguments])
    found = json.loads(done.stdout)
    return (found[0] if isinstance(found, list) else found), done.stderr


def within_patience(question):
    start = time.monotonic()
    assert wait_until(question, PATIENCE, interval=0.02), "not within the time that a change may take"
    return time.monotonic() - start


def test_files_are_served_and_listed(folder, start):
    """Under the folder's own URL, over both protocols, in any case of letters; whole, in part, with its type."""
    write(folder, {"preseed.cfg": "d-i answers\n", "deep/er/x y.txt": "deep\n", ".hidden": "no"})
    daemon = start(folder.parent)
    assert get(daemon, "images/my_disc/@d/preseed.cfg") == (200, b"d-i answers\n")
    assert get(daemon, "images/my_disc/%40D/PRESEED.cfg") == (200, b"d-i answers\n")
    assert get(daemon, "images/my_disc/@d/deep/er/x%20y.txt") == (200, b"deep\n")
    assert get(daemon, "images/my_disc/@d/.hidden")[0] == 404
    assert get(daemon, "images/my_disc/@d/deep/x")[0] == 404
    assert listed(daemon, "images/my_disc/@d/") == {"deep": "directory", "preseed.cfg": "file"}
    assert listed(daemon, "images/my_disc/@d/deep/er/") == {"x y.txt": "file"}
    assert listed(daemon, "images/my_disc/")["@d"] == "directory"
    assert b'href="./%40d/"' in get(daemon, "images/my_disc/")[1]
    command = ["curl", "-sS", "-r", "4-6", f"http://{SERVER}/images/my_disc/@d/preseed.cfg"]
    assert daemon.namespace.run(command, text=False).stdout == b"ans"

    def fetch():
        with TftpClient(daemon.namespace) as client:
            return client.fetch("images/my_disc/@d/deep/er/x y.txt")

    assert bytes(fetch()) == b"deep\n"


def test_what_leads_out_is_never_shown(folder, start, tmp_path):
    """And is told, as is all else that is no file; the others are served."""
    outside = folder.parent / "secret"
    outside.write_text("secret")
    (folder / "sub").mkdir(parents=True)
    write(folder, {"good": "good\n", "sub/inner": "inner\n", "closed": "closed"})
    (folder / "closed").chmod(0o600)
    (folder / "absolute").symlink_to(outside)
    (folder / "relative").symlink_to("../secret")
    (folder / "proc").symlink_to("/proc/self/fd/0")
    (folder / "folder").symlink_to("..")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "sub/back").symlink_to("../good")
    os.mkfifo(folder / "fifo")
    os.mknod(folder / "device", 0o20666, os.makedev(1, 3))
    subprocess.run(["/usr/bin/python3", "-c", f"import socket; socket.socket(socket.AF_UNIX).bind({str(folder / 's')!r})"])
    daemon = start(folder.parent)
    assert get(daemon, "images/my_disc/@d/good") == (200, b"good\n")
    assert get(daemon, "images/my_disc/@d/sub/back") == (200, b"good\n")
    assert set(listed(daemon, "images/my_disc/@d/")) == {"good", "sub"}
    for name in ("absolute", "relative", "proc", "folder", "dangling", "loop", "fifo", "device", "s", "closed"):
        assert get(daemon, f"images/my_disc/@d/{name}")[0] == 404, name
        daemon.wait_for(rf"images: my_disc: my disc\.d/{name}: ")
    assert get(daemon, "images/my_disc/@d/folder/secret")[0] == 404
    assert get(daemon, "images/my_disc/@d/../../../secret")[0] != 200
    daemon.wait_for(r"my disc\.d/relative: not served: a link that leads out of the folder")
    daemon.wait_for(r"my disc\.d/closed: Permission denied")


def test_a_change_is_noticed(folder, start):
    """The folder comes, its files change, one is taken away, it goes; a transfer that runs has what it began with."""
    daemon = start(folder.parent)
    assert get(daemon, "images/my_disc/@d/")[0] == 404
    write(folder, {"arguments": "first=1\n"})
    within_patience(lambda: b"first=1" in get(daemon, "menus/my_disc.cfg")[1])
    write(folder, {"arguments": "second=2\n", "sub/deep/ks.cfg": "old"})
    within_patience(lambda: b"second=2" in get(daemon, "menus/my_disc.cfg")[1])
    within_patience(lambda: get(daemon, "images/my_disc/@d/sub/deep/ks.cfg") == (200, b"old"))
    (folder / "sub/deep/new").write_text("other")
    (folder / "sub/deep/new").rename(folder / "sub/deep/ks.cfg")
    within_patience(lambda: get(daemon, "images/my_disc/@d/sub/deep/ks.cfg") == (200, b"other"))
    (folder / "sub/deep/ks.cfg").chmod(0)
    within_patience(lambda: get(daemon, "images/my_disc/@d/sub/deep/ks.cfg")[0] == 404)
    (folder / "arguments").unlink()
    within_patience(lambda: b"second=2" not in get(daemon, "menus/my_disc.cfg")[1])
    shutil.rmtree(folder)
    within_patience(lambda: get(daemon, "images/my_disc/@d/sub/")[0] == 404)


def test_a_running_transfer_keeps_its_file(folder, start):
    """One that was replaced or removed while it is sent is sent as it was."""
    folder.mkdir()
    old = os.urandom(1 << 20) * 24
    (folder / "big").write_bytes(old)
    daemon = start(folder.parent)
    command = ["curl", "-sS", "--limit-rate", "8M", f"http://{SERVER}/images/my_disc/@d/big"]
    with daemon.namespace.popen(command, stdout=subprocess.PIPE) as client:
        begin = client.stdout.read(4096)
        (folder / "new").write_bytes(b"new")
        (folder / "new").rename(folder / "big")
        within_patience(lambda: get(daemon, "images/my_disc/@d/big") == (200, b"new"))
        assert begin + client.stdout.read() == old


def unpacked(archive, folder):
    """The files that GNU cpio finds in an archive: {path: (content, whether it can be executed)}."""
    require("cpio", "cpio")
    folder.mkdir()
    subprocess.run(["cpio", "-id", "--quiet"], input=archive, cwd=folder, check=True, capture_output=True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), os.access(path, os.X_OK)) for path in files}


def test_files_for_an_initramfs(folder, start, tmp_path):
    """They come as a further initrd of the entries that have one; a change makes another archive, with another ETag."""
    write(folder, {"initramfs/hooks/net": "#!/bin/sh\n", "initramfs/etc/motd": "hello\n", "not": "in it"})
    (folder / "initramfs/hooks/net").chmod(0o755)
    daemon = start(folder.parent)
    menu = get(daemon, "menus/my_disc.cfg")[1].decode()
    assert menu.count("/%40cpio/initramfs.cpio") == 1

    def fetch():
        return get(daemon, "images/my_disc/@cpio/initramfs.cpio")[1]

    def tag():
        command = ["curl", "-sSI", f"http://{SERVER}/images/my_disc/@cpio/initramfs.cpio"]
        lines = daemon.namespace.run(command).stdout.splitlines()
        return [line for line in lines if line.startswith("ETag")]

    first, first_tag = fetch(), tag()
    assert unpacked(first, tmp_path / "1") == {"hooks/net": (b"#!/bin/sh\n", True), "etc/motd": (b"hello\n", False)}
    (folder / "initramfs/etc/motd").write_text("other\n")  # of the same length, in its place
    within_patience(lambda: tag() != first_tag)
    assert len(fetch()) == len(first)
    assert unpacked(fetch(), tmp_path / "2")["etc/motd"] == (b"other\n", False)
    shutil.rmtree(folder / "initramfs")
    within_patience(lambda: "initramfs.cpio" not in get(daemon, "menus/my_disc.cfg")[1].decode())
    assert get(daemon, "images/my_disc/@cpio/initramfs.cpio")[0] == 404


def test_explain_tells_what_came_from_it(folder):
    """For an image that was given as a file too; mistakes have file and line, and stop nothing else."""
    write(
        folder,
        {
            "arguments": "# console\nconsole=ttyS0 -vga=*\ninstall: only={http}/@d/x\nnobody: x\nbad={what} good=1\n",
            "preseed.cfg": "d-i",
            "initrd.gz": "of the network",
            "linux": "its kernel",
        },
    )
    image, complaints = explained(folder.with_name("my disc.iso"))
    install, other = image["entries"][:2]
    assert install["kernel"]["path"] == "@d/linux"
    assert [initrd["path"] for initrd in install["initrds"]] == ["@d/initrd.gz"]
    words = install["after"].split()
    assert words[-2:] == ["---", "quiet"] and "vga=788" not in words
    url = "http://192.0.2.1/images/my_disc"
    for word in ("console=ttyS0", f"only={url}/@d/x", "good=1", f"preseed/url={url}/@d/preseed.cfg"):
        assert words.count(word) == 1, word
    assert "mirror/http/hostname=192.0.2.1:80" in words and "mirror/http/directory=/images/my_disc" in words
    assert "added console=ttyS0: my disc.d/arguments:2" in install["notes"]
    assert other["after"] == "other=1 console=ttyS0 good=1"
    problems = [
        "my disc.d/arguments:4: nobody: no entry with a kernel has this name",
        "my disc.d/arguments:5: bad={what}: no such {token}; known are http, iso, tftp, path, server, port, mac, file, files, "
        "iso-kib and arg:NAME",
    ]
    assert image["problems"] == problems
    assert image["beside"] == ["arguments", "initrd.gz", "linux", "preseed.cfg"]
    for problem in problems:
        assert problem in complaints


def test_another_folder_may_be_linked(folder, start):
    """One folder of answers serves several images; what only root may read is not shown through a link."""
    shared = folder.parent / "answers"
    write(shared, {"ks.cfg": "shared"})
    folder.symlink_to(shared)
    daemon = start(folder.parent)
    assert get(daemon, "images/my_disc/@d/ks.cfg") == (200, b"shared")
    (shared / "ks.cfg").write_text("changed")
    within_patience(lambda: get(daemon, "images/my_disc/@d/ks.cfg") == (200, b"changed"))
    folder.unlink()
    folder.symlink_to("/root")
    within_patience(lambda: get(daemon, "images/my_disc/@d/")[1] != b"" and "Permission denied" in daemon.log())
    folder.unlink()
    folder.write_text("no folder")
    daemon.wait_for(r"my disc\.d: not a folder", timeout=PATIENCE)


def test_a_link_does_not_lend_the_right_to_read_all(folder, start):
    """Where only root may read the images, the daemon keeps the right to do so; it is not for what a link leads to."""
    folder.parent.chmod(0o700)
    with images.Folder() as elsewhere:
        elsewhere.path.chmod(0o700)
        write(elsewhere.path, {"secret": "secret"})
        write(folder, {"mine": "mine"})
        (folder / "mine").chmod(0o600)
        daemon = start(folder.parent)
        assert get(daemon, "images/my_disc/@d/mine") == (200, b"mine")
        shutil.rmtree(folder)
        folder.symlink_to(elsewhere.path)
        daemon.wait_for(r"my disc\.d: Permission denied", timeout=PATIENCE)
        assert get(daemon, "images/my_disc/@d/secret")[0] == 404


def test_a_way_can_be_chosen(folder, start):
    """What is not possible is told by the daemon, by `check` and by `explain`, and not done."""
    write(folder, {"way": "wrapper\n"})
    daemon = start(folder.parent)
    within_patience(lambda: b"rdinit=/pxeiso/init" in get(daemon, "menus/my_disc.cfg")[1])
    write(folder, {"way": "live-boot\n"})
    within_patience(lambda: b"rdinit=/pxeiso/init" not in get(daemon, "menus/my_disc.cfg")[1])
    problem = "my disc.d/way: live-boot is not possible for 1 entry, such as install; it can have its own, "
    assert problem in daemon.log()
    for command in ("check", "explain"):
        done = run_command([command, folder.parent])
        assert problem in done.stderr and done.returncode == 1
