/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handing everything on, and remembering what was read: see source_record.h.
 */
#include "source_record.h"

#include <errno.h>
#include <string.h>

#include "note.h"

static struct source_record *
record_of(const struct source *source)
{
	return source->data;
}

static int
find(const struct source *source, const char *path, struct source_node *ret_node)
{
	return source_find(record_of(source)->inner, path, ret_node);
}

static void
remember(struct source_record *record, const char *path)
{
	for (const struct entry_note *note = record->read; note != NULL; note = note->next) {
		if (strcmp(note->text, path) == 0)
			return;
	}
	if (note_add(&record->read, "%s", path) < 0)
		record->error = -ENOMEM;
}

static int
read(const struct source *source, const char *path, size_t limit, char **ret_bytes,
     size_t *ret_length)
{
	struct source_record *record = record_of(source);
	int error = source_read(record->inner, path, limit, ret_bytes, ret_length);

	if (error == 0)
		remember(record, path);
	return error;
}

static int
list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	return source_list(record_of(source)->inner, path, visit, context);
}

static int
initramfs(const struct source *source, const char *path, const struct source **ret_tree,
	  const char **ret_why)
{
	return source_initramfs(record_of(source)->inner, path, ret_tree, ret_why);
}

static int
head(const struct source *source, const char *path, void *bytes, size_t length)
{
	return source_head(record_of(source)->inner, path, bytes, length);
}

void
source_record_init(struct source_record *record, const struct source *inner)
{
	static const struct source_calls calls = {find, read, list, initramfs, head};

	*record = (struct source_record){.source = *inner, .inner = inner};
	record->source.calls = &calls;
	record->source.data = record;
}
