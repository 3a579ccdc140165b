/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The archives of a boot, and the names they have: see boot_archive.h.
 */
#include "boot_archive.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "cpio.h"

/* The archives whose names are `name`, or that and a number. */
static unsigned
count_namesakes(const struct boot *boot, const char *name)
{
	const size_t length = strlen(name);
	unsigned count = 0;

	for (const struct cpio *cpio = boot->archives; cpio != NULL; cpio = cpio->next)
		count += strncmp(cpio->name, name, length) == 0 &&
			 (cpio->name[length] == '\0' || cpio->name[length] == '~');
	return count;
}

static int
give_name(const struct boot *boot, struct cpio *cpio)
{
	unsigned count;
	char *name;

	for (char *byte = cpio->name; *byte != '\0'; byte++) {
		if (!isalnum((unsigned char)*byte) && *byte != '-')
			*byte = '_';
	}
	count = count_namesakes(boot, cpio->name);
	if (count == 0)
		return 0;
	if (asprintf(&name, "%s~%u", cpio->name, count + 1) < 0)
		return -ENOMEM;
	free(cpio->name);
	cpio->name = name;
	return 0;
}

int
boot_keep_archive(struct boot *boot, struct cpio *cpio, const struct cpio **ret_cpio)
{
	struct cpio **end = &boot->archives;
	int error;

	for (; *end != NULL; end = &(*end)->next) {
		if (cpio_equal(*end, cpio)) {
			*ret_cpio = *end;
			cpios_free(cpio);
			return 0;
		}
	}
	error = give_name(boot, cpio);
	if (error < 0) {
		cpios_free(cpio);
		return error;
	}
	*end = cpio;
	*ret_cpio = cpio;
	return 0;
}

int
entry_add_archive(struct entry *entry, const struct cpio *cpio)
{
	struct entry_file *initrds =
		reallocarray(entry->initrds, entry->initrd_count + 1, sizeof(*initrds));
	struct entry_file *added;

	if (initrds == NULL)
		return -ENOMEM;
	entry->initrds = initrds;
	added = &initrds[entry->initrd_count];
	if (asprintf(&added->path, CPIO_FOLDER "%s" CPIO_ENDING, cpio->name) < 0)
		return -ENOMEM;
	added->size = cpio_size(cpio);
	entry->initrd_count++;
	return 0;
}
