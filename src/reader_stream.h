/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Streams a file of a squashfs out of the reader: READER_STREAM of
 * reader_protocol.h, on the child's side.
 */
#ifndef READER_STREAM_H
#define READER_STREAM_H

struct reader_request;

/* Writes what `request` asks for to READER_OUTPUT_FD: 0, or -EBADMSG with
   *ret_why (static text) when the squashfs is damaged or ends before, -EPIPE when
   nobody reads any more, or another negative errno. */
int reader_stream(const struct reader_request *request, int image_fd, const char **ret_why);

#endif
