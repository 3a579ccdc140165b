/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A packet's way through the chains: see firewall.h.
 *
 * A rule fits, does not, or may. One that may fit leaves two ways open, and
 * the packet goes both: what is said for certain afterwards is certain only if
 * nothing on the way could have said otherwise.
 */
#include "firewall.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewall_match.h"

/* Of jumps within jumps, and of rules that are looked at. */
enum { DEPTH_MAX = 16, STEPS_MAX = 100000 };

/* Where a walk through a chain ends. */
enum end { END_FALLS_OUT, END_ACCEPTED, END_DROPPED };

struct walk {
	const json_t *rules; /* all items of the ruleset */
	const struct firewall_packet *packet;
	const char *family, *table;
	bool may_be_accepted; /* something on the way may have said so */
	bool may_be_dropped;
	unsigned steps;
};

static const char *
string_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static enum end walk_chain(struct walk *, const char *chain, bool is_certain, unsigned depth);

/* A verdict that is certain ends the walk, another leaves it open. */
static enum end
accept_or_drop(struct walk *walk, bool drops, bool is_certain)
{
	if (is_certain)
		return drops ? END_DROPPED : END_ACCEPTED;
	if (drops)
		walk->may_be_dropped = true;
	else
		walk->may_be_accepted = true;
	return END_FALLS_OUT;
}

/* What one statement says; *ret_leaves is set when the chain ends with it. */
static enum end
obey(struct walk *walk, const json_t *statement, bool is_certain, unsigned depth, bool *ret_leaves)
{
	const json_t *jump = json_object_get(statement, "jump");
	const json_t *leap = json_object_get(statement, "goto");
	const char *target = string_of(json_object_get(statement, "xt"), "name");

	if (json_object_get(statement, "accept") != NULL)
		return accept_or_drop(walk, false, is_certain);
	if (json_object_get(statement, "drop") != NULL ||
	    json_object_get(statement, "reject") != NULL || strcmp(target, "REJECT") == 0)
		return accept_or_drop(walk, true, is_certain);
	if (json_object_get(statement, "queue") != NULL ||
	    json_object_get(statement, "vmap") != NULL) {
		walk->may_be_accepted = walk->may_be_dropped = true;
	} else if (json_object_get(statement, "return") != NULL) {
		*ret_leaves = is_certain;
	} else if (jump != NULL || leap != NULL) {
		*ret_leaves = leap != NULL && is_certain;
		return walk_chain(walk, string_of(jump != NULL ? jump : leap, "target"), is_certain,
				  depth + 1);
	}
	return END_FALLS_OUT;
}

static enum end
walk_rule(struct walk *walk, const json_t *rule, bool is_certain, unsigned depth, bool *ret_leaves)
{
	enum firewall_fit fit = is_certain ? FIREWALL_FITS : FIREWALL_MAY_FIT;
	const json_t *statement;
	size_t i;

	json_array_foreach(json_object_get(rule, "expr"), i, statement)
	{
		enum firewall_fit next = firewall_match(statement, walk->packet);
		enum end end;

		if (next == FIREWALL_FITS_NOT)
			return END_FALLS_OUT;
		if (next == FIREWALL_MAY_FIT)
			fit = FIREWALL_MAY_FIT;
		end = obey(walk, statement, fit == FIREWALL_FITS, depth, ret_leaves);
		if (end != END_FALLS_OUT || *ret_leaves)
			return end;
	}
	return END_FALLS_OUT;
}

static bool
is_in(const struct walk *walk, const json_t *item, const char *chain)
{
	return strcmp(string_of(item, "family"), walk->family) == 0 &&
	       strcmp(string_of(item, "table"), walk->table) == 0 &&
	       strcmp(string_of(item, "chain"), chain) == 0;
}

static enum end
walk_chain(struct walk *walk, const char *chain, bool is_certain, unsigned depth)
{
	const json_t *item;
	size_t i;

	if (depth > DEPTH_MAX)
		return END_FALLS_OUT;
	json_array_foreach(walk->rules, i, item)
	{
		const json_t *rule = json_object_get(item, "rule");
		bool leaves = false;
		enum end end;

		if (rule == NULL || !is_in(walk, rule, chain))
			continue;
		if (walk->steps++ == STEPS_MAX)
			walk->may_be_accepted = walk->may_be_dropped = true;
		if (walk->steps > STEPS_MAX)
			return END_FALLS_OUT;
		end = walk_rule(walk, rule, is_certain, depth, &leaves);
		if (end != END_FALLS_OUT || leaves)
			return end;
	}
	return END_FALLS_OUT;
}

/* Whether a packet for this machine comes through this chain by itself. */
static bool
is_on_the_way(const json_t *chain)
{
	const char *hook = string_of(chain, "hook"), *family = string_of(chain, "family");

	return (strcmp(family, "ip") == 0 || strcmp(family, "inet") == 0) &&
	       (strcmp(hook, "input") == 0 || strcmp(hook, "prerouting") == 0);
}

static enum firewall_verdict
judge_chain(const json_t *rules, const json_t *chain, const struct firewall_packet *packet)
{
	struct walk walk = {.rules = rules,
			    .packet = packet,
			    .family = string_of(chain, "family"),
			    .table = string_of(chain, "table")};
	enum end end = walk_chain(&walk, string_of(chain, "name"), true, 0);

	if (end == END_FALLS_OUT)
		end = strcmp(string_of(chain, "policy"), "drop") == 0 ? END_DROPPED : END_ACCEPTED;
	if (end == END_DROPPED)
		return walk.may_be_accepted ? FIREWALL_MAY_DROP : FIREWALL_DROPS;
	return walk.may_be_dropped ? FIREWALL_MAY_DROP : FIREWALL_PASSES;
}

int
firewall_judge(const char *json, const struct firewall_packet *packet,
	       enum firewall_verdict *ret_verdict, char ret_place[FIREWALL_PLACE_SIZE])
{
	json_t *all = json_loads(json, 0, NULL);
	const json_t *rules = json_object_get(all, "nftables"), *item;
	enum firewall_verdict worst = FIREWALL_PASSES;
	size_t i;

	if (!json_is_array(rules)) {
		json_decref(all);
		return -EBADMSG;
	}
	*ret_place = '\0';
	json_array_foreach(rules, i, item)
	{
		const json_t *chain = json_object_get(item, "chain");
		enum firewall_verdict verdict;

		if (!is_on_the_way(chain))
			continue;
		verdict = judge_chain(rules, chain, packet);
		if (verdict <= worst)
			continue;
		worst = verdict;
		snprintf(ret_place, FIREWALL_PLACE_SIZE, "%s %s %s", string_of(chain, "family"),
			 string_of(chain, "table"), string_of(chain, "name"));
	}
	*ret_verdict = worst;
	json_decref(all);
	return 0;
}
