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
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "image.h"
#include "monotonic.h"
#include "nested_entry.h"
#include "stream.h"

enum {
	WANTED_MAX = 64,              /* entries that wait for the reader */
	REFUSED_MAX = 256,            /* entries that are no squashfs, or a bad one */
	BYTES_MAX = 128 << 20,        /* of all indexes */
	FORGIVE_AFTER_MS = 30 * 1000, /* a failure may have been that of a moment */
};

struct nested {
	struct streams *streams;
	pthread_mutex_t mutex; /* guards what follows, and each entry's result and index */
	pthread_cond_t wake;
	TAILQ_HEAD(squash_list, squash) entries; /* the last used first */
	unsigned wanted_count;
	unsigned refused_count;
	size_t bytes;
	bool is_stopping;
};

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
	struct squash *squash, *oldest = NULL;

	TAILQ_FOREACH (squash, &nested->entries, link) {
		if (squash->result != -EINPROGRESS && (squash->result == 0) == has_index)
			oldest = squash;
	}
	return oldest;
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

/* Most paths that go on behind a file are mistakes: its first bytes say so, and
   nobody who asks for many of them keeps the reader from others. */
static bool
begins_as_squashfs(const struct image *image, const struct extent *extent)
{
	static const char magic[4] = {'h', 's', 'q', 's'};
	char bytes[sizeof(magic)];

	return extent->length >= sizeof(magic) &&
	       pread(image->fd, bytes, sizeof(bytes), (off_t)extent->offset) == sizeof(bytes) &&
	       memcmp(bytes, magic, sizeof(magic)) == 0;
}

int
nested_open(struct nested *nested, struct image *image, uint32_t node, struct squash **ret_squash)
{
	struct extent extent;
	int result = nested_extent(image->index, node, &extent);

	if (result < 0)
		return result;
	if (!begins_as_squashfs(image, &extent))
		return -ENOTDIR;
	pthread_mutex_lock(&nested->mutex);
	result = open_extent(nested, image, node, &extent, ret_squash);
	pthread_mutex_unlock(&nested->mutex);
	return result;
}

/* --- who finds it out ------------------------------------------------------ */

/* The entry that waits for longest. */
static struct squash *
find_wanted(const struct nested *nested)
{
	struct squash *squash, *oldest = NULL;

	TAILQ_FOREACH (squash, &nested->entries, link) {
		if (squash->result == -EINPROGRESS)
			oldest = squash;
	}
	return oldest;
}

bool
nested_await(struct nested *nested, struct nested_question *ret_question)
{
	struct squash *squash = NULL;

	pthread_mutex_lock(&nested->mutex);
	while (!nested->is_stopping && (squash = find_wanted(nested)) == NULL)
		pthread_cond_wait(&nested->wake, &nested->mutex);
	pthread_mutex_unlock(&nested->mutex);
	if (squash == NULL)
		return false;
	/* Nobody else changes an entry that waits. */
	*ret_question = (struct nested_question){
		.squash = squash,
		.image = squash->image,
		.node = squash->node,
		.extent = squash->extent,
	};
	return true;
}

void
nested_answer(struct nested *nested, const struct nested_question *question, int result,
	      struct index *index)
{
	struct squash *squash = question->squash;

	pthread_mutex_lock(&nested->mutex);
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
	pthread_mutex_unlock(&nested->mutex);
	image_unref(question->image);
}

void
nested_stop(struct nested *nested)
{
	pthread_mutex_lock(&nested->mutex);
	nested->is_stopping = true;
	pthread_cond_broadcast(&nested->wake);
	pthread_mutex_unlock(&nested->mutex);
}

/* --- the whole ------------------------------------------------------------- */

int
nested_new(const char *program, struct nested **ret_nested)
{
	struct nested *nested = calloc(1, sizeof(*nested));
	int error;

	if (nested == NULL)
		return -ENOMEM;
	error = streams_new(program, &nested->streams);
	if (error < 0) {
		free(nested);
		return error;
	}
	TAILQ_INIT(&nested->entries);
	pthread_mutex_init(&nested->mutex, NULL);
	pthread_cond_init(&nested->wake, NULL);
	*ret_nested = nested;
	return 0;
}

void
nested_free(struct nested *nested)
{
	struct squash *squash, *next;

	if (nested == NULL)
		return;
	streams_free(nested->streams);
	for (squash = TAILQ_FIRST(&nested->entries); squash != NULL; squash = next) {
		next = TAILQ_NEXT(squash, link);
		squash_unref(squash);
	}
	pthread_cond_destroy(&nested->wake);
	pthread_mutex_destroy(&nested->mutex);
	free(nested);
}

struct streams *
nested_streams(const struct nested *nested)
{
	return nested->streams;
}
