/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout of an image's own menu: one that fits stays as it is, another is
 * changed until each entry and its help can be seen. vesamenu.c32 believes every
 * number, and a box too narrow for a title hangs it.
 */
#include "unit.h"

#include <string.h>

#include "look.h"

enum { COLUMNS = 78, ROWS = 28 /* of 640x480 pixels */ };

struct setting {
	enum look_number number;
	int value;
};

struct row {
	const char *name;
	struct setting settings[6];
	const char *why; /* in what is said; NULL: nothing */
	struct setting expected[6];
};

/* A list ends where a value is END; 0 is a value. */
enum { END = 9999 };
#define LAST                                                                                       \
	{                                                                                          \
		LOOK_NUMBERS, END                                                                  \
	}

static const struct row rows[] = {
	{"nothing set",
	 {LAST},
	 NULL,
	 {{LOOK_WIDTH, COLUMNS},
	  {LOOK_MARGIN, 10},
	  {LOOK_ROWS, 12},
	  {LOOK_HELPMSGENDROW, 27},
	  LAST}},
	{"all that fits stays",
	 {{LOOK_ROWS, 8},
	  {LOOK_VSHIFT, 2},
	  {LOOK_TIMEOUTROW, 15},
	  {LOOK_TABMSGROW, 13},
	  {LOOK_HELPMSGROW, 17},
	  LAST},
	 NULL,
	 {{LOOK_ROWS, 8}, {LOOK_VSHIFT, 2}, {LOOK_TABMSGROW, 13}, {LOOK_HELPMSGROW, 17}, LAST}},
	{"messages above the box",
	 {{LOOK_VSHIFT, 5},
	  {LOOK_ROWS, 10},
	  {LOOK_TABMSGROW, -4},
	  {LOOK_HELPMSGROW, 18},
	  {LOOK_TIMEOUTROW, 16},
	  LAST},
	 "placed below the entries",
	 {{LOOK_TABMSGROW, 15}, {LOOK_TIMEOUTROW, 16}, {LOOK_HELPMSGROW, 17}, LAST}},
	{"Debian's installer",
	 {{LOOK_VSHIFT, 8}, {LOOK_ROWS, 12}, {LOOK_HSHIFT, 7}, {LOOK_WIDTH, 61}, LAST},
	 "entries scroll",
	 {{LOOK_ROWS, 11},
	  {LOOK_TABMSGROW, 16},
	  {LOOK_HELPMSGROW, 18},
	  {LOOK_HELPMSGENDROW, ROWS},
	  {LOOK_WIDTH, 61},
	  LAST}},
	{"wider than the screen",
	 {{LOOK_WIDTH, 120}, {LOOK_MARGIN, 4}, {LOOK_HSHIFT, 3}, LAST},
	 NULL,
	 {{LOOK_WIDTH, COLUMNS + 4 - 3}, LAST}},
	{"no room for a title",
	 {{LOOK_WIDTH, 30}, {LOOK_MARGIN, 14}, LAST},
	 "placed anew",
	 {{LOOK_WIDTH, COLUMNS}, {LOOK_MARGIN, 10}, LAST}},
	{"below the screen",
	 {{LOOK_VSHIFT, 25}, LAST},
	 "placed anew",
	 {{LOOK_VSHIFT, 0}, {LOOK_ROWS, 12}, LAST}},
	{"one row", {{LOOK_ROWS, 1}, LAST}, "scroll", {{LOOK_ROWS, 5}, LAST}},
	{"help upon the entries",
	 {{LOOK_HELPMSGROW, 10}, LAST},
	 "placed below",
	 {{LOOK_HELPMSGROW, 19}, {LOOK_TABMSGROW, 17}, LAST}},
	{"a message within the help",
	 {{LOOK_TABMSGROW, 23}, LAST},
	 "placed below",
	 {{LOOK_TABMSGROW, 17}, LAST}},
	{"help of two lines",
	 {{LOOK_HELPMSGENDROW, 23}, LAST},
	 "placed below",
	 {{LOOK_HELPMSGENDROW, ROWS}, LAST}},
	{"a password beside the screen",
	 {{LOOK_PASSWORDROW, 27}, {LOOK_PASSWORDMARGIN, 60}, {LOOK_ENDROW, 90}, LAST},
	 NULL,
	 {{LOOK_PASSWORDROW, 4}, {LOOK_PASSWORDMARGIN, 3}, {LOOK_ENDROW, ROWS}, LAST}},
};

