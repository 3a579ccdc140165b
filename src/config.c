/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of the daemon: see config.h.
 *
 * One table row is one key: where it is written in the file, what values it
 * takes, which field it fills, what it starts as. inih splits the file into
 * sections, keys and values; it does not say which line it is at, so we feed
 * it the lines and count them.
 *
 * Reading stops judging at the first mistake: a person mends it and asks
 * again. Nothing here looks at the machine; `pxeiso check` does that.
 */
#include "config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_value.h"

/* A row without default starts as zero, NULL or an empty list. */
struct key {
	const char *section;
	const char *name;
	const struct value_type *type;
	size_t offset;
	const char *start; /* default, as text */
	const char *doc;
};

#define KEY(section, name, field, type, start, doc)                                                \
	{                                                                                          \
		section, name, &value_##type, offsetof(struct config, field), start, doc           \
	}

/* clang-format off */
static const struct key keys[] = {
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
	KEY("dhcp", "router", dhcp_router, address, NULL, "the router that clients are told"),
	KEY("dhcp", "dns", dhcp_dns, addresses, NULL,
	    "a name server that clients are told; may be given several times"),
	KEY("menu", "title", menu_title, text, "pxeiso", "the title of the main menu"),
	KEY("menu", "default", menu_default, default, "local",
	    "what a machine boots by itself: local (its own disk), an image, or an entry of one"),
	KEY("menu", "timeout", menu_timeout, duration, "60", "how long a menu waits for a person"),
	KEY("menu", "serial", menu_serial, yes_no, "no",
	    "show menus on the first serial port too"),
	KEY("loaders", "directory", loaders_directory, text, NULL,
	    "a directory with boot loaders of your own; they win over the system's"),
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

static void *
field_of(struct config *config, const struct key *key)
{
	return (char *)config + key->offset;
}

/* The key, or NULL; then *ret_section says whether at least the section is one. */
static const struct key *
find_key(const char *section, const char *name, bool *ret_section)
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

/* "unknown key 'prot' in [http]: allowed are enabled, port, ..." */
static void
explain_unknown(const char *section, const char *name, bool is_section, char *why, size_t size)
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

int
config_set(struct config *config, const char *section, const char *name, const char *value,
	   char *ret_why, size_t size)
{
	bool is_section;
	const struct key *key = find_key(section, name, &is_section);
	int err;

	if (key == NULL) {
		explain_unknown(section, name, is_section, ret_why, size);
		return -EINVAL;
	}
	err = key->type->set(field_of(config, key), value);
	if (err == -EINVAL)
		snprintf(ret_why, size, "%s wants %s, not '%.60s'", name, key->type->expects,
			 value);
	else if (err < 0)
		snprintf(ret_why, size, "%s", strerror(-err));
	return err;
}

static void
free_list(struct config_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct config_list){0};
}

static bool
is_list(const struct key *key)
{
	return key->type == &value_paths || key->type == &value_interfaces ||
	       key->type == &value_addresses || key->type == &value_quirks;
}

void
config_clear(struct config *config, const char *section, const char *name)
{
	bool is_section;
	const struct key *key = find_key(section, name, &is_section);

	if (key != NULL && is_list(key))
		free_list(field_of(config, key));
}

int
config_init(struct config *ret_config)
{
	struct config config = {0};
	char why[8];

	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (keys[i].start == NULL)
			continue;
		if (config_set(&config, keys[i].section, keys[i].name, keys[i].start, why,
			       sizeof(why)) < 0) {
			config_free(&config);
			return -ENOMEM;
		}
	}
	*ret_config = config;
	return 0;
}

void
config_free(struct config *config)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		void *field = field_of(config, &keys[i]);

		if (is_list(&keys[i]))
			free_list(field);
		else if (keys[i].type == &value_text || keys[i].type == &value_default)
			free(*(char **)field);
	}
	*config = (struct config){0};
}

int
config_finish(struct config *config, char *ret_why, size_t size)
{
	bool has_range = config->dhcp_range.first.s_addr != 0;

	if (config->dhcp == CONFIG_DHCP_UNSET)
		config->dhcp = has_range ? CONFIG_DHCP_SERVER : CONFIG_DHCP_PROXY;
	if (config->dhcp == CONFIG_DHCP_SERVER && !has_range) {
		snprintf(ret_why, size, "DHCP mode 'server' needs a range of addresses");
		return -EINVAL;
	}
	if (config->dhcp != CONFIG_DHCP_SERVER && has_range) {
		snprintf(ret_why, size, "a range of addresses is for DHCP mode 'server' only");
		return -EINVAL;
	}
	if (config->tftp_single_port && config->tftp_port_range.first != 0) {
		snprintf(ret_why, size, "port-range and single-port exclude each other");
		return -EINVAL;
	}
	return 0;
}

bool
config_serves(const struct config *config, const char *name, struct in_addr address)
{
	if (config->listen.s_addr != INADDR_ANY && config->listen.s_addr != address.s_addr)
		return false;
	for (size_t i = 0; i < config->interfaces.count; i++)
		if (strcmp(config->interfaces.items[i], name) == 0)
			return true;
	return config->interfaces.count == 0;
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
