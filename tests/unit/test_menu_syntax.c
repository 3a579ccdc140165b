/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The menus of every shape (shape_unit.h) are well-formed: each jump of iPXE's
 * has its label, each line of PXELINUX's stands where it may, by the rules of its
 * language (SYS-3 to SYS-9). GRUB's are put before GRUB's own judge by
 * test_grub_syntax.c.
 */
#include "shape_unit.h"

enum { LINES_MAX = 2000 };

/* A menu cut into its lines. */
struct lines {
	struct text text;
	char *items[LINES_MAX];
	size_t count;
};

static void
lines_open(struct lines *lines, enum menu_format format, const struct shape *shape)
{
	const struct menu_image image = shape_image(shape);

	memset(lines, 0, sizeof(*lines));
	menu_render_image(format, &shape_context, &image, &lines->text);
	for (char *line = lines->text.bytes; line != NULL;) {
		char *end = strchr(line, '\n');

		assert_true(lines->count < LINES_MAX);
		lines->items[lines->count++] = line;
		if (end != NULL)
			*end = '\0';
		line = end != NULL ? end + 1 : NULL;
	}
}

static void
lines_close(struct lines *lines)
{
	text_free(&lines->text);
}

static bool
begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

/* --- iPXE --- */

static size_t
count_labels(const struct lines *lines, const char *name, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < lines->count; i++) {
		const char *line = lines->items[i];

		count += line[0] == ':' && strlen(line + 1) == length &&
			 strncmp(line + 1, name, length) == 0;
	}
	return count;
}

/* The label that follows `word` at `place`. */
static void
check_target(const struct shape *shape, const struct lines *lines, const char *name)
{
	size_t length = strcspn(name, " ");

	if (begins(name, "${selected}"))
		return;
	if (count_labels(lines, name, length) != 1)
		fail_msg("%s: no label, or several: %.*s", shape->name, (int)length, name);
}

/* "item --key s -- e1 Title": -> "e1 Title"; NULL for a line that is only shown. */
static const char *
item_label(const char *line)
{
	const char *item = strstr(line, "item ");

	if (item == NULL || strstr(line, "item --gap") != NULL ||
	    (item != line && !begins(line, "iseq ") && !begins(line, "isset ")))
		return NULL;
	item = strstr(item, "-- ");
	return item != NULL ? strchr(item, ' ') + 1 : NULL;
}

/* A setting that is asked for is one of ours: nothing of an image is filled in. */
static void
check_settings(const struct shape *shape, const char *line)
{
	static const char settings[] = " selected details platform empty look space:string memsize "
				       "netX/mac:hexhyp uuid ";
	char word[64];

	for (const char *c = strstr(line, "${"); c != NULL; c = strstr(c + 1, "${")) {
		snprintf(word, sizeof(word), " %.*s ", (int)strcspn(c + 2, "}"), c + 2);
		if (strstr(settings, word) == NULL)
			fail_msg("%s: a setting that is not ours: %s", shape->name, line);
	}
}

static void
check_ipxe(const struct shape *shape)
{
	struct lines lines;

	lines_open(&lines, MENU_IPXE, shape);
	assert_string_equal(lines.items[0], "#!ipxe");
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i];
		const char *jump = strstr(line, " || goto ");
		const char *item = item_label(line);

		check_settings(shape, line);
		if (line[0] == ':' && count_labels(&lines, line + 1, strlen(line + 1)) != 1)
			fail_msg("%s: twice: %s", shape->name, line);
		if (begins(line, "goto "))
			check_target(shape, &lines, line + strlen("goto "));
		else if (jump != NULL)
			check_target(shape, &lines, jump + strlen(" || goto "));
		if (item != NULL)
			check_target(shape, &lines, item);
		if (begins(line, "choose ") && strstr(line, "--default ") != NULL)
			check_target(shape, &lines,
				     strstr(line, "--default ") + strlen("--default "));
	}
	lines_close(&lines);
}

