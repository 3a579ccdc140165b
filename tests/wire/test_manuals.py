# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual of recipes knows each key that a recipe may have, and no other, and its examples are recipes."""

import re
import subprocess

from support.daemon import REPOSITORY, run_command
from support.requires import require

MANUAL = REPOSITORY / "man/pxeiso-recipes.5"


def keys_of_program():
    return set(re.findall(r'KEY\((?:")?([a-z-]+)|\{"([a-z-]+)", offsetof', (REPOSITORY / "src/recipe_key.c").read_text()))


def test_every_key_is_in_the_manual():
    keys = {first or second for first, second in keys_of_program()}
    assert len(keys) > 15
    described = set()
    for line in MANUAL.read_text().splitlines():
        if line.startswith(".It Cm "):
            described |= set(line.removeprefix(".It Cm ").split())
    assert {key.replace("_", "-") for key in keys} == described


def test_examples_are_recipes(tmp_path):
    require("mandoc", "mandoc")
    shown = subprocess.run(["mandoc", "-T", "ascii", MANUAL], check=True, capture_output=True, text=True).stdout
    shown = re.sub(".\b", "", shown)
    examples = re.findall(r"^ +\[[a-z-]+\]\n(?: +\S+ = .*\n)+", shown, re.MULTILINE)
    assert len(examples) == 2
    (tmp_path / "recipes").mkdir()
    (tmp_path / "isos").mkdir()
    for number, example in enumerate(examples):
        (tmp_path / f"recipes/{number}.ini").write_text(re.sub(r"^ +", "", example, flags=re.MULTILINE))
    (tmp_path / "pxeiso.conf").write_text(f"[recipes]\ndirectory = {tmp_path}/recipes\n")
    done = run_command(["check", "--config", tmp_path / "pxeiso.conf", tmp_path / "isos"])
    assert ".ini" not in done.stderr, done.stderr
