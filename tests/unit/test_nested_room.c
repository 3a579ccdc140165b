/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of the squashfs images in images has its bounds, and threads
 * share it.
 */
#include <pthread.h>

#include "nested_unit.h"

enum {
	QUESTIONS_MAX = 64,   /* as WANTED_MAX */
	LARGE_NODES = 120000, /* make an index of more than 33 MiB: four break the bounds */
};

static void
refusals_are_bounded(void **state)
{
	struct image *image = make_carriers(1);

	(void)state;
	for (uint32_t node = 2; node <= CARRIERS; node++) {
		assert_int_equal(open_node(image, node), -EINPROGRESS);
		answer(-EBADMSG, NULL);
		assert_int_equal(open_node(image, 2), -EBADMSG); /* used all the time */
	}
	/* The last 256, of which one is the second. */
	assert_int_equal(open_node(image, CARRIERS), -EBADMSG);
	assert_int_equal(open_node(image, CARRIERS - 254), -EBADMSG);
	assert_int_equal(open_node(image, CARRIERS - 255), -EINPROGRESS);
	answer(-EBADMSG, NULL);
	image_unref(image);
}

static void
no_more_than_64_wait_and_none_once_it_is_stopped(void **state)
{
	struct image *image = make_carriers(1);
	struct nested_question question;

	(void)state;
	for (uint32_t node = 2; node < 2 + QUESTIONS_MAX; node++)
		assert_int_equal(open_node(image, node), -EINPROGRESS);
	assert_int_equal(open_node(image, 2 + QUESTIONS_MAX), -EBUSY);
	assert_int_equal(open_node(image, 2), -EINPROGRESS);
	assert_int_equal(answer(0, make_squash()), 2);
	assert_int_equal(open_node(image, 2 + QUESTIONS_MAX), -EINPROGRESS);
	assert_int_equal(open_node(image, 3 + QUESTIONS_MAX), -EBUSY);
	assert_int_equal(answer(0, make_squash()), 3);
	nested_stop(nested);
	assert_int_equal(open_node(image, 3 + QUESTIONS_MAX), -EBUSY);
	assert_int_equal(open_node(image, 2), 0);
	assert_false(nested_await(nested, &question));
	/* Those that still wait hold the image until the end. */
	nested_free(nested);
	assert_int_equal(image->references, 1);
	image_unref(image);
	assert_int_equal(nested_new("/nonexistent", &nested), 0);
}

/* Four do not fit: the one that was not used for longest is forgotten, and stays
   good for who holds it. */
static void
indexes_are_bounded_by_their_bytes(void **state)
{
	struct image *image = make_carriers(1);
	int fd = write_squash(LARGE_NODES);
	struct squash *held;

	(void)state;
	for (uint32_t node = 2; node < 5; node++) {
		assert_int_equal(open_node(image, node), -EINPROGRESS);
		answer(0, map_squash(fd));
	}
	assert_int_equal(open_node(image, 5), -EINPROGRESS);
	assert_int_equal(open_node(image, 2), 0);
	assert_int_equal(nested_open(nested, image, 3, &held), 0);
	assert_int_equal(open_node(image, 4), 0);
	assert_int_equal(open_node(image, 2), 0);
	/* A refusal takes no index's place. */
	answer(-EBADMSG, NULL);
	for (uint32_t node = 2; node < 5; node++)
		assert_int_equal(open_node(image, node), 0);
	assert_int_equal(open_node(image, 6), -EINPROGRESS);
	answer(0, map_squash(fd));
	assert_int_equal(open_node(image, 2), -EINPROGRESS);
	answer(0, map_squash(fd));
	assert_int_equal(open_node(image, 3), -EINPROGRESS);
	assert_int_equal(index_node_count(squash_index(held)), LARGE_NODES + 1);
	assert_int_equal(index_name(squash_index(held), LARGE_NODES)[8], 'n');
	squash_unref(held);
	answer(-EBADMSG, NULL);
	image_unref(image);
	close(fd);
}

/* One that breaks the bounds alone can be used until another comes. */
static void
an_index_that_is_too_large_alone_is_used_all_the_same(void **state)
{
	struct image *image = make_carriers(1);
	int fd = write_squash(4 * LARGE_NODES);

	(void)state;
	assert_int_equal(open_node(image, 2), -EINPROGRESS);
	answer(0, map_squash(fd));
	assert_int_equal(open_node(image, 2), 0);
	assert_int_equal(open_node(image, 3), -EINPROGRESS);
	answer(0, map_squash(fd));
	assert_int_equal(open_node(image, 3), 0);
	assert_int_equal(open_node(image, 2), -EINPROGRESS);
	answer(-EBADMSG, NULL);
	close(fd);
	image_unref(image);
}

static void *
answer_all(void *argument)
{
	struct nested_question question;
	int fd = write_squash(3);

	(void)argument;
	for (unsigned i = 0; nested_await(nested, &question); i++) {
		if (i % 3 == 0)
			nested_answer(nested, &question, -ENOTDIR, NULL);
		else
			nested_answer(nested, &question, 0, map_squash(fd));
	}
	close(fd);
	return NULL;
}

static void *
ask_much(void *argument)
{
	for (uint32_t i = 0; i < 20000; i++) {
		struct squash *squash;

		if (nested_open(nested, argument, 2 + i * 7 % (CARRIERS - 2), &squash) == 0) {
			assert_int_equal(index_node_count(squash_index(squash)), 4);
			squash_unref(squash);
		}
	}
	return NULL;
}

/* For ThreadSanitizer, above all. */
static void
threads_share_what_is_known(void **state)
{
	struct image *image = make_carriers(1);
	pthread_t indexer, workers[3];

	(void)state;
	pthread_create(&indexer, NULL, answer_all, NULL);
	for (unsigned i = 0; i < 3; i++)
		pthread_create(&workers[i], NULL, ask_much, image);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(workers[i], NULL);
	nested_stop(nested);
	pthread_join(indexer, NULL);
	nested_free(nested);
	assert_int_equal(image->references, 1);
	image_unref(image);
	assert_int_equal(nested_new("/nonexistent", &nested), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(refusals_are_bounded),
		TEST(no_more_than_64_wait_and_none_once_it_is_stopped),
		TEST(indexes_are_bounded_by_their_bytes),
		TEST(an_index_that_is_too_large_alone_is_used_all_the_same),
		TEST(threads_share_what_is_known),
	};

	return cmocka_run_group_tests_name("nested_room", tests, NULL, NULL);
}
