/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A machine gets the same, whichever client shows it the menu: the arguments of
 * kernels in the menus of iPXE, GRUB and PXELINUX, for every shape (shape_unit.h).
 * What a hostile image asks for is left out: each language has its own way to
 * make that harmless.
 */
#include "shape_unit.h"

enum { KERNELS_MAX = 200 };

/* The arguments of each kernel of a menu, as plain text. */
struct kernels {
	struct text items[KERNELS_MAX];
	size_t count;
};

static void
kernels_free(struct kernels *kernels)
{
	while (kernels->count > 0)
		text_free(&kernels->items[--kernels->count]);
}

/* Appends a word without what a language puts around it, a blank before it. */
static void
add_word(struct text *text, const char *word, size_t length)
{
	static const struct {
		const char *from, *to;
	} forms[] = {
		{"${netX/mac:hexhyp}", "MAC"},
		{"$mac", "MAC"},
		{"${empty}", ""},
		{"'", ""},
		{"\"", ""},
	};

	text_append_char(text, ' ');
	while (length > 0) {
		size_t used = 0;

		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && used == 0; i++) {
			if (strncmp(word, forms[i].from, strlen(forms[i].from)) != 0)
				continue;
			used = strlen(forms[i].from);
			text_append(text, forms[i].to);
		}
		if (used == 0)
			text_append_char(text, *word);
		used += used == 0;
		word += used;
		length -= used < length ? used : length;
	}
}

/* Adds the words of a line; those that begin with `skipped` are the client's own. */
static void
add_words(struct kernels *kernels, const char *line, const char *skipped)
{
	struct text *text = &kernels->items[kernels->count];

	while (*line != '\n' && strncmp(line, "|| goto", 7) != 0) {
		size_t length = strcspn(line, " \n");

		if (length > 0 && strncmp(line, skipped, strlen(skipped)) != 0)
			add_word(text, line, length);
		line += length + (line[length] == ' ');
	}
}

/* The arguments behind `begin` and the path of a kernel of the image. */
static void
read_kernels(const char *menu, const char *begin, struct kernels *ret_kernels)
{
	ret_kernels->count = 0;
	while ((menu = strstr(menu, begin)) != NULL) {
		menu += strlen(begin);
		menu += strcspn(menu, " \n");
		assert_true(ret_kernels->count < KERNELS_MAX);
		add_words(ret_kernels, menu, "initrd=");
		ret_kernels->count++;
	}
}

/* PXELINUX has them in a line of their own, and adds the network card itself. */
static void
read_pxelinux(const char *menu, struct kernels *ret_kernels)
{
	static const char linux[] = "\n  LINUX http://192.0.2.1:8080/images/";

	ret_kernels->count = 0;
	while ((menu = strstr(menu, linux)) != NULL) {
		const char *end = strstr(++menu, "\n\n");
		const char *append = strstr(menu, "\n  APPEND ");
		const char *sysappend = strstr(menu, "\n  SYSAPPEND 2\n");

		assert_true(end != NULL && ret_kernels->count < KERNELS_MAX);
		if (append != NULL && append < end)
			add_words(ret_kernels, append + strlen("\n  APPEND "), "initrd=");
		if (sysappend != NULL && sysappend < end)
			add_words(ret_kernels, "BOOTIF=01-MAC\n", "initrd=");
		ret_kernels->count++;
	}
}

static bool
has(const struct kernels *kernels, const struct text *wanted)
{
	for (size_t i = 0; i < kernels->count; i++) {
		if (strcmp(text_string(&kernels->items[i]), text_string(wanted)) == 0)
			return true;
	}
	return false;
}

static unsigned compared;

static void
compare(const struct shape *shape, const struct kernels *all, const struct kernels *some,
	const char *client)
{
	for (size_t i = 0; i < some->count; i++) {
		if (!has(all, &some->items[i]))
			fail_msg("%s: only %s has%s", shape->name, client,
				 text_string(&some->items[i]));
		compared++;
	}
}

static void
check_shape(const struct shape *shape)
{
	static struct kernels ipxe, grub, pxelinux;
	const struct menu_image image = shape_image(shape);
	struct text menus[3] = {{0}};

	if (strncmp(shape->name, "hostile", strlen("hostile")) == 0)
		return;
	for (enum menu_format format = MENU_PXELINUX; format <= MENU_GRUB; format++)
		menu_render_image(format, &shape_context, &image, &menus[format]);
	read_kernels(text_string(&menus[MENU_IPXE]), "\nkernel http://192.0.2.1:8080/images/",
		     &ipxe);
	read_kernels(text_string(&menus[MENU_GRUB]), "\n\tlinux $pxeiso/images/", &grub);
	read_pxelinux(text_string(&menus[MENU_PXELINUX]), &pxelinux);
	compare(shape, &ipxe, &grub, "GRUB");
	if (shape->boot->uefi == NULL)
		compare(shape, &ipxe, &pxelinux, "PXELINUX");
	for (size_t i = 0; i < 3; i++)
		text_free(&menus[i]);
	kernels_free(&ipxe);
	kernels_free(&grub);
	kernels_free(&pxelinux);
}

static void
each_client_sends_the_same_arguments(void **state)
{
	(void)state;
	shape_each(check_shape);
	assert_true(compared > 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_client_sends_the_same_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
