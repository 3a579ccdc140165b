/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso check: what would be served with this configuration on this machine,
 * on stdout, and what is wrong, on stderr.
 *
 * The ports are opened as the daemon would, for a moment, and nothing is sent.
 * That an ordinary user may not open them is no fault of the configuration.
 */
#include "commands.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot.h"
#include "dhcp_plan.h"
#include "image.h"
#include "loader.h"
#include "loader_names.h"
#include "net.h"
#include "offline.h"
#include "offline_menu.h"
#include "options.h"
#include "privileges.h"
#include "sockets.h"

static void
check_images(struct offline *offline)
{
	if (offline->config.images.count == 0)
		offline_complain(offline, "images",
				 "none: name a directory, or set directory in [images]");
	for (size_t i = 0; i < offline->image_count; i++) {
		const struct image *image = offline->images[i];

		if (image->index != NULL)
			printf("image    %s: %u %s\n", image->name, image->boot->entry_count,
			       image->boot->entry_count == 1 ? "entry" : "entries");
	}
}

static void
check_menu(struct offline *offline, const struct offline_menu *menu)
{
	const struct config *config = &offline->config;

	printf("menu     %s, default %s, timeout %u s%s\n", config->menu_title,
	       config->menu_default, config->menu_timeout, config->menu_shown ? "" : ", no menu");
	if (!menu_knows(config->menu_default, menu->images, offline->image_count))
		offline_complain(offline, config->menu_default,
				 "the default names nothing that can be booted");
}

static void
check_machines(struct offline *offline, const struct offline_menu *menu)
{
	const struct config *config = &offline->config;
	const struct machine_section *section = config->machines.items;

	for (size_t i = 0; i < config->machines.count; i++, section++) {
		char where[512];

		printf("machine  %s", section->head.argument);
		if (section->boot_self != NULL)
			printf(", default %s", section->boot_self);
		if (section->timeout != MACHINE_TIMEOUT_UNSET)
			printf(", timeout %u s", section->timeout);
		if (section->is_shown == MACHINE_NO)
			printf(", no menu");
		putchar('\n');
		snprintf(where, sizeof(where), "%s:%u: [machine %s]: %s", config->file,
			 section->head.line, section->head.argument, section->boot_self);
		if (!menu_knows(section->boot_self, menu->images, offline->image_count))
			offline_complain(offline, where,
					 "the default names nothing that can be booted");
	}
}

/* A section for images that are not there yet is no mistake. */
static void
check_sections(const struct offline *offline)
{
	const struct config *config = &offline->config;
	const struct image_section *section = config->image_sections.items;

	for (size_t i = 0; i < config->image_sections.count; i++, section++) {
		const char *pattern = section->head.argument;
		size_t image = 0;

		while (image < offline->image_count &&
		       fnmatch(pattern, offline->images[image]->name, FNM_CASEFOLD) != 0)
			image++;
		if (image == offline->image_count)
			printf("note     %s:%u: [image %s]: no image is called so\n", config->file,
			       section->head.line, pattern);
	}
}

static void
complain_of_loader(void *offline, const char *text)
{
	offline_complain(offline, "loaders", text);
}

/* What is missing is a line each; without PXELINUX nothing boots from a BIOS. */
static void
check_loaders(struct offline *offline, const struct loaders *loaders)
{
	const char *missing = loaders_missing(loaders);

	for (size_t i = 0; i < loaders_count(loaders); i++) {
		const struct loader *loader = loaders_at(loaders, i);

		if (strstr(loader->name, ".c32") == NULL)
			printf("loader   %s: %s\n", loader->name, loader->path);
	}
	while (*missing != '\0') {
		int length = (int)strcspn(missing, "\n");

		printf("note     %.*s\n", length, missing);
		missing += length + (missing[length] == '\n');
	}
	if (loaders_find(loaders, "lpxelinux.0") == NULL)
		offline_complain(offline, "loaders",
				 "lpxelinux.0 is missing: no machine with a BIOS can boot");
	loader_names_check(&offline->config, loaders, complain_of_loader, offline);
}

static bool
has_address(const struct net_address *list, size_t count, const char *interface)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, interface) == 0)
			return true;
	return false;
}

static void
check_network(struct offline *offline)
{
	const struct config *config = &offline->config;
	struct net_address *list;
	size_t count, served = 0;
	int err = net_addresses(config->interfaces.count > 0 || config->listen.s_addr != INADDR_ANY,
				&list, &count);

	if (err < 0) {
		offline_complain(offline, "network", strerror(-err));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		char address[INET_ADDRSTRLEN];

		if (!config_serves(config, list[i].name, list[i].address))
			continue;
		inet_ntop(AF_INET, &list[i].address, address, sizeof(address));
		printf("network  %s: %s\n", list[i].name, address);
		served++;
	}
	for (size_t i = 0; i < config->interfaces.count; i++)
		if (!has_address(list, count, config->interfaces.items[i]))
			offline_complain(offline, config->interfaces.items[i],
					 "no such interface, or it has no IPv4 address");
	if (served == 0)
		offline_complain(offline, "network", "no address to serve on");
	free(list);
}

