/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the configuration of an image, through recipes and all menus:
 * nothing crashes, and no line of a PXELINUX menu begins with a word that we
 * do not write. The bytes are cut into files at each NUL byte: isolinux.cfg first, then
 * a.cfg, b.cfg and .disk/info.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "bootcfg.h"
#include "explain.h"
#include "menu.h"
#include "recipe.h"
#include "source.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"isolinux/isolinux.cfg", "isolinux/a.cfg",
				    "isolinux/b.cfg",        ".disk/info",
				    "live/x.squashfs",       "live/vmlinuz",
				    "LiveOS/squashfs.img",   "arch/x86_64/airootfs.sfs"};

enum { TEXTS = 4, NAMES = sizeof(names) / sizeof(names[0]) };

struct image {
	const char *bytes[TEXTS];
	size_t lengths[TEXTS];
};

static int
find(const struct source *source, const char *path, struct source_node *ret_node)
{
	(void)source;
	path += strspn(path, "/");
	for (size_t i = 0; i < NAMES; i++) {
		size_t length = strcspn(names[i], "/");

		memset(ret_node, 0, sizeof(*ret_node));
		if (strcasecmp(path, names[i]) == 0) {
			memcpy(ret_node->path, names[i], strlen(names[i]));
			ret_node->size = 1000;
			return 0;
		}
		if (strlen(path) == length && strncasecmp(path, names[i], length) == 0) {
			memcpy(ret_node->path, names[i], length);
			ret_node->is_directory = true;
			return 0;
		}
	}
	return -1;
}

static int
read_text(const struct source *source, const char *path, size_t limit, char **ret_bytes,
	  size_t *ret_length)
{
	const struct image *image = source->data;

	for (size_t i = 0; i < TEXTS; i++) {
		if (strcmp(path, names[i]) != 0 || image->lengths[i] > limit)
			continue;
		*ret_bytes = calloc(1, image->lengths[i] + 1);
		if (*ret_bytes == NULL)
			abort();
		if (image->lengths[i] > 0)
			memcpy(*ret_bytes, image->bytes[i], image->lengths[i]);
		*ret_length = image->lengths[i];
		return 0;
	}
	return -1;
}

static int
list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	size_t length = strlen(path);

	(void)source;
	for (size_t i = 0; i < NAMES; i++) {
		if (strncmp(names[i], path, length) == 0 && names[i][length] == '/' &&
		    !visit(context, names[i] + length + 1))
			break;
	}
	return 0;
}

static bool
has_loader(const void *loaders, const char *name)
{
	(void)loaders;
	(void)name;
	return true;
}

static void
check_pxelinux(const char *menu)
{
	static const char words[] = " UI PROMPT DEFAULT TIMEOUT MENU LABEL LINUX INITRD APPEND "
				    "KERNEL COM32 CONFIG TEXT ENDTEXT SYSAPPEND ";
	bool is_help = false;

	while (*menu != '\0') {
		size_t length = strcspn(menu, "\n");
		const char *start = menu + strspn(menu, " ");
		char word[20] = " ";
		size_t count = strcspn(start, " \n");

		for (size_t i = 0; i < length; i++) {
			if ((unsigned char)menu[i] < ' ' || menu[i] == 0x7f)
				abort();
		}
		if (length >= 4096 || (count > 12 && !is_help))
			abort();
		if (count > 0 && count <= 12) {
			memcpy(word + 1, start, count);
			word[count + 1] = ' ';
			if (!is_help && strstr(words, word) == NULL)
				abort();
			is_help = strcmp(word, " TEXT ") == 0 ||
				  (is_help && strcasecmp(word, " ENDTEXT ") != 0);
		}
		menu += length + (menu[length] == '\n');
	}
}

static void
render(const struct boot *boot)
{
	const struct menu_image image = {.name = "x", .boot = boot, .size = 1000};
	const struct menu_context context = {.server = "192.0.2.1",
					     .http_port = 80,
					     .tftp_port = 69,
					     .boot_self = "x:live",
					     .has_loader = has_loader};

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		struct text text = {0};

		menu_render_image(format, &context, &image, &text);
		menu_render_main(format, &context, &image, 1, &text);
		if (format == MENU_PXELINUX)
			check_pxelinux(text_string(&text));
		explain_text(format, &context, &image, &text);
		if (explain_json(format, &context, &image, &text) < 0)
			abort();
		text_free(&text);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct source_calls calls = {find, read_text, list, NULL};
	static struct recipes *recipes;
	struct image image = {0};
	const struct source source = {.calls = &calls,
				      .data = &image,
				      .name = "x",
				      .volume_id = "",
				      .image_size = 1000,
				      .boots_bios = true};
	struct text problems = {0};
	struct boot *boot;

	if (recipes == NULL && recipes_new(NULL, &problems, &recipes) < 0)
		abort();
	for (size_t i = 0; i < TEXTS && size > 0; i++) {
		const uint8_t *end = memchr(data, '\0', size);
		size_t length = end != NULL ? (size_t)(end - data) : size;

		image.bytes[i] = (const char *)data;
		image.lengths[i] = length;
		length += end != NULL;
		data += length;
		size -= length;
	}
	if (bootcfg_read(&source, recipes, &boot) < 0)
		abort();
	render(boot);
	boot_free(boot);
	return 0;
}
