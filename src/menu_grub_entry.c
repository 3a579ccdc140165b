/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of GRUB's menus: 'single quotes' around everything that comes out of
 * an image, in which GRUB knows no escape and fills nothing in.
 */
#include "menu_grub.h"

#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "menu_part.h"
#include "text.h"

/* Appends `length` bytes in single quotes. */
static void
append_quoted(struct text *text, const char *bytes, size_t length)
{
	text_append_char(text, '\'');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\'')
			text_append(text, "'\\''");
		else
			text_append_char(text, c < ' ' || c == 0x7f ? ' ' : bytes[i]);
	}
	text_append_char(text, '\'');
}

void
grub_append_title(struct text *text, const char *title)
{
	struct text line = {0};

	menu_append_line(&line, title, MENU_TITLE_COLUMNS);
	append_quoted(text, text_string(&line), line.length);
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

void
grub_append_timeout(unsigned timeout_ms, struct text *text)
{
	if (timeout_ms > 0)
		text_printf(text, "set timeout=%u\n", (timeout_ms + 999) / 1000);
	else
		text_append(text, "set timeout=-1\n");
}

static void
append_path(const struct grub_rendering *rendering, const char *path)
{
	struct text *text = rendering->text;

	text_printf(text, "$pxeiso/images/%s%s%s", rendering->image->name,
		    path[0] == '\0' ? ".iso" : "/", path);
}

/* Appends a piece of an argument. Double quotes are left out: GRUB hands a word
   with blanks on in quotes of its own, and would spoil those with backslashes. */
static void
append_piece(struct text *text, const char *bytes, size_t length)
{
	struct text piece = {0};

	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != '"')
			text_append_char(&piece, bytes[i]);
	}
	append_quoted(text, text_string(&piece), piece.length);
	text->error = text->error != 0 ? text->error : piece.error;
	text_free(&piece);
}

/* Appends the arguments, each a word in quotes; the mark stands for the
   machine's address. */
static bool
append_arguments(const struct grub_rendering *rendering, const struct entry *entry)
{
	static const char mark[] = "\001";
	struct text *text = rendering->text;
	struct text filled = {0};
	bool is_known =
		menu_append_arguments(rendering->context, rendering->image, entry, mark, &filled);
	const char *cursor = text_string(&filled);
	const char *word;
	size_t length;

	while (arguments_next(&cursor, &word, &length)) {
		const char *place = memchr(word, mark[0], length);
		size_t before = place != NULL ? (size_t)(place - word) : length;

		text_append_char(text, ' ');
		append_piece(text, word, before);
		if (place == NULL)
			continue;
		text_append(text, "\"$mac\"");
		append_piece(text, place + 1, length - before - 1);
	}
	text_append_char(text, '\n');
	text->error = text->error != 0 ? text->error : filled.error;
	text_free(&filled);
	return is_known;
}

static bool
append_linux(const struct grub_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;

	text_append(text, "\tlinux ");
	append_path(rendering, entry->kernel.path);
	if (!append_arguments(rendering, entry))
		return false;
	for (unsigned i = 0; i < entry->initrd_count; i++) {
		text_append(text, i == 0 ? "\tinitrd " : " ");
		append_path(rendering, entry->initrds[i].path);
	}
	if (entry->initrd_count > 0)
		text_append_char(text, '\n');
	return true;
}

static bool
append_linux_for_all(const struct grub_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;

	if (entry->on_uefi == NULL)
		return append_linux(rendering, entry);
	text_append(text, "\tif [ \"$grub_platform\" = efi ]; then\n");
	if (!append_linux(rendering, entry->on_uefi))
		return false;
	text_append(text, "\telse\n");
	if (!append_linux(rendering, entry))
		return false;
	text_append(text, "\tfi\n");
	return true;
}

/* With UEFI the firmware goes on with its next device when we say that we failed,
   which only GRUBs with Fedora's change to `exit` can; others ignore the number. */
const char grub_local[] = "\tif [ \"$grub_platform\" = pc ]; then\n"
			  "\t\tset root=(hd0)\n"
			  "\t\tchainloader +1\n"
			  "\telse\n"
			  "\t\texit 1\n"
			  "\tfi\n";

