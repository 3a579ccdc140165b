# SPDX-License-Identifier: GPL-3.0-or-later
"""A writer of UDF images, for what no program at hand writes: metadata partitions, files in pieces, damaged volumes.

A tree is a dict: a name leads to bytes (a file), a dict (a folder), a Sparse (a large file of which the disk holds
little), or Raw (an entry of a kind of its own). ECMA-167 and UDF name the fields; all numbers are little-endian.

    Writer(revision=0x250, metadata=True).write("image.udf", {"a": b"bytes", "folder": {"b": b""}})
"""

import struct

BLOCK = 2048
LONGEST = 0x3FFFF800  # bytes of one extent


class Sparse:
    """A file of `size` bytes: `ends` at its beginning and at its end, zeros between."""

    def __init__(self, size, ends=b"end"):
        self.size, self.ends = size, ends


class Raw:
    """An entry with a file kind of ECMA-167's (12 a symbolic link) or holes: a list of (type, length)."""

    def __init__(self, kind=5, holes=()):
        self.kind, self.holes = kind, holes


def crc(data):
    """CRC-ITU, as tags have it."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ (0x1021 if value & 0x8000 else 0)
        value &= 0xFFFF
    return value


def tagged(ident, location, body, version=2):
    """A descriptor: its tag and its body."""
    head = struct.pack("<HHBBHHHI", ident, version, 0, 0, 1, crc(body), len(body), location)
    return head[:4] + bytes([sum(head) & 255]) + head[5:] + body


def seal(data, offset):
    """Make a tag in `data` (a bytearray) right again after what it covers was changed."""
    length = min(int.from_bytes(data[offset + 10 : offset + 12], "little"), len(data) - offset - 16)
    data[offset + 8 : offset + 10] = crc(data[offset + 16 : offset + 16 + length]).to_bytes(2, "little")
    data[offset + 4] = (sum(data[offset : offset + 16]) - data[offset + 4]) & 255


def characters(text, bits=None):
    """A name in UDF's characters, 8 bits each if that is enough."""
    bits = bits or (8 if all(ord(c) < 256 for c in text) else 16)
    return bytes([bits]) + text.encode("latin-1" if bits == 8 else "utf-16-be")


def field(text, size):
    """A text in a field of fixed length, which the last byte tells."""
    data = characters(text)
    return data.ljust(size - 1, b"\0") + bytes([len(data)])


def entity(name, suffix=b""):
    """The name of who or what."""
    return b"\0" + name.ljust(23, b"\0") + suffix.ljust(8, b"\0")


def date(year=2026, month=11, day=22, hour=12, minute=34, second=56, zone=60):
    """A local time; the zone in minutes."""
    return struct.pack("<HhBBBBBBBB", 1 << 12 | zone & 0xFFF, year, month, day, hour, minute, second, 0, 0, 0)


