/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue before the database, and the thread that writes.
 *
 * Two arrays take turns: one is filled while the other is written. What comes
 * in during a commit goes into the next one, so the disk is waited for once for
 * many leases however slow it is.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "hash.h"
#include "privileges.h"
#include "store_file.h"

struct store {
	int folder;
	int fd; /* eventfd */
	char *path;
	uint64_t boot;
	struct store_file *file; /* the writer's once something is queued */
	pthread_t writer;
	pthread_mutex_t mutex; /* for all below */
	pthread_cond_t queued;
	struct store_change *queue, *spare;
	size_t count;                 /* of the queue */
	uint64_t last;                /* ticket that was given */
	struct store_settled settled; /* lost is not 0 until somebody has heard */
	bool is_ending;
};

/* Notes what became of the changes up to `last`; with the mutex held. */
static void
settle(struct store *store, uint64_t last, int error, const char *why)
{
	if (error == 0) {
		store->settled.durable = last;
		return;
	}
	/* What came in meanwhile may rest on what is lost. */
	store->count = 0;
	store->settled.lost = store->last;
	snprintf(store->settled.why, sizeof(store->settled.why), "%s", why);
}

static void *
write_all_queued(void *context)
{
	struct store *store = context;
	char why[STORE_WHY_SIZE];

	privileges_forget(); /* it was begun by a thread that may read every file */
	pthread_mutex_lock(&store->mutex);
	for (;;) {
		struct store_change *changes = store->queue;
		size_t count = store->count;
		uint64_t last = store->last;
		int error;

		if (count == 0 && store->is_ending)
			break;
		if (count == 0) {
			pthread_cond_wait(&store->queued, &store->mutex);
			continue;
		}
		store->queue = store->spare;
		store->spare = changes;
		store->count = 0;
		pthread_mutex_unlock(&store->mutex);
		error = store_file_write(store->file, changes, count, why);
		pthread_mutex_lock(&store->mutex);
		settle(store, last, error, why);
		eventfd_write(store->fd, 1);
	}
	pthread_mutex_unlock(&store->mutex);
	return NULL;
}

/* A number for this boot of the machine; where the kernel does not tell, one
   that no other start has. */
static uint64_t
read_boot(void)
{
	char text[64];
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
	struct timespec now;

	if (fd >= 0)
		close(fd);
	if (length > 0)
		return hash_bytes(HASH_START, text, (size_t)length);
	clock_gettime(CLOCK_REALTIME, &now);
	return hash_bytes(HASH_START, &now, sizeof(now));
}

/* Signals are the main thread's. */
static int
start_writer(struct store *store)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = -pthread_create(&store->writer, NULL, write_all_queued, store);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

static void
free_store(struct store *store)
{
	store_file_close(store->file);
	if (store->fd != -1)
		close(store->fd);
	close(store->folder);
	pthread_mutex_destroy(&store->mutex);
	pthread_cond_destroy(&store->queued);
	free(store->queue);
	free(store->spare);
	free(store->path);
	free(store);
}

int
store_open(int folder, const char *path, struct store **ret_store, char ret_why[STORE_WHY_SIZE])
{
	struct store *store = calloc(1, sizeof(*store));
	int error = -ENOMEM;

	snprintf(ret_why, STORE_WHY_SIZE, "out of memory");
	if (store == NULL) {
		close(folder);
		return -ENOMEM;
	}
	store->folder = folder;
	store->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&store->mutex, NULL);
	pthread_cond_init(&store->queued, NULL);
	store->path = strdup(path);
	store->boot = read_boot();
	store->queue = calloc(STORE_QUEUE_MAX, sizeof(*store->queue));
	store->spare = calloc(STORE_QUEUE_MAX, sizeof(*store->spare));
	if (store->fd != -1 && store->path != NULL && store->queue != NULL && store->spare != NULL)
		error = store_file_open(folder, path, &store->file, ret_why);
	if (error == 0)
		error = start_writer(store);
	if (error < 0) {
		free_store(store);
		return error;
	}
	*ret_store = store;
	return 0;
}

void
store_now(const struct store *store, struct lease_moment *ret_now)
{
	struct timespec up, wall;

	clock_gettime(CLOCK_BOOTTIME, &up);
	clock_gettime(CLOCK_REALTIME, &wall);
	*ret_now = (struct lease_moment){
		.boot = store->boot,
		.up = up.tv_sec,
		.wall = wall.tv_sec,
	};
}

const char *
store_path(const struct store *store)
{
	return store->path;
}

int
store_read_leases(struct store *store, void (*on_lease)(void *context, const struct store_lease *),
		  void *context)
{
	return store_file_read_leases(store->file, on_lease, context);
}

int
store_read_machines(struct store *store,
		    void (*on_machine)(void *context, const struct store_machine *), void *context)
{
	return store_file_read_machines(store->file, on_machine, context);
}

static int
put(struct store *store, const struct store_change *change, uint64_t *ret_ticket)
{
	int error = 0;

	pthread_mutex_lock(&store->mutex);
	if (store->settled.lost != 0)
		error = -EIO;
	else if (store->count == STORE_QUEUE_MAX)
		error = -ENOBUFS;
	if (error == 0) {
		store->queue[store->count++] = *change;
		*ret_ticket = ++store->last;
		pthread_cond_signal(&store->queued);
	}
	pthread_mutex_unlock(&store->mutex);
	return error;
}

int
store_put_lease(struct store *store, const struct store_lease *lease, uint64_t *ret_ticket)
{
	return put(store, &(struct store_change){.kind = STORE_LEASE, .lease = *lease}, ret_ticket);
}

int
store_put_machine(struct store *store, const struct store_machine *machine, uint64_t *ret_ticket)
{
	return put(store, &(struct store_change){.kind = STORE_MACHINE, .machine = *machine},
		   ret_ticket);
}

int
store_fd(const struct store *store)
{
	return store->fd;
}

void
store_settle(struct store *store, struct store_settled *ret_settled)
{
	eventfd_t count;

	pthread_mutex_lock(&store->mutex);
	eventfd_read(store->fd, &count);
	*ret_settled = store->settled;
	if (store->settled.lost != 0)
		store->settled.durable = store->settled.lost;
	store->settled.lost = 0;
	pthread_mutex_unlock(&store->mutex);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	pthread_mutex_lock(&store->mutex);
	store->is_ending = true;
	pthread_cond_signal(&store->queued);
	pthread_mutex_unlock(&store->mutex);
	pthread_join(store->writer, NULL);
	free_store(store);
}
