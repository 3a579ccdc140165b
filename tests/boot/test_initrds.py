# SPDX-License-Identifier: GPL-3.0-or-later
"""Live systems boot without using a network in their initramfs: the image, or its root, travels as a further initrd.

Issue 4, "Made-on-the-fly initrds". The recipes are those of a user, in a directory that the configuration names; so these
boots show that too. What the initramfs must not have done is fetch anything: the daemon's log tells.
"""

import pytest
from support import images
from support.boot import SERVER_RANGE

LIVE_BOOT = """
[mine]
argument = boot=live
add = live-media=/pxeiso.iso rootfstype=ramfs
initrd = /pxeiso.iso image /conf/conf.d/pxeiso text:load-loop
"""

# As the built-in recipe has it for images of 4 GiB and more.
LIVE_BOOT_PARTS = """
[mine]
argument = boot=live
add = rdinit=/pxeiso/init live-media=/dev/dm-0 rootfstype=ramfs
initrd = /pxeiso.iso parts /pxeiso/init helper
"""

DRACUT = """
[mine]
argument = root=live:*
files = LiveOS/squashfs.img
remove = root=*
add = root=live:/pxeiso.img
initrd = /pxeiso.img file
"""

WRAPPER = """
[mine]
argument = root=live:*
add = rdinit=/pxeiso/init
initrd = /pxeiso.iso {what} /pxeiso/init text:wrapper
"""

HELPER = """
[mine]
argument = init=/nix/*
add = rdinit=/pxeiso/init
initrd = {what} /pxeiso/init helper
"""


@pytest.fixture
def recipe(tmp_path):
    """recipe(text): the arguments that make the daemon use it."""

    def write(text):
        (tmp_path / "recipes").mkdir()
        (tmp_path / "recipes/mine.ini").write_text(text)
        (tmp_path / "pxeiso.conf").write_text(f"[recipes]\ndirectory = {tmp_path}/recipes\n")
        return ("--config", tmp_path / "pxeiso.conf")

    return write


def test_live_boot_from_its_initramfs(boot, recipe):
    """live-boot finds the image as a file, once the loop module is there. The machine has no disk at all: fromiso= would
    be looked at only for each disk. The image's own initrd has an odd length, and PXELINUX aligns what comes behind it."""
    image = images.make("make-debian-live.sh")
    with boot(image, "--default", "debian-live:live-amd64", *SERVER_RANGE, *recipe(LIVE_BOOT), memory=1536) as machine:
        report = machine.final_root("debian-live")
        assert "live-media=/pxeiso.iso" in report["CMDLINE"][0].split()
        assert not [path for path in machine.fetched() if path.endswith(".squashfs")]
        assert [path for path in machine.fetched() if path.endswith("cpio/mine.cpio")]


def test_live_boot_from_parts(boot, recipe):
    """live-boot passes loop devices over, but not the one that joins the parts, when it is told of it."""
    image = images.make("make-debian-live.sh")
    words = recipe(LIVE_BOOT_PARTS)
    with boot(image, "--default", "debian-live:live-amd64", *SERVER_RANGE, *words, memory=1536) as machine:
        report = machine.final_root("debian-live")
        assert "live-media=/dev/dm-0" in report["CMDLINE"][0].split()
        assert not [path for path in machine.fetched() if path.endswith(".squashfs")]


def test_live_boot_fromiso(boot, recipe, tmp_path):
    """The argument of live-boot that is made for this. It is looked at once for each disk, so here is an empty one."""
    image = images.make("make-debian-live.sh")
    disk = tmp_path / "disk"
    disk.write_bytes(bytes(1 << 20))
    words = recipe(LIVE_BOOT.replace("live-media=", "fromiso="))
    words = ("--default", "debian-live:live-amd64", *SERVER_RANGE, *words)
    extra = ("-drive", f"file={disk},format=raw,if=virtio")
    with boot(image, *words, memory=1536, extra=extra) as machine:
        report = machine.final_root("debian-live")
        assert "fromiso=/pxeiso.iso" in report["CMDLINE"][0].split()
        assert not [path for path in machine.fetched() if path.endswith(".squashfs")]


