/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP messages in people's words: see dhcp_words.h.
 */
#include "dhcp_words.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_decide.h"
#include "dhcp_machine.h"
#include "dhcp_packet.h"
#include "text.h"

static const char *const type_names[] = {
	[DHCP_DISCOVER] = "DISCOVER", [DHCP_OFFER] = "OFFER",   [DHCP_REQUEST] = "REQUEST",
	[DHCP_DECLINE] = "DECLINE",   [DHCP_ACK] = "ACK",       [DHCP_NAK] = "NAK",
	[DHCP_RELEASE] = "RELEASE",   [DHCP_INFORM] = "INFORM",
};

static void
append_address(struct text *text, const char *before, struct in_addr address)
{
	char name[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &address, name, sizeof(name));
	text_printf(text, "%s%s", before, name);
}

static void
append_firmware(struct text *text, const struct dhcp_message *message)
{
	struct dhcp_machine machine;

	dhcp_describe(message, &machine);
	if (machine.policy.protocol == POLICY_NONE)
		text_append(text, " (does not boot)");
	else
		text_printf(text, " (%s, %s)", policy_arch_name(machine.policy.arch),
			    machine.policy.is_ipxe                   ? "iPXE"
			    : machine.policy.protocol == POLICY_HTTP ? "HTTP boot"
								     : "PXE");
}

/* What a machine says. */
static void
append_request(struct text *text, const struct dhcp_message *message, const struct sockaddr_in *to)
{
	struct in_addr wanted = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);
	struct in_addr server = dhcp_option_address(message, DHCP_SERVER_ID);

	append_firmware(text, message);
	if (ntohs(to->sin_port) == DHCP_PXE_PORT) {
		append_address(text, " asks the boot server ", to->sin_addr);
		text_append(text, " for its file, on port 4011");
	} else if (dhcp_message_type(message) == DHCP_DISCOVER) {
		text_append(text, " asks who is there");
	} else if (dhcp_message_type(message) == DHCP_REQUEST) {
		append_address(text, " wants ",
			       wanted.s_addr != 0 ? wanted : message->header.ciaddr);
		if (server.s_addr != 0)
			append_address(text, " of ", server);
	}
	if (message->header.giaddr.s_addr != 0)
		append_address(text, ", through the relay ", message->header.giaddr);
}

/* The file a machine is told: option 67, else the field of old. */
static void
append_file(struct text *text, const struct dhcp_message *message)
{
	struct dhcp_slice option = dhcp_option(message, DHCP_BOOT_FILE);
	const char *file = option.length > 0 ? (const char *)option.bytes : message->header.file;
	size_t length =
		strnlen(file, option.length > 0 ? option.length : sizeof(message->header.file));

	if (length == 0)
		return;
	text_append(text, " to boot ");
	text_append_bytes(text, file, length);
	if (message->header.siaddr.s_addr != 0 && memchr(file, ':', length) == NULL)
		append_address(text, " from ", message->header.siaddr);
}

/* What a server says. */
static void
append_reply(struct text *text, const struct dhcp_message *message, const struct sockaddr_in *from)
{
	struct in_addr server = dhcp_option_address(message, DHCP_SERVER_ID);
	bool is_nak = dhcp_message_type(message) == DHCP_NAK;
	struct dhcp_slice why = dhcp_option(message, DHCP_MESSAGE);

	append_address(text, is_nak ? " is refused by " : " is told by ",
		       server.s_addr != 0 ? server : from->sin_addr);
	if (is_nak && why.length > 0) {
		text_append(text, ": ");
		text_append_bytes(text, (const char *)why.bytes,
				  strnlen((const char *)why.bytes, why.length));
	}
	if (is_nak)
		return;
	if (message->header.yiaddr.s_addr != 0)
		append_address(text, ": its address is ", message->header.yiaddr);
	else
		text_append(text, ": no address, but");
	append_file(text, message);
}

void
dhcp_words(const struct dhcp_message *message, const struct sockaddr_in *from,
	   const struct sockaddr_in *to, struct text *text)
{
	uint8_t type = dhcp_message_type(message);

	text_printf(text, "%-8s ",
		    type < sizeof(type_names) / sizeof(type_names[0]) && type_names[type] != NULL
			    ? type_names[type]
			    : "?");
	for (unsigned i = 0; i < message->header.hlen; i++)
		text_printf(text, "%s%02x", i > 0 ? ":" : "", message->header.chaddr[i]);
	if (message->header.op == 1)
		append_request(text, message, to);
	else
		append_reply(text, message, from);
}
