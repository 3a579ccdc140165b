/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso: boots machines from the network, straight out of ISO images.
 *
 * One program, three roles: the daemon (serve.c), the commands that only look
 * (command_*.c), and the reader, the child process that parses images for both
 * (reader_child.c).
 */
#include <stdio.h>

#include "commands.h"
#include "options.h"
#include "reader.h"
#include "recipe.h"
#include "serve.h"
#include "text.h"

enum { EXIT_USAGE = 2, READER_FD = 3 };

static int
print_version(void)
{
	struct text helpers = {0};

	recipes_list_helpers(&helpers);
	printf("pxeiso %s\n", PXEISO_VERSION);
	printf("helper for initramfs: %s\n", text_string(&helpers));
	text_free(&helpers);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options options;

	if (options_parse(argc, argv, &options) < 0)
		return EXIT_USAGE;
	switch (options.command) {
	case COMMAND_SERVE:
		return serve(&options);
	case COMMAND_CHECK:
		return command_check(&options);
	case COMMAND_LIST:
		return command_list(&options);
	case COMMAND_LS:
		return command_ls(&options);
	case COMMAND_CAT:
		return command_cat(&options);
	case COMMAND_EXPLAIN:
		return command_explain(&options);
	case COMMAND_MENU:
		return command_menu(&options);
	case COMMAND_DOCTOR:
		return command_doctor(&options);
	case COMMAND_READER:
		reader_serve(READER_FD);
	case COMMAND_HELP:
		options_help();
		return 0;
	case COMMAND_VERSION:
		return print_version();
	}
	return EXIT_USAGE;
}
