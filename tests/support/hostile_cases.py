# SPDX-License-Identifier: GPL-3.0-or-later
"""Every published way to crash a reader of images, and those like it (LIB-5, LIB-6, ISO-13): what is changed in which image.

The images are made in wire/test_hostile_images.py, which also says what must happen.
"""

from typing import Callable, NamedTuple

from support import hostile
from support.hostile import EXTENT, FLAGS, NAME_LENGTH, PRIMARY, ROOT, SECTOR, SIZE
from support.hostile import attribute, child_link, continuation, directory_record
from support.udf import seal

FAR = 0xFFFFFFFF

ROOT_LOST = "truncated: not even its root directory is there"
ROOT_BAD = "its root directory makes no sense"
DESCRIPTORS_BAD = "its volume descriptors make no sense"
PAST_END = "directories past its end: 1"
NO_SENSE = "directories that make no sense: "
UNFINISHED = "files without their last part: 1"
LOST = "files past its end: 1"
TOO_MANY = "more files than an index can hold"
UDF_ROOT = "UDF whose root directory makes no sense"
UDF_FILE = "files that make no sense: 1"
NOTHING = ""


class Case(NamedTuple):
    """What is done to which image, what pxeiso says of it, and a path that is still there (None: it is refused)."""

    base: str
    change: Callable
    says: str
    there: object = "GOOD"


# --- ISO 9660


def put(path, offset, value):
    """A number in both byte orders in the record with a path."""
    return lambda iso: iso.put_both(iso.record(*path) + offset, value)


def put_byte(path, offset, value):
    """A byte of a record."""
    return lambda iso: iso.put(iso.record(*path) + offset, value, 1)


def make_length(length):
    """The last record of the root gets another length."""
    return lambda iso: iso.put(list(iso.records(iso.record()))[-1], length, 1)


def cross_sector(iso):
    """A record of the sector's last bytes says that it goes on behind the sector."""
    root = iso.get(iso.record() + EXTENT) * SECTOR
    last = list(iso.records(iso.record()))[-1]
    room = root + SECTOR - 40
    assert last + iso.data[last] <= room
    # Records without any use up to there.
    at = last + iso.data[last]
    while room - at > 250:
        at += write_record(iso, at, 200)
    write_record(iso, at, room - at)
    iso.put_bytes(room, directory_record(b"CROSSING", 30, 1).ljust(40, b"\0"))
    iso.put(room, 60, 1)


def write_record(iso, at, length):
    """A record of a certain length, whose name is an 'F' and the place; the length."""
    record = directory_record(b"F%05d" % (at % 100000), 30, 1)
    iso.put_bytes(at, bytes([length]) + record[1:].ljust(length - 1, b"\0"))
    return length


def wipe_path_tables(iso):
    """Neither the tables nor their places and sizes."""
    for at, size in ((132, 8), (140, 16)):
        iso.put_bytes(PRIMARY + at, bytes(size))


def fill_descriptors(iso):
    """No descriptor ends the row of them."""
    start = iso.descriptor(255)
    iso.put_bytes(start, (b"\3CD001\1" + bytes(SECTOR - 7)) * 80)
    iso.put_both(PRIMARY + ROOT + EXTENT, FAR)


def share_directory(iso):
    """2,000 records for one directory, which holds a record for itself too."""
    block = len(iso.data) // SECTOR
    records = [directory_record(b"D%04d" % number, iso.get(iso.record("DIR") + EXTENT), SECTOR, 2) for number in range(2000)]
    records.append(directory_record(b"GOOD", 30, 1))
    data = hostile.directory(records, block, block)
    assert iso.append(data) == block
    iso.put_both(PRIMARY + ROOT + EXTENT, block)
    iso.put_both(PRIMARY + ROOT + SIZE, len(data))