class Writer:
    """The options of an image.

    revision    of UDF; from 0x200 on entries are extended ones
    form        "short", "long" or "embedded" (where the bytes fit) allocation
    metadata    entries and folders lie in a metadata partition (UDF 2.50)
    sparable    the partition is sparable; a number in `spared` is a block that was moved
    anchors     where: "256", "end" (N-1) or "before" (N-257)
    piece       bytes of an extent; pieces do not touch each other
    per_block   allocation descriptors before the list goes on in another block
    """

    def __init__(self, **options):
        self.revision = 0x102
        self.form = "short"
        self.metadata = self.sparable = self.virtual = False
        self.spared = None
        self.anchors = ("end",)
        self.piece = None
        self.per_block = None
        self.block_size = BLOCK
        self.name = "UDF VOLUME"
        self.bits = None
        for key, value in options.items():
            assert hasattr(self, key), key
            setattr(self, key, value)
        self.start = 272 if "256" in self.anchors else 80
        self.pieces = []  # (offset in the image, bytes)
        self.used = 1  # blocks of the partition
        self.meta_used = 0
        self.version = 3 if self.revision >= 0x200 else 2
        if self.metadata:
            # Three pieces, of which the second lies before the first.
            self.meta_map = [10, 11, 5, *range(20, 60)]
            self.used = 64

    # --- blocks

    def take(self, count, meta=False):
        """The first of `count` free blocks that follow one another."""
        if meta and self.metadata:
            self.meta_used += count
            return self.meta_used - count
        self.used += count
        return self.used - count

    def put(self, block, data, meta=False):
        """Write at a block of the partition."""
        if not (meta and self.metadata):
            self.pieces.append(((self.start + block) * BLOCK, data))
            return
        for number in range(0, len(data), BLOCK):
            physical = self.meta_map[block + number // BLOCK]
            self.pieces.append(((self.start + physical) * BLOCK, data[number : number + BLOCK]))

    def store(self, data, meta):
        """Write bytes somewhere: the extents [(type, length, block)]."""
        if isinstance(data, Raw):
            return [(kind, length, self.take(1 + length // BLOCK) if kind < 2 else 0) for kind, length in data.holes]
        if isinstance(data, Sparse):
            first = self.take((data.size + BLOCK - 1) // BLOCK)
            self.put(first, data.ends)
            self.pieces.append(((self.start + first) * BLOCK + data.size - len(data.ends), data.ends))
            return [(0, min(LONGEST, data.size - at), first + at // BLOCK) for at in range(0, data.size, LONGEST)]
        step = self.piece or max(len(data), 1)
        extents = []
        for at in range(0, len(data), step):
            part = data[at : at + step]
            block = self.take((len(part) + BLOCK - 1) // BLOCK, meta)
            self.put(block, part, meta)
            extents.append((0, len(part), block))
            if self.piece:
                self.take(1, meta)
        return extents

    # --- files

    def allocations(self, extents, is_long, meta):
        """Allocation descriptors, in as many blocks as per_block asks for: those of the entry itself."""
        partition = 1 if self.metadata and meta else 0
        entry_partition = 1 if self.metadata else 0

        def one(kind, length, block, where=partition):
            return struct.pack("<II", kind << 30 | length, block) + (struct.pack("<H6x", where) if is_long else b"")

        groups = [extents]
        if self.per_block:
            groups = [extents[i : i + self.per_block] for i in range(0, len(extents), self.per_block)] or [[]]
        data = b"".join(one(*extent) for extent in groups[-1])
        for group in reversed(groups[:-1]):
            block = self.take(1, True)
            body = struct.pack("<II", 0, len(data)) + data
            self.put(block, tagged(258, block, body, self.version), True)
            data = b"".join(one(*extent) for extent in group) + one(3, BLOCK, block, entry_partition)
        return data

    def entry(self, block, kind, size, form, allocations):
        """A file entry at a block, of the plain or the extended sort."""
        flags = {"short": 0, "long": 1, "embedded": 3}[form]
        icb = struct.pack("<IHHHBBIHH", 0, 4, 0, 1, 0, kind, 0, 0, flags)
        head = icb + struct.pack("<IIIHBBI", 0, 0, 0x14A5, 1, 0, 0, 0)
        attributes = b"\0" * 8  # a length other than 0, so that it counts
        if self.revision >= 0x200:
            body = head + struct.pack("<QQQ", size, size, 0) + date() * 4 + struct.pack("<II", 1, 0) + bytes(32)
            body += entity(b"*pxeiso") + struct.pack("<QII", 0, len(attributes), len(allocations))
            ident = 266
        else:
            body = head + struct.pack("<QQ", size, 0) + date() * 3 + struct.pack("<I", 1) + bytes(16)
            body += entity(b"*pxeiso") + struct.pack("<QII", 0, len(attributes), len(allocations))
            ident = 261
        return tagged(ident, block, body + attributes + allocations, self.version)

    def identifier(self, block, target, name, flags):
        """An entry of a folder."""
        where = 1 if self.metadata else 0
        data = characters(name, self.bits) if name else b""
        body = struct.pack("<HBB", 1, flags, len(data)) + struct.pack("<IIH6x", BLOCK, target, where)
        body += struct.pack("<H", 0) + data
        body += b"\0" * (-(16 + len(body)) % 4)
        return tagged(257, block, body, self.version)

    def file(self, data):
        """Write a file: the block of its entry."""
        block = self.take(1, True)
        kind = data.kind if isinstance(data, Raw) else 5
        size = sum(hole[1] for hole in data.holes) if isinstance(data, Raw) else None
        size = data.size if isinstance(data, Sparse) else len(data) if size is None else size
        if self.form == "embedded" and isinstance(data, bytes) and size <= 1500:
            self.put(block, self.entry(block, kind, size, "embedded", data), True)
            return block
        # Short allocation descriptors cannot leave the metadata partition.
        form = "long" if self.metadata or self.form == "long" else "short"
        allocations = self.allocations(self.store(data, False), form == "long", False)
        self.put(block, self.entry(block, kind, size, form, allocations), True)
        return block

    def folder(self, tree, parent=None, block=None):
        """Write a folder with all that is in it: the block of its entry, which may be given."""
        block = self.take(1, True) if block is None else block
        data = self.identifier(block, block if parent is None else parent, "", 10)
        for name, item in tree.items():
            flags = 2 if isinstance(item, dict) else 0
            if isinstance(name, tuple):  # (name, characteristics)
                name, flags = name[0], flags | name[1]
            target = self.folder(item, block) if isinstance(item, dict) else self.file(item)
            data += self.identifier(block, target, name, flags)
        if self.form == "embedded" and len(data) <= 1500:
            self.put(block, self.entry(block, 4, len(data), "embedded", data), True)
            return block
        form = "long" if self.form == "long" else "short"
        allocations = self.allocations(self.store(data, True), form == "long", True)
        self.put(block, self.entry(block, 4, len(data), form, allocations), True)
        return block

    # --- the volume

    def maps(self):
        """The partition maps: -> bytes, how many."""
        plain = struct.pack("<BBHH", 1, 6, 1, 0)
        if self.virtual:
            return plain + b"\2\x40\0\0" + entity(b"*UDF Virtual Partition") + struct.pack("<HH24x", 1, 0), 2
        if self.sparable:
            rest = struct.pack("<HHHBBII12x", 1, 0, 32, 1, 0, BLOCK, 65)
            return b"\2\x40\0\0" + entity(b"*UDF Sparable Partition") + rest, 1
        if not self.metadata:
            return plain, 1
        rest = struct.pack("<HHIIIIHB5x", 1, 0, 1, 2, 0xFFFFFFFF, 32, 1, 1)
        return plain + b"\2\x40\0\0" + entity(b"*UDF Metadata Partition") + rest, 2

    def sequence(self, first, file_set):
        """The sequence of volume descriptors at a sector."""
        space = struct.pack("<B63s", 0, b"OSTA Compressed Unicode")
        domain = entity(b"*OSTA UDF Compliant", struct.pack("<H", self.revision))
        maps, count = self.maps()
        partition = struct.pack("<IHH", 1, 1, 0) + entity(b"+NSR0%d" % self.version) + bytes(128)
        partition += struct.pack("<III", 1, self.start, self.used) + entity(b"*pxeiso") + bytes(128 + 156)
        volume = struct.pack("<I", 2) + space + field(self.name, 128) + struct.pack("<I", self.block_size) + domain
        volume += struct.pack("<IIH6x", BLOCK, file_set, 1 if self.metadata else 0)
        volume += struct.pack("<II", len(maps), count) + entity(b"*pxeiso") + bytes(128) + struct.pack("<II", 0, 0)
        for number, (ident, body) in enumerate([(5, partition), (6, volume + maps), (8, bytes(496))]):
            self.pieces.append(((first + number) * BLOCK, tagged(ident, first + number, body, self.version)))

    def write_metadata_files(self):
        """The two files of the metadata partition, which share their bytes here."""
        extents = [(0, 2 * BLOCK, 10), (0, BLOCK, 5), (0, 40 * BLOCK, 20)]
        for block, kind in ((1, 250), (2, 251)):
            allocations = b"".join(struct.pack("<II", length, at) for _, length, at in extents)
            self.put(block, self.entry(block, kind, 43 * BLOCK, "short", allocations))

    def write(self, path, tree):
        """Write the image."""
        block = self.take(1, True)
        root = self.folder(tree)
        body = date() + struct.pack("<HHIIII", 3, 3, 1, 1, 0, 0) + struct.pack("<B63s", 0, b"OSTA Compressed Unicode")
        body += field(self.name, 128) + bytes(64) + field("SET", 32) + bytes(64)
        body += struct.pack("<IIH6x", BLOCK, root, 1 if self.metadata else 0)
        body += entity(b"*OSTA UDF Compliant", struct.pack("<H", self.revision)) + bytes(48)
        self.put(block, tagged(256, block, body, self.version), True)
        if self.metadata:
            self.write_metadata_files()
        if self.sparable:
            moved = struct.pack("<II", self.spared, 70) if self.spared is not None else b"\xff" * 8
            table = entity(b"*UDF Sparing Table") + struct.pack("<HHI", 1, 0, 1) + moved
            self.pieces.append((65 * BLOCK, tagged(0, 65, table, self.version)))
        for number, name in enumerate((b"BEA01", b"NSR0%d" % self.version, b"TEA01")):
            self.pieces.append(((16 + number) * BLOCK, b"\0" + name + b"\1"))
        self.sequence(32, block)
        self.sequence(48, block)
        sectors = self.start + self.used + 258
        if "before" not in self.anchors and "256" not in self.anchors:
            sectors -= 257
        places = {"256": 256, "end": sectors - 1, "before": sectors - 257}
        for anchor in self.anchors:
            body = struct.pack("<IIII", 16 * BLOCK, 32, 16 * BLOCK, 48) + bytes(480)
            self.pieces.append((places[anchor] * BLOCK, tagged(2, places[anchor], body, self.version)))
        with open(path, "wb") as image:
            image.truncate(sectors * BLOCK)
            for offset, data in self.pieces:
                image.seek(offset)
                image.write(data)
        return path

    def fill(self, path, tree):
        """Write a tree into the empty volume that another program made: the image's path. The partition is a plain or a
        sparable one, and free from its block 1000 on."""
        with open(path, "r+b") as image:
            data = image.read()

            def find(ident):
                places = range(0, len(data), BLOCK)
                return next(at for at in places if struct.unpack_from("<H", data, at)[0] == ident)

            self.start = struct.unpack_from("<I", data, find(5) + 188)[0]
            self.used = 1000
            self.folder(tree, block=struct.unpack_from("<I", data, find(256) + 404)[0])
            for offset, part in self.pieces:
                image.seek(offset)
                image.write(part)
        return path
