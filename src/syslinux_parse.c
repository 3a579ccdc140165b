/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads configuration files of the SYSLINUX family line by line, with what
 * they include, and hands each line on. Knows files, lines and limits; what a
 * directive means is syslinux_directive.c's.
 *
 * Rules: SYS-1 (lines), SYS-12 (INCLUDE), SYS-14 (paths).
 */
#include "syslinux_config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"

void
syslinux_note(struct syslinux_session *session, const char *file, unsigned line, const char *format,
	      ...)
{
	va_list arguments;
	char place[NOTE_PLACE_SIZE];
	char text[1024];

	if (session->note_count >= SYSLINUX_NOTES_LIMIT)
		return;
	session->note_count++;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (note_add(session->notes, "%s: %s", note_place(file, line, place), text) < 0)
		session->error = -ENOMEM;
}

void
syslinux_note_full(struct syslinux_session *session, const char *file, unsigned line,
		   const char *what)
{
	if (!session->is_full &&
	    note_add(session->notes, "%s:%u: %s: the rest is left out", file, line, what) < 0)
		session->error = -ENOMEM;
	session->is_full = true;
}

void
syslinux_note_missing(struct syslinux_session *session, const char *file, unsigned line,
		      const char *name)
{
	session->files_left--;
	syslinux_note(session, file, line, "no such configuration in the image: %s", name);
}

/* Looks for a file at `directory`/`name`. */
static int
find_file(const struct source *source, const char *directory, const char *name,
	  struct source_node *ret_node)
{
	char path[SOURCE_PATH_SIZE];
	struct source_node node;
	int length;
	int error;

	length = snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return -ENAMETOOLONG;
	for (char *c = path; *c != '\0'; c++) {
		if (*c == '\\')
			*c = '/';
	}
	error = source_find(source, path, &node);
	if (error < 0)
		return error;
	if (node.is_directory)
		return -ENOENT;
	*ret_node = node;
	return 0;
}

int
syslinux_find(const struct source *source, const char *directory, const char *name,
	      struct source_node *ret_node)
{
	const char *server = strstr(name, "::");
	bool is_absolute;

	if (strstr(name, "://") != NULL || (server != NULL && server != name))
		return -EREMOTE;
	is_absolute = server != NULL || name[0] == '/';
	if (server != NULL)
		name += 2;
	if (find_file(source, is_absolute ? "" : directory, name, ret_node) == 0)
		return 0;
	if (find_file(source, is_absolute ? directory : "", name, ret_node) == 0)
		return 0;
	return -ENOENT;
}

/* Cuts `length` bytes at `bytes` into lines as fgets(3) would, and hands them
   on. A NUL ends a line's text. */
static void
read_lines(struct syslinux_parser *parser, const char *bytes, size_t length)
{
	char line[SYSLINUX_LINE_SIZE];
	size_t offset = 0;

	while (offset < length && parser->session->error == 0) {
		const char *start = bytes + offset;
		size_t rest = length - offset;
		size_t most = rest < sizeof(line) - 1 ? rest : sizeof(line) - 1;
		const char *end = memchr(start, '\n', most);
		size_t count = end != NULL ? (size_t)(end - start) : most;

		memcpy(line, start, count);
		line[count] = '\0';
		line[strcspn(line, "\r")] = '\0';
		offset += count + (end != NULL);
		parser->line++;
		syslinux_directive(parser, line);
	}
}

/* Reads the file that source_find gave as `path`. */
static int
read_file(struct syslinux_parser *parser, const char *path)
{
	struct syslinux_session *session = parser->session;
	struct syslinux_parser outer = *parser;
	size_t length;
	char *bytes;
	int error;

	if (session->files_left == 0 || session->bytes_left == 0) {
		syslinux_note_full(session, parser->file, parser->line, "too much configuration");
		return -EFBIG;
	}
	session->files_left--;
	error = source_read(session->source, path, session->bytes_left, &bytes, &length);
	if (error < 0) {
		syslinux_note(session, path, 0, "cannot be read: %s", strerror(-error));
		return error;
	}
	session->bytes_left -= length < session->bytes_left ? length : session->bytes_left;
	parser->file = arena_string(&session->arena, path);
	parser->line = 0;
	parser->depth++;
	if (parser->file != NULL)
		read_lines(parser, bytes, length);
	syslinux_end_text(parser);
	parser->depth = outer.depth;
	parser->line = outer.line;
	parser->file = outer.file;
	free(bytes);
	return 0;
}

void
syslinux_include(struct syslinux_parser *parser, const char *name)
{
	struct syslinux_session *session = parser->session;
	struct source_node node;

	if (parser->depth >= SYSLINUX_INCLUDE_LIMIT)
		syslinux_note(session, parser->file, parser->line,
			      "INCLUDE %s: files include each other too deep", name);
	else if (session->files_left == 0)
		syslinux_note_full(session, parser->file, parser->line, "too much configuration");
	else if (syslinux_find(session->source, parser->config->directory, name, &node) == 0)
		read_file(parser, node.path);
	else
		syslinux_note_missing(session, parser->file, parser->line, name);
}

struct syslinux_config *
syslinux_parse(struct syslinux_session *session, const char *path, const char *directory)
{
	struct syslinux_config *config = arena_alloc(&session->arena, sizeof(*config));
	struct syslinux_parser parser = {.session = session, .config = config, .file = path};

	if (config == NULL) {
		session->error = -ENOMEM;
		return NULL;
	}
	config->path = arena_string(&session->arena, path);
	config->directory = arena_string(&session->arena, directory);
	config->menu.end = &config->menu.items;
	config->next = session->configs;
	session->configs = config;
	parser.menu = &config->menu;
	if (session->arena.error == 0 && read_file(&parser, path) < 0)
		return NULL;
	if (session->arena.error != 0)
		session->error = session->arena.error;
	return session->error == 0 ? config : NULL;
}
