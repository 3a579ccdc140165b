/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All of some bytes into a descriptor that may take fewer at a time.
 */
#ifndef WRITE_ALL_H
#define WRITE_ALL_H

#include <stddef.h>

/* Waits where write(2) does; a signal in between is no error. 0 or a negative
   errno, when an unknown part of the bytes is written. */
int write_all(int fd, const void *bytes, size_t length);

#endif
