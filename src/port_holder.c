/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a port, as ss(8) finds it: the kernel lists sockets with their
 * inode in /proc/net, and processes with the inodes of their descriptors.
 */
#include "port_holder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TCP_LISTEN_STATE = 0x0a };

/* The inode of a socket bound to `port`, 0 if there is none. */
static unsigned long
find_inode(uint16_t port, bool is_udp)
{
	FILE *list = fopen(is_udp ? "/proc/net/udp" : "/proc/net/tcp", "re");
	unsigned long found = 0;
	char line[512];

	if (list == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof(line), list) != NULL) {
		unsigned local_port, state;
		unsigned long inode;

		if (sscanf(line, " %*u: %*8x:%x %*8x:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu",
			   &local_port, &state, &inode) == 3 &&
		    local_port == port && (is_udp || state == TCP_LISTEN_STATE))
			found = inode;
	}
	fclose(list);
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

static void
name_process(const char *pid, char *buffer, size_t size)
{
	char path[300], name[64] = "?";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (file != NULL) {
		if (fgets(name, sizeof(name), file) != NULL)
			name[strcspn(name, "\n")] = '\0';
		fclose(file);
	}
	snprintf(buffer, size, "%s (process %s)", name, pid);
}

void
port_holder(uint16_t port, bool is_udp, char *buffer, size_t size)
{
	unsigned long inode = find_inode(port, is_udp);
	const struct dirent *entry;
	DIR *processes;

	snprintf(buffer, size, "another program");
	if (inode == 0)
		return;
	processes = opendir("/proc");
	if (processes == NULL)
		return;
	while ((entry = readdir(processes)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (has_socket(entry->d_name, inode)) {
			name_process(entry->d_name, buffer, size);
			break;
		}
	}
	closedir(processes);
}
