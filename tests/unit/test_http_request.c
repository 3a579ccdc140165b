/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Request headers: what real boot loaders send, what is refused and how, and
 * where the limits are (HTTP-1..7).
 */
#include <errno.h>
#include <stdlib.h>

#include "http_request.h"
#include "http_unit.h"

#define HOST "Host: 10.9.0.1\r\n"
#define END "\r\n"

static struct http_request
parse(const char *text)
{
	struct http_request request;
	int err = http_request_parse(text, strlen(text), &request);

	if (err != 0)
		fail_msg("%s: %d", text, err);
	return request;
}

static const struct {
	const char *name;
	const char *text;
	enum http_method method;
	const char *target;
	bool keep_alive;
	const char *range;
} clients[] = {
	{"iPXE",
	 "GET /no%20such/vmlinuz HTTP/1.1\r\nConnection: keep-alive\r\n"
	 "User-Agent: iPXE/1.0.0+git-20190125.36a4c85-5.1\r\n" HOST END,
	 HTTP_GET, "/no%20such/vmlinuz", true, NULL},
	{"iPXE's block device",
	 "GET /test.iso HTTP/1.1\r\nRange: bytes=32768-34815\r\nConnection: keep-alive\r\n"
	 "User-Agent: iPXE/1.0.0+git-20190125.36a4c85-5.1\r\n" HOST END,
	 HTTP_GET, "/test.iso", true, "bytes=32768-34815"},
	{"OVMF's HTTP boot",
	 "HEAD /boot.efi HTTP/1.1\r\n" HOST "Accept: */*\r\n"
	 "User-Agent: UefiHttpBoot/1.0\r\n" END,
	 HTTP_HEAD, "/boot.efi", true, NULL},
	{"GRUB, no leading slash",
	 "GET iso/isolinux/sub/inc.cfg HTTP/1.1\r\n" HOST
	 "User-Agent: GRUB 2.06-13+deb12u2\r\n" END,
	 HTTP_GET, "iso/isolinux/sub/inc.cfg", true, NULL},
	{"GRUB, raw spaces and bytes",
	 "GET /iso/a b/\xc3\xa4 HTTP/1.1\r\n" HOST "User-Agent: GRUB 2.06-13+deb12u2\r\n" END,
	 HTTP_GET, "/iso/a b/\xc3\xa4", true, NULL},
	{"GRUB, seeking",
	 "GET /a HTTP/1.1\r\n" HOST "User-Agent: GRUB 2.06\r\n"
	 "Range: bytes=4096-\r\n\r\n" END,
	 HTTP_GET, "/a", true, "bytes=4096-"},
	{"lpxelinux",
	 "GET /images/a/vmlinuz HTTP/1.0\r\nHost: 10.9.0.1\r\nUser-Agent: Syslinux/6.04\r\n"
	 "Connection: close\r\nCookie: _Syslinux_BOOTIF=01-52-54-00-12-34-56\r\n" END,
	 HTTP_GET, "/images/a/vmlinuz", false, NULL},
	{"a client of 1.0 that keeps the connection",
	 "GET / HTTP/1.0\r\nConnection: foo, Keep-Alive\r\n" END, HTTP_GET, "/", true, NULL},
	{"close wins over keep-alive",
	 "GET / HTTP/1.1\r\n" HOST "Connection: close\r\nConnection: keep-alive\r\n" END, HTTP_GET,
	 "/", false, NULL},
	{"a later 1.x", "GET / HTTP/1.9\r\n" HOST END, HTTP_GET, "/", true, NULL},
	{"bare LF and an empty line first", "\r\n\nGET /x HTTP/1.1\nHost:\n\n", HTTP_GET, "/x",
	 true, NULL},
	{"the asterisk", "OPTIONS * HTTP/1.1\r\n" HOST END, HTTP_OPTIONS, "*", true, NULL},
	{"blanks around a value", "GET / HTTP/1.1\r\n" HOST "RANGE:\t bytes=0-1 \t\r\n" END,
	 HTTP_GET, "/", true, "bytes=0-1"},
};

static void
real_clients_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		struct http_request request = parse(clients[i].text);
		struct http_slice target = slice_of(clients[i].target),
				  range = slice_of(clients[i].range);
		struct http_slice sent = request.fields[HTTP_RANGE];

		if (request.status != 0 || request.method != clients[i].method ||
		    request.keep_alive != clients[i].keep_alive)
			fail_msg("%s: status %u, method %u, keep-alive %d", clients[i].name,
				 request.status, request.method, request.keep_alive);
		if (target.length != request.target.length ||
		    memcmp(target.bytes, request.target.bytes, target.length) != 0 ||
		    range.length != sent.length || !range.bytes != !sent.bytes ||
		    (range.bytes && memcmp(range.bytes, sent.bytes, range.length) != 0))
			fail_msg("%s: target or range", clients[i].name);
	}
}

