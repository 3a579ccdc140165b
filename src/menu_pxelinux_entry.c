/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries as PXELINUX reads them.
 *
 * The language has no quoting: a value is the rest of its line. So nothing of
 * an image may bring a line end, and no help line may be read as ENDTEXT.
 * Labels are never an image's own: "NAME:label" and "@local" cannot clash,
 * since no image's name holds ':' or '@'.
 *
 * PXELINUX knows no directory but its own, joins names without looking at
 * them (SYS-15), and cuts lines at 4096 bytes (SYS-1).
 */
#include "menu_pxelinux.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arguments.h"
#include "boot.h"
#include "menu_part.h"
#include "text.h"

/* What SYSAPPEND 2 appends, with the machine's own address (SYS-5). */
static const char BOOTIF[] = "BOOTIF=01-{mac}";

/* Room for "  APPEND " and a line end. */
enum { ARGUMENTS_LIMIT = 4096 - 16, SYSAPPEND_BOOTIF = 2, WHY_INDENT = 4, PASSWORD_COLUMNS = 200 };

/* Where the hotkey stands in `title`: where a word begins with it, else
   anywhere, else at the end. */
static size_t
find_hotkey(const char *title, char hotkey)
{
	size_t end = strlen(title);
	size_t place = end;

	for (size_t i = end; i-- > 0 && hotkey != '\0';) {
		bool is_word = i == 0 || !isalnum((unsigned char)title[i - 1]);
		bool was_word = place < end && !isalnum((unsigned char)title[place - 1]);

		if (tolower((unsigned char)title[i]) == hotkey && (is_word || !was_word))
			place = i;
	}
	return place;
}

