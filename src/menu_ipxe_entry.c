/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries as iPXE reads them (IPXE-1..9).
 *
 * A script has no quoting: words are split at blanks, "||", "&&", ";" and '#'
 * are looked for, then ${settings} are filled in, and again in what came of
 * them: nothing can stand for "${". So a text out of an image has a blank in
 * it, and arguments that have it are not offered; an empty setting stands
 * before a word that means something to iPXE and behind a '\' at the end of a
 * line. Labels are numbers, never an image's own.
 *
 * A menu of iPXE has no room for help beside its lines: it comes as lines that
 * cannot be chosen, below each entry, when ${details} is set; a key sets it.
 */
#include "menu_ipxe.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "menu_part.h"
#include "text.h"

/* Whether iPXE would take the word at `c` for its own: a comment, or the end of
   a command. It looks before it fills settings in. */
static bool
is_reserved(const char *c)
{
	size_t length = strcspn(c, " ");

	return *c == '#' || (length == 1 && *c == ';') ||
	       (length == 2 && (memcmp(c, "||", 2) == 0 || memcmp(c, "&&", 2) == 0));
}

/* Appends text that iPXE shows or hands on as it is. ${empty} is never
   set; a setting of bytes shows as their numbers unless it is asked for as text. */
static void
append_escaped(struct text *text, const char *string)
{
	for (const char *c = string; *c != '\0'; c++) {
		bool is_first = c == string || c[-1] == ' ';

		if (is_first && is_reserved(c))
			text_append(text, "${empty}");
		if (*c == ' ' && is_first)
			text_append(text, "${space:string}");
		else
			text_append_char(text, *c);
		if (*c == '$' && c[1] == '{')
			text_append_char(text, ' ');
		if (*c == '\\' && c[1] == '\0')
			text_append(text, "${empty}");
	}
}

