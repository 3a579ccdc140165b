/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon: opens its ports as root, gives up root, starts its threads, and
 * from then on passes catalogs from the scanner to whoever serves them.
 *
 *      scanner thread ──catalog──▶ main thread ──catalog──▶ worker threads
 *             ▲                     DHCP │
 *             └───────── wake ─── watcher┘
 */
#include "serve.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "announce.h"
#include "catalog.h"
#include "clients.h"
#include "config.h"
#include "dhcp.h"
#include "indexer.h"
#include "loader.h"
#include "log.h"
#include "mailbox.h"
#include "nested.h"
#include "network.h"
#include "options.h"
#include "privileges.h"
#include "recipe.h"
#include "scanner.h"
#include "serve_dhcp.h"
#include "sockets.h"
#include "state.h"
#include "stream.h"
#include "text.h"
#include "tftp_quirks.h"
#include "watch.h"
#include "worker.h"

enum { CLIENTS_MAX = 16384 };

/* Ourselves, for readers. */
#define PROGRAM "/proc/self/exe"

struct daemon {
	struct config config;
	struct sockets sockets;
	struct state state;
	struct event_base *base;
	struct event *signals[3];
	struct recipes *recipes;
	struct clients *clients;
	struct tftp_quirks *quirks;
	struct mailbox *mailbox;
	struct watch *watch;
	struct network *network;
	struct scanner *scanner;
	struct nested *nested;
	struct indexer *indexer;
	struct dhcp *dhcp;
	struct worker *workers[WORKERS_MAX];
	bool is_announced; /* the first complete catalog was */
};

struct policy_loaders
serve_loaders(const struct loaders *loaders)
{
	return (struct policy_loaders){
		.has_lpxelinux = loaders_find(loaders, "lpxelinux.0") != NULL,
		.has_snponly_efi = loaders_find(loaders, "snponly.efi") != NULL,
		.has_ipxe_efi = loaders_find(loaders, "ipxe.efi") != NULL,
	};
}

/* A new catalog, from the scanner: everyone who serves gets it. */
static void
on_catalog(void *context, struct catalog *catalog)
{
	struct daemon *daemon = context;
	struct policy_loaders loaders = serve_loaders(catalog->loaders);

	for (size_t i = 0; i < daemon->sockets.worker_count; i++)
		worker_hand(daemon->workers[i], catalog_ref(catalog));
	if (daemon->dhcp != NULL)
		dhcp_set_loaders(daemon->dhcp, &loaders);
	if (catalog->is_complete && !daemon->is_announced) {
		daemon->is_announced = true;
		announce_catalog(&daemon->config, catalog);
	}
	catalog_unref(catalog);
}

/* In the scanner's thread. */
static void
post_catalog(void *context, struct catalog *catalog)
{
	mailbox_post(((struct daemon *)context)->mailbox, catalog);
}

static void
watch_directory(void *context, const char *path)
{
	int error = watch_add(((struct daemon *)context)->watch, path);

	if (error < 0 && error != -ENOENT)
		log_warning("images: %s: changes are noticed only now and then: %s", path,
			    strerror(-error));
}

static void
on_change(void *context)
{
	scanner_wake(((struct daemon *)context)->scanner);
}

/* A squashfs is known, or a stream can be had: some may be waiting for it. From
   any thread. */
static void
retry(void *context)
{
	struct daemon *daemon = context;

	for (size_t i = 0; i < daemon->sockets.worker_count; i++)
		worker_retry(daemon->workers[i]);
}

static void
on_child_end(evutil_socket_t number, short what, void *argument)
{
	struct daemon *daemon = argument;

	(void)number;
	(void)what;
	streams_reap(nested_streams(daemon->nested));
	retry(daemon);
}

static void
on_signal(evutil_socket_t number, short what, void *argument)
{
	(void)what;
	log_info("stopping: %s", strsignal((int)number));
	event_base_loopbreak(((struct daemon *)argument)->base);
}

