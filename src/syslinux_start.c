/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a machine boots that nobody stands at: see syslinux_start.h.
 *
 * SYSLINUX can show one label as its default and boot another when time runs
 * out. A menu of ours has one for both, and it is ONTIMEOUT's: what a machine
 * left alone does shall not be to install what somebody else only offered.
 */
#include "syslinux_start.h"

#include <string.h>
#include <strings.h>

#include "boot.h"
#include "syslinux_command.h"
#include "syslinux_entry.h"

static const char BLANKS[] = " \t";

/* Marks the entry called as the first word of `line` in the menus on the way to
   it; where MENU DEFAULT has chosen, only if `always`. -> whether it is there. */
static bool
mark(struct menu *menu, const char *line, bool always)
{
	size_t length = strcspn(line, BLANKS);
	struct entry *chosen = NULL;
	bool is_marked = false;

	for (struct entry *entry = menu->entries; entry != NULL; entry = entry->next) {
		is_marked |= entry->is_default;
		if (chosen != NULL)
			continue;
		if (entry->submenu != NULL
			    ? mark(entry->submenu, line, always)
			    : entry->label != NULL && strlen(entry->label) == length &&
				      strncasecmp(entry->label, line, length) == 0)
			chosen = entry;
	}
	if (chosen == NULL || (is_marked && !always))
		return chosen != NULL;
	for (struct entry *entry = menu->entries; entry != NULL; entry = entry->next)
		entry->is_default = entry == chosen;
	return true;
}

/* Says that the words behind the label are lost. */
static void
note_arguments(struct syslinux_session *session, const struct syslinux_config *config,
	       const char *word, const char *line)
{
	const char *rest = line + strcspn(line, BLANKS);

	rest += strspn(rest, BLANKS);
	if (*rest != '\0')
		syslinux_note(session, config->path, 0,
			      "%s: not kept behind the label, choose it or edit it: %s", word,
			      rest);
}

/* An entry for DEFAULT's command line, if that is a kernel that is there. */
static int
add_start(struct syslinux_session *session, const struct syslinux_config *config, struct menu *menu)
{
	const struct syslinux_item item = {
		.label = config->start,
		.title = "Start",
		.command = config->start,
		.append = config->append,
		.sysappend = config->sysappend,
		.file = config->path,
	};
	struct syslinux_command command;
	struct entry *entry;
	int error;

	if (!syslinux_command_of(session, &item, &command))
		return session->error;
	if (command.type != SYSLINUX_LINUX)
		return 0;
	error = syslinux_entry(session, config, &item, &command, &entry);
	if (error < 0)
		return error;
	if (entry->unavailable != NULL) {
		entry_free(entry);
		return 0;
	}
	entry->is_default = true;
	menu_append(menu, entry);
	return string_set(&entry->label, "start");
}

int
syslinux_start(struct syslinux_session *session, const struct syslinux_config *config,
	       struct menu *menu)
{
	const char *on_timeout = config->on_timeout;

	if (on_timeout != NULL && mark(menu, on_timeout, true)) {
		note_arguments(session, config, "ontimeout", on_timeout);
		if (config->start != NULL && strcasecmp(config->start, on_timeout) != 0)
			syslinux_note(session, config->path, 0,
				      "ontimeout %s is the default here: it is what a machine "
				      "boots that is left alone",
				      on_timeout);
		return session->error;
	}
	if (config->start != NULL && mark(menu, config->start, false))
		note_arguments(session, config, "default", config->start);
	else if (config->start != NULL && menu->entries == NULL && config->menu.items == NULL)
		return add_start(session, config, menu);
	return session->error;
}
