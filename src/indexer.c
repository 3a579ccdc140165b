/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The indexer: see indexer.h.
 */
#include "indexer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "image.h"
#include "index.h"
#include "log.h"
#include "monotonic.h"
#include "nested.h"
#include "privileges.h"
#include "reader.h"

enum { PATH_LIMIT = 1024 };

struct indexer {
	struct nested *nested;
	struct reader *reader;
	void (*on_answer)(void *context);
	void *context;
	pthread_t thread;
};

/* What was found out, and how. */
struct finding {
	int result;
	struct index *index;
	char why[IMAGE_WHY_SIZE];
	int64_t took_ms;
};

static void
log_finding(const struct nested_question *question, const struct finding *finding)
{
	const char *name = question->image->name;
	char path[PATH_LIMIT];

	if (index_path(question->image->index, question->node, path, sizeof(path)) < 0)
		path[0] = '\0';
	if (finding->result == -ENOTDIR)
		log_debug("images: %s: %s: not a squashfs", name, path);
	else if (finding->result < 0)
		log_warning("images: %s: %s: cannot be opened: %s", name, path, finding->why);
	else if (index_volume(finding->index)->damage[0] != '\0')
		log_warning("images: %s: %s: damaged: %s", name, path,
			    index_volume(finding->index)->damage);
	else
		log_info("images: %s: %s: opened, %u names in %.2f s", name, path,
			 index_node_count(finding->index) - 1, (double)finding->took_ms / 1000);
}

static void *
run(void *argument)
{
	struct indexer *indexer = argument;
	struct nested_question question;

	privileges_forget();
	while (nested_await(indexer->nested, &question)) {
		struct finding finding = {0};
		int64_t began = monotonic_ms();

		finding.result =
			reader_index_squashfs(indexer->reader, question.image->fd, &question.extent,
					      &finding.index, finding.why, sizeof(finding.why));
		finding.took_ms = monotonic_ms() - began;
		if (finding.result != -ECANCELED)
			log_finding(&question, &finding);
		nested_answer(indexer->nested, &question, finding.result, finding.index);
		indexer->on_answer(indexer->context);
	}
	return NULL;
}

int
indexer_start(struct nested *nested, const char *program, void (*on_answer)(void *context),
	      void *context, struct indexer **ret_indexer)
{
	struct indexer *indexer = calloc(1, sizeof(*indexer));
	int error;

	if (indexer == NULL)
		return -ENOMEM;
	indexer->nested = nested;
	indexer->on_answer = on_answer;
	indexer->context = context;
	error = reader_new(program, &indexer->reader);
	if (error == 0)
		error = -pthread_create(&indexer->thread, NULL, run, indexer);
	if (error < 0) {
		reader_free(indexer->reader);
		free(indexer);
		return error;
	}
	*ret_indexer = indexer;
	return 0;
}

void
indexer_stop(struct indexer *indexer)
{
	if (indexer == NULL)
		return;
	nested_stop(indexer->nested);
	reader_cancel(indexer->reader);
	pthread_join(indexer->thread, NULL);
	reader_free(indexer->reader);
	free(indexer);
}
