# SPDX-License-Identifier: GPL-3.0-or-later
"""Images that have crashed other readers, or could: small good ones, of which a few bytes are changed.

    iso = Iso(good_image.read_bytes())
    iso.put_both(iso.record("DIR") + SIZE, 0xFFFFFFFF)

Offsets are those of ECMA-119, SUSP and Rock Ridge, El Torito, FAT and (in support/udf.py) ECMA-167.
"""

from support.udf import seal

SECTOR = 2048
PRIMARY = 16 * SECTOR
ROOT = 156  # of a volume descriptor: the root's record
EXTENT, SIZE, FLAGS, NAME_LENGTH, NAME = 2, 10, 25, 32, 33  # of a directory's record


class Iso:
    """The bytes of a good image, which can be changed, and where its parts are."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.size = None  # of the file, when zeros follow

    # --- bytes

    def get(self, offset, size=4):
        """A number, little-endian."""
        return int.from_bytes(self.data[offset : offset + size], "little")

    def put(self, offset, value, size=4):
        """Write a number, little-endian."""
        self.data[offset : offset + size] = value.to_bytes(size, "little")

    def put_both(self, offset, value):
        """Write a number of 32 bits in both byte orders."""
        self.put(offset, value)
        self.data[offset + 4 : offset + 8] = value.to_bytes(4, "big")

    def put_bytes(self, offset, data):
        """Write bytes."""
        self.data[offset : offset + len(data)] = data

    def append(self, data):
        """Bytes behind the image, at a sector's beginning; the sector."""
        self.data += bytes(-len(self.data) % SECTOR)
        sector = len(self.data) // SECTOR
        self.data += data
        return sector

    # --- parts

    def descriptor(self, kind):
        """The offset of the first volume descriptor of a kind."""
        return next(at for at in range(PRIMARY, PRIMARY + 64 * SECTOR, SECTOR) if self.data[at] == kind)

    def records(self, directory):
        """The offsets of the records of a directory, of which `directory` is the record."""
        start, size = self.get(directory + EXTENT) * SECTOR, self.get(directory + SIZE)
        offset = start
        while offset < start + size:
            if self.data[offset] == 0:
                offset += SECTOR - offset % SECTOR
                continue
            yield offset
            offset += self.data[offset]

    def record(self, *path, descriptor=PRIMARY):
        """The offset of the record with a path of recorded names; of the root without any."""
        at = descriptor + ROOT
        for name in path:
            name = name if isinstance(name, bytes) else name.encode()
            at = next(offset for offset in self.records(at) if self.name(offset) == name)
        return at

    def name(self, record):
        """The recorded name."""
        return bytes(self.data[record + NAME : record + NAME + self.data[record + NAME_LENGTH]])

    def attribute(self, record, signature):
        """The offset of an attribute in a record's system use area."""
        at = record + NAME + self.data[record + NAME_LENGTH]
        at += at % 2 ^ record % 2
        while at < record + self.data[record]:
            if self.data[at : at + 2] == signature:
                return at
            at += self.data[at + 2]
        raise KeyError(signature)

    def replace_attributes(self, record, data):
        """Put others in place of all a record has; the rest is ended."""
        at = record + NAME + self.data[record + NAME_LENGTH]
        at += at % 2 ^ record % 2
        room = record + self.data[record] - at
        assert len(data) <= room, (len(data), room)
        self.put_bytes(at, data.ljust(room, b"\0"))


def attribute(signature, data):
    """An attribute of SUSP."""
    return signature + bytes([4 + len(data), 1]) + data


def continuation(block, offset, size):
    """CE: the attributes go on there."""
    numbers = [number.to_bytes(4, "little") + number.to_bytes(4, "big") for number in (block, offset, size)]
    return attribute(b"CE", b"".join(numbers))


def child_link(block):
    """CL: the directory lies there."""
    return attribute(b"CL", block.to_bytes(4, "little") + block.to_bytes(4, "big"))


def directory_record(name, block, size, flags=0, attributes=b""):
    """A record, as a directory has it."""
    padding = b"\0" * (len(name) % 2 == 0)
    length = NAME + len(name) + len(padding) + len(attributes)
    length += length % 2
    place, count = [number.to_bytes(4, "little") + number.to_bytes(4, "big") for number in (block, size)]
    head = bytes([length, 0]) + place + count + bytes([126, 11, 22, 12, 0, 0, 0, flags, 0, 0, 1, 0, 0, 1, len(name)])
    return (head + name + padding + attributes).ljust(length, b"\0")


def directory(records, block, parent):
    """The sectors of a directory: `records` behind those for itself and its parent."""
    sectors, data = [], b""
    for record in [directory_record(b"\0", block, SECTOR, 2), directory_record(b"\1", parent, SECTOR, 2), *records]:
        if len(data) + len(record) > SECTOR:
            sectors.append(data.ljust(SECTOR, b"\0"))
            data = b""
        data += record
    return b"".join([*sectors, data.ljust(SECTOR, b"\0")])


class Fat(Iso):
    """An image with a file system of FAT16 for EFI in it, of one sector of 512 bytes a cluster."""

    def __init__(self, data, offset):
        super().__init__(data)
        self.start = offset
        self.table = offset + self.get(offset + 14, 2) * 512
        self.copies = self.data[offset + 16]
        self.table_size = self.get(offset + 22, 2) * 512
        self.root = self.table + self.copies * self.table_size
        self.clusters = self.root + self.get(offset + 17, 2) * 32

    def link(self, cluster, target):
        """Write an entry of the tables."""
        for copy in range(self.copies):
            self.put(self.table + copy * self.table_size + 2 * cluster, target, 2)

    def entry(self, name):
        """The offset of an entry of the root directory by its short name."""
        return self.data.index(name.encode().ljust(11), self.root, self.clusters)

    def cluster(self, name):
        """The first cluster of an entry."""
        return self.get(self.entry(name) + 26, 2)


class Udf(Iso):
    """An image of support/udf.py's Writer."""

    START = 80  # the partition's first sector

    def block(self, number):
        """The offset of a block of the partition."""
        return (self.START + number) * SECTOR

    def tags(self, ident):
        """The offsets of the sectors that begin with a tag."""
        return [at for at in range(0, len(self.data), SECTOR) if self.get(at, 2) == ident and self.is_tag(at)]

    def is_tag(self, at):
        """Whether a tag's own sum is right."""
        return (sum(self.data[at : at + 16]) - self.data[at + 4]) & 255 == self.data[at + 4]

    def identifier(self, name):
        """The offset of a folder's entry by its name (of 8 bits)."""
        text = bytes([8]) + name.encode()
        found = [at - 38 for at in range(len(self.data)) if self.data.startswith(text, at)]
        return next(at for at in found if (self.get(at, 2), self.data[at + 19]) == (257, len(text)))

    def entry(self, name):
        """The offset of a file's entry."""
        return self.block(self.get(self.identifier(name) + 24))

    def change(self, tag, offset, value, size=4):
        """Write a number `offset` bytes behind a tag's beginning, and make the tag right again."""
        self.put(tag + offset, value, size)
        seal(self.data, tag)