void
pxelinux_append_title(struct text *text, const char *title, char hotkey, unsigned columns)
{
	struct text line = {0};
	const char *bytes;
	size_t place;

	menu_append_line(&line, title, columns);
	bytes = text_string(&line);
	place = find_hotkey(bytes, hotkey);
	text_append_bytes(text, bytes, place);
	if (bytes[place] != '\0')
		text_append_char(text, '^');
	text_append(text, bytes + place);
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

void
pxelinux_append_label(struct text *text, const struct menu_image *image, const char *label)
{
	text_printf(text, "%s:", image->name);
	for (; *label != '\0'; label++) {
		unsigned char c = (unsigned char)*label;
		bool is_plain = isalnum(c) || strchr("._+~-", c) != NULL;

		text_append_char(text, c < 0x80 && is_plain ? *label : '_');
	}
}

/* Appends a line that only says something. */
static void
append_line(struct text *text, const char *line, unsigned indent)
{
	text_append(text, "LABEL -\n  MENU LABEL ");
	menu_append_line(text, line, MENU_TITLE_COLUMNS - indent);
	if (indent > 0)
		text_printf(text, "\n  MENU INDENT %u", indent);
	text_append(text, "\n  MENU DISABLE\n\n");
}

void
pxelinux_append_disabled(struct text *text, const char *title, const char *why)
{
	struct text lines = {0};
	const char *line;
	char *rest;

	append_line(text, title, 0);
	if (why == NULL)
		return;
	/* The bar passes over it, so it has no help: the lines below it are. */
	menu_append_wrapped(&lines, why, MENU_TITLE_COLUMNS - WHY_INDENT, MENU_WHY_LINES);
	rest = lines.bytes;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		append_line(text, line, WHY_INDENT);
	text->error = text->error != 0 ? text->error : lines.error;
	text_free(&lines);
}

void
pxelinux_append_help(const struct pxelinux_rendering *rendering, char *lines)
{
	struct text *text = rendering->text;
	const char *line;

	if (lines == NULL || *lines == '\0')
		return;
	text_append(text, "  TEXT HELP\n");
	while ((line = strsep(&lines, "\n")) != NULL && *line != '\0') {
		/* "- " keeps a line from being read as the end. */
		text_printf(text, "%*s%s%s\n", rendering->help_indent, "",
			    strcasestr(line, "endtext") != NULL ? "- " : "", line);
	}
	text_append(text, "  ENDTEXT\n");
}

static void
append_help(const struct pxelinux_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;
	struct text help = {0};

	menu_append_help(entry, (unsigned)rendering->help_columns, &help);
	pxelinux_append_help(rendering, help.bytes);
	text->error = text->error != 0 ? text->error : help.error;
	text_free(&help);
}

/* Appends the arguments without BOOTIF, which PXELINUX is told to append. */
static bool
append_arguments(const struct pxelinux_rendering *rendering, const struct entry *entry,
		 unsigned *ret_sysappend)
{
	struct entry without = *entry;
	struct text kept = {0};
	const char *cursor = entry->arguments != NULL ? entry->arguments : "";
	const char *word;
	size_t length;
	struct text *text = rendering->text;
	size_t start = text->length;
	bool has_arguments, is_known;

	*ret_sysappend = entry->sysappend;
	while (arguments_next(&cursor, &word, &length)) {
		if (length == sizeof(BOOTIF) - 1 && memcmp(word, BOOTIF, length) == 0) {
			*ret_sysappend |= SYSAPPEND_BOOTIF;
			continue;
		}
		text_append(&kept, kept.length > 0 ? " " : "");
		text_append_bytes(&kept, word, length);
	}
	without.arguments = kept.bytes;
	has_arguments = menu_has_arguments(rendering->context, &without);
	if (has_arguments)
		text_append(text, "  APPEND ");
	is_known = menu_append_arguments(rendering->context, rendering->image, &without,
					 rendering->context->mac, text);
	is_known &= text->length - start < ARGUMENTS_LIMIT;
	if (has_arguments)
		text_append_char(text, '\n');
	text->error = text->error != 0 ? text->error : kept.error;
	text_free(&kept);
	return is_known;
}

/* Appends LINUX, INITRD, APPEND: false when the arguments cannot be written. */
static bool
append_linux(const struct pxelinux_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;
	unsigned sysappend;

	text_append(text, "  LINUX ");
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	text_append_char(text, '\n');
	for (unsigned i = 0; i < entry->initrd_count; i++) {
		text_append(text, i == 0 ? "  INITRD " : ",");
		menu_append_url(rendering->context, rendering->image, entry->initrds[i].path, text);
	}
	if (entry->initrd_count > 0)
		text_append_char(text, '\n');
	if (!append_arguments(rendering, entry, &sysappend))
		return false;
	if (sysappend != 0)
		text_printf(text, "  SYSAPPEND %u\n", sysappend);
	return true;
}

static bool
append_memdisk(const struct pxelinux_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;
	unsigned sysappend;

	text_append(text, "  KERNEL memdisk\n  INITRD ");
	menu_append_url(rendering->context, rendering->image, entry->kernel.path, text);
	text_append_char(text, '\n');
	return append_arguments(rendering, entry, &sysappend);
}

void
pxelinux_append_local(const struct menu_context *context, struct text *text)
{
	text_printf(text, "  CONFIG %smenus/@local.cfg\n", menu_folder(context));
}

/* Appends iPXE as a kernel, and as its initrd the script that starts the entry. */
static void
append_detour(const struct pxelinux_rendering *rendering, const struct entry *entry)
{
	const struct menu_context *context = rendering->context;
	struct text *text = rendering->text;

	text_append(text, "  LINUX ");
	menu_append_server(context, text);
	text_append(text, "/ipxe.lkrn\n  INITRD ");
	menu_append_server(context, text);
	text_append_char(text, '/');
	menu_append_start_path(context, rendering->image, entry, text);
	text_append_char(text, '\n');
}

/* Appends what the entry runs. */
static bool
append_command(const struct pxelinux_rendering *rendering, const struct entry *entry)
{
	if (menu_goes_by_ipxe(entry)) {
		append_detour(rendering, entry);
		return true;
	}
	switch (entry->kind) {
	case ENTRY_LINUX:
		return append_linux(rendering, entry);
	case ENTRY_MEMDISK:
		return append_memdisk(rendering, entry);
	case ENTRY_MODULE:
		text_printf(rendering->text, "  COM32 %s\n", entry->module);
		return true;
	case ENTRY_LOCAL:
		pxelinux_append_local(rendering->context, rendering->text);
		return true;
	default:
		return false;
	}
}

bool
pxelinux_has_words(const struct menu_context *context, const struct menu_image *image,
		   const struct entry *entry)
{
	struct text scratch = {0};
	const struct pxelinux_rendering rendering = {
		.context = context, .image = image, .text = &scratch};
	bool has_words = append_command(&rendering, entry);

	text_free(&scratch);
	return has_words;
}

void
pxelinux_append_entry(const struct pxelinux_rendering *rendering, const struct entry *entry,
		      const char *title)
{
	struct text *text = rendering->text;
	char buffer[MENU_WHY_SIZE];
	const char *why =
		menu_why_not(MENU_PXELINUX, rendering->context, rendering->image, entry, buffer);

	if (why != NULL) {
		if (menu_is_shown(entry, why))
			pxelinux_append_disabled(text, title, why);
		return;
	}
	text_append(text, "LABEL ");
	pxelinux_append_label(text, rendering->image, entry->label);
	text_append(text, "\n  MENU LABEL ");
	pxelinux_append_title(text, title, entry->hotkey, MENU_TITLE_COLUMNS);
	text_append_char(text, '\n');
	if (entry == rendering->self)
		text_append(text, "  MENU DEFAULT\n");
	if (entry->indent > 0)
		text_printf(text, "  MENU INDENT %u\n", entry->indent < 16 ? entry->indent : 16);
	if (entry->password != NULL) {
		text_append(text, "  MENU PASSWD ");
		menu_append_line(text, entry->password, PASSWORD_COLUMNS);
		text_append_char(text, '\n');
	}
	append_command(rendering, entry);
	append_help(rendering, entry);
	text_append_char(text, '\n');
}

static void
append_submenu(const struct pxelinux_rendering *rendering, const struct entry *entry)
{
	struct text *text = rendering->text;
	const char *title = entry->submenu->title;
	struct pxelinux_rendering inner = *rendering;

	if (!menu_has_lines(MENU_PXELINUX, rendering->context, rendering->image, entry->submenu))
		return;
	inner.is_main = false;
	inner.self = menu_first_choice(MENU_PXELINUX, rendering->context, rendering->image,
				       entry->submenu);
	text_append(text, "MENU BEGIN\n  MENU LABEL ");
	pxelinux_append_title(text, entry->title, entry->hotkey, MENU_TITLE_COLUMNS);
	text_append(text, "\n  MENU TITLE ");
	menu_append_line(text, title != NULL ? title : entry->title, MENU_TITLE_COLUMNS);
	text_append_char(text, '\n');
	if (entry == rendering->self)
		text_append(text, "  MENU DEFAULT\n");
	if (entry->password != NULL) {
		text_append(text, "  MENU PASSWD ");
		menu_append_line(text, entry->password, PASSWORD_COLUMNS);
		text_append_char(text, '\n');
	}
	append_help(rendering, entry);
	pxelinux_append_look(&inner, entry->submenu);
	text_append_char(text, '\n');
	pxelinux_append_entries(&inner, entry->submenu);
	text_append(text, "MENU SEPARATOR\n\nLABEL -\n  MENU LABEL ^Back\n  MENU EXIT\n\n"
			  "MENU END\n\n");
}

void
pxelinux_append_master(struct text *text, const struct menu *menu)
{
	if (menu->password == NULL)
		return;
	text_append(text, "MENU MASTER PASSWD ");
	menu_append_line(text, menu->password, PASSWORD_COLUMNS);
	text_append(text, "\n\n");
}

void
pxelinux_append_entries(const struct pxelinux_rendering *rendering, const struct menu *menu)
{
	struct text *text = rendering->text;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		bool is_tool = entry->kind == ENTRY_LOCAL || entry->kind == ENTRY_MODULE;

		if (entry->is_hidden || (is_tool && rendering->is_main))
			continue;
		if (entry->kind == ENTRY_MENU)
			append_submenu(rendering, entry);
		else if (entry->kind == ENTRY_SEPARATOR)
			text_append(text, "MENU SEPARATOR\n\n");
		else if (entry->kind == ENTRY_TEXT)
			pxelinux_append_disabled(text, entry->title, NULL);
		else
			pxelinux_append_entry(rendering, entry, entry->title);
	}
}
