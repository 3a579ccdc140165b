# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP as boot loaders, firmware and initramfs scripts speak it: protocols.md section 3, rule by rule.

Requests go out byte by byte as they were captured, since libraries would tidy them up; curl stands for the clients that
do not need such care. One daemon serves all tests here but those that harm it or its images.

The image `far` is small on the disk: one of its files lies beyond 4 GiB, at the end of a hole.
"""

import hashlib
import os
import re
import signal
import socket
import struct
import subprocess
import time

import pytest
from support import images, netns
from support.daemon import Daemon
from support.netns import SERVER
from support.requires import require

GIB = 1 << 30
BLOCK = 2048
KERNEL = bytes(range(256)) * 8 * 1024  # 2 MiB
FAR = hashlib.sha512(b"far").digest() * 4096 * 24  # 6 MiB
FAR_BLOCK = 5 * GIB // BLOCK


def make_tree(folder):
    """What the images of these tests hold."""
    (folder / "live").mkdir(parents=True)
    (folder / "live/vmlinuz").write_bytes(KERNEL)
    (folder / "a b").mkdir()
    (folder / "a b/ä+%.txt").write_bytes(b"odd\n")
    (folder / "empty").touch()
    (folder / ".disk").mkdir()
    (folder / ".disk/info").write_bytes(b"info\n")
    (folder / "boot.efi").write_bytes(b"MZ")
    (folder / "secret").symlink_to("/etc/passwd")
    (folder / "absolute").symlink_to("/live/vmlinuz")
    (folder / "loop").symlink_to("loop")
    (folder / "far.img").write_bytes(FAR)


def make_iso(tree, path):
    """A Rock Ridge image of a folder."""
    require("xorriso", "xorriso")
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-V", "TEST", "-o", path, tree]
    subprocess.run(command, check=True, capture_output=True)


def move_far(path):
    """Moves far.img beyond 4 GiB: its place in the directory record, the bytes, the size of the volume."""
    image = bytearray(path.read_bytes())
    block = image.index(FAR) // BLOCK
    both = lambda number: struct.pack("<I", number) + struct.pack(">I", number)
    place = image.index(both(block) + both(len(FAR)))
    image[place : place + 8] = both(FAR_BLOCK)
    end = FAR_BLOCK + len(FAR) // BLOCK
    image[16 * BLOCK + 80 : 16 * BLOCK + 88] = both(end)
    image[block * BLOCK : block * BLOCK + len(FAR)] = bytes(len(FAR))
    with open(path, "r+b") as file:
        file.write(image)
        file.seek(FAR_BLOCK * BLOCK)
        file.write(FAR)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One daemon for all tests that do it no harm."""
    folder = tmp_path_factory.mktemp("http")
    make_tree(folder / "tree")
    make_iso(folder / "tree", folder / "far.iso")
    move_far(folder / "far.iso")
    with netns.Network() as lan, images.Folder(folder / "far.iso") as shared:
        with Daemon(lan, [shared, "--dhcp", "off"], folder) as daemon:
            daemon.lan = lan
            daemon.image = folder / "far.iso"
            yield daemon


class Conversation:
    """A raw connection: bytes out, responses in."""

    def __init__(self, lan):
        self.socket = lan.connect((SERVER, 80))
        self.input = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, request):
        self.socket.sendall(request.encode() if isinstance(request, str) else request)

    def read_until(self, enough):
        while not enough(self.input):
            chunk = self.socket.recv(1 << 20)
            if not chunk:
                return False
            self.input += chunk
        return True

    def response(self, head=False):
        """The next response: status line, fields as {name: value} in their exact case, body."""
        assert self.read_until(lambda text: b"\r\n\r\n" in text), f"no whole header: {self.input!r}"
        header, self.input = self.input.split(b"\r\n\r\n", 1)
        lines = header.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        status = int(lines[0].split()[1])
        length = 0 if head or status in (204, 304) else int(fields["Content-Length"])
        assert self.read_until(lambda text: len(text) >= length), "the body is too short"
        body, self.input = self.input[:length], self.input[length:]
        return lines[0], fields, body

    def ends(self):
        """Whether the server closes, with nothing said before."""
        return not self.read_until(lambda text: text)


@pytest.fixture
def conversation(served):
    with Conversation(served.lan) as conversation:
        yield conversation


