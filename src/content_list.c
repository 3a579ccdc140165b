/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listings of directories for HTTP: a page for people, JSON for scripts.
 *
 * Names come out of images and go into HTML: each is escaped as text and
 * percent-encoded in its link. Text is written at once, an object in memory for
 * each name would cost a hundred times as much, and how long a listing gets is
 * bounded: it is made while others wait.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "boot.h"
#include "catalog.h"
#include "companion.h"
#include "content_view.h"
#include "file.h"
#include "image.h"
#include "index.h"
#include "json_text.h"
#include "nested.h"
#include "path.h"
#include "text.h"

enum { CHILDREN_MAX = 20000 }; /* of a directory in an image that is listed */

/* One line of a listing. */
struct line {
	const char *name; /* shown, and the link */
	bool is_directory;
	uint64_t size; /* bytes; of no meaning for a directory */
	int64_t mtime;
	const char *remark; /* or NULL */
	bool has_inside;    /* a file that is a directory too: a squashfs */
};

/* A listing while it is written. */
struct listing {
	bool is_json;
	bool has_lines;
	struct text text;
};

static void
append_html(struct text *text, const char *string)
{
	for (; *string != '\0'; string++) {
		switch (*string) {
		case '<':
			text_append(text, "&lt;");
			break;
		case '>':
			text_append(text, "&gt;");
			break;
		case '&':
			text_append(text, "&amp;");
			break;
		case '"':
			text_append(text, "&quot;");
			break;
		default:
			text_append_char(text, *string);
		}
	}
}

/* One object a line. */
static void
add_json(struct listing *listing, const struct line *line)
{
	struct text *json = &listing->text;

	text_append(json, listing->has_lines ? ",\n{\"name\": " : "\n{\"name\": ");
	json_text_append(json, line->name);
	text_printf(json, ", \"type\": \"%s\", \"size\": %llu, \"mtime\": %lld}",
		    line->is_directory ? "directory" : "file", (unsigned long long)line->size,
		    (long long)line->mtime);
}

static void
add_html(struct listing *listing, const struct line *line)
{
	struct text *html = &listing->text;
	char when[32] = "";
	time_t mtime = (time_t)line->mtime;
	struct tm tm;

	if (line->mtime > 0 && gmtime_r(&mtime, &tm) != NULL)
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	text_append(html, "<tr><td><a href=\"./");
	text_append_url_path(html, line->name);
	text_append(html, line->is_directory ? "/\">" : "\">");
	append_html(html, line->name);
	text_append(html, line->is_directory ? "/</a>" : "</a>");
	if (line->is_directory)
		text_printf(html, "<td><td>%s<td>", when);
	else
		text_printf(html, "<td>%llu<td>%s<td>", (unsigned long long)line->size, when);
	if (line->remark != NULL)
		append_html(html, line->remark);
	if (line->has_inside) {
		text_append(html, "<a href=\"./");
		text_append_url_path(html, line->name);
		text_append(html, "/\">its files</a>");
	}
	text_append(html, "\n");
}

static void
add_line(struct listing *listing, const struct line *line)
{
	if (listing->is_json)
		add_json(listing, line);
	else
		add_html(listing, line);
	listing->has_lines = true;
}

static void
begin(struct listing *listing, const char *path)
{
	struct text *html = &listing->text;

	if (listing->is_json) {
		text_append(html, "[");
		return;
	}
	text_append(html, "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n"
			  "<meta name=\"viewport\" content=\"width=device-width\">\n<title>/");
	append_html(html, path);
	text_append(html, "</title>\n<style>body{font-family:sans-serif;margin:2em}"
			  "td{padding:.1em 1em .1em 0}td:nth-child(2){text-align:right}</style>\n"
			  "<h1>/");
	append_html(html, path);
	text_append(html, "</h1>\n<table>\n");
	if (path[0] != '\0')
		text_append(html, "<tr><td><a href=\"../\">../</a>\n");
}

static int
finish(struct listing *listing, struct file **ret_file)
{
	size_t length;
	char *bytes;
	int error;

	text_append(&listing->text, listing->is_json ? "\n]\n" : "</table>\n");
	error = text_take(&listing->text, &bytes, &length);
	if (error < 0)
		return error;
	error = file_new_memory(bytes, length,
				listing->is_json ? "application/json" : "text/html; charset=utf-8",
				ret_file);
	if (error < 0)
		free(bytes);
	return error;
}

/* "3 entries", or what is wrong with the image. */
static const char *
remark(const struct image *image, char *buffer, size_t size)
{
	if (image->index == NULL)
		return image->why;
	snprintf(buffer, size, "%s%s%u %s", image->boot->family != NULL ? image->boot->family : "",
		 image->boot->family != NULL ? ", " : "", image->boot->entry_count,
		 image->boot->entry_count == 1 ? "entry" : "entries");
	return buffer;
}

