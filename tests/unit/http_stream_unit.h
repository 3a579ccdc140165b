/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP service with files that come out of streams, and with a path whose
 * answer is not known yet. Included once, by a test program.
 */
#ifndef HTTP_STREAM_UNIT_H
#define HTTP_STREAM_UNIT_H

#include "http_service_unit.h"
#include "stream_unit.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

enum { SIZE = 3000001 };

static const struct http_options defaults;
static struct stream_source source;
static unsigned descriptors;
static bool is_known; /* what "/later" is */
static int not_yet;   /* what content_open says until then */
static uint8_t bytes[SIZE];

static inline int
open_tree(const char *path, struct file **ret_file)
{
	if (strcmp(path, "/stream") == 0)
		*ret_file = stream_file_new(&source, SIZE);
	else if (strcmp(path, "/empty") == 0)
		*ret_file = stream_file_new(&source, 0);
	else if (strcmp(path, "/later") != 0)
		return -ENOENT;
	else if (!is_known)
		return not_yet;
	else
		return file_new_memory(strdup("known"), 5, "text/plain", ret_file);
	return 0;
}

static inline void
begin(const struct http_options *options)
{
	descriptors = stream_descriptors();
	source = stream_source_new();
	open_more = open_tree;
	is_known = false;
	not_yet = -EINPROGRESS;
	service_start(options);
}

static inline void
finish(void)
{
	service_stop();
	stream_source_free(&source);
	assert_int_equal(stream_descriptors(), descriptors);
}

/* Receives bytes [first, end) of the stream. */
static inline void
expect_stream(int fd, uint64_t first, uint64_t end)
{
	assert_int_equal(client_receive(fd, (char *)bytes, end - first), end - first);
	for (uint64_t i = first; i < end; i++) {
		if (bytes[i - first] != stream_byte(i))
			fail_msg("byte %ju is wrong", (uintmax_t)i);
	}
}

static inline void
expect_text(int fd, const char *text)
{
	char got[100] = "";

	assert_int_equal(client_receive(fd, got, strlen(text)), strlen(text));
	assert_string_equal(got, text);
}

/* Lets `run` happen and returns what it wrote to the log. */
static inline const char *
log_of(void (*run)(void *), void *context)
{
	static char text[4096];
	int saved = dup(STDERR_FILENO), file = memfd_create("log", 0);
	ssize_t length;

	fflush(stderr);
	dup2(file, STDERR_FILENO);
	log_setup(LOG_INFO, false);
	run(context);
	log_setup(LOG_ERROR, false);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	length = pread(file, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	close(saved);
	close(file);
	return text;
}

static inline void
wait_for_children(unsigned wanted)
{
	for (unsigned tries = 0; stream_count_children() != wanted && tries < 2000; tries++) {
		run_for(1);
		streams_reap(source.streams);
	}
	assert_int_equal(stream_count_children(), wanted);
}

#endif
