/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The directives of the SYSLINUX family, one row each: those that a menu for
 * the network keeps have a function, those that only make sense on the disc
 * have the reason why they are dropped. These tables and those in
 * syslinux_menu.c are the whole language (SYS-4..8); a word that is in none
 * is ignored, as SYSLINUX does.
 *
 * Values are kept as they are written; nothing is looked up here but INCLUDE.
 */
#include "syslinux_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "note.h"

static const char BLANKS[] = " \t";

static const struct {
	const char *word;
	enum syslinux_type type;
} kernels[] = {
	{"kernel", SYSLINUX_KERNEL},   {"linux", SYSLINUX_LINUX},
	{"boot", SYSLINUX_BOOT},       {"bss", SYSLINUX_BSS},
	{"pxe", SYSLINUX_PXE},         {"fdimage", SYSLINUX_FDIMAGE},
	{"comboot", SYSLINUX_COMBOOT}, {"com32", SYSLINUX_COM32},
	{"config", SYSLINUX_CONFIG},   {"localboot", SYSLINUX_LOCALBOOT},
	{"none", SYSLINUX_NONE},
};

/* Nearly all pairs differ in their first letter, and strcasecmp is slow. */
static bool
is_word(const char *keyword, const char *word)
{
	return (keyword[0] | ' ') == (word[0] | ' ') && strcasecmp(keyword, word) == 0;
}

void
syslinux_keep(struct syslinux_parser *parser, char **place, const char *value)
{
	*place = arena_string(&parser->session->arena, value);
}

struct syslinux_item *
syslinux_described(struct syslinux_parser *parser)
{
	return parser->item != NULL ? parser->item : parser->menu->line;
}

unsigned
syslinux_number(const char *value)
{
	unsigned long n = strtoul(value, NULL, 0);

	return n > 1000000 ? 1000000 : (unsigned)n;
}

char *
syslinux_cut_word(char *line)
{
	char *rest = line + strcspn(line, BLANKS);

	if (*rest != '\0')
		*rest++ = '\0';
	return rest + strspn(rest, BLANKS);
}

struct syslinux_item *
syslinux_add_item(struct syslinux_parser *parser, enum syslinux_kind kind)
{
	struct syslinux_session *session = parser->session;
	struct syslinux_item *item;

	parser->item = NULL;
	if (session->items_left == 0) {
		syslinux_note_full(session, parser->file, parser->line, "too many entries");
		return NULL;
	}
	item = arena_alloc(&session->arena, sizeof(*item));
	if (item == NULL)
		return NULL;
	session->items_left--;
	item->kind = kind;
	item->file = parser->file;
	item->line = parser->line;
	*parser->menu->end = item;
	parser->menu->end = &item->next;
	return item;
}

static void
read_label(struct syslinux_parser *parser, char *value)
{
	struct syslinux_item *item = syslinux_add_item(parser, SYSLINUX_LABEL);

	if (item == NULL)
		return;
	syslinux_keep(parser, &item->label, value);
	item->command = item->label;
	item->append = parser->config->append;
	item->sysappend = parser->config->sysappend;
	parser->item = item;
}

/* KERNEL and its kin: the last one of a label counts (SYS-4). */
static bool
read_kernel(struct syslinux_parser *parser, const char *word, char *value)
{
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		if (!is_word(kernels[i].word, word))
			continue;
		if (parser->item != NULL) {
			syslinux_keep(parser, &parser->item->command, value);
			parser->item->type = kernels[i].type;
		}
		return true;
	}
	return false;
}

static void
read_append(struct syslinux_parser *parser, char *value)
{
	char **place = parser->item != NULL ? &parser->item->append : &parser->config->append;

	*place = NULL;
	if (strcmp(value, "-") != 0)
		syslinux_keep(parser, place, value);
}

static void
read_initrd(struct syslinux_parser *parser, char *value)
{
	if (parser->item != NULL)
		syslinux_keep(parser, &parser->item->initrd, value);
}

static void
read_sysappend(struct syslinux_parser *parser, char *value)
{
	*(parser->item != NULL ? &parser->item->sysappend : &parser->config->sysappend) =
		syslinux_number(value);
}

static void
read_default(struct syslinux_parser *parser, char *value)
{
	syslinux_keep(parser, &parser->config->start, value);
}

static void
read_ui(struct syslinux_parser *parser, char *value)
{
	syslinux_keep(parser, &parser->config->ui, value);
}

static void
read_on_timeout(struct syslinux_parser *parser, char *value)
{
	syslinux_keep(parser, &parser->config->on_timeout, value);
}

static void
read_timeout(struct syslinux_parser *parser, char *value)
{
	parser->menu->timeout = syslinux_number(value);
}

static void
read_text(struct syslinux_parser *parser, char *value)
{
	bool is_help = strncasecmp(value, "help", 4) == 0;

	parser->text = is_help ? SYSLINUX_HELP : SYSLINUX_OTHER_TEXT;
}

