/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of a GRUB script that ask: where a file, a label or a UUID is
 * (GRUB-3), what a device is, what is in a string. The only disks that are
 * known are the image and its EFI system partition.
 */
#include "grub_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { GROUPS_LIMIT = 10, COST_REGEXP = 400 };

/* The options that are understood, with what they are called for short. */
struct options {
	char what;         /* 'f', 'l', 'u' ... or 0 */
	const char *set;   /* the variable, NULL: none is named */
	const char *first; /* words that are no options */
	const char *second;
};

/* The letter of a long option of `length` bytes; 0: not known, it says nothing. */
static char
letter_of(const char *name, size_t length)
{
	static const struct {
		const char *name;
		char letter;
	} rows[] = {
		{"file", 'f'},     {"label", 'l'},
		{"fs-uuid", 'u'},  {"set", 's'},
		{"fs", 'F'},       {"driver", 'd'},
		{"partmap", 'p'},  {"part-uuid", 'P'},
		{"hint", 'h'},     {"hint-bios", 'h'},
		{"hint-efi", 'h'}, {"hint-baremetal", 'h'},
		{"hint-arc", 'h'}, {"hint-ieee1275", 'h'},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
			return rows[i].letter;
	}
	return '\0';
}

/* `takes_word`: the variable of --set may be a word of its own, as it may not
   for search, where it can be left out. */
static struct options
read_options(const struct grub_words *words, bool takes_word)
{
	struct options options = {0};

	for (unsigned i = 1; i < words->count; i++) {
		const char *word = words->items[i];
		const char *equals = strchr(word, '=');
		size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
		char letter;

		if (word[0] != '-' || word[1] == '\0') {
			if (options.first == NULL)
				options.first = word;
			else if (options.second == NULL)
				options.second = word;
			continue;
		}
		letter = word[1] != '-' ? word[1] : letter_of(word + 2, length - 2);
		if (letter == 's') {
			options.set = equals != NULL                       ? equals + 1
				      : takes_word && i + 1 < words->count ? words->items[++i]
									   : NULL;
		} else if (letter == 'h' && equals == NULL) {
			i++;
		} else if (letter != '\0' && letter != 'h' && letter != 'n') {
			options.what = letter;
		}
	}
	return options;
}

/* Where a file is: the image first, since that is what a disc is. */
static const char *
search_file(struct grub_session *session, const char *name)
{
	static const char *const devices[] = {"cd0", "efi"};

	for (unsigned i = 0; i < 2; i++) {
		char path[SOURCE_PATH_SIZE];
		struct source_node node;

		snprintf(path, sizeof(path), "(%s)%s%s", devices[i], name[0] == '/' ? "" : "/",
			 name);
		if (grub_find(session, path, NULL, &node) == 0)
			return devices[i];
	}
	return NULL;
}

static void
run_search(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	const struct source *source = session->source;
	struct options options = read_options(call->words, false);
	const char *name = call->words->items[0]; /* or "search.fs_uuid" */
	const char *found = NULL;

	session->result = 1;
	if (strncmp(name, "search.", 7) == 0)
		options.what = strncmp(name + 7, "fs_", 3) == 0 ? name[10] : name[7];
	if (options.first == NULL)
		return;
	if (options.what == 'l' && options.first[0] != '\0' &&
	    strcmp(options.first, source->volume_id) == 0)
		found = "cd0";
	else if (options.what == 'u' && source->fs_uuid != NULL && options.first[0] != '\0' &&
		 strcasecmp(options.first, source->fs_uuid) == 0)
		found = "cd0";
	else if (options.what == 'f')
		found = search_file(session, options.first);
	session->has_searched = found == NULL;
	if (found == NULL)
		return;
	grub_set(session,
		 options.set != NULL      ? options.set
		 : options.second != NULL ? options.second
					  : "root",
		 found);
	session->result = 0;
}

static void
run_probe(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	struct options options = read_options(call->words, true);
	const char *answer = NULL;

	session->result = 1;
	if (options.first == NULL || !grub_is_image(session, options.first))
		return;
	if (options.what == 'l')
		answer = session->source->volume_id;
	else if (options.what == 'u')
		answer = session->source->fs_uuid;
	else if (options.what == 'F')
		answer = "iso9660";
	if (answer == NULL || answer[0] == '\0')
		return;
	if (options.set != NULL)
		grub_set(session, options.set, answer);
	session->result = 0;
}

/* regexp [--set [NUMBER:]VARIABLE]... PATTERN STRING */
static void
run_regexp(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	const struct grub_words *words = call->words;
	struct grub_match groups[GROUPS_LIMIT];
	int count;

	session->result = 1;
	if (words->count < 3)
		return;
	count = grub_regexp(words->items[words->count - 2], words->items[words->count - 1], groups,
			    GROUPS_LIMIT);
	grub_spend(session, COST_REGEXP);
	if (count < 0)
		grub_note(session, call->statement->file, call->statement->line,
			  "regexp: this pattern is not understood: %.100s",
			  words->items[words->count - 2]);
	if (count <= 0)
		return;
	session->result = 0;
	for (unsigned i = 1; i + 2 < words->count; i++) {
		const char *word = words->items[i];
		unsigned number = 1;
		char *value;

		if (strcmp(word, "-s") == 0 || strcmp(word, "--set") == 0)
			word = words->items[++i];
		else if (strncmp(word, "--set=", 6) == 0)
			word += 6;
		else
			continue;
		if (word[0] >= '0' && word[0] <= '9' && word[1] == ':') {
			number = (unsigned)(word[0] - '0');
			word += 2;
		}
		if (number >= (unsigned)count)
			continue;
		value = arena_copy(&session->arena, groups[number].start, groups[number].length);
		if (value != NULL)
			grub_set(session, word, value);
	}
}

/* loopback NAME FILE: the image itself, where a loader holds it in a file. */
static void
run_loopback(const struct grub_call *call)
{
	struct grub_session *session = call->session;
	struct options options = read_options(call->words, false);
	const char *image = grub_get(session, "iso_path");
	bool is_image;

	session->result = 1;
	if (options.first == NULL || options.second == NULL)
		return;
	is_image = image != NULL && strcmp(options.second, image) == 0;
	grub_add_device(session, options.first, is_image ? "" : NULL);
	session->result = 0;
}

/* cpuid -l: a processor of 64 bits, as all are that this is for. */
static void
run_cpuid(const struct grub_call *call)
{
	call->session->result = 0;
}

bool
grub_run_search(const struct grub_call *call)
{
	static const struct {
		const char *name;
		void (*run)(const struct grub_call *);
	} commands[] = {
		{"search", run_search},
		{"search.file", run_search},
		{"search.fs_label", run_search},
		{"search.fs_uuid", run_search},
		{"search.fs_file", run_search},
		{"probe", run_probe},
		{"regexp", run_regexp},
		{"loopback", run_loopback},
		{"cpuid", run_cpuid},
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, call->words->items[0]) == 0) {
			commands[i].run(call);
			return true;
		}
	}
	return false;
}
