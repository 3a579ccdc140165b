# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's life: what it says at its start, how it follows its directory, what it does when something is wrong.

Issue 2: an image added, replaced or removed is in or out of the menus within two seconds, and no running transfer is
disturbed; a port in use says who has it; without root it says what needs it; one bad file stops nothing else.
"""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from support import images
from support.daemon import Daemon, binary, wait_until
from support.netns import SERVER
from support.requires import require

PATIENCE = 2.0  # seconds that a change may take


def make_image(path, files, label="TEST"):
    """An ISO with Rock Ridge of `files`: {path: bytes}."""
    require("xorriso", "xorriso")
    path = pathlib.Path(path)
    tree = path.with_name(path.name + ".tree")
    shutil.rmtree(tree, ignore_errors=True)
    for name, content in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", label, "-o", path, tree]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture
def two_images(tmp_path):
    """Two small images outside of the served folder."""
    return (
        make_image(tmp_path / "one.iso", {"hello.txt": b"first\n"}),
        make_image(tmp_path / "two.iso", {"hello.txt": b"second\n"}),
    )


def get(lan, path, timeout=10):
    """Status and body of a GET from inside the daemon's namespace."""

    def fetch():
        try:
            with urllib.request.urlopen(f"http://{SERVER}/{path}", timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    return lan.call(fetch)


def menu(lan):
    return get(lan, "pxelinux.cfg/default")[1].decode()


def within_patience(question):
    """Wait until question() is true and say how long it took; fails when it takes too long."""
    start = time.monotonic()
    answer = wait_until(question, PATIENCE, interval=0.02)
    assert answer, f"not within {PATIENCE} s"
    return time.monotonic() - start


def test_start_says_where_what_and_what_next(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path)
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        log = daemon.log()
        assert "lan0" in log and f"http://{SERVER}/" in log
        assert "proxy" in log
        assert "one" in log and "entr" in log
        assert log.rstrip().splitlines()[-1].startswith("ready: 1 image")


def test_image_added_appears_in_menu_and_tree(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path)
    with Daemon(lan, [image_folder], tmp_path):
        assert get(lan, "images/two/hello.txt")[0] == 404
        images.put(two_images[1], image_folder.path)
        within_patience(lambda: get(lan, "images/two/hello.txt") == (200, b"second\n"))
        within_patience(lambda: "menus/two.cfg" in menu(lan))


def test_image_copied_slowly_appears_when_whole(lan, image_folder, two_images, tmp_path):
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        whole = two_images[0].read_bytes()
        with open(image_folder.path / "one.iso", "wb") as target:
            for start in range(0, len(whole), 65536):
                target.write(whole[start : start + 65536])
                target.flush()
                time.sleep(0.15)
        within_patience(lambda: get(lan, "images/one/hello.txt") == (200, b"first\n"))
        assert "not offered" not in daemon.log()


def test_image_removed_disappears(lan, image_folder, two_images, tmp_path):
    for image in two_images:
        images.put(image, image_folder.path)
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        assert "menus/one.cfg" in menu(lan) and "menus/two.cfg" in menu(lan)
        (image_folder.path / "one.iso").unlink()
        within_patience(lambda: get(lan, "images/one/hello.txt")[0] == 404)
        within_patience(lambda: "menus/one.cfg" not in menu(lan))
        daemon.wait_for(r"images: one: removed")
        assert get(lan, "images/two/hello.txt")[0] == 200


def test_image_replaced_shows_the_new_bytes(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path, "same.iso")
    with Daemon(lan, [image_folder], tmp_path):
        assert get(lan, "images/same/hello.txt") == (200, b"first\n")
        images.put(two_images[1], image_folder.path, "same.iso")
        within_patience(lambda: get(lan, "images/same/hello.txt") == (200, b"second\n"))


def test_transfer_survives_removal_and_replacement(lan, image_folder, tmp_path):
    """What breaks without it: a machine that boots while somebody tidies the directory."""
    big = os.urandom(24 * 1024 * 1024)
    images.put(make_image(tmp_path / "big.iso", {"root.img": big}), image_folder.path)
    other = make_image(tmp_path / "other.iso", {"root.img": b"something else"})
    with Daemon(lan, [image_folder], tmp_path):
        connection = lan.connect((SERVER, 80))
        connection.sendall(b"GET /images/big/root.img HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = connection.recv(65536)
        (image_folder.path / "big.iso").unlink()
        within_patience(lambda: get(lan, "images/big/root.img")[0] == 404)
        images.put(other, image_folder.path, "big.iso")
        within_patience(lambda: get(lan, "images/big/root.img") == (200, b"something else"))
        while chunk := connection.recv(1 << 20):
            received += chunk
        body = received.split(b"\r\n\r\n", 1)[1]
        assert hashlib.sha256(body).digest() == hashlib.sha256(big).digest()


def test_bad_files_are_listed_with_the_reason_and_stop_nothing(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path)
    (image_folder.path / "empty.iso").touch()
    (image_folder.path / "noise.iso").write_bytes(os.urandom(200_000))
    (image_folder.path / "dangling.iso").symlink_to("nowhere")
    os.mkfifo(image_folder.path / "fifo.iso")
    whole = make_image(tmp_path / "whole.iso", {"root.img": os.urandom(2_000_000)}).read_bytes()
    (image_folder.path / "cut.iso").write_bytes(whole[: len(whole) // 2])
    for path in image_folder.path.iterdir():
        if path.name in ("empty.iso", "noise.iso", "cut.iso"):
            os.utime(path, (1_700_000_000, 1_700_000_000))
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        log = daemon.log()
        for name in ("empty", "noise", "dangling", "fifo"):
            assert f"{name}.iso: not offered: " in log
            assert get(lan, f"images/{name}.iso")[0] == 404, "what is no image is not served at all"
        assert "cut.iso: " in log and "truncated" in log
        assert get(lan, "images/one/hello.txt") == (200, b"first\n")


def test_names_of_images_follow_the_contract(lan, image_folder, two_images, tmp_path):
    """DESIGN.md section 4: other characters become `_`, a second image of a name gets `~2`, case folds last."""
    for name in ("a b&c.iso", "a b$c.ISO"):
        images.put(two_images[0], image_folder.path, name)
    with Daemon(lan, [image_folder], tmp_path):
        assert get(lan, "images/a_b_c/hello.txt")[0] == 200
        assert get(lan, "images/a_b_c~2/HELLO.TXT")[0] == 200
        assert get(lan, "images/A_B_C.iso")[0] == 200


def test_port_in_use_says_who_has_it(lan, image_folder, tmp_path):
    blocker = subprocess.Popen(
        lan.command(["/usr/bin/python3", "-c",
                     "import socket,time; s=socket.socket(); s.bind(('',80)); s.listen(); print(1,flush=True); time.sleep(60)"]),
        stdout=subprocess.PIPE,
    )
    try:
        blocker.stdout.readline()
        done = lan.run([binary(), image_folder], check=False, timeout=20)
        assert done.returncode == 1
        assert "port 80" in done.stderr and "python3" in done.stderr and str(blocker.pid) in done.stderr
        assert "--http-port" in done.stderr
    finally:
        blocker.kill()
        blocker.wait()


def test_second_daemon_does_not_share_the_ports(lan, image_folder, tmp_path):
    with Daemon(lan, [image_folder, "--dhcp", "off"], tmp_path):
        done = lan.run([binary(), "--dhcp", "off", image_folder], check=False, timeout=20)
        assert done.returncode == 1
        assert "in use by" in done.stderr and "pxeiso" in done.stderr


def test_without_root_says_what_needs_it(lan, image_folder):
    program = shutil.copy(binary(), image_folder.path / "program")
    done = lan.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, image_folder],
                   check=False, timeout=20)
    assert done.returncode == 1
    assert "root" in done.stderr and "port" in done.stderr


def test_unprivileged_ports_need_no_root(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path)
    program = shutil.copy(binary(), image_folder.path / "program")
    process = lan.popen(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "--dhcp", "off",
         "--http-port", "8080", "--tftp-port", "6969", image_folder],
        stderr=subprocess.PIPE, text=True,
    )
    try:
        for line in process.stderr:
            if line.startswith("ready"):
                break
        answer = lan.run(["curl", "-sf", f"http://{SERVER}:8080/images/one/hello.txt"])
        assert answer.stdout == "first\n"
    finally:
        process.terminate()
        assert process.wait(10) == 0


def test_root_is_given_up(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path)
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        for status in pathlib.Path(f"/proc/{daemon.pid}/task").glob("*/status"):
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            assert set(facts["Uid"].split()) != {"0"} and "0" not in facts["Uid"].split()
            assert int(facts["CapPrm"], 16) == 0
            assert facts["NoNewPrivs"].strip() == "1"


def test_directory_that_only_root_may_read_is_served_and_said(lan, tmp_path, two_images):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copy(two_images[0], private)
    with Daemon(lan, [private], tmp_path) as daemon:
        assert get(lan, "images/one/hello.txt") == (200, b"first\n")
        assert "CAP_DAC_READ_SEARCH" in daemon.log()
        statuses = [path.read_text() for path in pathlib.Path(f"/proc/{daemon.pid}/task").glob("*/status")]
        rights = [int(status.split("CapPrm:")[1].split()[0], 16) for status in statuses]
        assert sorted(rights)[-1] == 1 << 2 and sorted(rights)[-2] == 0, "the scanner alone may have it"


def test_link_shows_nothing_that_only_root_may_read(lan, tmp_path, two_images):
    """What breaks without it: who may place a link in a served directory reads any image of the machine's."""
    private, secret = tmp_path / "private", tmp_path / "secret"
    for folder in (private, secret):
        folder.mkdir(mode=0o700)
    shutil.copy(two_images[0], secret / "secret.iso")
    (private / "link.iso").symlink_to(secret / "secret.iso")
    (private / "shadow.iso").symlink_to("/etc/shadow")
    (private / "package.iso").symlink_to(shutil.copy(two_images[1], "/var/tmp/pxeiso-open-to-all.iso"))
    os.chmod("/var/tmp/pxeiso-open-to-all.iso", 0o644)
    try:
        with Daemon(lan, [private], tmp_path) as daemon:
            assert get(lan, "images/package/hello.txt") == (200, b"second\n")
            for name in ("link", "shadow"):
                assert get(lan, f"images/{name}.iso")[0] == 404
                assert f"{name}.iso: not offered: " in daemon.log()
    finally:
        os.unlink("/var/tmp/pxeiso-open-to-all.iso")


def test_faulty_file_of_the_future_is_read_once(lan, image_folder, tmp_path):
    bad = image_folder.path / "bad.iso"
    bad.write_bytes(os.urandom(200_000))
    os.utime(bad, (4_000_000_000, 4_000_000_000))
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        assert daemon.log().count("bad.iso: not offered: ") == 1


def test_images_are_offered_while_others_are_read(lan, image_folder, two_images, tmp_path):
    """What breaks without it: a directory with many bad files hides the good ones until all were looked at."""
    images.put(two_images[0], image_folder.path, "a.iso")
    (image_folder.path / "b.iso").write_bytes(os.urandom(200_000))
    os.utime(image_folder.path / "b.iso", (1_700_000_000, 1_700_000_000))
    for number in range(4000):
        os.link(image_folder.path / "b.iso", image_folder.path / f"b{number}.iso")
    daemon = Daemon(lan, [image_folder, "--dhcp", "off"], tmp_path)
    daemon.launch()
    try:
        assert wait_until(lambda: is_up(lan) and get(lan, "images/a/hello.txt")[0] == 200, 5)
        assert "ready" not in daemon.log()
    finally:
        daemon.kill()


def is_up(lan):
    """Whether HTTP answers."""
    try:
        return get(lan, "healthz")[0] == 200
    except OSError:
        return False


def test_missing_directory_is_served_when_it_appears(lan, image_folder, two_images, tmp_path):
    later = image_folder.path / "later"
    images.put(two_images[0], image_folder.path)
    with Daemon(lan, [image_folder, later], tmp_path) as daemon:
        assert str(later) in daemon.log()
        assert get(lan, "images/one/hello.txt")[0] == 200


def test_killed_reader_is_started_again(lan, image_folder, two_images, tmp_path):
    images.put(two_images[0], image_folder.path)
    with Daemon(lan, [image_folder], tmp_path) as daemon:
        children = subprocess.run(["pgrep", "-P", str(daemon.pid)], capture_output=True, text=True).stdout.split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        images.put(two_images[1], image_folder.path)
        within_patience(lambda: get(lan, "images/two/hello.txt") == (200, b"second\n"))
        assert get(lan, "images/one/hello.txt") == (200, b"first\n")
