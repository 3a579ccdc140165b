/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a label of a SYSLINUX configuration comes down to: a file to run and
 * its arguments, once labels that name labels and modules that only choose
 * (whichsys.c32, ifcpu64.c32, cmd.c32) were followed.
 */
#ifndef SYSLINUX_COMMAND_H
#define SYSLINUX_COMMAND_H

#include "syslinux_config.h"

/* Strings live in the arena of the session, and are never NULL. */
struct syslinux_command {
	enum syslinux_type type; /* never SYSLINUX_KERNEL */
	const char *file;        /* first word: a kernel, "hdt.c32", a configuration */
	const char *arguments;   /* the rest, APPEND's too */
	const char *initrd;      /* "" for none */
	unsigned sysappend;
	const struct syslinux_item *item; /* whose it is, or NULL */
};

/* The modules that a configuration can name as far as they concern us. */
enum syslinux_module {
	MODULE_NONE, /* not a module, or one that says nothing to us */
	MODULE_MENU, /* menu.c32, vesamenu.c32 */
	MODULE_CONFIG,
	MODULE_WHICHSYS,
	MODULE_IFCPU64,
	MODULE_IFCPU,
	MODULE_COMMAND,
	MODULE_LINUX,
	MODULE_CHAIN,
	MODULE_MULTIBOOT,
	MODULE_TOOL, /* in the loader's own set too: hdt.c32, reboot.c32 ... */
};

/* Which module `file` is, by its last segment without ".c32". */
enum syslinux_module syslinux_module(const struct syslinux_command *);

/* The last segment of a path. */
const char *syslinux_base_name(const char *path);

/* What the label does. False when out of memory (session->error). */
bool syslinux_command_of(struct syslinux_session *, const struct syslinux_item *,
			 struct syslinux_command *ret_command);

/* What `line` does, a label of `config` or a command line. Likewise. */
bool syslinux_command_line(struct syslinux_session *, const struct syslinux_config *config,
			   const char *line, struct syslinux_command *ret_command);

/* Follows `command` through the modules that choose by processor, to what they
   choose on a 64-bit one that has all features (SYS-20), and through cmd.c32; through whichsys.c32
   to the branch of a disc. Likewise. */
bool syslinux_command_follow(struct syslinux_session *, const struct syslinux_config *config,
			     struct syslinux_command *command);

/* The branch `name` ("-pxe-") of a whichsys.c32 command: NULL if it has none. */
const char *syslinux_branch(struct syslinux_session *, const struct syslinux_command *,
			    const char *name);

#endif
