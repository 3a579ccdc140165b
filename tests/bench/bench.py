#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pxeiso beside nginx, tftpd-hpa, dnsmasq and Kea, in one run and on one machine: `make bench`.

Everything happens in a network namespace of its own, client and servers joined by a bridge. pxeiso serves a file that
lies inside an ISO, the others serve the same file extracted. The servers take turns, so that what else the machine does
meets them all; the figures are medians, with the lowest and the highest run behind them. At last come the costs of
indexes, beside their targets.

BENCH_RUNS sets the number of runs (7), BENCH_SIZE the size of the file for HTTP in MiB (256). BENCH_ONLY is one of
files, start, leases and indexes, and leaves out the others.
"""

import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import measure
import peers
from indexes import bench_indexes
from leases import bench_leases
from pxeiso import Pxeiso
from support.netns import Network, sweep

RUNS = int(os.environ.get("BENCH_RUNS", "7"))
HTTP_SIZE = int(os.environ.get("BENCH_SIZE", "256")) * measure.MIB
ONLY = os.environ.get("BENCH_ONLY", "")
TFTP_SIZE = 32 * measure.MIB
BLKSIZE = 1468
PEER_ADDRESSES = ("10.9.0.2", "10.9.0.3")


def http_body(client, host, path):
    """The body of a small answer, or "" while nobody answers."""
    done = client.run(["curl", "-s", "--max-time", "5", f"http://{host}{path}"], check=False)
    return done.stdout if done.returncode == 0 else ""


def wait_for(question, what, limit=180):
    deadline = time.monotonic() + limit
    while not question():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: {what} did not come in {limit} s")
        time.sleep(0.02)


def make_image(folder, path, files):
    """An ISO of `files` {name: bytes}, which stay in `folder`."""
    for name, content in files.items():
        target = pathlib.Path(folder) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-r", "-J", "-V", "BENCH", "-o", path, folder]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    pathlib.Path(path).chmod(0o644)


def print_table(title, unit, rows):
    """rows: (who, values, remark). The ratio is to the first row that is not pxeiso's."""
    peer = next((statistics.median(values) for who, values, _ in rows if not who.startswith("pxeiso")), None)
    print(f"\n{title}")
    for who, values, remark in rows:
        middle = statistics.median(values)
        ratio = f"{middle / peer:6.2f} x" if peer else ""
        print(f"  {who:<26}{middle:9.1f} {unit:<6}({min(values):8.1f} .. {max(values):8.1f})  {ratio}  {remark}")


def bench_http(lan, client, folder, servers):
    """servers: [(who, pid, host, path)]."""
    for connections in (1, 8):
        size = HTTP_SIZE // connections
        path_of = {1: "large", 8: "small"}[connections]
        rates = {who: [] for who, *_ in servers}
        busy = dict.fromkeys(rates, 0.0)
        for _ in range(RUNS):
            for who, pid, host, path in servers:
                before = measure.cpu_seconds(pid)
                rates[who].append(measure.http_rate(client, host, path + path_of, size, connections))
                busy[who] += measure.cpu_seconds(pid) - before
        gib = RUNS * HTTP_SIZE / 1024 / measure.MIB
        rows = [(who, rates[who], f"{busy[who] / gib:5.2f} s of processor a GiB") for who in rates]
        each = f"{connections} x {size // measure.MIB} MiB" + (" at the same time" if connections > 1 else "")
        print_table(f"HTTP, {each}, {RUNS} runs", "MiB/s", rows)


def bench_tftp(client, servers):
    """servers: [(who, host, path)]."""
    rates = {who: [] for who, *_ in servers}
    for _ in range(RUNS):
        for who, host, path in servers:
            rates[who].append(measure.tftp_rate(client, host, path, TFTP_SIZE, BLKSIZE))
    rows = [(who, values, "") for who, values in rates.items()]
    print_table(f"TFTP, 32 MiB, blksize {BLKSIZE}, a block at a time, {RUNS} runs", "MiB/s", rows)
    _, host, path = servers[0]
    window = [measure.tftp_rate(client, host, path, TFTP_SIZE, BLKSIZE, 16) for _ in range(RUNS)]
    print_table("TFTP, the same with windowsize 16, which the others do not have", "MiB/s", [("pxeiso", window, "")])


