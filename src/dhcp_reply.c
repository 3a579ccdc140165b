/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dhcp_reply.h"

#include <string.h>

#include "dhcp_service.h"
#include "log.h"

int
dhcp_reply_make(int fd, const struct dhcp_side *side, const struct net_datagram *request_from,
		const struct dhcp_message *request, const struct dhcp_decision *decision,
		struct dhcp_reply *ret_reply)
{
	*ret_reply = (struct dhcp_reply){
		.fd = fd,
		.interface = request_from->interface,
		.from = side->site.server,
		.to = decision->to,
		.is_framed = decision->is_framed,
		.request = request->header,
	};
	return dhcp_compose(side, request, decision, &ret_reply->message);
}

static int
transmit(const struct net_raw *raw, const struct dhcp_reply *reply)
{
	const struct dhcp_writer *message = &reply->message;
	const struct sockaddr_in from = {
		.sin_family = AF_INET,
		.sin_port = htons(DHCP_SERVER_PORT),
		.sin_addr = reply->from,
	};
	struct sockaddr_in to = reply->to;

	if (reply->is_framed && raw->frames != -1)
		return net_raw_send_udp(raw, reply->interface, reply->request.chaddr, &from, &to,
					message->bytes, message->length);
	if (reply->is_framed)
		to.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	return net_send(reply->fd, &to, reply->from, reply->interface, message->bytes,
			message->length);
}

static void
say_failure(const struct dhcp_header *request, int error)
{
	char chaddr[DHCP_CHADDR_SIZE];

	log_warning("dhcp %s: reply not sent: %s", dhcp_format_chaddr(request, chaddr),
		    strerror(-error));
}

void
dhcp_reply_transmit(const struct net_raw *raw, const struct dhcp_reply *reply)
{
	int error = transmit(raw, reply);

	if (error < 0)
		say_failure(&reply->request, error);
}

void
dhcp_reply_send(struct dhcp *dhcp, int fd, const struct dhcp_side *side,
		const struct net_datagram *request_from, const struct dhcp_message *request,
		const struct dhcp_decision *decision)
{
	/* An offer waits for no disk, even if an address was set aside before it. */
	const bool waits = decision->type == DHCP_ACK;
	struct dhcp_reply reply;
	int error = dhcp_reply_make(fd, side, request_from, request, decision, &reply);

	if (error < 0)
		say_failure(&request->header, error);
	else if (!dhcp_commits_hold(dhcp->commits, dhcp_side_leases(side), waits ? &reply : NULL) ||
		 !waits)
		dhcp_reply_transmit(&dhcp->options.raw, &reply);
}
