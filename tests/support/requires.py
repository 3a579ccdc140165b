# SPDX-License-Identifier: GPL-3.0-or-later
"""A test whose tool is missing fails and names the package; it is never skipped."""

import os
import shutil

import pytest

# A test user's PATH may lack the system folders where ip, dnsmasq and debootstrap live.
for folder in ("/usr/local/sbin", "/usr/sbin", "/sbin"):
    if folder not in os.environ["PATH"].split(":"):
        os.environ["PATH"] += ":" + folder


def require(tool, package):
    """The path of `tool`; the test fails when it is not installed."""
    path = shutil.which(tool)
    if path is None:
        pytest.fail(f"{tool} is missing: apt-get install {package}", pytrace=False)
    return path


def require_file(path, package):
    """The same for a file of a package, such as a ROM or an ISO."""
    if not os.path.exists(path):
        pytest.fail(f"{path} is missing: apt-get install {package}", pytrace=False)
    return path


def require_root():
    """Network namespaces need root."""
    if os.geteuid() != 0:
        pytest.fail("this test makes network namespaces: run it as root", pytrace=False)
