/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indexes of squashfs images, on demand: see nested.h.
 *
 * An entry is known by the bytes of its image and its place there, not by a
 * reference to the image, so that a deleted image is not kept alive. One mutex
 * guards the list, held for a walk along it and never while a reader works.
 */
#include "nested.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "image.h"
#include "log.h"
#include "monotonic.h"
#include "reader.h"
#include "stream.h"

enum {
	WANTED_MAX = 64,              /* entries that wait for the reader */
	REFUSED_MAX = 256,            /* entries that are no squashfs, or a bad one */
	BYTES_MAX = 128 << 20,        /* of all indexes */
	FORGIVE_AFTER_MS = 30 * 1000, /* a failure may have been that of a moment */
	PATH_LIMIT = 1024,
};

struct squash {
	atomic_uint references;
	TAILQ_ENTRY(squash) link;
	struct image_identity identity; /* of the image */
	struct extent extent;           /* in the image */
	struct image *image;            /* while it waits for the reader, else NULL */
	uint32_t node;                  /* in the image: for the log */
	int result;                     /* -EINPROGRESS until the reader has answered */
	int64_t answered_at;            /* monotonic ms */
	struct index *index;            /* only with result 0 */
};

struct nested {
	struct reader *reader;
	struct streams *streams;
	void (*on_ready)(void *context);
	void *context;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards what follows, and each entry's result and index */
	pthread_cond_t wake;
	TAILQ_HEAD(squash_list, squash) entries; /* the last used first */
	unsigned wanted_count;
	unsigned refused_count;
	size_t bytes;
	bool is_stopping;
};

/* --- one entry ------------------------------------------------------------- */

const struct index *
squash_index(const struct squash *squash)
{
	return squash->index;
}

struct extent
squash_extent(const struct squash *squash)
{
	return squash->extent;
}

void
squash_unref(struct squash *squash)
{
	if (squash == NULL || atomic_fetch_sub(&squash->references, 1) != 1)
		return;
	index_close(squash->index);
	image_unref(squash->image);
	free(squash);
}

/* --- the list -------------------------------------------------------------- */

static struct squash *
find(const struct nested *nested, const struct image *image, const struct extent *extent)
{
	struct squash *squash;

	TAILQ_FOREACH (squash, &nested->entries, link) {
		if (squash->extent.offset == extent->offset &&
		    squash->extent.length == extent->length &&
		    image_identity_equal(&squash->identity, &image->identity))
			return squash;
	}
	return NULL;
}

static void
move_to_head(struct nested *nested, struct squash *squash)
{
	TAILQ_REMOVE(&nested->entries, squash, link);
	TAILQ_INSERT_HEAD(&nested->entries, squash, link);
}

static void
forget(struct nested *nested, struct squash *squash)
{
	TAILQ_REMOVE(&nested->entries, squash, link);
	if (squash->result == 0)
		nested->bytes -= index_length(squash->index);
	else if (squash->result == -EINPROGRESS)
		nested->wanted_count--;
	else
		nested->refused_count--;
	squash_unref(squash);
}

/* The entry that was not used for longest, of those with an index, or else of
   those that were refused. */
static struct squash *
find_oldest(const struct nested *nested, bool has_index)
{
	struct squash *squash;

	TAILQ_FOREACH_REVERSE(squash, &nested->entries, squash_list, link)
	{
		if (squash->result != -EINPROGRESS && (squash->result == 0) == has_index)
			return squash;
	}
	return NULL;
}

/* Keeps what is remembered within its bounds; an index that breaks them alone
   may stay until the next. */
static void
make_room(struct nested *nested, const struct squash *newest)
{
	while (nested->bytes > BYTES_MAX) {
		struct squash *oldest = find_oldest(nested, true);

		if (oldest == newest)
			break;
		forget(nested, oldest);
	}
	while (nested->refused_count > REFUSED_MAX)
		forget(nested, find_oldest(nested, false));
}

static int
want(struct nested *nested, struct image *image, uint32_t node, const struct extent *extent)
{
	struct squash *squash;

	if (nested->wanted_count >= WANTED_MAX || nested->is_stopping)
		return -EBUSY;
	squash = calloc(1, sizeof(*squash));
	if (squash == NULL)
		return -ENOMEM;
	atomic_init(&squash->references, 1);
	squash->identity = image->identity;
	squash->extent = *extent;
	squash->image = image_ref(image);
	squash->node = node;
	squash->result = -EINPROGRESS;
	TAILQ_INSERT_HEAD(&nested->entries, squash, link);
	nested->wanted_count++;
	pthread_cond_signal(&nested->wake);
	return -EINPROGRESS;
}

static bool
is_forgiven(const struct squash *squash)
{
	return squash->result < 0 && squash->result != -EINPROGRESS && squash->result != -ENOTDIR &&
	       monotonic_ms() - squash->answered_at >= FORGIVE_AFTER_MS;
}

static int
open_extent(struct nested *nested, struct image *image, uint32_t node, const struct extent *extent,
	    struct squash **ret_squash)
{
	struct squash *squash = find(nested, image, extent);

