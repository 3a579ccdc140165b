# SPDX-License-Identifier: GPL-3.0-or-later
"""The files inside an EFI image, below `@efi`, against what mtools copies out of the same bytes (ET-2, ET-3).

The FAT file systems are made by mkfs.vfat and filled by mtools; xorriso and genisoimage put them where real images have
them: a file of the tree, a file that is hidden, a partition behind the volume. Without these files an image whose loader's
configuration or kernel lies only there (archiso, systemd-boot) has nothing to boot.
"""

import datetime
import hashlib
import json
import os
import pathlib
import struct
import subprocess

import pytest
from support import images
from support.daemon import Daemon, run_command
from support.netns import SERVER
from support.requires import require, require_file
from support.tftp import TftpClient

ENVIRONMENT = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1"}
LONG = "a very long name, with blanks and " + "n" * 200 + ".conf"
SIZES = {12: 2048, 16: 20480, 32: 40960}  # KiB; clusters of 512 bytes, so that the last is FAT32 for everyone

XORRISO = ["xorriso", "-as", "mkisofs", "-quiet", "-R"]
EFI = ["-e", "efi.img", "-no-emul-boot"]
BIOS = ["-b", "boot.img", "-no-emul-boot", "-boot-load-size", "4"]
PARTITION = ["-append_partition", "2", "0xef", "{fat}"]
APPENDED = ["-e", "--interval:appended_partition_2:all::", "-no-emul-boot"]

# How the file system gets into the image, and whether it is a file of the tree as well.
WAYS = {
    "file": ([*XORRISO, *EFI], True),
    "file-after-bios": ([*XORRISO, *BIOS, "-eltorito-alt-boot", *EFI], True),
    "genisoimage": (["genisoimage", "-quiet", "-R", *BIOS, "-eltorito-alt-boot", *EFI], True),
    "hidden": ([*XORRISO, "-hide", "efi.img", *EFI], False),
    "partition": ([*XORRISO, *BIOS, "-eltorito-alt-boot", *PARTITION, *APPENDED], False),
    "gpt-partition": ([*XORRISO, *BIOS, "-eltorito-alt-boot", *PARTITION, "-appended_part_as_gpt", *APPENDED], False),
}