static void
list_images(const struct catalog *catalog, struct listing *listing)
{
	for (size_t i = 0; i < catalog->image_count; i++) {
		const struct image *image = catalog->images[i];
		char whole[IMAGE_NAME_SIZE + 8], text[160];
		struct line line = {
			.name = image->name,
			.is_directory = true,
			.mtime = image->identity.mtime_ns / 1000000000,
			.remark = remark(image, text, sizeof(text)),
		};

		if (image->index != NULL)
			add_line(listing, &line);
		snprintf(whole, sizeof(whole), "%s.iso", image->name);
		line.name = whole;
		line.is_directory = false;
		line.size = image->identity.size;
		line.remark = image->index == NULL ? line.remark : NULL;
		add_line(listing, &line);
	}
}

static void
list_menus(const struct catalog *catalog, struct listing *listing)
{
	static const char *const endings[] = {"cfg", "grub", "ipxe"};
	char name[IMAGE_NAME_SIZE + 8];

	for (size_t i = 0; i < catalog->image_count; i++) {
		for (size_t j = 0; j < sizeof(endings) / sizeof(endings[0]); j++) {
			struct line line = {.name = name};

			snprintf(name, sizeof(name), "%s.%s", catalog->images[i]->name, endings[j]);
			add_line(listing, &line);
		}
	}
}

/* As far as a name says. Others are opened as well, but not announced: only
   their bytes would tell. */
static bool
looks_like_squashfs(const char *name)
{
	static const char *const endings[] = {".squashfs", ".sfs"};
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && strcasecmp(name + length - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

static int
list_directory(const struct index *index, const char *path, struct listing *listing)
{
	uint32_t node, first, count;
	int error = index_lookup(index, path, INDEX_CASEFOLD, &node);

	if (error < 0)
		return error;
	if (index_kind(index, node) != NODE_DIRECTORY)
		return -ENOTDIR;
	count = index_children(index, node, &first);
	if (count > CHILDREN_MAX)
		return -EFBIG;
	for (uint32_t i = first; i < first + count && listing->text.error == 0; i++) {
		struct line line = {
			.name = index_name(index, i),
			.is_directory = index_kind(index, i) == NODE_DIRECTORY,
			.size = index_size(index, i),
			.mtime = index_mtime(index, i),
			.remark = index_kind(index, i) == NODE_LINK ? index_target(index, i) : NULL,
			.has_inside = index_kind(index, i) == NODE_FILE &&
				      looks_like_squashfs(index_name(index, i)),
		};

		add_line(listing, &line);
	}
	return 0;
}

static bool
add_companion_line(void *context, const char *name, size_t length,
		   const struct companion_file *file)
{
	struct listing *listing = context;
	char *copy = strndup(name, length);
	struct line line = {
		.name = copy,
		.is_directory = file == NULL,
		.size = file != NULL ? file->size : 0,
		.mtime = file != NULL ? file->mtime : 0,
	};

	if (copy != NULL)
		add_line(listing, &line);
	else
		listing->text.error = -ENOMEM;
	free(copy);
	return listing->text.error == 0;
}

static int
list_in_image(const struct content *content, struct image *image, const char *path,
	      struct listing *listing)
{
	const char *rest;
	const struct companion *companion = content_companion(image, path, &rest);
	struct squash *squash;
	int error;

	if (image->index == NULL)
		return -ENOENT;
	if (companion != NULL)
		return companion_list(companion, rest, add_companion_line, listing);
	if (path[0] == '\0' && image->companion != NULL)
		add_line(listing, &(struct line){.name = COMPANION_FOLDER, .is_directory = true});
	if (path[0] == '\0' && image->package.files != NULL)
		add_line(listing, &(struct line){.name = NETBOOT_FOLDER, .is_directory = true});
	error = list_directory(image->index, path, listing);
	if (error != -ENOTDIR)
		return error;
	error = content_nested(content, image, path, &squash, &rest);
	if (error < 0)
		return error;
	error = list_directory(squash_index(squash), rest, listing);
	squash_unref(squash);
	return error;
}

static int
list_path(const struct content *content, const char *path, struct listing *listing)
{
	struct image *image;
	const char *rest;

	if (path[0] == '\0') {
		add_line(listing, &(struct line){.name = "images", .is_directory = true});
		add_line(listing, &(struct line){.name = "menus", .is_directory = true});
		return 0;
	}
	if (strcasecmp(path, "images") == 0) {
		list_images(content->catalog, listing);
		return 0;
	}
	if (strcasecmp(path, "menus") == 0) {
		list_menus(content->catalog, listing);
		return 0;
	}
	image = content_image(content, path, &rest);
	return image == NULL ? -ENOENT : list_in_image(content, image, rest, listing);
}

int
content_list(struct content *content, const struct client *client, const char *path, bool json,
	     struct file **ret_file)
{
	struct listing listing = {.is_json = json};
	char clean[PATH_SIZE];
	int error = path_clean(path, clean, sizeof(clean));

	(void)client;
	if (error < 0)
		return error;
	if (content->catalog == NULL)
		return -ENOENT;
	begin(&listing, clean);
	error = list_path(content, clean, &listing);
	if (error < 0) {
		text_free(&listing.text);
		return error;
	}
	return finish(&listing, ret_file);
}
