/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scanner: list the directories, keep the images whose bytes are the same,
 * open the others, and publish a new catalog when anything differs.
 */
#include "scanner.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "boot.h"
#include "catalog.h"
#include "companion.h"
#include "image.h"
#include "image_list.h"
#include "index.h"
#include "loader.h"
#include "log.h"
#include "monotonic.h"
#include "privileges.h"
#include "reader.h"
#include "roots.h"

enum {
	LOOK_AGAIN_S = 30,       /* when nothing says that anything changed */
	LOOK_AGAIN_REMOTE_S = 1, /* where changes are not announced */
	SETTLE_S = 2,            /* a young file that cannot be read is still being written */
	PUBLISH_MS = 1000,       /* while images are read, what is there is shown this often */
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
	struct roots roots;
	int64_t published_at; /* milliseconds, CLOCK_MONOTONIC */
	bool is_unsettled;    /* a file is still being written */
};

/* One scan: the images that there should be, and those there are so far. */
struct gathering {
	struct image_list list;
	struct image **images; /* one a list entry; NULL: not read, or not yet whole */
	bool is_changed;       /* not the same as in the current catalog */
};

/* The image of the current catalog that `entry` still is, with the folder beside
   it, or NULL. That is watched from now on, whatever comes out. */
static struct image *
find_unchanged(const struct scanner *scanner, const struct image_list_entry *entry)
{
	const struct scanner_options *options = &scanner->options;
	const struct catalog *current = scanner->current;
	uint64_t companion =
		image_companion_identity(entry->path, options->on_directory, options->context);
	struct image_identity identity;
	struct image *image;
	struct stat facts;

	if (current == NULL || stat(entry->path, &facts) == -1)
		return NULL;
	image = catalog_find(current, entry->name, strlen(entry->name));
	if (image == NULL || strcmp(image->path, entry->path) != 0 ||
	    image->companion_identity != companion)
		return NULL;
	identity = image_identity_of(&facts);
	return image_identity_equal(&identity, &image->identity) ? image : NULL;
}

/* Whether the file was written to so lately that a fault in it may be only
   that the rest has not arrived. A time in the future says nothing. */