static void
each_jump_of_an_ipxe_menu_has_its_label(void **state)
{
	(void)state;
	shape_each(check_ipxe);
}

/* --- PXELINUX --- */

/* A menu of PXELINUX while it is read, line by line. */
struct pxelinux {
	const struct shape *shape;
	const struct lines *lines;
	unsigned depth;
	unsigned kernels; /* of the label: what it starts */
	bool is_help;     /* between TEXT HELP and ENDTEXT */
};

static void
check_label_end(const struct pxelinux *reading, size_t line)
{
	if (reading->kernels != 1)
		fail_msg("%s: a label with %u things to start, before line %zu",
			 reading->shape->name, reading->kernels, line + 1);
}

static unsigned
count_line(const struct lines *lines, const char *begin, const char *rest)
{
	unsigned count = 0;

	for (size_t i = 0; i < lines->count; i++)
		count += begins(lines->items[i], begin) &&
			 strcmp(lines->items[i] + strlen(begin), rest) == 0;
	return count;
}

/* SYS-3 to SYS-9: whether the line may stand here. */
static void
read_line(struct pxelinux *reading, size_t number)
{
	const char *line = reading->lines->items[number];
	bool is_inner = begins(line, "  ");
	const char *word = line + strspn(line, " ");

	if (strlen(line) > 4000)
		fail_msg("%s: a line of %zu bytes", reading->shape->name, strlen(line));
	if (reading->is_help) {
		reading->is_help = strcmp(word, "ENDTEXT") != 0;
		return;
	}
	reading->is_help = strcmp(word, "TEXT HELP") == 0;
	if (!is_inner && (begins(word, "LABEL ") || strcmp(word, "MENU SEPARATOR") == 0 ||
			  strcmp(word, "MENU END") == 0 || strcmp(word, "MENU BEGIN") == 0)) {
		if (reading->kernels != UINT32_MAX)
			check_label_end(reading, number);
		reading->kernels = begins(word, "LABEL ") ? 0 : UINT32_MAX;
	}
	if (begins(word, "LABEL ") && strcmp(word, "LABEL -") != 0 &&
	    count_line(reading->lines, "LABEL ", word + strlen("LABEL ")) != 1)
		fail_msg("%s: twice: %s", reading->shape->name, word);
	if (strcmp(word, "MENU BEGIN") == 0)
		reading->depth++;
	if (strcmp(word, "MENU END") == 0 && reading->depth-- == 0)
		fail_msg("%s: MENU END without its begin", reading->shape->name);
	if (is_inner && (begins(word, "LINUX ") || begins(word, "KERNEL ") ||
			 begins(word, "COM32 ") || begins(word, "CONFIG ") ||
			 strcmp(word, "MENU EXIT") == 0 || strcmp(word, "MENU DISABLE") == 0))
		reading->kernels++;
}

static void
check_pxelinux(const struct shape *shape)
{
	struct lines lines;
	struct pxelinux reading = {.shape = shape, .lines = &lines, .kernels = UINT32_MAX};

	lines_open(&lines, MENU_PXELINUX, shape);
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i];

		read_line(&reading, i);
		if (begins(line, "DEFAULT ") &&
		    count_line(&lines, "LABEL ", line + strlen("DEFAULT ")) != 1)
			fail_msg("%s: no such label: %s", shape->name, line);
	}
	if (reading.kernels != UINT32_MAX)
		check_label_end(&reading, lines.count);
	if (reading.depth != 0 || reading.is_help)
		fail_msg("%s: a menu or a text does not end", shape->name);
	lines_close(&lines);
}

static void
pxelinux_menus_are_well_formed(void **state)
{
	(void)state;
	shape_each(check_pxelinux);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_jump_of_an_ipxe_menu_has_its_label),
		cmocka_unit_test(pxelinux_menus_are_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
