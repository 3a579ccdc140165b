/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scanner: list the directories, keep the images whose bytes are the same,
 * open the others, and publish a new catalog when anything differs.
 */
#include "scanner.h"

#include <errno.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include "boot.h"
#include "catalog.h"
#include "config.h"
#include "image.h"
#include "image_list.h"
#include "index.h"
#include "loader.h"
#include "log.h"
#include "reader.h"

enum {
	LOOK_AGAIN_S = 30,       /* when nothing says that anything changed */
	LOOK_AGAIN_REMOTE_S = 1, /* where changes are not announced */
	SETTLE_S = 2,            /* a young file that cannot be read is still being written */
};

struct scanner {
	struct scanner_options options;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool is_woken; /* under mutex, as is is_stopping */
	bool is_stopping;
	struct reader *reader;
	struct catalog *current; /* the last one published, or NULL */
	bool is_remote;          /* a directory is on a file system without inotify */
	bool is_unsettled;       /* a file is still being written */
	uint64_t troubles;       /* which roots could not be listed, a bit each */
};

/* The images of one scan, while they are gathered. */
struct gathering {
	struct image **images;
	size_t count;
	bool is_changed; /* not the same as in the current catalog */
};

static bool
is_remote(const char *path)
{
	static const unsigned kinds[] = {NFS_SUPER_MAGIC,
					 SMB_SUPER_MAGIC,
					 0xff534d42 /* CIFS */,
					 0xfe534d42 /* SMB2 */,
					 FUSE_SUPER_MAGIC,
					 V9FS_MAGIC,
					 0x00c36400 /* Ceph */};
	struct statfs facts;

	if (statfs(path, &facts) == -1)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if ((unsigned)facts.f_type == kinds[i])
			return true;
	}
	return false;
}

/* Has the directory that `root` is, or lies in, watched. */
static void
watch_root(struct scanner *scanner, const char *root)
{
	char directory[4096];
	struct stat facts;
	const char *slash = strrchr(root, '/');

	if (stat(root, &facts) == 0 && S_ISDIR(facts.st_mode)) {
		scanner->options.on_directory(scanner->options.context, root);
	} else if (slash == NULL) {
		scanner->options.on_directory(scanner->options.context, ".");
	} else if ((size_t)(slash - root) < sizeof(directory) - 1) {
		memcpy(directory, root, (size_t)(slash - root) + 1);
		directory[slash - root + 1] = '\0';
		scanner->options.on_directory(scanner->options.context, directory);
	}
}

/* Lists all roots. A root that cannot be listed is reported when it begins to
   fail and when it works again, not at each look. */
static void
list_roots(struct scanner *scanner, struct image_list *list)
{
	const struct config_list *roots = scanner->options.roots;

	scanner->is_remote = false;
	for (size_t i = 0; i < roots->count; i++) {
		const uint64_t bit = UINT64_C(1) << (i % 64);
		const char *root = roots->items[i];
		int error;

		watch_root(scanner, root);
		scanner->is_remote |= is_remote(root);
		error = image_list_add(list, root);
		if (error < 0 && (scanner->troubles & bit) == 0)
			log_error("images: %s: %s; will look again", root, strerror(-error));
		if (error < 0)
			scanner->troubles |= bit;
		else
			scanner->troubles &= ~bit;
	}
	image_list_finish(list);
}

/* The image of the current catalog that `entry` still is, or NULL. */
static struct image *
find_unchanged(const struct catalog *current, const struct image_list_entry *entry)
{
	struct image_identity identity;
	struct image *image;
	struct stat facts;

	if (current == NULL || stat(entry->path, &facts) == -1)
		return NULL;
	image = catalog_find(current, entry->name, strlen(entry->name));
	if (image == NULL || strcmp(image->path, entry->path) != 0)
		return NULL;
	identity = image_identity_of(&facts);
	return image_identity_equal(&identity, &image->identity) ? image : NULL;
}

/* Whether the file was written to so lately that a fault in it may be only
   that the rest has not arrived. */
static bool
is_being_written(const struct image *image)
{
	bool is_faulty = image->index == NULL || index_volume(image->index)->damage[0] != '\0';

	return is_faulty && image->fd != -1 &&
	       time(NULL) - image->identity.mtime_ns / 1000000000 < SETTLE_S;
}

static void
log_image(const struct image *image)
{
	const struct volume *volume;

	if (image->index == NULL) {
		log_warning("images: %s: not offered: %s", image->path, image->why);
		return;
	}
	volume = index_volume(image->index);
	if (volume->damage[0] != '\0')
		log_warning("images: %s: damaged: %s", image->path, volume->damage);
	log_info("images: %s: %s, %u %s", image->name,
		 image->boot->family != NULL ? image->boot->family : "no known family",
		 image->boot->entry_count, image->boot->entry_count == 1 ? "entry" : "entries");
}

static bool
is_stopping(struct scanner *scanner)
{
	bool result;

	pthread_mutex_lock(&scanner->mutex);
	result = scanner->is_stopping;
	pthread_mutex_unlock(&scanner->mutex);
	return result;
}

static void
gather(struct scanner *scanner, const struct image_list_entry *entry, struct gathering *gathering)
{
	struct image *image = find_unchanged(scanner->current, entry);
	int error;

	if (image != NULL) {
		gathering->images[gathering->count++] = image_ref(image);
		return;
	}
	error = image_open(scanner->reader, scanner->options.recipes, entry->path, entry->name,
			   &image);
	if (error < 0) {
		log_error("images: %s: %s", entry->path, strerror(-error));
		return;
	}
	/* What was interrupted says nothing about the image. */
	if (is_stopping(scanner) || is_being_written(image)) {
		scanner->is_unsettled = true;
		image_unref(image);
		return;
	}
	log_image(image);
	gathering->is_changed = true;
	gathering->images[gathering->count++] = image;
}

