/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One entry of a Limine configuration: its options, a line each, become the
 * files and arguments of an entry of the model.
 */
#ifndef LIMINE_ENTRY_H
#define LIMINE_ENTRY_H

#include "boot.h"

struct source;

/* Where the configuration is: names are looked up there. */
struct limine_place {
	const struct source *source;
	bool in_efi;                  /* in the EFI system partition */
	enum entry_firmware firmware; /* that Limine runs on */
};

/* An entry being read; all zero at first. */
struct limine_options {
	char *protocol;
	char *kernel; /* path, as written */
	char *arguments;
	char *comment;
	char **modules; /* initrds, as written */
	unsigned module_count;
	bool has_drive; /* a disk of the machine is named */
};

/* Keeps the option of an entry. False if it is none of those that an entry of
   ours has. *error is -ENOMEM when out of memory. */
bool limine_option(struct limine_options *, const char *name, const char *value, int *error);

/* Makes of `entry` what the options say, which are emptied. 0 or -ENOMEM. */
int limine_make_entry(const struct limine_place *, struct limine_options *, struct entry *entry);

void limine_options_free(struct limine_options *);

#endif
