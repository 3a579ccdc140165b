/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits on log lines of refused requests: see tftp_misses.h.
 *
 * Periods are not shared: each row's begins with the first miss after the one
 * before has run out, so a quiet client always has its full allowance.
 */
#include "tftp_misses.h"

#include <errno.h>
#include <string.h>

#include "log.h"

static bool
has_room(struct tftp_misses_row *row, uint32_t lines_max, uint64_t now)
{
	if (row->lines == 0 || now - row->began_at >= TFTP_MISSES_PERIOD) {
		row->began_at = now;
		row->lines = 0;
	}
	return row->lines < lines_max;
}

bool
tftp_misses_note(struct tftp_misses *misses, struct in_addr address, uint64_t now,
		 uint32_t *ret_hidden)
{
	uint32_t number = ntohl(address.s_addr);
	struct tftp_misses_row *row = &misses->rows[number % TFTP_MISSES_ROWS];

	*ret_hidden = 0;
	if (row->address != address.s_addr)
		*row = (struct tftp_misses_row){.address = address.s_addr};
	if (!has_room(row, TFTP_MISSES_LINES, now) ||
	    !has_room(&misses->total, TFTP_MISSES_LINES_TOTAL, now)) {
		row->hidden++;
		return false;
	}
	*ret_hidden = row->hidden;
	row->hidden = 0;
	row->lines++;
	misses->total.lines++;
	return true;
}

bool
tftp_shortage_is_news(struct tftp_shortage *shortage, uint64_t now)
{
	if (shortage->told_at != 0 && now - shortage->told_at < TFTP_SHORTAGE_PERIOD)
		return false;
	shortage->told_at = now;
	return true;
}

void
tftp_shortage_tell(struct tftp_shortage *shortage, uint64_t now)
{
	if (shortage->ignored + shortage->ended == 0 || !tftp_shortage_is_news(shortage, now))
		return;
	log_warning("tftp: too many transfers: %u requests ignored, %u unanswered ones ended%s",
		    shortage->ignored, shortage->ended,
		    shortage->portless > 0 ? "; no port was free" : "");
	*shortage = (struct tftp_shortage){.told_at = shortage->told_at};
}

bool
tftp_miss_is_expected(const char *path, int err)
{
	static const char folder[] = "pxelinux.cfg/";

	return err == -ENOENT && strncmp(path, folder, sizeof(folder) - 1) == 0;
}
