/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The styles of a proxy: what a machine is offered after what it did. What
 * breaks without it: firmware that knows only one of them never boots.
 *
 * A life of a machine is written as words, one for each thing that happens:
 *
 *	N  it is offered a style in a new attempt    f  it fetches its loader
 *	r  it asks again in the same attempt         R  the daemon restarts
 */
#include <errno.h>
#include <string.h>

#include "dhcp_style.h"
#include "unit.h"

struct kind {
	const char *name;
	struct policy_machine machine;
	bool has_4011;
	enum dhcp_style first;
};

static const struct kind kinds[] = {
	{"BIOS", {.protocol = POLICY_PXE, .arch = 0}, true, DHCP_STYLE_NONE},
	{"BIOS without 4011", {.protocol = POLICY_PXE, .arch = 0}, false, DHCP_STYLE_NONE},
	{"UEFI x64", {.protocol = POLICY_PXE, .arch = 7}, true, DHCP_STYLE_4011},
	{"UEFI x64 as 9", {.protocol = POLICY_PXE, .arch = 9}, true, DHCP_STYLE_4011},
	{"UEFI ARM64", {.protocol = POLICY_PXE, .arch = 11}, true, DHCP_STYLE_4011},
	{"UEFI without 4011", {.protocol = POLICY_PXE, .arch = 7}, false, DHCP_STYLE_DIRECT},
	{"UEFI over HTTP", {.protocol = POLICY_HTTP, .arch = 16}, true, DHCP_STYLE_NONE},
	{"iPXE", {.protocol = POLICY_PXE, .arch = 7, .is_ipxe = true}, true, DHCP_STYLE_NONE},
	{"U-Boot", {.protocol = POLICY_PXE, .arch = 22}, true, DHCP_STYLE_DIRECT},
	{"unknown", {.protocol = POLICY_PXE, .arch = 999}, true, DHCP_STYLE_DIRECT},
};

static void
each_firmware_begins_with_its_style(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (dhcp_style_first(&kinds[i].machine, kinds[i].has_4011) != kinds[i].first)
			fail_msg("%s", kinds[i].name);
}

struct life {
	const char *name;
	const char *events;
	const char *offers; /* 4: 4011, d: direct; one for each N and r */
};

static const struct life lives[] = {
	{"it ignores the first style", "NN", "4d"},
	{"it ignores both", "NNNNN", "4d4d4"},
	{"it asks several times", "NrrrN", "4444d"},
	{"the first works", "NfNfNf", "444"},
	{"only the second works", "NNfNfNf", "4ddd"},
	{"a year, then it is switched off once", "NfNfNNfNf", "44444"},
	{"the second worked, it is switched off once", "NNfNNfNf", "4dddd"},
	{"it is switched off three times", "NfNNNNf", "444d4"},
	{"its firmware is replaced", "NfNNNfNfNNf", "444dddd"},
	{"its firmware knows neither any more", "NfNNNNNNNNN", "444d44d44d"},
	{"it is fetched twice", "NffNN", "444"},
	{"a restart after the second worked", "NNfRNf", "4dd"},
	{"a restart after the first failed", "NRN", "4d"},
	{"a restart between the offer and the fetch", "NNRfN", "4dd"},
	{"nothing was offered", "fN", "4"},
};

static void
live(const struct life *life)
{
	struct dhcp_style_memory memory = {0};
	struct dhcp_style_request request = {.now = 1000};
	const char *offer = life->offers;

	for (const char *event = life->events; *event != '\0'; event++) {
		enum dhcp_style style;
		bool is_new;

		request.now += 5;
		if (*event == 'f') {
			dhcp_style_note_fetch(&memory);
			continue;
		}
		if (*event == 'R') {
			memory = (struct dhcp_style_memory){.worked = memory.worked,
							    .offered = memory.offered,
							    .misses = memory.misses};
			continue;
		}
		request.xid += *event == 'N';
		style = dhcp_style_choose(&memory, &request, DHCP_STYLE_NONE, &is_new);
		if ((style == DHCP_STYLE_4011 ? '4' : 'd') != *offer)
			fail_msg("%s: event %zu: %s", life->name, event - life->events,
				 dhcp_style_name(style));
		if (is_new != (*event == 'N'))
			fail_msg("%s: event %zu: new: %d", life->name, event - life->events,
				 is_new);
		offer++;
	}
	assert_int_equal(*offer, '\0');
}

static void
what_a_machine_did_decides_what_it_is_offered(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		live(&lives[i]);
}

/* DISCOVERs as firmware sends them; each row is one attempt, or two. */
struct pattern {
	const char *name;
	struct dhcp_style_request requests[6];
	size_t count;
	unsigned attempts;
};

