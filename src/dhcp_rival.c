/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dhcp_rival.h"

#include <arpa/inet.h>
#include <string.h>

enum { MAC_SIZE = 6 };

/* 02: locally administered. Then "px". */
static const unsigned char look_prefix[] = {0x02, 'p', 'x'};

static const struct {
	int after_ms; /* the begin of the look */
	enum dhcp_client_kind kind;
	enum dhcp_client_state state;
} messages[DHCP_LOOK_MESSAGES] = {
	{0, DHCP_CLIENT_PLAIN, DHCP_CLIENT_DISCOVER},
	{500, DHCP_CLIENT_BIOS, DHCP_CLIENT_DISCOVER},
	{1000, DHCP_CLIENT_PLAIN, DHCP_CLIENT_INFORM},
	{2000, DHCP_CLIENT_PLAIN, DHCP_CLIENT_DISCOVER},
};

void
dhcp_rival_start(struct dhcp_rival *rival, int64_t now, int64_t interval_ms)
{
	*rival = (struct dhcp_rival){
		.standing = DHCP_LOOKING,
		.look_at = now,
		.interval_ms = interval_ms,
	};
}

int64_t
dhcp_rival_due(const struct dhcp_rival *rival)
{
	if (rival->sent < DHCP_LOOK_MESSAGES)
		return rival->look_at + messages[rival->sent].after_ms;
	return rival->look_at + DHCP_LOOK_MS;
}

/* The end of a look: what it means that it was answered, or not. */
static enum dhcp_rival_news
end_look(struct dhcp_rival *rival, int64_t now)
{
	rival->silent = rival->is_heard ? 0 : rival->silent + 1;
	rival->is_heard = false;
	rival->sent = 0;
	rival->looked_at = now;
	rival->look_at = rival->interval_ms == 0 ? DHCP_RIVAL_NEVER : now + rival->interval_ms;
	if (rival->standing == DHCP_LOOKING) {
		rival->standing = DHCP_ALONE;
		return DHCP_RIVAL_ABSENT;
	}
	if (rival->standing == DHCP_SECOND && rival->silent >= DHCP_LOOKS_SILENT) {
		rival->standing = DHCP_ALONE;
		return DHCP_RIVAL_GONE;
	}
	return DHCP_RIVAL_NONE;
}

enum dhcp_rival_news
dhcp_rival_tick(struct dhcp_rival *rival, int64_t now, int *ret_message)
{
	*ret_message = -1;
	if (now < dhcp_rival_due(rival))
		return DHCP_RIVAL_NONE;
	if (rival->sent == DHCP_LOOK_MESSAGES)
		return end_look(rival, now);
	/* After a sleep of the machine the messages keep their distances. */
	rival->look_at = now - messages[rival->sent].after_ms;
	*ret_message = (int)rival->sent++;
	return DHCP_RIVAL_NONE;
}

enum dhcp_rival_news
dhcp_rival_hear(struct dhcp_rival *rival, const struct dhcp_rival_sign *sign)
{
	enum dhcp_standing before = rival->standing;

	rival->who = *sign;
	rival->is_heard = true;
	rival->silent = 0;
	rival->standing = DHCP_SECOND;
	if (before == DHCP_SECOND)
		return DHCP_RIVAL_NONE;
	return before == DHCP_LOOKING ? DHCP_RIVAL_FOUND : DHCP_RIVAL_APPEARED;
}

enum dhcp_rival_news
dhcp_rival_hear_look(struct dhcp_rival *rival, struct in_addr own,
		     const struct dhcp_rival_sign *sign)
{
	/* One that serves answers the look as any client's message: the other
	   then gives way. */
	if (rival->standing == DHCP_ALONE || sign->server.s_addr == 0 ||
	    ntohl(sign->server.s_addr) >= ntohl(own.s_addr))
		return DHCP_RIVAL_NONE;
	return dhcp_rival_hear(rival, sign);
}

void
dhcp_rival_suspect(struct dhcp_rival *rival, int64_t now)
{
	if (rival->standing == DHCP_ALONE && rival->sent == 0 && rival->look_at > now &&
	    now - rival->looked_at >= DHCP_SUSPECT_MS)
		rival->look_at = now;
}

bool
dhcp_rival_is_chosen(const struct dhcp_message *message, struct in_addr own, struct in_addr netmask,
		     bool *ret_suspect)
{
	struct in_addr server = dhcp_option_address(message, DHCP_SERVER_ID);
	struct in_addr address = dhcp_option_address(message, DHCP_REQUESTED_ADDRESS);
	bool is_selecting = message->header.ciaddr.s_addr == 0 && address.s_addr != 0;

	*ret_suspect = false;
	if (dhcp_message_type(message) != DHCP_REQUEST || message->header.giaddr.s_addr != 0 ||
	    server.s_addr == 0 || server.s_addr == own.s_addr)
		return false;
	if (is_selecting && ((address.s_addr ^ own.s_addr) & netmask.s_addr) == 0)
		return true;
	*ret_suspect = true;
	return false;
}

bool
dhcp_rival_is_server(const struct dhcp_client_answer *answer)
{
	return answer->type != DHCP_OFFER || answer->address.s_addr != 0;
}

enum dhcp_client_kind
dhcp_rival_message(int number, enum dhcp_client_state *ret_state)
{
	*ret_state = messages[number].state;
	return messages[number].kind;
}

void
dhcp_rival_make_mac(const unsigned char random[3], unsigned char ret_mac[6])
{
	memcpy(ret_mac, look_prefix, sizeof(look_prefix));
	memcpy(ret_mac + sizeof(look_prefix), random, MAC_SIZE - sizeof(look_prefix));
}

bool
dhcp_rival_is_look(const struct dhcp_header *header)
{
	return header->hlen == MAC_SIZE &&
	       memcmp(header->chaddr, look_prefix, sizeof(look_prefix)) == 0;
}