def ask(served, request, head=False):
    """One request on a connection of its own: status, fields, body."""
    with Conversation(served.lan) as conversation:
        conversation.send(request)
        line, fields, body = conversation.response(head)
        return int(line.split()[1]), fields, body


def get(path, *fields, method="GET"):
    """The text of a plain request."""
    return "".join(line + "\r\n" for line in (f"{method} {path} HTTP/1.1", f"Host: {SERVER}", *fields, ""))


def curl(served, *arguments, **options):
    require("curl", "curl")
    return served.lan.run(["curl", "-sS", "--max-time", "30", *arguments], **{"text": False, **options}).stdout


REAL_CLIENTS = {
    "iPXE": (
        "GET /images/far/live/vmlinuz HTTP/1.1\r\nConnection: keep-alive\r\n"
        "User-Agent: iPXE/1.0.0+git-20190125.36a4c85-5.1\r\nHost: 10.9.0.1\r\n\r\n"
    ),
    "GRUB without a slash": (
        "GET images/far/live/vmlinuz HTTP/1.1\r\nHost: 10.9.0.1\r\nUser-Agent: GRUB 2.06-13+deb12u2\r\n\r\n"
    ),
    "GRUB with a path not made clean": (
        "GET /images/far//live/../live/vmlinuz HTTP/1.1\r\nHost: 10.9.0.1\r\nUser-Agent: GRUB 2.06-13+deb12u2\r\n\r\n"
    ),
    "lpxelinux": (
        "GET /images/far/live/vmlinuz HTTP/1.0\r\nHost: 10.9.0.1\r\nUser-Agent: Syslinux/6.04\r\n"
        "Connection: close\r\nCookie: _Syslinux_BOOTIF=01-52-54-00-12-34-56\r\n\r\n"
    ),
    "OVMF": (
        "GET /images/far/live/vmlinuz HTTP/1.1\r\nHost: 10.9.0.1\r\nAccept: */*\r\nUser-Agent: UefiHttpBoot/1.0\r\n\r\n"
    ),
}


@pytest.mark.parametrize("client", REAL_CLIENTS)
def test_requests_as_captured_are_answered(served, client):
    """HTTP-1, HTTP-3, HTTP-10: GRUB and U-Boot compare these bytes, letter by letter."""
    with Conversation(served.lan) as conversation:
        conversation.send(REAL_CLIENTS[client])
        line, fields, body = conversation.response()
        assert line == "HTTP/1.1 200 OK"
        assert fields["Content-Length"] == str(len(KERNEL))
        assert fields["Content-Type"] == "application/octet-stream"
        assert fields["Accept-Ranges"] == "bytes"
        assert "Content-Encoding" not in fields and "Transfer-Encoding" not in fields
        assert body == KERNEL
        if client == "lpxelinux":
            assert fields["Connection"] == "close"
            assert conversation.ends()
        else:
            conversation.send(REAL_CLIENTS[client])
            assert conversation.response()[2] == KERNEL


def test_ipxe_goes_on_after_a_404_and_reads_blocks(served, conversation):
    """HTTP-12, HTTP-31: one connection for a miss, a HEAD and many small ranges, none of them a line of the log."""
    fields = ("Connection: keep-alive", "User-Agent: iPXE/1.0.0+git-20190125.36a4c85-5.1")
    conversation.send(get("/no%20such/vmlinuz", *fields))
    assert conversation.response()[0] == "HTTP/1.1 404 Not Found"
    conversation.send(get("/images/far.iso", *fields, method="HEAD"))
    assert conversation.response(head=True)[1]["Content-Length"] == str(os.stat(served.image).st_size)
    served.wait_for(r"/images/far\.iso: 200 OK \(HEAD\)$")  # written once the answer has left
    lines = served.log().count("\n")
    with open(served.image, "rb") as image:
        for block in range(16, 116):
            conversation.send(get("/images/far.iso", f"Range: bytes={block * BLOCK}-{(block + 1) * BLOCK - 1}", *fields))
            line, answer, body = conversation.response()
            image.seek(block * BLOCK)
            assert line == "HTTP/1.1 206 Partial Content"
            assert body == image.read(BLOCK)
    assert served.log().count("\n") == lines