static void
complain_dhcp(void *offline, const char *where, const char *why)
{
	offline_complain(offline, where, why);
}

static void
print_subnet(const struct dhcp_subnet *subnet)
{
	char first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];

	printf("subnet   %s:", subnet->name);
	for (size_t i = 0; i < subnet->span_count; i++)
		printf(" %s-%s,", inet_ntop(AF_INET, &subnet->spans[i].first, first, sizeof(first)),
		       inet_ntop(AF_INET, &subnet->spans[i].last, last, sizeof(last)));
	if (subnet->span_count == 0)
		printf(" no range,");
	printf(" lent for %u s", subnet->lease_seconds);
	if (subnet->router.s_addr != 0)
		printf(", router %s", inet_ntop(AF_INET, &subnet->router, first, sizeof(first)));
	if (subnet->is_for_boot_clients)
		printf(", boot clients only");
	putchar('\n');
}

static void
print_host(const struct dhcp_host *host)
{
	char address[INET_ADDRSTRLEN];

	printf("host     %s:", host->who);
	if (host->address.s_addr != 0)
		printf(" %s", inet_ntop(AF_INET, &host->address, address, sizeof(address)));
	printf("%s%s\n", host->hostname != NULL ? " " : "",
	       host->hostname != NULL ? host->hostname : "");
}

/* What the DHCP server would give out. */
static void
check_subnets(struct offline *offline)
{
	const struct dhcp_plan_report report = {complain_dhcp, offline};
	struct dhcp_subnets subnets = {0};
	struct net_address *own;
	size_t count;

	if (offline->config.dhcp != CONFIG_DHCP_SERVER || net_addresses(false, &own, &count) < 0)
		return;
	if (dhcp_plan_make(&offline->config, own, count, &report, &subnets) < 0)
		offline_complain(offline, "dhcp", "the server has no subnet to serve");
	for (size_t i = 0; i < subnets.count; i++)
		print_subnet(&subnets.items[i]);
	for (size_t i = 0; i < subnets.host_count; i++)
		print_host(&subnets.hosts[i]);
	dhcp_subnets_free(&subnets);
	free(own);
}

static void
check_ports(struct offline *offline)
{
	static const char *const modes[] = {[CONFIG_DHCP_PROXY] = "as proxy",
					    [CONFIG_DHCP_SERVER] = "as server",
					    [CONFIG_DHCP_OFF] = "off"};
	const struct config *config = &offline->config;
	struct sockets sockets;
	char why[256];
	int err = sockets_open(config, &sockets, why, sizeof(why));

	printf("service  DHCP %s\n", modes[config->dhcp]);
	if (config->http_enabled)
		printf("service  HTTP on port %u\n", config->http_port);
	if (config->tftp_enabled)
		printf("service  TFTP on port %u\n", config->tftp_port);
	if (err == 0)
		sockets_close(&sockets);
	/* not root, or the daemon itself is running */
	if (err == -EACCES || strstr(why, "in use by pxeiso ") != NULL)
		printf("note     %s\n", why);
	else if (err < 0)
		offline_complain(offline, "network", why);
	else if (why[0] != '\0')
		printf("note     %s\n", why);
}

/* Who the daemon becomes, and the directory that it keeps things in. */
static void
check_rights(struct offline *offline)
{
	const struct config *config = &offline->config;
	const char *user = privileges_user(config->user);
	struct stat facts;

	if (getpwnam(user) == NULL)
		offline_complain(offline, user, "there is no such user");
	else
		printf("user     %s\n", user);
	if (stat(config->state_directory, &facts) == 0 && !S_ISDIR(facts.st_mode))
		offline_complain(offline, config->state_directory, "not a directory");
}

int
command_check(const struct options *options)
{
	struct offline_menu menu;
	struct offline offline;

	if (offline_start_configured(&offline, options) < 0)
		return 1;
	if (offline_open_images(&offline) < 0 || offline_menu_init(&menu, &offline, options) < 0)
		return offline_finish(&offline);
	check_images(&offline);
	check_menu(&offline, &menu);
	check_machines(&offline, &menu);
	check_sections(&offline);
	check_loaders(&offline, menu.loaders);
	check_network(&offline);
	check_subnets(&offline);
	check_ports(&offline);
	check_rights(&offline);
	puts(offline.status == 0 ? "all is well" : "something is wrong: see above");
	offline_menu_free(&menu);
	return offline_finish(&offline);
}
