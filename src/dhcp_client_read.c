/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an answer tells a machine, judged as its firmware would: edk2's rules
 * for UEFI (DHCP-43, 44, 51), iPXE's for iPXE (DHCP-45, 55), PXE 2.1 for a
 * BIOS.
 */
#include "dhcp_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

enum {
	DISCOVERY_CONTROL = 6, /* sub-options of 43: 6 to 10 are about menus */
	MENU_PROMPT = 10,
	USE_FILE = 8, /* bit of the discovery control: no menu, no search */
};

static bool
is_http(const struct dhcp_client *client)
{
	return client->kind == DHCP_CLIENT_HTTP_X64 || client->kind == DHCP_CLIENT_HTTP_ARM64;
}

static bool
is_ipxe(const struct dhcp_client *client)
{
	return client->kind == DHCP_CLIENT_IPXE_BIOS || client->kind == DHCP_CLIENT_IPXE_UEFI;
}

/* The text of an option, or of a field when that is not there, without the
   NULs that some servers put behind it (DHCP-8). */
static void
get_text(const struct dhcp_message *message, uint8_t code, const char *field, size_t field_size,
	 char ret_text[DHCP_ANSWER_NAME_SIZE])
{
	struct dhcp_slice value = dhcp_option(message, code);
	size_t length;

	if (value.length == 0 && field != NULL)
		value = (struct dhcp_slice){(const unsigned char *)field, field_size};
	length = value.length < DHCP_ANSWER_NAME_SIZE ? value.length : DHCP_ANSWER_NAME_SIZE - 1;
	if (length > 0)
		memcpy(ret_text, value.bytes, length);
	ret_text[length] = '\0';
}

static bool
starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What the client makes of it: see the head of the file. */
static enum dhcp_client_next
next_of(const struct dhcp_client *client, const struct dhcp_message *message,
	const struct dhcp_client_answer *answer)
{
	struct dhcp_slice vendor = dhcp_option(message, DHCP_VENDOR);
	struct dhcp_slice control = dhcp_suboption(vendor, DISCOVERY_CONTROL);
	bool has_file = answer->file[0] != '\0';
	bool has_menu = false;

	if (client->kind == DHCP_CLIENT_PLAIN || answer->type == DHCP_NAK)
		return DHCP_NEXT_NONE;
	if (is_http(client) || !starts_with(answer->vendor_class, "PXEClient"))
		return has_file ? DHCP_NEXT_FILE : DHCP_NEXT_NONE;
	if (control.length == 1 && (control.bytes[0] & USE_FILE) != 0 && has_file)
		return DHCP_NEXT_FILE;
	if (answer->type == DHCP_ACK && has_file)
		return DHCP_NEXT_FILE; /* of port 4011: the end of the way */
	for (unsigned code = DISCOVERY_CONTROL; code <= MENU_PROMPT; code++)
		has_menu = has_menu || dhcp_suboption(vendor, (uint8_t)code).bytes != NULL;
	if (has_menu)
		return DHCP_NEXT_MENU;
	if (is_ipxe(client) && has_file && answer->next_server.s_addr != 0)
		return DHCP_NEXT_FILE;
	return DHCP_NEXT_4011;
}

/* Whether the file is iPXE, by the names that it has everywhere. */
static bool
is_ipxe_file(const char *file)
{
	static const char *const names[] = {"ipxe.efi", "snponly.efi", "undionly.kpxe",
					    "ipxe.pxe", "ipxe.lkrn",   "undionly.kkpxe"};
	const char *slash = strrchr(file, '/');
	const char *base = slash == NULL ? file : slash + 1;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(base, names[i]) == 0)
			return true;
	return false;
}

