/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Findings: the first thing to mend is the first of the worst, and nothing that
 * came from elsewhere moves a cursor.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "unit.h"

/* What `print` writes; the caller frees. */
static char *
written(const struct findings *findings, void print(const struct findings *, FILE *))
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	print(findings, file);
	fclose(file);
	return text;
}

static void
print_all(const struct findings *findings, FILE *file)
{
	findings_print(findings, 0, file);
}

static void
print_json(const struct findings *findings, FILE *file)
{
	assert_int_equal(findings_print_json(findings, file), 0);
}

static void
nothing_found_is_well(void **state)
{
	struct findings findings = {0};
	char *text = written(&findings, findings_conclude);

	(void)state;
	assert_true(findings_are_well(&findings));
	assert_null(findings_first(&findings));
	assert_string_equal(text, "\nAll is well.\n");
	free(text);
}

static void
what_could_not_be_seen_is_said(void **state)
{
	struct findings findings = {0};
	char *text;

	(void)state;
	findings_add(&findings, "ports", "69/udp", FINDING_UNKNOWN, "not root");
	text = written(&findings, findings_conclude);
	assert_true(findings_are_well(&findings));
	assert_string_equal(text, "\nAll is well as far as could be seen; what could not has a "
				  "'?'.\n");
	free(text);
	findings_free(&findings);
}

static void
the_first_of_the_worst_is_mended_first(void **state)
{
	struct findings findings = {0};
	char *text;

	(void)state;
	findings_add(&findings, "images", "a.iso", FINDING_WARN, "cut off");
	findings_add(&findings, "ports", "69/udp", FINDING_FAIL, "held");
	findings_fix(&findings, "systemctl stop %s", "tftpd");
	findings_add(&findings, "boots", "BIOS", FINDING_FAIL, "no answer");
	assert_false(findings_are_well(&findings));
	assert_string_equal(findings_first(&findings)->what, "69/udp");
	text = written(&findings, findings_conclude);
	assert_string_equal(text, "\nFirst mend this: ports 69/udp: systemctl stop tftpd\n");
	free(text);
	findings_free(&findings);
}

static void
a_warning_alone_is_well_but_told(void **state)
{
	struct findings findings = {0};
	char *text;

	(void)state;
	findings_add(&findings, "images", "a.iso", FINDING_WARN, "cut off");
	text = written(&findings, findings_conclude);
	assert_true(findings_are_well(&findings));
	assert_string_equal(text,
			    "\nNothing is wrong for certain. Look at: images a.iso: cut off\n");
	free(text);
	findings_free(&findings);
}

static void
each_topic_has_one_heading_and_names_are_escaped(void **state)
{
	struct findings findings = {0};
	char *text;

	(void)state;
	findings_add(&findings, "ports", "67/udp", FINDING_OK, "held by %s", "a\033[2Jb");
	findings_add(&findings, "ports", "69/udp", FINDING_FAIL, "free");
	findings_fix(&findings, "start it\n");
	text = written(&findings, print_all);
	assert_string_equal(text, "ports\n"
				  "  ok    67/udp           held by a\\x1b[2Jb\n"
				  "  FAIL  69/udp           free\n"
				  "                         -> start it\\x0a\n");
	free(text);
	findings_free(&findings);
}

static void
json_has_all_of_it(void **state)
{
	struct findings findings = {0};
	const json_t *item;
	json_t *all;
	char *text;

	(void)state;
	findings_add(&findings, "ports", "69/udp", FINDING_FAIL, "held by \"x\"");
	findings_fix(&findings, "stop it");
	text = written(&findings, print_json);
	all = json_loads(text, 0, NULL);
	assert_non_null(all);
	assert_true(json_is_false(json_object_get(all, "well")));
	assert_string_equal(json_string_value(json_object_get(all, "first")), "stop it");
	item = json_array_get(json_object_get(all, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(item, "state")), "fail");
	assert_string_equal(json_string_value(json_object_get(item, "text")), "held by \"x\"");
	json_decref(all);
	free(text);
	findings_free(&findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_found_is_well),
		cmocka_unit_test(what_could_not_be_seen_is_said),
		cmocka_unit_test(the_first_of_the_worst_is_mended_first),
		cmocka_unit_test(a_warning_alone_is_well_but_told),
		cmocka_unit_test(each_topic_has_one_heading_and_names_are_escaped),
		cmocka_unit_test(json_has_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