	if (squash != NULL && is_forgiven(squash)) {
		forget(nested, squash);
		squash = NULL;
	}
	if (squash == NULL)
		return want(nested, image, node, extent);
	if (squash->result == -EINPROGRESS)
		return -EINPROGRESS;
	move_to_head(nested, squash);
	if (squash->result < 0)
		return squash->result == -ENOTDIR ? -ENOTDIR : -EBADMSG;
	atomic_fetch_add(&squash->references, 1);
	*ret_squash = squash;
	return 0;
}

int
nested_open(struct nested *nested, struct image *image, uint32_t node, struct squash **ret_squash)
{
	struct extent extent;
	int result = nested_extent(image->index, node, &extent);

	if (result < 0)
		return result;
	pthread_mutex_lock(&nested->mutex);
	result = open_extent(nested, image, node, &extent, ret_squash);
	pthread_mutex_unlock(&nested->mutex);
	return result;
}

/* --- the thread ------------------------------------------------------------ */

static void
log_answer(const struct image *image, uint32_t node, int result, const struct index *index,
	   const char *why, int64_t took_ms)
{
	char path[PATH_LIMIT];

	if (index_path(image->index, node, path, sizeof(path)) < 0)
		path[0] = '\0';
	if (result == -ENOTDIR)
		log_debug("images: %s: %s: not a squashfs", image->name, path);
	else if (result < 0)
		log_warning("images: %s: %s: cannot be opened: %s", image->name, path, why);
	else if (index_volume(index)->damage[0] != '\0')
		log_warning("images: %s: %s: damaged: %s", image->name, path,
			    index_volume(index)->damage);
	else
		log_info("images: %s: %s: opened, %u names in %.2f s", image->name, path,
			 index_node_count(index), (double)took_ms / 1000);
}

/* What the reader has answered about `squash`, under the mutex. */
static struct image *
settle(struct nested *nested, struct squash *squash, int result, struct index *index)
{
	struct image *image = squash->image;

	squash->image = NULL;
	squash->result = result;
	squash->answered_at = monotonic_ms();
	squash->index = index;
	nested->wanted_count--;
	if (result == 0)
		nested->bytes += index_length(index);
	else
		nested->refused_count++;
	move_to_head(nested, squash);
	make_room(nested, squash);
	return image;
}

/* Asks the reader about one entry, which nobody else changes meanwhile. */
static void
answer(struct nested *nested, struct squash *squash)
{
	struct image *image = squash->image;
	struct index *index = NULL;
	int64_t began = monotonic_ms();
	char why[IMAGE_WHY_SIZE] = "";
	int result;

	pthread_mutex_unlock(&nested->mutex);
	result = reader_index_squashfs(nested->reader, image->fd, &squash->extent, &index, why,
				       sizeof(why));
	if (result != -ECANCELED)
		log_answer(image, squash->node, result, index, why, monotonic_ms() - began);
	pthread_mutex_lock(&nested->mutex);
	image = settle(nested, squash, result, index);
	pthread_mutex_unlock(&nested->mutex);
	image_unref(image);
	nested->on_ready(nested->context);
	pthread_mutex_lock(&nested->mutex);
}

/* The entry that waits for longest. */
static struct squash *
find_wanted(const struct nested *nested)
{
	struct squash *squash;

	TAILQ_FOREACH_REVERSE(squash, &nested->entries, squash_list, link)
	{
		if (squash->result == -EINPROGRESS)
			return squash;
	}
	return NULL;
}

static void *
run(void *argument)
{
	struct nested *nested = argument;

	pthread_mutex_lock(&nested->mutex);
	while (!nested->is_stopping) {
		struct squash *squash = find_wanted(nested);

		if (squash != NULL)
			answer(nested, squash);
		else
			pthread_cond_wait(&nested->wake, &nested->mutex);
	}
	pthread_mutex_unlock(&nested->mutex);
	return NULL;
}

int
nested_start(const char *program, void (*on_ready)(void *context), void *context,
	     struct nested **ret_nested)
{
	struct nested *nested = calloc(1, sizeof(*nested));
	int error;

	if (nested == NULL)
		return -ENOMEM;
	nested->on_ready = on_ready;
	nested->context = context;
	TAILQ_INIT(&nested->entries);
	pthread_mutex_init(&nested->mutex, NULL);
	pthread_cond_init(&nested->wake, NULL);
	error = reader_new(program, &nested->reader);
	if (error == 0)
		error = streams_new(program, &nested->streams);
	if (error == 0)
		error = -pthread_create(&nested->thread, NULL, run, nested);
	if (error < 0) {
		nested_free(nested);
		return error;
	}
	*ret_nested = nested;
	return 0;
}

struct streams *
nested_streams(const struct nested *nested)
{
	return nested->streams;
}

void
nested_stop(struct nested *nested)
{
	if (nested == NULL)
		return;
	pthread_mutex_lock(&nested->mutex);
	nested->is_stopping = true;
	pthread_cond_signal(&nested->wake);
	pthread_mutex_unlock(&nested->mutex);
	reader_cancel(nested->reader);
	pthread_join(nested->thread, NULL);
}

void
nested_free(struct nested *nested)
{
	if (nested == NULL)
		return;
	reader_free(nested->reader);
	streams_free(nested->streams);
	while (!TAILQ_EMPTY(&nested->entries))
		forget(nested, TAILQ_FIRST(&nested->entries));
	pthread_cond_destroy(&nested->wake);
	pthread_mutex_destroy(&nested->mutex);
	free(nested);
}
