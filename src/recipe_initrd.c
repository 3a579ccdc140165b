/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The further initrd that a recipe makes (`initrd`): an archive with the image,
 * or files, at the paths where the system looks for them. It joins the entry's
 * initrds under the path it has in the tree of the image.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "cpio.h"
#include "recipe_data.h"
#include "source.h"

enum { NAME_SIZE = 128, FILES_MAX = 512 };

const char *
recipe_check_initrd(const char *value)
{
	char path[RECIPE_WORD_SIZE], what[RECIPE_WORD_SIZE];

	while (recipe_word(&value, path)) {
		bool is_folder = path[strlen(path) - 1] == '/';

		if (path[0] != '/')
			return "begins with the path in the initramfs, such as /pxeiso.iso";
		if (!recipe_word(&value, what))
			return "a path without what lies there: image, parts, image|parts, file, "
			       "helper, text:NAME";
		if (!is_folder && strcmp(what, "image") != 0 && strcmp(what, "parts") != 0 &&
		    strcmp(what, "image|parts") != 0 && strcmp(what, "file") != 0 &&
		    strcmp(what, "helper") != 0 &&
		    (strncmp(what, "text:", 5) != 0 || recipe_text(what + 5) == NULL))
			return "at a path lies image, parts, image|parts, file, helper, "
			       "text:wrapper or text:load-loop";
	}
	return NULL;
}

/* Adds all files of the image that `pattern` matches, in `folder`. */
static int
add_files(struct cpio *cpio, const char *folder, const char *pattern, struct recipe_files *files)
{
	struct source_node *found = calloc(FILES_MAX, sizeof(*found));
	char path[SOURCE_PATH_SIZE + RECIPE_WORD_SIZE];
	unsigned count;
	int error = found == NULL ? -ENOMEM : 0;

	count = error == 0 ? recipe_glob(files, pattern, found, FILES_MAX) : 0;
	for (unsigned i = 0; error == 0 && i < count; i++) {
		const char *slash = strrchr(found[i].path, '/');

		snprintf(path, sizeof(path), "%s%s", folder,
			 slash != NULL ? slash + 1 : found[i].path);
		error = cpio_add_file(cpio, path, found[i].path, found[i].size);
	}
	free(found);
	return error;
}

/* Adds the helper for the entry's kernel: -ENOEXEC without one. */
static int
add_helper(struct cpio *cpio, const char *path, const struct source *source,
	   const struct entry *entry)
{
	struct recipe_helper helper;

	if (!recipe_helper(source, entry->kernel.path, &helper))
		return -ENOEXEC;
	return cpio_add_bytes(cpio, path, helper.bytes, helper.size, 0755);
}

/* Adds one member, or the parts of one. */
static int
add_member(struct cpio *cpio, const char *path, const char *what, const struct recipe_wish *wish,
	   const struct entry *entry)
{
	const uint64_t image_size = wish->source->image_size;
	const struct recipe_text *text;

	if (path[strlen(path) - 1] == '/')
		return add_files(cpio, path, what, wish->files);
	if (strcmp(what, "file") == 0)
		return wish->file->path[0] == '\0'
			       ? -ENOENT
			       : cpio_add_file(cpio, path, wish->file->path, wish->file->size);
	if (strcmp(what, "helper") == 0)
		return add_helper(cpio, path, wish->source, entry);
	if (strncmp(what, "text:", 5) == 0) {
		text = recipe_text(what + 5);
		return text == NULL ? -EINVAL : cpio_add_text(cpio, path, text->text, text->mode);
	}
	if (strcmp(what, "parts") == 0 ||
	    (strcmp(what, "image|parts") == 0 && image_size > UINT32_MAX))
		return cpio_add_image_parts(cpio, path, image_size);
	return cpio_add_image(cpio, path, image_size);
}

static int
fill(struct cpio *cpio, const struct recipe_wish *wish, const struct entry *entry)
{
	const char *list = wish->recipe->initrd;
	char path[RECIPE_WORD_SIZE], what[RECIPE_WORD_SIZE];
	int error = 0;

	while (error == 0 && recipe_word(&list, path) && recipe_word(&list, what))
		error = add_member(cpio, path, what, wish, entry);
	return error;
}

/* The name of a recipe, as far as it can stand in a URL as it is. */
static void
name_archive(const char *section, char name[NAME_SIZE])
{
	size_t length = 0;

	for (; length < NAME_SIZE - 1 && section[length] != '\0'; length++)
		name[length] = isalnum((unsigned char)section[length]) || section[length] == '-'
				       ? section[length]
				       : '_';
	name[length] = '\0';
}

/* The archive of the boot that `cpio` is the same as, or itself, which then
   is the boot's and has a name of its own. */
static int
adopt(struct boot *boot, struct cpio *cpio, const struct cpio **ret_cpio)
{
	struct cpio **end = &boot->archives;
	char name[NAME_SIZE];
	unsigned number = 1;

	for (; *end != NULL; end = &(*end)->next) {
		size_t length = strlen(cpio->name);

		if (cpio_equal(*end, cpio)) {
			*ret_cpio = *end;
			cpios_free(cpio);
			return 0;
		}
		if (strncmp((*end)->name, cpio->name, length) == 0 &&
		    ((*end)->name[length] == '\0' || (*end)->name[length] == '~'))
			number++;
	}
	*end = cpio;
	*ret_cpio = cpio;
	if (number == 1)
		return 0;
	snprintf(name, sizeof(name), "%.*s~%u", NAME_SIZE - 12, cpio->name, number);
	return string_set(&cpio->name, name);
}

static int
add_initrd(struct entry *entry, const struct cpio *cpio)
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

/* Says in the entry what was made. */
static int
note_members(struct entry *entry, const struct cpio *cpio)
{
	int error = 0;

	for (const struct member *member = cpio->members; member != NULL && error == 0;
	     member = member->next) {
		if (member->kind == MEMBER_IMAGE)
			error = note_add(&entry->notes, "initrd made: the image as /%s",
					 member->path);
		else if (member->kind == MEMBER_FILE)
			error = note_add(&entry->notes, "initrd made: %s as /%s", member->file,
					 member->path);
		else if (member->kind == MEMBER_TEXT)
			error = note_add(&entry->notes, "initrd made: /%s, a file of pxeiso's",
					 member->path);
	}
	return error;
}

int
recipe_make_initrd(const struct recipe_wish *wish, struct boot *boot, struct entry *entry)
{
	const struct cpio *made;
	struct cpio *cpio;
	char name[NAME_SIZE];
	int error;

	name_archive(wish->recipe->section, name);
	error = cpio_new(name, &cpio);
	if (error < 0)
		return error;
	error = fill(cpio, wish, entry);
	if (error < 0) {
		cpios_free(cpio);
		if (error == -EFBIG)
			return entry_refuse(
				entry, "4 GiB or more, too large for one file in an initramfs");
		if (error == -ENOEXEC)
			return entry_refuse(entry, "pxeiso's helper for its initramfs is not made "
						   "for its processor");
		return error == -ENOMEM
			       ? error
			       : entry_refuse(entry, "its recipe [%s] cannot make an initrd",
					      wish->recipe->section);
	}
	error = adopt(boot, cpio, &made);
	if (error == 0)
		error = add_initrd(entry, made);
	return error == 0 ? note_members(entry, made) : error;
}
