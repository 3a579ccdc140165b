# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures: a PNG file for an image to carry, and what a machine's screen shows, pixel by pixel."""

import struct
import zlib


def png(width, height, colour_at):
    """The bytes of a PNG file; colour_at(x, y) is (red, green, blue)."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes(part for x in range(width) for part in colour_at(x, y)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


class Picture:
    """A screen as QEMU dumps it: a PPM file."""

    def __init__(self, path):
        content = path.read_bytes()
        kind, size, depth, self._pixels = content.split(b"\n", 3)
        assert (kind, depth) == (b"P6", b"255"), f"{path} is no picture of 8 bits a colour"
        self.width, self.height = map(int, size.split())

    def pixel(self, x, y):
        """(red, green, blue)"""
        start = 3 * (y * self.width + x)
        return tuple(self._pixels[start : start + 3])

    def count(self, colour, tolerance=4):
        """How many pixels are of about this colour."""
        pixels = self._pixels
        return sum(
            all(abs(pixels[start + i] - colour[i]) <= tolerance for i in range(3)) for start in range(0, len(pixels), 3)
        )
