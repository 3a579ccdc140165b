/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso doctor: why machines do not boot.
 *
 * It looks at this machine, asks the network as a machine would, and says in
 * its last line what to mend first. Nothing is changed, and no address is
 * taken: what it asks for over DHCP it never accepts.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_advice.h"
#include "doctor.h"
#include "doctor_daemon.h"
#include "doctor_record.h"
#include "options.h"
#include "text.h"

typedef void check(struct doctor *);

/* In the order of causes. */
static const struct {
	check *check;
	bool is_local; /* says nothing of another machine */
} checks[] = {
	{doctor_check_rights, true},   {doctor_check_interfaces, false},
	{doctor_check_ports, true},    {doctor_check_firewall, true},
	{doctor_check_images, true},   {doctor_check_loaders, true},
	{doctor_check_servers, false}, {doctor_check_boots, false},
};

static int
run_checks(struct doctor *doctor)
{
	bool json = doctor->options->json;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		size_t before = doctor->findings.count;

		if (doctor->is_remote && checks[i].is_local)
			continue;
		checks[i].check(doctor);
		if (!json)
			findings_print(&doctor->findings, before, stdout);
	}
	if (json && findings_print_json(&doctor->findings, stdout) < 0)
		return -ENOMEM;
	if (!json)
		findings_conclude(&doctor->findings, stdout);
	return findings_are_well(&doctor->findings) ? 0 : -EINVAL;
}

/* --print: for the address of --server, else our first that is served. */
static int
print_advice(struct doctor *doctor)
{
	struct in_addr server = doctor->options->server;
	struct policy_site site;
	struct text text = {0};

	if (!doctor->is_remote) {
		doctor_check_interfaces(doctor);
		doctor_check_images(doctor);
		doctor_check_loaders(doctor);
	} else {
		doctor->loaders = (struct policy_loaders){true, true, true};
	}
	if (doctor->side_count > 0)
		server = doctor->sides[0].address;
	if (server.s_addr == INADDR_ANY) {
		offline_complain(&doctor->offline, "doctor",
				 "no address to print: no interface is served; name the "
				 "server's with --server");
		return -EINVAL;
	}
	site = doctor_site(doctor, server);
	dhcp_advice_write(dhcp_advice_find(doctor->options->print), &site, &text);
	fputs(text_string(&text), stdout);
	text_free(&text);
	return 0;
}

static int
record(struct doctor *doctor)
{
	doctor_check_interfaces(doctor);
	return doctor_record(doctor);
}

int
command_doctor(const struct options *given)
{
	struct options options = *given;
	struct doctor_daemon *daemon = NULL;
	struct doctor doctor = {.options = &options,
				.is_remote = options.server.s_addr != 0,
				.server = options.server};
	int error, status;

	if (!doctor.is_remote && options.record == NULL)
		doctor.daemon = doctor_daemon_options(&options, &daemon);
	if (offline_start_configured(&doctor.offline, &options) < 0) {
		doctor_daemon_free(daemon);
		return 1;
	}
	if (options.print != NULL)
		error = print_advice(&doctor);
	else if (options.record != NULL)
		error = record(&doctor);
	else
		error = run_checks(&doctor);
	status = offline_finish(&doctor.offline);
	findings_free(&doctor.findings);
	free(doctor.sides);
	doctor_daemon_free(daemon);
	return error < 0 ? 1 : status;
}
