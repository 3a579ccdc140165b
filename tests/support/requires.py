# SPDX-License-Identifier: GPL-3.0-or-later
"""A test whose tool is missing fails and names the package; it is never skipped."""

import os
import shutil

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


def require_root():
    """Network namespaces need root."""
    if os.geteuid() != 0:
        fail("this test makes network namespaces: run it as root")