static const struct pattern patterns[] = {
	{"OVMF, capture l_hefi.log", {{7, 0, 10}, {7, 4, 14}, {7, 13, 23}, {7, 32, 42}}, 4, 1},
	{"PXE 2.1 with one xid",
	 {{7, 0, 10}, {7, 4, 14}, {7, 12, 22}, {7, 28, 38}, {7, 60, 70}},
	 5,
	 1},
	{"a new xid each time",
	 {{7, 0, 10}, {8, 4, 14}, {9, 13, 22}, {10, 27, 38}, {11, 60, 70}},
	 5,
	 1},
	{"a new xid, and no secs", {{7, 0, 10}, {8, 0, 40}}, 2, 2},
	{"a new xid in the same second", {{7, 0, 10}, {8, 0, 10}}, 2, 2},
	{"a new xid, secs of a new attempt", {{7, 0, 10}, {7, 8, 18}, {8, 4, 44}}, 3, 2},
	{"always one xid, switched on again", {{7, 0, 10}, {7, 4, 14}, {7, 0, 75}}, 3, 2},
	{"the last moment to repeat", {{7, 0, 10}, {7, 0, 70}}, 2, 1},
	{"the first moment to begin anew", {{7, 0, 10}, {7, 0, 71}}, 2, 2},
	{"a relay's copy", {{7, 0, 10}, {7, 0, 10}}, 2, 1},
	{"secs of hostile length", {{7, 0, 10}, {8, 65535, 11}}, 2, 2},
};

static void
what_is_asked_again_is_no_new_attempt(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct dhcp_style_memory memory = {0};

		for (size_t n = 0; n < patterns[i].count; n++) {
			bool is_new;

			dhcp_style_choose(&memory, &patterns[i].requests[n], DHCP_STYLE_NONE,
					  &is_new);
		}
		if (memory.misses != patterns[i].attempts)
			fail_msg("%s: %u attempts", patterns[i].name, memory.misses);
	}
}

static void
a_fixed_style_is_kept_whatever_happens(void **state)
{
	struct dhcp_style_memory memory = {0};
	bool is_new;

	(void)state;
	for (uint32_t xid = 0; xid < 5; xid++)
		assert_int_equal(dhcp_style_choose(&memory,
						   &(struct dhcp_style_request){.xid = xid},
						   DHCP_STYLE_DIRECT, &is_new),
				 DHCP_STYLE_DIRECT);
	assert_true(dhcp_style_note_fetch(&memory));
	assert_int_equal(memory.worked, DHCP_STYLE_DIRECT);
	assert_false(dhcp_style_note_fetch(&memory));
}

static void
what_is_kept_over_a_restart_is_text(void **state)
{
	static const struct {
		const char *text;
		int error;
		struct dhcp_style_memory memory;
	} rows[] = {
		{"misses=0", 0, {0}},
		{"offered=4011 misses=1", 0, {.offered = DHCP_STYLE_4011, .misses = 1}},
		{"worked=direct offered=4011 misses=4294967295",
		 0,
		 {DHCP_STYLE_DIRECT, DHCP_STYLE_4011, UINT32_MAX, .xid = 0}},
		{"worked=directly misses=1", -EINVAL, {0}},
		{"worked= misses=1", -EINVAL, {0}},
		{"misses=4294967296", -EINVAL, {0}},
		{"misses=-1", -EINVAL, {0}},
		{"misses=1x", -EINVAL, {0}},
		{"misses=", -EINVAL, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dhcp_style_memory memory = {.misses = 77};
		char text[DHCP_STYLE_TEXT_SIZE];

		if (dhcp_style_parse(rows[i].text, &memory) != rows[i].error)
			fail_msg("%s", rows[i].text);
		if (rows[i].error < 0) {
			assert_int_equal(memory.misses, 77);
			continue;
		}
		assert_int_equal(memory.worked, rows[i].memory.worked);
		assert_int_equal(memory.offered, rows[i].memory.offered);
		assert_int_equal(memory.misses, rows[i].memory.misses);
		dhcp_style_format(&rows[i].memory, text);
		assert_string_equal(text, rows[i].text);
	}
	/* a later version may have more to say */
	assert_int_equal(dhcp_style_parse("note=x  misses=3 more", &(struct dhcp_style_memory){0}),
			 0);
	assert_int_equal(dhcp_style_parse("", &(struct dhcp_style_memory){0}), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_firmware_begins_with_its_style),
		cmocka_unit_test(what_a_machine_did_decides_what_it_is_offered),
		cmocka_unit_test(what_is_asked_again_is_no_new_attempt),
		cmocka_unit_test(a_fixed_style_is_kept_whatever_happens),
		cmocka_unit_test(what_is_kept_over_a_restart_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
