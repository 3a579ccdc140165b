/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The time of a menu: see boot_timeout.h.
 */
#include "boot_timeout.h"

#include "boot.h"

enum { HOUR = 3600 };

int
boot_timeout_set(struct menu *menu, long seconds, const char *path, struct entry_note **notes)
{
	menu->timeout_ms = seconds > 0 && seconds <= HOUR ? (unsigned)seconds * 1000 : 0;
	if (seconds != 0)
		return 0;
	return note_once(notes,
			 "%s: boots its default at once (timeout 0): here, who opens the menu "
			 "is asked",
			 path);
}
