/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is in an archive, and how long it is: see cpio.h.
 */
#include "cpio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpio_format.h"
#include "source.h"

enum { PATH_MAX_LENGTH = 255, FIRST_PART = 32768 };

static const uint64_t PART = UINT64_C(2) << 30;

int
cpio_new(const char *name, struct cpio **ret_cpio)
{
	struct cpio *cpio = calloc(1, sizeof(*cpio));

	if (cpio == NULL)
		return -ENOMEM;
	cpio->name = strdup(name);
	if (cpio->name == NULL) {
		free(cpio);
		return -ENOMEM;
	}
	*ret_cpio = cpio;
	return 0;
}

static void
member_free(struct member *member)
{
	free(member->path);
	free(member->file);
	free(member);
}

void
cpios_free(struct cpio *cpio)
{
	while (cpio != NULL) {
		struct cpio *next = cpio->next;

		HASH_CLEAR(hh, cpio->by_path);
		while (cpio->members != NULL) {
			struct member *member = cpio->members;

			cpio->members = member->next;
			member_free(member);
		}
		free(cpio->name);
		free(cpio);
		cpio = next;
	}
}

/* --- members --------------------------------------------------------------- */

static const struct member *
find(const struct cpio *cpio, const char *path, size_t length)
{
	struct member *member;

	HASH_FIND(hh, cpio->by_path, path, length, member);
	return member;
}

/* Puts a copy of `model`, with `length` bytes of `path`, behind the others. */
static int
append(struct cpio *cpio, const struct member *model, const char *path, size_t length)
{
	struct member *member;

	if (HASH_COUNT(cpio->by_path) == CPIO_MEMBERS_MAX)
		return -E2BIG;
	member = malloc(sizeof(*member));
	if (member == NULL)
		return -ENOMEM;
	*member = *model;
	member->next = NULL;
	member->path = strndup(path, length);
	member->file = model->file != NULL ? strdup(model->file) : NULL;
	if (member->path == NULL || (model->file != NULL && member->file == NULL)) {
		member_free(member);
		return -ENOMEM;
	}
	HASH_ADD_KEYPTR(hh, cpio->by_path, member->path, length, member);
	if (cpio->last != NULL)
		cpio->last->next = member;
	else
		cpio->members = member;
	cpio->last = member;
	return 0;
}

static bool
is_path(const char *path)
{
	size_t length = strlen(path);
	const char *segment = path;

	if (length == 0 || length > PATH_MAX_LENGTH || strcmp(path, CPIO_TRAILER) == 0)
		return false;
	for (;;) {
		size_t end = strcspn(segment, "/");

		if (end == 0 || (end == 1 && segment[0] == '.') ||
		    (end == 2 && segment[0] == '.' && segment[1] == '.'))
			return false;
		if (segment[end] == '\0')
			return true;
		segment += end + 1;
	}
}

/* Adds the directories on the way to `path`. */
static int
add_parents(struct cpio *cpio, const char *path)
{
	static const struct member directory = {.kind = MEMBER_DIRECTORY, .mode = 0755};

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - path);
		const struct member *known = find(cpio, path, length);
		int error = 0;

		if (known == NULL)
			error = append(cpio, &directory, path, length);
		else if (known->kind != MEMBER_DIRECTORY)
			error = -EINVAL;
		if (error < 0)
			return error;
	}
	return 0;
}

static int
add(struct cpio *cpio, const char *path, const struct member *model)
{
	int error;

	path += strspn(path, "/");
	if (!is_path(path))
		return -EINVAL;
	if (model->size > UINT32_MAX)
		return -EFBIG;
	if (find(cpio, path, strlen(path)) != NULL)
		return -EEXIST;
	error = add_parents(cpio, path);
	return error < 0 ? error : append(cpio, model, path, strlen(path));
}

int
cpio_add_image(struct cpio *cpio, const char *path, uint64_t image_size)
{
	const struct member model = {.kind = MEMBER_IMAGE, .mode = 0444, .size = image_size};

	return add(cpio, path, &model);
}

int
cpio_add_image_parts(struct cpio *cpio, const char *path, uint64_t image_size)
{
	uint64_t first = 0;
	int error = 0;

	for (unsigned number = 0; error == 0 && first < image_size; number++) {
		struct member model = {.kind = MEMBER_IMAGE, .mode = 0444, .first = first};
		char part[PATH_MAX_LENGTH + 8];

		model.size = number == 0 ? FIRST_PART : PART;
		if (model.size > image_size - first)
			model.size = image_size - first;
		snprintf(part, sizeof(part), "%.*s.%02u", PATH_MAX_LENGTH, path, number);
		error = add(cpio, part, &model);
		first += model.size;
	}
	return error;
}

int
cpio_add_folder(struct cpio *cpio, const char *path)
{
	const struct member model = {.kind = MEMBER_DIRECTORY, .mode = 0755};

	return add(cpio, path, &model);
}

/* Adds a member with a text of its own. */
static int
add_file(struct cpio *cpio, const char *path, struct member model, const char *file)
{
	int error;

	model.file = strdup(file);
	error = model.file == NULL ? -ENOMEM : add(cpio, path, &model);
	free(model.file);
	return error;
}

int
cpio_add_file(struct cpio *cpio, const char *path, const char *file, uint64_t size)
{
	const struct member model = {.kind = MEMBER_FILE, .mode = 0444, .size = size};

	return add_file(cpio, path, model, file);
}

int
cpio_add_link(struct cpio *cpio, const char *path, const char *target)
{
	const struct member model = {.kind = MEMBER_LINK, .mode = 0777, .size = strlen(target)};

	return add_file(cpio, path, model, target);
}

int
cpio_add_beside(struct cpio *cpio, const char *path, const struct source_node *file)
{
	const struct member model = {
		.kind = MEMBER_BESIDE,
		.mode = file->is_executable ? 0755 : 0644,
		.size = file->size,
	};

	return add_file(cpio, path, model, file->path);
}

int
cpio_add_bytes(struct cpio *cpio, const char *path, const void *bytes, size_t size, unsigned mode)
{
	const struct member model = {
		.kind = MEMBER_TEXT,
		.mode = mode,
		.text = bytes,
		.size = size,
	};

	return add(cpio, path, &model);
}

int
cpio_add_text(struct cpio *cpio, const char *path, const char *text, unsigned mode)
{
	return cpio_add_bytes(cpio, path, text, strlen(text), mode);
}

/* --- the whole ------------------------------------------------------------- */

uint64_t
cpio_size(const struct cpio *cpio)
{
	uint64_t size = cpio_header_size(CPIO_TRAILER);

	for (const struct member *member = cpio->members; member != NULL; member = member->next)
		size += cpio_header_size(member->path) + member->size +
			cpio_padding(member->size, CPIO_ALIGNMENT);
	return size + cpio_padding(size, CPIO_BLOCK);
}

static bool
member_equal(const struct member *a, const struct member *b)
{
	return a->kind == b->kind && a->mode == b->mode && a->first == b->first &&
	       a->size == b->size && a->text == b->text && strcmp(a->path, b->path) == 0 &&
	       (a->file == NULL) == (b->file == NULL) &&
	       (a->file == NULL || strcmp(a->file, b->file) == 0);
}

bool
cpio_equal(const struct cpio *left, const struct cpio *right)
{
	const struct member *a = left->members, *b = right->members;

	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (!member_equal(a, b))
			return false;
	}
	return a == NULL && b == NULL;
}