def run(*command):
    """A tool that must succeed."""
    done = subprocess.run([str(word) for word in command], env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode == 0, (command, done.stderr.decode())


def make_files(folder):
    """What the file systems hold."""
    (folder / "EFI" / "BOOT").mkdir(parents=True)
    (folder / "EFI" / "BOOT" / "BOOTX64.EFI").write_bytes(bytes(range(256)) * 2000)
    (folder / "loader" / "entries").mkdir(parents=True)
    (folder / "loader" / "entries" / "archiso-x86_64-linux.conf").write_text("title Arch\n")
    (folder / "loader" / "loader.conf").write_text("timeout 3\n")
    many = folder / "many"
    many.mkdir()
    for number in range(40):
        (many / f"a file with number {number:04}.txt").write_text(str(number))
    folder.joinpath(*"abcdefghijkl").mkdir(parents=True)
    folder.joinpath(*"abcdefghijkl", "deep.txt").write_text("deep")
    # mtools knows no surrogate pairs, and makes short names in a code page of what fits into one.
    for name in ("README.TXT", "kernel.img", "Mixed.Case", "two.dots.tar.gz", ".hidden", "grüne Datei.txt", "日本", LONG):
        (folder / name).write_text(name)
    for size in (0, 1, 511, 512, 513, 65536):
        (folder / f"{size}.bin").write_bytes((b"%d " % size * size)[:size])
    for path in folder.rglob("*"):
        os.utime(path, (1700000000 + 2 * len(path.name), 1700000000 + 2 * len(path.name)))


def make_fat(bits, files, path):
    """A file system with these files, one deleted, and one in pieces where that was."""
    require("mkfs.vfat", "dosfstools")
    require("mcopy", "mtools")
    run("mkfs.vfat", "-C", "-F", bits, "-s", "1", "-n", "ESP LABEL", "-i", "1234abcd", path, SIZES[bits])
    (path.parent / "filler").write_bytes(b"filler" * 1000)
    (path.parent / "pieces.bin").write_bytes(b"pieces" * 20000)
    for number in range(8):
        run("mcopy", "-i", path, path.parent / "filler", f"::filler{number}")
    for number in range(0, 8, 2):
        run("mdel", "-i", path, f"::filler{number}")
    run("mcopy", "-i", path, path.parent / "pieces.bin", "::")
    run("mcopy", "-s", "-m", "-i", path, *sorted(files.iterdir()), "::")
    return path


def extract(fat, folder):
    """All that mcopy gets out of a file system; the folder."""
    require("mcopy", "mtools")
    folder.mkdir()
    run("mcopy", "-s", "-m", "-n", "-i", fat, "::*", folder)
    return folder


@pytest.fixture(scope="module", params=SIZES)
def efi(request, tmp_path_factory):
    """(a file system, the folder of what mtools reads in it)."""
    folder = tmp_path_factory.mktemp(f"fat{request.param}")
    make_files(folder / "files")
    fat = make_fat(request.param, folder / "files", folder / "efi.img")
    extract(fat, folder / "judge")
    assert (folder / "judge" / "pieces.bin").read_bytes() == b"pieces" * 20000
    return fat, folder / "judge"


def make_iso(way, fat, folder, count=None):
    """An image; `count` is put into the catalog as the number of sectors to load."""
    command, is_file = WAYS[way]
    require(command[0], command[0])
    tree, path = folder / "tree", folder / f"{way}.iso"
    (tree / "directory" / "below").mkdir(parents=True)
    (tree / "directory" / "below" / "file").write_text("of ISO 9660")
    (tree / "zzz").write_text("last")
    (tree / "boot.img").write_bytes(b"boot" * 512)
    if is_file or way == "hidden":
        os.link(fat, tree / "efi.img")
    run(*[word.format(fat=fat) if "{fat}" in word else word for word in command], "-o", path, tree)
    if count is not None:
        set_count(path, count)
    return path


def set_count(path, count):
    """Writes the number of sectors into the entry of the EFI image."""
    with open(path, "r+b") as image:
        image.seek(17 * 2048)
        record = image.read(2048)
        assert record[7:30] == b"EL TORITO SPECIFICATION"
        catalog = struct.unpack_from("<I", record, 0x47)[0] * 2048
        image.seek(catalog)
        entries = image.read(2048)
        # The default entry, or the first behind a section header for EFI.
        at = 32 if entries[1] == 0xEF else 96
        assert entries[at] == 0x88 and (at == 32 or entries[65] == 0xEF)
        image.seek(catalog + at + 6)
        image.write(struct.pack("<H", count))


def of_folder(folder):
    """{path: facts} of all below a folder."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        is_file = path.is_file()
        what = hashlib.sha256(path.read_bytes()).hexdigest() if is_file else ""
        found[name] = (("file", path.stat().st_size, int(path.stat().st_mtime), what) if is_file else ("directory",))
    return found


def cat(image, path):
    """The bytes of `pxeiso cat`."""
    done = run_command(["cat", image, path], text=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def of_pxeiso(image, path="@efi"):
    """The same below a path of an image."""
    done = run_command(["ls", "-R", "--json", image, path])
    assert done.returncode == 0, done.stderr
    found = {}
    for node in json.loads(done.stdout):
        mtime = int(datetime.datetime.fromisoformat(node["mtime"].replace("Z", "+00:00")).timestamp())
        name = str(pathlib.PurePath(node["path"]).relative_to(path))
        what = hashlib.sha256(cat(image, node["path"])).hexdigest() if node["type"] == "file" else ""
        found[name] = ("file", node["size"], mtime, what) if node["type"] == "file" else (node["type"],)
    return found


def names_in_root(image):
    """What `pxeiso ls` prints."""
    done = run_command(["ls", image])
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_files_are_what_mtools_reads(efi, tmp_path):
    """FAT12, 16 and 32: long names, capital letters, pieces, deep folders, times, and every byte."""
    fat, judge = efi
    image = make_iso("file", fat, tmp_path)
    theirs = of_folder(judge)
    assert LONG in theirs and "grüne Datei.txt" in theirs and len(theirs) > 70
    assert of_pxeiso(image) == theirs
    assert "@efi/" in names_in_root(image)
    assert cat(image, "efi.img") == fat.read_bytes()


# As others make them; grub-mkrescue and Debian use mformat, archiso mkfs.fat with its own choice.
SHAPES = {
    "mformat-floppy": ["mformat", "-C", "-f", "2880", "-L", "16", "-i", "{fat}", "::"],
    "mformat": ["mformat", "-C", "-T", "20000", "-h", "64", "-s", "32", "-i", "{fat}", "::"],
    "large-sectors": ["mkfs.vfat", "-C", "-S", "4096", "{fat}", "20480"],
    "large-clusters": ["mkfs.vfat", "-C", "-F", "16", "-s", "64", "{fat}", "204800"],
    "one-table": ["mkfs.vfat", "-C", "-f", "1", "-R", "9", "-r", "1008", "{fat}", "4096"],
    "its-own-choice": ["mkfs.vfat", "-C", "{fat}", "102400"],
}


@pytest.mark.parametrize("name", SHAPES)
def test_any_shape_is_read(name, tmp_path):
    """Sectors, clusters, tables and the root directory of all sizes."""
    require("mkfs.vfat", "dosfstools")
    require("mformat", "mtools")
    fat, files = tmp_path / "efi.img", tmp_path / "files"
    run(*[word.format(fat=fat) for word in SHAPES[name]])
    (files / "EFI" / "BOOT").mkdir(parents=True)
    (files / "EFI" / "BOOT" / "BOOTX64.EFI").write_bytes(bytes(range(251)) * 1000)
    for number in range(12):
        (files / f"file with number {number}").write_text(str(number))
    run("mcopy", "-s", "-m", "-i", fat, *sorted(files.iterdir()), "::")
    theirs = of_folder(extract(fat, tmp_path / "judge"))
    assert len(theirs) == 15
    assert of_pxeiso(make_iso("hidden", fat, tmp_path)) == theirs


@pytest.mark.parametrize("way, count", [*((way, 0) for way in WAYS), ("hidden", 1), ("hidden", 65535), ("partition", 1)])
def test_place_and_sector_count_do_not_matter(efi, way, count, tmp_path):
    """What the catalog counts is what firmware loads, which is 0, 1 or cut at 65535 for EFI (ET-2)."""
    fat, judge = efi
    image = make_iso(way, fat, tmp_path, count)
    names = names_in_root(image)
    assert "@efi/" in names and "directory/" in names and "zzz" in names
    assert ("efi.img" in names) == WAYS[way][1]
    listed = run_command(["ls", "-R", image, "@efi"]).stdout.splitlines()
    assert len(listed) == len(of_folder(judge))
    for path in ("EFI/BOOT/BOOTX64.EFI", "pieces.bin", LONG):
        assert cat(image, f"@efi/{path}") == (judge / path).read_bytes()
    assert cat(image, "directory/below/file") == b"of ISO 9660"
    assert cat(image, "zzz") == b"last"


def test_own_folder_of_an_image_stays(efi, tmp_path):
    """Nothing that an image records is hidden by what is made from it."""
    fat, _ = efi
    (tmp_path / "tree" / "@efi").mkdir(parents=True)
    (tmp_path / "tree" / "@efi" / "mine").write_text("mine")
    image = make_iso("file", fat, tmp_path)
    assert run_command(["ls", image, "@efi"]).stdout.split() == ["mine"]


def test_broken_chain_is_named_and_not_served(efi, tmp_path):
    """The table is emptied from the middle on: what is listed as a file has all its bytes."""
    fat, judge = efi
    data = bytearray(fat.read_bytes())
    reserved, copies = struct.unpack_from("<HB", data, 14)
    length = struct.unpack_from("<H", data, 22)[0] or struct.unpack_from("<I", data, 36)[0]
    used = {2048: 1800, 20480: 1200 * 2, 40960: 1200 * 4}[len(data) // 1024]
    for copy in range(copies):
        start = (reserved + copy * length) * 512
        data[start + used // 2 : start + length * 512] = bytes(length * 512 - used // 2)
    broken = tmp_path / "efi.img"
    broken.write_bytes(data)
    image = make_iso("file", broken, tmp_path)
    done = run_command(["ls", "-R", "--json", image, "@efi"])
    assert done.returncode == 1 and ("last part" in done.stderr or "no sense" in done.stderr)
    nodes = {node["path"]: node for node in json.loads(done.stdout)}
    files = [path for path, node in nodes.items() if node["type"] == "file"]
    others = [path for path, node in nodes.items() if node["type"] == "other"]
    assert files and others
    for path in files:
        done = run_command(["cat", image, path], text=False)
        assert done.stdout == (judge / path.removeprefix("@efi/")).read_bytes()
    assert run_command(["cat", image, others[0]]).returncode == 1


def test_http_and_tftp_serve_the_files(efi, lan, image_folder, tmp_path):
    """One index, so every way to ask for a file reaches them; in pieces, and without regard to the case."""
    fat, judge = efi
    images.put(make_iso("partition", fat, tmp_path), image_folder.path)
    machine = lan.add_client("10.9.0.50")
    require("curl", "curl")
    with Daemon(lan, [image_folder, "--dhcp", "off"], tmp_path):
        url = f"http://{SERVER}/images/partition/@efi"
        for path, asked in (
            ("EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/BOOTX64.EFI"),
            ("EFI/BOOT/BOOTX64.EFI", "efi/boot/bootx64.efi"),
            ("pieces.bin", "pieces.bin"),
            ("grüne Datei.txt", "gr%C3%BCne%20Datei.txt"),
        ):
            done = machine.run(["curl", "-sf", f"{url}/{asked}", "-o", tmp_path / "out"], check=False)
            assert done.returncode == 0, asked
            assert (tmp_path / "out").read_bytes() == (judge / path).read_bytes()
        machine.run(["curl", "-sf", "-r", "5000-70000", f"{url}/pieces.bin", "-o", tmp_path / "out"])
        assert (tmp_path / "out").read_bytes() == (judge / "pieces.bin").read_bytes()[5000:70001]
        listing = machine.run(["curl", "-sf", f"{url}/"])
        assert "EFI/" in listing.stdout and "loader/" in listing.stdout
        with TftpClient(machine) as client:
            fetched = client.fetch("images/partition/@efi/pieces.bin", blksize=1468)
            assert fetched == (judge / "pieces.bin").read_bytes()


def debian_isos():
    """Real images: (path, package, the image's own file if it has one)."""
    return [
        ("/usr/lib/ipxe/ipxe.iso", "ipxe", "efi.img"),
        ("/usr/lib/memtest86+/memtest86+x64.iso", "memtest86+", None),
        ("/usr/lib/memtest86+/memtest86+ia32.iso", "memtest86+", None),
    ]


@pytest.mark.parametrize("path, package, own", debian_isos())
def test_images_of_debian_are_what_mtools_reads(path, package, own, tmp_path):
    """memtest86+ has its file system hidden behind the tree, ipxe has it as a file."""
    require_file(path, package)
    report = subprocess.run(["xorriso", "-indev", path, "-report_el_torito", "plain"], capture_output=True, text=True)
    place = next(line.split() for line in report.stdout.splitlines() if " UEFI " in line)
    fat = tmp_path / "efi.img"
    fat.write_bytes(pathlib.Path(path).read_bytes()[int(place[-1]) * 2048 :])
    theirs = of_folder(extract(fat, tmp_path / "judge"))
    assert any(name.lower().startswith("efi/boot/boot") for name in theirs)
    assert of_pxeiso(path) == theirs
    if own:
        assert cat(path, own) == fat.read_bytes()[: len(cat(path, own))]
