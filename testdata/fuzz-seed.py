#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fuzz-seed.py IMAGE: the image as a seed of tests/fuzz/fuzz_iso9660.c, hex text on stdout.

Only bytes that are not zero are kept, piece by piece; contents of files are left out with --meta=LAST, which ends at
sector LAST. For fuzz_fat.c: --sector=512. For fuzz_eltorito.c: --before=HEX with the block of the catalog.
"""

import argparse
import re


def pieces(image, last, size):
    """(sector, offset, bytes) of all that is not zero; runs of four zeros divide pieces."""
    for sector in range(min(last, 512, (len(image) + size - 1) // size)):
        block = image[sector * size : (sector + 1) * size]
        for match in re.finditer(rb"[^\0](?:\0{0,3}[^\0])*", block):
            for start in range(match.start(), match.end(), 255):
                yield sector, start, block[start : min(start + 255, match.end())]


def main():
    """Print the seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("--meta", type=int, default=512)
    parser.add_argument("--sector", type=int, default=2048)
    parser.add_argument("--before", type=bytes.fromhex, default=b"")
    options = parser.parse_args()
    with open(options.image, "rb") as file:
        image = file.read()
    seed = bytearray(options.before)
    seed += (min(len(image), 512 * options.sector) // 512).to_bytes(2, "little")
    for sector, offset, data in pieces(image, options.meta, options.sector):
        seed += bytes([sector % 256]) + (offset | sector // 256 << 15).to_bytes(2, "little") + bytes([len(data)]) + data
    text = seed.hex()
    for start in range(0, len(text), 120):
        print(text[start : start + 120])


if __name__ == "__main__":
    main()
