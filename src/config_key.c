/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of all sections and keys: see config_key.h.
 */
#include "config_key.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "config_value.h"
#include "machine.h"

/* The sections with an argument. Their keys are rows of the table below that
   fill a field of the item. */
static const struct machine_section any_machine = {.timeout = MACHINE_TIMEOUT_UNSET};

static const struct image_section any_image = {.way = NULL};

static const struct subnet_section any_subnet = {.domain = NULL};

static const struct config_section_kind kinds[] = {
	{"subnet", &value_network, offsetof(struct config, subnets), sizeof(any_subnet),
	 &any_subnet},
	{"machine", &value_who, offsetof(struct config, machines), sizeof(any_machine),
	 &any_machine},
	{"image", &value_images, offsetof(struct config, image_sections), sizeof(any_image),
	 &any_image},
};

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

#define KEY_OF(item, section, name, field, type, start, doc)                                       \
	{                                                                                          \
		section, name, &value_##type, offsetof(struct item, field), start, doc             \
	}
#define KEY(...) KEY_OF(config, __VA_ARGS__)
#define IMAGE(...) KEY_OF(image_section, "image", __VA_ARGS__)
#define SUBNET(...) KEY_OF(subnet_section, "subnet", __VA_ARGS__)
#define MACHINE(...) KEY_OF(machine_section, "machine", __VA_ARGS__)

/* clang-format off */
static const struct config_row keys[] = {
	KEY("images", "directory", images, paths, NULL,
	    "a directory of images, or one image; may be given several times"),
	KEY("network", "interface", interfaces, interfaces, NULL,
	    "serve on this interface; may be given several times; without it on all but loopback"),
	KEY("network", "listen", listen, address, NULL,
	    "serve on this address only"),
	KEY("http", "enabled", http_enabled, yes_no, "yes", "serve HTTP"),
	KEY("http", "port", http_port, port, "80", "TCP port"),
	KEY("http", "connections", http_connections, count, "1024", "at most so many at once"),
	KEY("http", "connections-per-client", http_connections_per_client, count, "64",
	    "at most so many at once from one address"),
	KEY("tftp", "enabled", tftp_enabled, yes_no, "yes", "serve TFTP"),
	KEY("tftp", "port", tftp_port, port, "69", "UDP port"),
	KEY("tftp", "windowsize", tftp_windowsize, blocks, "64",
	    "the largest window that a client is granted (RFC 7440)"),
	KEY("tftp", "sessions", tftp_sessions, count, "1024", "at most so many at once"),
	KEY("tftp", "sessions-per-client", tftp_sessions_per_client, sessions, "64",
	    "at most so many at once from one address"),
	KEY("tftp", "single-port", tftp_single_port, yes_no, "no",
	    "send all data from this port, for firewalls and NAT"),
	KEY("tftp", "port-range", tftp_port_range, ports, NULL,
	    "the ports that transfers have; without it any"),
	KEY("tftp", "quirk", tftp_quirks, quirks, NULL,
	    "what some clients are spared; may be given several times"),
	KEY("dhcp", "mode", dhcp, dhcp, NULL,
	    "proxy beside another DHCP server (the default), server with a range, or off"),
	KEY("dhcp", "range", dhcp_range, range, NULL,
	    "the addresses that the server lends; makes the mode `server`"),
	KEY("dhcp", "lease", dhcp_range.lease, lease, "12h", "how long an address is lent"),
	KEY("dhcp", "force", dhcp_force, yes_no, "no",
	    "lend addresses though another DHCP server answers on the network"),
	KEY("dhcp", "look-again", dhcp_look_again, interval, "120",
	    "the time between two looks for other DHCP servers"),
	KEY("dhcp", "router", dhcp_router, address, NULL, "the router that clients are told"),
	KEY("dhcp", "dns", dhcp_dns, addresses, NULL,
	    "a name server that clients are told; may be given several times"),
	KEY("dhcp", "probe", dhcp_probe, yes_no, "yes",
	    "ask whether an address is in use before it is offered"),
	KEY("dhcp", "domain", dhcp_domain, name, NULL, "the domain that clients are told"),
	KEY("dhcp", "ntp", dhcp_ntp, addresses, NULL,
	    "a time server that clients are told; may be given several times"),
	KEY("dhcp", "option", dhcp_options, option, NULL,
	    "any other option, by its number; may be given several times"),
	KEY("dhcp", "boot-clients-only", dhcp_boot_clients_only, yes_no, "no",
	    "lend to machines that boot from the network and to no others"),
	KEY("dhcp", "rapid-commit", dhcp_rapid_commit, yes_no, "no",
	    "lend at once to clients that ask for it (RFC 4039)"),
	KEY("dhcp", "authoritative", dhcp_authoritative, yes_no, "no",
	    "refuse addresses that another server may have lent"),
	SUBNET("range", range, range, NULL, "the addresses that the server lends in this network"),
	SUBNET("lease", range.lease, lease, NULL, "how long an address is lent"),
	SUBNET("router", router, address, NULL, "the router that clients are told"),
	SUBNET("dns", dns, addresses, NULL,
	       "a name server that clients are told; may be given several times"),
	SUBNET("domain", domain, name, NULL, "the domain that clients are told"),
	SUBNET("ntp", ntp, addresses, NULL,
	       "a time server that clients are told; may be given several times"),
	SUBNET("option", options, option, NULL,
	       "any other option, by its number; may be given several times"),
	SUBNET("relay", relays, addresses, NULL,
	       "a relay that may ask for this network; may be given several times"),
	SUBNET("loader", loader, loader, NULL,
	       "what the firmware of its machines is told to start"),
	SUBNET("boot-clients-only", boot_clients_only, answer, NULL,
	       "lend to machines that boot from the network and to no others"),
	SUBNET("rapid-commit", rapid_commit, answer, NULL,
	       "lend at once to clients that ask for it (RFC 4039)"),
	SUBNET("authoritative", authoritative, answer, NULL,
	       "refuse addresses that another server may have lent"),
	KEY("menu", "title", menu_title, text, "pxeiso", "the title of the main menu"),
	KEY("menu", "default", menu_default, default, "local",
	    "what a machine boots by itself: local (its own disk), an image, or an entry of one"),
	KEY("menu", "timeout", menu_timeout, duration, "60", "how long a menu waits for a person"),
	KEY("menu", "show", menu_shown, yes_no, "yes",
	    "no: what a machine boots by itself is booted at once, without a menu"),
	KEY("menu", "serial", menu_serial, yes_no, "no",
	    "show menus on the first serial port too"),
	MACHINE("default", boot_self, default, NULL, "what this machine boots by itself"),
	MACHINE("timeout", timeout, duration, NULL, "how long its menu waits for a person"),
	MACHINE("show", is_shown, answer, NULL, "no: it boots at once, without a menu"),
	MACHINE("serial", has_serial, answer, NULL, "show its menus on the first serial port too"),
	MACHINE("arguments", arguments, text, NULL,
	    "what is put behind the arguments of every Linux that it boots"),
	MACHINE("loader", loader, loader, NULL, "what its firmware is told to start"),
	MACHINE("proxy-style", style, style, NULL, "how a proxy tells it, for UEFI firmware"),
	MACHINE("address", address, address, NULL, "the address that this machine gets"),
	MACHINE("hostname", hostname, name, NULL, "the name that this machine is told"),
	IMAGE("way", way, way, NULL, "how the root of these images gets into the machine"),
	KEY("loaders", "directory", loaders_directory, text, NULL,
	    "a directory with boot loaders of your own; they win over the system's"),
	KEY("loaders", "bios", own_loaders[PLATFORM_PC_BIOS], own_loader, NULL,
	    "the loader of machines with a BIOS"),
	KEY("loaders", "uefi-x86", own_loaders[PLATFORM_UEFI_X86], own_loader, NULL,
	    "the loader of 32-bit UEFI"),
	KEY("loaders", "uefi-x64", own_loaders[PLATFORM_UEFI_X64], own_loader, NULL,
	    "the loader of 64-bit UEFI on PCs"),
	KEY("loaders", "uefi-arm", own_loaders[PLATFORM_UEFI_ARM], own_loader, NULL,
	    "the loader of UEFI on 32-bit ARM"),
	KEY("loaders", "uefi-arm64", own_loaders[PLATFORM_UEFI_ARM64], own_loader, NULL,
	    "the loader of UEFI on 64-bit ARM"),
	KEY("loaders", "uefi-riscv64", own_loaders[PLATFORM_UEFI_RISCV64], own_loader, NULL,
	    "the loader of UEFI on 64-bit RISC-V"),
	KEY("loaders", "uefi-loongarch64", own_loaders[PLATFORM_UEFI_LOONGARCH64], own_loader, NULL,
	    "the loader of UEFI on 64-bit LoongArch"),
	KEY("recipes", "directory", recipes_directory, text, NULL,
	    "a directory with recipes of your own; they win over the built-in ones"),
	KEY("daemon", "state", state_directory, text, "/var/lib/pxeiso",
	    "where what must survive a restart is kept"),
	KEY("daemon", "user", user, text, NULL,
	    "the user to become after start; without it pxeiso if there is one, else nobody"),
	KEY("daemon", "workers", workers, workers, "0", "threads that send files"),
	KEY("log", "level", log_level, level, "info", "how much is told"),
	KEY("log", "format", log_json, format, "text", "the form of the lines on stderr"),
};
/* clang-format on */