def repeat_records(iso):
    """More than 4 million records in one directory; most are lost again, having one name."""
    block = len(iso.data) // SECTOR
    record = directory_record(b"F", 30, 1)
    data = (record * (SECTOR // len(record))).ljust(SECTOR, b"\0") * 72000
    assert iso.append(data) == block
    iso.put_both(PRIMARY + ROOT + EXTENT, block)
    iso.put_both(PRIMARY + ROOT + SIZE, len(data))


def grow_hole(iso):
    """The root has 4 GiB, and they are there: nothing but zeros."""
    iso.put_both(PRIMARY + ROOT + SIZE, FAR)
    iso.size = 5 << 30


# --- Rock Ridge


def attributes(data):
    """Others for the file VICTIM."""
    return lambda iso: iso.replace_attributes(iso.record("VICTIM"), data)


def chain(*links):
    """Continuation areas behind the image: each has a CE to the one with that number in `links`."""

    def change(iso):
        first = len(iso.data) // SECTOR
        for link in links:
            iso.append(continuation(first + link, 0, 28))
        iso.replace_attributes(iso.record("VICTIM"), continuation(first, 0, 28))

    return change


def feed_continuations(iso):
    """Many files, each of which has 2 MiB of attributes: the largest areas, as often as they may be."""
    area = len(iso.data) // SECTOR
    data = attribute(b"XX", b"") * ((64 * 1024 - 28) // 4)
    assert iso.append(continuation(area, 0, 64 * 1024) + data) == area
    block = len(iso.data) // SECTOR
    link = continuation(area, 0, 64 * 1024)
    records = [directory_record(b"F%04d" % number, 30, 1, 0, attribute(b"PX", bytes(32)) + link) for number in range(2000)]
    data = hostile.directory(records, block, block)
    iso.append(data)
    iso.put_both(PRIMARY + ROOT + EXTENT, block)
    iso.put_both(PRIMARY + ROOT + SIZE, len(data))


def child(target):
    """VICTIM becomes a deep directory that was moved to `target(iso)`."""
    return lambda iso: iso.replace_attributes(iso.record("VICTIM"), attribute(b"NM", b"\0v") + child_link(target(iso)))


def of(*path):
    """The block of a path."""
    return lambda iso: iso.get(iso.record(*path) + EXTENT)


def link_each_other(iso):
    """Two directories behind the image, each with the other moved into it."""
    one = len(iso.data) // SECTOR
    for here, other in ((one, one + 1), (one + 1, one)):
        data = attribute(b"NM", b"\0x") + child_link(other)
        iso.append(hostile.directory([directory_record(b"X", 0, 0, 0, data)], here, here))
    child(lambda _: one)(iso)


# --- El Torito and FAT


def catalog(iso):
    """The offset of the catalog."""
    return iso.get(iso.descriptor(0) + 0x47) * SECTOR


def put_catalog(block):
    """Another place for the catalog."""
    return lambda iso: iso.put(iso.descriptor(0) + 0x47, block)


def overflow_catalog(iso):
    """A section of 65,535 entries, and headers without end."""
    at = catalog(iso)
    iso.put_bytes(at + 64, b"\x90\xef\xff\xff".ljust(32, b"\0") + iso.data[at + 32 : at + 64] * 61)


def put_boot_image(block, count):
    """Where the EFI image lies, and how many sectors it has."""

    def change(iso):
        iso.put(catalog(iso) + 32 + 6, count, 2)
        iso.put(catalog(iso) + 32 + 8, block)

    return change


def put_fat(offset, value, size):
    """A field of the first sector of the file system."""
    return lambda fat: fat.put(fat.start + offset, value, size)


def link_to_itself(name):
    """The cluster chain of an entry becomes a loop."""
    return lambda fat: fat.link(fat.cluster(name), fat.cluster(name))


def loop_directory(fat):
    """The directory FOLDER is full and goes on with itself; a directory in it is it."""
    at = fat.clusters + (fat.cluster("FOLDER") - 2) * 512
    entry = b"AGAIN      \x10" + bytes(14) + fat.cluster("FOLDER").to_bytes(2, "little") + bytes(4)
    fat.put_bytes(at, entry * 16)
    link_to_itself("FOLDER")(fat)


# --- UDF


def change_entry(name, offset, value, size=4):
    """A field of a file's entry."""
    return lambda udf: udf.change(udf.entry(name), offset, value, size)


def change_identifier(name, offset, value, size):
    """A field of a folder's entry."""
    return lambda udf: udf.change(udf.identifier(name), offset, value, size)


def loop_allocations(udf):
    """A block of allocation descriptors goes on in itself, and its others have no bytes to end the file with."""
    tag = udf.tags(258)[0]
    block = (tag // SECTOR) - udf.START
    udf.put_bytes(tag + 24, (3 << 30 | SECTOR).to_bytes(4, "little") + block.to_bytes(4, "little"))
    udf.change(tag, 20, 8)


def loop_pointers(udf):
    """The sequence of volume descriptors goes on where it began, for both."""
    for first in (32, 48):
        at = first * SECTOR
        udf.put_bytes(at, udf.data[at : at + 16] + first.to_bytes(4, "little") + (64 * SECTOR).to_bytes(4, "little"))
        udf.put(at + 24, first)
        udf.put(at, 3, 2)
        seal(udf.data, at)


def change_volume(offset, value, size=4):
    """A field of the logical volume descriptors."""

    def change(udf):
        for tag in udf.tags(6):
            udf.change(tag, offset, value, size)

    return change


def metadata_in_itself(udf):
    """The metadata file lies where it says itself, in the metadata partition."""
    for tag in udf.tags(6):
        udf.put(tag + 440 + 6 + 38, 1, 2)
        udf.put(tag + 440 + 6 + 36, 1, 2)
        seal(udf.data, tag)


def endless_directory(udf):
    """A folder of 2^63 bytes in pieces of 1 GiB, all of which are the same few blocks."""
    udf.change(udf.entry("folder"), 56, 1 << 63, 8)


def repeat_identifiers(udf):
    """Millions of entries in a folder: its pieces are all the same blocks."""
    at = udf.identifier("GOOD")
    data = bytes(udf.data[at : at + 44]) * (40 * 11 * SECTOR // 44)
    anchor = bytes(udf.data[-SECTOR:])
    block = udf.append(data) - udf.START
    end = udf.append(anchor)
    udf.change(end * SECTOR, 12, end)
    pieces = (len(data).to_bytes(4, "little") + block.to_bytes(4, "little")) * 220
    tag = udf.entry("folder")
    udf.put_bytes(tag + 176 + 8, pieces)
    udf.put(tag + 10, 176 + 8 + len(pieces) - 16, 2)
    udf.put(tag + 56, 220 * len(data), 8)
    udf.change(tag, 172, len(pieces))


def tree_of_itself(udf):
    """Every entry of the root leads to the root."""
    for name in ("folder", "GOOD2"):
        at = udf.identifier(name)
        udf.put(at + 18, 2, 1)
        udf.change(at, 24, udf.get(udf.tags(256)[0] + 404))


def partition_at_the_end(udf):
    """Its blocks are behind those that 32 bits of bytes could count."""
    for tag in udf.tags(5):
        udf.change(tag, 188, FAR)


CASES = {
    # LIB-5: the size that made libcdio write as much as the image has into a block of no bytes.
    "root-of-4-gib": Case("rr", put([], SIZE, FAR), "directories past its end: "),
    "root-of-2-gib": Case("rr", put([], SIZE, 0x80000000), "directories past its end: "),
    "directory-of-4-gib": Case("rr", put(["DIR"], SIZE, FAR), PAST_END),
    "root-of-4-gib-in-joliet": Case("joliet", lambda iso: iso.put_both(iso.descriptor(2) + ROOT + SIZE, FAR), PAST_END),
    "root-of-4-gib-of-zeros": Case("rr", grow_hole, TOO_MANY, None),
    "root-of-4-million-records": Case("rr", repeat_records, TOO_MANY, None),
    "root-empty": Case("rr", put([], SIZE, 0), DESCRIPTORS_BAD, None),
    "root-of-one-byte": Case("rr", put([], SIZE, 1), ROOT_BAD, None),
    "root-far-away": Case("rr", put([], EXTENT, FAR), ROOT_LOST, None),
    "root-in-a-descriptor": Case("rr", put([], EXTENT, 16), ROOT_BAD, None),
    "root-at-block-0": Case("rr", put([], EXTENT, 0), ROOT_BAD, None),
    "root-record-too-short": Case("rr", put_byte([], 0, 33), DESCRIPTORS_BAD, None),
    "root-record-too-long": Case("rr", put_byte([], 0, 255), DESCRIPTORS_BAD, None),
    # LIB-6: what asserts, and aborts.
    "record-of-1-byte": Case("rr", make_length(1), NO_SENSE + "1"),
    "record-of-33-bytes": Case("rr", make_length(33), NO_SENSE + "1"),
    "record-of-255-bytes": Case("rr", make_length(255), NOTHING),
    "record-across-sectors": Case("rr", cross_sector, NO_SENSE + "1"),
    "record-without-a-name": Case("rr", put_byte(["VICTIM"], NAME_LENGTH, 0), NO_SENSE + "1"),
    # CVE-2024-36600: a name longer than its record.
    "name-past-its-record": Case("rr", put_byte(["VICTIM"], NAME_LENGTH, 255), NO_SENSE + "1"),
    "name-past-its-record-in-joliet": Case(
        "joliet",
        lambda iso: iso.put(list(iso.records(iso.descriptor(2) + ROOT))[-1] + NAME_LENGTH, 255, 1),
        NO_SENSE + "1",
    ),
    "name-of-odd-length-in-joliet": Case(
        "joliet", lambda iso: iso.put(list(iso.records(iso.descriptor(2) + ROOT))[-1] + NAME_LENGTH, 11, 1), NOTHING
    ),
    "no-path-tables": Case("rr", wipe_path_tables, NOTHING),
    "path-tables-far-away": Case("rr", lambda iso: iso.put_bytes(PRIMARY + 132, b"\xff" * 24), NOTHING),
    "volume-of-0-blocks": Case("rr", lambda iso: iso.put_both(PRIMARY + 80, 0), NOTHING),
    "volume-of-4-gib-blocks": Case("rr", lambda iso: iso.put_both(PRIMARY + 80, FAR), "truncated: the volume needs"),
    "blocks-of-0-bytes": Case("rr", lambda iso: iso.put(PRIMARY + 128, 0), "its blocks are not of 2048 bytes", None),
    "no-end-of-descriptors": Case("rr", fill_descriptors, ROOT_LOST, None),
    "halves-that-differ": Case("rr", lambda iso: iso.put(PRIMARY + ROOT + SIZE + 4, FAR), NOTHING),
    "directory-is-its-root": Case("rr", lambda iso: put(["DIR"], EXTENT, of()(iso))(iso), NO_SENSE + "1"),
    "directory-is-itself": Case("rr", lambda iso: put(["DIR", "SUB"], EXTENT, of("DIR")(iso))(iso), NO_SENSE + "1"),
    "directory-shared": Case("rr", share_directory, NO_SENSE + "1999"),
    "file-far-away": Case("rr", put(["VICTIM"], EXTENT, FAR), LOST),
    "file-of-4-gib": Case("rr", put(["VICTIM"], SIZE, FAR), LOST),
    "file-without-its-last-section": Case("rr", put_byte(["VICTIM"], FLAGS, 0x80), UNFINISHED),
    "file-of-all-flags": Case("rr", put_byte(["VICTIM"], FLAGS, 0xFF), NOTHING),
    # Rock Ridge: lengths that libcdio does not look at (LIB-4), and everything that can be a loop.
    "nm-past-its-record": Case("rr", attributes(b"NM\xff\1\0x"), NOTHING, "VICTIM"),
    "nm-of-4-bytes": Case("rr", attributes(b"NM\4\1"), NOTHING, "VICTIM"),
    "nm-of-3-bytes": Case("rr", attributes(b"NM\3\1\0x"), NOTHING, "VICTIM"),
    "nm-of-0-bytes": Case("rr", attributes(b"NM\0\1\0x"), NOTHING, "VICTIM"),
    "nm-is-a-path": Case("rr", attributes(attribute(b"NM", b"\0../../x")), NOTHING, ".._.._x"),
    "nm-is-two-dots": Case("rr", attributes(attribute(b"NM", b"\0..")), NOTHING, "_."),
    "nm-is-the-parent": Case("rr", attributes(attribute(b"NM", b"\4")), NOTHING, "VICTIM"),
    "nm-has-no-end": Case("rr", attributes(attribute(b"NM", b"\1x") * 6), NOTHING, "xxxxxx"),
    "sl-past-its-record": Case("rr", attributes(b"SL\xff\1\0\0\xff"), NOTHING, "VICTIM"),
    "sl-component-past-its-entry": Case("rr", attributes(attribute(b"SL", b"\0\0\xffxx")), NOTHING),
    "sl-of-4-bytes": Case("rr", attributes(b"SL\4\1"), NOTHING),
    "px-of-4-bytes": Case("rr", attributes(b"PX\4\1"), NOTHING),
    "px-of-no-type": Case("rr", attributes(attribute(b"PX", b"\xff" * 32)), NOTHING),
    "tf-of-all-times-and-no-bytes": Case("rr", attributes(attribute(b"TF", b"\xff")), NOTHING, "VICTIM"),
    # CVE-2026-4426: the size of a block that is no number of bits.
    "zf-of-2-to-the-255": Case("rr", attributes(attribute(b"ZF", b"pz\4\xff" + b"\xff" * 8)), NOTHING),
    "ce-to-itself": Case("rr", chain(0), NOTHING),
    "ce-in-a-ring": Case("rr", chain(1, 2, 0), NOTHING),
    "ce-in-a-long-row": Case("rr", chain(*range(1, 100), 0), NOTHING),
    "ce-out-of-the-image": Case("rr", attributes(continuation(FAR, 0, 100)), NOTHING),
    "ce-at-an-offset-of-4-gib": Case("rr", attributes(continuation(16, FAR, 100)), NOTHING),
    "ce-of-4-gib": Case("rr", attributes(continuation(16, 0, FAR)), NOTHING),
    "ce-past-the-end": Case("rr", lambda iso: attributes(continuation(len(iso.data) // SECTOR - 1, 2000, 4000))(iso), NOTHING),
    "ce-of-2-mib-a-file": Case("rr", feed_continuations, TOO_MANY, None),
    "cl-to-the-root": Case("rr", child(of()), NO_SENSE + "1"),
    "cl-to-a-file": Case("rr", child(of("GOOD")), NO_SENSE + "1"),
    "cl-far-away": Case("rr", child(lambda _: FAR), NO_SENSE + "1"),
    "cl-in-a-ring": Case("rr", link_each_other, NO_SENSE + "1"),
    "re-of-all": Case("rr", lambda iso: iso.replace_attributes(iso.record("VICTIM"), b"RE\4\1"), NOTHING),
    "sp-skips-255-bytes": Case("rr", lambda iso: iso.put(iso.data.index(b"SP\7\1\xbe\xef") + 6, 255, 1), NOTHING),
    # El Torito
    "catalog-far-away": Case("efi", put_catalog(FAR), NOTHING),
    "catalog-is-a-descriptor": Case("efi", put_catalog(16), NOTHING),
    "catalog-without-end": Case("efi", overflow_catalog, NOTHING),
    "boot-image-far-away": Case("efi", put_boot_image(FAR, 0xFFFF), NOTHING),
    "boot-image-is-the-volume": Case("efi", put_boot_image(0, 0xFFFF), NOTHING),
    "boot-image-is-the-catalog": Case("efi", lambda iso: put_boot_image(catalog(iso) // SECTOR, 0)(iso), NOTHING),
    # FAT
    "fat-sectors-of-0-bytes": Case("efi", put_fat(11, 0, 2), NOTHING),
    "fat-clusters-of-0-sectors": Case("efi", put_fat(13, 0, 1), NOTHING),
    "fat-tables-of-all-sectors": Case("efi", put_fat(22, 0xFFFF, 2), NOTHING),
    "fat-of-2-tib": Case("efi", lambda fat: (put_fat(19, 0, 2)(fat), put_fat(32, FAR, 4)(fat)), NOTHING),
    "fat-255-tables": Case("efi", put_fat(16, 255, 1), NOTHING),
    "fat-file-in-a-loop": Case("efi", link_to_itself("FILE"), UNFINISHED, "@efi/EFI/"),
    "fat-file-of-4-gib": Case("efi", lambda fat: fat.put(fat.entry("FILE") + 28, FAR), UNFINISHED, "@efi/EFI/"),
    "fat-file-at-cluster-65535": Case("efi", lambda fat: fat.put(fat.entry("FILE") + 26, FAR >> 16, 2), UNFINISHED, "@efi/EFI/"),
    "fat-directory-in-a-loop": Case("efi", loop_directory, NO_SENSE + "2", "@efi/FOLDER/AGAIN/"),
    "fat-directory-is-the-root": Case("efi", lambda fat: fat.put(fat.entry("FOLDER") + 26, 0, 2), NO_SENSE + "1", "@efi/EFI/"),
    # UDF
    "udf-allocations-in-a-loop": Case("continued", loop_allocations, "make no sense"),
    "udf-entry-is-the-root": Case("udf", tree_of_itself, NO_SENSE + "2"),
    "udf-entry-of-strategy-4096": Case("udf", change_entry("GOOD2", 20, 4096, 2), UDF_FILE),
    "udf-folder-of-strategy-4096": Case("udf", change_entry("folder", 20, 4096, 2), UDF_FILE),
    "udf-root-of-strategy-4096": Case(
        "udf", lambda udf: udf.change(udf.block(udf.get(udf.tags(256)[0] + 404)), 20, 4096, 2), UDF_ROOT, None
    ),
    "udf-entry-far-away": Case("udf", change_identifier("GOOD2", 24, FAR, 4), UDF_FILE),
    "udf-entry-of-another-partition": Case("udf", change_identifier("GOOD2", 28, 0xFFFF, 2), UDF_FILE),
    "udf-attributes-of-4-gib": Case("udf", change_entry("GOOD2", 168, FAR), UDF_FILE),
    "udf-attributes-and-allocations-wrap": Case("udf", change_entry("GOOD2", 172, FAR - 100), UDF_FILE),
    "udf-embedded-of-2-to-the-63": Case("embedded", change_entry("embedded", 56, 1 << 63, 8), UDF_FILE),
    "udf-file-of-2-to-the-63": Case("udf", change_entry("GOOD2", 56, 1 << 63, 8), UNFINISHED),
    "udf-folder-of-5-million-entries": Case("udf", repeat_identifiers, TOO_MANY, None),
    "udf-folder-of-2-to-the-63": Case("udf", endless_directory, NO_SENSE + "1"),
    "udf-extent-far-away": Case("udf", change_entry("GOOD2", 176 + 8 + 4, FAR), LOST),
    "udf-extended-allocations": Case("udf", change_entry("GOOD2", 34, 2, 2), UDF_FILE),
    "udf-name-past-its-folder": Case("udf", lambda udf: udf.put(udf.identifier("folder") + 19, 255, 1), NO_SENSE + "1"),
    "udf-name-has-64-kib-of-use": Case("udf", lambda udf: udf.put(udf.identifier("folder") + 36, 0xFFFF, 2), NO_SENSE + "1"),
    "udf-tag-of-64-kib": Case("udf", lambda udf: udf.put(udf.identifier("folder") + 10, 0xFFFF, 2), NO_SENSE + "1"),
    "udf-descriptors-in-a-loop": Case("udf", loop_pointers, "UDF", None),
    "udf-maps-of-4-gib": Case("udf", change_volume(264, FAR), NOTHING),
    "udf-maps-4-billion": Case("udf", change_volume(268, FAR), "UDF", None),
    "udf-map-of-0-bytes": Case("udf", change_volume(441, 0, 1), "UDF", None),
    "udf-blocks-of-0-bytes": Case("udf", change_volume(212, 0), "its blocks are not of 2048 bytes", None),
    "udf-file-set-far-away": Case("udf", change_volume(252, FAR), "UDF", None),
    "udf-partition-at-the-end": Case("udf", partition_at_the_end, "UDF", None),
    "udf-metadata-in-itself": Case("metadata", metadata_in_itself, "UDF", None),
    "udf-metadata-far-away": Case("metadata", change_volume(440 + 6 + 40, FAR), NOTHING),
    "udf-root-is-the-file-set": Case(
        "udf", lambda udf: udf.change(udf.tags(256)[0], 404, udf.get(udf.tags(6)[0] + 252)), UDF_ROOT, None
    ),
}
