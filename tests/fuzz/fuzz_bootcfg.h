/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the boot configuration of an image, through recipes and all
 * menus: nothing crashes, no line of a PXELINUX or iPXE menu begins with a word
 * that we do not write, and a GRUB menu is a script of nothing but our own
 * commands. The
 * bytes are cut into files at each NUL byte. Each language has a target, which
 * only names the files.
 */
#ifndef FUZZ_BOOTCFG_H
#define FUZZ_BOOTCFG_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "boot.h"
#include "bootcfg.h"
#include "explain.h"
#include "grub_session.h"
#include "menu.h"
#include "recipe.h"
#include "source.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_TEXTS_MAX = 8 };

/* The image: the first `text_count` names are files of bytes, the others only
   are there. */
struct fuzz_image {
	const char *const *names; /* NULL ends them */
	size_t text_count;
	const char *bytes[FUZZ_TEXTS_MAX];
	size_t lengths[FUZZ_TEXTS_MAX];
};

static int
find(const struct source *source, const char *path, struct source_node *ret_node)
{
	const struct fuzz_image *image = source->data;
	size_t length;

	path += strspn(path, "/");
	length = strlen(path);
	while (length > 0 && path[length - 1] == '/')
		length--;
	for (const char *const *name = image->names; *name != NULL; name++) {
		if (strncasecmp(path, *name, length) != 0 ||
		    ((*name)[length] != '\0' && (*name)[length] != '/'))
			continue;
		memset(ret_node, 0, sizeof(*ret_node));
		memcpy(ret_node->path, *name, length);
		ret_node->is_directory = (*name)[length] == '/';
		ret_node->size = ret_node->is_directory ? 0 : 1000;
		return 0;
	}
	return -ENOENT;
}

static int
read_text(const struct source *source, const char *path, size_t limit, char **ret_bytes,
	  size_t *ret_length)
{
	const struct fuzz_image *image = source->data;

	for (size_t i = 0; i < image->text_count; i++) {
		if (strcmp(path, image->names[i]) != 0 || image->lengths[i] > limit)
			continue;
		*ret_bytes = calloc(1, image->lengths[i] + 1);
		if (*ret_bytes == NULL)
			abort();
		if (image->lengths[i] > 0)
			memcpy(*ret_bytes, image->bytes[i], image->lengths[i]);
		*ret_length = image->lengths[i];
		return 0;
	}
	return -EIO;
}

static int
list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	const struct fuzz_image *image = source->data;
	size_t length = strlen(path);

	for (const char *const *name = image->names; *name != NULL; name++) {
		char segment[64] = "";

		if (strncmp(*name, path, length) != 0 || (*name)[length] != '/')
			continue;
		strncat(segment, *name + length + 1, strcspn(*name + length + 1, "/"));
		if (!visit(context, segment))
			break;
	}
	return 0;
}

/* How every file begins: a picture that menus can show (LSS16, 640x480). */
static int
head(const struct source *source, const char *path, void *bytes, size_t length)
{
	static const uint8_t lss16[] = {0x3d, 0xf3, 0x13, 0x14, 0x80, 0x02, 0xe0, 0x01};

	(void)source;
	(void)path;
	if (length < sizeof(lss16))
		abort();
	memcpy(bytes, lss16, sizeof(lss16));
	return sizeof(lss16);
}

static bool
has_loader(const void *loaders, const char *name)
{
	(void)loaders;
	(void)name;
	return true;
}

/* Whether the line, "MENU COLOR ELEMENT ANSI FRONT BACK SHADOW" or "MENU MSGCOLOR
   FRONT BACK SHADOW", has words of colours only. */
static void
check_colour(const char *line, size_t length)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz_0123456789;#* ";
	unsigned words = 0;

	for (size_t i = strcspn(line, "R") + 1; i < length; i++) {
		if (strchr(plain, line[i]) == NULL)
			abort();
		words += line[i] == ' ';
	}
	if (words > 5)
		abort();
}

/* A line that begins with MENU: the second word is ours, and what follows a word
   of the look is of its kind. */