void
ipxe_append_title(struct text *text, const char *title)
{
	struct text line = {0};

	menu_append_line(&line, title, MENU_TITLE_COLUMNS);
	append_escaped(text, text_string(&line));
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

static void
append_linux(const struct ipxe_rendering *rendering, const struct entry *entry,
	     const char *arguments)
{
	struct text *text = rendering->text;

	text_append(text, "kernel ");
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	for (unsigned i = 0; i < entry->initrd_count; i++)
		text_printf(text, " initrd=initrd%u.img", i);
	if (arguments[0] != '\0')
		text_append_char(text, ' ');
	text_append(text, arguments);
	text_append(text, " || goto failed\n");
	for (unsigned i = 0; i < entry->initrd_count; i++) {
		text_printf(text, "initrd --name initrd%u.img ", i);
		menu_append_url(rendering->context, rendering->image, entry->initrds[i].path, text);
		text_append(text, " || goto failed\n");
	}
	text_append(text, "boot || goto failed\n");
}

static void
append_program(const struct ipxe_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;

	text_append(text, "chain ");
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	text_append(text, " || goto failed\n");
}

static void
append_memdisk(const struct ipxe_rendering *rendering, const struct entry *entry,
	       const char *arguments)
{
	struct text *text = rendering->text;

	text_append(text, "kernel ");
	menu_append_server(rendering->context, text);
	text_printf(text, "/memdisk %s || goto failed\ninitrd ", arguments);
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	text_append(text, " || goto failed\nboot || goto failed\n");
}

/* A disc without a description for the system that starts: there is none for
   HTTP. A drive that fails to start is taken away again. */
static void
append_sanboot(const struct ipxe_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;

	text_append(text, "sanboot --no-describe ");
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	text_append(text, " || goto failed\n");
}

/* Appends the arguments of `entry` as words of a script. {mac} is the address
   of the card that iPXE uses. */
static bool
append_arguments(const struct ipxe_rendering *rendering, const struct entry *entry,
		 struct text *text)
{
	/* A mark that no argument holds: control bytes are never in one. */
	static const char mark[] = "\001";
	struct text filled = {0};
	bool is_known =
		menu_append_arguments(rendering->context, rendering->image, entry, mark, &filled);
	const char *rest = text_string(&filled);

	while (*rest != '\0') {
		size_t length = strcspn(rest, mark);
		char *piece = strndup(rest, length);

		if (piece == NULL) {
			text->error = -ENOMEM;
			break;
		}
		append_escaped(text, piece);
		free(piece);
		rest += length;
		if (*rest == mark[0]) {
			text_append(text, "${netX/mac:hexhyp}");
			rest++;
		}
	}
	text->error = text->error != 0 ? text->error : filled.error;
	text_free(&filled);
	return is_known;
}

/* Appends the condition for what only one kind of firmware can start. */
static void
append_condition(struct text *text, enum entry_firmware firmware)
{
	if (firmware != ENTRY_FOR_ANY)
		text_printf(text, "iseq ${platform} %s && ",
			    firmware == ENTRY_FOR_BIOS ? "pcbios" : "efi");
}

void
ipxe_append_details(struct text *text, enum entry_firmware firmware, char *lines)
{
	const char *line;

	while ((line = strsep(&lines, "\n")) != NULL && *line != '\0') {
		append_condition(text, firmware);
		text_append(text,
			    "isset ${details} && item --gap -- ${space:string}${space:string}");
		append_escaped(text, line);
		text_append(text, " ||\n");
	}
}

static void
append_help(struct text *text, const struct entry *entry)
{
	struct text help = {0};

	menu_append_help(entry, MENU_HELP_COLUMNS, &help);
	ipxe_append_details(text, entry->firmware, help.bytes);
	text->error = text->error != 0 ? text->error : help.error;
	text_free(&help);
}

/* Says what the machine will load, before it does. */
static void
append_cost(struct text *text, const struct entry *entry)
{
	size_t start = text->length;

	text_append(text, "echo This ");
	if (menu_append_cost(entry, text))
		text_append(text, ".\n");
	else
		text_cut(text, start);
}

/* UEFI goes on with its next device only when it is told that we failed; else it
   stops at its own menu. */
void
ipxe_append_local(struct text *text)
{
	text_append(text, "iseq ${platform} pcbios && sanboot --no-describe --drive 0x80 ||\n"
			  "exit 1\n");
}

static void
append_gap(struct text *text, const char *mark, const char *line)
{
	text_printf(text, "item --gap -- %s", mark);
	ipxe_append_title(text, line);
	text_append_char(text, '\n');
}

void
ipxe_append_disabled(struct text *text, const char *title, const char *why)
{
	struct text lines = {0};
	const char *line, *mark = "- ";
	char *rest;

	append_gap(text, "", title);
	if (why == NULL)
		return;
	/* iPXE cuts what does not fit, and keeps no blanks at the start. */
	menu_append_wrapped(&lines, why, MENU_TITLE_COLUMNS - 2, MENU_WHY_LINES);
	for (rest = lines.bytes; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; mark = "")
		append_gap(text, mark, line);
	text->error = text->error != 0 ? text->error : lines.error;
	text_free(&lines);
}

bool
ipxe_append_item(const struct ipxe_rendering *rendering, const struct entry *entry, unsigned number)
{
	struct text *text = rendering->text;
	char buffer[MENU_WHY_SIZE];
	const char *why =
		menu_why_not(MENU_IPXE, rendering->context, rendering->image, entry, buffer);

	if (entry->kind == ENTRY_SEPARATOR) {
		text_append(text, "item --gap\n");
		return false;
	}
	if (!menu_is_shown(entry, why) ||
	    (entry->submenu != NULL &&
	     !menu_has_lines(MENU_IPXE, rendering->context, rendering->image, entry->submenu)))
		return false;
	if (why != NULL || entry->kind == ENTRY_TEXT) {
		ipxe_append_disabled(text, entry->title, why);
		return false;
	}
	append_condition(text, entry->firmware);
	text_append(text, "item ");
	if (entry->hotkey >= 'a' && entry->hotkey <= 'z')
		text_printf(text, "--key %c ", entry->hotkey);
	text_printf(text, "-- e%u ", number);
	ipxe_append_title(text, entry->title);
	text_append(text, entry->firmware != ENTRY_FOR_ANY ? " ||\n" : "\n");
	append_help(text, entry);
	return true;
}

/* Appends what starts `entry`. */
static void
append_start(const struct ipxe_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;
	struct text arguments = {0};

	append_cost(text, entry);
	if (!append_arguments(rendering, entry, &arguments))
		text_append(text, "goto failed\n");
	else if (entry->kind == ENTRY_LINUX)
		append_linux(rendering, entry, text_string(&arguments));
	else if (entry->kind == ENTRY_MEMDISK)
		append_memdisk(rendering, entry, text_string(&arguments));
	else if (entry->kind == ENTRY_SANBOOT)
		append_sanboot(rendering, entry);
	else if (entry->kind == ENTRY_PROGRAM)
		append_program(rendering, entry);
	else if (entry->kind == ENTRY_LOCAL)
		ipxe_append_local(text);
	else if (strcmp(entry->module, "reboot.c32") == 0)
		text_append(text, "reboot || goto failed\n");
	else
		text_append(text, "poweroff || goto failed\n");
	text->error = text->error != 0 ? text->error : arguments.error;
	text_free(&arguments);
}

/* Appends what entry `number` does. Of one that is not offered, nothing. */
void
ipxe_append_block(const struct ipxe_rendering *rendering, const struct entry *entry,
		  unsigned number)
{
	struct text *text = rendering->text;
	char buffer[MENU_WHY_SIZE];

	if (menu_why_not(MENU_IPXE, rendering->context, rendering->image, entry, buffer) != NULL ||
	    entry->kind == ENTRY_MENU || entry->kind == ENTRY_SEPARATOR ||
	    entry->kind == ENTRY_TEXT)
		return;
	text_printf(text, "\n:e%u\n", number);
	if (entry->on_uefi != NULL)
		text_printf(text, "iseq ${platform} efi && goto u%u ||\n", number);
	append_start(rendering, entry);
	if (entry->on_uefi == NULL)
		return;
	text_printf(text, "\n:u%u\n", number);
	append_start(rendering, entry->on_uefi);
}
