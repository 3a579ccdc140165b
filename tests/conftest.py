# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the wire and boot tests, and the closing line of a run."""

import pytest

from support import images, netns


@pytest.fixture(scope="session", autouse=True)
def clean_slate():
    """Namespaces of killed runs are removed first."""
    netns.sweep()


@pytest.fixture
def lan():
    """A network of the test's own: see support/netns.py."""
    with netns.Network() as network:
        yield network


@pytest.fixture
def image_folder():
    """An empty folder to serve; images.put(path, image_folder.path) fills it."""
    with images.Folder() as folder:
        yield folder


def pytest_unconfigure(config):
    """The closing line that people and scripts look for."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.option.collectonly:
        return
    count = {kind: len(reporter.stats.get(kind, [])) for kind in ("passed", "failed", "error", "skipped")}
    failed = count["failed"] + count["error"]
    reporter.write_line(f"{count['passed']} passed, {failed} failed, {count['skipped']} skipped")
