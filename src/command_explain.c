/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso explain: the story of each image, one behind the other; as JSON an
 * array with an object for each.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "offline.h"
#include "offline_menu.h"
#include "options.h"
#include "text.h"

static int
explain_all(const struct offline_menu *menu, size_t count, const struct options *options,
	    struct text *text)
{
	enum menu_format format = offline_menu_format(options);
	int err = 0;

	if (options->json)
		text_append(text, "[");
	for (size_t i = 0; i < count && err == 0; i++) {
		if (i > 0)
			text_append(text, options->json ? ",\n" : "\n");
		if (options->json)
			err = explain_json(format, &menu->context, &menu->images[i], text);
		else
			explain_text(format, &menu->context, &menu->images[i], text);
	}
	if (options->json)
		text_append(text, "]\n");
	return err < 0 ? err : text->error;
}

int
command_explain(const struct options *options)
{
	struct text text = {0};
	struct offline_menu menu;
	struct offline offline;
	int err;

	if (offline_start_configured(&offline, options) < 0)
		return 1;
	if (offline_open_images(&offline) < 0 || offline_menu_init(&menu, &offline, options) < 0)
		return offline_finish(&offline);
	err = explain_all(&menu, offline.image_count, options, &text);
	if (err < 0)
		offline_complain(&offline, "explain", strerror(-err));
	else
		fputs(text_string(&text), stdout);
	text_free(&text);
	offline_menu_free(&menu);
	return offline_finish(&offline);
}
