# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wire and boot tests share.

netns     a network of the test's own: a bridge in a namespace, clients on it, sockets opened inside it
daemon    the daemon under test, judged when it stops
qemu      a machine that boots from its network card
screen    what a terminal on its serial line would show
boot      a machine and the daemon together, and what the image's own system reports
images    the images that the scripts in testdata/ make
requires  a missing tool fails the test with the package's name
"""
