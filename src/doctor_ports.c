/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ports that machines talk to, and who has them.
 */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "port_holder.h"

enum { PORT_COUNT = 4 };

struct port {
	uint16_t number;
	bool is_udp;
	bool is_wanted; /* the configuration has that service */
	const char *service;
	const char *instead; /* what to do when another program must keep it */
};

static void
list_ports(const struct config *config, struct port ret_ports[PORT_COUNT])
{
	static const char other_dhcp[] = "let it name our loader (pxeiso doctor --print dnsmasq) "
					 "and use --dhcp off";
	bool has_dhcp = config->dhcp != CONFIG_DHCP_OFF;

	ret_ports[0] = (struct port){67, true, has_dhcp, "DHCP", other_dhcp};
	ret_ports[1] = (struct port){4011, true, has_dhcp, "proxy DHCP", other_dhcp};
	ret_ports[2] = (struct port){config->tftp_port, true, config->tftp_enabled, "TFTP",
				     "end it: firmware knows no other port"};
	ret_ports[3] = (struct port){config->http_port, false, config->http_enabled, "HTTP",
				     "use --http-port 8080"};
}

static bool
is_ours(const struct port_holder *holder)
{
	return strncmp(holder->name, "pxeiso", strlen("pxeiso")) == 0;
}

long
doctor_find_daemon(const struct config *config)
{
	struct port ports[PORT_COUNT];
	struct port_holder holder;

	list_ports(config, ports);
	for (size_t i = 0; i < PORT_COUNT; i++)
		if (port_holder_find(ports[i].number, ports[i].is_udp, &holder) == 0 &&
		    is_ours(&holder))
			return holder.pid;
	return 0;
}

static void
name_port(const struct port *port, char *buffer, size_t size)
{
	snprintf(buffer, size, "%u/%s", port->number, port->is_udp ? "udp" : "tcp");
}

/* Another program has a port that we need. */
static void
complain(struct findings *findings, const char *name, const struct port *port,
	 const struct port_holder *holder)
{
	findings_add(findings, "ports", name, FINDING_FAIL, "%s: held by %s (process %ld%s%s)",
		     port->service, holder->name, holder->pid, holder->unit[0] != '\0' ? ", " : "",
		     holder->unit);
	if (holder->unit[0] != '\0')
		findings_fix(findings, "systemctl stop %s; or %s", holder->unit, port->instead);
	else
		findings_fix(findings, "kill %ld (%s); or %s", holder->pid, holder->name,
			     port->instead);
}

static void
check_port(struct doctor *doctor, const struct port *port)
{
	struct findings *findings = &doctor->findings;
	struct port_holder holder;
	char name[16];
	int error = port_holder_find(port->number, port->is_udp, &holder);

	name_port(port, name, sizeof(name));
	if (error == -EACCES)
		findings_add(findings, "ports", name, FINDING_UNKNOWN,
			     "%s: held by a program that only root can see", port->service);
	else if (error == 0 && is_ours(&holder))
		findings_add(findings, "ports", name, FINDING_OK, "%s: pxeiso (process %ld)",
			     port->service, holder.pid);
	else if (!port->is_wanted)
		findings_add(findings, "ports", name, FINDING_NOTE, "%s: not used: switched off",
			     port->service);
	else if (error == 0)
		complain(findings, name, port, &holder);
	else if (doctor->daemon != 0) {
		findings_add(findings, "ports", name, FINDING_FAIL,
			     "%s: nobody listens, though pxeiso runs", port->service);
		findings_fix(findings, "restart pxeiso: its log says why it left the port");
	} else
		findings_add(findings, "ports", name, FINDING_NOTE, "%s: free", port->service);
}

void
doctor_check_ports(struct doctor *doctor)
{
	struct findings *findings = &doctor->findings;
	struct port ports[PORT_COUNT];
	bool is_hidden = false;
	size_t before = findings->count;

	list_ports(&doctor->offline.config, ports);
	if (doctor->daemon != 0)
		findings_add(findings, "ports", "pxeiso", FINDING_OK,
			     "runs (process %ld); its options are taken for this look",
			     doctor->daemon);
	doctor->daemon = doctor_find_daemon(&doctor->offline.config);
	for (size_t i = 0; i < PORT_COUNT; i++)
		check_port(doctor, &ports[i]);
	for (size_t i = before; i < findings->count; i++)
		is_hidden |= findings->items[i].state == FINDING_UNKNOWN;
	if (doctor->daemon != 0 || is_hidden)
		return;
	findings_add(findings, "ports", "pxeiso", FINDING_FAIL, "does not run on this machine");
	findings_fix(findings, "start it: systemctl start pxeiso, or pxeiso DIR as root");
}
