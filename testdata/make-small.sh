#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make the small images that the wire tests serve and print the folder they are in:
#
#   tree/            the files that the next three are made of, to compare with
#   rockridge.iso    Rock Ridge: long names, capital letters, links, deep folders
#   joliet.iso       Joliet alone: long names, an umlaut
#   plain.iso        neither: names of 8+3 capitals
#   far.iso          /far.bin lies beyond 4 GiB of a sparse image; its bytes are those of tree/data.bin
#   truncated.iso    rockridge.iso cut off in the middle of /data.bin
#   text.iso         no ISO at all

. "$(dirname "$0")/lib.sh"

need xorriso xorriso
need genisoimage genisoimage
need python3 python3

make_tree() {
	mkdir -p tree/Folder/deeper/and/deeper/and/deeper/and/deeper/still tree/empty
	echo 'hello' >tree/hello.txt
	: >tree/nothing
	seq 1 300000 | head -c 1000003 >tree/data.bin
	echo 'long' >'tree/Folder/a name that is much longer than eight plus three characters.text'
	echo 'deep' >tree/Folder/deeper/and/deeper/and/deeper/and/deeper/still/deep.txt
	name=$(printf 'n%.0s' $(seq 200))
	echo 'longest' >"tree/Folder/$name"
	ln -s hello.txt tree/link
	ln -s Folder/deeper tree/folder-link
	ln -s ../../../../etc/passwd tree/Folder/escaping-link
	ln -s loop tree/loop
}

# Joliet has neither links nor names of more than 64 characters (103 when stretched).
make_joliet_tree() {
	mkdir -p joliet/Folder
	cp tree/hello.txt tree/data.bin joliet
	cp tree/Folder/a* joliet/Folder
	echo 'umlaut' >'joliet/Folder/grün.txt'
}

make_plain_tree() {
	mkdir -p plain/FOLDER
	cp tree/hello.txt plain/HELLO.TXT
	cp tree/data.bin plain/DATA.BIN
	cp tree/hello.txt plain/FOLDER/DEEP.TXT
}

# move_far IMAGE: move the content of the only file behind 4 GiB, as an image has it that is really that large.
move_far() {
	python3 - "$1" <<-'PYTHON'
		import struct, sys

		SECTOR, FAR = 2048, 0x210000  # FAR sectors are 4.1 GiB
		with open(sys.argv[1], "r+b") as image:
		    content = image.read()
		    name = content.index(b"\x09FAR.BIN;1")
		    record = name - 32  # the name's length is byte 32 of a directory record
		    block, = struct.unpack_from("<I", content, record + 2)
		    size, = struct.unpack_from("<I", content, record + 10)
		    image.seek(record + 2)
		    image.write(struct.pack("<I", FAR) + struct.pack(">I", FAR))
		    end = FAR + -(-size // SECTOR)
		    image.seek(16 * SECTOR + 80)  # the volume's size
		    image.write(struct.pack("<I", end) + struct.pack(">I", end))
		    image.seek(FAR * SECTOR)
		    image.write(content[block * SECTOR : block * SECTOR + size])
		    image.truncate(end * SECTOR)
		    image.seek(block * SECTOR)
		    image.write(bytes(size))  # nobody must find it at its old place
	PYTHON
}

make_small() {
	mkdir "$1"
	make_tree
	make_joliet_tree
	make_plain_tree
	mkdir far
	cp tree/data.bin far/far.bin
	xorriso -as mkisofs -o "$1/rockridge.iso" -V ROCKRIDGE -R -iso-level 3 tree
	genisoimage -o "$1/joliet.iso" -V JOLIET -J -joliet-long -input-charset utf-8 joliet
	genisoimage -o "$1/plain.iso" -V PLAIN -iso-level 1 plain
	xorriso -as mkisofs -o "$1/far.iso" -V FAR -R far
	move_far "$1/far.iso"
	head -c 600000 "$1/rockridge.iso" >"$1/truncated.iso"
	echo 'This is no image.' >"$1/text.iso"
	mv tree "$1/tree"
}

build_once small make_small "$testdata/make-small.sh"
