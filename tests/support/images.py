# SPDX-License-Identifier: GPL-3.0-or-later
"""The images that the tests serve: made once by testdata/make-*.sh, or found in Debian's packages.

The daemon gives up root, and neither root's home nor pytest's own folders are open to others. So a test serves a folder
made here: readable by all, its images hard links (or copies) of those in the cache.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

from support.requires import fail

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def make(script):
    """Run testdata/SCRIPT, at most once for each state of the script; the path that it prints."""
    done = subprocess.run([REPOSITORY / "testdata" / script], stdout=subprocess.PIPE, text=True, timeout=1800)
    if done.returncode != 0:
        fail(f"testdata/{script} failed; what it said is above")
    return pathlib.Path(done.stdout.strip().splitlines()[-1])


def put(source, folder, name=None):
    """Place an image in a served folder in one step, as a careful person does; the new path."""
    target = pathlib.Path(folder) / (name or pathlib.Path(source).name)
    temporary = target.with_name("." + target.name + ".part")
    try:
        os.link(source, temporary)
    except OSError:
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", source, temporary], check=True)
    temporary.chmod(0o644)
    temporary.rename(target)
    return target


class Folder:
    """A folder of images that any user may read; a context manager that removes it."""

    def __init__(self, *sources):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="pxeiso-images-", dir="/var/tmp"))
        self.path.chmod(0o755)
        for source in sources:
            put(source, self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def __fspath__(self):
        return str(self.path)

    __str__ = __fspath__
