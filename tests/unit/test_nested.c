/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of the squashfs images in images: asked for, found out,
 * remembered, and given to all who ask.
 */
#include "nested_unit.h"

enum { FORGIVE_MS = 30 * 1000 }; /* as FORGIVE_AFTER_MS */

static void
what_is_asked_for_is_found_once_it_was_answered(void **state)
{
	struct image *image = make_carriers(1);
	struct index *index = make_squash();
	struct nested_question question;
	struct squash *squash, *other;

	(void)state;
	/* Two ask, one question is put. */
	assert_int_equal(nested_open(nested, image, 2, &squash), -EINPROGRESS);
	assert_int_equal(nested_open(nested, image, 2, &squash), -EINPROGRESS);
	assert_int_equal(nested_open(nested, image, 3, &squash), -EINPROGRESS);
	assert_true(nested_await(nested, &question));
	assert_ptr_equal(question.image, image);
	assert_int_equal(question.node, 2);
	assert_int_equal(question.extent.offset, 16);
	assert_int_equal(question.extent.length, 16);
	nested_answer(nested, &question, 0, index);
	assert_int_equal(answer(0, make_squash()), 3);
	assert_int_equal(nested_open(nested, image, 2, &squash), 0);
	assert_int_equal(nested_open(nested, image, 2, &other), 0);
	assert_ptr_equal(squash, other);
	assert_ptr_equal(squash_index(squash), index);
	assert_int_equal(squash_extent(squash).offset, 16);
	squash_unref(squash);
	squash_unref(other);
	squash_unref(NULL);
	/* An image that is gone is not kept. */
	assert_int_equal(image->references, 1);
	image_unref(image);
}

static void
the_first_asked_for_is_the_first_answered(void **state)
{
	struct image *image = make_carriers(1);

	(void)state;
	for (uint32_t node = 2; node < 10; node++)
		assert_int_equal(open_node(image, node), -EINPROGRESS);
	for (uint32_t node = 2; node < 10; node++)
		assert_int_equal(answer(-EBADMSG, NULL), node);
	image_unref(image);
}

/* Nobody is asked about what the first bytes say already. */
static void
a_file_that_does_not_begin_as_one_is_none(void **state)
{
	struct image *image = make_carriers(1);

	(void)state;
	assert_int_equal(open_node(image, 1), -ENOTDIR);
	assert_int_equal(open_node(image, 0), -ENOTDIR); /* the root directory */
	assert_int_equal(ftruncate(image->fd, 30), 0);
	assert_int_equal(open_node(image, 4), -ENOTDIR);
	assert_int_equal(image->references, 1);
	image_unref(image);
}

static void
another_image_with_the_same_places_is_another(void **state)
{
	struct image *first = make_carriers(1), *second = make_carriers(2);
	struct image *again = make_carriers(1);
	struct squash *squash, *other;

	(void)state;
	assert_int_equal(open_node(first, 2), -EINPROGRESS);
	answer(0, make_squash());
	assert_int_equal(open_node(second, 2), -EINPROGRESS);
	answer(0, make_squash());
	assert_int_equal(nested_open(nested, first, 2, &squash), 0);
	assert_int_equal(nested_open(nested, second, 2, &other), 0);
	assert_ptr_not_equal(squash, other);
	squash_unref(other);
	/* The same file, opened once more by a scan. */
	assert_int_equal(nested_open(nested, again, 2, &other), 0);
	assert_ptr_equal(squash, other);
	squash_unref(other);
	squash_unref(squash);
	image_unref(first);
	image_unref(second);
	image_unref(again);
}

static void
a_refusal_is_remembered_and_forgiven_in_time(void **state)
{
	static const struct {
		int result, expected;
		int after; /* FORGIVE_MS */
	} rows[] = {
		{-EBADMSG, -EBADMSG, -EINPROGRESS},
		{-ETIMEDOUT, -EBADMSG, -EINPROGRESS},
		{-ENOMEM, -EBADMSG, -EINPROGRESS},
		{-ENOTDIR, -ENOTDIR, -ENOTDIR}, /* bytes do not change */
	};
	struct image *image = make_carriers(1);

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		later_ms = 0;
		assert_int_equal(open_node(image, 2 + i), -EINPROGRESS);
		answer(rows[i].result, NULL);
		assert_int_equal(open_node(image, 2 + i), rows[i].expected);
		later_ms = FORGIVE_MS - 2000;
		assert_int_equal(open_node(image, 2 + i), rows[i].expected);
		later_ms = FORGIVE_MS;
		assert_int_equal(open_node(image, 2 + i), rows[i].after);
		if (rows[i].after == -EINPROGRESS)
			assert_int_equal(answer(0, make_squash()), 2 + i);
	}
	assert_int_equal(image->references, 1);
	image_unref(image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_asked_for_is_found_once_it_was_answered),
		TEST(the_first_asked_for_is_the_first_answered),
		TEST(a_file_that_does_not_begin_as_one_is_none),
		TEST(another_image_with_the_same_places_is_another),
		TEST(a_refusal_is_remembered_and_forgiven_in_time),
	};

	return cmocka_run_group_tests_name("nested", tests, NULL, NULL);
}
