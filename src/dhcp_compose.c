/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a reply.
 *
 * Order (DHCP-6, 22): 53, 54, what the client asked for in the order that it
 * asked, what it needs but did not ask for, echoes, 82 last.
 *
 * Which options say "boot from here" depends on the firmware:
 *
 *	                 proxy offer                 4011 ACK   full server
 *	BIOS             60, 43 = use the file now   60         -
 *	UEFI, 4011       60 (it goes on to 4011)     60         -
 *	UEFI, direct     60, 43 = use the file now              -
 *	UEFI HTTP boot   60 = HTTPClient, 67                    60, 67
 *
 * Which of the two styles a machine with UEFI is offered: dhcp_style.h.
 *
 * A full server sends PXE clients no option 60: with it, UEFI would insist on
 * port 4011 (DHCP-44). TFTP clients find server and file in siaddr and `file`,
 * which even old ROMs read (DHCP-5).
 *
 * What does not fit goes into `file` and `sname` where no boot file needs them
 * (DHCP-5); what does not fit there either is left out, the configured options
 * first.
 *
 * No router is named unless configured: everything a boot needs is on-link,
 * and a machine with a second, better network must not lose its route to us.
 */
#include "dhcp_decide.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { BOOT_ITEM = 71, PXELINUX_REBOOT_SECONDS = 60 };

struct reply {
	const struct dhcp_side *side;
	const struct dhcp_message *request;
	const struct dhcp_decision *decision;
	struct dhcp_writer *writer;
	bool is_bare; /* only what we make ourselves */
	bool is_written[256];
};

/* PXE 2.1: discovery control (6) with bit 3, "use the boot file, do not
   search"; a menu prompt (10) with no time to wait for UEFI (DHCP-42, 43). */
static const unsigned char use_file_now[] = {6, 1, 8, DHCP_END};
static const unsigned char use_file_now_uefi[] = {6, 1, 8, 10, 4, 0, 'P', 'X', 'E', DHCP_END};

static const unsigned char no_proxy_wait[] = {0xb0, 1, 1};

static bool
is_for(const struct reply *reply, enum policy_protocol protocol)
{
	return reply->decision->file[0] != '\0' &&
	       reply->decision->machine.policy.protocol == protocol;
}

static bool
is_from_server(const struct reply *reply)
{
	return reply->side->mode == DHCP_SERVER && reply->decision->verdict != DHCP_DIRECTED;
}

static bool
gives_address(const struct reply *reply)
{
	return is_from_server(reply) && reply->decision->verdict != DHCP_INFORMED;
}

static struct dhcp_header
header_of(const struct reply *reply)
{
	const struct dhcp_header *asked = &reply->request->header;
	const struct dhcp_decision *decision = reply->decision;
	struct dhcp_header header = {
		.op = 2,
		.htype = asked->htype,
		.hlen = asked->hlen,
		.xid = asked->xid,
		.flags = asked->flags,
		.giaddr = asked->giaddr,
	};

	memcpy(header.chaddr, asked->chaddr, sizeof(header.chaddr));
	if (decision->type == DHCP_ACK && !decision->is_rapid)
		header.ciaddr = asked->ciaddr;
	if (gives_address(reply) && decision->type != DHCP_NAK)
		header.yiaddr = decision->address;
	/* A refusal and a proxy's offer have no address in them: the relay must
	   broadcast them, and dnsmasq's would send them to 0.0.0.0 (DHCP-14, 16). */
	if (asked->giaddr.s_addr != 0 && header.ciaddr.s_addr == 0 && header.yiaddr.s_addr == 0)
		header.flags |= DHCP_FLAG_BROADCAST;
	if (decision->type == DHCP_NAK || decision->file[0] == '\0')
		return header;
	header.siaddr = reply->side->site.server;
	snprintf(header.file, sizeof(header.file), "%s", decision->file);
	if (decision->verdict == DHCP_DIRECTED)
		inet_ntop(AF_INET, &header.siaddr, header.sname, sizeof(header.sname));
	return header;
}

static void
put_lease_time(const struct reply *reply, uint8_t code)
{
	uint32_t seconds = reply->side->subnet->lease_seconds;

	if (code == DHCP_RENEWAL_TIME)
		seconds /= 2;
	else if (code == DHCP_REBINDING_TIME)
		seconds -= seconds / 8;
	dhcp_write_u32(reply->writer, code, seconds);
}

/* The default route and those that are configured: who takes option 121 passes
   over option 3 (RFC 3442, DHCP-22). */
static void
put_routes(const struct reply *reply)
{
	const struct dhcp_subnet *subnet = reply->side->subnet;
	struct dhcp_slice routes = dhcp_subnet_option(subnet, DHCP_CLASSLESS_ROUTES);
	unsigned char value[255];
	size_t length = 0;

	if (reply->is_bare)
		return;
	if (subnet->router.s_addr != 0) {
		value[length++] = 0;
		memcpy(value + length, &subnet->router.s_addr, 4);
		length += 4;
	}
	if (routes.length > 0 && routes.length <= sizeof(value) - length) {
		memcpy(value + length, routes.bytes, routes.length);
		length += routes.length;
	}
	if (length > 0)
		dhcp_write_option(reply->writer, DHCP_CLASSLESS_ROUTES, value, length);
}

