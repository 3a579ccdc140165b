/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a port, as ss(8) finds it: the kernel lists sockets with their
 * inode in /proc/net, and processes with the inodes of their descriptors.
 */
#include "port_holder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TCP_LISTEN_STATE = 0x0a };

/* The inode of a socket in `path` bound to `port`, 0 if there is none. */
static unsigned long
find_in(const char *path, uint16_t port, bool is_udp)
{
	FILE *list = fopen(path, "re");
	unsigned long found = 0;
	char line[512];

	if (list == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof(line), list) != NULL) {
		unsigned local_port, state;
		unsigned long inode;

		if (sscanf(line,
			   " %*u: %*32[0-9A-F]:%x %*32[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u "
			   "%lu",
			   &local_port, &state, &inode) == 3 &&
		    local_port == port && (is_udp || state == TCP_LISTEN_STATE))
			found = inode;
	}
	fclose(list);
	return found;
}

/* A socket of IPv6 may hold the port of IPv4 too. */
static unsigned long
find_inode(uint16_t port, bool is_udp)
{
	unsigned long found = find_in(is_udp ? "/proc/net/udp" : "/proc/net/tcp", port, is_udp);

	if (found == 0)
		found = find_in(is_udp ? "/proc/net/udp6" : "/proc/net/tcp6", port, is_udp);
	return found;
}

/* Whether process `pid` has the socket `inode` open. */
static bool
has_socket(const char *pid, unsigned long inode)
{
	char path[300], wanted[64], target[64];
	const struct dirent *entry;
	bool found = false;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	directory = opendir(path);
	if (directory == NULL)
		return false;
	while (!found && (entry = readdir(directory)) != NULL) {
		ssize_t n = readlinkat(dirfd(directory), entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = '\0';
		found = strcmp(target, wanted) == 0;
	}
	closedir(directory);
	return found;
}

/* The first line of /proc/PID/NAME that has `word` in it; "" if none has. */
static void
read_line(const char *pid, const char *name, const char *word, char *line, size_t size)
{
	char path[300];
	FILE *file;

	*line = '\0';
	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, (int)size, file) != NULL && strstr(line, word) == NULL)
		*line = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(file);
}

/* Its control group ends in the unit, "0::/system.slice/dnsmasq.service". */
static void
describe(const char *pid, struct port_holder *holder)
{
	char line[512];
	const char *unit;

	*holder = (struct port_holder){.pid = strtol(pid, NULL, 10)};
	read_line(pid, "comm", "", line, sizeof(line));
	snprintf(holder->name, sizeof(holder->name), "%.15s", line[0] != '\0' ? line : "?");
	read_line(pid, "cgroup", ".service", line, sizeof(line));
	unit = strrchr(line, '/');
	if (unit != NULL && strlen(unit + 1) < sizeof(holder->unit))
		snprintf(holder->unit, sizeof(holder->unit), "%s", unit + 1);
}

int
port_holder_find(uint16_t port, bool is_udp, struct port_holder *ret_holder)
{
	unsigned long inode = find_inode(port, is_udp);
	const struct dirent *entry;
	int error = -EACCES;
	DIR *processes;

	if (inode == 0)
		return -ENOENT;
	processes = opendir("/proc");
	if (processes == NULL)
		return -EACCES;
	while (error < 0 && (entry = readdir(processes)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    !has_socket(entry->d_name, inode))
			continue;
		describe(entry->d_name, ret_holder);
		error = 0;
	}
	closedir(processes);
	return error;
}

void
port_holder(uint16_t port, bool is_udp, char *buffer, size_t size)
{
	struct port_holder holder;

	if (port_holder_find(port, is_udp, &holder) == 0)
		snprintf(buffer, size, "%s (process %ld)", holder.name, holder.pid);
	else
		snprintf(buffer, size, "another program");
}
