/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Menus as GRUB reads them: 'single quotes' around everything that comes out
 * of an image, in which GRUB knows no escape and fills nothing in.
 *
 * Files come over HTTP where GRUB can read from it, else over TFTP: Debian's
 * signed netboot image has no http, and under Secure Boot none can be loaded.
 */
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "boot.h"
#include "menu_part.h"
#include "text.h"

struct rendering {
	const struct menu_context *context;
	const struct menu_image *image;
	unsigned timeout_ms; /* of the menu and its sub-menus */
	struct text *text;
};

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

static void
append_title(struct text *text, const char *title)
{
	struct text line = {0};

	menu_append_line(&line, title, MENU_TITLE_COLUMNS);
	append_quoted(text, text_string(&line), line.length);
	text->error = text->error != 0 ? text->error : line.error;
	text_free(&line);
}

static void
append_timeout(unsigned timeout_ms, struct text *text)
{
	if (timeout_ms > 0)
		text_printf(text, "set timeout=%u\n", (timeout_ms + 999) / 1000);
	else
		text_append(text, "set timeout=-1\n");
}

/* Has the machine go on with the menu that is its own. */
static const char ASK[] = "if [ -n \"$a\" ]; then\n"
			  "if insmod smbios; then smbios --type 1 --get-uuid 8 --set uuid; fi\n"
			  "configfile $pxeiso/machines/$mac,$uuid/grub/grub.cfg\n"
			  "fi\n";

/* A quiet list, as PXELINUX's; a sub-menu sees what is exported, and nothing else. */
static const char LOOK[] = "set menu_color_normal=light-gray/black\n"
			   "set menu_color_highlight=black/light-gray\n"
			   "export menu_color_normal menu_color_highlight\n";

static void
append_head(const struct menu_context *context, bool asks, unsigned timeout_ms, struct text *text)
{
	text_printf(text, "set pxeiso=(tftp,%s)\n", context->server);
	text_printf(text, "set http=(http,%s", context->server);
	if (context->http_port != 80)
		text_printf(text, ":%u", context->http_port);
	/* insmod never fails; to read something does, also where GRUB is too old
	   for a port other than 80 */
	text_append(text, ")\n"
			  "insmod http\n"
			  "if [ -s $http/grub/grub.cfg ]; then set pxeiso=$http; fi\n"
			  "insmod regexp\n"
			  "regexp --set 1:a --set 2:b --set 3:c --set 4:d --set 5:e --set 6:f \\\n"
			  "  '(..):(..):(..):(..):(..):(..)' \"$net_default_mac\"\n"
			  "set mac=\"$a-$b-$c-$d-$e-$f\"\n"
			  /* a sub-menu sees what is exported, and nothing else */
			  "export pxeiso mac\n");
	if (asks)
		text_append(text, ASK);
	if (context->serial)
		text_append(text, "if serial --unit=0 --speed=115200; then\n"
				  "terminal_input --append serial\n"
				  "terminal_output --append serial\nfi\n");
	text_append(text, LOOK);
	append_timeout(timeout_ms, text);
}

static void
append_path(const struct rendering *rendering, const char *path)
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
append_arguments(const struct rendering *rendering, const struct entry *entry)
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
append_linux(const struct rendering *rendering, const struct entry *entry)
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
append_linux_for_all(const struct rendering *rendering, const struct entry *entry)
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
static const char LOCAL[] = "\tif [ \"$grub_platform\" = pc ]; then\n"
			    "\t\tset root=(hd0)\n"
			    "\t\tchainloader +1\n"
			    "\telse\n"
			    "\t\texit 1\n"
			    "\tfi\n";

static bool
append_command(const struct rendering *rendering, const struct entry *entry)
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
		text_append(text, LOCAL);
		return true;
	case ENTRY_MODULE:
		text_append(text,
			    strcmp(entry->module, "reboot.c32") == 0 ? "\treboot\n" : "\thalt\n");
		return true;
	default:
		return false;
	}
}

/* Appends what GRUB prints before it loads the entry: it has no other place for
   help. The blanks keep a line from being read as an option. */
static void
append_help(const struct entry *entry, struct text *text)
{
	struct text help = {0};
	const char *line;
	char *rest;

	menu_append_help(entry, MENU_HELP_COLUMNS, &help);
	rest = help.bytes;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		text_append(text, "\techo '  '");
		append_quoted(text, line, strlen(line));
		text_append_char(text, '\n');
	}
	text->error = text->error != 0 ? text->error : help.error;
	text_free(&help);
}

/* "menuentry 'Title' {", or of a sub-menu; the default is what the menu before it
   starts with. */
static void
append_opening(struct text *text, const char *command, const struct entry *entry, bool is_default)
{
	if (is_default)
		text_append(text, "set default=start\n");
	text_printf(text, "%s ", command);
	append_title(text, entry->title);
	text_append(text, is_default ? " --id start" : "");
	if (entry->hotkey >= 'a' && entry->hotkey <= 'z')
		text_printf(text, " --hotkey=%c", entry->hotkey);
	text_append(text, " {\n");
}

