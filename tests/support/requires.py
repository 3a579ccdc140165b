# SPDX-License-Identifier: GPL-3.0-or-later
"""A test whose tool is missing fails and names the package; it is never skipped."""

import os
import pathlib
import shutil
import subprocess

UNPACKED = pathlib.Path(__file__).resolve().parents[2] / "build/unpacked"

# A test user's PATH may lack the system folders where ip, dnsmasq and debootstrap live.
for folder in ("/usr/local/sbin", "/usr/sbin", "/sbin"):
    if folder not in os.environ["PATH"].split(":"):
        os.environ["PATH"] += ":" + folder


def fail(message):
    """End the test that runs, or the program when no test runs (tools/demo does without pytest)."""
    if "PYTEST_CURRENT_TEST" not in os.environ:
        raise SystemExit(message)
    import pytest

    pytest.fail(message, pytrace=False)


def require(tool, package):
    """The path of `tool`; the test fails when it is not installed."""
    path = shutil.which(tool)
    if path is None:
        fail(f"{tool} is missing: apt-get install {package}")
    return path


def require_file(path, package):
    """The same for a file of a package, such as a ROM or an ISO."""
    if not os.path.exists(path):
        fail(f"{path} is missing: apt-get install {package}")
    return path


def require_unpacked(tool, package):
    """The path of a server's program, installed or not: installing its package would start it, so it is unpacked only."""
    unpacked = UNPACKED / "usr/sbin" / tool
    installed = shutil.which(tool)
    if installed:
        return installed
    if not unpacked.exists():
        UNPACKED.mkdir(parents=True, exist_ok=True)
        # The user that apt downloads as may not write here: root may.
        apt = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root"]
        settings = {"cwd": UNPACKED, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
        done = subprocess.run([*apt, "download", package], **settings)
        if done.returncode != 0:  # a system whose lists of packages were thrown away
            subprocess.run([*apt, "update"], **settings)
            done = subprocess.run([*apt, "download", package], **settings)
        if done.returncode != 0:
            fail(f"{tool} is missing and its package cannot be had: apt-get download {package}: {done.stderr}")
        subprocess.run(["dpkg", "-x", next(UNPACKED.glob(f"{package}_*.deb")), UNPACKED], check=True)
    return str(unpacked)


def require_root():
    """Network namespaces need root."""
    if os.geteuid() != 0:
        fail("this test makes network namespaces: run it as root")
