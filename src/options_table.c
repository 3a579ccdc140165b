/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options and the commands, a row each: what options.c reads the command
 * line by, and prints the help from.
 */
#include "options_table.h"

#include <stddef.h>
#include <stdint.h>

/* Commands as a set of bits. */
enum {
	SERVE = 1 << COMMAND_SERVE,
	CHECK = 1 << COMMAND_CHECK,
	LIST = 1 << COMMAND_LIST,
	LS = 1 << COMMAND_LS,
	CAT = 1 << COMMAND_CAT,
	EXPLAIN = 1 << COMMAND_EXPLAIN,
	MENU = 1 << COMMAND_MENU,
	DOCTOR = 1 << COMMAND_DOCTOR,
	DAEMON = SERVE | CHECK | DOCTOR,
	MENUS = DAEMON | MENU | EXPLAIN,
	ALL = SERVE | CHECK | LIST | LS | CAT | EXPLAIN | MENU | DOCTOR,
};

/* clang-format off */
const struct option_row option_rows[] = {
	{"config", 'c', "FILE", ALL, NULL, NULL, NULL, "read FILE instead of /etc/pxeiso.conf"},
	{"interface", 'i', "IF", DAEMON, "network", "interface", NULL,
	 "serve on this interface only; may be repeated"},
	{"listen", 0, "ADDR", DAEMON, "network", "listen", NULL, "serve on this address only"},
	{"dhcp", 0, "MODE", DAEMON, "dhcp", "mode", NULL,
	 "proxy (beside another server; the default), server or off"},
	{"range", 0, "RANGE", DAEMON, "dhcp", "range", NULL,
	 "FIRST-LAST[,LEASE]: lend these addresses; implies --dhcp server"},
	{"dhcp-force", 0, NULL, DAEMON, "dhcp", "force", "yes",
	 "lend addresses though another DHCP server answers"},
	{"default", 0, "ENTRY", MENUS, "menu", "default", NULL,
	 "what a machine boots by itself: NAME[:ENTRY] or local"},
	{"timeout", 0, "TIME", MENUS, "menu", "timeout", NULL,
	 "seconds that a menu waits (60); 0 waits for ever"},
	{"http-port", 0, "N", MENUS, "http", "port", NULL, "TCP port of HTTP (80)"},
	{"tftp-port", 0, "N", DAEMON, "tftp", "port", NULL, "UDP port of TFTP (69)"},
	{"no-http", 0, NULL, DAEMON, "http", "enabled", "no", "do not serve HTTP"},
	{"no-tftp", 0, NULL, DAEMON, "tftp", "enabled", "no", "do not serve TFTP"},
	{"state", 0, "DIR", DAEMON, "daemon", "state", NULL,
	 "keep what must survive a restart in DIR"},
	{"user", 0, "NAME", DAEMON, "daemon", "user", NULL, "become this user after start"},
	{"workers", 0, "N", DAEMON, "daemon", "workers", NULL,
	 "threads that send files (0: one a core)"},
	{"verbose", 'v', NULL, ALL, "log", "level", "debug", "say more"},
	{"quiet", 'q', NULL, ALL, "log", "level", "warning", "say less"},
	{"log", 0, "FORM", DAEMON, "log", "format", NULL, "lines on stderr as text or json"},
	{"json", 0, NULL, LIST | LS | EXPLAIN | DOCTOR, NULL, NULL, NULL,
	 "list, ls, explain, doctor: print JSON"},
	{"long", 'l', NULL, LS, NULL, NULL, NULL, "ls: type, size and time too"},
	{"recursive", 'R', NULL, LS, NULL, NULL, NULL, "ls: all that lies below, as paths"},
	{"client", 0, "KIND", EXPLAIN | MENU, NULL, NULL, NULL,
	 "explain, menu: only for pxelinux, ipxe or grub"},
	{"server", 0, "ADDR", EXPLAIN | MENU | DOCTOR, NULL, NULL, NULL,
	 "explain, menu: the server's address to write; doctor: the pxeiso to examine"},
	{"machine", 0, "WHO", MENU, NULL, NULL, NULL,
	 "menu: of the machine with this MAC, UUID, or MAC,UUID"},
	{"image", 0, "NAME", MENU, NULL, NULL, NULL, "menu: that of one image"},
	{"record", 0, "FILE", DOCTOR, NULL, NULL, NULL,
	 "doctor: keep the DHCP packets of real machines, as a pcap"},
	{"seconds", 0, "N", DOCTOR, NULL, NULL, NULL, "doctor: end --record after so long"},
	{"print", 0, "NAME", DOCTOR, NULL, NULL, NULL,
	 "doctor: the lines for a DHCP server of your own, such as dnsmasq"},
	{"help", 'h', NULL, ALL, NULL, NULL, NULL, "print this"},
	{"version", 'V', NULL, ALL, NULL, NULL, NULL, "print the version"},
	{"reader", 0, NULL, ALL, NULL, NULL, NULL, NULL},
};

const struct command_row command_rows[] = {
	{"serve", COMMAND_SERVE, 0, SIZE_MAX, "[DIR|IMAGE]...", "serve these images (the default)"},
	{"check", COMMAND_CHECK, 0, SIZE_MAX, "[DIR|IMAGE]...",
	 "say what would be served and what is wrong"},
	{"list", COMMAND_LIST, 1, SIZE_MAX, "DIR|IMAGE...", "a table of images"},
	{"ls", COMMAND_LS, 1, 2, "IMAGE [PATH]", "the files in an image"},
	{"cat", COMMAND_CAT, 2, 2, "IMAGE PATH", "the bytes of a file in an image"},
	{"explain", COMMAND_EXPLAIN, 1, SIZE_MAX, "IMAGE...",
	 "every boot entry: where from, what was changed, why"},
	{"menu", COMMAND_MENU, 1, SIZE_MAX, "DIR|IMAGE...", "the menus that clients would get"},
	{"doctor", COMMAND_DOCTOR, 0, SIZE_MAX, "[DIR|IMAGE]...",
	 "why machines do not boot, and what to do first"},
};
/* clang-format on */