static void
layout_leaves_room_for_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct look look = {0};
		const char *why;

		for (const struct setting *s = rows[i].settings; s->value != END; s++) {
			look.numbers[s->number] = s->value;
			look.has_number[s->number] = true;
		}
		why = look_arrange(&look);
		if (rows[i].why == NULL ? why != NULL
					: why == NULL || strstr(why, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].name, why != NULL ? why : "nothing was said");
		for (const struct setting *s = rows[i].expected; s->value != END; s++) {
			if (look.numbers[s->number] != s->value)
				fail_msg("%s: %s is %d", rows[i].name, look_number_word(s->number),
					 look.numbers[s->number]);
		}
	}
}

static bool
is_beside_box(const int *n, int first, int last)
{
	return first >= 1 && last <= ROWS &&
	       (last <= n[LOOK_VSHIFT] || first > n[LOOK_VSHIFT] + 4 + n[LOOK_ROWS]);
}

/* Whatever the numbers are, what comes out can be drawn. */
static void
any_layout_comes_out_whole(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200000; round++) {
		struct look look = {0};
		const int *n = look.numbers;
		int shift, help;

		for (unsigned i = 0; i < LOOK_NUMBERS; i++) {
			seed = seed * 1103515245 + 12345;
			look.has_number[i] = (seed >> 16 & 1) != 0;
			seed = seed * 1103515245 + 12345;
			look.numbers[i] = (int)(seed >> 16) % 401 - 200;
			if ((round & 1) != 0)
				look.numbers[i] /= 8;
		}
		look_arrange(&look);
		shift = n[LOOK_VSHIFT];
		help = n[LOOK_HELPMSGROW] + shift;
		assert_true(n[LOOK_WIDTH] - 2 * n[LOOK_MARGIN] - 4 >= 24);
		assert_true(n[LOOK_HSHIFT] + n[LOOK_WIDTH] - n[LOOK_MARGIN] <= COLUMNS);
		assert_true(shift >= 0 && n[LOOK_ROWS] >= 5);
		assert_true(shift + 4 + n[LOOK_ROWS] < ROWS);
		assert_true(is_beside_box(n, help, n[LOOK_HELPMSGENDROW]));
		assert_true(n[LOOK_HELPMSGENDROW] - help >= 2);
		assert_true(is_beside_box(n, n[LOOK_TABMSGROW] + shift, n[LOOK_TABMSGROW] + shift));
		assert_true(
			is_beside_box(n, n[LOOK_CMDLINEROW] + shift, n[LOOK_CMDLINEROW] + shift));
		assert_true(
			is_beside_box(n, n[LOOK_TIMEOUTROW] + shift, n[LOOK_TIMEOUTROW] + shift));
		assert_true(n[LOOK_PASSWORDROW] >= 1 && n[LOOK_PASSWORDROW] + shift + 2 <= ROWS);
		assert_true(n[LOOK_WIDTH] - 2 * n[LOOK_PASSWORDMARGIN] - 5 >= 16);
		assert_true(n[LOOK_WIDTH] - n[LOOK_PASSWORDMARGIN] <= COLUMNS);
		assert_true(n[LOOK_ENDROW] >= 1 && n[LOOK_ENDROW] <= ROWS);
	}
}

static void
larger_screen_has_more_room(void **state)
{
	struct look look = {.width = 800, .height = 600};

	(void)state;
	look.numbers[LOOK_ROWS] = 20;
	look.has_number[LOOK_ROWS] = true;
	look_arrange(&look);
	assert_int_equal(look.numbers[LOOK_WIDTH], 98);
	assert_int_equal(look.numbers[LOOK_ROWS], 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout_leaves_room_for_all),
		cmocka_unit_test(any_layout_comes_out_whole),
		cmocka_unit_test(larger_screen_has_more_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
