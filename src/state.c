/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state directory's folders.
 */
#include "state.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "index_cache.h"
#include "log.h"
#include "privileges.h"
#include "store.h"

void
state_make(const struct config *config, const char *user, struct state *ret_state)
{
	const char *directory = config->state_directory;
	int error;

	ret_state->cache = privileges_own_folder(user, directory, INDEX_CACHE_FOLDER);
	ret_state->database = privileges_own_folder(user, directory, STORE_FOLDER);
	ret_state->store = NULL;
	error = ret_state->cache < 0 ? ret_state->cache : ret_state->database;
	if (error >= 0)
		return;
	log_info("%s: %s: nothing is remembered between starts", directory, strerror(-error));
	if (config->dhcp == CONFIG_DHCP_SERVER)
		log_warning("dhcp: leases live in memory, and are forgotten when pxeiso stops; "
			    "--state names a directory for them");
}

void
state_open(const struct config *config, struct state *state)
{
	char path[PATH_MAX], why[STORE_WHY_SIZE];
	int error;

	if (state->database < 0 || config->dhcp == CONFIG_DHCP_OFF)
		return;
	snprintf(path, sizeof(path), "%s/" STORE_FOLDER "/" STORE_FILE, config->state_directory);
	error = store_open(state->database, path, &state->store, why);
	state->database = -1;
	if (error < 0)
		log_warning("%s: %s: leases live in memory, and are forgotten when pxeiso stops",
			    path, why);
}

void
state_close(struct state *state)
{
	store_close(state->store);
	if (state->database >= 0)
		close(state->database);
}
