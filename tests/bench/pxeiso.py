# SPDX-License-Identifier: GPL-3.0-or-later
"""pxeiso as it is measured: started from outside, watched through its log."""

import pathlib
import subprocess
import time

from support.daemon import binary


class Pxeiso:
    """The daemon, its log in `folder`."""

    def __init__(self, lan, folder, *arguments):
        self.log_path = pathlib.Path(folder) / "pxeiso.log"
        self._log = open(self.log_path, "wb")
        state = ["--state", pathlib.Path(folder) / "state"]
        self.started = time.perf_counter()
        self.process = lan.popen([binary(), *state, *arguments], stdin=subprocess.DEVNULL, stderr=self._log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self._log.close()

    def wait_for_images(self, limit=180):
        """Seconds from its start until its first catalog was complete, which it says with `ready`."""
        while not any(line.startswith(b"ready") for line in self.log_path.read_bytes().splitlines()):
            if self.process.poll() is not None or time.perf_counter() > self.started + limit:
                raise SystemExit(f"bench: pxeiso does not get ready: {self.log_path.read_text()[-1000:]}")
            time.sleep(0.002)
        return time.perf_counter() - self.started