static void
check_menu_line(const char *line, size_t length)
{
	static const char words[] =
		" TITLE LABEL DEFAULT SEPARATOR BEGIN END EXIT DISABLE INDENT PASSWD MASTER "
		"BACKGROUND CLEAR RESOLUTION COLOR MSGCOLOR TABMSG NOTABMSG AUTOBOOT PASSPROMPT ";
	static const char numbers[] = " WIDTH MARGIN ROWS VSHIFT HSHIFT TABMSGROW CMDLINEROW "
				      "TIMEOUTROW HELPMSGROW HELPMSGENDROW ENDROW PASSWORDROW "
				      "PASSWORDMARGIN ";
	const char *second = line + strlen("MENU ");
	char word[24];

	snprintf(word, sizeof(word), " %.*s ", (int)strcspn(second, " \n"), second);
	if (strstr(numbers, word) != NULL) {
		if (strspn(second + strlen(word) - 1, "0123456789") !=
		    length - strlen("MENU") - strlen(word))
			abort();
	} else if (strstr(words, word) == NULL) {
		abort();
	}
	if (strcmp(word, " COLOR ") == 0 || strcmp(word, " MSGCOLOR ") == 0)
		check_colour(line, length);
	if (strcmp(word, " BACKGROUND ") == 0 &&
	    memchr(second + strlen("BACKGROUND "), ' ', length - strlen("MENU BACKGROUND ")) !=
		    NULL)
		abort();
}

static void
check_pxelinux(const char *menu)
{
	static const char words[] = " UI PROMPT DEFAULT TIMEOUT MENU LABEL LINUX INITRD APPEND "
				    "KERNEL COM32 CONFIG TEXT ENDTEXT SYSAPPEND ONTIMEOUT "
				    "LOCALBOOT ";
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
			if (!is_help && strcmp(word, " MENU ") == 0)
				check_menu_line(start, length - (size_t)(start - menu));
			is_help = strcmp(word, " TEXT ") == 0 ||
				  (is_help && strcasecmp(word, " ENDTEXT ") != 0);
		}
		menu += length + (menu[length] == '\n');
	}
}

/* Whether each line is a command or a label of ours, and asks for no setting but
   those that we use. */
static void
check_ipxe(const char *script)
{
	static const char words[] =
		" #!ipxe set menu item choose goto isset iseq echo kernel initrd "
		"boot sanboot chain imgfree prompt reboot poweroff exit cpair ";
	static const char settings[] = " space:string empty selected details platform look "
				       "netX/mac:hexhyp uuid ";

	while (*script != '\0') {
		size_t length = strcspn(script, "\n");
		size_t count = strcspn(script, " \n");
		char word[40];

		snprintf(word, sizeof(word), " %.*s ", (int)count, script);
		if (count > 0 && script[0] != ':' && strstr(words, word) == NULL)
			abort();
		if (length > 0 && script[length - 1] == '\\')
			abort();
		for (size_t i = 0; i + 1 < length; i++) {
			if (script[i] != '$' || script[i + 1] != '{')
				continue;
			snprintf(word, sizeof(word), " %.*s ", (int)strcspn(script + i + 2, "}"),
				 script + i + 2);
			if (strstr(settings, word) == NULL)
				abort();
		}
		script += length + (script[length] == '\n');
	}
}

/* Whether the statements, and those in their blocks, are commands that a menu of
   ours has, each with a plain name. */
static void
check_commands(const struct grub_statement *statement)
{
	static const char words[] =
		" set read insmod regexp menuentry submenu linux initrd linux16 "
		"initrd16 chainloader configfile reboot halt exit echo [ "
		"export smbios ";

	for (; statement != NULL; statement = statement->next) {
		const struct grub_part *name =
			statement->words != NULL ? statement->words->parts : NULL;
		char word[32];

		if (statement->kind == GRUB_COMMAND) {
			if (name == NULL || name->next != NULL || name->is_variable ||
			    name->is_quoted)
				abort();
			snprintf(word, sizeof(word), " %s ", name->text);
			if (strstr(words, word) == NULL)
				abort();
		} else if (statement->kind != GRUB_IF) {
			abort();
		}
		check_commands(statement->condition);
		check_commands(statement->body);
		check_commands(statement->otherwise);
	}
}

