/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options 60, 93, 77, 175 and 97, read as tolerantly as the firmware in the
 * field needs: an architecture from the vendor class when option 93 is
 * missing, a user class without RFC 3004's length bytes.
 */
#include "dhcp_machine.h"

#include <string.h>

enum {
	IPXE_FEATURE_HTTP = 0x13, /* sub-option of 175 */
	UUID_OPTION_SIZE = 17,    /* a type byte, 0, and 16 bytes */
};

static bool
starts_with(struct dhcp_slice value, const char *prefix)
{
	size_t length = strlen(prefix);

	return value.length >= length && memcmp(value.bytes, prefix, length) == 0;
}

static bool
equals(struct dhcp_slice value, const char *text)
{
	return value.length == strlen(text) && starts_with(value, text);
}

static enum policy_protocol
protocol_of(struct dhcp_slice vendor_class)
{
	if (starts_with(vendor_class, "PXEClient"))
		return POLICY_PXE;
	if (starts_with(vendor_class, "HTTPClient"))
		return POLICY_HTTP;
	return POLICY_NONE;
}

/* The number in "PXEClient:Arch:00007:UNDI:003000", or 0. */
static uint16_t
arch_of_vendor_class(struct dhcp_slice value)
{
	static const char marker[] = ":Arch:";
	const size_t skip = sizeof(marker) - 1;
	unsigned arch = 0;

	for (size_t i = 0; i + skip + 5 <= value.length; i++) {
		if (memcmp(value.bytes + i, marker, skip) != 0)
			continue;
		for (size_t digit = 0; digit < 5; digit++) {
			unsigned char c = value.bytes[i + skip + digit];

			if (c < '0' || c > '9')
				return 0;
			arch = arch * 10 + (unsigned)(c - '0');
		}
		return arch <= UINT16_MAX ? (uint16_t)arch : 0;
	}
	return 0;
}

/* The first value of the list that is known, else its first value. An odd
   byte at its end is left alone. */
static uint16_t
arch_of(const struct dhcp_message *message)
{
	struct dhcp_slice list = dhcp_option(message, DHCP_ARCH);

	if (list.length < 2)
		return arch_of_vendor_class(dhcp_option(message, DHCP_VENDOR_CLASS));
	for (size_t i = 0; i + 2 <= list.length; i += 2) {
		uint16_t arch = (uint16_t)(list.bytes[i] << 8 | list.bytes[i + 1]);

		if (policy_is_known_arch(arch))
			return arch;
	}
	return (uint16_t)(list.bytes[0] << 8 | list.bytes[1]);
}

/* iPXE sends its user class as bare bytes; others write it as RFC 3004 wants,
   each instance behind a length. */
static bool
is_ipxe_user_class(struct dhcp_slice value)
{
	if (equals(value, "iPXE"))
		return true;
	while (value.length > 0) {
		struct dhcp_slice instance = {value.bytes + 1, value.bytes[0]};

		if (instance.length > value.length - 1)
			return false;
		if (equals(instance, "iPXE"))
			return true;
		value.bytes += 1 + instance.length;
		value.length -= 1 + instance.length;
	}
	return false;
}

/* iPXE lists its features in option 175. Without the list, nearly every build
   has HTTP. */
static bool
ipxe_has_http(struct dhcp_slice features)
{
	struct dhcp_slice http = dhcp_suboption(features, IPXE_FEATURE_HTTP);

	if (features.bytes == NULL)
		return true;
	return http.length == 1 && http.bytes[0] != 0;
}

void
dhcp_describe(const struct dhcp_message *message, struct dhcp_machine *ret_machine)
{
	struct dhcp_slice ipxe = dhcp_option(message, DHCP_IPXE);
	struct dhcp_slice uuid = dhcp_option(message, DHCP_UUID);

	memset(ret_machine, 0, sizeof(*ret_machine));
	ret_machine->policy.protocol = protocol_of(dhcp_option(message, DHCP_VENDOR_CLASS));
	ret_machine->policy.arch = arch_of(message);
	ret_machine->policy.is_ipxe =
		ipxe.bytes != NULL || is_ipxe_user_class(dhcp_option(message, DHCP_USER_CLASS));
	ret_machine->policy.ipxe_has_http = ret_machine->policy.is_ipxe && ipxe_has_http(ipxe);
	if (uuid.length == UUID_OPTION_SIZE && uuid.bytes[0] == 0)
		memcpy(ret_machine->uuid, uuid.bytes + 1, sizeof(ret_machine->uuid));
}

void
dhcp_name_machine(const struct dhcp_message *message, const struct dhcp_machine *machine,
		  struct machine *ret_name)
{
	static const unsigned char no_uuid[sizeof(machine->uuid)];

	*ret_name = (struct machine){0};
	if (message->header.hlen == 6)
		machine_format_mac(message->header.chaddr, ret_name->mac);
	if (memcmp(machine->uuid, no_uuid, sizeof(no_uuid)) != 0)
		machine_format_uuid(machine->uuid, ret_name->uuid);
}