static unsigned
problems_of(const struct dhcp_client *client, const struct dhcp_message *message, size_t length,
	    const struct dhcp_client_answer *answer)
{
	bool is_chained = is_ipxe(client);
	bool is_url = strstr(answer->file, "://") != NULL;
	unsigned problems = 0;

	if (dhcp_option_address(message, DHCP_SERVER_ID).s_addr == 0)
		problems |= DHCP_PROBLEM_NO_SERVER_ID;
	if (length < DHCP_REPLY_MIN)
		problems |= DHCP_PROBLEM_SHORT;
	if (answer->file[0] == '\0' || answer->type == DHCP_NAK ||
	    client->kind == DHCP_CLIENT_PLAIN)
		return problems;
	if (is_http(client)) {
		if (!starts_with(answer->vendor_class, "HTTPClient"))
			problems |= DHCP_PROBLEM_NO_HTTP_CLASS;
		return is_url ? problems : problems | DHCP_PROBLEM_NO_URL;
	}
	if (is_url && !is_chained)
		problems |= DHCP_PROBLEM_URL_FOR_TFTP;
	if (!is_url && answer->next_server.s_addr == 0 && answer->server_name[0] == '\0')
		problems |= DHCP_PROBLEM_NO_NEXT_SERVER;
	if (is_chained && is_ipxe_file(answer->file))
		problems |= DHCP_PROBLEM_LOOP;
	return problems;
}

static bool
is_for(const struct dhcp_client *client, const struct dhcp_message *message)
{
	uint8_t type = dhcp_message_type(message);

	return message->header.op == 2 && message->header.xid == client->xid &&
	       memcmp(message->header.chaddr, client->mac, sizeof(client->mac)) == 0 &&
	       (type == DHCP_OFFER || type == DHCP_ACK || type == DHCP_NAK);
}

int
dhcp_client_read(const struct dhcp_client *client, const void *bytes, size_t length,
		 const struct sockaddr_in *source, struct dhcp_client_answer *ret_answer)
{
	struct dhcp_client_answer answer = {.source = *source};
	struct dhcp_message message;
	struct dhcp_slice overload, lease;
	const char *why;
	uint8_t fields;
	int error = dhcp_decode(bytes, length, &message, &why);

	if (error < 0)
		return error;
	if (!is_for(client, &message))
		return -ENOMSG;
	overload = dhcp_option(&message, DHCP_OVERLOAD);
	fields = overload.length == 1 ? overload.bytes[0] : 0; /* 1: file, 2: sname are options */
	answer.type = dhcp_message_type(&message);
	answer.server = dhcp_option_address(&message, DHCP_SERVER_ID);
	if (answer.server.s_addr == 0)
		answer.server = source->sin_addr;
	answer.address = message.header.yiaddr;
	lease = dhcp_option(&message, DHCP_LEASE_TIME);
	for (size_t i = 0; i < lease.length && lease.length == 4; i++)
		answer.lease_seconds = answer.lease_seconds << 8 | lease.bytes[i];
	get_text(&message, DHCP_TFTP_SERVER, (fields & 2) != 0 ? NULL : message.header.sname,
		 sizeof(message.header.sname), answer.server_name);
	get_text(&message, DHCP_BOOT_FILE, (fields & 1) != 0 ? NULL : message.header.file,
		 sizeof(message.header.file), answer.file);
	get_text(&message, DHCP_VENDOR_CLASS, NULL, 0, answer.vendor_class);
	get_text(&message, DHCP_MESSAGE, NULL, 0, answer.message);
	answer.next_server = message.header.siaddr;
	if (answer.next_server.s_addr == 0)
		inet_pton(AF_INET, answer.server_name, &answer.next_server);
	answer.next = next_of(client, &message, &answer);
	answer.problems = problems_of(client, &message, length, &answer);
	*ret_answer = answer;
	return 0;
}

const char *
dhcp_client_problem(unsigned problems, unsigned index)
{
	static const char *const sentences[] = {
		"it does not say who it is (option 54), so clients drop it",
		"it names a boot file and no server to fetch it from (siaddr, option 66)",
		"option 60 is not \"HTTPClient\", so HTTP boot drops it",
		"the boot file is no URL, which is all that HTTP boot can fetch",
		"the boot file is a URL, which PXE firmware cannot fetch",
		"iPXE is told to load iPXE, for ever",
		"it is shorter than 300 bytes, which some boot ROMs drop",
	};

	for (unsigned i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		if ((problems & 1U << i) != 0 && index-- == 0)
			return sentences[i];
	return NULL;
}
