/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as a person's recipes: each mistake is told with its line, nothing
 * is lost or left behind. What is left of them is carried out on an image, by
 * itself and as a user chooses.
 *
 * Who writes recipes is trusted, so what comes into the menus is not judged; the
 * other targets do that for images.
 */
#include "fuzz_bootcfg.h"

/* An image with an entry for each of some families. */
static void
carry_out(const struct recipes *recipes)
{
	static const char config[] = "LABEL a\nLINUX /live/vmlinuz\nINITRD /live/initrd\n"
				     "APPEND boot=live a=1 inst.ks=cdrom:/k\n"
				     "LABEL b\nLINUX /live/vmlinuz\nAPPEND quiet\n"
				     "LABEL c\nLINUX /live/vmlinuz\nINITRD /live/initrd\n"
				     "APPEND root=live:x b=\"1 2\" ---\n";
	static const char *const names[] = {"isolinux/isolinux.cfg", "live/a.squashfs",
					    "live/initrd",           "live/vmlinuz",
					    "LiveOS/squashfs.img",   NULL};
	struct fuzz_image image = {.names = names,
				   .text_count = 1,
				   .bytes = {config},
				   .lengths = {sizeof(config) - 1}};
	const struct menu_context context = {.server = "192.0.2.1"};
	struct boot *boot = fuzz_read(&image, recipes);
	const struct menu_image shown = {.name = "x", .boot = boot, .size = 1000};

	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++) {
		struct text text = {0};

		menu_render_image(format, &context, &shown, &text);
		text_free(&text);
	}
	boot_free(boot);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const ways[] = {"cpio", "wrapper", "passthrough", "mine"};
	char *content = strndup((const char *)data, size);
	struct text problems = {0};
	struct recipes *recipes;

	if (content == NULL || recipes_new(NULL, &problems, &recipes) < 0 || problems.length > 0)
		abort();
	if (recipes_add(recipes, "own.ini", content, &problems) < 0)
		abort();
	if (problems.length > 0 && strncmp(text_string(&problems), "own.ini:", 8) != 0)
		abort();
	carry_out(recipes);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (recipes_choose(recipes, "*", ways[i], "x.conf:1: [image *]") < 0)
			abort();
		carry_out(recipes);
	}
	recipes_free(recipes);
	text_free(&problems);
	free(content);
	return 0;
}