/* What is configured for the network, or for the machine. */
static void
put_configured(const struct reply *reply, uint8_t code)
{
	const struct dhcp_host *host = reply->decision->host;
	struct dhcp_slice value = dhcp_subnet_option(reply->side->subnet, code);

	if (reply->is_bare)
		return;
	if (code == DHCP_HOSTNAME && host != NULL && host->hostname != NULL)
		dhcp_write_option(reply->writer, code, host->hostname, strlen(host->hostname));
	else if (value.bytes != NULL)
		dhcp_write_option(reply->writer, code, value.bytes, value.length);
}

static void
put_network(const struct reply *reply, uint8_t code)
{
	const struct dhcp_subnet *subnet = reply->side->subnet;
	struct in_addr broadcast = {subnet->network.s_addr | ~subnet->netmask.s_addr};

	if (code == DHCP_NETMASK)
		dhcp_write_address(reply->writer, code, subnet->netmask);
	else if (code == DHCP_BROADCAST_ADDRESS)
		dhcp_write_address(reply->writer, code, broadcast);
	else if (code == DHCP_ROUTER && subnet->router.s_addr != 0)
		dhcp_write_address(reply->writer, code, subnet->router);
	else if (code == DHCP_CLASSLESS_ROUTES)
		put_routes(reply);
}

/* Option 60: whose words these are. */
static void
put_vendor_class(const struct reply *reply)
{
	if (is_for(reply, POLICY_HTTP))
		dhcp_write_option(reply->writer, DHCP_VENDOR_CLASS, "HTTPClient", 10);
	else if (is_for(reply, POLICY_PXE) && !is_from_server(reply))
		dhcp_write_option(reply->writer, DHCP_VENDOR_CLASS, "PXEClient", 9);
}

/* Option 43: to a proxy's PXE client what to do with the offer, to one that
   chose a boot item that it gets it (DHCP-46). */
static void
put_vendor(const struct reply *reply)
{
	struct dhcp_slice item =
		dhcp_suboption(dhcp_option(reply->request, DHCP_VENDOR), BOOT_ITEM);
	unsigned char chosen[] = {BOOT_ITEM, 4, 0, 0, 0, 0, DHCP_END};

	if (!is_for(reply, POLICY_PXE) || is_from_server(reply))
		return;
	if (reply->decision->verdict == DHCP_DIRECTED) {
		if (item.length != 4)
			return;
		memcpy(chosen + 2, item.bytes, 4);
		dhcp_write_option(reply->writer, DHCP_VENDOR, chosen, sizeof(chosen));
	} else if (policy_firmware(reply->decision->machine.policy.arch) == FIRMWARE_BIOS) {
		dhcp_write_option(reply->writer, DHCP_VENDOR, use_file_now, sizeof(use_file_now));
	} else if (reply->decision->style == DHCP_STYLE_DIRECT) {
		dhcp_write_option(reply->writer, DHCP_VENDOR, use_file_now_uefi,
				  sizeof(use_file_now_uefi));
	}
}

/* Options 66 and 67. Some PXE ROMs need the NUL behind the text (DHCP-8);
   HTTP boot takes the text as it is. */
static void
put_boot(const struct reply *reply, uint8_t code)
{
	bool is_pxe = is_for(reply, POLICY_PXE);
	char server[INET_ADDRSTRLEN];

	if (reply->decision->file[0] == '\0')
		return;
	inet_ntop(AF_INET, &reply->side->site.server, server, sizeof(server));
	if (code == DHCP_BOOT_FILE)
		dhcp_write_option(reply->writer, code, reply->decision->file,
				  strlen(reply->decision->file) + is_pxe);
	else if (is_pxe)
		dhcp_write_option(reply->writer, code, server, strlen(server) + 1);
}

/* Writes option `code` if there is something to say and it is not yet said. */
static void
put(struct reply *reply, uint8_t code)
{
	if (reply->is_written[code])
		return;
	reply->is_written[code] = true;
	switch (code) {
	case DHCP_LEASE_TIME:
	case DHCP_RENEWAL_TIME:
	case DHCP_REBINDING_TIME:
		if (gives_address(reply))
			put_lease_time(reply, code);
		break;
	case DHCP_NETMASK:
	case DHCP_ROUTER:
	case DHCP_BROADCAST_ADDRESS:
	case DHCP_CLASSLESS_ROUTES:
		if (is_from_server(reply))
			put_network(reply, code);
		break;
	case DHCP_VENDOR_CLASS:
		put_vendor_class(reply);
		break;
	case DHCP_VENDOR:
		put_vendor(reply);
		break;
	case DHCP_TFTP_SERVER:
	case DHCP_BOOT_FILE:
		put_boot(reply, code);
		break;
	default:
		if (is_from_server(reply))
			put_configured(reply, code);
		break;
	}
}