static const struct {
	const char *text;
	unsigned status;
	bool keep_alive;
} mistakes[] = {
	/* the request line */
	{"GET /\r\n" END, 400, false},
	{"GET / \r\n" END, 400, false},
	{" / HTTP/1.1\r\n" HOST END, 400, false},
	{"GET  HTTP/1.1\r\n" HOST END, 400, false},
	{"G@T / HTTP/1.1\r\n" HOST END, 400, false},
	{"GET / HTTP/1.1 \r\n" HOST END, 400, false},
	{"GET / http/1.1\r\n" HOST END, 400, false},
	{"GET / HTTP/1.10\r\n" HOST END, 400, false},
	{"GET / HTTP/0.9\r\n" HOST END, 505, false},
	{"GET / HTTP/2.0\r\n" HOST END, 505, false},
	{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, false},
	{"GET /\x01 HTTP/1.1\r\n" HOST END, 400, false},
	{"GET /\t HTTP/1.1\r\n" HOST END, 400, false},
	{"GET /\rx HTTP/1.1\r\n" HOST END, 400, false},
	{"GET / HTTP/1.1\r\r\n" HOST END, 400, false},
	{"GET * HTTP/1.1\r\n" HOST END, 400, false},
	{"\x16\x03\x01 \x02 \n", 400, false},
	/* methods */
	{"POST / HTTP/1.1\r\n" HOST END, 405, true},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END, 405, true},
	{"DELETE / HTTP/1.1\r\n" HOST END, 405, true},
	{"PATCH / HTTP/1.1\r\n" HOST END, 405, true},
	{"TRACE / HTTP/1.1\r\n" HOST END, 405, true},
	{"CONNECT a:80 HTTP/1.1\r\n" HOST END, 405, true},
	{"BREW / HTTP/1.1\r\n" HOST END, 501, true},
	{"get / HTTP/1.1\r\n" HOST END, 501, true},
	{"GETX / HTTP/1.1\r\n" HOST END, 501, true},
	/* Host */
	{"GET / HTTP/1.1\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST HOST END, 400, false},
	{"GET / HTTP/1.0\r\n" HOST HOST END, 400, false},
	{"GET / HTTP/1.1\r\nHost: a b\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\nHost: a,b\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\nHost: a/b\r\n" END, 400, false},
	/* field lines */
	{"GET / HTTP/1.1\r\nHost : a\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "X\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST ": x\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "X y: z\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "X: a\r\n folded\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "X: a\r\n\tfolded\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n Host: a\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\nRange: bytes=0-1\r\n" END, 400, false},
	/* framing */
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: -5\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 5 5\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\ncontent-length: 5\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n" END, 413, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 65536\r\n" END, 0, true},
	{"POST / HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775807\r\n" END, 413, false},
	{"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END, 411, false},
	{"GET / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n" END, 400, false},
	{"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n" END, 501, false},
	{"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n" END, 501, false},
	{"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n" END, 501, false},
	{"GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" END, 400,
	 false},
	{"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\nContent-Length: 5\r\n" END, 400,
	 false},
	/* expectations */
	{"GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n" END, 0, true},
	{"GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n" END, 0, false},
	{"GET / HTTP/1.1\r\n" HOST "Expect: a miracle\r\n" END, 417, true},
};

static void
what_is_wrong_has_its_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct http_request request = parse(mistakes[i].text);

		if (request.status != mistakes[i].status ||
		    request.keep_alive != mistakes[i].keep_alive)
			fail_msg("%s: %u, keep-alive %d", mistakes[i].text, request.status,
				 request.keep_alive);
	}
}

