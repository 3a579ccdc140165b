# SPDX-License-Identifier: GPL-3.0-or-later
"""What `explain` says of URLs is what a machine finds: over images in the shape of real distributions, those that the tests
build, and those that are damaged.

What it calls ok can be fetched, what it calls missing cannot; and whatever a served menu names is in its list.
"""

import collections
import http.client
import json
import re
import subprocess
import urllib.parse

import pytest

from support import images, netns, shapes
from support.daemon import Daemon, run_command
from support.netns import SERVER
from support.requires import require

KINDS = {"pxelinux": "cfg", "ipxe": "ipxe", "grub": "grub"}
CORPUS = images.REPOSITORY.parent / "shared" / "corpus"
SCRIPTS = ("make-archiso.sh", "make-grub-only.sh", "make-no-shell.sh")

# How menus write what is fetched by its name: relative to the root of the tree.
NAMED = {
    "cfg": r"(?m)^\s*(?:UI|CONFIG|COM32|KERNEL) (\S+)$",
    "ipxe": r"(?!)",
    "grub": r"\$pxeiso/([^\s';]+)",
}


class Answers:
    """The daemon's answers, each asked for once."""

    def __init__(self, lan):
        self.lan = lan
        self.known = {}
        self.connection = None

    def get(self, path, **headers):
        """Status and bytes of a path, as HTTP has it."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(SERVER)
            self.connection.sock = self.lan.connect((SERVER, 80))
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def status(self, url):
        """Of the first byte of a URL; TFTP's "not found" is 404 too."""
        if url not in self.known:
            parts = urllib.parse.urlsplit(url)
            assert parts.netloc == SERVER, url
            if parts.scheme == "tftp":
                command = ["curl", "-sS", "-o", "/dev/null", url]
                self.known[url] = {0: 200, 68: 404}[self.lan.run(command, check=False).returncode]
            else:
                self.known[url] = self.get(parts.path, Range="bytes=0-0")[0]
        return self.known[url]


@pytest.fixture(scope="module")
def folder():
    """All the images."""
    with images.Folder(*(images.make(script) for script in SCRIPTS)) as folder:
        for name in shapes.names():
            shapes.make_iso(name, folder.path)
        for path in sorted(CORPUS.glob("*.iso")):
            images.put(path, folder.path)
        images.put(images.make("make-small.sh") / "truncated.iso", folder.path)
        yield folder.path


