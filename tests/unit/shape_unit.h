/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A shape: a folder of testdata/menus, which is an image as far as its menus
 * depend on it, with the menus that are expected of it beside it.
 *
 *      files          the volume id, its uuid, "bios" if it boots so, the size of the
 *                     image, a line "SIZE PATH" for each file that is not text,
 *                     "picture WIDTH HEIGHT PATH" for one that is a picture, and
 *                     "in INITRD PATH", in order, for what is in an initramfs
 *      tree/          the text files of the image
 *      beside/        those of the folder that a user put beside it; "beside SIZE PATH"
 *                     in `files` for what is not text there
 *      menu.cfg menu.ipxe menu.grub explain.txt       what is expected
 *
 * What is in an initramfs that no line speaks of is not known: the program then
 * decides as for one that it cannot read.
 */
#ifndef SHAPE_UNIT_H
#define SHAPE_UNIT_H

#include "unit.h"

#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>

#include "bootcfg.h"
#include "menu.h"
#include "recipe.h"
#include "tree_source.h"

#define SHAPE_FOLDER "testdata/menus"

enum { SHAPE_FILES_MAX = 64, SHAPE_INITRDS_MAX = 8, SHAPE_NAMES_MAX = 16 };

/* A tree while it is read. */
struct shape_tree {
	struct tree tree;
	struct tree_file files[SHAPE_FILES_MAX];
	size_t count;
};

/* An initramfs of the image; one that is not spoken of cannot be asked. */
struct shape_initrd {
	struct tree tree;
	struct tree_file files[SHAPE_NAMES_MAX + 1];
	size_t count;
};

/* One folder, read, and what came of it. */
struct shape {
	char name[256];
	char path[300];
	char volume[64];
	char uuid[32];
	struct shape_tree tree, beside;
	struct shape_initrd initrds[SHAPE_INITRDS_MAX];
	struct tree_initramfs initramfs[SHAPE_INITRDS_MAX + 1]; /* their paths */
	struct boot *boot;
};

/* The one that is being read: nftw has no context. */
static struct shape *shape_now;

/* A file as text, or NULL. To be freed. */
static inline char *
shape_read_file(const char *path)
{
	enum { SIZE = 256 * 1024 };
	FILE *file = fopen(path, "r");
	char *bytes = calloc(1, SIZE);

	if (file == NULL) {
		free(bytes);
		return NULL;
	}
	assert_true(fread(bytes, 1, SIZE - 1, file) < SIZE - 1);
	fclose(file);
	return bytes;
}

static inline void
shape_add_file(struct shape_tree *tree, const char *path, char *content, uint64_t size)
{
	assert_true(tree->count < SHAPE_FILES_MAX - 1);
	tree->files[tree->count++] = (struct tree_file){strdup(path), content, size};
}

static inline int
shape_on_file(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	const char *inner = path + strlen(shape_now->path) + 1;
	bool is_beside = strncmp(inner, "beside/", strlen("beside/")) == 0;

	(void)facts;
	(void)place;
	if (kind == FTW_F)
		shape_add_file(is_beside ? &shape_now->beside : &shape_now->tree,
			       strchr(inner, '/') + 1, shape_read_file(path), 0);
	return 0;
}