/* Reads what the command line and the file ask for: 0, or an error that was
   explained. */
static int
configure(struct daemon *daemon, const struct options *options)
{
	struct text problems = {0};
	int error = options_config(options, &daemon->config);

	if (error < 0)
		return error;
	log_setup(daemon->config.log_level, daemon->config.log_json);
	if (daemon->config.images.count == 0) {
		log_error("nothing to serve: name a directory of ISO files, as in "
			  "\"pxeiso /srv/isos\", or set [images] directory in the configuration");
		config_free(&daemon->config);
		return -EINVAL;
	}
	error = recipes_configure(&daemon->config, &problems, &daemon->recipes);
	if (problems.length > 0)
		log_warning("recipes: %s", text_string(&problems));
	text_free(&problems);
	if (error < 0)
		config_free(&daemon->config);
	return error;
}

/* Binds the ports and gives up root. */
static int
take_ports(struct daemon *daemon)
{
	const struct config *config = &daemon->config;
	const char *user = privileges_user(config->user);
	const char *unreadable;
	char why[256];
	int error = sockets_open(config, &daemon->sockets, why, sizeof(why));

	if (error < 0) {
		log_error("%s", why);
		return error;
	}
	if (why[0] != '\0')
		log_warning("%s; until then only port 4011 is answered, and the DHCP server must "
			    "send option 60 \"PXEClient\"",
			    why);
	state_make(config, user, &daemon->state);
	error = privileges_drop(user, (const char *const *)config->images.items,
				config->images.count, &unreadable);
	if (error < 0)
		log_error("cannot become user %s: %s", user,
			  error == -ENOENT ? "there is no such user; see --user"
					   : strerror(-error));
	else if (unreadable != NULL)
		log_warning("%s cannot be read by user %s: keeping the right to read every file "
			    "(CAP_DAC_READ_SEARCH); a directory that all may read needs it not",
			    unreadable, user);
	return error;
}

static int
start_workers(struct daemon *daemon)
{
	const struct config *config = &daemon->config;
	const uint32_t count = (uint32_t)daemon->sockets.worker_count;

	for (uint32_t i = 0; i < count; i++) {
		const struct worker_options options = {
			.http_fd = daemon->sockets.http[i],
			.tftp_fd = daemon->sockets.tftp[i],
			.http.connections_max = (config->http_connections + count - 1) / count,
			.http.connections_per_client = config->http_connections_per_client,
			.tftp.windowsize_max = config->tftp_windowsize,
			.tftp.single_port = config->tftp_single_port,
			.tftp.port_first = config->tftp_port_range.first,
			.tftp.port_last = config->tftp_port_range.last,
			.tftp.quirks = daemon->quirks,
			.tftp.clients = daemon->clients,
			.tftp.sessions_per_client = config->tftp_sessions_per_client,
			.tftp.sessions_max = (config->tftp_sessions + count - 1) / count,
			.content.clients = daemon->clients,
			.content.nested = daemon->nested,
			.content.http_port = config->http_enabled ? config->http_port : 0,
			.content.tftp_port = config->tftp_port,
			.content.menu_title = config->menu_title,
			.content.menu = config_menu(config),
			.content.machines = &config->machines,
		};
		int error = worker_start(&options, &daemon->workers[i]);

		if (error < 0)
			return error;
	}
	return 0;
}

static void
on_network(void *context)
{
	dhcp_network_changed(((struct daemon *)context)->dhcp);
}

static int
start_network(struct daemon *daemon)
{
	const struct network_options options = {
		.config = &daemon->config,
		.proxy_only_pxe = daemon->sockets.dhcp == -1,
		.on_change = on_network,
		.context = daemon,
	};

	return network_start(daemon->base, &options, &daemon->network);
}

