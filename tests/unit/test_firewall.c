/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The firewall's rules, as `nft -j list ruleset` of nftables 1.0.6 prints them:
 * what is said to be dropped is, and what is not understood is not sworn to.
 */
#include <stdio.h>
#include <string.h>

#include "firewall.h"
#include "unit.h"

/* A ruleset of one base chain, inet filter input, and the rules of it. */
#define CHAIN(policy, rules)                                                                       \
	"{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}}, {\"chain\": {\"family\": "      \
	"\"inet\", \"table\": \"filter\", \"name\": \"input\", \"type\": \"filter\", \"hook\": "   \
	"\"input\", \"prio\": 0, \"policy\": \"" policy "\"}}" rules "]}"
#define RULE_OF(chain, statements)                                                                 \
	", {\"rule\": {\"family\": \"inet\", \"table\": \"filter\", \"chain\": \"" chain           \
	"\", \"expr\": [" statements "]}}"
#define RULE(statements) RULE_OF("input", statements)
#define MATCH(op, left, right)                                                                     \
	"{\"match\": {\"op\": \"" op "\", \"left\": {" left "}, \"right\": " right "}}, "
#define DPORT(protocol) "\"payload\": {\"protocol\": \"" protocol "\", \"field\": \"dport\"}"
#define META(key) "\"meta\": {\"key\": \"" key "\"}"
#define STATE "\"ct\": {\"key\": \"state\"}"
#define SADDR "\"payload\": {\"protocol\": \"ip\", \"field\": \"saddr\"}"
#define ACCEPT "{\"accept\": null}"
#define DROP "{\"drop\": null}"
#define REJECT "{\"reject\": {\"type\": \"icmpx\", \"expr\": \"port-unreachable\"}}"

