# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as people and scripts meet it (DESIGN.md section 3): what the offline commands print, where, and with
which exit status: 0 done, 1 something was wrong and said on stderr, 2 bad usage."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile

import pytest

from support import images
from support.daemon import binary, run_command
from support.requires import require, require_file, require_root


@pytest.fixture(scope="session")
def small():
    """The folder of the small images, see testdata/make-small.sh."""
    return images.make("make-small.sh")


@pytest.fixture(scope="session")
def syslinux_iso(tmp_path_factory):
    """An image with a boot configuration of its own; its kernel is no kernel."""
    xorriso = require("xorriso", "xorriso")
    folder = tmp_path_factory.mktemp("syslinux")
    tree = folder / "tree"
    (tree / "isolinux").mkdir(parents=True)
    (tree / "live").mkdir()
    (tree / "live/vmlinuz").write_bytes(b"kernel" * 1000)
    (tree / "live/initrd.img").write_bytes(b"initrd" * 1000)
    (tree / "isolinux/isolinux.cfg").write_text(
        "DEFAULT plain\nTIMEOUT 50\n"
        "LABEL plain\n  MENU LABEL Plain ^system\n  KERNEL /live/vmlinuz\n  INITRD /live/initrd.img\n"
        "  APPEND quiet splash\n"
        "LABEL lost\n  KERNEL /live/no-such-kernel\n"
    )
    image = folder / "tiny system.iso"
    command = [xorriso, "-as", "mkisofs", "-quiet", "-R", "-V", "TINY", "-o", image, tree]
    subprocess.run(command, check=True, capture_output=True)
    return image


def good(*arguments, **options):
    """The stdout of a command that must succeed and have nothing to say on stderr."""
    done = run_command(arguments, **options)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def bad(status, *arguments, **options):
    """The stderr of a command that must end with `status`."""
    done = run_command(arguments, **options)
    assert done.returncode == status, done.stderr
    return done.stderr


# --- usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--frob"], "unknown option --frob"),
        (["ls"], "Usage: pxeiso ls"),
        (["cat", "x.iso"], "Usage: pxeiso cat"),
        (["ls", "--range", "192.0.2.1-192.0.2.2", "x.iso"], "--range is not an option of ls"),
        (["--http-port", "eighty"], "--http-port: port wants a port number, 1 to 65535, not 'eighty'"),
        (["--dhcp", "maybe", "."], "--dhcp: mode wants proxy, server or off"),
    ],
)
def test_bad_usage_is_status_2_with_a_hint(arguments, said):
    stderr = bad(2, *arguments)
    assert said in stderr
    assert "--help" in stderr


def test_help_and_version_go_to_stdout():
    usage = good("--help")
    for word in ("serve", "check", "list", "ls", "cat", "explain", "menu", "--range", "--default", "--timeout"):
        assert word in usage
    assert "--reader" not in usage
    assert re.fullmatch(r"pxeiso \d+(\.\d+)+\S*\nhelper for initramfs: x86_64 aarch64\n", good("--version"))


# --- ls ---------------------------------------------------------------------------------------------------------------


def walk(tree):
    """The paths below `tree` as ls -R names them."""
    for folder, folders, files in os.walk(tree):
        for name in folders + files:
            path = os.path.join(folder, name)
            is_folder = os.path.isdir(path) and not os.path.islink(path)
            yield os.path.relpath(path, tree) + ("/" if is_folder else "")


def test_ls_prints_one_name_a_line(small):
    names = good("ls", small / "rockridge.iso").splitlines()
    assert names == sorted(
        name + ("/" if (small / "tree" / name).is_dir() and name != "folder-link" else "")
        for name in os.listdir(small / "tree")
    )


def test_ls_of_a_path_names_what_is_in_it(small):
    assert good("ls", small / "rockridge.iso", "Folder/deeper") == "and/\n"
    assert good("ls", small / "rockridge.iso", "/Folder//deeper/") == "and/\n"
    assert good("ls", small / "rockridge.iso", "folder-link") == "and/\n"
    assert good("ls", small / "rockridge.iso", "hello.txt") == "hello.txt\n"
    assert good("ls", small / "rockridge.iso", "empty") == ""


