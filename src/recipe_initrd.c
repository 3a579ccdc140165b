/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The further initrd that a recipe makes (`initrd`): an archive with the image,
 * or files, at the paths where the system looks for them. It joins the entry's
 * initrds under the path it has in the tree of the image.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "boot_archive.h"
#include "cpio.h"
#include "recipe_data.h"
#include "source.h"

enum { FILES_MAX = 512 };

static bool
is_beside(const char *what)
{
	return strncmp(what, "beside:", 7) == 0 && what[7] != '\0';
}

static bool
is_tree(const char *what)
{
	return strncmp(what, "tree:", 5) == 0 && what[5] != '\0';
}

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
			       "tree:NAME, folder, wrapper, helper, text:NAME, beside:FILE";
		if (!is_folder && strcmp(what, "image") != 0 && strcmp(what, "parts") != 0 &&
		    strcmp(what, "image|parts") != 0 && strcmp(what, "file") != 0 &&
		    strcmp(what, "wrapper") != 0 && strcmp(what, "helper") != 0 &&
		    strcmp(what, "folder") != 0 && !is_beside(what) && !is_tree(what) &&
		    (strncmp(what, "text:", 5) != 0 || recipe_text(what + 5) == NULL))
			return "at a path lies image, parts, image|parts, file, tree:NAME,NAME, "
			       "folder, wrapper, helper, beside:FILE or text: with wrapper, "
			       "load-loop or installer-disc";
	}
	return NULL;
}

bool
recipe_initrd_has_room(const struct recipe *recipe, const struct source *source,
		       const struct source_node *file)
{
	const char *list = recipe->initrd;
	char path[RECIPE_WORD_SIZE], what[RECIPE_WORD_SIZE];

	while (list != NULL && recipe_word(&list, path) && recipe_word(&list, what)) {
		if ((strcmp(what, "image") == 0 && source->image_size > UINT32_MAX) ||
		    (strcmp(what, "file") == 0 && file->size > UINT32_MAX))
			return false;
	}
	return true;
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

/* Adds a file that a user may have put beside the image. */
static int
add_beside(struct cpio *cpio, const char *path, const char *file, const struct source *companion)
{
	struct source_node node;

	if (companion == NULL || source_find(companion, file, &node) < 0 || node.is_directory)
		return 0;
	return cpio_add_beside(cpio, path, &node);
}

/* Adds what lies at the top of the image under each name of "a,b". */
static int
add_trees(struct cpio *cpio, const char *path, const char *names, const struct source *source)
{
	char name[RECIPE_WORD_SIZE];
	int error = 0;

	while (error == 0 && *names != '\0') {
		size_t length = strcspn(names, ",");

		snprintf(name, sizeof(name), "%.*s", (int)length, names);
		error = cpio_add_tree(cpio, path, source, name);
		names += length + (names[length] == ',');
	}
	return error;
}

static int
add_text(struct cpio *cpio, const char *path, const char *name)
{
	const struct recipe_text *text = recipe_text(name);

	return text == NULL ? -EINVAL : cpio_add_text(cpio, path, text->text, text->mode);
}

/* Adds an init of ours: the script, or the helper where nothing could run that. */
static int
add_wrapper(struct cpio *cpio, const char *path, const struct recipe_wish *wish,
	    const struct entry *entry)
{
	if (wish->initrds != NULL && wish->shell != NULL &&
	    recipe_initrds_lack_surely(wish->initrds, entry, wish->shell))
		return add_helper(cpio, path, wish->source, entry);
	return add_text(cpio, path, "wrapper");
}

/* Adds one member, or the parts of one. */
static int
add_member(struct cpio *cpio, const char *path, const char *what, const struct recipe_wish *wish,
	   const struct entry *entry)
{
	const uint64_t image_size = wish->source->image_size;

	if (path[strlen(path) - 1] == '/')
		return add_files(cpio, path, what, wish->files);
	if (strcmp(what, "file") == 0)
		return wish->file->path[0] == '\0'
			       ? -ENOENT
			       : cpio_add_file(cpio, path, wish->file->path, wish->file->size);
	if (strcmp(what, "helper") == 0)
		return add_helper(cpio, path, wish->source, entry);
	if (strcmp(what, "folder") == 0)
		return cpio_add_folder(cpio, path);
	if (is_tree(what))
		return add_trees(cpio, path, what + 5, wish->source);
	if (strcmp(what, "wrapper") == 0)
		return add_wrapper(cpio, path, wish, entry);
	if (is_beside(what))
		return add_beside(cpio, path, what + 7, wish->source->companion);
	if (strncmp(what, "text:", 5) == 0)
		return add_text(cpio, path, what + 5);
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

/* Says in the entry what was made. */
static int
note_members(struct entry *entry, const struct cpio *cpio)
{
	unsigned many = 0;
	int error = 0;

	for (const struct member *member = cpio->members; member != NULL && error == 0;
	     member = member->next) {
		if (member->is_of_tree)
			many++;
		else if (member->kind == MEMBER_IMAGE)
			error = note_add(&entry->notes, "initrd made: the image as /%s",
					 member->path);
		else if (member->kind == MEMBER_FILE)
			error = note_add(&entry->notes, "initrd made: %s as /%s", member->file,
					 member->path);
		else if (member->kind == MEMBER_BESIDE)
			error = note_add(&entry->notes, "initrd made: %s beside the image as /%s",
					 member->file, member->path);
		else if (member->kind == MEMBER_TEXT)
			error = note_add(&entry->notes, "initrd made: /%s, a file of pxeiso's",
					 member->path);
	}
	if (error == 0 && many > 0)
		error = note_add(&entry->notes, "initrd made: %u files of the image", many);
	return error;
}

bool
recipe_can_make_initrd(const struct recipe_wish *wish, const struct entry *entry)
{
	struct cpio *cpio;
	int error;

	if (cpio_new("", &cpio) < 0)
		return false;
	error = fill(cpio, wish, entry);
	cpios_free(cpio);
	return error == 0;
}

int
recipe_make_initrd(const struct recipe_wish *wish, struct boot *boot, struct entry *entry)
{
	const struct cpio *made;
	struct cpio *cpio;
	int error = cpio_new(wish->recipe->section, &cpio);

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
		if (error == -E2BIG)
			return entry_refuse(entry, "too many files for an initrd");
		return error == -ENOMEM
			       ? error
			       : entry_refuse(entry, "its recipe [%s] cannot make an initrd",
					      wish->recipe->section);
	}
	if (cpio->members == NULL) {
		cpios_free(cpio);
		return 0;
	}
	error = boot_keep_archive(boot, cpio, &made);
	if (error == 0)
		error = entry_add_archive(entry, made);
	return error == 0 ? note_members(entry, made) : error;
}
