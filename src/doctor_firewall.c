/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may keep packets from us though we listen: the firewall's rules, and
 * the kernel's filter of sources that it would answer elsewhere.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firewall.h"
#include "text.h"

static const char topic[] = "firewall";

/* Runs a program of the system's for what it prints: 0, -ENOENT where it is
   not installed, -EIO when it failed. The caller frees the text. */
static int
run(char *const argv[], struct text *text)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = -1, error;
	char buffer[8192];
	pid_t pid;
	ssize_t n;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = -posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while (error == 0 && (n = read(ends[0], buffer, sizeof(buffer))) > 0)
		text_append_bytes(text, buffer, (size_t)n);
	close(ends[0]);
	if (error == 0 && (waitpid(pid, &status, 0) == -1 || status != 0))
		error = -EIO;
	return error;
}

/* Whether a line of a file begins so. */
static bool
has_line(const char *path, const char *start)
{
	FILE *file = fopen(path, "re");
	char line[256];
	bool found = false;

	while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
		found = strncmp(line, start, strlen(start)) == 0;
	if (file != NULL)
		fclose(file);
	return found;
}

/* How a person lets a port through, with what writes the rules here. */
static void
add_fix(struct findings *findings, const struct firewall_packet *packet, const char *place)
{
	const char *protocol = packet->is_udp ? "udp" : "tcp";

	if (has_line("/etc/ufw/ufw.conf", "ENABLED=yes"))
		findings_fix(findings, "ufw allow in on %s to any port %u proto %s",
			     packet->interface, packet->port, protocol);
	else if (access("/run/firewalld.pid", F_OK) == 0 || access("/run/firewalld", F_OK) == 0)
		findings_fix(findings,
			     "firewall-cmd --permanent --add-port=%u/%s; firewall-cmd --reload",
			     packet->port, protocol);
	else
		findings_fix(findings, "nft insert rule %s iifname %s %s dport %u accept", place,
			     packet->interface, protocol, packet->port);
}

static void
check_packet(struct doctor *doctor, const char *rules, const struct firewall_packet *packet)
{
	struct findings *findings = &doctor->findings;
	char what[48], place[FIREWALL_PLACE_SIZE];
	enum firewall_verdict verdict;

	snprintf(what, sizeof(what), "%u/%s on %s", packet->port, packet->is_udp ? "udp" : "tcp",
		 packet->interface);
	if (firewall_judge(rules, packet, &verdict, place) < 0) {
		findings_add(findings, topic, what, FINDING_UNKNOWN, "nft's rules are not read");
	} else if (verdict == FIREWALL_PASSES) {
		findings_add(findings, topic, what, FINDING_OK, "comes through");
	} else if (verdict == FIREWALL_DROPS) {
		findings_add(findings, topic, what, FINDING_FAIL, "is dropped by the chain %s",
			     place);
		add_fix(findings, packet, place);
	} else {
		findings_add(
			findings, topic, what, FINDING_NOTE,
			"may be dropped by the chain %s: its rules ask more than was looked at",
			place);
	}
}

static void
check_side(struct doctor *doctor, const char *rules, const char *interface)
{
	const struct config *config = &doctor->offline.config;
	const struct firewall_packet packets[] = {
		{true, 67, interface},
		{true, 4011, interface},
		{true, config->tftp_port, interface},
		{false, config->http_port, interface},
	};
	const bool wanted[] = {config->dhcp != CONFIG_DHCP_OFF, config->dhcp != CONFIG_DHCP_OFF,
			       config->tftp_enabled, config->http_enabled};

	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++)
		if (wanted[i])
			check_packet(doctor, rules, &packets[i]);
}

/* The old iptables keeps its rules elsewhere, where nft does not see them. */
static void
check_legacy(struct doctor *doctor)
{
	if (!has_line("/proc/net/ip_tables_names", "filter"))
		return;
	findings_add(&doctor->findings, topic, "iptables", FINDING_UNKNOWN,
		     "rules of the old iptables are not read: see iptables-legacy -S INPUT");
}

/* Strict, it drops what comes in by another interface than the way back. */
static void
check_reverse_path(struct doctor *doctor, const char *interface)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/rp_filter", interface);
	if (doctor->side_count < 2 ||
	    (!has_line(path, "1") && !has_line("/proc/sys/net/ipv4/conf/all/rp_filter", "1")))
		return;
	findings_add(&doctor->findings, topic, interface, FINDING_NOTE,
		     "the strict reverse path filter drops machines whose way back is another "
		     "interface (rp_filter)");
}

void
doctor_check_firewall(struct doctor *doctor)
{
	char program[] = "nft", form[] = "-j", verb[] = "list", what[] = "ruleset";
	char *const argv[] = {program, form, verb, what, NULL};
	struct text rules = {0};
	int error = run(argv, &rules);

	for (size_t i = 0; i < doctor->side_count && error == 0; i++) {
		check_side(doctor, text_string(&rules), doctor->sides[i].name);
		check_reverse_path(doctor, doctor->sides[i].name);
	}
	if (error < 0)
		findings_add(&doctor->findings, topic, "nftables", FINDING_UNKNOWN, "%s",
			     error == -ENOENT ? "nft, which shows the rules, is not installed"
					      : "nft shows no rules: that needs root");
	check_legacy(doctor);
	text_free(&rules);
}
