/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Machines that are none: one of each kind asks, and fetches what it is told,
 * step by step, up to the kernel and the initrds of the first entry.
 *
 *	DISCOVER -> offers [-> port 4011] -> loader -> menu -> kernel, initrds
 *
 * A step that fails ends the boot, as it would for the machine.
 */
#include "doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor_ask.h"
#include "doctor_fetch.h"
#include "menu_scan.h"
#include "text_table.h"

enum { LOADER_BYTES = 1024, MENU_BYTES = 256 * 1024, KINDS = 6 };

static const enum dhcp_client_kind kinds[KINDS] = {
	DHCP_CLIENT_BIOS,       DHCP_CLIENT_UEFI_X64,  DHCP_CLIENT_HTTP_X64,
	DHCP_CLIENT_UEFI_ARM64, DHCP_CLIENT_IPXE_BIOS, DHCP_CLIENT_IPXE_UEFI,
};

/* One machine that boots. */
struct boot {
	struct doctor *doctor;
	const struct net_address *side;
	const struct doctor_asked *asked;
	char topic[64];
	struct in_addr server;            /* of TFTP */
	char file[DHCP_ANSWER_NAME_SIZE]; /* that it loads */
};

static const char *
name_address(struct in_addr address, char text[INET_ADDRSTRLEN])
{
	return inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
}

/* The offer that counts: a proxy's goes before the boot file of who gives the
   address (DHCP-50). NULL: nobody names one. */
static const struct doctor_answer *
find_boot(const struct doctor_asked *asked)
{
	const struct doctor_answer *found = NULL;

	for (size_t i = 0; i < asked->count; i++) {
		const struct doctor_answer *answer = &asked->answers[i];

		if (answer->facts.next == DHCP_NEXT_NONE)
			continue;
		if (answer->facts.address.s_addr == 0)
			return answer;
		if (found == NULL)
			found = answer;
	}
	return found;
}

static const struct doctor_answer *
find_address(const struct doctor_asked *asked)
{
	for (size_t i = 0; i < asked->count; i++)
		if (asked->answers[i].facts.address.s_addr != 0)
			return &asked->answers[i];
	return NULL;
}

/* Nobody says what to boot. That is no fault where nothing of ours could. */
static void
tell_unanswered(const struct boot *boot, const struct doctor_answer *address)
{
	bool is_expected = boot->asked->client.kind == DHCP_CLIENT_UEFI_ARM64;
	struct findings *findings = &boot->doctor->findings;
	char giver[INET_ADDRSTRLEN];

	findings_add(findings, boot->topic, "DISCOVER", is_expected ? FINDING_NOTE : FINDING_FAIL,
		     "%s%s; nobody says what to boot%s",
		     address != NULL ? "an address from " : "no address from anyone",
		     address != NULL ? name_address(address->facts.server, giver) : "",
		     is_expected ? ": nothing of ours starts this architecture" : "");
	if (!is_expected)
		findings_fix(findings, boot->doctor->daemon == 0 && !boot->doctor->is_remote
					       ? "start pxeiso"
					       : "look into pxeiso's log: with --verbose it says "
						 "for each machine why it is not answered");
}

/* What is odd in the answer that counts. */
static void
tell_problems(const struct boot *boot, const struct dhcp_client_answer *facts)
{
	const char *problem;
	char server[INET_ADDRSTRLEN];

	for (unsigned i = 0; (problem = dhcp_client_problem(facts->problems, i)) != NULL; i++) {
		findings_add(&boot->doctor->findings, boot->topic, "offer",
			     doctor_is_own(boot->doctor, facts->server) ? FINDING_FAIL
									: FINDING_WARN,
			     "%s: %s", name_address(facts->server, server), problem);
		findings_fix(&boot->doctor->findings,
			     "mend the DHCP server %s: pxeiso doctor --print has the lines",
			     server);
	}
}

