/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates of images as seconds since 1970.
 *
 * The C library would ask for a time zone, which the reader's jail has not.
 */
#ifndef DATE_H
#define DATE_H

#include <stdint.h>

struct date {
	int year, month, day, hour, minute, second;
	int zone; /* minutes east of Greenwich */
};

/* Seconds since 1970, UTC, of a date of the Gregorian calendar; 0 for none. */
int64_t date_seconds(const struct date *);

#endif
