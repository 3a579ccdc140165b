# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running process has: its open descriptors, its children."""

import os
import pathlib
import time


def count_descriptors(pid):
    """Open descriptors when only one catalog is: an old one is closed once nobody serves from it."""
    counts = []
    for _ in range(10):
        counts.append(len(os.listdir(f"/proc/{pid}/fd")))
        time.sleep(0.1)
    return min(counts)


def children(pid):
    """The children of all threads of a process."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text().split()]
