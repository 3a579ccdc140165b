/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What recipes ask the files of an image, or of an initramfs: by pattern, and for a
 * line in a text file.
 *
 * Patterns are the recipes', what they are compared with is an image's: its
 * words never become part of a pattern as wildcards. What the files answered is
 * remembered by pattern; an image whose entries ask for too many different ones,
 * or for too much work, gets no more answers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "hash.h"
#include "recipe_data.h"
#include "source.h"

enum { ANSWERS_LIMIT = 512, BUCKETS = 128, TEXT_LIMIT = 256 * 1024 };

/* What the files of the image said to a pattern. */
struct answer {
	char *pattern;
	unsigned count; /* 0, 1, or 2 for more */
	struct source_node first;
	struct answer *next;
};

struct recipe_files {
	const struct source *source;
	struct answer *answers[BUCKETS]; /* by a hash of the pattern */
	unsigned answer_count;
	unsigned budget; /* of source_glob, for all patterns */
};

int
recipe_files_new(const struct source *source, struct recipe_files **ret_files)
{
	struct recipe_files *files = calloc(1, sizeof(*files));

	if (files == NULL)
		return -ENOMEM;
	files->source = source;
	files->budget = SOURCE_GLOB_BUDGET;
	*ret_files = files;
	return 0;
}

void
recipe_files_free(struct recipe_files *files)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		while (files->answers[i] != NULL) {
			struct answer *next = files->answers[i]->next;

			free(files->answers[i]->pattern);
			free(files->answers[i]);
			files->answers[i] = next;
		}
	}
	free(files);
}

const struct source *
recipe_files_source(const struct recipe_files *files)
{
	return files->source;
}

bool
recipe_files_gave_up(const struct recipe_files *files)
{
	return files->budget == 0 || files->answer_count == ANSWERS_LIMIT;
}

/* The value of the entry's argument that stands for itself in a pattern: NULL
   if there is none, or it holds a wildcard. */
static const char *
literal_argument(const struct entry *entry, const char *name, size_t length, size_t *ret_length)
{
	size_t value_length;
	const char *value = recipe_argument(entry, name, length, &value_length);

	if (value == NULL || strcspn(value, "*?[]\\") < value_length)
		return NULL;
	*ret_length = value_length;
	return value;
}

/* Writes `pattern` with its {arg:NAME} filled in: false when the entry has no
   such argument, or it is too long or no literal. */
static bool
fill_in(const char *pattern, const struct entry *entry, char *buffer, size_t size)
{
	size_t used = 0;

	while (*pattern != '\0') {
		size_t length = strcspn(pattern, "{");
		const char *piece = pattern;
		size_t piece_length = length;

		if (length == 0 && strncmp(pattern, "{arg:", 5) == 0) {
			length = strcspn(pattern, "}");
			piece = literal_argument(entry, pattern + 5, length - 5, &piece_length);
			length += pattern[length] == '}';
		} else if (length == 0) {
			piece_length = length = 1;
		}
		if (piece == NULL || used + piece_length >= size)
			return false;
		memcpy(buffer + used, piece, piece_length);
		used += piece_length;
		pattern += length;
	}
	buffer[used] = '\0';
	return true;
}

static unsigned
bucket_of(const char *pattern)
{
	return (unsigned)(hash_bytes(HASH_START, pattern, strlen(pattern)) % BUCKETS);
}

/* What was asked before: NULL if it was not. */
static struct answer *
find_answer(const struct recipe_files *files, const char *pattern)
{
	struct answer *answer = files->answers[bucket_of(pattern)];

	while (answer != NULL && strcmp(answer->pattern, pattern) != 0)
		answer = answer->next;
	return answer;
}

/* Room to remember an answer, at first "no": NULL when there is none. */
static struct answer *
add_answer(struct recipe_files *files, const char *pattern)
{
	struct answer **bucket = &files->answers[bucket_of(pattern)];
	struct answer *answer;

	if (files->answer_count == ANSWERS_LIMIT)
		return NULL;
	answer = calloc(1, sizeof(*answer));
	if (answer == NULL)
		return NULL;
	answer->pattern = strdup(pattern);
	if (answer->pattern == NULL) {
		free(answer);
		return NULL;
	}
	answer->next = *bucket;
	*bucket = answer;
	files->answer_count++;
	return answer;
}

/* Asks the image, or remembers what it said. */
static const struct answer *
ask(struct recipe_files *files, const char *pattern)
{
	struct source_node nodes[2];
	struct answer *answer = find_answer(files, pattern);

	if (answer != NULL)
		return answer;
	answer = add_answer(files, pattern);
	if (answer == NULL)
		return NULL;
	answer->count = source_glob(files->source, pattern, &files->budget, nodes, 2);
	if (answer->count > 0)
		answer->first = nodes[0];
	return answer;
}

unsigned
recipe_find(struct recipe_files *files, const char *pattern, const struct entry *entry,
	    struct source_node *ret_file)
{
	char alternative[RECIPE_WORD_SIZE];
	char filled[SOURCE_PATH_SIZE] = "";

	while (recipe_alternative(&pattern, alternative)) {
		const struct answer *answer;

		if (!fill_in(alternative, entry, filled, sizeof(filled)))
			continue;
		answer = ask(files, filled);
		if (answer == NULL || answer->count == 0)
			continue;
		*ret_file = answer->first;
		return answer->count;
	}
	return 0;
}

unsigned
recipe_glob(struct recipe_files *files, const char *pattern, struct source_node *ret_files,
	    unsigned limit)
{
	char alternative[RECIPE_WORD_SIZE];
	unsigned count = 0;

	while (count == 0 && recipe_alternative(&pattern, alternative))
		count = source_glob(files->source, alternative, &files->budget, ret_files, limit);
	return count;
}

bool
recipe_has_line(struct recipe_files *files, const char *path, const char *pattern,
		const struct entry *entry)
{
	char question[2 * RECIPE_WORD_SIZE];
	struct source_node node;
	struct answer *answer;
	char *content, *rest, *line;
	size_t length;

	/* No pattern of a file's name has a line break. */
	snprintf(question, sizeof(question), "%s\n%s", path, pattern);
	answer = find_answer(files, question);
	if (answer != NULL)
		return answer->count > 0;
	if (recipe_find(files, path, entry, &node) == 0 ||
	    source_read(files->source, node.path, TEXT_LIMIT, &content, &length) < 0)
		return false;
	answer = add_answer(files, question);
	rest = content;
	while (answer != NULL && answer->count == 0 && (line = strsep(&rest, "\n")) != NULL)
		answer->count = recipe_matches_any(pattern, line);
	free(content);
	return answer != NULL && answer->count > 0;
}