def test_files_of_the_user(boot, image_folder):
    """A snippet that initramfs-tools runs, from the folder beside the image; all else is as ever."""
    image = images.make("make-debian-live.sh")
    snippet = image_folder.path / "debian-live.d/initramfs/conf/conf.d/mine"
    snippet.parent.mkdir(parents=True)
    snippet.write_text("echo PXEISO-USER was here >/dev/console\n")
    with boot(image, "--default", "debian-live:live-amd64", *SERVER_RANGE) as machine:
        assert machine.final_root("debian-live")["USER"] == ["was here"]
        assert [path for path in machine.fetched() if path.endswith(".squashfs")]


def test_dracut_without_network(boot, recipe):
    """dmsquash-live mounts the squashfs that lies in the initramfs."""
    image = images.make("make-dracut-live.sh")
    with boot(image, "--default", "dracut-live:linux", *SERVER_RANGE, *recipe(DRACUT), memory=1536) as machine:
        report = machine.final_root("dracut-live")
        assert "root=live:/pxeiso.img" in report["CMDLINE"][0].split()
        assert not [path for path in machine.fetched() if path.endswith("squashfs.img")]


@pytest.mark.parametrize("what", ["image", "parts"])
def test_wrapper(boot, recipe, what):
    """The image's own arguments stay as they are: its initramfs finds the disc by its label, on a loop device."""
    image = images.make("make-dracut-live.sh")
    words = recipe(WRAPPER.format(what=what))
    with boot(image, "--default", "dracut-live:linux", *SERVER_RANGE, *words, memory=1536) as machine:
        report = machine.final_root("dracut-live")
        assert "root=live:CDLABEL=Fedora-WS-Live-12-1-1" in report["CMDLINE"][0].split()
        assert not [path for path in machine.fetched() if path.endswith("squashfs.img")]


def check_no_shell(machine, loops):
    """The image's own init ran after the helper, with the arguments of the kernel, and has found its disc once and whole."""
    report = machine.final_root("no-shell")
    assert report["FOUND"] == ["1"]
    assert report["ROOT"] == ["whole"]
    assert report["ARGUMENT"] == ["/init"]
    assert [loop.split()[1] for loop in report["LOOP"]] == loops
    assert not [path for path in machine.fetched() if path.endswith("nix-store.squashfs")]
    return report["CMDLINE"][0].split()


def test_helper(boot):
    """An initramfs without a shell, as NixOS's is. The recipe is the built-in one, the image's own arguments stay."""
    image = images.make("make-no-shell.sh")
    with boot(image, "--default", "no-shell:nixos", *SERVER_RANGE, memory=768) as machine:
        words = check_no_shell(machine, ["/pxeiso.iso"])
        assert "root=LABEL=nixos-test-1" in words and "rdinit=/pxeiso/init" in words
        assert "rootfstype=ramfs" not in words
        assert machine.machine.wait_for(r"pxeiso: /pxeiso\.iso: attached to /dev/loop0", 10)


def test_helper_with_parts(boot, recipe):
    """As for an image above 4 GiB: no part looks like the disc, their whole does."""
    image = images.make("make-no-shell.sh")
    words = recipe(HELPER.format(what="/pxeiso.iso parts"))
    with boot(image, "--default", "no-shell:nixos", *SERVER_RANGE, *words, memory=768) as machine:
        check_no_shell(machine, ["/pxeiso.iso.00", "/pxeiso.iso.01", "/dm-0"])


def test_helper_without_the_image(boot, recipe):
    """What fails is said even though the kernel is quiet, and the image's own init is started all the same."""
    image = images.make("make-no-shell.sh")
    words = recipe(HELPER.replace("add = ", "add = quiet ").format(what="/elsewhere.iso image"))
    with boot(image, "--default", "no-shell:nixos", *SERVER_RANGE, *words, memory=768) as machine:
        report = machine.final_root("no-shell")
        assert report["FOUND"] == ["0"]
        assert "quiet" in report["CMDLINE"][0].split()
        assert machine.machine.wait_for(r"pxeiso: /pxeiso\.iso: is not in the initramfs", 10)