def test_ls_r_prints_every_path_from_the_root(small):
    paths = good("ls", "-R", small / "rockridge.iso").splitlines()
    assert sorted(paths) == sorted(walk(small / "tree"))
    # a directory comes before what is in it
    for number, path in enumerate(paths):
        parent = os.path.dirname(path.rstrip("/"))
        assert not parent or paths.index(parent + "/") < number
    below = good("ls", "-R", small / "rockridge.iso", "Folder/deeper").splitlines()
    assert below[0] == "Folder/deeper/and/"
    assert all(path.startswith("Folder/deeper/and/") for path in below)


def test_ls_l_puts_type_size_and_time_before_the_name(small):
    lines = good("ls", "-l", small / "rockridge.iso").splitlines()
    parsed = {}
    for line in lines:
        kind, size, time, name = re.fullmatch(r"([a-z]) +(\d+) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (.*)", line).groups()
        parsed[name] = (kind, int(size))
    assert parsed["hello.txt"] == ("f", 6)
    assert parsed["data.bin"] == ("f", 1000003)
    assert parsed["nothing"] == ("f", 0)
    assert parsed["Folder/"][0] == "d"
    assert parsed["link -> hello.txt"][0] == "l"
    assert parsed["loop -> loop"][0] == "l"


def test_ls_json_is_the_same_tree(small):
    nodes = {node["path"]: node for node in json.loads(good("ls", "-R", "--json", small / "rockridge.iso"))}
    assert sorted(nodes) == sorted(path.rstrip("/") for path in walk(small / "tree"))
    assert nodes["hello.txt"]["type"] == "file"
    assert nodes["hello.txt"]["size"] == 6
    assert nodes["link"] == {**nodes["link"], "type": "link", "target": "hello.txt"}
    assert nodes["Folder"]["type"] == "directory"
    assert "target" not in nodes["Folder"]
    assert json.loads(good("ls", "--json", small / "rockridge.iso", "empty")) == []


def test_ls_of_what_is_not_there_says_so(small):
    image = small / "rockridge.iso"
    assert bad(1, "ls", image, "no/such") == "pxeiso: no/such: No such file or directory\n"
    assert bad(1, "ls", image, "hello.txt/x") == "pxeiso: hello.txt/x: Not a directory\n"
    assert bad(1, "ls", "/no/such.iso") == "pxeiso: /no/such.iso: No such file or directory\n"


# --- cat --------------------------------------------------------------------------------------------------------------


def cat(*arguments, **options):
    return run_command(["cat", *arguments], text=False, **options)


