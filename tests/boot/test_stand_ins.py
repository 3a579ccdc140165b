# SPDX-License-Identifier: GPL-3.0-or-later
"""Families that take what lies in their initramfs by themselves, where the real initramfs is in no package of Debian: ours stands
in for it. It looks in the place where the family's own looks, with the same question, and uses what it finds there; nothing
else of that family is shown by it. The images are laid out as the family's are, the recipes are the built-in ones.
"""

import subprocess

import pytest
from support import stand_in
from support.boot import SERVER_RANGE
from support.requires import require

# A family: its arguments, files of its image (a folder's name ends in .sfs: packed), links there, where its initramfs looks,
# and what it then finds.
FAMILIES = {
    # genkernel's linuxrc: loop= names a file that is there already
    "genkernel": (
        "root=/dev/ram0 init=/linuxrc looptype=squashfs loop=/image.squashfs cdroot",
        {"image.squashfs": {"marker": "root of Gentoo"}},
        "[ -e /image.squashfs ] && mount -t squashfs -o loop,ro /image.squashfs /root && found=$(cat /root/marker)",
        "root of Gentoo",
    ),
    # Puppy's init: the name of its own file, in the root
    "puppy": (
        "pmedia=cd",
        {"puppy_test.sfs": {"marker": "root of Puppy\n"}, "zdrv_test.sfs": {"x": ""}, "other.sfs": {"x": ""}},
        "[ -f /puppy_test.sfs ] && mount -t squashfs -o loop,ro /puppy_test.sfs /root && found=$(cat /root/marker; ls /*.sfs)",
        "root of Puppy /puppy_test.sfs /zdrv_test.sfs",
    ),
    # tce-setup: the list of extensions that are built in
    "tinycore": (
        "loglevel=3 cde",
        {"cde/onboot.lst": "one.tcz\n", "cde/optional/one.tcz": {"marker": "extension\n"}, "cde/optional/two.tcz": {"x": ""}},
        "for name in $(cat /tmp/builtin/onboot.lst); do mount -t squashfs -o loop,ro /tmp/builtin/optional/$name /root; done\n"
        "found=$(cat /root/marker; ls /tmp/builtin/optional)",
        "extension one.tcz two.tcz",
    ),
    # Proxmox's init: the image at this very name
    "proxmox": (
        "ro ramdisk_size=16777216 rw quiet",
        {".cd-info": "PRODUCT='pve'\n", "boot/linux26": None},
        "[ -f /proxmox.iso ] && mount -t iso9660 -o loop,ro /proxmox.iso /root && found=$(cat /root/.cd-info)",
        "PRODUCT='pve'",
    ),
    # mkinitfs' init: a repository below /media, which has to be mounted there
    "alpine": (
        "modules=loop,squashfs,sd-mod,usb-storage quiet",
        {"apks/.boot_repository": "", "boot/modloop-lts": "modules\n", "apks/x86_64/APKINDEX.tar.gz": "index"},
        "found=$(find /media -name .boot_repository -maxdepth 3; cat /media/*/boot/modloop-lts; cut -d' ' -f2,3 /proc/mounts"
        " | while read line; do case $line in /media/*) echo $line ;; esac; done)",
        "/media/pxeiso/apks/.boot_repository modules /media/pxeiso iso9660",
    ),
    # cdrom-detect of Debian's installer: this file says that the disc is mounted
    "debian-installer": (
        "vga=788 --- quiet",
        {
            ".disk/info": "Debian\n",
            ".disk/base_installable": "",
            "dists/bookworm/Release": "Codename: bookworm\n",
            "pool/main/a.udeb": "package\n",
            "README": "not needed\n",
        },
        "[ -e /cdrom/.disk/info ] && found=$(cat /cdrom/dists/stable/Release /cdrom/pool/main/a.udeb; ls -d /hd-media;"
        " ls /cdrom; cut -c1-30 /preseed.cfg)",
        "Codename: bookworm package /hd-media dists pool d-i preseed/early_command stri d-i cdrom-detect/eject boolean",
    ),
}
KERNELS = {"proxmox": "boot/linux26", "alpine": "boot/vmlinuz-lts", "debian-installer": "install.amd/vmlinuz"}


def make_image(name, folder):
    """The image of a family, with our initramfs in it."""
    require("mksquashfs", "squashfs-tools")
    arguments, files, script, _ = FAMILIES[name]
    kernel_path = KERNELS.get(name, "boot/gentoo" if name == "genkernel" else "boot/vmlinuz")
    tree = folder / "tree"
    for path, content in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            for inner, text in content.items():
                (folder / path / "tree").mkdir(parents=True, exist_ok=True)
                (folder / path / "tree" / inner).write_text(text)
            subprocess.run(["mksquashfs", folder / path / "tree", tree / path, "-quiet"], check=True, capture_output=True)
        elif content is not None:
            (tree / path).write_text(content)
    if name == "debian-installer":
        (tree / "dists/stable").symlink_to("bookworm")
    return stand_in.pack(tree, kernel_path, script, {"it": arguments}, folder)


@pytest.mark.parametrize("name", FAMILIES)
def test_family_finds_what_lies_in_its_initramfs(boot, tmp_path, name):
    """Its own initrd and ours, as it is served; nothing is fetched by what has been started."""
    image = make_image(name, tmp_path)
    with boot(image, "--default", "stand-in:it", *SERVER_RANGE, memory=768) as machine:
        machine.wait_for(r"PXEISO-MARKER stand-in:")
        assert machine.machine.wait_for(r"PXEISO-END", 30)
        _, _, found = machine.machine.serial().rpartition("PXEISO-MARKER stand-in:")
        assert found.partition("PXEISO-END")[0].split() == FAMILIES[name][3].split()