static bool
is_being_written(const struct image *image)
{
	bool is_faulty = image->index == NULL || index_volume(image->index)->damage[0] != '\0';
	int64_t age = time(NULL) - image->identity.mtime_ns / 1000000000;

	return is_faulty && image->identity.inode != 0 && age >= 0 && age < SETTLE_S;
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
	for (const struct entry_note *problem = image->boot->problems; problem != NULL;
	     problem = problem->next)
		log_warning("images: %s: %s", image->name, problem->text);
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

/* Opens the image of one list entry: NULL when it cannot be said yet what it
   is, or for want of memory. */
static struct image *
open_entry(struct scanner *scanner, const struct image_list_entry *entry)
{
	struct image *image;
	int error = image_open(scanner->reader, scanner->options.recipes, entry->path, entry->name,
			       &image);

	if (error < 0) {
		log_error("images: %s: %s", entry->path, strerror(-error));
		return NULL;
	}
	/* What was interrupted says nothing about the image. */
	if (is_stopping(scanner) || is_being_written(image)) {
		scanner->is_unsettled = true;
		image_unref(image);
		return NULL;
	}
	log_image(image);
	return image;
}

/* Says which images of the current catalog are gone. -> whether any is. */
static bool
log_removed(const struct catalog *current, const struct image_list *list)
{
	bool any = false;

	for (size_t i = 0; current != NULL && i < current->image_count; i++) {
		const char *name = current->images[i]->name;
		bool is_here = false;

		for (size_t j = 0; j < list->count && !is_here; j++)
			is_here = strcmp(list->entries[j].name, name) == 0;
		if (!is_here)
			log_info("images: %s: removed", name);
		any |= !is_here;
	}
	return any;
}

/* Finds the loaders, in the system and in these images. */
static int
find_loaders(const struct scanner *scanner, struct image *const *images, size_t count,
	     struct loaders **ret_loaders)
{
	struct loader_image *carriers = calloc(count + 1, sizeof(*carriers));
	struct loader_places places = {
		.directory = scanner->options.loaders_directory,
		.root = "",
		.images = carriers,
	};
	int error;

	if (carriers == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (images[i]->index == NULL)
			continue;
		carriers[places.image_count++] = (struct loader_image){
			.name = images[i]->name,
			.index = images[i]->index,
			.fd = images[i]->fd,
		};
	}
	error = loaders_open(&places, ret_loaders);
	free(carriers);
	return error;
}

/* Makes a catalog of `count` images and hands it on. */
static int
publish_images(struct scanner *scanner, struct image *const *images, size_t count, bool is_complete)
{
	struct loaders *loaders;
	struct catalog *catalog;
	int error = find_loaders(scanner, images, count, &loaders);

	if (error < 0)
		return error;
	error = catalog_new(images, count, loaders, &catalog);
	if (error < 0) {
		loaders_close(loaders);
		return error;
	}
	for (size_t i = 0; i < count; i++)
		image_ref(images[i]);
	catalog->is_complete = is_complete;
	catalog_unref(scanner->current);
	scanner->current = catalog_ref(catalog);
	scanner->published_at = monotonic_ms();
	scanner->options.on_catalog(scanner->options.context, catalog);
	return 0;
}

/* Publishes what was gathered so far. */
static void
publish(struct scanner *scanner, struct gathering *gathering, bool is_complete)
{
	struct image **images = calloc(gathering->list.count + 1, sizeof(struct image *));
	size_t count = 0;
	int error = -ENOMEM;

	for (size_t i = 0; images != NULL && i < gathering->list.count; i++) {
		if (gathering->images[i] != NULL)
			images[count++] = gathering->images[i];
	}
	if (images != NULL)
		error = publish_images(scanner, images, count, is_complete);
	if (error < 0)
		log_error("images: cannot be offered: %s", strerror(-error));
	gathering->is_changed = false;
	free(images);
}

/* Gathers the images of the list: first those that are known, then, one by
   one, those that must be read. What is there is shown meanwhile: a slow or
   hostile image delays those behind it, never those before it. */
static void
gather(struct scanner *scanner, struct gathering *gathering, bool is_first)
{
	for (size_t i = 0; i < gathering->list.count; i++) {
		struct image *image = find_unchanged(scanner, &gathering->list.entries[i]);

		gathering->images[i] = image != NULL ? image_ref(image) : NULL;
	}
	for (size_t i = 0; i < gathering->list.count && !is_stopping(scanner); i++) {
		if (gathering->images[i] != NULL)
			continue;
		gathering->images[i] = open_entry(scanner, &gathering->list.entries[i]);
		gathering->is_changed |= gathering->images[i] != NULL;
		if (gathering->is_changed && monotonic_ms() - scanner->published_at >= PUBLISH_MS)
			publish(scanner, gathering, !is_first);
	}
}

static void
scan(struct scanner *scanner)
{
	struct gathering gathering = {0};
	bool is_first = scanner->current == NULL || !scanner->current->is_complete;

	scanner->is_unsettled = false;
	roots_list(&scanner->roots, &gathering.list);
	gathering.images = calloc(gathering.list.count + 1, sizeof(struct image *));
	if (gathering.images == NULL) {
		log_error("images: cannot be looked at: %s", strerror(ENOMEM));
		image_list_free(&gathering.list);
		return;
	}
	gathering.is_changed = log_removed(scanner->current, &gathering.list);
	gather(scanner, &gathering, is_first);
	if (!is_stopping(scanner) && (gathering.is_changed || is_first))
		publish(scanner, &gathering, true);
	for (size_t i = 0; i < gathering.list.count; i++)
		image_unref(gathering.images[i]);
	free(gathering.images);
	image_list_free(&gathering.list);
}

/* Waits until something changed or it is time to look: -> whether to go on. */
static bool
wait_for_change(struct scanner *scanner)
{
	struct timespec until;
	bool goes_on;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += scanner->roots.is_remote || scanner->is_unsettled ? LOOK_AGAIN_REMOTE_S
									  : LOOK_AGAIN_S;
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
	int error;

	privileges_read_all(true);
	error = publish_images(scanner, NULL, 0, false);
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
	scanner->roots = (struct roots){
		.paths = options->roots,
		.on_directory = options->on_directory,
		.context = options->context,
	};
	error = reader_new(options->program, &scanner->reader);
	if (error < 0) {
		free(scanner);
		return error;
	}
	reader_set_cache(scanner->reader, options->cache, false);
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
