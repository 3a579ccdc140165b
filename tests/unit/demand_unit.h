/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an entry of a shape's menu comes to for a client, as words: those of its
 * lines in the menu of PXELINUX (for BIOS) or of iPXE (for UEFI),
 * "made:/PATH" for each file that an initrd of ours puts into the initramfs, and
 * BOOTIF= where PXELINUX shall add it.
 */
#ifndef DEMAND_UNIT_H
#define DEMAND_UNIT_H

#include "shape_unit.h"

#include <fnmatch.h>

#include "cpio.h"

enum { DEMAND_TEXT = 16384 };

/* Copies the lines behind `begin` up to an empty one. */
static inline void
demand_copy_block(const char *begin, char block[DEMAND_TEXT])
{
	const char *end = strstr(begin, "\n\n");
	size_t length = end != NULL ? (size_t)(end - begin) : strlen(begin);

	assert_true(length < DEMAND_TEXT / 2);
	memcpy(block, begin, length);
	block[length] = '\0';
}

/* The entry with this title in a menu of PXELINUX; its hotkey's '^' counts as
   nothing. */
static inline bool
demand_find_pxelinux(const char *menu, const char *title, char block[DEMAND_TEXT])
{
	static const char word[] = "  MENU LABEL ";

	for (const char *line = menu; (line = strstr(line, word)) != NULL;) {
		const char *wanted = title;

		for (line += strlen(word); *line != '\n'; line++) {
			if (*line != '^' && *line != *wanted++)
				break;
		}
		if (*line != '\n' || *wanted != '\0')
			continue;
		demand_copy_block(line, block);
		return true;
	}
	return false;
}

/* The same in a menu of iPXE: its item has a label, which has the lines. */
static inline bool
demand_find_ipxe(const char *menu, const char *title, char block[DEMAND_TEXT])
{
	char label[32];
	char item[320];
	const char *line;

	for (unsigned i = 1; i < 200; i++) {
		snprintf(item, sizeof(item), " -- e%u %s", i, title);
		line = strstr(menu, item);
		if (line == NULL ||
		    (line[strlen(item)] != '\n' && strncmp(line + strlen(item), " ||", 3) != 0))
			continue;
		snprintf(label, sizeof(label), "\n:e%u\n", i);
		line = strstr(menu, label);
		assert_non_null(line);
		demand_copy_block(line + strlen(label), block);
		return true;
	}
	return false;
}

/* Appends what the archives hold whose names are in the block. */
static inline void
demand_append_made(const struct shape *shape, char block[DEMAND_TEXT])
{
	for (const struct cpio *cpio = shape->boot->archives; cpio != NULL; cpio = cpio->next) {
		char name[128];

		snprintf(name, sizeof(name), "/%%40cpio/%s.cpio", cpio->name);
		if (strstr(block, name) == NULL)
			continue;
		for (const struct member *member = cpio->members; member != NULL;
		     member = member->next) {
			size_t used = strlen(block);

			if (member->kind != MEMBER_DIRECTORY)
				snprintf(block + used, DEMAND_TEXT - used, "\nmade:/%s",
					 member->path);
		}
	}
}

/* Appends the script of an entry that PXELINUX hands to iPXE. */
static inline void
demand_append_detour(const struct shape *shape, char block[DEMAND_TEXT])
{
	static const char folder[] = "  INITRD http://192.0.2.1:8080/bios/menus/";
	const struct menu_image image = shape_image(shape);
	const char *label = strstr(block, folder);
	struct text script = {0};
	char name[256];

	if (label == NULL)
		return;
	label = strchr(label + strlen(folder), '/') + 1;
	snprintf(name, sizeof(name), "%.*s", (int)(strstr(label, ".ipxe\n") - label), label);
	assert_int_equal(menu_render_start(&shape_context, &image, name, &script), 0);
	assert_true(strlen(block) + script.length < DEMAND_TEXT / 2);
	strcat(block, text_string(&script));
	text_free(&script);
}

/* The words of the entry called `title`; whether it is there. */
static inline bool
demand_find(const struct shape *shape, enum menu_format format, const char *title,
	    char block[DEMAND_TEXT])
{
	const struct menu_image image = shape_image(shape);
	struct text text = {0};
	bool is_there;

	menu_render_image(format, &shape_context, &image, &text);
	is_there = format == MENU_PXELINUX ? demand_find_pxelinux(text_string(&text), title, block)
					   : demand_find_ipxe(text_string(&text), title, block);
	text_free(&text);
	if (is_there && strstr(block, "\n  SYSAPPEND 2\n") != NULL)
		strcat(block, "\nBOOTIF=01-PXELINUX");
	if (is_there)
		demand_append_detour(shape, block);
	if (is_there)
		demand_append_made(shape, block);
	for (char *list = is_there ? strstr(block, "INITRD ") : NULL;
	     list != NULL && *list != '\0' && *list != '\n'; list++) {
		if (*list == ',')
			*list = ' ';
	}
	return is_there;
}

/* Whether one of the words matches the pattern. */
static inline bool
demand_has(const char *block, const char *pattern)
{
	while (*block != '\0') {
		size_t length = strcspn(block, " \n");
		char word[1024];

		assert_true(length < sizeof(word));
		memcpy(word, block, length);
		word[length] = '\0';
		if (fnmatch(pattern, word, FNM_NOESCAPE) == 0)
			return true;
		block += length + (block[length] != '\0');
	}
	return false;
}

/* What a row calls {http}, {iso} and {mac} is spelled out. */
static inline void
demand_expand(const struct shape *shape, const char *word, size_t length, char pattern[512])
{
	struct text text = {0};

	while (length > 0) {
		size_t plain = 0;

		while (plain < length && word[plain] != '{')
			plain++;
		text_append_bytes(&text, word, plain);
		word += plain;
		length -= plain;
		if (length == 0)
			break;
		if (strncmp(word, "{http}", 6) == 0)
			text_printf(&text, "http://192.0.2.1:8080/images/%s", shape->name);
		else if (strncmp(word, "{iso}", 5) == 0)
			text_printf(&text, "http://192.0.2.1:8080/images/%s.iso", shape->name);
		else
			fail_msg("%s: {%.*s", shape->name, (int)length, word);
		plain = strcspn(word, "}") + 1;
		word += plain;
		length -= plain;
	}
	snprintf(pattern, 512, "%s", text_string(&text));
	text_free(&text);
}

/* Checks that each of the patterns matches a word, or that none does. */
static inline void
demand_check(const struct shape *shape, const char *title, const char *block, const char *patterns,
	     bool is_wanted)
{
	while (patterns != NULL && *patterns != '\0') {
		size_t length = strcspn(patterns, " ");
		char pattern[512];

		demand_expand(shape, patterns, length, pattern);
		if (demand_has(block, pattern) != is_wanted)
			fail_msg("%s, \"%s\": %s %s:%s", shape->name, title,
				 is_wanted ? "lacks" : "has", pattern, block);
		patterns += length + strspn(patterns + length, " ");
	}
}

#endif
