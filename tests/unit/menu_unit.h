/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of menus share: an image with a menu of its own, what stands
 * around it, and the look for words in what is rendered.
 */
#ifndef MENU_UNIT_H
#define MENU_UNIT_H

#include "unit.h"

#include "bootcfg.h"
#include "menu.h"
#include "recipe.h"
#include "tree_source.h"

static const struct tree_file LIVE[] = {
	{"isolinux/isolinux.cfg",
	 "DEFAULT two\nTIMEOUT 100\nMENU TITLE Test system\nLABEL one\nMENU LABEL ^First\n"
	 "LINUX /vmlinuz\nINITRD /initrd\nAPPEND root=live:CDLABEL=x\n"
	 "LABEL two\nLINUX /vmlinuz\nAPPEND second\n"
	 "MENU BEGIN more\nMENU LABEL More\nLABEL deep\nLINUX /vmlinuz\nAPPEND deep\n"
	 "LABEL hdt\nCOM32 hdt.c32\nMENU END\nLABEL off\nCOM32 poweroff.c32\n",
	 0},
	{"LiveOS/squashfs.img", NULL, 1000},
	{"initrd", NULL, 10},
	{"vmlinuz", NULL, 20},
	{NULL, NULL, 0},
};

/* The names of the loaders that are there, blank before and behind each. */
static inline bool
has_loader(const void *loaders, const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(loaders, word) != NULL;
}

static const char ALL[] = " vesamenu.c32 menu.c32 chain.c32 hdt.c32 reboot.c32 poweroff.c32 "
			  "memdisk memtest ";

struct fixture {
	struct recipes *recipes;
	struct boot *boot;
	struct menu_context context;
	struct menu_image images[3];
	struct text text;
};

/* Puts what was read into `fixture->boot` among other images, and a client before
   them. */
static inline void
show_boot(struct fixture *fixture)
{
	fixture->context = (struct menu_context){.title = "The menu",
						 .server = "192.0.2.1",
						 .http_port = 80,
						 .tftp_port = 69,
						 .timeout_ms = 30000,
						 .has_loader = has_loader,
						 .loaders = ALL};
	fixture->images[0] =
		(struct menu_image){.name = "live", .boot = fixture->boot, .size = 700 << 20};
	fixture->images[1] = (struct menu_image){.name = "bad", .problem = "truncated"};
	fixture->images[2] = (struct menu_image){.name = "same", .boot = fixture->boot};
}

static inline void
set_up(struct fixture *fixture)
{
	struct text problems = {0};
	struct tree tree;

	memset(fixture, 0, sizeof(*fixture));
	assert_int_equal(recipes_new(NULL, &problems, &fixture->recipes), 0);
	text_free(&problems);
	tree_init(&tree, LIVE);
	tree.source.image_size = 700 << 20;
	tree.source.boots_bios = true;
	assert_int_equal(bootcfg_read(&tree.source, fixture->recipes, &fixture->boot), 0);
	show_boot(fixture);
}

static inline void
tear_down(struct fixture *fixture)
{
	text_free(&fixture->text);
	boot_free(fixture->boot);
	recipes_free(fixture->recipes);
}

static inline const char *
render_main(struct fixture *fixture, enum menu_format format, size_t count)
{
	text_free(&fixture->text);
	menu_render_main(format, &fixture->context, fixture->images, count, &fixture->text);
	assert_int_equal(fixture->text.error, 0);
	return text_string(&fixture->text);
}

static inline const char *
render_image(struct fixture *fixture, enum menu_format format)
{
	text_free(&fixture->text);
	menu_render_image(format, &fixture->context, &fixture->images[0], &fixture->text);
	assert_int_equal(fixture->text.error, 0);
	return text_string(&fixture->text);
}

static inline void
expect(const char *menu, const char *part)
{
	if (strstr(menu, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, menu);
}

static inline void
refuse(const char *menu, const char *part)
{
	if (strstr(menu, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, menu);
}

/* How often `part` is in `menu`. */
static inline unsigned
count_of(const char *menu, const char *part)
{
	unsigned count = 0;

	while ((menu = strstr(menu, part)) != NULL) {
		menu += strlen(part);
		count++;
	}
	return count;
}

#endif