def bench_files(lan, client, folder):
    """HTTP and TFTP throughput."""
    extracted, images = folder / "extracted", folder / "images"
    images.mkdir()
    noise = os.urandom(HTTP_SIZE)
    files = {"large": noise, "small": noise[: HTTP_SIZE // 8], "tftp": noise[:TFTP_SIZE], "hello": b"hello"}
    make_image(extracted, images / "bench.iso", files)
    listen = ["--listen", lan.address, "--dhcp", "off"]
    with Pxeiso(lan, folder, *listen, images) as daemon, peers.nginx(
        lan, PEER_ADDRESSES[0], extracted, folder
    ) as nginx, peers.tftpd_hpa(lan, PEER_ADDRESSES[0], extracted), peers.dnsmasq(lan, PEER_ADDRESSES[1], extracted):
        wait_for(lambda: http_body(client, lan.address, "/images/bench/hello") == "hello", "the image")
        http = [
            ("pxeiso, inside an ISO", daemon.process.pid, lan.address, "/images/bench/"),
            ("nginx, extracted", nginx.pid, PEER_ADDRESSES[0], "/"),
        ]
        bench_http(lan, client, folder, http)
        tftp = [
            ("pxeiso, inside an ISO", lan.address, "images/bench/tftp"),
            ("tftpd-hpa, extracted", PEER_ADDRESSES[0], "tftp"),
            ("dnsmasq, extracted", PEER_ADDRESSES[1], "tftp"),
        ]
        bench_tftp(client, tftp)


def start_times(lan, client, folder, images, names):
    """Seconds from start to the first offer, and to the last image in the menu."""
    with measure.open_dhcp_client(client) as sock:
        begin = time.perf_counter()
        with Pxeiso(lan, folder, images):
            measure.wait_for_offer(sock)
            offer = time.perf_counter() - begin

            def all_listed():
                menu = http_body(client, lan.address, "/pxelinux.cfg/default")
                return all((name if len(names) == 1 else f"menus/{name}.cfg") in menu for name in names)

            wait_for(all_listed, "the menu with all images")
            return offer, time.perf_counter() - begin


def bench_start(lan, client, folder):
    """Each image is a file of its own with a boot menu and 300 files."""
    print(f"\nFrom start to the first offer, and to all images in the menu, {min(RUNS, 5)} runs", flush=True)
    menu = "DEFAULT live\nLABEL live\n  KERNEL /live/vmlinuz\n  INITRD /live/initrd.img\n  APPEND boot=live quiet\n"
    files = {f"pool/{number:03}/package.deb": b"x" * 2000 for number in range(300)}
    files |= {"isolinux/isolinux.cfg": menu.encode(), "live/vmlinuz": b"k" * 4096, "live/initrd.img": b"i" * 4096}
    model = folder / "model.iso"
    make_image(folder / "model", model, files)
    for count in (1, 200):
        images = folder / f"images-{count}"
        images.mkdir()
        names = [f"bench-{number:03}" for number in range(count)]
        for name in names:
            shutil.copy(model, images / f"{name}.iso")
        times = [start_times(lan, client, folder, images, names) for _ in range(min(RUNS, 5))]
        for what, values in zip(("first offer", "all in the menu"), zip(*times)):
            low, middle, high = (1000 * value for value in (min(values), statistics.median(values), max(values)))
            print(f"  {what + ', ' + str(count):<26}{middle:9.1f} ms    ({low:8.1f} .. {high:8.1f})")


def main():
    sweep()
    print(f"{platform.release()}, {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(prefix="pxeiso-bench-", dir="/var/tmp") as name:
        folder = pathlib.Path(name)
        # The daemon and the peers give up root.
        folder.chmod(0o755)
        with Network() as lan:
            for address in PEER_ADDRESSES:
                lan.add_address(f"{address}/24", lan.device)
            client = lan.add_client("10.9.0.50")
            if ONLY in ("", "files"):
                bench_files(lan, client, folder)
            if ONLY in ("", "start"):
                bench_start(lan, client, folder)
            if ONLY in ("", "leases"):
                bench_leases(min(RUNS, 3))
            if ONLY in ("", "indexes"):
                bench_indexes(lan, folder, min(RUNS, 5))


if __name__ == "__main__":
    main()
