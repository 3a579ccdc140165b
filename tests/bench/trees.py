# SPDX-License-Identifier: GPL-3.0-or-later
"""The images whose indexes are measured. They are made once and stay in build/bench/images until `make clean`.

Their files are tiny: what an index costs depends on names and directories alone. Each has bytes of its own, though, or
it would have no place in the image.
"""

import pathlib
import shutil
import subprocess
import tempfile

IMAGES = pathlib.Path(__file__).resolve().parents[2] / "build/bench/images"

MENU = "DEFAULT live\nLABEL live\n  KERNEL /live/vmlinuz\n  INITRD /live/initrd.img\n  APPEND boot=live quiet\n"
LIVE = {"isolinux/isolinux.cfg": MENU, "live/vmlinuz": "k" * 4096, "live/initrd.img": "i" * 4096}
LARGEST = "100,000 files"
SOURCES = 5000
SUFFIXES = ("", "-dev", "-common", "-doc", "-data")


def hundred_thousand():
    """Half of them in one directory, half six levels deep."""
    for number in range(50_000):
        yield f"flat/package-{number:05}_1.{number % 10}-3_amd64.deb", "x"
        path = "/".join(f"level-{digit}" for digit in f"{number // 50:03}")
        yield f"very/deep/{path}/file-{number:05}.data", "x"


def debian_dvd():
    """pool/main with 8,500 packages of 5,000 sources, and what else lies on a Debian DVD."""
    yield from LIVE.items()
    for path in ("md5sum.txt", "README.html", ".disk/info", "dists/bookworm/Release", "install.amd/vmlinuz"):
        yield path, "x"
    for suite in ("main", "contrib", "non-free-firmware"):
        for path in ("binary-amd64/Packages.gz", "binary-amd64/Release", "i18n/Translation-en.gz"):
            yield f"dists/bookworm/{suite}/{path}", "x"
    for number in range(SOURCES):
        prefix = "lib" if number % 3 == 0 else ""
        source = f"{prefix}{'bcdfghjklmnprstvwxz'[number % 19]}ackage{number}-toolkit"
        shelf = source[:4] if prefix else source[0]
        for suffix in SUFFIXES[: 1 + (number * 7 % 10) // 4]:
            name = f"{source}{suffix}_{number % 12}.{number % 7}.{number % 31}+dfsg-{number % 5}+deb12u1_amd64.deb"
            yield f"pool/main/{shelf}/{source}/{name}", "x"


def small():
    yield from LIVE.items()
    for number in range(30):
        yield f"pool/{number % 5}/package-{number:03}.deb", "x"


def scratch():
    """Where 100,000 files are written soonest."""
    memory = pathlib.Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30 else "/var/tmp"


def write_image(path, files, *options):
    """An ISO of `files`, pairs of a path and a text."""
    unfinished = path.with_suffix(".tmp")
    with tempfile.TemporaryDirectory(prefix="pxeiso-bench-", dir=scratch()) as folder:
        for name, text in files:
            target = pathlib.Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        command = ["xorriso", "-stdio_sync", "off", "-as", "mkisofs", "-quiet", "-V", "BENCH", *options]
        command += ["-o", unfinished, folder]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    unfinished.chmod(0o644)
    unfinished.rename(path)


def make_single():
    """-> [(what, path)]"""
    rows = [
        (LARGEST, "files-100000.iso", hundred_thousand, ["-r"]),
        ("Debian DVD", "debian-dvd.iso", debian_dvd, ["-r"]),
        ("Debian DVD, with Joliet", "debian-dvd-joliet.iso", debian_dvd, ["-r", "-J", "-joliet-long"]),
        ("Debian DVD, Joliet alone", "debian-dvd-joliet-alone.iso", debian_dvd, ["--norock", "-J", "-joliet-long"]),
        ("a small image", "small.iso", small, ["-r"]),
    ]
    IMAGES.mkdir(parents=True, exist_ok=True)
    for _, name, files, options in rows:
        if not (IMAGES / name).exists():
            print(f"making {name} in {IMAGES}, once", flush=True)
            write_image(IMAGES / name, files(), *options)
    return [(what, IMAGES / name) for what, name, *_ in rows]


def make_many(count):
    """-> a folder with `count` copies of the small image."""
    folder = IMAGES / f"small-{count}"
    model = dict(make_single())["a small image"]
    folder.mkdir(exist_ok=True)
    for number in range(count):
        path = folder / f"bench-{number:04}.iso"
        if not path.exists() or path.stat().st_size != model.stat().st_size:
            shutil.copy(model, path)
    return folder
