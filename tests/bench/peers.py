# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that pxeiso is measured against, each serving one folder of extracted files.

They run inside the network of the measurement, on their real ports and on an address of their own. nginx and tftpd-hpa
are taken from the system when they are installed; otherwise their packages are unpacked into build/bench, because
installing them would start them and leave them running.
"""

import os
import pathlib
import shutil
import subprocess
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
UNPACKED = REPOSITORY / "build/bench"

NGINX_CONFIGURATION = """
user root;
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    server {{ listen {address}:80 reuseport; root {root}; }}
}}
"""


def find(tool, package):
    """The path of a server's program."""
    installed = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    unpacked = UNPACKED / "usr/sbin" / tool
    if installed:
        return installed
    if not unpacked.exists():
        UNPACKED.mkdir(parents=True, exist_ok=True)
        # The user that apt downloads as may not write here: root may.
        command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package]
        subprocess.run(command, cwd=UNPACKED, check=True, stdin=subprocess.DEVNULL)
        archive = next(UNPACKED.glob(f"{package}_*.deb"))
        subprocess.run(["dpkg", "-x", archive, UNPACKED], check=True)
    return str(unpacked)


class Peer:
    """One running server; a context manager that ends it."""

    def __init__(self, name, namespace, command):
        self.name = name
        self._log = open(os.devnull, "ab")
        self.process = namespace.popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        time.sleep(0.5)
        if self.process.poll() is not None:
            raise SystemExit(f"{name} did not start: {' '.join(map(str, command))}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self._log.close()

    @property
    def pid(self):
        return self.process.pid


def nginx(namespace, address, root, folder):
    """sendfile on, no access log, as many workers as cores."""
    configuration = pathlib.Path(folder) / "nginx.conf"
    settings = {"address": address, "root": root, "folder": folder, "workers": os.cpu_count()}
    configuration.write_text(NGINX_CONFIGURATION.format(**settings))
    return Peer("nginx", namespace, [find("nginx", "nginx-light"), "-p", folder, "-c", configuration])


def tftpd_hpa(namespace, address, root):
    command = [find("in.tftpd", "tftpd-hpa"), "--foreground", "--address", f"{address}:69", "--secure", root]
    return Peer("tftpd-hpa", namespace, command)


def dnsmasq(namespace, address, root):
    command = [find("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--port=0"]
    command += ["--bind-interfaces", f"--listen-address={address}", "--enable-tftp", f"--tftp-root={root}"]
    command += ["--user=root", "--pid-file", "--log-facility=-"]
    return Peer("dnsmasq", namespace, command)
