/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two protocols of doctor_fetch.h; for doctor_fetch*.c alone.
 */
#ifndef DOCTOR_FETCH_PART_H
#define DOCTOR_FETCH_PART_H

#include "doctor_fetch.h"

/* Say what went wrong. */
void doctor_fetch_failed(struct doctor_fetched *, const char *why, ...)
	__attribute__((format(printf, 2, 3)));

/* Waits until `fd` can be read: 0, or -ETIMEDOUT. */
int doctor_fetch_wait(int fd, int timeout_ms);

void doctor_fetch_tftp(struct in_addr server, const char *path, size_t most,
		       struct doctor_fetched *);
void doctor_fetch_http(const struct sockaddr_in *server, const char *path, size_t most,
		       struct doctor_fetched *);

#endif
