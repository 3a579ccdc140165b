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

/* Appends `text` to the line, with control bytes (and what JSON reserves)
   written as escapes; keeps room for the end of the line. */
static size_t
append_escaped(char *line, size_t used, const char *text)
{
	for (; *text != '\0' && used + 12 < LINE_MAX_BYTES; text++) {
		unsigned char c = (unsigned char)*text;

		if (log_json && (c == '"' || c == '\\')) {
			line[used++] = '\\';
			line[used++] = (char)c;
		} else if (c < 0x20 || c == 0x7f) {
			used += (size_t)snprintf(line + used, LINE_MAX_BYTES - used,
						 log_json ? "\\u%04x" : "\\x%02x", c);
		} else {
			line[used++] = (char)c;
		}
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
