/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines to standard error, one line an event.
 *
 * Message grammar: "service peer: what: reason", for instance
 * "tftp 192.0.2.7: images/debian-12/vmlinuz: no such file". Each event is
 * logged exactly once, by the layer that stops caring: a service, the scanner
 * or main. Libraries and pure files never log.
 *
 * Control characters in a message, and bytes that are not UTF-8, are written
 * as \xNN (in JSON \u00NN), so a name that came from the network or out of an
 * image cannot forge a line. Safe from any thread.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Messages above `level` are dropped; `json` writes {"time","level","message"}
   objects instead of text. */
void log_setup(enum log_level level, bool json);

/* Whether a message of `level` would be written: guards costly arguments. */
bool log_wants(enum log_level level);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
