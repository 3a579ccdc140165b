# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in an image's initramfs decides how its entries boot (issue 4, item 4): seen through `pxeiso explain`, which tells
what was asked, what was found, and which way was taken. The reader lists the initramfs in its jail; a tool of each kind has
packed it."""

import json
import pathlib
import re
import tempfile

import pytest

from support import images
from support.daemon import Daemon, run_command
from support.initramfs import PACKERS, archive, live_image, microcode, pack
from support.netns import SERVER

DRIVER = "usr/lib/modules/6.1.0/kernel/drivers/net/ethernet/intel/e1000/e1000.ko.xz"
WITH = ["init", "usr/lib/x", "usr/sbin/livenetroot", DRIVER]
WITHOUT = ["init", "usr/lib/x", "usr/sbin/dmsquash-live-root", DRIVER]


def explain(path, status=0):
    """The entries of an image that boot a kernel."""
    done = run_command(["explain", "--json", path])
    assert done.returncode == status, done.stderr
    return [entry for entry in json.loads(done.stdout)[0]["entries"] if entry["kind"] == "linux"]


def has_note(entry, text):
    """Whether a note begins so."""
    return any(note.startswith(text) for note in entry["notes"])


@pytest.mark.parametrize("packer", PACKERS)
def test_each_way_to_pack_is_read(packer, tmp_path):
    """Behind microcode, as distributions do it, and with something else behind it, as remasterers do."""
    data = microcode() + pack(packer, archive(WITH))
    more = data + bytes(-len(data) % 4) + archive(["usr/added"], links=())
    for number, initramfs in enumerate((data, more)):
        (entry,) = explain(live_image(tmp_path / f"{number}.iso", initramfs))
        assert "root=live:http://" in entry["after"]
        assert has_note(entry, "initramfs images/pxeboot/initrd.img: has usr/sbin/livenetroot")
        assert has_note(entry, f"initramfs images/pxeboot/initrd.img: has {DRIVER}")


def test_an_image_whose_initramfs_has_no_network_takes_its_root_along(tmp_path):
    """By what it lacks, and not by its name."""
    (entry,) = explain(live_image(tmp_path / "a.iso", microcode() + pack("zstd", archive(WITHOUT))))
    assert has_note(entry, "initramfs images/pxeboot/initrd.img: no sbin/livenetroot|bin/livenetroot")
    assert "http" not in entry["after"]
    assert "needs" not in entry


def test_a_name_does_not_make_an_image_worse_than_it_is(tmp_path):
    """Void's volume id, but somebody has added livenet."""
    (entry,) = explain(live_image(tmp_path / "a.iso", pack("xz", archive(WITH)), volume="VOID_LIVE"))
    assert "root=live:http://" in entry["after"]


def test_no_driver_is_told(tmp_path):
    """The entry is offered, with a warning: the driver may be built into the kernel."""
    (entry,) = explain(live_image(tmp_path / "a.iso", pack("gzip", archive(WITH[:-1]))))
    assert entry["offered"]
    assert "Its initramfs has no driver for a network card" in entry["help"]


@pytest.mark.parametrize(("volume", "guessed"), [("VOID_LIVE", True), ("Fedora-Live", False)])
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda data: data[: len(data) // 2], "its compressed data end too early"),
        (lambda data: data[:20] + bytes(200) + data[220:], "its xz data are damaged"),
        (lambda data: b"hello" + data, "neither a cpio archive nor compressed as Linux knows it"),
        (lambda data: data + b"junk", "neither a cpio archive nor compressed as Linux knows it"),
    ],
    ids=["cut", "overwritten", "text before it", "junk behind it"],
)
def test_what_cannot_be_read_is_guessed(damage, why, volume, guessed, tmp_path):
    """The image goes on as it did before anybody looked, and says so."""
    initramfs = damage(pack("xz", archive(WITHOUT)))
    (entry,) = explain(live_image(tmp_path / "a.iso", initramfs, volume=volume))
    assert has_note(entry, f"initramfs images/pxeboot/initrd.img: cannot be read: {why}")
    assert has_note(entry, f"[dracut-without-network] is a guess by the volume id, {volume}") == guessed
    assert ("root=live:http://" in entry["after"]) != guessed