static void
check_grub(const char *menu)
{
	struct entry_note *notes = NULL;
	struct grub_session session = {
		.nodes_left = 10000000, .work_left = GRUB_WORK_LIMIT, .notes = &notes};
	char *copy = strdup(menu);

	if (copy == NULL)
		abort();
	check_commands(grub_parse(&session, "menu", copy, strlen(menu)));
	if (notes != NULL)
		abort();
	arena_free(&session.arena);
	free(copy);
}

/* Only half of it is there. */
static int
find_served(void *data, const char *path, uint64_t *ret_size)
{
	(void)data;
	*ret_size = strlen(path);
	return strlen(path) % 2 == 0 ? 0 : -ENOENT;
}

/* Nothing that explain says can write to a terminal. */
static void
explain_all(const struct menu_context *context, const struct menu_image *image)
{
	const struct fetch_tree tree = {find_served, NULL};
	const struct explain explain = {context, image, NULL, NULL, &tree, EXPLAIN_ALL};
	struct text text = {0};

	explain_text(&explain, &text);
	for (const char *c = text_string(&text); *c != '\0'; c++) {
		if (((unsigned char)*c < ' ' && *c != '\n') || *c == 0x7f)
			abort();
	}
	if (explain_json(&explain, &text) < 0)
		abort();
	text_free(&text);
}

static void
render(const struct boot *boot, const struct menu_context *context)
{
	const struct menu_image image = {.name = "x", .boot = boot, .size = 1000};

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		struct text text = {0};

		menu_render_image(format, context, &image, &text);
		menu_render_main(format, context, &image, 1, &text);
		if (format == MENU_PXELINUX)
			check_pxelinux(text_string(&text));
		if (format == MENU_IPXE)
			check_ipxe(text_string(&text));
		if (format == MENU_GRUB)
			check_grub(text_string(&text));
		text_free(&text);
	}
	explain_all(context, &image);
}

/* For any machine, and for one with a section of its own. */
static void
render_all(const struct boot *boot)
{
	struct menu_context context = {.server = "192.0.2.1",
				       .http_port = 80,
				       .tftp_port = 69,
				       .boot_self = "x:live",
				       .has_loader = has_loader};

	render(boot, &context);
	context.boot_self = "x";
	context.boots_at_once = true;
	context.asks_machine = true;
	context.folder = "machines/52-54-00-12-34-56,/";
	context.arguments = "console=ttyS0 {x ${x} 'x";
	context.timeout_ms = 3000;
	context.times_images = true;
	render(boot, &context);
}

/* What the image boots with these recipes. */
static inline struct boot *
fuzz_read(struct fuzz_image *image, const struct recipes *recipes)
{
	static const struct source_calls calls = {
		.find = find, .read = read_text, .list = list, .head = head};
	const struct source source = {.calls = &calls,
				      .data = image,
				      .name = "x",
				      .volume_id = "VOLUME",
				      .fs_uuid = "2026-01-02-03-04-05-06",
				      .image_size = 1000,
				      .boots_bios = true};
	struct boot *boot;

	if (bootcfg_read(&source, recipes, &boot) < 0)
		abort();
	return boot;
}

static inline void
fuzz_bootcfg(const char *const *names, size_t text_count, const uint8_t *data, size_t size)
{
	static struct recipes *recipes;
	struct fuzz_image image = {.names = names, .text_count = text_count};
	struct text problems = {0};
	struct boot *boot;

	if (recipes == NULL && recipes_new(NULL, &problems, &recipes) < 0)
		abort();
	for (size_t i = 0; i < text_count && size > 0; i++) {
		const uint8_t *end = memchr(data, '\0', size);
		size_t length = end != NULL ? (size_t)(end - data) : size;

		image.bytes[i] = (const char *)data;
		image.lengths[i] = length;
		length += end != NULL;
		data += length;
		size -= length;
	}
	boot = fuzz_read(&image, recipes);
	render_all(boot);
	boot_free(boot);
}

#endif
