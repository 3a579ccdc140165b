/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image for tests that read boot configurations: a source over a table of
 * files, or over a folder of testdata/menus. Directories are those that the
 * paths imply. Also: a menu as text, one line an entry, for comparisons.
 */
#ifndef TREE_SOURCE_H
#define TREE_SOURCE_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "source.h"
#include "text.h"

/* A file: its bytes as text, or (NULL) only a size. With both, the size is that of
   the bytes, which then need not be text, or are long to count. */
struct tree_file {
	const char *path;
	const char *content;
	uint64_t size;
};

/* A file of the tree that is an initramfs. */
struct tree_initramfs {
	const char *path;
	struct tree *tree;   /* what is in it, or (NULL) */
	const char *why;     /* why it cannot be read */
	unsigned *ret_asked; /* counts, or NULL */
};

struct tree {
	struct source source;
	const struct tree_initramfs *initramfs; /* ends with a NULL path; may be NULL */
	const struct tree_file *files; /* sorted by path for stable lists; ends with NULL */
};

static const struct tree_file *
tree_files(const struct source *source)
{
	return ((const struct tree *)source->data)->files;
}

static uint64_t
tree_size(const struct tree_file *file)
{
	return file->size == 0 && file->content != NULL ? strlen(file->content) : file->size;
}

/* Makes `path` clean: no empty, "." or ".." segment. */
static int
tree_clean(const char *path, char clean[SOURCE_PATH_SIZE])
{
	size_t used = 0;

	clean[0] = '\0';
	while (*path != '\0') {
		size_t length = strcspn(path, "/");

		if (length == 2 && strncmp(path, "..", 2) == 0) {
			char *slash = strrchr(clean, '/');

			*(slash != NULL ? slash : clean) = '\0';
		} else if (length > 0 && !(length == 1 && path[0] == '.')) {
			used = strlen(clean);
			if (used + length + 2 > SOURCE_PATH_SIZE)
				return -ENAMETOOLONG;
			sprintf(clean + used, "%s%.*s", used > 0 ? "/" : "", (int)length, path);
		}
		path += length + (path[length] == '/');
	}
	return 0;
}

static inline int
tree_find(const struct source *source, const char *path, struct source_node *ret_node)
{
	char clean[SOURCE_PATH_SIZE];
	size_t length;

	if (tree_clean(path, clean) < 0)
		return -ENAMETOOLONG;
	length = strlen(clean);
	for (int fold = 0; fold < 2; fold++) {
		for (const struct tree_file *file = tree_files(source); file->path != NULL;
		     file++) {
			bool is_prefix = fold ? strncasecmp(file->path, clean, length) == 0
					      : strncmp(file->path, clean, length) == 0;
			char next = is_prefix ? file->path[length] : 'x';
			bool is_directory = next == '/' || length == 0;

			if (!is_prefix || (next != '\0' && !is_directory))
				continue;
			*ret_node =
				(struct source_node){.is_directory = is_directory,
						     .size = is_directory ? 0 : tree_size(file)};
			snprintf(ret_node->path, sizeof(ret_node->path), "%.*s", (int)length,
				 file->path);
			return 0;
		}
	}
	return -ENOENT;
}

static inline int
tree_read(const struct source *source, const char *path, size_t limit, char **ret_bytes,
	  size_t *ret_length)
{
	for (const struct tree_file *file = tree_files(source); file->path != NULL; file++) {
		if (strcmp(file->path, path) != 0 || file->content == NULL)
			continue;
		if (tree_size(file) > limit)
			return -EFBIG;
		*ret_length = tree_size(file);
		*ret_bytes = calloc(1, *ret_length + 1);
		if (*ret_bytes == NULL)
			return -ENOMEM;
		memcpy(*ret_bytes, file->content, *ret_length);
		return 0;
	}
	return -EIO;
}

static inline int
tree_head(const struct source *source, const char *path, void *bytes, size_t length)
{
	size_t size;
	char *whole;
	int error = tree_read(source, path, SIZE_MAX, &whole, &size);

	if (error < 0)
		return error;
	length = length < size ? length : size;
	memcpy(bytes, whole, length);
	free(whole);
	return (int)length;
}

