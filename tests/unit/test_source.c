/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding files in an image by pattern: what matches, and that an image made
 * to be slow is given up.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tree_source.h"
#include "unit.h"

enum { NODES = 8 };

/* The paths that `pattern` finds, one word each. */
static struct text
find_all(const struct source *source, const char *pattern, unsigned limit)
{
	struct source_node nodes[NODES];
	unsigned budget = SOURCE_GLOB_BUDGET;
	unsigned count = source_glob(source, pattern, &budget, nodes, limit);
	struct text found = {0};

	for (unsigned i = 0; i < count; i++)
		text_printf(&found, "%s%s", i > 0 ? " " : "", nodes[i].path);
	return found;
}

static void
patterns_find_files(void **state)
{
	static const struct tree_file files[] = {
		{".disk/info", NULL, 1},
		{"arch/x86_64/airootfs.sfs", NULL, 1},
		{"live/a.squashfs", NULL, 1},
		{"live/b.SQUASHFS", NULL, 1},
		{"live/b/c.squashfs", NULL, 1},
		{"live/vmlinuz", NULL, 1},
		{NULL, NULL, 0},
	};
	static const struct {
		const char *pattern;
		unsigned limit;
		const char *found;
	} rows[] = {
		{"live/vmlinuz", NODES, "live/vmlinuz"},
		{"/LIVE//Vmlinuz", NODES, "live/vmlinuz"},
		{"live/*.squashfs", NODES, "live/a.squashfs live/b.SQUASHFS"},
		{"live/*.squashfs", 1, "live/a.squashfs"},
		{"live/B.sq*", NODES, "live/b.SQUASHFS"},
		{"LIVE/[ab].squash??", NODES, "live/a.squashfs live/b.SQUASHFS"},
		{"live/\\a.squashfs", NODES, "live/a.squashfs"},
		{"*/*/airootfs.sfs", NODES, "arch/x86_64/airootfs.sfs"},
		{"*/info", NODES, ""}, /* a leading '.' no wildcard matches */
		{".d*/info", NODES, ".disk/info"},
		{"live/*", NODES, "live/a.squashfs live/b.SQUASHFS live/vmlinuz"},
		{"live", NODES, ""},
		{"", NODES, ""},
		{"**/vmlinuz", NODES, "live/vmlinuz"},
		{"live/**/*.squashfs", NODES, "live/a.squashfs live/b.SQUASHFS live/b/c.squashfs"},
		{"live/**/*.squashfs", 2, "live/a.squashfs live/b.SQUASHFS"},
		{"**/**/c.squashfs", 1, "live/b/c.squashfs"},
		{"live/b/**", NODES, "live/b/c.squashfs"},
		{"arch/**/airootfs.sfs", NODES, "arch/x86_64/airootfs.sfs"},
		{"arch/x86_64/airootfs.sfs/**/x", NODES, ""},
		{"**", 3, ".disk/info arch/x86_64/airootfs.sfs live/a.squashfs"},
		{"***", NODES, ""}, /* no more than "*" */
	};
	struct tree tree;

	(void)state;
	tree_init(&tree, files);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text found = find_all(&tree.source, rows[i].pattern, rows[i].limit);

		if (strcmp(text_string(&found), rows[i].found) != 0)
			fail_msg("%s: %s", rows[i].pattern, text_string(&found));
		text_free(&found);
	}
}

/* An image whose every directory has a million names, each a directory or
   (those with an 'l') a link that is lost; it counts what it was asked. */
struct endless {
	struct source source;
	unsigned names, lookups;
};

static int
endless_find(const struct source *source, const char *path, struct source_node *ret_node)
{
	((struct endless *)source->data)->lookups++;
	if (strchr(path, 'l') != NULL)
		return -ELOOP;
	*ret_node = (struct source_node){.is_directory = true};
	snprintf(ret_node->path, sizeof(ret_node->path), "%s", path);
	return 0;
}

static int
endless_list(const struct source *source, const char *path, source_visit *visit, void *context)
{
	struct endless *endless = source->data;

	(void)path;
	for (unsigned i = 0; i < 1000000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%c%u", i % 2 == 0 ? 'd' : 'l', i);
		endless->names++;
		if (!visit(context, name))
			break;
	}
	return 0;
}

static void
patterns_of_an_image_share_a_budget(void **state)
{
	static const struct source_calls calls = {.find = endless_find, .list = endless_list};
	static const struct {
		const char *pattern;
		unsigned names, lookups; /* at most, for a hundred times the pattern */
	} rows[] = {
		{"x*", 1000100, 0},          {"*x", 60000, 0},
		{"d*/x", 60000, 40000},      {"l*", 5000, 2500},
		{"*/*/*/*/*", 60000, 40000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct endless endless = {.source = {.calls = &calls}};
		unsigned budget = SOURCE_GLOB_BUDGET;
		struct source_node node;

		endless.source.data = &endless;
		for (unsigned time = 0; time < 100; time++)
			assert_int_equal(
				source_glob(&endless.source, rows[i].pattern, &budget, &node, 1),
				0);
		if (endless.names > rows[i].names || endless.lookups > rows[i].lookups)
			fail_msg("%s: %u names, %u lookups", rows[i].pattern, endless.names,
				 endless.lookups);
		assert_int_equal(budget, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_find_files),
		cmocka_unit_test(patterns_of_an_image_share_a_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
