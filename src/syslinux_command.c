/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of a SYSLINUX configuration: type by extension (SYS-4), labels by
 * name, and the modules that only choose what is run (SYS-19..21).
 */
#include "syslinux_command.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { FOLLOW_LIMIT = 8 };

static const char BLANKS[] = " \t";

const char *
syslinux_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
has_extension(const char *file, const char *extension)
{
	size_t length = strlen(file);
	size_t tail = strlen(extension);

	return length > tail && strcasecmp(file + length - tail, extension) == 0;
}

static enum syslinux_type
type_of(const char *file)
{
	static const struct {
		const char *extension;
		enum syslinux_type type;
	} types[] = {
		{".c32", SYSLINUX_COM32},   {".cbt", SYSLINUX_COMBOOT}, {".com", SYSLINUX_COMBOOT},
		{".img", SYSLINUX_FDIMAGE}, {".bss", SYSLINUX_BSS},     {".bin", SYSLINUX_BOOT},
		{".bs", SYSLINUX_BOOT},     {".0", SYSLINUX_PXE},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (has_extension(file, types[i].extension))
			return types[i].type;
	}
	return SYSLINUX_LINUX;
}

enum syslinux_module
syslinux_module(const struct syslinux_command *command)
{
	static const struct {
		const char *name;
		enum syslinux_module module;
	} modules[] = {
		{"menu", MODULE_MENU},       {"vesamenu", MODULE_MENU},
		{"config", MODULE_CONFIG},   {"whichsys", MODULE_WHICHSYS},
		{"ifcpu64", MODULE_IFCPU64}, {"cmd", MODULE_COMMAND},
		{"ifcpu", MODULE_IFCPU},     {"linux", MODULE_LINUX},
		{"chain", MODULE_CHAIN},     {"mboot", MODULE_MULTIBOOT},
		{"hdt", MODULE_TOOL},        {"reboot", MODULE_TOOL},
		{"poweroff", MODULE_TOOL},
	};
	const char *name = syslinux_base_name(command->file);
	size_t length = strlen(name);

	if (command->type != SYSLINUX_COM32)
		return MODULE_NONE;
	if (has_extension(name, ".c32"))
		length -= 4;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (strlen(modules[i].name) == length &&
		    strncasecmp(modules[i].name, name, length) == 0)
			return modules[i].module;
	}
	return MODULE_NONE;
}

/* Joins two texts with a blank, in the arena. */
static const char *
join(struct syslinux_session *session, const char *head, const char *tail)
{
	size_t head_length = strlen(head);
	size_t tail_length = strlen(tail);
	char *whole;

	if (head_length == 0 || tail_length == 0)
		return head_length == 0 ? tail : head;
	whole = arena_alloc(&session->arena, head_length + tail_length + 2);
	if (whole == NULL)
		return NULL;
	memcpy(whole, head, head_length);
	whole[head_length] = ' ';
	memcpy(whole + head_length + 1, tail, tail_length);
	return whole;
}

/* Makes the command of a line "FILE ARGUMENTS" and what APPEND says. */
static bool
make_command(struct syslinux_session *session, enum syslinux_type type, const char *line,
	     const char *append, struct syslinux_command *ret_command)
{
	size_t length = strcspn(line, BLANKS);
	const char *file = arena_copy(&session->arena, line, length);
	const char *rest = line + length + strspn(line + length, BLANKS);
	const char *arguments = join(session, rest, append != NULL ? append : "");

	if (file == NULL || arguments == NULL) {
		session->error = -ENOMEM;
		return false;
	}
	*ret_command = (struct syslinux_command){
		.type = type == SYSLINUX_KERNEL ? type_of(file) : type,
		.file = file,
		.arguments = arguments,
		.initrd = "",
	};
	return true;
}

bool
syslinux_command_of(struct syslinux_session *session, const struct syslinux_item *item,
		    struct syslinux_command *ret_command)
{
	const char *line = item->command != NULL ? item->command : "";

	if (!make_command(session, item->type, line, item->append, ret_command))
		return false;
	if (item->initrd != NULL)
		ret_command->initrd = item->initrd;
	ret_command->sysappend = item->sysappend;
	ret_command->item = item;
	return true;
}