static const struct {
	const char *name;
	const char *json;
	enum firewall_verdict verdict; /* of UDP port 69 that comes in by lan0 */
} cases[] = {
	{"no rules", "{\"nftables\": []}", FIREWALL_PASSES},
	{"an empty chain that accepts", CHAIN("accept", ""), FIREWALL_PASSES},
	{"an empty chain that drops", CHAIN("drop", ""), FIREWALL_DROPS},
	{"the port is dropped", CHAIN("accept", RULE(MATCH("==", DPORT("udp"), "69") DROP)),
	 FIREWALL_DROPS},
	{"it is rejected", CHAIN("accept", RULE(MATCH("==", DPORT("udp"), "69") REJECT)),
	 FIREWALL_DROPS},
	{"the port of TCP is dropped", CHAIN("accept", RULE(MATCH("==", DPORT("tcp"), "69") DROP)),
	 FIREWALL_PASSES},
	{"another port is dropped", CHAIN("accept", RULE(MATCH("==", DPORT("udp"), "67") DROP)),
	 FIREWALL_PASSES},
	{"any protocol's port",
	 CHAIN("drop",
	       RULE(MATCH("==", META("l4proto"), "\"udp\"") MATCH("==", DPORT("th"), "69") ACCEPT)),
	 FIREWALL_PASSES},
	{"all but this port", CHAIN("accept", RULE(MATCH("!=", DPORT("udp"), "67") DROP)),
	 FIREWALL_DROPS},
	{"a set of ports and ranges",
	 CHAIN("drop",
	       RULE(MATCH("==", DPORT("udp"), "{\"set\": [67, {\"range\": [68, 70]}]}") ACCEPT)),
	 FIREWALL_PASSES},
	{"a set without it",
	 CHAIN("drop",
	       RULE(MATCH("==", DPORT("udp"), "{\"set\": [67, {\"range\": [70, 80]}]}") ACCEPT)),
	 FIREWALL_DROPS},
	{"a set that has a name",
	 CHAIN("drop", RULE(MATCH("==", DPORT("udp"), "\"@open\"") ACCEPT)), FIREWALL_MAY_DROP},
	{"only what is established comes in",
	 CHAIN("drop", RULE(MATCH("in", STATE, "[\"established\", \"related\"]") ACCEPT)),
	 FIREWALL_DROPS},
	{"new ones come in", CHAIN("drop", RULE(MATCH("in", STATE, "\"new\"") ACCEPT)),
	 FIREWALL_PASSES},
	{"loopback is accepted", CHAIN("drop", RULE(MATCH("==", META("iif"), "\"lo\"") ACCEPT)),
	 FIREWALL_DROPS},
	{"our interface is", CHAIN("drop", RULE(MATCH("==", META("iifname"), "\"lan0\"") ACCEPT)),
	 FIREWALL_PASSES},
	{"interfaces with a name like it",
	 CHAIN("drop", RULE(MATCH("==", META("iifname"), "\"lan*\"") ACCEPT)), FIREWALL_PASSES},
	{"some senders are accepted",
	 CHAIN("drop", RULE(MATCH("==", SADDR, "\"10.0.0.0\"") ACCEPT)), FIREWALL_MAY_DROP},
	{"some senders are dropped", CHAIN("accept", RULE(MATCH("==", SADDR, "\"10.0.0.0\"") DROP)),
	 FIREWALL_MAY_DROP},
	{"what comes after cannot help",
	 CHAIN("drop", RULE(MATCH("==", DPORT("udp"), "69") DROP)
			       RULE(MATCH("==", SADDR, "\"10.0.0.0\"") ACCEPT)),
	 FIREWALL_DROPS},
	{"a chain that is jumped to",
	 CHAIN("accept", RULE("{\"jump\": {\"target\": \"sub\"}}")
				 RULE_OF("sub", MATCH("==", DPORT("udp"), "69") DROP)),
	 FIREWALL_DROPS},
	{"a chain that returns",
	 CHAIN("accept", RULE("{\"jump\": {\"target\": \"sub\"}}")
				 RULE_OF("sub", "{\"return\": null}") RULE_OF("sub", DROP)),
	 FIREWALL_PASSES},
	{"nothing comes back from goto",
	 CHAIN("drop", RULE("{\"goto\": {\"target\": \"sub\"}}") RULE(ACCEPT)), FIREWALL_DROPS},
	{"a chain that jumps to itself",
	 CHAIN("accept", RULE("{\"jump\": {\"target\": \"input\"}}")), FIREWALL_PASSES},
	{"a rule of iptables with a comment",
	 CHAIN("accept", RULE(MATCH("==", DPORT("udp"),
				    "69") "{\"xt\": {\"type\": \"match\", \"name\": \"comment\"}}, "
					  "{\"counter\": {\"packets\": 0, \"bytes\": 0}}, " DROP)),
	 FIREWALL_DROPS},
	{"one with more than is known",
	 CHAIN("accept", RULE("{\"xt\": {\"type\": \"match\", \"name\": \"multiport\"}}, "
			      "{\"xt\": {\"type\": \"target\", \"name\": \"REJECT\"}}")),
	 FIREWALL_MAY_DROP},
	{"a limit",
	 CHAIN("drop", RULE("{\"limit\": {\"rate\": 10, \"per\": \"second\"}}, " ACCEPT)),
	 FIREWALL_MAY_DROP},
	{"a map of verdicts", CHAIN("accept", RULE("{\"vmap\": {\"key\": {}, \"data\": \"@m\"}}")),
	 FIREWALL_MAY_DROP},
};

static void
rules_are_followed(void **state)
{
	const struct firewall_packet packet = {true, 69, "lan0"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char place[FIREWALL_PLACE_SIZE];
		enum firewall_verdict verdict;

		if (firewall_judge(cases[i].json, &packet, &verdict, place) != 0)
			fail_msg("%s: not read", cases[i].name);
		if (verdict != cases[i].verdict)
			fail_msg("%s: %d instead of %d", cases[i].name, (int)verdict,
				 (int)cases[i].verdict);
		if (strcmp(place, verdict == FIREWALL_PASSES ? "" : "inet filter input") != 0)
			fail_msg("%s: at %s", cases[i].name, place);
	}
}

static void
what_is_no_ruleset_is_refused(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "{\"nftables\": 1}", "no"};
	const struct firewall_packet packet = {true, 69, "lan0"};
	char place[FIREWALL_PLACE_SIZE];
	enum firewall_verdict verdict;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(firewall_judge(texts[i], &packet, &verdict, place) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_followed),
		cmocka_unit_test(what_is_no_ruleset_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