static void
a_nul_is_refused_anywhere(void **state)
{
	static const char line[] = "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char name[] = "GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n";
	static const char value[] = "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n";
	static const char host[] = "GET / HTTP/1.1\r\nHost: a\0\r\n\r\n";
	static const struct http_slice rows[] = {
		{line, sizeof(line) - 1},
		{name, sizeof(name) - 1},
		{value, sizeof(value) - 1},
		{host, sizeof(host) - 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_request request;

		assert_int_equal(http_request_parse(rows[i].bytes, rows[i].length, &request), 0);
		assert_int_equal(request.status, 400);
	}
}

static void
every_cut_of_a_header_asks_for_more(void **state)
{
	static const char text[] = "GET /x HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" END "abcGET";
	size_t header = strlen(text) - strlen("abcGET");

	(void)state;
	for (size_t length = 0; length < header; length++) {
		struct http_request request;
		/* A copy of exactly this size: reading past it is caught. */
		char *copy = malloc(length + 1);

		assert_non_null(copy);
		memcpy(copy, text, length);
		assert_int_equal(http_request_parse(copy, length, &request), -EAGAIN);
		free(copy);
	}
	struct http_request request = parse(text);
	assert_int_equal(request.header_length, header);
	assert_int_equal(request.body_length, 3);
}

/* A request with a target, a field and a number of more fields of these lengths. */
static char *
sized_request(size_t line, size_t field, size_t count, size_t total)
{
	static const char start[] = "GET /", end[] = " HTTP/1.1\r\n" HOST;
	char *text = malloc(60000), *at = text;

	assert_non_null(text);
	at = mempcpy(at, start, strlen(start));
	memset(at, 'a', line - strlen("GET / HTTP/1.1"));
	at += line - strlen("GET / HTTP/1.1");
	at = mempcpy(at, end, strlen(end));
	const char *fields = at - strlen(HOST);
	if (field > 0) {
		at = mempcpy(at, "X:", 2);
		memset(at, 'a', field - 2);
		at = mempcpy(at + field - 2, "\r\n", 2);
	}
	for (size_t i = 0; i < count; i++)
		at = mempcpy(at, "Y:\r\n", 4);
	/* Filled up with fields of 4000 bytes and a last one, to the total. */
	while (total > 0 && (size_t)(at - fields) + 2 < total) {
		size_t left = total - (size_t)(at - fields) - 2;
		size_t length = left > 8000 ? 4000 : left;

		at = mempcpy(at, "Z:", 2);
		memset(at, 'z', length - 4);
		at = mempcpy(at + length - 4, "\r\n", 2);
	}
	memcpy(at, "\r\n", 3);
	return text;
}

static void
limits_are_exact(void **state)
{
	static const struct {
		const char *name;
		size_t line, field, count, total;
		unsigned status;
	} rows[] = {
		{"the longest request line", 8192, 0, 0, 0, 0},
		{"a byte more", 8193, 0, 0, 0, 414},
		{"the longest field", 100, 8192, 0, 0, 0},
		{"a byte more in a field", 100, 8193, 0, 0, 431},
		{"a hundred fields", 100, 0, 99, 0, 0},
		{"one field more", 100, 0, 100, 0, 431},
		{"the most bytes of fields", 100, 0, 0, 16384, 0},
		{"a byte more of fields", 100, 0, 0, 16385, 431},
		{"all at once", 8192, 0, 0, 16384, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text =
			sized_request(rows[i].line, rows[i].field, rows[i].count, rows[i].total);
		struct http_request request = parse(text);

		if (request.status != rows[i].status)
			fail_msg("%s: %u", rows[i].name, request.status);
		free(text);
	}
}

/* The CR that belongs to the end of a line is not a byte of it. */
static void
a_line_at_its_limit_may_lack_its_end(void **state)
{
	char *text = sized_request(HTTP_LINE_MAX, 0, 0, 0);
	struct http_request request;

	(void)state;
	assert_int_equal(text[HTTP_LINE_MAX], '\r');
	assert_int_equal(http_request_parse(text, HTTP_LINE_MAX + 1, &request), -EAGAIN);
	free(text);
}

static void
a_full_buffer_is_always_decided(void **state)
{
	static const struct {
		const char *name;
		const char *start;
		char filler;
		unsigned status;
	} rows[] = {
		{"an endless target", "GET /", 'a', 414},
		{"an endless method", "", 'a', 414},
		{"endless empty lines", "", '\n', 414},
		{"an endless field name", "GET / HTTP/1.1\r\n", 'a', 431},
		{"an endless value", "GET / HTTP/1.1\r\nX:", 'a', 431},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static char bytes[HTTP_HEADER_MAX];
		struct http_request request;

		memset(bytes, rows[i].filler, sizeof(bytes));
		memcpy(bytes, rows[i].start, strlen(rows[i].start));
		int err = http_request_parse(bytes, sizeof(bytes), &request);
		if (err != 0 || request.status != rows[i].status)
			fail_msg("%s: %d, %u", rows[i].name, err, request.status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_clients_are_understood),
		cmocka_unit_test(what_is_wrong_has_its_status),
		cmocka_unit_test(a_nul_is_refused_anywhere),
		cmocka_unit_test(every_cut_of_a_header_asks_for_more),
		cmocka_unit_test(limits_are_exact),
		cmocka_unit_test(a_line_at_its_limit_may_lack_its_end),
		cmocka_unit_test(a_full_buffer_is_always_decided),
	};

	return cmocka_run_group_tests_name("http_request", tests, NULL, NULL);
}