/* A line between TEXT and ENDTEXT: kept as it is, or passed over (SYS-2). */
static void
read_text_line(struct syslinux_parser *parser, const char *line)
{
	const char *word = line + strspn(line, BLANKS);

	if (strncasecmp(word, "endtext", 7) == 0 && strchr(BLANKS, word[7]) != NULL) {
		syslinux_end_text(parser);
	} else if (parser->text == SYSLINUX_HELP && parser->help.length < SYSLINUX_LINE_SIZE) {
		text_append(&parser->help, line);
		text_append_char(&parser->help, '\n');
	}
}

void
syslinux_end_text(struct syslinux_parser *parser)
{
	struct syslinux_item *item = syslinux_described(parser);

	if (parser->text == SYSLINUX_HELP && item != NULL)
		syslinux_keep(parser, &item->help, text_string(&parser->help));
	if (parser->help.error != 0)
		parser->session->error = parser->help.error;
	text_free(&parser->help);
	parser->text = SYSLINUX_NO_TEXT;
}

static const struct syslinux_directive directives[] = {
	{"label", read_label},
	{"append", read_append},
	{"initrd", read_initrd},
	{"sysappend", read_sysappend},
	{"ipappend", read_sysappend},
	{"menu", syslinux_read_menu},
	{"text", read_text},
	{"include", syslinux_read_include},
	{"default", read_default},
	{"ui", read_ui},
	{"ontimeout", read_on_timeout},
	{"timeout", read_timeout},
	{NULL, NULL},
};

static const struct syslinux_dropped dropped[SYSLINUX_DROPPED_ROWS] = {
	{"of the boot prompt, which is not shown",
	 {"prompt", "onerror", "noescape", "nocomplete", "implicit", "allowoptions", "display",
	  "say",    "f0",      "f1",       "f2",         "f3",       "f4",           "f5",
	  "f6",     "f7",      "f8",       "f9",         "f10",      "f11",          "f12"}},
	{"the console is the server's to choose", {"console", "serial", "font", "kbdmap"}},
	{"for the loader on the disc",
	 {"path", "nohalt", "sendcookies", "pxeretry", "fdt", "fdtdir"}},
	{"how the disc's own menu behaves", {"totaltimeout"}},
	{"a label that runs nothing", {"none"}},
};

static void
note_dropped(const struct syslinux_parser *parser, const char *prefix, const char *word,
	     const char *why)
{
	struct syslinux_session *session = parser->session;

	if (session->note_count >= SYSLINUX_NOTES_LIMIT)
		return;
	session->note_count++;
	if (note_add_why(session->notes, NOTE_CHANGE, why, "%s:%u: %s%s not kept", parser->file,
			 parser->line, prefix, word) < 0)
		session->error = -ENOMEM;
}

/* Notes each word once an image: a menu may have forty MENU COLOR lines. */
bool
syslinux_drop(struct syslinux_parser *parser, const struct syslinux_dropped *rows, unsigned *seen,
	      const char *prefix, const char *word)
{
	for (unsigned row = 0; row < SYSLINUX_DROPPED_ROWS; row++) {
		const char *const *words = rows[row].words;

		for (unsigned i = 0; i < SYSLINUX_DROPPED_WORDS && words[i] != NULL; i++) {
			if (!is_word(words[i], word))
				continue;
			if ((seen[row] & 1U << i) == 0)
				note_dropped(parser, prefix, words[i], rows[row].why);
			seen[row] |= 1U << i;
			return true;
		}
	}
	return false;
}

void
syslinux_note_unknown(struct syslinux_parser *parser, const char *prefix, const char *word)
{
	struct syslinux_session *session = parser->session;
	unsigned i = 0;

	/* "# remark", and what is no configuration at all */
	if (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")] != '\0')
		return;
	while (i < SYSLINUX_UNKNOWN_WORDS && session->unknown[i] != NULL &&
	       strcasecmp(session->unknown[i], word) != 0)
		i++;
	if (i == SYSLINUX_UNKNOWN_WORDS || session->unknown[i] != NULL)
		return;
	session->unknown[i] = arena_string(&session->arena, word);
	syslinux_note(session, parser->file, parser->line,
		      "%s%.60s is no directive that is known: ignored, as SYSLINUX does", prefix,
		      word);
}

const struct syslinux_directive *
syslinux_find_directive(const struct syslinux_directive *table, const char *word)
{
	for (; table->word != NULL; table++) {
		if (is_word(table->word, word))
			return table;
	}
	return NULL;
}

void
syslinux_directive(struct syslinux_parser *parser, char *line)
{
	const struct syslinux_directive *directive;
	char *word = line + strspn(line, BLANKS);
	size_t length = strlen(word);
	bool is_known;
	char *value;

	if (parser->text != SYSLINUX_NO_TEXT) {
		read_text_line(parser, line);
		return;
	}
	while (length > 0 && strchr(BLANKS, word[length - 1]) != NULL)
		word[--length] = '\0';
	if (length == 0)
		return;
	value = syslinux_cut_word(word);
	directive = syslinux_find_directive(directives, word);
	is_known = directive != NULL || read_kernel(parser, word, value);
	if (directive != NULL)
		directive->read(parser, value);
	if (!syslinux_drop(parser, dropped, parser->session->dropped, "", word) && !is_known)
		syslinux_note_unknown(parser, "", word);
	if (parser->session->arena.error != 0)
		parser->session->error = parser->session->arena.error;
}