/* The offers: whether one says what to boot. */
static const struct doctor_answer *
tell_offers(const struct boot *boot)
{
	const struct doctor_answer *address = find_address(boot->asked);
	const struct doctor_answer *answer = find_boot(boot->asked);
	char giver[INET_ADDRSTRLEN], server[INET_ADDRSTRLEN], given[INET_ADDRSTRLEN];

	if (answer == NULL) {
		tell_unanswered(boot, address);
		return NULL;
	}
	if (address == NULL)
		findings_add(&boot->doctor->findings, boot->topic, "DISCOVER", FINDING_NOTE,
			     "no address from anyone in time");
	else
		findings_add(&boot->doctor->findings, boot->topic, "DISCOVER", FINDING_OK,
			     "address %s from %s after %u ms",
			     name_address(address->facts.address, given),
			     name_address(address->facts.server, giver), address->ms);
	findings_add(&boot->doctor->findings, boot->topic, "offer", FINDING_OK,
		     "%s%s from %s after %u ms",
		     answer->facts.file[0] != '\0' ? answer->facts.file : "no file yet",
		     answer->facts.next == DHCP_NEXT_4011   ? ", and ask port 4011,"
		     : answer->facts.next == DHCP_NEXT_MENU ? ", and a menu of boot servers,"
							    : "",
		     name_address(answer->facts.server, server), answer->ms);
	tell_problems(boot, &answer->facts);
	return answer;
}

/* Fills in what the machine loads: 0, or an error that was told. */
static int
find_loader(struct boot *boot, const struct doctor_answer *offer)
{
	struct findings *findings = &boot->doctor->findings;
	struct dhcp_client_answer facts = offer->facts;
	struct doctor_answer answer;
	char server[INET_ADDRSTRLEN];
	int error = 0;

	name_address(facts.server, server);
	if (facts.next == DHCP_NEXT_4011) {
		error = doctor_ask_boot_server(boot->side, &boot->asked->client, facts.server,
					       &answer);
		if (error == 0) {
			facts = answer.facts;
			findings_add(findings, boot->topic, "port 4011", FINDING_OK,
				     "%s from %s after %u ms", facts.file, server, answer.ms);
		} else {
			findings_add(findings, boot->topic, "port 4011", FINDING_FAIL,
				     "%s does not answer: %s", server, strerror(-error));
			findings_fix(findings, "let UDP port 4011 of %s through the firewall",
				     server);
		}
	}
	if (error == 0 && facts.file[0] == '\0') {
		findings_add(findings, boot->topic, "offer", FINDING_WARN,
			     "%s shows a menu of boot servers, which is not followed", server);
		error = -ENOENT;
	}
	boot->server = facts.next_server.s_addr != 0 ? facts.next_server : facts.server;
	snprintf(boot->file, sizeof(boot->file), "%s", facts.file);
	return error;
}

/* Fetches the beginning of a file, and tells how it went: 0, or negative. The
   caller frees the body. */
static int
fetch(const struct boot *boot, const char *step, const char *name, size_t most,
      struct doctor_fetched *ret_fetched)
{
	struct findings *findings = &boot->doctor->findings;
	char size[TEXT_SIZE_SIZE], server[INET_ADDRSTRLEN];
	bool is_url = strstr(name, "://") != NULL;
	struct in_addr *silent = &boot->doctor->silent_tftp;

	/* The next machine would wait for nothing once more. */
	if (!is_url && boot->server.s_addr == silent->s_addr)
		*ret_fetched = (struct doctor_fetched){.why = "no answer, as above"};
	else
		doctor_fetch(name, boot->server, most, ret_fetched);
	if (ret_fetched->why[0] == '\0') {
		text_size(ret_fetched->size, size);
		findings_add(findings, boot->topic, step, FINDING_OK, "%s: %s, %u ms", name, size,
			     ret_fetched->ms);
		return 0;
	}
	findings_add(findings, boot->topic, step, FINDING_FAIL, "%s: %s", name, ret_fetched->why);
	if (ret_fetched->is_silent && !is_url)
		*silent = boot->server;
	if (ret_fetched->is_silent)
		findings_fix(findings,
			     "let %s of %s through the firewall, and see that pxeiso "
			     "runs there",
			     strncmp(name, "http://", 7) == 0 ? "the TCP port of the URL"
							      : "UDP port 69",
			     name_address(boot->server, server));
	return -EIO;
}

