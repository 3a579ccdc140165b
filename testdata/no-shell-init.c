/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /init of no-shell.iso, and all that its initramfs has but modules: finds the disc that root=LABEL= names among the loop
 * devices, as udev would have found it, mounts it, and says on the serial line whether its root is there and whole.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LABEL_AT = 32768 + 40, LABEL_SIZE = 32 };

/* The first line of a file. */
static void
read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "r");

	line[0] = '\0';
	if (file != NULL) {
		if (fgets(line, (int)size, file) != NULL)
			line[strcspn(line, "\n")] = '\0';
		fclose(file);
	}
}

/* As cksum(1) has it. */
static uint32_t
checksum(const char *path, unsigned long *ret_size)
{
	FILE *file = fopen(path, "r");
	unsigned long size = 0, rest;
	uint32_t sum = 0;
	int byte;

	while (file != NULL && (byte = getc(file)) != EOF) {
		sum ^= (uint32_t)byte << 24;
		for (int bit = 0; bit < 8; bit++)
			sum = sum << 1 ^ (sum >> 31 ? 0x04c11db7U : 0);
		size++;
	}
	for (rest = size; rest > 0; rest >>= 8) {
		sum ^= (uint32_t)(rest & 0xff) << 24;
		for (int bit = 0; bit < 8; bit++)
			sum = sum << 1 ^ (sum >> 31 ? 0x04c11db7U : 0);
	}
	*ret_size = size;
	return ~sum;
}

/* Mounts the loop device with this label: whether there is one. */
static int
find(const char *label)
{
	char path[64], found[LABEL_SIZE + 1];
	int is_mounted = 0;

	for (int number = 0; number < 16; number++) {
		char name[256];
		int fd;

		snprintf(path, sizeof(path), "/sys/block/loop%d/loop/backing_file", number);
		read_line(path, name, sizeof(name));
		if (name[0] == '\0')
			continue;
		printf("PXEISO-LOOP %d %s\n", number, name);
		snprintf(path, sizeof(path), "/dev/loop%d", number);
		fd = open(path, O_RDONLY);
		memset(found, 0, sizeof(found));
		if (pread(fd, found, LABEL_SIZE, LABEL_AT) != LABEL_SIZE)
			found[0] = '\0';
		close(fd);
		found[strcspn(found, " ")] = '\0';
		if (strcmp(found, label) == 0 && mount(path, "/iso", "iso9660", MS_RDONLY, NULL) == 0) {
			printf("PXEISO-MOUNT %s /iso\n", path);
			is_mounted++;
		}
	}
	return is_mounted;
}

int
main(int argc, char **argv)
{
	char line[2048], label[64] = "", expected[64], actual[64];
	unsigned long size;
	uint32_t sum;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/iso", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) != 0 || mount("sysfs", "/sys", "sysfs", 0, NULL) != 0 ||
	    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL) != 0)
		return 1;
	if (freopen("/dev/console", "w", stdout) == NULL)
		return 1;
	read_line("/proc/cmdline", line, sizeof(line));
	sscanf(strstr(line, "root=LABEL=") != NULL ? strstr(line, "root=LABEL=") : "", "root=LABEL=%63s", label);
	printf("\nPXEISO-MARKER no-shell final root\nPXEISO-CMDLINE %s\n", line);
	for (int i = 0; i < argc; i++)
		printf("PXEISO-ARGUMENT %s\n", argv[i]);
	printf("PXEISO-FOUND %d\n", find(label));
	sum = checksum("/iso/nix-store.squashfs", &size);
	snprintf(actual, sizeof(actual), "%lu %lu", (unsigned long)sum, size);
	read_line("/iso/nix-store.cksum", expected, sizeof(expected));
	printf("PXEISO-ROOT %s\n", strcmp(actual, expected) == 0 ? "whole" : actual);
	printf("PXEISO-END\n");
	fflush(stdout);
	for (;;)
		sleep(3600);
}
