/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of the daemon: see config.h. Which there are, the tables of
 * config_key.c say.
 *
 * Reading stops judging at the first mistake: a person mends it and asks
 * again. Nothing here looks at the machine; `pxeiso check` does that.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_key.h"
#include "config_value.h"

enum { NAME_SIZE = 64 };

static struct config_sections *
sections_of(struct config *config, const struct config_section_kind *kind)
{
	return (struct config_sections *)((char *)config + kind->offset);
}

static void *
field_of(void *item, const struct config_row *key)
{
	return (char *)item + key->offset;
}

/* Splits "machine 52:54:00:*" into the name and the argument, "" without one. */
static const char *
split_section(const char *section, char name[NAME_SIZE])
{
	size_t length = strcspn(section, " \t");

	snprintf(name, NAME_SIZE, "%.*s", (int)length, section);
	return section + length + strspn(section + length, " \t");
}

int
config_begin(struct config *config, const char *section, unsigned line, char *ret_why, size_t size)
{
	char name[NAME_SIZE];
	const char *argument = split_section(section, name);
	const struct config_section_kind *kind = config_find_kind(name);
	bool is_section;
	int err;

	config_find_key(name, "", &is_section);
	if (!is_section) {
		config_explain_unknown(section, "", false, ret_why, size);
		return -EINVAL;
	}
	if (kind == NULL && *argument != '\0') {
		snprintf(ret_why, size, "nothing may stand behind the name in [%.60s]", section);
		return -EINVAL;
	}
	if (kind == NULL)
		return 0;
	err = config_section_add(kind, sections_of(config, kind), argument, line);
	if (err == -EINVAL)
		snprintf(ret_why, size, "[%s] wants %s behind its name, not '%.60s'", name,
			 kind->argument->expects, argument);
	else if (err == -EEXIST)
		snprintf(ret_why, size, "[%.60s] stands here again: write its keys in one section",
			 section);
	else if (err < 0)
		snprintf(ret_why, size, "%s", strerror(-err));
	return err == -EEXIST ? -EINVAL : err;
}

/* What the keys of a section are fields of: the configuration, or an item. */
static int
find_item(struct config *config, const char *name, const char *argument, void **ret_item)
{
	const struct config_section_kind *kind = config_find_kind(name);
	struct config_section *section;
	int err;

	if (kind == NULL) {
		*ret_item = config;
		return 0;
	}
	err = config_section_find(kind, sections_of(config, kind), argument, &section);
	if (err == 0)
		*ret_item = section;
	return err;
}

/* A key with an argument of its own, "option 119": its value is what follows. */
static int
set_option(void *item, const struct config_row *key, const char *argument, const char *value,
	   char *ret_why, size_t size)
{
	char *whole;
	int err;

	if (asprintf(&whole, "%s %s", argument, value) < 0) {
		snprintf(ret_why, size, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = key->type->set(field_of(item, key), whole);
	if (err == -EINVAL)
		snprintf(ret_why, size, "%s %.20s: %s", key->name, argument,
			 value_explain_option(whole));
	else if (err < 0)
		snprintf(ret_why, size, "%s", strerror(-err));
	free(whole);
	return err;
}

int
config_set(struct config *config, const char *section, const char *key_name, const char *value,
	   char *ret_why, size_t size)
{
	char name[NAME_SIZE], word[NAME_SIZE];
	const char *argument = split_section(section, name);
	const char *key_argument = split_section(key_name, word);
	bool is_section;
	const struct config_row *key = config_find_key(name, word, &is_section);
	void *item = NULL;
	int err;

	if (key == NULL || (*key_argument != '\0' && key->type != &value_option)) {
		config_explain_unknown(name, key_name, is_section, ret_why, size);
		return -EINVAL;
	}
	err = find_item(config, name, argument, &item);
	if (err < 0) {
		snprintf(ret_why, size, "there is no section [%.60s]", section);
		return err == -ENOENT ? -EINVAL : err;
	}
	if (key->type == &value_option)
		return set_option(item, key, key_argument, value, ret_why, size);
	err = key->type->set(field_of(item, key), value);
	if (err == -EINVAL)
		snprintf(ret_why, size, "%s wants %s, not '%.60s'", key_name, key->type->expects,
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
is_list(const struct config_row *key)
{
	return key->type == &value_paths || key->type == &value_interfaces ||
	       key->type == &value_addresses || key->type == &value_quirks ||
	       key->type == &value_option;
}

/* Whether its field is one string, which is owned. */
static bool
is_string(const struct config_row *key)
{
	return key->type == &value_text || key->type == &value_default || key->type == &value_way ||
	       key->type == &value_loader || key->type == &value_own_loader ||
	       key->type == &value_name;
}

void
config_clear(struct config *config, const char *section, const char *name)
{
	bool is_section;
	const struct config_row *key = config_find_key(section, name, &is_section);

	if (key != NULL && is_list(key))
		free_list(field_of(config, key));
}

int
config_init(struct config *ret_config)
{
	const struct config_row *row;
	struct config config = {0};
	char why[8];

	for (size_t i = 0; (row = config_row_at(i)) != NULL; i++) {
		if (row->start == NULL)
			continue;
		if (config_set(&config, row->section, row->name, row->start, why, sizeof(why)) <
		    0) {
			config_free(&config);
			return -ENOMEM;
		}
	}
	*ret_config = config;
	return 0;
}

/* Frees the fields of an item of `kind`, or of the configuration for NULL. */
static void
free_fields(void *item, const struct config_section_kind *kind)
{
	const struct config_row *row;

	for (size_t i = 0; (row = config_row_at(i)) != NULL; i++) {
		void *field = field_of(item, row);

		if (config_find_kind(row->section) != kind)
			continue;
		if (is_list(row))
			free_list(field);
		else if (is_string(row))
			free(*(char **)field);
	}
}

void
config_free(struct config *config)
{
	const struct config_section_kind *kind;

	for (size_t i = 0; (kind = config_kind_at(i)) != NULL; i++) {
		struct config_sections *sections = sections_of(config, kind);

		for (size_t number = 0; number < sections->count; number++) {
			struct config_section *section = config_section_at(kind, sections, number);

			free(section->argument);
			free_fields(section, kind);
		}
		free(sections->items);
	}
	free_fields(config, NULL);
	free(config->file);
	*config = (struct config){0};
}

int
config_finish(struct config *config, char *ret_why, size_t size)
{
	bool has_range = config->dhcp_range.count > 0;
	bool has_subnet = config->subnets.count > 0;

	if (config->dhcp == CONFIG_DHCP_UNSET)
		config->dhcp = has_range || has_subnet ? CONFIG_DHCP_SERVER : CONFIG_DHCP_PROXY;
	if (config->dhcp == CONFIG_DHCP_SERVER && !has_range && !has_subnet) {
		snprintf(ret_why, size,
			 "DHCP mode 'server' needs a range of addresses or a [subnet]");
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

struct machine_menu
config_menu(const struct config *config)
{
	return (struct machine_menu){.boot_self = config->menu_default,
				     .timeout = config->menu_timeout,
				     .boots_at_once = !config->menu_shown,
				     .has_serial = config->menu_serial};
}