/* What PXELINUX reads from the packet that named it (DHCP-56, 57): that its files
   are at the root of our tree whatever its own name is, and its menu, which
   spares it ten requests. A machine with a section of its own looks for its
   menu by itself, since so it tells who it is. Without any it starts over. */
static void
put_pxelinux(const struct reply *reply)
{
	static const char config[] = "pxelinux.cfg/default", prefix[] = "/";

	if (!reply->decision->has_own_menu)
		dhcp_write_option(reply->writer, DHCP_PXELINUX_CONFIG, config, strlen(config));
	dhcp_write_option(reply->writer, DHCP_PXELINUX_PREFIX, prefix, strlen(prefix));
	dhcp_write_u32(reply->writer, DHCP_PXELINUX_REBOOT, PXELINUX_REBOOT_SECONDS);
}

/* Who does not say what it wants is told all that is configured. */
static void
put_all_configured(struct reply *reply)
{
	const struct dhcp_subnet *subnet = reply->side->subnet;
	size_t at = 0;

	put(reply, DHCP_HOSTNAME);
	for (; at < subnet->options_length; at += 2 + (size_t)subnet->options[at + 1])
		put(reply, subnet->options[at]);
}

static void
put_parameters(struct reply *reply)
{
	static const uint8_t needed[] = {DHCP_LEASE_TIME, DHCP_RENEWAL_TIME, DHCP_REBINDING_TIME,
					 DHCP_NETMASK,    DHCP_ROUTER,       DHCP_VENDOR_CLASS,
					 DHCP_VENDOR};
	struct dhcp_slice asked = dhcp_option(reply->request, DHCP_PARAMETERS);

	for (size_t i = 0; i < asked.length; i++)
		put(reply, asked.bytes[i]);
	for (size_t i = 0; i < sizeof(needed); i++)
		put(reply, needed[i]);
	if (asked.length == 0 && is_from_server(reply))
		put_all_configured(reply);
	/* An HTTP offer without it is dropped (DHCP-51). */
	if (is_for(reply, POLICY_HTTP))
		put(reply, DHCP_BOOT_FILE);
	/* iPXE then does not wait for a proxy beside us (DHCP-37). */
	if (is_for(reply, POLICY_PXE) && reply->decision->machine.policy.is_ipxe &&
	    gives_address(reply))
		dhcp_write_option(reply->writer, DHCP_IPXE, no_proxy_wait, sizeof(no_proxy_wait));
	if (is_for(reply, POLICY_PXE) && policy_is_pxelinux(reply->decision->file))
		put_pxelinux(reply);
}

static void
echo(const struct reply *reply, uint8_t code)
{
	struct dhcp_slice value = dhcp_option(reply->request, code);

	if (value.bytes != NULL)
		dhcp_write_option(reply->writer, code, value.bytes, value.length);
}

/* One attempt: 0 or -EMSGSIZE. */
static int
write_reply(struct reply *reply, bool may_overload)
{
	const struct dhcp_message *request = reply->request;
	const struct dhcp_decision *decision = reply->decision;
	struct dhcp_header header = header_of(reply);
	struct in_addr server_id = reply->side->site.server;
	size_t relay_length = 0;

	if (request->header.giaddr.s_addr != 0)
		relay_length = 2 + dhcp_option(request, DHCP_RELAY_INFORMATION).length;
	if (is_from_server(reply))
		server_id = dhcp_server_id(request, server_id);
	dhcp_write_header(reply->writer, dhcp_reply_limit(request, reply->side->mtu), &header);
	if (may_overload)
		dhcp_write_allow_overload(reply->writer, relay_length);
	dhcp_write_u8(reply->writer, DHCP_MESSAGE_TYPE, decision->type);
	dhcp_write_address(reply->writer, DHCP_SERVER_ID, server_id);
	if (decision->is_rapid)
		dhcp_write_option(reply->writer, DHCP_RAPID_COMMIT, "", 0);
	if (decision->type == DHCP_NAK)
		dhcp_write_option(reply->writer, DHCP_MESSAGE, decision->why,
				  strlen(decision->why));
	else
		put_parameters(reply);
	echo(reply, DHCP_CLIENT_ID);
	if (decision->type != DHCP_NAK && dhcp_option(request, DHCP_UUID).length == 17)
		echo(reply, DHCP_UUID);
	dhcp_write_overload(reply->writer);
	if (relay_length > 0)
		echo(reply, DHCP_RELAY_INFORMATION);
	return dhcp_write_end(reply->writer);
}

int
dhcp_compose(const struct dhcp_side *side, const struct dhcp_message *request,
	     const struct dhcp_decision *decision, struct dhcp_writer *ret_reply)
{
	const struct reply whole = {
		.side = side,
		.request = request,
		.decision = decision,
		.writer = ret_reply,
	};
	bool may_overload = decision->file[0] == '\0' && decision->verdict != DHCP_DIRECTED;
	struct reply reply = whole;
	int error = write_reply(&reply, false);

	if (error < 0 && may_overload) {
		reply = whole;
		error = write_reply(&reply, true);
	}
	if (error < 0) {
		reply = whole;
		reply.is_bare = true;
		error = write_reply(&reply, may_overload);
	}
	return error;
}
