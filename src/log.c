/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines: formatted into one buffer, escaped, and written with a single
 * write(2), so that lines of several threads never mix.
 *
 * The level and the format are the only globals of the program. They are set
 * once, before any thread starts.
 */
#include "log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048 };

static enum log_level log_level = LOG_INFO;
static bool log_json;

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

void
log_setup(enum log_level level, bool json)
{
	log_level = level;
	log_json = json;
}

bool
log_wants(enum log_level level)
{
	return level <= log_level;
}

/* The length of the character that `text` begins with; 0 when its first byte
   must be escaped: a control character, or no UTF-8 (RFC 3629). */
static size_t
printable_length(const char *text)
{
	/* The smallest code point of each length that is no control character. */
	static const uint32_t least[] = {0, 0x20, 0xa0, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)text;
	size_t length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	uint32_t code = length == 1 ? at[0] : at[0] & (0x7fU >> length);

	if (at[0] == 0x7f || (at[0] >= 0x80 && at[0] < 0xc2) || at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return length;
}

/* Appends `text` to the line, with bytes that are not printable (and what JSON
   reserves) written as escapes; keeps room for the end of the line. */
static size_t
append_escaped(char *line, size_t used, const char *text)
{
	while (*text != '\0' && used + 12 < LINE_MAX_BYTES) {
		size_t length = printable_length(text);

		if (length == 0) {
			used += (size_t)snprintf(line + used, LINE_MAX_BYTES - used,
						 log_json ? "\\u%04x" : "\\x%02x",
						 (unsigned char)*text++);
			continue;
		}
		if (log_json && (*text == '"' || *text == '\\'))
			line[used++] = '\\';
		memcpy(line + used, text, length);
		used += length;
		text += length;
	}
	return used;
}

static size_t
append_time(char *line, size_t size)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	return strftime(line, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
write_line(enum log_level level, const char *message)
{
	char line[LINE_MAX_BYTES];
	size_t used = 0;
	ssize_t ignored;

	if (log_json) {
		used = (size_t)snprintf(line, sizeof(line), "{\"time\":\"");
		used += append_time(line + used, sizeof(line) - used);
		used += (size_t)snprintf(line + used, sizeof(line) - used,
					 "\",\"level\":\"%s\",\"message\":\"", level_names[level]);
	} else if (level <= LOG_WARNING) {
		used = (size_t)snprintf(line, sizeof(line), "%s: ", level_names[level]);
	}
	used = append_escaped(line, used, message);
	if (log_json) {
		line[used++] = '"';
		line[used++] = '}';
	}
	line[used++] = '\n';
	/* Nobody is left to tell when standard error is gone. */
	ignored = write(STDERR_FILENO, line, used);
	(void)ignored;
}

static void __attribute__((format(printf, 2, 0)))
log_message(enum log_level level, const char *format, va_list arguments)
{
	char message[LINE_MAX_BYTES];

	if (!log_wants(level))
		return;
	vsnprintf(message, sizeof(message), format, arguments);
	write_line(level, message);
}

#define DEFINE_LOG(name, level)                                                                    \
	void log_##name(const char *format, ...)                                                   \
	{                                                                                          \
		va_list arguments;                                                                 \
		va_start(arguments, format);                                                       \
		log_message(level, format, arguments);                                             \
		va_end(arguments);                                                                 \
	}

DEFINE_LOG(error, LOG_ERROR)
DEFINE_LOG(warning, LOG_WARNING)
DEFINE_LOG(info, LOG_INFO)
DEFINE_LOG(debug, LOG_DEBUG)
