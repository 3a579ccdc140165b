/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DHCP messages as bytes: RFC 2131, 2132, 3396.
 *
 * Pure. Decoding copies: a decoded message holds no pointer into the packet
 * and can itself be copied. Whatever a packet contains, decoding reads only
 * its bytes and writes only the message.
 *
 * Encoding goes through a writer that knows how much the client can receive
 * and remembers when that was not enough, so it is checked once, at the end.
 */
#ifndef DHCP_PACKET_H
#define DHCP_PACKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DHCP_REQUEST_MAX = 2048, /* bytes of a message that is decoded */
	DHCP_REPLY_MIN = 300,    /* replies are padded to this (DHCP-3) */
	DHCP_REPLY_SURE = 548,   /* what every client receives (DHCP-4) */
	DHCP_REPLY_MAX = 1472,   /* what UEFI takes at most (DHCP-4) */
	DHCP_HEADERS = 28,       /* IP and UDP in front of a message */
	DHCP_FLAG_BROADCAST = 0x8000,
	DHCP_FIELDS = 2, /* that options may overload */
};

/* Option 53. */
enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
	DHCP_INFORM = 8,
};

/* The options that are looked at or sent. */
enum dhcp_code {
	DHCP_PAD = 0,
	DHCP_NETMASK = 1,
	DHCP_ROUTER = 3,
	DHCP_DNS = 6,
	DHCP_HOSTNAME = 12,
	DHCP_DOMAIN = 15,
	DHCP_MTU = 26,
	DHCP_BROADCAST_ADDRESS = 28,
	DHCP_NTP = 42,
	DHCP_VENDOR = 43,
	DHCP_REQUESTED_ADDRESS = 50,
	DHCP_LEASE_TIME = 51,
	DHCP_OVERLOAD = 52,
	DHCP_MESSAGE_TYPE = 53,
	DHCP_SERVER_ID = 54,
	DHCP_PARAMETERS = 55,
	DHCP_MESSAGE = 56,
	DHCP_MAX_SIZE = 57,
	DHCP_RENEWAL_TIME = 58,
	DHCP_REBINDING_TIME = 59,
	DHCP_VENDOR_CLASS = 60,
	DHCP_CLIENT_ID = 61,
	DHCP_TFTP_SERVER = 66,
	DHCP_BOOT_FILE = 67,
	DHCP_USER_CLASS = 77,
	DHCP_RAPID_COMMIT = 80,
	DHCP_RELAY_INFORMATION = 82,
	DHCP_ARCH = 93,
	DHCP_UNDI = 94,
	DHCP_UUID = 97,
	DHCP_SUBNET_SELECTION = 118,
	DHCP_DOMAIN_SEARCH = 119,
	DHCP_CLASSLESS_ROUTES = 121,
	DHCP_IPXE = 175,
	DHCP_PXELINUX_CONFIG = 209,
	DHCP_PXELINUX_PREFIX = 210,
	DHCP_PXELINUX_REBOOT = 211,
	DHCP_END = 255,
};

/* The fixed part of a message, in host byte order but for the addresses. */
struct dhcp_header {
	uint8_t op; /* 1 request, 2 reply */
	uint8_t htype;
	uint8_t hlen;
	uint8_t hops;
	uint32_t xid;
	uint16_t secs;
	uint16_t flags;
	struct in_addr ciaddr; /* the client's, when it has one */
	struct in_addr yiaddr; /* the one it is given */
	struct in_addr siaddr; /* where it fetches the boot file */
	struct in_addr giaddr; /* of a relay */
	unsigned char chaddr[16];
	char sname[64];
	char file[128];
};

/* Bytes of a message; `bytes` is NULL when an option is absent. */
struct dhcp_slice {
	const unsigned char *bytes;
	size_t length;
};

/* A decoded message. Ask dhcp_option for its options. */
struct dhcp_message {
	struct dhcp_header header;
	struct {
		uint16_t offset; /* into values */
		uint16_t length;
		bool is_present;
	} options[256];
	uint16_t used; /* bytes of values */
	unsigned char values[DHCP_REQUEST_MAX];
};

/* Decodes `length` bytes. Repeated options are joined (RFC 3396), overloaded
   fields are read as options, file first (RFC 2132 9.3).
   0, or -EBADMSG with the reason in `*ret_why`; `*ret_message` is then
   undefined. */
int dhcp_decode(const void *bytes, size_t length, struct dhcp_message *ret_message,
		const char **ret_why);

/* Whether a client sent it and wants something of a server (DHCP-1). */
bool dhcp_is_request(const struct dhcp_message *);

/* Option 53, or 0. */
uint8_t dhcp_message_type(const struct dhcp_message *);

/* The value of an option; it lives as long as the message. */
struct dhcp_slice dhcp_option(const struct dhcp_message *, uint8_t code);

/* The value of an option that is an address; 0.0.0.0 when it is not there or
   has another length. */
struct in_addr dhcp_option_address(const struct dhcp_message *, uint8_t code);

/* The value of sub-option `code` in an encapsulated option (43, 175). */
struct dhcp_slice dhcp_suboption(struct dhcp_slice outer, uint8_t code);

/* A message being written. */
struct dhcp_writer {
	unsigned char bytes[DHCP_REPLY_MAX];
	size_t limit;  /* bytes the client can take */
	size_t length; /* written so far */
	bool overflowed;
	bool may_overload;
	size_t reserved;             /* kept free behind options that may go elsewhere */
	size_t spilled[DHCP_FIELDS]; /* bytes of options in `file` and `sname` */
};

/* How long a reply may be: the client's option 57 within reason, the
   interface's MTU, and never less than every client takes (DHCP-4). */
size_t dhcp_reply_limit(const struct dhcp_message *request, unsigned mtu);

/* Starts a message with its header and the magic cookie. */
void dhcp_write_header(struct dhcp_writer *, size_t limit, const struct dhcp_header *);

/* Appends an option; a value longer than 255 bytes is split (RFC 3396). */
void dhcp_write_option(struct dhcp_writer *, uint8_t code, const void *value, size_t length);
void dhcp_write_u8(struct dhcp_writer *, uint8_t code, uint8_t value);
void dhcp_write_u32(struct dhcp_writer *, uint8_t code, uint32_t value);
void dhcp_write_address(struct dhcp_writer *, uint8_t code, struct in_addr);

/* From here on options that do not fit go into `file` and `sname`, which must be
   empty. At the end `reserved` bytes are kept for options that may not. */
void dhcp_write_allow_overload(struct dhcp_writer *, size_t reserved);

/* Says which fields are overloaded, if any; what follows stays in its place. */
void dhcp_write_overload(struct dhcp_writer *);

/* Ends and pads the message: 0, or -EMSGSIZE when it did not fit. */
int dhcp_write_end(struct dhcp_writer *);

#endif