static void
append_entry(const struct rendering *rendering, const struct entry *entry, bool is_default)
{
	struct text *text = rendering->text;
	size_t start = text->length;
	char buffer[MENU_WHY_SIZE];
	bool is_limited = entry->firmware != ENTRY_FOR_ANY;

	if (entry->is_hidden ||
	    menu_why_not(MENU_GRUB, rendering->context, rendering->image, entry, buffer) != NULL)
		return;
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

static void
append_entries(const struct rendering *rendering, const struct menu *menu,
	       const struct entry *start)
{
	struct text *text = rendering->text;

	for (const struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		size_t before = text->length;
		size_t head;

		if (entry->kind != ENTRY_MENU) {
			if (entry->kind != ENTRY_SEPARATOR && entry->kind != ENTRY_TEXT)
				append_entry(rendering, entry, entry == start);
			continue;
		}
		if (entry->password != NULL || entry->is_hidden ||
		    !menu_has_lines(MENU_GRUB, rendering->context, rendering->image,
				    entry->submenu))
			continue;
		append_opening(text, "submenu", entry, entry == start);
		append_timeout(rendering->timeout_ms, text);
		head = text->length;
		append_entries(rendering, entry->submenu, menu_first_choice(entry->submenu));
		/* A block without a command is an error to GRUB. */
		if (text->length == head)
			text_cut(text, before);
		else
			text_append(text, "}\n");
	}
}

static void
append_local(bool is_default, struct text *text)
{
	if (is_default)
		text_append(text, "set default=local\n");
	text_printf(text, "menuentry 'Boot from local disk' --id local --hotkey=l {\n%s}\n", LOCAL);
}

static void
append_tail(const struct menu_context *context, bool is_local_default, struct text *text)
{
	append_local(is_local_default, text);
	if (menu_has_loader(context, "memtest"))
		text_append(text, "if [ \"$grub_platform\" = pc ]; then\n"
				  "menuentry 'Memory test' --hotkey=m {\n"
				  "\tlinux16 $pxeiso/memtest\n}\nfi\n");
	text_append(text, "menuentry 'Reboot' --hotkey=r {\n\treboot\n}\n"
			  "menuentry 'Power off' --hotkey=p {\n\thalt\n}\n");
}

static void
append_image(const struct menu_context *context, const struct menu_image *image, bool is_default,
	     struct text *text)
{
	if (image->boot == NULL)
		return;
	if (is_default)
		text_printf(text, "set default='%s'\n", image->name);
	text_append(text, "menuentry ");
	append_title(text, menu_image_title(image));
	text_printf(text, " --id '%s' {\n\tconfigfile $pxeiso/%smenus/%s.grub\n}\n", image->name,
		    menu_folder(context), image->name);
}

/* The one thing that is booted without a menu. When it fails, GRUB shows the line
   and waits. */
static void
append_alone(const struct menu_context *context, const struct menu_self *self, struct text *text)
{
	const struct rendering rendering = {context, self->image, 0, text};

	append_head(context, context->asks_machine, 0, text);
	text_append(text, "set timeout=0\nset timeout_style=hidden\n");
	if (self->entry != NULL)
		append_entry(&rendering, self->entry, true);
	else
		append_local(true, text);
}

void
menu_grub_main(const struct menu_context *context, const struct menu_image *images, size_t count,
	       struct text *text)
{
	struct menu_self self = menu_find_self(MENU_GRUB, context->boot_self, images, count);
	bool is_only = count == 1 && images[0].boot != NULL;
	struct rendering rendering = {context, self.image, context->timeout_ms, text};
	const struct entry *start = self.entry;
	const struct menu *only = is_only ? menu_of(MENU_GRUB, images[0].boot) : NULL;

	if (menu_boots_alone(MENU_GRUB, context, images, count, &self)) {
		append_alone(context, &self, text);
		return;
	}
	append_head(context, context->asks_machine, context->timeout_ms, text);
	if (start != NULL && !(is_only && menu_holds(only, start)))
		append_entry(&rendering, start, true);
	if (is_only) {
		rendering.image = &images[0];
		if (self.image != NULL && start == NULL)
			start = menu_first_choice(only);
		append_entries(&rendering, only, start);
	}
	for (size_t i = 0; i < count && !is_only; i++)
		append_image(context, &images[i], start == NULL && self.image == &images[i], text);
	append_tail(context, self.image == NULL, text);
}

void
menu_grub_image(const struct menu_context *context, const struct menu_image *image,
		struct text *text)
{
	const struct rendering rendering = {context, image,
					    menu_image_timeout(MENU_GRUB, context, image), text};
	const struct menu *menu = image->boot != NULL ? menu_of(MENU_GRUB, image->boot) : NULL;

	append_head(context, false, rendering.timeout_ms, text);
	if (menu == NULL || menu_first_choice(menu) == NULL)
		text_append(text, "set default=back\n");
	if (menu != NULL)
		append_entries(&rendering, menu, menu_first_choice(menu));
	text_printf(text,
		    "menuentry 'Back to all images' --id back {\n\tconfigfile "
		    "$pxeiso/%sgrub/grub.cfg\n}\n",
		    menu_folder(context));
}
