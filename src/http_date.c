/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three forms of a date that HTTP knows (RFC 9110 section 5.6.7):
 *
 *   IMF-fixdate  Sun, 06 Nov 1994 08:49:37 GMT    the only one ever written
 *   RFC 850      Sunday, 06-Nov-94 08:49:37 GMT
 *   asctime      Sun Nov  6 08:49:37 1994
 *
 * Each form is a pattern of fields; one reader goes through any of them. The
 * day of the week must be one, but need not be the right one.
 */
#include "http_date.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

static const char *const weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
				       "Thursday", "Friday", "Saturday"};
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* %w %W: weekday, three letters or whole; %d %e: day, padded with zero or
   space; %b: month; %H %M %S: time; %y %Y: year, two or four digits. */
static const char *const forms[] = {"%w, %d %b %Y %H:%M:%S GMT", "%W, %d-%b-%y %H:%M:%S GMT",
				    "%w %b %e %H:%M:%S %Y"};

/* Takes `count` digits off `text`. */
static bool
take_digits(struct http_slice *text, size_t count, int *ret_number)
{
	uint64_t number;

	if (text->length < count ||
	    http_slice_number((struct http_slice){text->bytes, count}, &number) < 0)
		return false;
	*text = http_slice_from(*text, count);
	*ret_number = (int)number;
	return true;
}

static bool
take_weekday(struct http_slice *text, bool is_whole)
{
	for (size_t i = 0; i < 7; i++) {
		size_t length = is_whole ? strlen(weekdays[i]) : 3;

		if (text->length >= length && memcmp(text->bytes, weekdays[i], length) == 0) {
			*text = http_slice_from(*text, length);
			return true;
		}
	}
	return false;
}

static bool
take_month(struct http_slice *text, int *ret_month)
{
	for (int i = 0; i < 12 && text->length >= 3; i++) {
		if (memcmp(text->bytes, months + 3 * i, 3) == 0) {
			*text = http_slice_from(*text, 3);
			*ret_month = i;
			return true;
		}
	}
	return false;
}

static bool
take_byte(struct http_slice *text, char byte)
{
	if (text->length == 0 || text->bytes[0] != byte)
		return false;
	*text = http_slice_from(*text, 1);
	return true;
}

/* Takes the field that %`field` stands for off `text`. */
static bool
take_field(struct http_slice *text, char field, struct tm *tm)
{
	switch (field) {
	case 'w':
		return take_weekday(text, false);
	case 'W':
		return take_weekday(text, true);
	case 'd':
		return take_digits(text, 2, &tm->tm_mday);
	case 'e':
		return take_digits(text, take_byte(text, ' ') ? 1 : 2, &tm->tm_mday);
	case 'b':
		return take_month(text, &tm->tm_mon);
	case 'H':
		return take_digits(text, 2, &tm->tm_hour) && tm->tm_hour < 24;
	case 'M':
		return take_digits(text, 2, &tm->tm_min) && tm->tm_min < 60;
	case 'S':
		return take_digits(text, 2, &tm->tm_sec) && tm->tm_sec <= 60;
	case 'y':
	case 'Y':
		return take_digits(text, field == 'y' ? 2 : 4, &tm->tm_year);
	default:
		return false;
	}
}

/* Takes all of `form` off `text`, and nothing may be left. */
static bool
take_form(struct http_slice text, const char *form, struct tm *tm)
{
	for (; *form; form++) {
		if (*form == '%' ? !take_field(&text, *++form, tm) : !take_byte(&text, *form))
			return false;
	}
	return text.length == 0;
}

/* The year, counted from 1900, that the last two digits `year` mean: the
   latest one that is not more than fifty years in the future. */
static int
century_of(int year, int64_t now)
{
	struct tm tm;
	time_t time = (time_t)now;

	if (!gmtime_r(&time, &tm))
		return year;
	int full = tm.tm_year / 100 * 100 + year;
	if (full > tm.tm_year + 50)
		full -= 100;
	else if (full <= tm.tm_year - 50)
		full += 100;
	return full;
}

int
http_date_parse(struct http_slice text, int64_t now, int64_t *ret_time)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = {0};

		if (!take_form(text, forms[i], &tm))
			continue;
		tm.tm_year =
			strstr(forms[i], "%y") ? century_of(tm.tm_year, now) : tm.tm_year - 1900;

		/* timegm turns 30 February into a day of March, and a leap
		   second into the next day. */
		int day = tm.tm_mday;
		if (tm.tm_sec == 60)
			tm.tm_sec = 59;
		int64_t time = timegm(&tm);
		if (tm.tm_mday != day)
			return -EINVAL;
		*ret_time = time;
		return 0;
	}
	return -EINVAL;
}

void
http_date_format(int64_t time, char buffer[HTTP_DATE_SIZE])
{
	/* The first and last second of the years with four digits. */
	static const int64_t first = -30610224000, last = 253402300799;
	time_t clamped = (time_t)(time < first ? first : time > last ? last : time);
	struct tm tm = {0};

	gmtime_r(&clamped, &tm);
	strftime(buffer, HTTP_DATE_SIZE, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}