def test_grub_sends_raw_spaces_and_bytes(served):
    """HTTP-4."""
    assert ask(served, get("/images/far/a b/ä+%25.txt"))[2] == b"odd\n"
    assert ask(served, get("/images/far/a%20b/%C3%A4+%25.txt"))[2] == b"odd\n"


# Each answer is followed by another request on the same connection when it is said that the connection stays.
ANSWERS = [
    ("no Host", "GET / HTTP/1.1\r\n\r\n", 400, False),
    ("two Hosts", get("/", "Host: x"), 400, False),
    ("1.0 needs no Host", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, True),
    ("no version", "GET /\r\n\r\n", 400, False),
    ("2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505, False),
    ("a later 1.x", "GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n", 200, True),
    ("bare LF", "GET /healthz HTTP/1.1\nHost: x\n\n", 200, True),
    ("a bare CR", "GET /heal\rthz HTTP/1.1\r\nHost: x\r\n\r\n", 400, False),
    ("a NUL", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400, False),
    ("a space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, False),
    ("a folded line", get("/", "X: a\r\n b"), 400, False),
    ("TLS", "\x16\x03\x01\x00\xa5\x01\x00\n", 400, False),
    ("absolute-form", get("http://elsewhere/healthz"), 200, True),
    ("authority-form", get("elsewhere:80"), 400, True),
    ("OPTIONS *", get("*", method="OPTIONS"), 204, True),
    ("GET *", get("*"), 400, False),
    ("POST with a body", get("/", "Content-Length: 4", method="POST") + "GET ", 405, True),
    ("DELETE", get("/", method="DELETE"), 405, True),
    ("TRACE", get("/", method="TRACE"), 405, True),
    ("an unknown method", get("/", method="BREW"), 501, True),
    ("two equal lengths", get("/", "Content-Length: 0", "Content-Length: 0"), 400, False),
    ("a list of lengths", get("/", "Content-Length: 4, 5"), 400, False),
    ("a signed length", get("/", "Content-Length: +4"), 400, False),
    ("both framings", get("/", "Content-Length: 4", "Transfer-Encoding: chunked"), 400, False),
    ("chunked", get("/", "Transfer-Encoding: chunked", method="POST"), 411, False),
    ("another coding", get("/", "Transfer-Encoding: gzip, chunked"), 501, False),
    ("a body too large", get("/", "Content-Length: 65537"), 413, False),
    ("the longest request line", get("/" + "a" * (8192 - len("GET / HTTP/1.1"))), 404, True),
    ("a longer request line", get("/" + "a" * (8193 - len("GET / HTTP/1.1"))), 414, False),
    ("the longest field", get("/healthz", "X:" + "a" * 8190), 200, True),
    ("a longer field", get("/healthz", "X:" + "a" * 8191), 431, False),
    ("a hundred fields", get("/healthz", *["X: y"] * 99), 200, True),
    ("more fields", get("/healthz", *["X: y"] * 100), 431, False),
]


@pytest.mark.parametrize("name,request_text,status,stays", ANSWERS, ids=[row[0] for row in ANSWERS])
def test_each_mistake_has_its_answer(conversation, name, request_text, status, stays):
    """HTTP-1..7, HTTP-12, HTTP-13: what is refused, and whether what follows can still be understood."""
    conversation.send(request_text)
    line, fields, body = conversation.response()
    assert int(line.split()[1]) == status
    assert "Date" in fields
    if status == 405:
        assert fields["Allow"] == "GET, HEAD, OPTIONS"
    if stays:
        conversation.send(get("/healthz"))
        assert conversation.response()[2] == b"ok\n"
    else:
        assert fields["Connection"] == "close"
        assert conversation.ends()


PATHS = [
    ("/images/far/.disk/info", 200),
    ("/images/far/live/vmlinuz?x=y", 200),
    ("/images/far/./live//vmlinuz", 200),
    ("/images/far/live/../live/vmlinuz", 200),
    ("/images/far/%6cive/vmlinuz", 200),
    ("/images/far/%2e/live/vmlinuz", 200),
    ("/images/FAR/LIVE/VMLINUZ", 200),
    ("/images/far/absolute", 200),
    ("/images/far/live%2fvmlinuz", 404),
    ("/images/far/live%5cvmlinuz", 404),
    ("/images/far/%252e/live/vmlinuz", 404),
    ("/images/far/secret", 404),
    ("/images/far/loop", 404),
    ("/images/far/none", 404),
    ("/images/none.iso", 404),
    ("/../etc/passwd", 404),
    ("/images/far/../../../etc/passwd", 404),
    ("/%2e%2e/%2e%2e/etc/passwd", 404),
    ("/images/far/live/vmlinuz/x", 404),
    ("/%00", 400),
    ("/%zz", 400),
    ("/%0a", 400),
]


@pytest.mark.parametrize("path,status", PATHS)
def test_paths_stay_in_the_tree(served, path, status):
    """HTTP-16, HTTP-17, HTTP-18."""
    got, fields, body = ask(served, get(path))
    assert got == status
    assert b"root:" not in body
    if "vmlinuz" in path and status == 200:
        assert body == KERNEL


@pytest.mark.parametrize("path", ["/images/far/live/vmlinuz", "/none", "/images/far", "/images/far/", "/healthz"])
def test_head_says_what_get_would(served, path):
    """HTTP-8: the same fields, no body, and the next request on the connection is understood."""
    status, fields, body = ask(served, get(path))
    with Conversation(served.lan) as conversation:
        conversation.send(get(path, method="HEAD") + get("/healthz"))
        line, head, nothing = conversation.response(head=True)
        assert int(line.split()[1]) == status
        assert {**head, "Date": ""} == {**fields, "Date": ""}
        assert conversation.response()[2] == b"ok\n"


def test_directories_are_listed_and_files_never_redirected(served):
    """HTTP-11, HTTP-19: GRUB and U-Boot follow no redirect."""
    status, fields, _ = ask(served, get("/images/far/live"))
    assert (status, fields["Location"]) == (301, "/images/far/live/")
    status, fields, _ = ask(served, get("//images/far/a%20b?json"))
    assert (status, fields["Location"]) == (301, "/images/far/a%20b/?json")
    status, fields, body = ask(served, get("/images/far/a%20b/"))
    assert status == 200 and fields["Content-Type"] == "text/html; charset=utf-8"
    assert b"%C3%A4" in body
    status, fields, body = ask(served, get("/images/far/live/?json"))
    assert status == 200 and fields["Content-Type"].startswith("application/json")
    assert b"vmlinuz" in body


@pytest.mark.parametrize(
    "path,kind",
    [
        ("/images/far.iso", "application/vnd.efi-iso"),
        ("/images/far/boot.efi", "application/efi"),
        ("/images/far/far.img", "application/vnd.efi-img"),
        ("/images/far/live/vmlinuz", "application/octet-stream"),
    ],
)
def test_types_have_no_parameters(served, path, kind):
    """HTTP-20: edk2 compares the whole value."""
    assert ask(served, get(path, method="HEAD"), head=True)[1]["Content-Type"] == kind


def test_ranges_beyond_4_gib(served):
    """HTTP-22: the matrix around 4 GiB and at the end, against the bytes of the image."""
    size = os.stat(served.image).st_size
    edges = [0, 4 * GIB - 1, 4 * GIB, 4 * GIB + 1, FAR_BLOCK * BLOCK - 1, FAR_BLOCK * BLOCK, size - 1]
    with open(served.image, "rb") as image, Conversation(served.lan) as conversation:
        for first in edges:
            for length in (1, 1000):
                last = min(first + length, size) - 1
                image.seek(first)
                expected = image.read(last + 1 - first)
                for spec in (f"{first}-{first + length - 1}",) + ((f"-{size - first}",) if last == size - 1 else ()):
                    conversation.send(get("/images/far.iso", f"Range: bytes={spec}"))
                    line, fields, body = conversation.response()
                    assert line == "HTTP/1.1 206 Partial Content"
                    assert fields["Content-Range"] == f"bytes {first}-{last}/{size}"
                    assert body == expected


RANGES = [
    ("bytes=0-0", 206, "bytes 0-0/2097152"),
    ("bytes=2097151-", 206, "bytes 2097151-2097151/2097152"),
    ("bytes=-5", 206, "bytes 2097147-2097151/2097152"),
    ("bytes=-9999999", 206, "bytes 0-2097151/2097152"),
    ("bytes=0-9999999", 206, "bytes 0-2097151/2097152"),
    ("bytes=0-9,10-19", 206, "bytes 0-19/2097152"),
    ("bytes=0-9,9999999-", 206, "bytes 0-9/2097152"),
    ("bytes=2097152-", 416, "bytes */2097152"),
    ("bytes=-0", 416, "bytes */2097152"),
    ("bytes=9223372036854775808-", 416, "bytes */2097152"),
    ("bytes=99999999999999999999-", 416, "bytes */2097152"),
    ("bytes=0-9,20-29", 200, None),
    ("bytes=5-3", 200, None),
    ("bytes=", 200, None),
    ("bytes=x-y", 200, None),
    ("lines=0-9", 200, None),
]


@pytest.mark.parametrize("value,status,content_range", RANGES)
def test_ranges_of_a_file_in_an_image(served, value, status, content_range):
    """HTTP-21..24."""
    got, fields, body = ask(served, get("/images/far/live/vmlinuz", f"Range: {value}"))
    assert got == status
    assert fields.get("Content-Range") == content_range
    if status == 206:
        first, last = map(int, re.match(r"bytes (\d+)-(\d+)/", content_range).groups())
        assert body == KERNEL[first : last + 1]
    elif status == 200:
        assert body == KERNEL


def test_an_empty_file_has_no_ranges(served):
    status, fields, body = ask(served, get("/images/far/empty"))
    assert (status, fields["Content-Length"], body) == (200, "0", b"")
    assert ask(served, get("/images/far/empty", "Range: bytes=0-"))[0] == 416


def test_downloads_resume_only_on_the_same_file(served):
    """HTTP-25..28: edk2 resumes with If-Match or If-Unmodified-Since, apt with If-Range."""
    path = "/images/far/live/vmlinuz"
    _, fields, _ = ask(served, get(path, method="HEAD"), head=True)
    etag, modified = fields["ETag"], fields["Last-Modified"]
    old = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert re.fullmatch(r'"[^"]+"', etag)
    part = "Range: bytes=100-199"
    for conditions, status in [
        ([f"If-Match: {etag}", part], 206),
        (['If-Match: "x"', part], 412),
        ([f"If-Unmodified-Since: {modified}", part], 206),
        ([f"If-Unmodified-Since: {old}", part], 412),
        (["If-Unmodified-Since: Sunday, 06-Nov-94 08:49:37 GMT", part], 412),
        (["If-Unmodified-Since: Sun Nov  6 08:49:37 1994", part], 412),
        (["If-Unmodified-Since: someday", part], 206),
        ([f"If-Range: {etag}", part], 206),
        ([f"If-Range: {modified}", part], 206),
        ([f"If-Range: {old}", part], 200),
        (['If-Range: "x"', part], 200),
        ([f"If-None-Match: {etag}", part], 304),
        ([f"If-None-Match: W/{etag}"], 304),
        (['If-None-Match: "x"', f"If-Modified-Since: {modified}"], 200),
        ([f"If-Modified-Since: {modified}"], 304),
        ([f"If-Modified-Since: {old}"], 200),
    ]:
        got, fields, body = ask(served, get(path, *conditions))
        assert got == status, conditions
        if status == 206:
            assert body == KERNEL[100:200]
        if status == 304:
            assert fields["ETag"] == etag and "Date" in fields and "max-age" in fields["Cache-Control"]


def test_menus_are_not_cached(served):
    """HTTP-29."""
    status, fields, _ = ask(served, get("/pxelinux.cfg/default"))
    assert status == 200 and fields["Cache-Control"] == "no-cache"


def test_pipelined_requests_are_answered_in_order(conversation):
    """HTTP-12: apt sends ten at once."""
    conversation.send("".join(get("/images/far/live/vmlinuz", f"Range: bytes={i}-{i}") for i in range(200)))
    for i in range(200):
        assert conversation.response()[2] == bytes([i])


def test_a_header_that_drips_is_refused(conversation):
    """HTTP-14: ten seconds for the whole header, however many bytes come in between."""
    start = time.monotonic()
    conversation.socket.settimeout(0.5)
    for byte in "GET / HTTP/1.1\r\nX: " + "a" * 100:
        conversation.send(byte)
        try:
            conversation.input += conversation.socket.recv(4096)
            break
        except TimeoutError:
            pass
    assert conversation.input.startswith(b"HTTP/1.1 408 ")
    assert 9 < time.monotonic() - start < 12


def test_clients_that_reset_do_no_harm(served):
    """HTTP-15: GRUB ends every transfer and every seek so."""
    for _ in range(50):
        with Conversation(served.lan) as conversation:
            conversation.send(get("/images/far.iso"))
            conversation.socket.recv(1000)
            conversation.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert ask(served, get("/healthz"))[2] == b"ok\n"
    served.wait_for(r"http .*/images/far\.iso: \d+ of \d+ bytes sent: ")


def test_curl_downloads_resumes_and_stops_at_the_end(served, tmp_path):
    url = f"http://{SERVER}/images/far/far.img"
    assert curl(served, url) == FAR
    part = tmp_path / "part"
    part.write_bytes(FAR[:1000000])
    curl(served, "-C", "-", "-o", part, url)
    assert part.read_bytes() == FAR
    assert curl(served, "-r", "5000000-5000009", url) == FAR[5000000:5000010]
    head = curl(served, "-I", url).decode()
    assert f"Content-Length: {len(FAR)}\r\n" in head


def test_one_line_of_log_for_each_transfer(served):
    """HTTP-31, and no client writes lines of its own into the log."""
    ask(served, get("/images/far/live/vmlinuz?log"))
    served.wait_for(r"http 10\.9\.0\.1: /images/far/live/vmlinuz\?log: 200, 2097152 bytes in \d+\.\d+ s$")
    ask(served, get("/none?\x1b[31m\xc2\x9b"))
    ask(served, get("/none-such"))
    served.wait_for(r"http 10\.9\.0\.1: /none-such: 404 Not Found$")
    assert "\x1b" not in served.log()


def test_files_leave_by_sendfile(served, tmp_path):
    """Issue 2, point 5: a file beyond 4 GiB leaves from the image's own descriptor, nothing of it is read."""
    trace_path = tmp_path / "trace"
    calls = "sendfile,read,pread64,readv,preadv,mmap,splice"
    strace = subprocess.Popen(
        [require("strace", "strace"), "-f", "-yy", "-e", f"trace={calls}", "-o", trace_path, "-p", str(served.pid)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert "attached" in strace.stderr.readline()
        assert ask(served, get("/images/far/far.img"))[2] == FAR
    finally:
        strace.send_signal(signal.SIGINT)
        strace.wait(10)
    sent, read = [], []
    for line in trace_path.read_text().splitlines():
        if "far.iso" not in line:
            continue
        call = re.search(r"sendfile\(.*far\.iso.*, \[(\d+)\].*, \d+\) += (\d+)", line)
        (sent if call else read).append(call.groups() if call else line)
    assert sum(int(length) for _, length in sent) == len(FAR)
    assert min(int(offset) for offset, _ in sent) == FAR_BLOCK * BLOCK
    assert not [line for line in read if "EAGAIN" not in line]


def test_etags_survive_a_restart(lan, served, tmp_path):
    """HTTP-25: a machine that resumes its download does not notice."""
    tags = []
    with images.Folder(served.image) as folder:
        for run in ("first", "second"):
            (tmp_path / run).mkdir()
            with Daemon(lan, [folder, "--dhcp", "off"], tmp_path / run) as daemon:
                daemon.lan = lan
                head = ask(daemon, get("/images/far/live/vmlinuz", method="HEAD"), head=True)[1]
                tags.append(head["ETag"])
    assert tags[0] == tags[1]


def test_an_image_cut_short_ends_the_transfer_only(lan, tmp_path):
    """A promise of length cannot be kept once the bytes are gone; the connection must end short, and nothing else."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/root.img").write_bytes(os.urandom(64 << 20))
    make_iso(tmp_path / "tree", tmp_path / "cut.iso")
    with images.Folder() as folder:
        image = images.put(tmp_path / "cut.iso", folder.path)
        with Daemon(lan, [folder, "--dhcp", "off"], tmp_path) as daemon:
            daemon.lan = lan
            with Conversation(lan) as conversation:
                conversation.send(get("/images/cut/root.img"))
                conversation.read_until(lambda text: b"\r\n\r\n" in text)
                os.truncate(image, 8 << 20)
                assert not conversation.read_until(lambda text: len(text) >= 64 << 20)
            assert ask(daemon, get("/healthz"))[2] == b"ok\n"
            daemon.wait_for(r"/images/cut/root\.img: \d+ of 67108864 bytes sent: the image has become shorter")
