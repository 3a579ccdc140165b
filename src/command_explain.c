/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso explain: the story of each image, one behind the other; as JSON an
 * array with an object for each. What an entry would ask for in vain is said on
 * stderr as well, for scripts that only look at the exit status.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "image.h"
#include "index.h"
#include "offline.h"
#include "offline_menu.h"
#include "offline_tree.h"
#include "options.h"
#include "text.h"

/* What complain needs to know. */
struct complaining {
	struct offline *offline;
	const struct image *image;
};

static void
complain(void *context, const char *what, const char *why)
{
	const struct complaining *complaining = context;
	struct text reason = {0};

	text_printf(&reason, "%s: %s", what, why);
	offline_complain(complaining->offline, complaining->image->path, text_string(&reason));
	text_free(&reason);
}

static struct explain
explain_of(const struct offline *offline, const struct offline_menu *menu,
	   const struct offline_tree *tree, const struct options *options, size_t number)
{
	const struct index *index = offline->images[number]->index;

	return (struct explain){
		.context = &menu->context,
		.image = &menu->images[number],
		.volume = index != NULL ? index_volume(index) : NULL,
		.companion = offline->images[number]->companion,
		.tree = &tree->tree,
		.clients = offline_menu_clients(options),
	};
}

static int
explain_all(struct offline *offline, const struct offline_menu *menu,
	    const struct offline_tree *tree, const struct options *options, struct text *text)
{
	int err = 0;

	if (options->json)
		text_append(text, "[");
	for (size_t i = 0; i < offline->image_count && err == 0; i++) {
		const struct explain explain = explain_of(offline, menu, tree, options, i);

		if (i > 0)
			text_append(text, options->json ? ",\n" : "\n");
		if (options->json)
			err = explain_json(&explain, text);
		else
			explain_text(&explain, text);
	}
	if (options->json)
		text_append(text, "]\n");
	return err < 0 ? err : text->error;
}

/* After the story is told. */
static void
complain_all(struct offline *offline, const struct offline_menu *menu,
	     const struct offline_tree *tree, const struct options *options)
{
	for (size_t i = 0; i < offline->image_count; i++) {
		const struct explain explain = explain_of(offline, menu, tree, options, i);
		struct complaining complaining = {offline, offline->images[i]};

		explain_check(&explain, complain, &complaining);
	}
}

int
command_explain(const struct options *options)
{
	struct text text = {0};
	struct offline_menu menu;
	struct offline_tree tree;
	struct offline offline;
	int err;

	if (offline_start_configured(&offline, options) < 0)
		return 1;
	if (offline_open_images(&offline) < 0 || offline_menu_init(&menu, &offline, options) < 0)
		return offline_finish(&offline);
	if (offline_tree_init(&tree, &offline, &menu) == 0) {
		err = explain_all(&offline, &menu, &tree, options, &text);
		if (err < 0)
			offline_complain(&offline, "explain", strerror(-err));
		else
			fputs(text_string(&text), stdout);
		complain_all(&offline, &menu, &tree, options);
		offline_tree_free(&tree);
	}
	text_free(&text);
	offline_menu_free(&menu);
	return offline_finish(&offline);
}