enum { KEY_COUNT = sizeof(keys) / sizeof(keys[0]) };

const struct config_row *
config_row_at(size_t number)
{
	return number < KEY_COUNT ? &keys[number] : NULL;
}

const struct config_section_kind *
config_kind_at(size_t number)
{
	return number < KIND_COUNT ? &kinds[number] : NULL;
}

const struct config_section_kind *
config_find_kind(const char *name)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct config_row *
config_find_key(const char *section, const char *name, bool *ret_section)
{
	*ret_section = false;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(keys[i].section, section) != 0)
			continue;
		*ret_section = true;
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

/* Appends to a text that may be full already. */
static void
append(char *text, size_t size, const char *separator, const char *more)
{
	size_t used = strlen(text);

	if (used + 1 < size)
		snprintf(text + used, size - used, "%s%s", separator, more);
}

void
config_explain_unknown(const char *section, const char *name, bool is_section, char *why,
		       size_t size)
{
	const char *separator = ": allowed are ";
	const char *last = "";

	if (is_section)
		snprintf(why, size, "unknown key '%.60s' in [%s]", name, section);
	else if (*section == '\0')
		snprintf(why, size, "'%.60s' stands before any [section]", name);
	else
		snprintf(why, size, "unknown section [%.60s]", section);
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const char *word = is_section ? keys[i].name : keys[i].section;

		if (is_section ? strcmp(keys[i].section, section) != 0 : strcmp(word, last) == 0)
			continue;
		append(why, size, separator, word);
		separator = ", ";
		last = word;
	}
}

bool
config_key_at(size_t number, struct config_key *ret_key)
{
	if (number >= KEY_COUNT)
		return false;
	*ret_key = (struct config_key){.section = keys[number].section,
				       .name = keys[number].name,
				       .expects = keys[number].type->expects,
				       .start = keys[number].start,
				       .doc = keys[number].doc};
	return true;
}