static int
start_dhcp(struct daemon *daemon)
{
	struct dhcp_options options = serve_dhcp_options(&daemon->config, &daemon->sockets);
	int error;

	if (daemon->config.dhcp == CONFIG_DHCP_OFF)
		return 0;
	state_open(&daemon->config, &daemon->state);
	options.store = daemon->state.store;
	error = serve_dhcp_plan(&daemon->config, &options.subnets);
	if (error < 0)
		return error;
	return dhcp_start(daemon->base, &options, daemon->clients, &daemon->dhcp);
}

static int
start_scanner(struct daemon *daemon)
{
	const struct scanner_options options = {
		.roots = &daemon->config.images,
		.loaders_directory = daemon->config.loaders_directory,
		.program = PROGRAM,
		.recipes = daemon->recipes,
		.cache = daemon->state.cache,
		.on_directory = watch_directory,
		.on_catalog = post_catalog,
		.context = daemon,
	};
	int error = mailbox_new(daemon->base, on_catalog, daemon, &daemon->mailbox);

	if (error == 0)
		error = watch_start(daemon->base, on_change, daemon, &daemon->watch);
	return error == 0 ? scanner_start(&options, &daemon->scanner) : error;
}

static int
catch_signals(struct daemon *daemon)
{
	static const struct {
		int number;
		event_callback_fn callback;
	} signals[] = {{SIGTERM, on_signal}, {SIGINT, on_signal}, {SIGCHLD, on_child_end}};

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < 3; i++) {
		daemon->signals[i] =
			evsignal_new(daemon->base, signals[i].number, signals[i].callback, daemon);
		if (daemon->signals[i] == NULL || event_add(daemon->signals[i], NULL) == -1)
			return -ENOMEM;
	}
	return 0;
}

static int
start(struct daemon *daemon)
{
	const struct config_list *quirks = &daemon->config.tftp_quirks;
	int error;

	daemon->base = event_base_new();
	if (daemon->base == NULL)
		return -ENOMEM;
	error = catch_signals(daemon);
	if (error == 0)
		error = start_network(daemon);
	if (error == 0)
		error = clients_new(CLIENTS_MAX, &daemon->clients);
	if (error == 0)
		error = tftp_quirks_new(quirks->items, quirks->count, &daemon->quirks);
	if (error == 0)
		error = nested_new(PROGRAM, &daemon->nested);
	if (error == 0)
		error = start_workers(daemon);
	if (error == 0)
		error = indexer_start(daemon->nested, PROGRAM, retry, daemon, &daemon->indexer);
	if (error == 0)
		error = start_dhcp(daemon);
	if (error == 0)
		error = start_scanner(daemon);
	return error;
}

/* Stops in the reverse order; what was never started is NULL. */
static void
stop(struct daemon *daemon)
{
	scanner_stop(daemon->scanner);
	watch_stop(daemon->watch);
	network_stop(daemon->network);
	dhcp_stop(daemon->dhcp);
	state_close(&daemon->state);
	indexer_stop(daemon->indexer); /* while the workers can still be told */
	for (size_t i = 0; i < daemon->sockets.worker_count; i++)
		worker_stop(daemon->workers[i]);
	nested_free(daemon->nested);
	mailbox_free(daemon->mailbox);
	clients_free(daemon->clients);
	tftp_quirks_free(daemon->quirks);
	for (size_t i = 0; i < 3; i++) {
		if (daemon->signals[i] != NULL)
			event_free(daemon->signals[i]);
	}
	if (daemon->base != NULL)
		event_base_free(daemon->base);
}

int
serve(const struct options *options)
{
	struct daemon daemon = {0};
	int error;

	if (configure(&daemon, options) < 0)
		return EXIT_FAILURE;
	error = take_ports(&daemon);
	if (error == 0) {
		log_info("pxeiso %s", PXEISO_VERSION);
		error = start(&daemon);
		privileges_forget(); /* the scanner's thread has it by now */
		if (error == 0)
			event_base_dispatch(daemon.base);
		else
			log_error("cannot start: %s", strerror(-error));
		stop(&daemon);
	}
	recipes_free(daemon.recipes);
	config_free(&daemon.config);
	return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