/* Says which images are gone. -> whether any is. */
static bool
log_removed(const struct catalog *current, const struct gathering *gathering)
{
	bool any = false;

	for (size_t i = 0; current != NULL && i < current->image_count; i++) {
		const char *name = current->images[i]->name;
		bool is_here = false;

		for (size_t j = 0; j < gathering->count && !is_here; j++)
			is_here = strcmp(gathering->images[j]->name, name) == 0;
		if (!is_here)
			log_info("images: %s: removed", name);
		any |= !is_here;
	}
	return any;
}

/* Finds the loaders, in the system and in these images. */
static int
find_loaders(const struct scanner *scanner, const struct gathering *gathering,
	     struct loaders **ret_loaders)
{
	struct loader_places places = {
		.directory = scanner->options.loaders_directory,
		.root = "",
	};
	struct loader_image *images = calloc(gathering->count + 1, sizeof(*images));
	int error;

	if (images == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < gathering->count; i++) {
		const struct image *image = gathering->images[i];

		if (image->index == NULL)
			continue;
		images[places.image_count++] = (struct loader_image){
			.name = image->name,
			.index = image->index,
			.fd = image->fd,
		};
	}
	places.images = images;
	error = loaders_open(&places, ret_loaders);
	free(images);
	return error;
}

/* Makes a catalog of what was gathered, which it takes over, and hands it on. */
static int
publish(struct scanner *scanner, struct gathering *gathering, bool is_complete)
{
	struct loaders *loaders;
	struct catalog *catalog;
	int error = find_loaders(scanner, gathering, &loaders);

	if (error < 0)
		return error;
	error = catalog_new(gathering->images, gathering->count, loaders, &catalog);
	if (error < 0) {
		loaders_close(loaders);
		return error;
	}
	gathering->count = 0;
	catalog->is_complete = is_complete;
	catalog_unref(scanner->current);
	scanner->current = catalog_ref(catalog);
	scanner->options.on_catalog(scanner->options.context, catalog);
	return 0;
}

static void
scan(struct scanner *scanner)
{
	struct image_list list = {0};
	struct gathering gathering = {0};
	bool is_first = scanner->current == NULL || !scanner->current->is_complete;
	int error = 0;

	scanner->is_unsettled = false;
	list_roots(scanner, &list);
	gathering.images = calloc(list.count + 1, sizeof(struct image *));
	for (size_t i = 0; gathering.images != NULL && i < list.count && !is_stopping(scanner); i++)
		gather(scanner, &list.entries[i], &gathering);
	if (gathering.images == NULL)
		error = -ENOMEM;
	else if (!is_stopping(scanner) &&
		 (log_removed(scanner->current, &gathering) || gathering.is_changed || is_first))
		error = publish(scanner, &gathering, true);
	if (error < 0)
		log_error("images: cannot be offered: %s", strerror(-error));
	for (size_t i = 0; i < gathering.count; i++)
		image_unref(gathering.images[i]);
	free(gathering.images);
	image_list_free(&list);
}

/* Waits until something changed or it is time to look: -> whether to go on. */
static bool
wait_for_change(struct scanner *scanner)
{
	struct timespec until;
	bool goes_on;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec +=
		scanner->is_remote || scanner->is_unsettled ? LOOK_AGAIN_REMOTE_S : LOOK_AGAIN_S;
	pthread_mutex_lock(&scanner->mutex);
	while (!scanner->is_woken && !scanner->is_stopping) {
		if (pthread_cond_timedwait(&scanner->wake, &scanner->mutex, &until) == ETIMEDOUT)
			break;
	}
	scanner->is_woken = false;
	goes_on = !scanner->is_stopping;
	pthread_mutex_unlock(&scanner->mutex);
	return goes_on;
}

static void *
run(void *argument)
{
	struct scanner *scanner = argument;
	struct gathering nothing = {.images = &(struct image *){NULL}};
	int error = publish(scanner, &nothing, false);

	if (error < 0)
		log_error("loaders: %s", strerror(-error));
	do
		scan(scanner);
	while (wait_for_change(scanner));
	return NULL;
}

int
scanner_start(const struct scanner_options *options, struct scanner **ret_scanner)
{
	struct scanner *scanner = calloc(1, sizeof(*scanner));
	pthread_condattr_t attributes;
	int error;

	if (scanner == NULL)
		return -ENOMEM;
	scanner->options = *options;
	error = reader_new(options->program, &scanner->reader);
	if (error < 0) {
		free(scanner);
		return error;
	}
	pthread_mutex_init(&scanner->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&scanner->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	error = pthread_create(&scanner->thread, NULL, run, scanner);
	if (error != 0) {
		reader_free(scanner->reader);
		free(scanner);
		return -error;
	}
	*ret_scanner = scanner;
	return 0;
}

static void
signal_thread(struct scanner *scanner, bool is_stopping)
{
	pthread_mutex_lock(&scanner->mutex);
	scanner->is_woken = true;
	scanner->is_stopping |= is_stopping;
	pthread_cond_signal(&scanner->wake);
	pthread_mutex_unlock(&scanner->mutex);
}

void
scanner_wake(struct scanner *scanner)
{
	signal_thread(scanner, false);
}

void
scanner_stop(struct scanner *scanner)
{
	if (scanner == NULL)
		return;
	signal_thread(scanner, true);
	reader_cancel(scanner->reader);
	pthread_join(scanner->thread, NULL);
	reader_free(scanner->reader);
	catalog_unref(scanner->current);
	pthread_cond_destroy(&scanner->wake);
	pthread_mutex_destroy(&scanner->mutex);
	free(scanner);
}
