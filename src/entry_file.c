/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of entries: see entry_file.h.
 */
#include "entry_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "source.h"

enum { INITRDS_LIMIT = 32 };

int
entry_set_file(struct entry *entry, const char *role, const char *name, int error,
	       const struct source_node *node, struct entry_file *ret_file)
{
	if (error == 0 && node->is_directory)
		error = -ENOENT;
	if (string_set(&ret_file->path, error < 0 ? name + strspn(name, "/") : node->path) < 0)
		return -ENOMEM;
	ret_file->size = error < 0 ? 0 : node->size;
	if (error == -EREMOTE)
		return entry_refuse(entry, "its %s is on another server: %.300s", role, name);
	if (error < 0)
		return entry_refuse(entry, "its %s is not in the image: %.300s", role, name);
	return 0;
}

int
entry_add_initrd(struct entry *entry, struct entry_file **ret_file)
{
	*ret_file = NULL;
	if (entry->initrds == NULL)
		entry->initrds = calloc(INITRDS_LIMIT, sizeof(*entry->initrds));
	if (entry->initrds == NULL)
		return -ENOMEM;
	if (entry->initrd_count == INITRDS_LIMIT)
		return entry_refuse(entry, "it has more than %d initrds", INITRDS_LIMIT);
	*ret_file = &entry->initrds[entry->initrd_count++];
	return 0;
}

int
entry_make_memdisk(struct entry *entry)
{
	entry->kind = ENTRY_MEMDISK;
	entry->firmware = ENTRY_FOR_BIOS;
	free(entry->kernel.path);
	entry->kernel = (struct entry_file){0};
	if (entry->initrd_count == 0)
		return entry_refuse(entry, "memdisk without a disk image");
	entry->kernel = entry->initrds[0];
	for (unsigned i = 1; i < entry->initrd_count; i++)
		free(entry->initrds[i].path);
	entry->initrd_count = 0;
	return 0;
}