static inline int
shape_compare(const void *a, const void *b)
{
	return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

/* Reads the folder `name` of the shape, sorted; whether it is there. */
static inline bool
shape_read_folder(struct shape *shape, const char *name, struct shape_tree *tree)
{
	char path[320];

	snprintf(path, sizeof(path), "%s/%s", shape->path, name);
	shape_now = shape;
	if (nftw(path, shape_on_file, 8, FTW_PHYS) != 0)
		return false;
	qsort(tree->files, tree->count, sizeof(struct tree_file), shape_compare);
	return true;
}

/* "INITRD PATH" */
static inline void
shape_add_to_initrd(struct shape *shape, const char *line)
{
	size_t length = strcspn(line, " "), i = 0;
	struct shape_initrd *initrd;

	while (shape->initramfs[i].path != NULL &&
	       (strncmp(shape->initramfs[i].path, line, length) != 0 ||
		shape->initramfs[i].path[length] != '\0'))
		i++;
	assert_true(i < SHAPE_INITRDS_MAX);
	initrd = &shape->initrds[i];
	if (shape->initramfs[i].path == NULL) {
		shape->initramfs[i].path = strndup(line, length);
		shape->initramfs[i].tree = &initrd->tree;
		tree_init(&initrd->tree, initrd->files);
	}
	assert_true(initrd->count < SHAPE_NAMES_MAX);
	initrd->files[initrd->count++].path = strdup(line + length + 1);
}

/* "WIDTH HEIGHT PATH": a picture as it begins, of the only kind without NUL bytes. */
static inline void
shape_add_picture(struct shape *shape, const char *line)
{
	unsigned width, height;
	char path[200];
	char head[9];

	assert_int_equal(sscanf(line, "%u %u %199s", &width, &height, path), 3);
	snprintf(head, sizeof(head), "=\xf3\x13\x14%c%c%c%c", (int)(width & 0xff),
		 (int)(width >> 8), (int)(height & 0xff), (int)(height >> 8));
	assert_int_equal(strlen(head), 8);
	shape_add_file(&shape->tree, path, strdup(head), 0);
}

static inline void
shape_read_manifest(struct shape *shape)
{
	struct source *source = &shape->tree.tree.source;
	char path[320];
	char *manifest;
	char *rest;

	snprintf(path, sizeof(path), "%s/files", shape->path);
	manifest = shape_read_file(path);
	assert_non_null(manifest);
	for (char *line = strtok_r(manifest, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "volume ", 7) == 0)
			snprintf(shape->volume, sizeof(shape->volume), "%s", line + 7);
		else if (strncmp(line, "uuid ", 5) == 0)
			snprintf(shape->uuid, sizeof(shape->uuid), "%s", line + 5);
		else if (strcmp(line, "bios") == 0)
			source->boots_bios = true;
		else if (strncmp(line, "in ", 3) == 0)
			shape_add_to_initrd(shape, line + 3);
		else if (strncmp(line, "picture ", 8) == 0)
			shape_add_picture(shape, line + 8);
		else if (strncmp(line, "size ", 5) == 0)
			source->image_size = strtoull(line + 5, NULL, 10);
		else if (strncmp(line, "beside ", 7) == 0)
			shape_add_file(&shape->beside, strchr(line + 7, ' ') + 1, NULL,
				       strtoull(line + 7, NULL, 10));
		else
			shape_add_file(&shape->tree, strchr(line, ' ') + 1, NULL,
				       strtoull(line, NULL, 10));
	}
	free(manifest);
}

/* Reads the folder `name` and what it boots. */
static inline void
shape_open(struct shape *shape, const char *name, const struct recipes *recipes)
{
	struct source *source = &shape->tree.tree.source;

	memset(shape, 0, sizeof(*shape));
	snprintf(shape->name, sizeof(shape->name), "%s", name);
	snprintf(shape->path, sizeof(shape->path), "%s/%s", SHAPE_FOLDER, name);
	tree_init(&shape->tree.tree, shape->tree.files);
	tree_init(&shape->beside.tree, shape->beside.files);
	shape->tree.tree.initramfs = shape->initramfs;
	source->volume_id = shape->volume;
	source->fs_uuid = shape->uuid;
	shape_read_manifest(shape);
	assert_true(shape_read_folder(shape, "tree", &shape->tree));
	if (shape_read_folder(shape, "beside", &shape->beside)) {
		shape->beside.tree.source.name = "image.d";
		source->companion = &shape->beside.tree.source;
	}
	assert_int_equal(bootcfg_read(source, recipes, &shape->boot), 0);
}

static inline void
shape_free_tree(struct shape_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		free((char *)(uintptr_t)tree->files[i].path);
		free((char *)(uintptr_t)tree->files[i].content);
	}
}

static inline void
shape_close(struct shape *shape)
{
	boot_free(shape->boot);
	shape_free_tree(&shape->tree);
	shape_free_tree(&shape->beside);
	for (size_t i = 0; i < SHAPE_INITRDS_MAX; i++) {
		free((char *)(uintptr_t)shape->initramfs[i].path);
		for (size_t k = 0; k < shape->initrds[i].count; k++)
			free((char *)(uintptr_t)shape->initrds[i].files[k].path);
	}
}

static inline bool
shape_has_loader(const void *loaders, const char *name)
{
	(void)loaders;
	return strcmp(name, "nothing") != 0;
}

/* Who asks for the menus of all shapes. */
static const struct menu_context shape_context = {
	.server = "192.0.2.1",
	.http_port = 8080,
	.tftp_port = 69,
	.timeout_ms = 60000,
	.has_loader = shape_has_loader,
};

/* The shape as one image of a menu. */
static inline struct menu_image
shape_image(const struct shape *shape)
{
	return (struct menu_image){
		.name = shape->name,
		.boot = shape->boot,
		.size = shape->tree.tree.source.image_size,
	};
}

/* Calls `visit` with each shape: -> how many there are. */
static inline unsigned
shape_each(void (*visit)(const struct shape *))
{
	static struct shape shape;
	struct text problems = {0};
	struct recipes *recipes;
	struct dirent **entries;
	int count = scandir(SHAPE_FOLDER, &entries, NULL, alphasort);
	unsigned shapes = 0;

	assert_true(count > 0);
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.') {
			shape_open(&shape, entries[i]->d_name, recipes);
			visit(&shape);
			shape_close(&shape);
			shapes++;
		}
		free(entries[i]);
	}
	free(entries);
	recipes_free(recipes);
	text_free(&problems);
	return shapes;
}

#endif
