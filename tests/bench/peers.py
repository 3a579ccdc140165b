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


KEA_CONFIGURATION = """
{{ "Dhcp4": {{
    "interfaces-config": {{ "interfaces": [ "{device}/{address}" ], "dhcp-socket-type": "udp" }},
    "lease-database": {{ "type": "memfile", "persist": true, "name": "{folder}/kea.csv", "lfc-interval": 0 }},
    "valid-lifetime": 3600,
    "subnet4": [ {{ "subnet": "{subnet}", "pools": [ {{ "pool": "{pool}" }} ] }} ],
    "loggers": [ {{ "name": "kea-dhcp4", "severity": "WARN", "output_options": [ {{ "output": "stderr" }} ] }} ]
}} }}
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

    def __init__(self, name, namespace, command, environment=None):
        self.name = name
        self._log = open(os.devnull, "ab")
        options = {"stdin": subprocess.DEVNULL, "stdout": self._log, "stderr": self._log, "env": environment}
        self.process = namespace.popen(command, **options)
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


def dnsmasq_dhcp(namespace, address, first, last, folder):
    """Leases in a file, as it comes; its look whether an address is in use is off, since nobody else is there."""
    command = [find("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null", "--port=0"]
    command += ["--bind-interfaces", f"--listen-address={address}", "--user=root", "--pid-file", "--log-facility=-"]
    command += [f"--dhcp-range={first},{last},255.255.0.0,1h", "--dhcp-lease-max=65536", "--no-ping", "--quiet-dhcp"]
    return Peer("dnsmasq", namespace, [*command, f"--dhcp-leasefile={folder}/dnsmasq.leases"])


def kea_environment():
    """Where Kea's programs find their libraries when they are not installed."""
    find("kea-lfc", "kea-common")
    libraries = sorted(UNPACKED.glob("usr/lib/*/libkea-dhcpsrv.so*"))
    return {**os.environ, "LD_LIBRARY_PATH": str(libraries[0].parent)} if libraries else dict(os.environ)


def kea(namespace, address, first, last, folder):
    """Leases in its memfile, which it writes and does not sync."""
    configuration = pathlib.Path(folder) / "kea.conf"
    settings = {"device": namespace.device, "address": address, "pool": f"{first} - {last}", "folder": folder}
    configuration.write_text(KEA_CONFIGURATION.format(**settings, subnet="10.9.0.0/16"))
    folders = {"KEA_PIDFILE_DIR": str(folder), "KEA_LOCKFILE_DIR": str(folder)}
    command = [find("kea-dhcp4", "kea-dhcp4-server"), "-c", configuration]
    return Peer("kea-dhcp4", namespace, command, {**kea_environment(), **folders})
