# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/dhcp.md says of each rule of DHCP which test shows it. The table must not promise tests that are not there."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
TEXT = (TESTS.parent / "docs/dhcp.md").read_text()
LAST_RULE = 63


def sources_of(name):
    """What `boot:test_x`, `fuzz_x` and `test_x` may be, as text."""
    if name.startswith("boot:"):
        paths = [TESTS / "boot" / (name.removeprefix("boot:") + ".py")]
    elif name.startswith("fuzz_"):
        paths = [TESTS / "fuzz" / (name + ".c")]
    else:
        paths = [TESTS / "unit" / (name + ".c"), TESTS / "wire" / (name + ".py")]
    return [path.read_text() for path in paths if path.exists()]


def is_test(name):
    """Whether `file` or `file::test` is one that runs."""
    file, _, test = name.partition("::")
    pattern = rf"cmocka_unit_test\({test}\)|^def {test}\(" if test else ""
    return any(re.search(pattern, source, re.M) for source in sources_of(file))


def test_each_rule_has_its_row():
    rules = [int(number) for number in re.findall(r"^\| DHCP-(\d+) \|", TEXT, re.M)]
    assert sorted(rules) == list(range(1, LAST_RULE + 1))


def test_each_test_in_the_table_is_there():
    named = re.findall(r"`((?:boot:)?(?:test|fuzz)_[a-z0-9_:]+)`", TEXT)
    assert len(named) > LAST_RULE
    assert [name for name in named if not is_test(name)] == []
