/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one log line of a transfer.
 */
#ifndef HTTP_LOG_H
#define HTTP_LOG_H

#include <stdint.h>

struct http_connection;

/* Says how the connection's transfer ended: `err` is 0 or the negative errno
   that ended it, `now_ms` the monotonic time. */
void http_log_transfer(const struct http_connection *, int err, int64_t now_ms);

#endif
