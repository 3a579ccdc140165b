# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon under test.

    with Daemon(lan, [directory], folder=tmp_path) as daemon:
        ...
        daemon.wait_for(r"tftp .* lpxelinux.0")

It runs in the network namespace on its real ports. Its stderr goes to a log file; the last line of a good start begins
with `ready`. Leaving the block stops it with SIGTERM and fails the test if it had died, if it ends with another status
than 0, or if a sanitizer wrote a report. The binary is ./pxeiso, or what the environment variable PXEISO names.
"""

import glob
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

from support.requires import fail

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def binary():
    """The program under test; the test fails when it was not built."""
    path = os.path.abspath(os.environ.get("PXEISO", REPOSITORY / "pxeiso"))
    if not os.access(path, os.X_OK):
        fail(f"{path} is not built: run make")
    return path


def wait_until(question, timeout, interval=0.05):
    """question() until it answers with something true, which is returned; None when the time is over."""
    deadline = time.monotonic() + timeout
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            return None
        time.sleep(interval)


def _looks(log):
    """Whether a DHCP server does not know yet if another one is there, and lends nothing until it does."""
    begun = re.findall(r"dhcp (\S+): looking for other DHCP servers", log)
    known = re.findall(r"dhcp (\S+): (?:no other DHCP server answers|another DHCP server)", log)
    return not set(begun) <= set(known)


class Daemon:
    """One run of the program, `arguments` as on its command line."""

    def __init__(self, namespace, arguments, folder, start_timeout=60, environment=None, waits_for_leases=True):
        self.namespace = namespace
        self.arguments = [str(argument) for argument in arguments]
        self.folder = pathlib.Path(folder)
        self.log_path = self.folder / "pxeiso.log"
        self.start_timeout = start_timeout
        self.environment = environment or {}
        self.waits_for_leases = waits_for_leases
        self.process = None
        self._said_before = 0  # characters of the log that an earlier run in this folder wrote
        # Its leases: in a place that it can reach without root, and that no other run shares.
        if "--state" not in self.arguments:
            self._state = tempfile.TemporaryDirectory(prefix="pxeiso-state-", dir="/var/tmp", ignore_cleanup_errors=True)
            os.chmod(self._state.name, 0o777)
            self.arguments = ["--state", self._state.name, *self.arguments]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        else:
            self.kill()

    @property
    def pid(self):
        """The daemon's main process: nsenter has become it by exec."""
        return self.process.pid

    def log(self):
        """All that it has said so far."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def start(self):
        """Start, and return when it serves; a DHCP server, when it knows whether another one is there."""
        self.launch()
        ready = wait_until(self._is_ready_or_dead, self.start_timeout)
        if not ready or self.process.poll() is not None:
            self.kill()
            fail(f"pxeiso did not come up; its log:\n{self.log()}")

    def launch(self):
        """Start, and return at once."""
        # The sanitizers' own processes may have given up root, so the reports' folder is open to all.
        reports = self.folder / "reports"
        reports.mkdir(exist_ok=True)
        reports.chmod(0o777)
        common = f"log_path={reports}/report:exitcode=99"
        environment = {
            **os.environ,
            "ASAN_OPTIONS": f"{common}:detect_leaks={os.environ.get('PXEISO_LEAKS', '1')}",
            "UBSAN_OPTIONS": f"{common}:print_stacktrace=1:halt_on_error=1",
            **self.environment,
        }
        self._said_before = len(self.log())
        with open(self.log_path, "ab") as log:
            self.process = self.namespace.popen(
                [binary(), *self.arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )

    def _is_ready_or_dead(self):
        said = self.log()[self._said_before :]
        if self.process.poll() is not None:
            return True
        return re.search(r'^ready\b|"message":"ready\b', said, re.M) and not (self.waits_for_leases and _looks(said))

    def wait_for(self, pattern, timeout=10):
        """The match of a pattern in the log; the test fails when it does not come in time."""
        match = wait_until(lambda: re.search(pattern, self.log(), re.M), timeout)
        if not match:
            fail(f"pxeiso never said {pattern!r}; its log:\n{self.log()}")
        return match

    def stop(self):
        """End it as an operator would, and judge how it ends."""
        died = self.process.poll()
        if died is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
                fail(f"pxeiso did not stop within 15 s of SIGTERM; its log:\n{self.log()}")
        self._fail_on_report()
        if died is not None:
            fail(f"pxeiso had died with status {died}; its log:\n{self.log()}")
        if self.process.returncode != 0:
            fail(f"pxeiso ended with status {self.process.returncode}; its log:\n{self.log()}")

    def kill(self):
        """End it without ceremony; for tests that have failed already."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _fail_on_report(self):
        # The reader cannot open a file, so it reports into the log.
        if re.search(r"ERROR: AddressSanitizer|runtime error: ", self.log()):
            fail(f"a sanitizer reported from the reader:\n{self.log()}")
        for report in sorted(glob.glob(f"{self.folder}/reports/*")):
            text = pathlib.Path(report).read_text(errors="replace")
            if text.strip():
                fail(f"a sanitizer reported:\n{text}")


def run_command(arguments, **options):
    """One offline command of the program (list, ls, explain ...); a CompletedProcess with text output."""
    settings = {"capture_output": True, "text": True, "timeout": 120}
    return subprocess.run([binary(), *map(str, arguments)], **{**settings, **options})
