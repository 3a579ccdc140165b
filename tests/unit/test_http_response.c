/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Response headers byte for byte: GRUB and U-Boot compare them so (HTTP-10).
 */
#include "http_response.h"
#include "http_unit.h"

enum { NOW = 784111778 };

#define START(status)                                                                              \
	"HTTP/1.1 " status "\r\nDate: Sun, 06 Nov 1994 08:49:38 GMT\r\nServer: pxeiso\r\n"
#define PLAIN(length)                                                                              \
	"Content-Type: text/plain; charset=utf-8\r\n"                                              \
	"Content-Length: " length "\r\n"
#define NOSNIFF "X-Content-Type-Options: nosniff\r\n"

static void
check(const struct http_response *response, const char *expected)
{
	char bytes[HTTP_RESPONSE_MAX];
	size_t length = http_response_format(response, NOW, bytes);

	assert_true(length < sizeof(bytes));
	bytes[length] = '\0';
	assert_string_equal(bytes, expected);
}

static void
a_whole_file_is_described(void **state)
{
	struct file file = sample_file();
	struct http_response response = {
		.status = 200,
		.file = &file,
		.range = {0, 1000},
		.keep_alive = true,
	};
	static const char expected[] =
		START("200 OK") "Content-Type: application/octet-stream\r\n"
				"Content-Length: 1000\r\n"
				"Accept-Ranges: bytes\r\n"
				"Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
				"ETag: \"tag\"\r\n"
				"Cache-Control: public, max-age=60\r\n" NOSNIFF "\r\n";

	(void)state;
	check(&response, expected);
	response.is_head = true;
	check(&response, expected);
}

static void
a_part_says_which_above_4_gib_too(void **state)
{
	struct file file = sample_file();
	file.size = UINT64_C(5368709120);
	struct http_response response = {
		.status = 206,
		.file = &file,
		.range = {UINT64_C(4294967296), UINT64_C(4294967306)},
		.keep_alive = true,
		.is_http10 = true,
	};

	(void)state;
	check(&response,
	      START("206 Partial Content") "Content-Type: application/octet-stream\r\n"
					   "Content-Length: 10\r\n"
					   "Content-Range: bytes "
					   "4294967296-4294967305/5368709120\r\n"
					   "Accept-Ranges: bytes\r\n"
					   "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
					   "ETag: \"tag\"\r\n"
					   "Cache-Control: public, max-age=60\r\n" NOSNIFF
					   "Connection: keep-alive\r\n\r\n");
}

static void
what_is_made_for_a_client_is_not_cached(void **state)
{
	struct file file = sample_file();
	file.generated = true;
	struct http_response response = {.status = 304, .file = &file, .keep_alive = true};

	(void)state;
	check(&response,
	      START("304 Not Modified") "ETag: \"tag\"\r\nCache-Control: no-cache\r\n" NOSNIFF
					"\r\n");
}

static void
errors_say_their_name(void **state)
{
	struct file file = sample_file();
	struct http_response missing = {.status = 404, .keep_alive = true};
	struct http_response refused = {.status = 405, .is_http10 = true};
	struct http_response unsatisfiable = {.status = 416, .file = &file};
	struct http_response moved = {.status = 301, .location = "/a/", .keep_alive = true};
	struct http_response busy = {.status = 503};
	struct http_response options = {.status = 204, .keep_alive = true};

	(void)state;
	check(&missing, START("404 Not Found") PLAIN("14") NOSNIFF "\r\n404 Not Found\n");
	missing.is_head = true;
	check(&missing, START("404 Not Found") PLAIN("14") NOSNIFF "\r\n");
	check(&refused, START("405 Method Not Allowed")
				PLAIN("23") "Allow: GET, HEAD, OPTIONS\r\n" NOSNIFF
					    "Connection: close\r\n\r\n405 Method Not Allowed\n");
	check(&unsatisfiable,
	      START("416 Range Not Satisfiable")
		      PLAIN("26") "Content-Range: bytes */1000\r\n" NOSNIFF
				  "Connection: close\r\n\r\n416 Range Not Satisfiable\n");
	check(&moved, START("301 Moved Permanently") PLAIN("22") "Location: /a/\r\n" NOSNIFF
								 "\r\n301 Moved Permanently\n");
	check(&busy, START("503 Service Unavailable")
			     PLAIN("24") "Retry-After: 5\r\n" NOSNIFF
					 "Connection: close\r\n\r\n503 Service Unavailable\n");
	check(&options, START("204 No Content") "Allow: GET, HEAD, OPTIONS\r\n" NOSNIFF "\r\n");
}

static void
the_longest_location_fits(void **state)
{
	static struct http_response response = {.status = 301};
	char bytes[HTTP_RESPONSE_MAX];

	(void)state;
	memset(response.location, 'a', sizeof(response.location) - 1);
	size_t length = http_response_format(&response, NOW, bytes);
	assert_true(length < sizeof(bytes));
	assert_memory_equal(bytes + length - 22, "301 Moved Permanently\n", 22);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file_is_described),
		cmocka_unit_test(a_part_says_which_above_4_gib_too),
		cmocka_unit_test(what_is_made_for_a_client_is_not_cached),
		cmocka_unit_test(errors_say_their_name),
		cmocka_unit_test(the_longest_location_fits),
	};

	return cmocka_run_group_tests_name("http_response", tests, NULL, NULL);
}