static inline int
tree_list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	size_t length = strlen(path);
	char last[256] = "";

	for (const struct tree_file *file = tree_files(source); file->path != NULL; file++) {
		const char *rest = file->path + length;
		char name[256];

		if (strncmp(file->path, path, length) != 0 || (length > 0 && *rest != '/'))
			continue;
		rest += length > 0;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(rest, "/"), rest);
		if (strcmp(name, last) != 0 && !visit(context, name))
			return 0;
		strcpy(last, name);
	}
	return 0;
}

static inline int
tree_open_initramfs(const struct source *source, const char *path, const struct source **ret_tree,
		    const char **ret_why)
{
	const struct tree_initramfs *initramfs = ((const struct tree *)source->data)->initramfs;

	for (; initramfs != NULL && initramfs->path != NULL; initramfs++) {
		if (strcmp(initramfs->path, path) != 0)
			continue;
		if (initramfs->ret_asked != NULL)
			++*initramfs->ret_asked;
		*ret_why = initramfs->why;
		if (initramfs->tree == NULL)
			return -EBADMSG;
		*ret_tree = &initramfs->tree->source;
		return 0;
	}
	*ret_why = "not in the test's table";
	return -ENOTSUP;
}

static const struct source_calls tree_calls = {tree_find, tree_read, tree_list, tree_open_initramfs,
					       tree_head};

static inline void
tree_init(struct tree *tree, const struct tree_file *files)
{
	*tree = (struct tree){
		.files = files,
		.source = {.calls = &tree_calls, .data = tree, .name = "test", .volume_id = ""},
	};
}

static inline void
tree_print_entry(struct text *text, const struct entry *entry, unsigned depth)
{
	static const char *const kinds[] = {
		[ENTRY_LINUX] = "linux",     [ENTRY_MEMDISK] = "memdisk",
		[ENTRY_SANBOOT] = "sanboot", [ENTRY_MODULE] = "module",
		[ENTRY_PROGRAM] = "program", [ENTRY_LOCAL] = "local",
		[ENTRY_MENU] = "menu",       [ENTRY_SEPARATOR] = "separator",
		[ENTRY_TEXT] = "text",
	};

	text_printf(text, "%*s%s", (int)depth * 2, "", kinds[entry->kind]);
	if (entry->label != NULL)
		text_printf(text, " %s", entry->label);
	if (entry->title != NULL)
		text_printf(text, " \"%s\"", entry->title);
	if (entry->hotkey != '\0')
		text_printf(text, " ^%c", entry->hotkey);
	if (entry->is_default)
		text_append(text, " default");
	if (entry->is_hidden)
		text_append(text, " hidden");
	if (entry->indent > 0)
		text_printf(text, " indent=%u", entry->indent);
	if (entry->password != NULL)
		text_printf(text, " password=%s", entry->password);
	if (entry->sysappend != 0)
		text_printf(text, " sysappend=%u", entry->sysappend);
	if (entry->module != NULL)
		text_printf(text, " %s", entry->module);
	if (entry->kernel.path != NULL)
		text_printf(text, " /%s", entry->kernel.path);
	for (unsigned i = 0; i < entry->initrd_count; i++)
		text_printf(text, "%s/%s", i == 0 ? " + " : ",", entry->initrds[i].path);
	if (entry->arguments != NULL && entry->arguments[0] != '\0')
		text_printf(text, " [%s]", entry->arguments);
	if (entry->unavailable != NULL)
		text_printf(text, " NOT: %s", entry->unavailable);
	text_append_char(text, '\n');
	if (entry->help != NULL && entry->help[0] != '\0')
		text_printf(text, "%*s| %s", (int)depth * 2, "", entry->help);
}

/* Appends a menu: its title and time, a line for each entry, sub-menus indented. */
static inline void
tree_print_menu(struct text *text, const struct menu *menu, unsigned depth)
{
	if (menu->title != NULL || menu->timeout_ms != 0 || menu->password != NULL)
		text_printf(text, "%*s= %s %u%s%s\n", (int)depth * 2, "",
			    menu->title != NULL ? menu->title : "", menu->timeout_ms,
			    menu->password != NULL ? " master=" : "",
			    menu->password != NULL ? menu->password : "");
	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		tree_print_entry(text, entry, depth);
		if (entry->submenu != NULL)
			tree_print_menu(text, entry->submenu, depth + 1);
	}
}

static inline bool
tree_has_note(const struct entry_note *note, const char *part)
{
	for (; note != NULL; note = note->next) {
		if (strstr(note->text, part) != NULL)
			return true;
	}
	return false;
}

#endif
