# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine that boots.

    with Machine(lan, folder=tmp_path) as machine:
        machine.wait_for(r"PXEISO-MARKER", timeout=180)

QEMU with SeaBIOS and the network card's own PXE option ROM, on a tap of the test's network. SeaBIOS repeats the text
screen on the serial line (graphics=off), so one log holds the ROM, PXELINUX's text, the kernel and the image's marker.
It is always killed at the end. No KVM: TCG is what every build machine has.
"""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import threading
import time
import warnings

from support.daemon import wait_until
from support.netns import end_with_parent
from support.requires import fail, require, require_file
from support.screen import Screen

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Za-z0-9]|[=>78cM])|\r")
MAC = "52:54:00:09:00:01"

# Seen in about one boot of sixty: the emulator leaves a processor in a loop, or PXELINUX 6.04 gives up between two files and
# never asks for the second. A restart is what a person would do; nothing else is restarted.
STUCK = re.compile(rb"BUG: soft lockup|Boot failed: press a key to retry")


class Machine:
    """One machine; `extra` are further arguments for QEMU, such as ["-cdrom", path].

    `card` are further properties of the network card: ",romfile=" takes its ROM away, so that UEFI drives it by itself.
    With split=True the text screen is repeated on the second serial line instead, since a menu that speaks on the first
    would be drawn twice on one. Both are sockets then, `line_paths`.
    """

    def __init__(self, network, folder, memory=1024, mac=MAC, kind="q35", boot="n", split=False, card="", extra=()):
        self.network = network
        self.folder = pathlib.Path(folder)
        self.mac = mac
        self.serial_path = self.folder / "serial.log"
        self.error_path = self.folder / "qemu.log"
        self._monitor_path = self.folder / "monitor"
        self._monitor_lock = threading.Lock()
        self.line_paths = [self.folder / "line1", self.folder / "line2"]
        self._arguments = [
            require("qemu-system-x86_64", "qemu-system-x86"),
            *("-machine", kind, "-accel", "tcg,thread=multi", "-cpu", "max"),
            *("-smp", 2, "-m", memory, "-nodefaults", "-no-user-config", "-display", "none", "-vga", "std"),
            *(self._split_lines() if split else self._one_line()),
            *("-qmp", f"unix:{self._monitor_path},server=on,wait=off", "-boot", boot, "-no-reboot"),
            # Without a source of randomness a live system may wait long for its first random bytes.
            *("-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"),
            *extra,
        ]
        if network is not None:
            require_file("/usr/lib/ipxe/qemu/pxe-virtio.rom", "ipxe-qemu")
            self._arguments += [
                *("-netdev", f"tap,id=lan,ifname={network.add_tap()},script=no,downscript=no"),
                *("-device", f"virtio-net-pci,netdev=lan,mac={mac}{card}"),
            ]
        self.process = None
        self._monitor = None

    def _one_line(self):
        line = ("-chardev", f"file,id=serial,path={self.serial_path}", "-serial", "chardev:serial")
        return ("-machine", "graphics=off", *line)

    def _split_lines(self):
        """SeaBIOS reads the port that repeats the screen from a file: COM2, as two bytes."""
        port = self.folder / "sercon-port"
        port.write_bytes((0x2F8).to_bytes(2, "little"))
        arguments = ["-fw_cfg", f"name=etc/sercon-port,file={port}"]
        for name, path in zip(("serial", "screen"), self.line_paths):
            log = self.serial_path if name == "serial" else self.folder / "screen.log"
            line = f"socket,id={name},path={path},server=on,wait=off,logfile={log}"
            arguments += ["-chardev", line, "-serial", f"chardev:{name}"]
        return arguments

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        if kind is not None and self._monitor and self.process.poll() is None:
            print(f"the screen: {self.screenshot(self.folder / 'failed.png')}, the serial log: {self.serial_path}")
        self.kill()

    def start(self):
        """Switch it on."""
        argv = [str(argument) for argument in self._arguments]
        with open(self.error_path, "wb") as errors:
            options = {"stdin": subprocess.DEVNULL, "stdout": errors, "stderr": errors}
            if self.network is None:
                self.process = subprocess.Popen(argv, preexec_fn=end_with_parent, **options)
            else:
                self.process = self.network.popen(argv, **options)
        if not wait_until(self._connect_monitor, 30):
            self.kill()
            fail(f"QEMU did not start:\n{self.error_path.read_text()}")
        threading.Thread(target=self._restart_when_stuck, args=(self.process,), daemon=True).start()

    def _restart_when_stuck(self, process):
        """Press the button, once for each machine, and have it told among the warnings of the run."""
        while process.poll() is None:
            time.sleep(1)
            stuck = STUCK.search(self.serial_path.read_bytes()) if self.serial_path.exists() else None
            if stuck:
                warnings.warn(f"the machine of {self.folder.name} was restarted: {stuck[0].decode()}", stacklevel=1)
                with contextlib.suppress(OSError, ValueError, AttributeError, RuntimeError):
                    self._execute("set-action", reboot="reset")
                    self._execute("system_reset")
                return

    def kill(self):
        """Pull the plug."""
        if self._monitor:
            self._monitor.close()
            self._monitor = None
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def serial(self):
        """What the serial line has shown, without terminal escapes."""
        if not self.serial_path.exists():
            return ""
        return ESCAPES.sub("", self.serial_path.read_bytes().decode(errors="replace"))

    def wait_for(self, pattern, timeout, reject=None):
        """The match of `pattern` on the serial line.

        The test fails at once when `reject` matches or QEMU ends, else after `timeout` seconds, and shows the end of
        the log in each case.
        """

        def look():
            text = self.serial()
            return (
                re.search(pattern, text, re.M)
                or (reject and re.search(reject, text, re.M) and "rejected")
                or (self.process.poll() is not None and "ended")
            )

        started = time.monotonic()
        found = look_again = wait_until(look, timeout, 0.2)
        if found == "ended":
            look_again = re.search(pattern, self.serial(), re.M)
        if isinstance(look_again, re.Match):
            return look_again
        why = {"rejected": f"the machine said {reject!r}", "ended": "QEMU ended"}.get(found, "the time was over")
        fail(
            f"{why} after {time.monotonic() - started:.0f} s of waiting for {pattern!r}; "
            f"the end of the serial log:\n{self.serial()[-4000:]}\n{self.error_path.read_text()[-1000:]}",
        )

    def terminal(self):
        """A terminal on the first serial line, as it is now."""
        return Screen().feed(self.serial_path.read_bytes() if self.serial_path.exists() else b"")

    def text_screen(self):
        """The screen as that terminal shows it."""
        return self.terminal().text()

    def wait_for_screen(self, text, timeout=30):
        """Wait until the terminal's screen has `text`; the screen."""
        screen = wait_until(lambda: text in self.text_screen() and self.text_screen(), timeout, 0.3)
        if not screen:
            fail(f"the screen never showed {text!r}, but:\n{self.text_screen()}")
        return screen

    def screenshot(self, path):
        """The screen as a file, PNG or PPM by its suffix."""
        self._execute("screendump", filename=str(path), format=pathlib.Path(path).suffix[1:])
        return path

    def send_keys(self, *keys):
        """Press keys one after another, by QEMU's names: "down", "ret", "a", "esc"."""
        for key in keys:
            chord = [{"type": "qcode", "data": part} for part in key.split("+")]
            self._execute("send-key", keys=chord)
            time.sleep(0.15)

    def type_on_line(self, *keys):
        """Type keys on the first serial line, with split=True; the bytes of one key go together.

        Who listens there stalls the line unless it reads, and what the machine has not read yet when nobody listens
        any more is lost: so the line is read for two seconds.
        """
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.line_paths[0]))
            line.settimeout(0.1)
            for key in keys:
                line.sendall(key.encode())
                end = time.monotonic() + (2 if key is keys[-1] else 0.4)
                while time.monotonic() < end:
                    with contextlib.suppress(TimeoutError):
                        line.recv(4096)

    def _connect_monitor(self):
        if self.process.poll() is not None or not self._monitor_path.exists():
            return False
        monitor = socket.socket(socket.AF_UNIX)
        monitor.settimeout(20)
        try:
            monitor.connect(str(self._monitor_path))
        except OSError:
            monitor.close()
            return False
        self._monitor = monitor.makefile("rw")
        self._monitor.readline()
        self._execute("qmp_capabilities")
        return True

    def _execute(self, command, **arguments):
        with self._monitor_lock:
            self._monitor.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            self._monitor.flush()
            for line in self._monitor:
                answer = json.loads(line)
                if "return" in answer:
                    return answer["return"]
                if "error" in answer:
                    raise RuntimeError(f"QEMU: {command}: {answer['error']['desc']}")
        raise RuntimeError(f"QEMU ended during {command}")