/* Menus and files that a menu names may be paths on the TFTP server. */
static int
fetch_menu(const struct boot *boot, const char *name, enum menu_format format,
	   struct menu_scan *ret_scan)
{
	struct doctor_fetched fetched;
	int error = fetch(boot, "menu", name, MENU_BYTES, &fetched);

	if (error == 0)
		menu_scan(format, text_string(&fetched.body), ret_scan);
	text_free(&fetched.body);
	return error;
}

/* From the main menu to the first entry of an image that has files. */
static void
follow_menus(const struct boot *boot, const char *name, enum menu_format format)
{
	struct menu_scan *main_menu = calloc(2, sizeof(*main_menu));
	struct menu_scan *scan = main_menu;
	struct doctor_fetched fetched;
	int error = main_menu == NULL ? -ENOMEM : fetch_menu(boot, name, format, main_menu);

	for (size_t i = 0; error == 0 && i < main_menu->menu_count; i++) {
		scan = main_menu + 1;
		error = fetch_menu(boot, main_menu->menus[i], format, scan);
		if (scan->file_count > 0)
			break;
	}
	if (error == 0 && scan->file_count == 0)
		findings_add(&boot->doctor->findings, boot->topic, "kernel", FINDING_NOTE,
			     "no entry in the menus loads one");
	for (size_t i = 0; error == 0 && i < scan->file_count; i++) {
		error = fetch(boot, i == 0 ? "kernel" : "initrd", scan->files[i], 0, &fetched);
		text_free(&fetched.body);
	}
	free(main_menu);
}

/* What was loaded goes on by itself: PXELINUX to its menu, iPXE's script is
   one; iPXE's own program asks once more, as the last of our machines does. */
static void
follow_loader(const struct boot *boot, const struct doctor_fetched *loader)
{
	const char *body = text_string(&loader->body);

	if (strncmp(body, "#!ipxe", 6) == 0)
		follow_menus(boot, boot->file, MENU_IPXE);
	else if (strstr(boot->file, "pxelinux") != NULL)
		follow_menus(boot, "pxelinux.cfg/default", MENU_PXELINUX);
	else if (strstr(boot->file, "snponly") != NULL || strstr(boot->file, "ipxe") != NULL)
		findings_add(&boot->doctor->findings, boot->topic, "then", FINDING_NOTE,
			     "it is iPXE, which asks again: see the machine with iPXE");
}

static void
boot_machine(struct boot *boot)
{
	const struct doctor_answer *offer = tell_offers(boot);
	struct doctor_fetched loader;

	if (offer == NULL || find_loader(boot, offer) < 0)
		return;
	if (fetch(boot, "loader", boot->file, LOADER_BYTES, &loader) == 0)
		follow_loader(boot, &loader);
	text_free(&loader.body);
}

static void
check_side(struct doctor *doctor, const struct net_address *side)
{
	struct doctor_asked *asked = calloc(KINDS, sizeof(*asked));
	int error = asked != NULL ? 0 : -ENOMEM;

	for (size_t i = 0; i < KINDS && error == 0; i++)
		doctor_ask_init(&asked[i], kinds[i]);
	if (error == 0)
		error = doctor_ask_offers(side, asked, KINDS);
	for (size_t i = 0; i < KINDS && error == 0; i++) {
		struct boot boot = {.doctor = doctor, .side = side, .asked = &asked[i]};

		snprintf(boot.topic, sizeof(boot.topic), "a machine with %s, on %s",
			 dhcp_client_name(kinds[i]), side->name);
		boot_machine(&boot);
	}
	if (error < 0)
		findings_add(&doctor->findings, "machines", side->name, FINDING_UNKNOWN,
			     "cannot be played: %s",
			     error == -EPERM ? "that needs root" : strerror(-error));
	free(asked);
}

void
doctor_check_boots(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->side_count; i++)
		if ((doctor->silent_sides & UINT64_C(1) << (i % 64)) == 0)
			check_side(doctor, &doctor->sides[i]);
		else
			findings_add(&doctor->findings, "machines", doctor->sides[i].name,
				     FINDING_FAIL, "none would boot: nobody answers them");
}