@pytest.fixture(scope="module")
def stories(folder):
    """What explain says of each, by name. Some cannot be read, some lack what their entries want."""
    done = run_command(["explain", "--json", "--server", SERVER, folder], timeout=120)
    assert done.returncode == 1
    return {story["name"]: story for story in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def answers(folder, tmp_path_factory):
    require("curl", "curl")
    with netns.Network() as lan, Daemon(lan, ["--dhcp", "off", folder], folder=tmp_path_factory.mktemp("daemon")):
        yield Answers(lan)


def entries_of(objects):
    """All entries, those of sub-menus too."""
    for entry in objects:
        yield entry
        yield from entries_of(entry.get("entries", []))


def fetches_of(story):
    """All that is fetched for an image."""
    yield from story.get("fetches", [])
    for entry in entries_of(story.get("entries", []) + story.get("uefi_entries", [])):
        yield from entry.get("fetches", [])
        yield from entry.get("on_uefi", {}).get("fetches", [])


def test_each_url_is_as_explain_says(stories, answers):
    wanted = {"ok": {200, 206}, "directory": {200, 206, 301}, "missing": {404, 400}}
    count = collections.Counter()
    for story in stories.values():
        for fetch in fetches_of(story):
            if fetch["status"] == "elsewhere":
                continue
            assert answers.status(fetch["url"]) in wanted[fetch["status"]], fetch
            count[fetch["status"]] += 1
    assert count["ok"] > 1000 and count["directory"] > 20 and count["missing"] > 20, count


def test_sizes_are_those_of_the_files(stories, answers):
    """The whole of small files is fetched."""
    sizes = {
        fetch["url"]: fetch["size"]
        for story in stories.values()
        for fetch in fetches_of(story)
        if fetch["status"] == "ok" and fetch["stage"] in ("initrd", "root") and fetch["size"] < 100_000
    }
    assert len(sizes) > 50
    for url, size in sizes.items():
        assert len(answers.get(urllib.parse.urlsplit(url).path)[1]) == size, url


def urls_in(menu, ending):
    """What a menu names on our server, decoded, without the server."""
    found = re.findall(rf"(?:http|tftp)://{re.escape(SERVER)}/([^\s'\",;|]*)", menu)
    found += re.findall(NAMED[ending], menu)
    return {urllib.parse.unquote(path) for path in found}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_menu_names_is_in_the_list(stories, answers, kind):
    """Each for the kind of client whose menu it is."""
    seen = 0
    for name, story in stories.items():
        listed = {
            urllib.parse.unquote(urllib.parse.urlsplit(fetch["url"]).path[1:])
            for fetch in fetches_of(story)
            if kind in fetch["clients"]
        }
        status, menu = answers.get(f"/menus/{name}.{KINDS[kind]}")
        if "problem" in story:
            continue
        assert status == 200
        named = urls_in(menu.decode(), KINDS[kind])
        assert named <= listed, (name, named - listed)
        seen += len(named)
    assert seen > 250


@pytest.mark.parametrize("kind", KINDS)
def test_the_menu_printed_is_the_menu_served(folder, answers, kind):
    for name in ("archiso", "hostile", "rocky-dvd"):
        arguments = ["menu", "--client", kind, "--server", SERVER, "--image", name]
        printed = run_command([*arguments, folder / f"{name}.iso"]).stdout
        assert printed.encode() == answers.get(f"/menus/{name}.{KINDS[kind]}")[1]


def test_a_missing_file_is_told_on_stderr(tmp_path):
    """And ends with status 1; an image that lacks nothing ends with 0. Another client's entries do not count."""
    image = shapes.make_iso("kali", tmp_path)
    assert run_command(["explain", image]).returncode == 0
    shapes.write(tmp_path / "kali.d/arguments", b"live-amd64: ks={http}/no%20such\n")
    done = run_command(["explain", "--server", SERVER, image])
    assert done.returncode == 1
    url = f"http://{SERVER}/images/kali/no%20such"
    assert done.stderr == f"pxeiso: {image}: live-amd64: {url}: there is no such file\n"
    assert re.search(r"root  .*\n.* {http}/no such +MISSING: there is no such file\n", done.stdout)


def test_a_file_in_a_squashfs_is_found(folder, answers, tmp_path):
    """A user's argument may lead there."""
    image, squashfs = images.put(folder / "archiso.iso", tmp_path), "arch/x86_64/airootfs.sfs"
    lines = run_command(["ls", "-R", image, f"{squashfs}/"]).stdout.splitlines()
    inside, lost = next(line for line in lines if line[-1] != "/"), f"{squashfs}/no-such-file"
    shapes.write(tmp_path / "archiso.d/arguments", f"x={{http}}/{inside} y={{http}}/{lost}\n".encode())
    (story,) = json.loads(run_command(["explain", "--json", "--server", SERVER, image]).stdout)
    listed = {fetch["url"]: fetch["status"] for fetch in fetches_of(story) if squashfs in fetch["url"]}
    root = f"http://{SERVER}/images/archiso"
    assert listed == {f"{root}/{squashfs}": "ok", f"{root}/{inside}": "ok", f"{root}/{lost}": "missing"}
    assert answers.status(f"{root}/{inside}") in (200, 206)
    assert answers.status(f"{root}/{lost}") == 404


def test_json_is_json_whatever_titles_say(folder, stories):
    """jq is the judge."""
    jq = require("jq", "jq")
    done = run_command(["explain", "--json", folder / "hostile.iso", folder / "hostile-grub.iso"])
    counted = subprocess.run([jq, "[.. | .url? // empty] | length"], input=done.stdout, capture_output=True, text=True)
    assert counted.returncode == 0, counted.stderr
    assert int(counted.stdout) > 20
    text = run_command(["explain", folder / "hostile.iso", folder / "hostile-grub.iso"]).stdout
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


def keys_of(story):
    """Those of all objects in it; kinds of client are none."""
    if isinstance(story, list):
        return set().union(*map(keys_of, story))
    if not isinstance(story, dict):
        return set()
    return (story.keys() - KINDS).union(*map(keys_of, story.values()))


def test_every_field_is_in_the_manual(stories):
    manual = (images.REPOSITORY / "man/pxeiso.8").read_text()
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"(?m)^(?:\.It )?\.?Va (.*)$", manual))))
    keys = keys_of(list(stories.values()))
    assert {"stage", "uefi_entries", "why"} <= keys
    assert keys <= named, keys - named