def test_cat_writes_the_bytes_and_nothing_else(small):
    for path in walk(small / "tree"):
        source = small / "tree" / path
        if path.endswith("/") or source.is_symlink():
            continue
        done = cat(small / "rockridge.iso", path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == source.read_bytes(), path


def test_cat_follows_links_inside_the_image_only(small):
    assert cat(small / "rockridge.iso", "link").stdout == b"hello\n"
    assert cat(small / "rockridge.iso", "HELLO.TXT").stdout == b"hello\n"
    for path in ("Folder/escaping-link", "../../etc/passwd", "loop", "Folder", "nowhere"):
        done = cat(small / "rockridge.iso", path)
        assert (done.returncode, done.stdout) == (1, b""), path
        assert done.stderr.startswith(b"pxeiso: " + path.encode())


def test_cat_reads_beyond_4_gib(small):
    assert cat(small / "far.iso", "far.bin").stdout == (small / "tree/data.bin").read_bytes()


def test_cat_appends_where_stdout_does(small, tmp_path):
    """sendfile(2) refuses a descriptor opened for appending."""
    target = tmp_path / "target"
    target.write_bytes(b"before ")
    with open(target, "ab") as stdout:
        subprocess.run([binary(), "cat", small / "rockridge.iso", "hello.txt"], stdout=stdout, check=True)
    assert target.read_bytes() == b"before hello\n"


def test_a_reader_that_goes_away_is_no_news(small):
    for restore in (True, False):  # SIGPIPE as usual, and ignored as under some supervisors
        for command in (["cat", small / "rockridge.iso", "data.bin"], ["ls", "-R", small / "rockridge.iso"]):
            ends = os.pipe()
            os.close(ends[0])
            done = subprocess.run(
                [binary(), *command], stdout=ends[1], stderr=subprocess.PIPE, restore_signals=restore, timeout=60
            )
            os.close(ends[1])
            assert done.returncode != 0
            assert done.stderr == b""


def test_a_full_disk_is_told(small):
    for command in (["cat", small / "rockridge.iso", "data.bin"], ["ls", small / "rockridge.iso"]):
        with open("/dev/full", "wb") as stdout:
            done = subprocess.run([binary(), *command], stdout=stdout, stderr=subprocess.PIPE, timeout=60)
        assert done.returncode == 1
        assert b"No space left on device" in done.stderr


# --- list -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(small, syslinux_iso, image_folder):
    """A folder of good images and of everything else that may lie there."""
    for name in ("rockridge.iso", "joliet.iso", "truncated.iso", "text.iso"):
        images.put(small / name, image_folder.path)
    images.put(syslinux_iso, image_folder.path)
    (image_folder.path / "empty.iso").touch()
    (image_folder.path / "zeros.iso").write_bytes(bytes(100000))
    (image_folder.path / "folder.iso").mkdir()
    (image_folder.path / "notes.txt").write_text("not listed")
    os.mkfifo(image_folder.path / "pipe.iso")
    os.symlink("nowhere", image_folder.path / "broken.iso")
    return image_folder.path


def test_list_shows_good_and_bad_images(mixed):
    done = run_command(["list", mixed])
    assert done.returncode == 1
    rows = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert re.match(r"NAME +SYSTEM +ENTRIES +SIZE +FIRMWARE +HEALTH$", rows.pop("NAME"))
    assert sorted(rows) == sorted(
        ["broken", "empty", "folder", "joliet", "pipe", "rockridge", "text", "tiny_system", "truncated", "zeros"]
    )
    assert re.search(r" 1 .*KiB.* ok$", rows["tiny_system"])
    assert rows["rockridge"].endswith(" ok")
    for name in ("broken", "empty", "folder", "pipe", "text", "zeros"):
        assert "  bad: " in rows[name], name
        assert f"pxeiso: {mixed}/{name}.iso: " in done.stderr
    assert "damaged: truncated" in rows["truncated"]
    assert f"pxeiso: {mixed}/truncated.iso: truncated" in done.stderr


def test_list_json_has_the_same(mixed):
    done = run_command(["list", "--json", mixed])
    assert done.returncode == 1
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert len(rows) == 10
    assert rows["tiny_system"]["entries"] == 1
    assert rows["tiny_system"]["volume_id"] == "TINY"
    assert rows["tiny_system"]["size"] == (mixed / "tiny system.iso").stat().st_size
    assert rows["text"]["health"] == "bad"
    assert rows["text"]["entries"] is None
    assert "ISO 9660" in rows["text"]["reason"]
    assert rows["truncated"]["health"] == "damaged"
    assert rows["rockridge"]["health"] == "ok"


def test_list_of_good_images_is_status_0(small):
    assert "rockridge" in good("list", small / "rockridge.iso", small / "plain.iso")


def test_list_says_which_firmware_an_image_starts_from(small):
    ipxe = require_file("/usr/lib/ipxe/ipxe.iso", "ipxe")
    rows = {row["name"]: row for row in json.loads(good("list", "--json", ipxe, small / "plain.iso"))}
    assert rows["ipxe"]["firmware"] == ["bios", "uefi"]
    assert rows["plain"]["firmware"] == []


def test_list_of_what_is_not_there_goes_on(small):
    done = run_command(["list", "/no/such", small / "plain.iso"])
    assert done.returncode == 1
    assert done.stderr == "pxeiso: /no/such: No such file or directory\n"
    assert "plain" in done.stdout


def test_an_image_with_control_bytes_in_its_names_is_shown_safely(tmp_path):
    xorriso = require("xorriso", "xorriso")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a\x1b[31mred\nline").write_text("x")
    image = tmp_path / "evil\x1b[2J.iso"
    subprocess.run([xorriso, "-as", "mkisofs", "-quiet", "-R", "-o", image, tree], check=True, capture_output=True)
    assert good("ls", image) == "a\\x1b[31mred\\x0aline\n"
    assert json.loads(good("ls", "--json", image))[0]["path"] == "a\x1b[31mred\nline"
    assert "\x1b" not in good("list", image)
    assert "\x1b" not in bad(1, "ls", image, "\x1b")


# --- explain and menu -------------------------------------------------------------------------------------------------


def test_explain_tells_each_entry_and_where_it_is_from(syslinux_iso):
    text = good("explain", "--server", "192.0.2.9", syslinux_iso)
    assert "isolinux/isolinux.cfg" in text
    assert "quiet splash" in text
    assert "no-such-kernel" in text


def test_explain_json_is_an_array_of_images(syslinux_iso, small):
    stories = json.loads(good("explain", "--json", syslinux_iso, small / "plain.iso"))
    assert [story["name"] for story in stories] == ["plain", "tiny_system"]


@pytest.mark.parametrize("client", ["pxelinux", "ipxe", "grub"])
def test_menu_names_the_kernel_of_the_image(client, syslinux_iso):
    menu = good("menu", "--client", client, "--server", "192.0.2.9", syslinux_iso)
    assert "192.0.2.9" in menu
    assert "/images/tiny_system/live/vmlinuz" in menu
    assert menu.startswith("#!ipxe") == (client == "ipxe")


def test_menu_of_a_folder_shows_the_main_menu_and_each_image(mixed):
    done = run_command(["menu", "--http-port", "8080", mixed])
    assert done.returncode == 1  # for the bad ones
    assert "# /menus/tiny_system.cfg" in done.stdout
    assert ":8080/images/tiny_system/live/vmlinuz" in done.stdout


def test_menu_is_that_of_each_kind_of_client_under_a_heading(syslinux_iso):
    menus = good("menu", syslinux_iso)
    headings = re.findall(r"(?m)^# === (\w+),.*: (\S+)$", menus)
    assert headings == [("PXELINUX", "/pxelinux.cfg/default"), ("iPXE", "/boot.ipxe"), ("GRUB", "/grub/grub.cfg")]
    for client in ("pxelinux", "ipxe", "grub"):
        assert good("menu", "--client", client, syslinux_iso) in menus


def test_menu_of_one_image(syslinux_iso, mixed):
    alone = good("menu", "--client", "ipxe", "--image", "Tiny_System", syslinux_iso)
    assert "Back to all images" in alone
    assert alone == run_command(["menu", "--client", "ipxe", "--image", "tiny_system", mixed]).stdout
    assert "# === GRUB" in good("menu", "--image", "tiny_system", syslinux_iso)
    assert "nothing: no image has this name" in bad(1, "menu", "--image", "nothing", syslinux_iso)


def test_explain_of_one_kind_of_client(syslinux_iso):
    text = good("explain", "--client", "grub", syslinux_iso)
    assert "/menus/tiny_system.grub" in text and "Menu of all machines (grub)" in text
    assert "pxelinux" not in text
    assert "Menu of all machines (pxelinux, ipxe, grub)" in good("explain", syslinux_iso)


def test_a_default_that_names_nothing_is_told(syslinux_iso):
    assert "names nothing" in bad(1, "menu", "--default", "nothing", syslinux_iso)
    good("menu", "--default", "tiny_system:plain", syslinux_iso)


# --- check ------------------------------------------------------------------------------------------------------------

QUIET = ["--dhcp", "off", "--listen", "127.0.0.1", "--http-port", "18080", "--tftp-port", "16969"]


def test_check_of_a_good_configuration_is_status_0(syslinux_iso):
    text = good("check", *QUIET, syslinux_iso)
    assert "image    tiny_system: 1 entry" in text
    assert "HTTP on port 18080" in text
    assert text.endswith("all is well\n")


@pytest.mark.parametrize(
    "text, said",
    [
        ("[http]\nprot = 80\n", "pxeiso: {}:2: unknown key 'prot' in [http]: allowed are enabled, port,"),
        ("[web]\nport = 80\n", "pxeiso: {}:1: unknown section [web]: allowed are images,"),
        ("[machine 52:54]\n", "pxeiso: {}:1: [machine] wants a MAC (52:54:00:12:34:56), the beginning of MACs"),
        ("[machine 52:54:*]\n[machine 52-54-*]\n", "pxeiso: {}:2: [machine 52-54-*] stands here again"),
        ("[http]\n\nport = http\n", "pxeiso: {}:3: port wants a port number, 1 to 65535, not 'http'\n"),
        ("[http]\nport\n", "pxeiso: {}:2: neither [section] nor key = value\n"),
        ("[dhcp]\nmode = server\n", "pxeiso: DHCP mode 'server' needs a range of addresses or a [subnet]\n"),
    ],
)
def test_a_mistake_in_the_file_names_its_line(text, said, tmp_path):
    path = tmp_path / "pxeiso.conf"
    path.write_text(text)
    for command in (["check"], ["serve"], ["list", "."]):
        assert bad(1, *command, "-c", path).startswith(said.format(path))


def test_check_says_all_that_is_wrong(mixed, tmp_path):
    (tmp_path / "file").touch()
    done = run_command(
        ["check", *QUIET, "-i", "no-such-if", "--user", "no-such-user", "--state", tmp_path / "file", "--default", "x", mixed]
    )
    assert done.returncode == 1
    for line in (
        f"pxeiso: {mixed}/text.iso: ",
        "pxeiso: no-such-if: no such interface",
        "pxeiso: no-such-user: there is no such user",
        f"pxeiso: {tmp_path}/file: not a directory",
        "pxeiso: x: the default names nothing",
    ):
        assert line in done.stderr
    assert "image    rockridge" in done.stdout


MACHINES = """[machine 52:54:00:*]
timeout = 5
show = no
[machine 52:54:00:12:34:56]
default = tiny_system:plain
arguments = first second
[machine 550e8400-e29b-41d4-a716-446655440000]
default = nothing
"""


def test_check_names_the_section_whose_default_no_image_has(syslinux_iso, tmp_path):
    config = tmp_path / "pxeiso.conf"
    config.write_text(MACHINES)
    done = run_command(["check", *QUIET, "-c", config, syslinux_iso])
    assert done.returncode == 1
    assert f"pxeiso: {config}:7: [machine 550e8400-e29b-41d4-a716-446655440000]: nothing: the default" in done.stderr
    assert "machine  52:54:00:*, timeout 5 s, no menu\n" in done.stdout
    assert "machine  52:54:00:12:34:56, default tiny_system:plain\n" in done.stdout


def test_check_says_which_way_cannot_be(syslinux_iso, tmp_path):
    """That no image is called so is no mistake: it may come."""
    config = tmp_path / "pxeiso.conf"
    config.write_text("[image tiny*]\nway = cpoi\n\n[image other]\nway = cpio\n")
    done = run_command(["check", *QUIET, "-c", config, syslinux_iso])
    assert done.returncode == 1
    assert f": {config}:1: [image tiny*]: cpoi: no way and no recipe is called so; ways are http, " in done.stderr
    assert f"note     {config}:4: [image other]: no image is called so\n" in done.stdout
    assert "[image tiny*]: no image" not in done.stdout


def test_menu_of_a_machine_is_that_of_its_sections(syslinux_iso, tmp_path):
    config = tmp_path / "pxeiso.conf"
    config.write_text(MACHINES)
    command = ["menu", "-c", config, "--client"]
    text = good(*command, "pxelinux", "--machine", "52-54-00-12-34-56", syslinux_iso)
    assert "DEFAULT tiny_system:plain\n" in text and "UI " not in text
    assert re.search(r"APPEND .*first second$", text, re.M)
    assert "sanboot " in good(*command, "ipxe", "--machine", "52:54:00:00:00:01", syslinux_iso)
    assert "set timeout=60\n" in good(*command, "grub", "--machine", "52:55:00:00:00:01", syslinux_iso)
    assert "--machine wants a MAC, a UUID or MAC,UUID, not 52:54" in bad(2, *command, "grub", "--machine", "52:54", ".")


def test_check_without_images_says_what_to_do():
    assert "pxeiso: images: none: name a directory" in bad(1, "check", "-c", "/dev/null", *QUIET)


def test_check_says_who_holds_a_port(syslinux_iso):
    with contextlib.closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        said = bad(1, "check", *QUIET, "--http-port", port, syslinux_iso)
    assert re.search(rf"port {port} is in use by \S+ \(process {os.getpid()}\)", said)


def test_check_says_which_loader_is_missing(syslinux_iso):
    """PXELINUX is hidden, in a mount namespace of the test's own."""
    require_root()
    script = 'mount -t tmpfs none /usr/lib/PXELINUX && exec "$@"'
    command = [binary(), "check", *QUIET, syslinux_iso]
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "pxeiso: loaders: lpxelinux.0 is missing" in done.stderr
    assert "pxelinux" in re.search(r"(?m)^note .*lpxelinux\.0.*$", done.stdout).group()


def test_check_refuses_a_range_of_another_network(syslinux_iso):
    said = bad(1, "check", *QUIET[2:], "--range", "203.0.113.10-203.0.113.20", syslinux_iso)
    assert re.search(r"(?m)^pxeiso: \[dhcp\]: .*203\.0\.113\.10", said)


# --- rights -----------------------------------------------------------------------------------------------------------


def test_offline_commands_need_no_root(small, image_folder):
    """They run as nobody, with a copy of the program where nobody can reach it."""
    program = image_folder.path / "pxeiso"
    shutil.copy(binary(), program)
    program.chmod(0o755)
    image = images.put(small / "rockridge.iso", image_folder.path)
    secret = images.put(small / "plain.iso", image_folder.path, "secret.iso")
    secret.unlink()  # the link shares its mode with the cache's
    shutil.copy(small / "plain.iso", secret)
    secret.chmod(0)

    def as_nobody(*arguments):
        with tempfile.TemporaryDirectory() as elsewhere:
            os.chmod(elsewhere, 0o755)
            user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
            command = [program, *map(str, arguments)]
            return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=elsewhere, **user)

    assert "hello.txt" in as_nobody("ls", image).stdout
    assert as_nobody("cat", image, "hello.txt").stdout == "hello\n"
    assert as_nobody("menu", image).returncode == 0
    assert as_nobody("explain", image).returncode == 0
    listed = as_nobody("list", image_folder.path)
    assert listed.returncode == 1
    assert listed.stderr == f"pxeiso: {secret}: Permission denied\n"
    assert re.search(r"rockridge .* ok\n", listed.stdout)
    checked = as_nobody("check", *QUIET[:4], image)
    assert checked.returncode == 0, checked.stderr
    assert re.search(r"note .*port 80 may be opened only by root", checked.stdout)


# --- documents --------------------------------------------------------------------------------------------------------


def allowed(folder, text):
    """What the program says is allowed instead of an unknown word."""
    path = folder / "unknown.conf"
    path.write_text(text)
    return re.search(r"allowed are (.*)", bad(1, "check", "-c", path)).group(1).split(", ")


# What stands behind the names of sections that are for one thing each.
ARGUMENTS = {"machine": " 52:54:00:*", "image": " debian-*", "subnet": " 192.0.2.0/24"}


def known_keys(folder):
    """The (section, key) pairs that the program knows, in order, as it tells them itself."""
    return [
        (section, key)
        for section in allowed(folder, "[unknown]\nx = 1\n")
        for key in allowed(folder, f"[{section}{ARGUMENTS.get(section, '')}]\nunknown = 1\n")
    ]


def keys_in(path, section_pattern, key_pattern):
    """The (section, key) pairs that a document has."""
    section, found = None, []
    for line in path.read_text().splitlines():
        if match := re.match(section_pattern, line):
            section = match.group(1)
        elif match := re.match(key_pattern, line):
            found.append((section, match.group(1)))
    return found


def test_every_key_is_in_the_example_and_in_the_manual(tmp_path):
    known = known_keys(tmp_path)
    assert len(known) > 20
    example = keys_in(images.REPOSITORY / "pxeiso.conf.example", r"#?\[(\w+).*\]", r"#?([a-z0-9-]+)(?: \d+)? = ")
    assert example == known
    manual = keys_in(images.REPOSITORY / "man/pxeiso.conf.5", r"\.Ss .*\[(\w+).*\]", r"\.It Cm ([a-z0-9-]+)(?: Ar number)? =")
    assert manual == known


def test_every_option_is_in_the_manual():
    """An option with a letter may be there by its letter alone."""
    manual = (images.REPOSITORY / "man/pxeiso.8").read_text()
    options = re.findall(r"(?m)^  (?:-(\w),|   ) --([a-z-]+)", good("--help"))
    assert len(options) > 20
    for letter, name in options:
        by_name = re.search(rf"(Fl|,) -{name}\b", manual)
        assert by_name or (letter and re.search(rf"Fl \w*{letter}\b", manual)), name


def test_the_example_is_a_configuration(syslinux_iso, tmp_path):
    """With every default written out."""
    text = (images.REPOSITORY / "pxeiso.conf.example").read_text()
    defaults = re.sub(r"(?m)^(# For example.*\n)#(?!\[)", r"\1;", text)
    path = tmp_path / "pxeiso.conf"
    path.write_text(re.sub(r"(?m)^#(\[|[a-z0-9-]+(?: \d+)? = )", r"\1", defaults).replace("mode = proxy", "mode = off"))
    stderr = run_command(["check", "-c", path, *QUIET, syslinux_iso]).stderr
    assert str(path) not in stderr