def test_a_bomb_is_guessed_at_as_well(tmp_path):
    """It comes to one of its limits: a slow program, as one with sanitizers is, to the second; on a busy machine to the third."""
    (entry,) = explain(live_image(tmp_path / "a.iso", pack("zstd", bytes(1 << 20)) * 4200))
    why = "it unpacks to more than 4 GiB|the reader was stopped: it took more than 10 s of processor time"
    why += "|the reader did not answer within 20000 ms"
    assert any(re.match(f"initramfs images/pxeboot/initrd.img: cannot be read: ({why})", note) for note in entry["notes"])
    assert "root=live:http://" in entry["after"]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("make-debian-live.sh", "usr/lib/live/boot/9990-mount-http.sh"),
        ("make-dracut-live.sh", "usr/sbin/livenetroot"),
        ("make-archiso.sh", "hooks/archiso_pxe_http"),
    ],
)
def test_real_initramfs_are_read(script, found):
    """Those that update-initramfs and dracut made for the boot tests."""
    entries = explain(images.make(script))
    assert entries
    for entry in entries:
        assert any(note.startswith("initramfs ") and note.endswith(f": has {found}") for note in entry["notes"])
        assert "http://" in entry["after"]
        assert not has_note(entry, "Its initramfs has no driver")


def test_what_was_found_is_kept_between_starts(lan, image_folder, tmp_path):
    """In a folder of the daemon's own user; what lies there is checked, and made anew when it is damaged."""
    image = live_image(tmp_path / "a.iso", pack("zstd", archive(WITH)))
    images.put(image, image_folder.path)
    with tempfile.TemporaryDirectory(prefix="pxeiso-state-", dir="/var/tmp") as folder:
        pathlib.Path(folder).chmod(0o755)  # and root's, as systemd makes it
        kept = []
        for number in range(3):
            (tmp_path / str(number)).mkdir()
            with Daemon(lan, ["--state", folder, image_folder], tmp_path / str(number)):
                menu = lan.run(["curl", "-sf", f"http://{SERVER}/menus/a.cfg"])
                assert "root=live:http://" in str(menu.stdout)
            (file,) = pathlib.Path(folder, "initramfs").iterdir()
            assert file.owner() != "root"
            kept.append((file.name, file.stat().st_ino, file.read_bytes()))
            if number == 1:
                file.write_bytes(file.read_bytes()[:-100] + b"x" * 100)
        assert kept[0] == kept[1], "it was found out once more"
        assert kept[2][2] == kept[0][2], "a damaged file stays"


def test_what_cannot_be_read_is_kept_too(lan, image_folder, tmp_path):
    """It would be tried at each start again, to no other end."""
    image = live_image(tmp_path / "a.iso", b"hello" + pack("xz", archive(WITHOUT)), volume="VOID_LIVE")
    images.put(image, image_folder.path)
    with tempfile.TemporaryDirectory(prefix="pxeiso-state-", dir="/var/tmp") as folder:
        pathlib.Path(folder).chmod(0o755)
        kept = []
        for number in range(2):
            (tmp_path / str(number)).mkdir()
            with Daemon(lan, ["--state", folder, image_folder], tmp_path / str(number)):
                assert lan.run(["curl", "-sf", f"http://{SERVER}/menus/a.cfg"]).returncode == 0
            (file,) = pathlib.Path(folder, "initramfs").iterdir()
            kept.append((file.name, file.stat().st_ino, file.read_text()))
        assert kept[0] == kept[1], "it was tried once more"
        assert kept[0][2].endswith("neither a cpio archive nor compressed as Linux knows it")


def written(file):
    """What is another once a file was written again; reading it changes its time of access."""
    status = file.stat()
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns, file.read_text()


def test_commands_take_what_the_daemon_found(lan, image_folder, tmp_path):
    """But leave no trace: neither a file nor the folder, where there is none."""
    image = images.put(live_image(tmp_path / "a.iso", pack("zstd", archive(WITH))), image_folder.path)
    config = tmp_path / "x.conf"
    with tempfile.TemporaryDirectory(prefix="pxeiso-state-", dir="/var/tmp") as folder:
        pathlib.Path(folder).chmod(0o755)
        config.write_text(f"[daemon]\nstate = {folder}\n")
        assert "has usr/sbin/livenetroot" in run_command(["explain", "-c", config, image]).stdout
        assert not list(pathlib.Path(folder).iterdir())
        with Daemon(lan, ["--state", folder, image_folder], tmp_path):
            pass
        (file,) = pathlib.Path(folder, "initramfs").iterdir()
        file.write_text("pxeiso: cannot be read: as was kept")
        before = written(file)
        assert "cannot be read: as was kept" in run_command(["explain", "-c", config, image]).stdout
        assert written(file) == before
    config.write_text(f"[daemon]\nstate = {folder}\n")
    assert "has usr/sbin/livenetroot" in run_command(["explain", "-c", config, image]).stdout
    assert not pathlib.Path(folder).exists()
