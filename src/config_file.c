/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a configuration file into a struct config.
 *
 * inih knows the syntax; we hand it the lines one by one, so that we know the
 * number of the line it is at and it never sees a line longer than it can
 * take. White space before a line is dropped, so an indented key is a key and
 * never the continuation of the line before.
 */
#include "config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 1 << 20, SECTION_SIZE = 256 };

struct parse {
	struct config *config;
	const char *name; /* of the file, for messages */
	const char *rest; /* text not yet given to inih */
	unsigned line;    /* of the last line given, from 1 */
	char section[SECTION_SIZE];
	int err; /* of the first mistake; later ones are not looked at */
	char *why;
	size_t size;
};

static void
fail(struct parse *parse, int err, const char *reason)
{
	if (parse->err < 0)
		return;
	parse->err = err;
	snprintf(parse->why, parse->size, "%s:%u: %s", parse->name, parse->line, reason);
}

/* A line "[section] ; remark". We keep the section ourselves, as inih cuts its
   name, knows no ']' in one and passes over a section without keys. A line
   without ']' is inih's to refuse. */
static void
on_section(struct parse *parse, const char *line)
{
	const char *remark = strstr(line, " ;");
	size_t length = remark != NULL ? (size_t)(remark - line) : strlen(line);
	const char *end = memrchr(line, ']', length);
	const char *name = line + 1 + strspn(line + 1, " \t");
	char why[512];
	int err;

	if (end == NULL)
		return;
	while (end > name && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	length = end > name ? (size_t)(end - name) : 0;
	if (length >= SECTION_SIZE) {
		fail(parse, -EINVAL, "the section's name is too long");
		return;
	}
	memcpy(parse->section, name, length);
	parse->section[length] = '\0';
	err = config_begin(parse->config, parse->section, parse->line, why, sizeof(why));
	if (err < 0)
		fail(parse, err, why);
}

/* inih's fgets: one line, or NULL at the end and after the first mistake. */
static char *
next_line(char *buffer, int size, void *context)
{
	struct parse *parse = context;
	size_t blank, length;

	if (*parse->rest == '\0' || parse->err < 0)
		return NULL;
	parse->line++;
	blank = strspn(parse->rest, " \t");
	length = strcspn(parse->rest + blank, "\n");
	if (length + 2 > (size_t)size) {
		fail(parse, -EINVAL, "the line is too long");
		return NULL;
	}
	memcpy(buffer, parse->rest + blank, length);
	buffer[length] = '\0';
	parse->rest += blank + length;
	if (*parse->rest == '\n')
		parse->rest++;
	if (buffer[0] == '[')
		on_section(parse, buffer);
	return buffer;
}

static int
on_key(void *context, const char *section, const char *key, const char *value)
{
	struct parse *parse = context;
	char why[512];
	int err = config_set(parse->config, parse->section, key, value, why, sizeof(why));

	(void)section;

	if (err < 0)
		fail(parse, err, why);
	return err == 0;
}

int
config_read_text(struct config *config, const char *name, const char *text, char *ret_why,
		 size_t size)
{
	struct parse parse = {
		.config = config, .name = name, .rest = text, .why = ret_why, .size = size};
	char *file = strdup(name);
	int status;

	if (file == NULL)
		return -ENOMEM;
	free(config->file);
	config->file = file;
	status = ini_parse_stream(next_line, &parse, on_key, &parse);

	/* What inih itself refuses, a line without '=' or a section without
	   ']', it tells at the end only: it may come before our mistake. */
	if (status > 0 && (parse.err == 0 || (unsigned)status < parse.line)) {
		parse.line = (unsigned)status;
		parse.err = 0;
		fail(&parse, -EINVAL, "neither [section] nor key = value");
	}
	if (status == -2 && parse.err == 0)
		return -ENOMEM;
	return parse.err;
}

/* The whole file as text; NUL bytes in it are refused. */
static int
read_file(const char *path, char **ret_text)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t length;
	int err = 0;

	if (file == NULL)
		return -errno;
	text = malloc(FILE_SIZE_MAX + 1);
	if (text == NULL) {
		fclose(file);
		return -ENOMEM;
	}
	length = fread(text, 1, FILE_SIZE_MAX + 1, file);
	if (ferror(file))
		err = -errno;
	else if (length > FILE_SIZE_MAX)
		err = -EFBIG;
	else if (memchr(text, '\0', length) != NULL)
		err = -EBADMSG;
	fclose(file);
	if (err < 0) {
		free(text);
		return err;
	}
	text[length] = '\0';
	*ret_text = text;
	return 0;
}

int
config_read(struct config *config, const char *path, char *ret_why, size_t size)
{
	char *text = NULL;
	int err = read_file(path, &text);

	if (err < 0) {
		snprintf(ret_why, size, "%s: %s", path,
			 err == -EBADMSG ? "not a text file" : strerror(-err));
		return err;
	}
	err = config_read_text(config, path, text, ret_why, size);
	free(text);
	return err;
}
