/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of files and devices as GRUB has them. The image is (cd0), its EFI
 * system partition (efi); what else a script may name is the machine's own,
 * or on another server.
 *
 * Firmware that starts GRUB from a disc gives it the disc as root, not the
 * small file system that GRUB was in. So what is not there is looked for in
 * the image as well, where the script names no device.
 */
#include "grub_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a lookup costs; more where links are followed. */
enum { COST_LOOKUP = 40, COST_LINK = 500 };

struct grub_device {
	const char *name;
	const char *folder; /* NULL: not in the image */
	struct grub_device *next;
};

struct grub_file {
	const char *path;
	const struct grub_statement *statements;
	bool was_run;
	struct grub_file *next;
};

void
grub_add_device(struct grub_session *session, const char *name, const char *folder)
{
	struct grub_device *device = arena_alloc(&session->arena, sizeof(*device));

	if (device == NULL || !grub_spend(session, 1))
		return;
	device->name = arena_string(&session->arena, name);
	device->folder = folder;
	device->next = session->devices;
	if (device->name != NULL)
		session->devices = device;
}

/* 0 and the folder of a device of `length` bytes, which may name a partition. */
static int
find_device(struct grub_session *session, const char *name, size_t length, const char **ret_folder)
{
	size_t disk = strcspn(name, ",)");
	unsigned steps = 0;

	if (disk < length)
		length = disk;
	if ((length == 4 && strncasecmp(name, "http", 4) == 0) ||
	    (length == 4 && strncasecmp(name, "tftp", 4) == 0) ||
	    (length >= 3 && strncasecmp(name, "pxe", 3) == 0))
		return -EREMOTE;
	if (length >= 2 && length <= 3 && strncasecmp(name, "cd", 2) == 0) {
		*ret_folder = "";
		return 0;
	}
	for (const struct grub_device *device = session->devices; device != NULL;
	     device = device->next) {
		if (++steps % 32 == 0)
			grub_spend(session, 1);
		if (strlen(device->name) == length && strncmp(device->name, name, length) == 0) {
			*ret_folder = device->folder;
			return device->folder != NULL ? 0 : -EXDEV;
		}
	}
	return -EXDEV;
}

bool
grub_is_image(struct grub_session *session, const char *device)
{
	const char *folder;

	device += device[0] == '(';
	return find_device(session, device, strlen(device), &folder) == 0;
}

static int
look_up(struct grub_session *session, const char *folder, const char *path,
	struct source_node *ret_node)
{
	char whole[SOURCE_PATH_SIZE];
	struct source_node node;
	int length = snprintf(whole, sizeof(whole), "%s%s%s", folder,
			      folder[0] != '\0' && path[0] != '/' ? "/" : "", path);

	if (length < 0 || (size_t)length >= sizeof(whole) || !grub_spend(session, COST_LOOKUP))
		return -ENOENT;
	if (source_find(session->source, whole, &node) < 0) {
		grub_spend(session, COST_LOOKUP);
		return -ENOENT;
	}
	if (strcasecmp(whole + strspn(whole, "/"), node.path) != 0)
		grub_spend(session, COST_LINK);
	*ret_node = node;
	return 0;
}

int
grub_find(struct grub_session *session, const char *name, const char *root,
	  struct source_node *ret_node)
{
	const char *end = name[0] == '(' ? strchr(name, ')') : NULL;
	const char *folder;
	int error;

	if (end != NULL) {
		error = find_device(session, name + 1, (size_t)(end - name - 1), &folder);
		return error < 0 ? error : look_up(session, folder, end + 1, ret_node);
	}
	if (root == NULL)
		root = grub_get(session, "root");
	if (root == NULL)
		root = "cd0";
	error = find_device(session, root, strlen(root), &folder);
	if (error == 0)
		error = look_up(session, folder, name, ret_node);
	if (error < 0 && error != -EREMOTE && look_up(session, "", name, ret_node) == 0)
		error = 0;
	return error;
}

/* Reads and parses the file, or finds that it was: NULL if it cannot be read. */
static struct grub_file *
open_file(struct grub_session *session, const char *path)
{
	struct grub_file *file;
	size_t length;
	char *bytes;
	int error;

	for (file = session->files; file != NULL; file = file->next) {
		if (strcmp(file->path, path) == 0)
			return file;
	}
	file = arena_alloc(&session->arena, sizeof(*file));
	if (session->files_left == 0 || session->bytes_left == 0 || file == NULL) {
		grub_note_full(session, "too much configuration");
		return NULL;
	}
	session->files_left--;
	error = source_read(session->source, path, session->bytes_left, &bytes, &length);
	if (error < 0) {
		grub_note(session, path, 0, "cannot be read: %s", strerror(-error));
		return NULL;
	}
	session->bytes_left -= length < session->bytes_left ? length : session->bytes_left;
	file->path = arena_string(&session->arena, path);
	if (file->path != NULL)
		file->statements = grub_parse(session, file->path, bytes, length);
	free(bytes);
	if (session->nodes_left == 0)
		grub_note_full(session, "too much configuration");
	if (file->path == NULL)
		return NULL;
	file->next = session->files;
	session->files = file;
	return file;
}

bool
grub_was_run(const struct grub_session *session, const char *path)
{
	for (const struct grub_file *file = session->files; file != NULL; file = file->next) {
		if (file->was_run && strcmp(file->path, path) == 0)
			return true;
	}
	return false;
}

void
grub_forget(struct grub_session *session)
{
	for (struct grub_file *file = session->files; file != NULL; file = file->next)
		file->was_run = false;
}

bool
grub_source_path(struct grub_session *session, const char *path)
{
	struct grub_file *file;

	if (session->file_depth >= GRUB_FILE_DEPTH_LIMIT) {
		grub_note(session, path, 0, "not read: files lead to each other too deep");
		return false;
	}
	file = open_file(session, path);
	if (file == NULL)
		return false;
	file->was_run = true;
	session->file_depth++;
	grub_run(session, file->statements);
	session->file_depth--;
	return true;
}

bool
grub_source(struct grub_session *session, const char *name)
{
	struct source_node node;

	return grub_find(session, name, NULL, &node) == 0 && !node.is_directory &&
	       grub_source_path(session, node.path);
}
