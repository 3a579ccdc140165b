/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole configurations: each folder of testdata/menus is an image, with the
 * menus that PXELINUX, iPXE and GRUB get and what explain says beside it.
 *
 *      files          the volume id, its uuid, "bios" if it boots so, the size of the
 *                     image, a line "SIZE PATH" for each file that is not text, and
 *                     "in INITRD PATH", in order, for what is in an initramfs
 *      tree/          the text files of the image
 *      beside/        those of the folder that a user put beside it; "beside SIZE PATH"
 *                     in `files` for what is not text there
 *      menu.cfg menu.ipxe menu.grub explain.txt       what is expected
 *
 * PXEISO_WRITE_MENUS=1 in the environment writes what is expected anew; the
 * difference is then to be read, line by line, before it is committed.
 */
#include "unit.h"

#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>

#include "bootcfg.h"
#include "explain.h"
#include "menu.h"
#include "recipe.h"
#include "tree_source.h"

static const char FOLDER[] = "testdata/menus";

enum { FILES_MAX = 64, INITRDS_MAX = 4, NAMES_MAX = 16 };

/* A tree while it is read. */
struct file_list {
	struct tree tree;
	struct tree_file files[FILES_MAX];
	size_t count;
};

/* An initramfs of the image; one that is not spoken of cannot be asked. */
struct initrd {
	struct tree tree;
	struct tree_file files[NAMES_MAX + 1];
	size_t count;
};

/* One folder, read. */
struct image {
	char path[300];
	char volume[64];
	char uuid[32];
	struct file_list tree, beside;
	struct initrd initrds[INITRDS_MAX];
	struct tree_initramfs initramfs[INITRDS_MAX + 1]; /* their paths */
};

static struct image image;

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *bytes = calloc(1, 65536);

	if (file == NULL) {
		free(bytes);
		return NULL;
	}
	assert_true(fread(bytes, 1, 65535, file) < 65535);
	fclose(file);
	return bytes;
}

static void
add_file(struct file_list *list, const char *path, char *content, uint64_t size)
{
	assert_true(list->count < FILES_MAX - 1);
	list->files[list->count++] = (struct tree_file){strdup(path), content, size};
}

static int
on_file(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	const char *inner = path + strlen(image.path) + 1;
	bool is_beside = strncmp(inner, "beside/", strlen("beside/")) == 0;

	(void)facts;
	(void)place;
	if (kind == FTW_F)
		add_file(is_beside ? &image.beside : &image.tree, strchr(inner, '/') + 1,
			 read_file(path), 0);
	return 0;
}

static int
compare_files(const void *a, const void *b)
{
	return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

/* "INITRD PATH" */
static void
add_to_initrd(const char *line)
{
	size_t length = strcspn(line, " "), i = 0;
	struct initrd *initrd;

	while (image.initramfs[i].path != NULL &&
	       (strncmp(image.initramfs[i].path, line, length) != 0 ||
		image.initramfs[i].path[length] != '\0'))
		i++;
	assert_true(i < INITRDS_MAX);
	initrd = &image.initrds[i];
	if (image.initramfs[i].path == NULL) {
		image.initramfs[i].path = strndup(line, length);
		image.initramfs[i].tree = &initrd->tree;
		tree_init(&initrd->tree, initrd->files);
	}
	assert_true(initrd->count < NAMES_MAX);
	initrd->files[initrd->count++].path = strdup(line + length + 1);
}

static void
read_manifest(void)
{
	char path[320];
	char *manifest;
	char *rest;

	snprintf(path, sizeof(path), "%s/files", image.path);
	manifest = read_file(path);
	assert_non_null(manifest);
	for (char *line = strtok_r(manifest, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "volume ", 7) == 0)
			snprintf(image.volume, sizeof(image.volume), "%s", line + 7);
		else if (strncmp(line, "uuid ", 5) == 0)
			snprintf(image.uuid, sizeof(image.uuid), "%s", line + 5);
		else if (strcmp(line, "bios") == 0)
			image.tree.tree.source.boots_bios = true;
		else if (strncmp(line, "in ", 3) == 0)
			add_to_initrd(line + 3);
		else if (strncmp(line, "size ", 5) == 0)
			image.tree.tree.source.image_size = strtoull(line + 5, NULL, 10);
		else if (strncmp(line, "beside ", 7) == 0)
			add_file(&image.beside, strchr(line + 7, ' ') + 1, NULL,
				 strtoull(line + 7, NULL, 10));
		else
			add_file(&image.tree, strchr(line, ' ') + 1, NULL,
				 strtoull(line, NULL, 10));
	}
	free(manifest);
}

