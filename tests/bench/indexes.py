# SPDX-License-Identifier: GPL-3.0-or-later
"""What the indexes of images cost: time to make them, memory to keep them, time to find a path in them.

One image at a time is measured by index_cost, with the daemon's own reader process; many by the daemon itself. Each
figure that has a target stands beside it, and says so when it misses it; nothing fails for that.
"""

import statistics
import subprocess

import measure
import trees
from pxeiso import Pxeiso
from support.daemon import binary

MANY = 1000
LOOKUPS = {
    "in_order": "all, in order",
    "random": "all, at random",
    "flat": "in the largest directory",
    "deep": "in the deepest",
    "other_case": "all, in capitals",
    "missing": "all, not there",
}


def print_head(title):
    print(f"\n{title}")
    print(f"  {'':<42}{'measured':>12}{'target':>9}", flush=True)


def print_row(what, values, unit, target=None):
    """`target`: what the measured, the median of `values`, is to stay below."""
    measured = statistics.median(values)
    spread = f"({min(values):.1f} .. {max(values):.1f})" if len(values) > 1 else ""
    verdict = "" if target is None or measured < target else "missed"
    wanted = "" if target is None else f"< {target}"
    print(f"  {what:<42}{measured:12.1f}{wanted:>9} {unit:<6}{verdict:<7}{spread}".rstrip())


def index_cost(path):
    """The figures that index_cost prints of an image: {what: [numbers]}."""
    figures = {}
    done = subprocess.run([measure.INDEX_COST, binary(), path], check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        what, number = line.split()
        figures.setdefault(what, []).append(float(number))
    return figures


def bench_image(what, path, is_judged):
    """`is_judged`: this is the image that has targets."""
    figures = index_cost(path)
    files, entries, size, names, resident = (
        figures[key][0] for key in ("files", "entries", "bytes", "name_bytes", "resident")
    )
    print_head(f"Index, {what}: {files:,.0f} files in {entries - files:,.0f} directories")
    print_row("made, from page cache", figures["milliseconds"], "ms", 1000 if is_judged else None)
    print_row("resident", [resident / 1024], "KiB")
    print_row("a file or directory, beside its name", [(size - names) / entries], "bytes", 64 if is_judged else None)
    for kind, meaning in LOOKUPS.items():
        print_row(f"lookup, {meaning}", figures[f"lookup-{kind}"], "ns", 1000 if is_judged else None)


def bench_many(lan, folder, runs):
    """Many small images in one directory: the daemon's scan. Its memory is compared with that of one without images."""
    images, nothing = trees.make_many(MANY), folder / "nothing"
    nothing.mkdir()
    seconds, sizes = {images: [], nothing: []}, {}
    for _ in range(runs):
        for path, values in seconds.items():
            with Pxeiso(lan, folder, "--dhcp", "off", path) as daemon:
                values.append(daemon.wait_for_images())
                sizes[path] = measure.resident_bytes(daemon.process.pid)
    print_head(f"Scan, {MANY:,} small images in a directory")
    print_row("from start to all of them offered", [1000 * value for value in seconds[images]], "ms", 2000)
    print_row("the same with none", [1000 * value for value in seconds[nothing]], "ms")
    print_row("resident, an image", [(sizes[images] - sizes[nothing]) / MANY / 1024], "KiB")


def bench_indexes(lan, folder, runs):
    """All of it; `folder` is for the daemon's own files."""
    for what, path in trees.make_single():
        bench_image(what, path, what == trees.LARGEST)
    bench_many(lan, folder, runs)