static bool
append_command(const struct grub_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;

	switch (entry->kind) {
	case ENTRY_LINUX:
		return append_linux_for_all(rendering, entry);
	case ENTRY_MEMDISK:
		text_append(text, "\tlinux16 $pxeiso/memdisk");
		if (!append_arguments(rendering, entry))
			return false;
		text_append(text, "\tinitrd16 ");
		append_path(rendering, entry->kernel.path);
		text_append_char(text, '\n');
		return true;
	case ENTRY_PROGRAM:
		text_append(text, "\tchainloader ");
		append_path(rendering, entry->kernel.path);
		text_append_char(text, '\n');
		return true;
	case ENTRY_LOCAL:
		text_append(text, grub_local);
		return true;
	case ENTRY_MODULE:
		text_append(text,
			    strcmp(entry->module, "reboot.c32") == 0 ? "\treboot\n" : "\thalt\n");
		return true;
	default:
		return false;
	}
}

/* Has GRUB print the lines, which are freed. The blanks keep a line from being
   read as an option. */
static void
append_echo(struct text *lines, struct text *text)
{
	char *rest = lines->bytes;
	const char *line;

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		text_append(text, "\techo '  '");
		append_quoted(text, line, strlen(line));
		text_append_char(text, '\n');
	}
	text->error = text->error != 0 ? text->error : lines->error;
	text_free(lines);
}

/* Appends what GRUB prints before it loads the entry: it has no other place for
   help. */
static void
append_help(const struct entry *entry, struct text *text)
{
	struct text help = {0};

	menu_append_help(entry, MENU_HELP_COLUMNS, &help);
	append_echo(&help, text);
}

void
grub_append_disabled(const char *title, const char *why, struct text *text)
{
	struct text lines = {0};

	text_append(text, "menuentry ");
	grub_append_title(text, title);
	text_append(text, "' (not offered)' {\n");
	menu_append_wrapped(&lines, why, MENU_HELP_COLUMNS, MENU_WHY_LINES);
	append_echo(&lines, text);
	text_append(text, "\techo '  Enter leads back.'\n\tread answer\n}\n");
}

/* "menuentry 'Title' {", or of a sub-menu; the default is what the menu before it
   starts with. */
static void
append_opening(struct text *text, const char *command, const struct entry *entry, bool is_default)
{
	if (is_default)
		text_append(text, "set default=start\n");
	text_printf(text, "%s ", command);
	grub_append_title(text, entry->title);
	text_append(text, is_default ? " --id start" : "");
	if (entry->hotkey >= 'a' && entry->hotkey <= 'z')
		text_printf(text, " --hotkey=%c", entry->hotkey);
	text_append(text, " {\n");
}

void
grub_append_entry(const struct grub_rendering *rendering, const struct entry *entry,
		  bool is_default)
{
	struct text *text = rendering->text;
	size_t start = text->length;
	char buffer[MENU_WHY_SIZE];
	const char *why =
		menu_why_not(MENU_GRUB, rendering->context, rendering->image, entry, buffer);
	bool is_limited = entry->firmware != ENTRY_FOR_ANY;

	if (!menu_is_shown(entry, why))
		return;
	if (why != NULL) {
		grub_append_disabled(entry->title, why, text);
		return;
	}
	if (is_limited)
		text_printf(text, "if [ \"$grub_platform\" = %s ]; then\n",
			    entry->firmware == ENTRY_FOR_BIOS ? "pc" : "efi");
	append_opening(text, "menuentry", entry, is_default);
	append_help(entry, text);
	if (!append_command(rendering, entry)) {
		text_cut(text, start);
		return;
	}
	text_append(text, is_limited ? "}\nfi\n" : "}\n");
}

void
grub_append_entries(const struct grub_rendering *rendering, const struct menu *menu,
		    const struct entry *start)
{
	struct text *text = rendering->text;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		size_t before = text->length;
		size_t head;

		if (entry->kind != ENTRY_MENU) {
			if (entry->kind != ENTRY_SEPARATOR && entry->kind != ENTRY_TEXT)
				grub_append_entry(rendering, entry, entry == start);
			continue;
		}
		if (entry->password != NULL || entry->is_hidden ||
		    !menu_has_lines(MENU_GRUB, rendering->context, rendering->image,
				    entry->submenu))
			continue;
		append_opening(text, "submenu", entry, entry == start);
		grub_append_timeout(rendering->timeout_ms, text);
		head = text->length;
		grub_append_entries(rendering, entry->submenu,
				    menu_first_choice(MENU_GRUB, rendering->context,
						      rendering->image, entry->submenu));
		/* A block without a command is an error to GRUB. */
		if (text->length == head)
			text_cut(text, before);
		else
			text_append(text, "}\n");
	}
}
