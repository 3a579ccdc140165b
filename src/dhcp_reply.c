/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a reply leaves: as a datagram, by the interface that the message came in
 * by and from our address there.
 */
#include "dhcp_service.h"

#include <string.h>

#include "log.h"

void
dhcp_reply_send(int fd, const struct dhcp_side *side, const struct net_datagram *request_from,
		const struct dhcp_message *request, const struct dhcp_decision *decision)
{
	char chaddr[DHCP_CHADDR_SIZE];
	struct dhcp_writer reply;
	int error = dhcp_compose(side, request, decision, &reply);

	if (error == 0)
		error = net_send(fd, &decision->to, side->site.server, request_from->interface,
				 reply.bytes, reply.length);
	if (error < 0)
		log_warning("dhcp %s: reply not sent: %s",
			    dhcp_format_chaddr(&request->header, chaddr), strerror(-error));
}
