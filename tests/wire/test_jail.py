# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that take over the parser, and the daemon that goes on (issue 3, the jail).

The daemon is the real one with another parser in its reader, tests/unit/hostile_isofs.c: an image that begins with
"HOSTILE name" crashes it, makes it spin, or asks the kernel for what it may not. Nothing else may notice: the other images
are served meanwhile, DHCP is answered at once, the bad image is refused with the reason, and no descriptor and no process
is left.
"""

import os
import pathlib
import subprocess
import time
import urllib.request

import pytest

from support import images, squashfs
from support.daemon import REPOSITORY, Daemon, run_command, wait_until
from support.dhcp import DhcpClient, vector
from support.netns import SERVER
from support.processes import children, count_descriptors
from support.requires import fail, require

STOPPED = "the reader was stopped: it asked the kernel for what its jail forbids"
DIED = "the reader died of it: "
# What a parser that breaks down does, and why its image is refused.
BREAKS_DOWN = {
    "crash": DIED + "Segmentation fault",
    "fill stack": DIED + "Segmentation fault",
    "abort": DIED + "Aborted",
    "free twice": DIED + "Aborted",
    "take memory": "not stopped",  # it gets none any more, and says no more than that
    "make large file": "the reader was stopped: its index is too large",
    "sleep": "the reader did not answer within 20000 ms and was ended",
}
REPORTED = ["crash", "fill stack", "abort", "free twice", "take memory"]  # by a sanitizer, which says it in its own way
BREAKS_OUT = ["open", "socket", "execve", "fork", "ptrace", "pwrite", "mmap", "kill"]
LARGE = bytes(range(251)) * 100_000  # more than the sockets between two machines hold


def built(name):
    """A program that only tests use."""
    path = f"{os.environ.get('PXEISO_TESTS', '')}/{name}"
    if not os.access(path, os.X_OK):
        fail(f"{name} is not where PXEISO_TESTS says: run this by make check-wire")
    return path


@pytest.fixture
def hostile_program(monkeypatch):
    """The program that the Makefile links with a hostile parser."""
    monkeypatch.setenv("PXEISO", built("pxeiso-hostile"))


def is_sanitized():
    """Whether the program was built with AddressSanitizer."""
    return b"__asan_init" in pathlib.Path(built("pxeiso-hostile")).read_bytes()


@pytest.fixture
def good_image(tmp_path):
    """A small image that is what it says."""
    require("xorriso", "xorriso")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "hello.txt").write_text("hello\n")
    (tmp_path / "tree" / "large.bin").write_bytes(LARGE)
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", tmp_path / "good.iso", tmp_path / "tree"]
    subprocess.run(command, check=True, capture_output=True)
    return tmp_path / "good.iso"


def put_hostile(folder, name, act):
    """Place an image that does `act`, too old to be one that is still being written."""
    path = pathlib.Path(folder) / f".{name}.part"
    path.write_bytes(b"HOSTILE " + act.encode() + bytes(65536))
    path.chmod(0o644)
    os.utime(path, (time.time() - 60, time.time() - 60))
    path.rename(path.with_name(f"{name}.iso"))


def get(lan, path):
    """Body of a GET, or None, and how long it took."""
    start = time.monotonic()

    def fetch():
        try:
            return urllib.request.urlopen(f"http://{SERVER}/{path}", timeout=5).read()
        except OSError:
            return None

    return lan.call(fetch), time.monotonic() - start


def refusal(daemon, name, timeout=30):
    """Why the daemon does not offer an image."""
    return daemon.wait_for(rf"/{name}\.iso: not offered: (.*)$", timeout).group(1)


def test_images_that_break_out_harm_nothing_but_themselves(hostile_program, lan, image_folder, good_image, tmp_path):
    """Each is refused with the reason, between good images that are offered."""
    images.put(good_image, image_folder.path, "a.iso")
    images.put(good_image, image_folder.path, "z.iso")
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        before = count_descriptors(daemon.pid)
        for act in BREAKS_OUT:
            put_hostile(image_folder, f"b-{act}", act)
        for act in BREAKS_OUT:
            assert refusal(daemon, f"b-{act}") == STOPPED
        images.put(good_image, image_folder.path, "later.iso")
        assert wait_until(lambda: get(lan, "images/later/hello.txt")[0] == b"hello\n", 10)
        for name in ("a", "z"):
            assert get(lan, f"images/{name}/hello.txt")[0] == b"hello\n"
        assert get(lan, "images/b-open/")[0] is None
        # The listed images keep their files open, good or bad; the reader's socket is one.
        assert count_descriptors(daemon.pid) <= before + len(BREAKS_OUT) + 2
        assert len(children(daemon.pid)) <= 1


def test_images_that_break_the_reader_down_harm_nothing_but_themselves(
    hostile_program, lan, image_folder, good_image, tmp_path
):
    """Crashes, memory without end, files without end, no answer: refused with the reason, and the next one is read."""
    acts = [act for act in BREAKS_DOWN if not (is_sanitized() and act in REPORTED)]
    images.put(good_image, image_folder.path, "good.iso")
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        before = count_descriptors(daemon.pid)
        # Half a file, of which the rest is asked for when all is over.
        machine = lan.connect((SERVER, 80))
        machine.sendall(b"GET /images/good/large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        for number, act in enumerate(acts):
            put_hostile(image_folder, f"b{number}", act)
            while f"/b{number}.iso: not offered" not in daemon.log():
                body, seconds = get(lan, "images/good/hello.txt")
                assert (body, seconds < 2) == (b"hello\n", True), act
                time.sleep(0.2)
            assert refusal(daemon, f"b{number}") == BREAKS_DOWN[act]
            assert get(lan, f"images/b{number}/")[0] is None
            images.put(good_image, image_folder.path, f"after{number}.iso")
            assert wait_until(lambda: get(lan, f"images/after{number}/hello.txt")[0] == b"hello\n", 10), act
            assert len(children(daemon.pid)) <= 1
        assert receive(machine).endswith(LARGE[-1000:])
        assert count_descriptors(daemon.pid) <= before + 2 * len(acts) + 2


def receive(connection):
    """All that comes of an answer with LARGE in it."""
    data = b""
    with connection:
        connection.settimeout(10)
        while len(data.partition(b"\r\n\r\n")[2]) < len(LARGE):
            data += connection.recv(1 << 20)
    return data


def test_image_that_spins_does_not_hold_up_what_is_served(hostile_program, lan, image_folder, good_image, tmp_path):
    """Its time is limited. Meanwhile HTTP and DHCP answer as ever, and then comes the next image."""
    images.put(good_image, image_folder.path, "good.iso")
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        machine = DhcpClient(lan.add_client())
        put_hostile(image_folder, "spin", "spin")
        assert wait_until(lambda: children(daemon.pid), 5)
        slowest = 0
        while "spin.iso: not offered" not in daemon.log():
            body, seconds = get(lan, "images/good/hello.txt")
            assert body == b"hello\n"
            offer = machine.ask(vector("ipxe_bios_discover"))
            assert offer is not None, daemon.log()
            slowest = max(slowest, seconds)
            time.sleep(0.2)
        machine.close()
        assert slowest < 2
        # Whichever comes first: a busy machine may not give it 10 s of processor time within 20 s.
        assert refusal(daemon, "spin") in (
            "the reader was stopped: it took more than 10 s of processor time",
            "the reader did not answer within 20000 ms and was ended",
        )
        images.put(good_image, image_folder.path, "later.iso")
        assert wait_until(lambda: get(lan, "images/later/hello.txt")[0] == b"hello\n", 10)


def test_daemon_stops_at_once_while_an_image_spins(hostile_program, lan, image_folder, good_image, tmp_path):
    """SIGTERM does not wait for the reader's deadline."""
    images.put(good_image, image_folder.path, "good.iso")
    daemon = Daemon(lan, [image_folder], tmp_path)
    daemon.start()
    try:
        put_hostile(image_folder, "spin", "spin")
        time.sleep(1)
        start = time.monotonic()
        daemon.stop()
        assert time.monotonic() - start < 5
        assert "not offered" not in daemon.log()
    finally:
        daemon.kill()


