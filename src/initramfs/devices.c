/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a file in the initramfs to a block device with the image: a loop device,
 * or one for each part, joined by device-mapper. On top of the whole comes
 * another loop device: udev gives those a link by label, a mapped one that was
 * there before udev gets none.
 *
 * Everything is read-only. Who closes what was opened here loses nothing: the
 * kernel keeps the files of devices that are set up.
 */
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <linux/loop.h>

#include "system.h"

/* A table of so many parts is 200 GB; that is the most that two digits name. */
enum { PARTS_MAX = 100, SECTOR = 512 };

/* --- loop devices ---------------------------------------------------------- */

/* Opens a device of a module's: loads that where it is not there yet. */
static int
open_device(const char *path, enum module module)
{
	int fd = file_open(path, O_RDWR);

	if (fd < 0) {
		module_load(module);
		fd = file_open(path, O_RDWR);
	}
	if (fd < 0)
		say_failure(path, "cannot be opened: has the kernel no module for it?", fd);
	return fd;
}

/* Kernels before 5.8 do it in two steps. */
static int
configure(int loop, int file, const char *path)
{
	struct loop_config config = {.fd = (unsigned)file};
	int error;

	config.info.lo_flags = LO_FLAGS_READ_ONLY;
	for (size_t i = 0; i < LO_NAME_SIZE - 1 && path[i] != '\0'; i++)
		config.info.lo_file_name[i] = (unsigned char)path[i];
	error = device_control(loop, LOOP_CONFIGURE, (long)&config);
	if (error != -EINVAL && error != -ENOTTY)
		return error;
	error = device_control(loop, LOOP_SET_FD, file);
	return error < 0 ? error : device_control(loop, LOOP_SET_STATUS64, (long)&config.info);
}

/* Attaches the file at `path` to the next loop device: its size in bytes is
   written, and its path to `device`. Says what failed. */
static bool
attach(const char *path, char device[TEXT_SIZE], unsigned long *ret_size)
{
	int control = open_device("/dev/loop-control", MODULE_LOOP);
	unsigned long long size = 0;
	int number, file, loop, error;

	if (control < 0)
		return false;
	number = device_control(control, LOOP_CTL_GET_FREE, 0);
	file_close(control);
	if (number < 0) {
		say_failure(path, "no loop device is free", number);
		return false;
	}
	text_join(device, "/dev/loop");
	text_add_number(device, (unsigned long)number);
	file = file_open(path, O_RDONLY);
	loop = file_open(device, O_RDONLY);
	error = file < 0 ? file : loop < 0 ? loop : configure(loop, file, path);
	if (error == 0)
		error = device_control(loop, BLKGETSIZE64, (long)&size);
	if (error < 0)
		say_failure(path, "cannot be attached to a loop device", error);
	if (file >= 0)
		file_close(file);
	if (loop >= 0)
		file_close(loop);
	*ret_size = (unsigned long)size;
	return error == 0;
}

/* --- parts ----------------------------------------------------------------- */

/* A line of a table: all of a part's device. */
struct line {
	struct dm_target_spec target;
	char device[32]; /* and where on it to begin */
};

/* What is asked of device-mapper. */
struct request {
	struct dm_ioctl head;
	struct line lines[PARTS_MAX];
};

/* Attaches the parts: the table of them all, or 0 when one cannot be. */
static unsigned
attach_parts(const char *path, struct line lines[PARTS_MAX])
{
	char part[TEXT_SIZE], device[TEXT_SIZE];
	unsigned long sectors = 0, size;
	unsigned count = 0;

	for (; count < PARTS_MAX; count++) {
		struct line *line = &lines[count];

		text_join(part, path, count < 10 ? ".0" : ".");
		text_add_number(part, count);
		if (!file_exists(part))
			break;
		if (!attach(part, device, &size))
			return 0;
		text_add(device, " 0");
		if (text_length(device) >= sizeof(line->device))
			return 0;
		line->target.sector_start = sectors;
		line->target.length = size / SECTOR;
		line->target.next = sizeof(*line);
		memcpy(line->target.target_type, "linear", sizeof("linear"));
		memcpy(line->device, device, text_length(device) + 1);
		sectors += size / SECTOR;
	}
	return count;
}

/* Each request is answered in place. A device is found by its name alone. */
static int
ask(int control, unsigned long command, struct request *request)
{
	request->head.version[0] = DM_VERSION_MAJOR;
	request->head.version[1] = 0;
	request->head.version[2] = 0;
	request->head.data_size = sizeof(*request);
	request->head.data_start = offsetof(struct request, lines);
	request->head.flags = DM_READONLY_FLAG;
	request->head.dev = 0;
	memcpy(request->head.name, "pxeiso", sizeof("pxeiso"));
	return device_control(control, command, (long)request);
}

/* Makes one device of the parts: its path is written to `device`. */
static bool
join(const char *path, char device[TEXT_SIZE])
{
	static struct request request, table;
	int control, error;
	unsigned long minor;

	table.head.target_count = attach_parts(path, table.lines);
	if (table.head.target_count == 0)
		return false;
	control = open_device("/dev/mapper/control", MODULE_MAPPER);
	if (control < 0)
		return false;
	error = ask(control, DM_DEV_CREATE, &request);
	/* As the kernel packs it: 8 bits of the minor, 12 of the major, the rest. */
	minor = (request.head.dev & 0xff) | ((request.head.dev >> 12) & 0xfff00);
	if (error == 0)
		error = ask(control, DM_TABLE_LOAD, &table);
	if (error == 0) /* without DM_SUSPEND_FLAG it begins */
		error = ask(control, DM_DEV_SUSPEND, &request);
	file_close(control);
	if (error < 0) {
		say_failure(path, "device-mapper cannot join its parts", error);
		return false;
	}
	text_join(device, "/dev/dm-");
	text_add_number(device, minor);
	return true;
}

/* --- the image ------------------------------------------------------------- */

void
image_attach(const char *path)
{
	char first[TEXT_SIZE], mapped[TEXT_SIZE], device[TEXT_SIZE];
	unsigned long size;

	module_load(MODULE_ISOFS);
	if (file_exists(text_join(first, path, ".00"))) {
		if (!join(path, mapped))
			return;
		path = mapped;
	} else if (!file_exists(path)) {
		say_failure(path, "is not in the initramfs: was there enough memory for it?", 0);
		return;
	}
	if (attach(path, device, &size))
		say(path, text_join(first, "attached to ", device));
}