/* The first label called as the `length` bytes at `name`, in sub-menus too. */
static const struct syslinux_item *
find_label(const struct syslinux_menu *menu, const char *name, size_t length)
{
	for (const struct syslinux_item *item = menu->items; item != NULL; item = item->next) {
		const struct syslinux_item *found = NULL;

		if (item->kind == SYSLINUX_SUBMENU)
			found = find_label(item->menu, name, length);
		else if (item->label != NULL && strlen(item->label) == length &&
			 strncasecmp(item->label, name, length) == 0)
			found = item;
		if (found != NULL)
			return found;
	}
	return NULL;
}

bool
syslinux_command_line(struct syslinux_session *session, const struct syslinux_config *config,
		      const char *line, struct syslinux_command *ret_command)
{
	const struct syslinux_item *item;
	size_t length;

	line += strspn(line, BLANKS);
	length = strcspn(line, BLANKS);
	item = find_label(&config->menu, line, length);
	if (item == NULL)
		return make_command(session, SYSLINUX_KERNEL, line, NULL, ret_command);
	if (!syslinux_command_of(session, item, ret_command))
		return false;
	line += length + strspn(line + length, BLANKS);
	ret_command->arguments = join(session, ret_command->arguments, line);
	if (ret_command->arguments == NULL)
		session->error = -ENOMEM;
	return ret_command->arguments != NULL;
}

/* What stands in `line` before the word "--". */
static const char *
before_dashes(struct syslinux_session *session, const char *line)
{
	const char *end = line;

	while (*end != '\0') {
		size_t length = strcspn(end, BLANKS);

		if (length == 2 && memcmp(end, "--", 2) == 0)
			break;
		end += length;
		end += strspn(end, BLANKS);
	}
	return arena_copy(&session->arena, line, (size_t)(end - line));
}

/* What stands in `line` behind the first word "--": "" if there is none. */
static const char *
behind_dashes(const char *line)
{
	while (*line != '\0') {
		size_t length = strcspn(line, BLANKS);
		bool is_found = length == 2 && memcmp(line, "--", 2) == 0;

		line += length;
		line += strspn(line, BLANKS);
		if (is_found)
			break;
	}
	return line;
}

const char *
syslinux_branch(struct syslinux_session *session, const struct syslinux_command *command,
		const char *name)
{
	static const char *const names[] = {"-iso-", "-sys-", "-pxe-"};
	const char *start = strstr(command->arguments, name);
	const char *end;

	if (start == NULL)
		return NULL;
	start += strlen(name);
	start += strspn(start, BLANKS);
	end = start + strlen(start);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *other = strstr(start, names[i]);

		if (other != NULL && other < end)
			end = other;
	}
	return arena_copy(&session->arena, start, (size_t)(end - start));
}

/* The line that `command` chooses: NULL if it is not one that chooses. */
static const char *
choose(struct syslinux_session *session, const struct syslinux_command *command)
{
	const char *line;

	switch (syslinux_module(command)) {
	case MODULE_WHICHSYS:
		line = syslinux_branch(session, command, "-iso-");
		if (line == NULL)
			line = syslinux_branch(session, command, "-sys-");
		return line != NULL ? line : syslinux_branch(session, command, "-pxe-");
	case MODULE_IFCPU64:
		return before_dashes(session, command->arguments);
	case MODULE_IFCPU: /* features -- with them -- without */
		return before_dashes(session, behind_dashes(command->arguments));
	case MODULE_COMMAND:
		return command->arguments;
	default:
		return NULL;
	}
}

bool
syslinux_command_follow(struct syslinux_session *session, const struct syslinux_config *config,
			struct syslinux_command *command)
{
	for (unsigned i = 0; i < FOLLOW_LIMIT; i++) {
		const char *line = choose(session, command);

		if (session->arena.error != 0)
			session->error = session->arena.error;
		if (line == NULL || line[0] == '\0' || session->error != 0)
			break;
		if (!syslinux_command_line(session, config, line, command))
			break;
	}
	return session->error == 0;
}
