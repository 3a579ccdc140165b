/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates of images as seconds since 1970; see date.h.
 *
 * Years are counted from March, so that the leap day ends them.
 */
#include "date.h"

int64_t
date_seconds(const struct date *date)
{
	int64_t year = date->year - (date->month <= 2);
	int64_t month = (date->month + 9) % 12;
	int64_t days;

	if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31 ||
	    date->hour < 0 || date->hour > 23 || date->minute < 0 || date->minute > 59 ||
	    date->second < 0 || date->second > 60)
		return 0;
	days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date->day -
	       1 - 719468;
	return ((days * 24 + date->hour) * 60 + date->minute - date->zone) * 60 + date->second;
}
