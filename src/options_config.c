/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration that a command line asks for: the defaults, then the
 * file, then the options, each over the one before.
 *
 * A list that is given on the command line replaces the file's: `-i eth1`
 * serves on eth1 and nothing else, whatever the file says.
 */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

static const char *const default_path = "/etc/pxeiso.conf";

enum { WHY_SIZE = 512 };

static int
read_file(const struct options *options, struct config *config, char *why)
{
	int err;

	if (options->config_path != NULL)
		return config_read(config, options->config_path, why, WHY_SIZE);
	err = config_read(config, default_path, why, WHY_SIZE);
	return err == -ENOENT ? 0 : err;
}

/* DIR and IMAGE are settings too: of images.directory. */
static int
apply_arguments(const struct options *options, struct config *config, char *why)
{
	if (options->argument_count > 0)
		config_clear(config, "images", "directory");
	for (size_t i = 0; i < options->argument_count; i++) {
		int err = config_set(config, "images", "directory", options->arguments[i], why,
				     WHY_SIZE);
		if (err < 0)
			return err;
	}
	return 0;
}

static int
apply_settings(const struct options *options, struct config *config, char *why)
{
	for (size_t i = 0; i < options->setting_count; i++)
		config_clear(config, options->settings[i].section, options->settings[i].key);
	for (size_t i = 0; i < options->setting_count; i++) {
		const struct option_setting *setting = &options->settings[i];
		int err = config_set(config, setting->section, setting->key, setting->value, why,
				     WHY_SIZE);
		if (err < 0)
			return err;
	}
	return 0;
}

/* --dhcp proxy says no to the file's range; --range to the file's mode. */
static void
settle_dhcp(const struct options *options, struct config *config)
{
	bool mode = false, range = false;

	for (size_t i = 0; i < options->setting_count; i++) {
		mode |= strcmp(options->settings[i].section, "dhcp") == 0 &&
			strcmp(options->settings[i].key, "mode") == 0;
		range |= strcmp(options->settings[i].section, "dhcp") == 0 &&
			 strcmp(options->settings[i].key, "range") == 0;
	}
	if (mode && !range && config->dhcp != CONFIG_DHCP_SERVER)
		config->dhcp_range.count = 0;
	if (range && !mode)
		config->dhcp = CONFIG_DHCP_UNSET;
}

int
options_config(const struct options *options, struct config *ret_config)
{
	struct config config;
	char why[WHY_SIZE] = "out of memory";
	int err = config_init(&config);

	if (err < 0)
		goto say_why;
	err = read_file(options, &config, why);
	if (err == 0)
		err = apply_arguments(options, &config, why);
	if (err == 0)
		err = apply_settings(options, &config, why);
	if (err == 0) {
		settle_dhcp(options, &config);
		err = config_finish(&config, why, sizeof(why));
	}
	if (err < 0)
		goto free_config;
	*ret_config = config;
	return 0;

free_config:
	config_free(&config);
say_why:
	fprintf(stderr, "pxeiso: %s\n", why);
	return err;
}
