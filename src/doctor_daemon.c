/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon that runs here, and the options that it was started with: who
 * asks why machines do not boot seldom knows them.
 */
#include "doctor_daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "options.h"

enum { WORDS_MAX = 256, LINE_MAX_SIZE = 65536 };

struct doctor_daemon {
	char line[LINE_MAX_SIZE]; /* words with a NUL behind each, as in /proc */
	char *words[WORDS_MAX + 1];
};

static int
read_words(long pid, struct doctor_daemon *daemon)
{
	char path[64], *at = daemon->line;
	int fd, count = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -errno;
	n = read(fd, daemon->line, sizeof(daemon->line) - 1);
	close(fd);
	if (n <= 0)
		return -EIO;
	daemon->line[n] = '\0';
	for (; at < daemon->line + n && count < WORDS_MAX; at += strlen(at) + 1)
		daemon->words[count++] = at;
	daemon->words[count] = NULL;
	return count;
}

/* Its paths are relative to where it was started. */
static int
enter_folder(long pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/cwd", pid);
	return chdir(path) == -1 ? -errno : 0;
}

long
doctor_daemon_options(struct options *options, struct doctor_daemon **ret_daemon)
{
	const struct config usual = {.dhcp = CONFIG_DHCP_PROXY, .tftp_port = 69, .http_port = 80};
	long pid = doctor_find_daemon(&usual);
	struct doctor_daemon *daemon;
	struct options theirs;
	int count;

	*ret_daemon = NULL;
	if (pid == 0 || options->config_path != NULL || options->setting_count > 0 ||
	    options->argument_count > 0)
		return 0;
	daemon = calloc(1, sizeof(*daemon));
	count = daemon != NULL ? read_words(pid, daemon) : -ENOMEM;
	if (count <= 0 || options_parse(count, daemon->words, &theirs) < 0 ||
	    theirs.command != COMMAND_SERVE || enter_folder(pid) < 0) {
		free(daemon);
		return 0;
	}
	options->config_path = theirs.config_path;
	options->arguments = theirs.arguments;
	options->argument_count = theirs.argument_count;
	memcpy(options->settings, theirs.settings, sizeof(options->settings));
	options->setting_count = theirs.setting_count;
	*ret_daemon = daemon;
	return pid;
}

void
doctor_daemon_free(struct doctor_daemon *daemon)
{
	free(daemon);
}
