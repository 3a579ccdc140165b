/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case of testdata/directives: a file that has the files of an image, and the
 * menus that come of them.
 *
 *      # RULE: what it shows
 *      == isolinux/isolinux.cfg        a file of the image, as many as needed
 *      ...
 *      == PXELINUX                     the menus that come of it, without the lines
 *      == iPXE                         that every menu has
 *      == GRUB
 *      == remarks                      for explain: of the image, then of "entry: "
 *
 * The image has the files of the table below besides.
 */
#ifndef DIRECTIVE_UNIT_H
#define DIRECTIVE_UNIT_H

#include "unit.h"

#include <dirent.h>

#include "tree_source.h"

#define DIRECTIVE_FOLDER "testdata/directives"

enum { DIRECTIVE_SIZE = 65536, DIRECTIVE_FILES_MAX = 32 };

/* What lies in every image of these cases. */
static const struct tree_file directive_files[] = {
	{"EFI/tool.efi", NULL, 0},   {"boot/disk.img", NULL, 0}, {"boot/initrd", NULL, 0},
	{"boot/more", NULL, 0},      {"boot/vmlinuz", NULL, 0},  {"isolinux/initrd.gz", NULL, 0},
	{"isolinux/linux", NULL, 0},
};

enum { DIRECTIVE_FILE_COUNT = sizeof(directive_files) / sizeof(directive_files[0]) };

/* One case: what is in its file, and the image that it is. */
struct directive_case {
	char path[320];
	char expected[DIRECTIVE_SIZE]; /* the whole file */
	char cut[DIRECTIVE_SIZE];      /* the same, cut into its parts */
	size_t input_length;           /* of what is not made */
	struct tree_file files[DIRECTIVE_FILES_MAX];
	struct tree tree;
};

/* The one that is open. */
static struct directive_case this;

static inline int
directive_compare_files(const void *a, const void *b)
{
	return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

/* Reads the file, and makes the image of the parts before what is made. */
static inline void
directive_open(const char *name)
{
	size_t count = DIRECTIVE_FILE_COUNT;
	FILE *file;
	char *made;

	memset(&this, 0, sizeof(this));
	snprintf(this.path, sizeof(this.path), "%s/%s", DIRECTIVE_FOLDER, name);
	file = fopen(this.path, "r");
	assert_non_null(file);
	assert_true(fread(this.expected, 1, DIRECTIVE_SIZE - 1, file) < DIRECTIVE_SIZE - 1);
	fclose(file);
	made = strstr(this.expected, "== PXELINUX\n");
	this.input_length = made != NULL ? (size_t)(made - this.expected) : strlen(this.expected);
	memcpy(this.cut, this.expected, this.input_length);
	memcpy(this.files, directive_files, sizeof(directive_files));
	for (char *mark = strstr(this.cut, "\n== "); mark != NULL;) {
		char *path = mark + strlen("\n== ");
		char *end = strchr(path, '\n');

		if (end == NULL || count >= DIRECTIVE_FILES_MAX - 1) {
			fail_msg("%s: too many files, or a name without its line", this.path);
			return;
		}
		mark[1] = '\0'; /* the end of the file before */
		*end = '\0';
		this.files[count++] = (struct tree_file){path, end + 1, 0};
		mark = strstr(end + 1, "\n== ");
	}
	qsort(this.files, count, sizeof(this.files[0]), directive_compare_files);
	tree_init(&this.tree, this.files);
	this.tree.source.volume_id = "VOLUME 1";
	this.tree.source.fs_uuid = "2026-01-02-03-04-05-06";
}

/* Opens each case in turn and calls `visit`: -> how many there are. */
static inline unsigned
directive_each(void (*visit)(void))
{
	struct dirent **entries;
	int count = scandir(DIRECTIVE_FOLDER, &entries, NULL, alphasort);
	unsigned cases = 0;

	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			directive_open(entries[i]->d_name);
			visit();
			cases++;
		}
		free(entries[i]);
	}
	free(entries);
	return cases;
}

#endif