def test_images_that_kill_the_reader_leave_nothing_behind(hostile_program, lan, image_folder, good_image, tmp_path):
    """The same again and again: a reader that dies is waited for, and its socket and its memory are given back."""
    images.put(good_image, image_folder.path, "good.iso")
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        counts = []
        for number in range(6):
            put_hostile(image_folder, f"x{number}", "socket" if number % 2 else "keep descriptors")
            assert refusal(daemon, f"x{number}") == (STOPPED if number % 2 else "not stopped")
            (image_folder.path / f"x{number}.iso").unlink()
            daemon.wait_for(rf"images: x{number}: removed")
            counts.append(count_descriptors(daemon.pid))
            assert len(children(daemon.pid)) <= 1
        assert max(counts) - min(counts) <= 2, counts
        assert get(lan, "images/good/hello.txt")[0] == b"hello\n"


def test_squashfs_that_takes_over_its_reader_harms_nothing_but_itself(hostile_program, lan, image_folder, tmp_path):
    """It crashes its reader, or asks the kernel for what it may not. Its image and the squashfs beside it are served."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "hello.txt").write_text("hello\n")
    files = {"hello.txt": tmp_path / "tree" / "hello.txt", "good.sfs": squashfs.make(tmp_path / "tree", tmp_path / "x.sfs")}
    for act in BREAKS_OUT + ["abort"]:
        (tmp_path / act).write_bytes(b"hsqsHOSTILE " + act.encode() + bytes(65536))
        files[f"{act}.sfs"] = tmp_path / act
    images.put(squashfs.carry(tmp_path / "i.iso", files), image_folder.path)
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        before = count_descriptors(daemon.pid)
        for act in BREAKS_OUT + ["abort"]:
            assert get(lan, f"images/i/{act}.sfs/hello.txt")[0] is None
            why = daemon.wait_for(rf"i: {act}\.sfs: cannot be opened: (.*)$").group(1)
            assert why == ("the reader died of it: Aborted" if act == "abort" else STOPPED)
            assert get(lan, "images/i/good.sfs/hello.txt")[0] == b"hello\n"
        assert get(lan, "images/i/hello.txt")[0] == b"hello\n"
        assert count_descriptors(daemon.pid) <= before + 4
        assert len(children(daemon.pid)) <= 2


def test_commands_say_why_an_image_is_refused(hostile_program, good_image, tmp_path):
    """The offline commands read images in the same jail."""
    put_hostile(tmp_path, "bad", "socket")
    done = run_command(["list", tmp_path / "bad.iso", good_image])
    assert done.returncode == 1
    assert STOPPED in done.stderr
    assert "good" in done.stdout
    assert run_command(["cat", good_image, "hello.txt"]).stdout == "hello\n"


def test_changed_images_harm_nothing():
    """A few of the mutants of `make mutate`: none kills or holds up the reader, none harms the next."""
    command = [REPOSITORY / "tools" / "mutate", built("mutate"), "500"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "500 passed, 0 failed" in done.stdout