static void
open_image(const char *name)
{
	char path[320];

	memset(&image, 0, sizeof(image));
	snprintf(image.path, sizeof(image.path), "%s/%s", FOLDER, name);
	tree_init(&image.tree.tree, image.tree.files);
	tree_init(&image.beside.tree, image.beside.files);
	image.tree.tree.initramfs = image.initramfs;
	image.tree.tree.source.volume_id = image.volume;
	image.tree.tree.source.fs_uuid = image.uuid;
	read_manifest();
	snprintf(path, sizeof(path), "%s/tree", image.path);
	assert_int_equal(nftw(path, on_file, 8, FTW_PHYS), 0);
	qsort(image.tree.files, image.tree.count, sizeof(struct tree_file), compare_files);
	snprintf(path, sizeof(path), "%s/beside", image.path);
	if (nftw(path, on_file, 8, FTW_PHYS) == 0) {
		qsort(image.beside.files, image.beside.count, sizeof(struct tree_file),
		      compare_files);
		image.beside.tree.source.name = "image.d";
		image.tree.tree.source.companion = &image.beside.tree.source;
	}
}

static void
free_files(struct file_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free((char *)(uintptr_t)list->files[i].path);
		free((char *)(uintptr_t)list->files[i].content);
	}
}

static void
close_image(void)
{
	free_files(&image.tree);
	free_files(&image.beside);
	for (size_t i = 0; i < INITRDS_MAX; i++) {
		free((char *)(uintptr_t)image.initramfs[i].path);
		for (size_t k = 0; k < image.initrds[i].count; k++)
			free((char *)(uintptr_t)image.initrds[i].files[k].path);
	}
}

static bool
has_loader(const void *loaders, const char *name)
{
	(void)loaders;
	return strcmp(name, "nothing") != 0;
}

/* Compares `text` with the file `name` of the folder, or writes it. */
static void
check_text(const char *name, struct text *text)
{
	char path[320];
	char *expected;

	snprintf(path, sizeof(path), "%s/%s", image.path, name);
	if (getenv("PXEISO_WRITE_MENUS") != NULL) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(text_string(text), file);
		fclose(file);
	}
	expected = read_file(path);
	if (expected == NULL || strcmp(expected, text_string(text)) != 0)
		fail_msg("%s differs; it is now:\n%s", path, text_string(text));
	free(expected);
	text_free(text);
}

static void
check_image(const char *name, const struct recipes *recipes)
{
	static const char *const names[] = {"menu.cfg", "menu.ipxe", "menu.grub"};
	const struct menu_context context = {
		.server = "192.0.2.1",
		.http_port = 8080,
		.tftp_port = 69,
		.timeout_ms = 60000,
		.has_loader = has_loader,
	};
	struct menu_image facts = {.name = name};
	struct text text = {0};
	struct boot *boot;

	open_image(name);
	assert_int_equal(bootcfg_read(&image.tree.tree.source, recipes, &boot), 0);
	facts.boot = boot;
	facts.size = image.tree.tree.source.image_size;
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		menu_render_image(format, &context, &facts, &text);
		check_text(names[format], &text);
	}
	explain_text(MENU_PXELINUX, &context, &facts, &text);
	check_text("explain.txt", &text);
	boot_free(boot);
	close_image();
}

static void
menus_are_as_expected(void **state)
{
	struct text problems = {0};
	struct recipes *recipes;
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;
	unsigned count = 0;

	(void)state;
	assert_non_null(folder);
	assert_int_equal(recipes_new(NULL, &problems, &recipes), 0);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		check_image(entry->d_name, recipes);
		count++;
	}
	assert_true(count >= 20);
	closedir(folder);
	recipes_free(recipes);
	text_free(&problems);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(menus_are_as_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
