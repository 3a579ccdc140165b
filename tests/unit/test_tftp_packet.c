/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TFTP packets byte by byte: requests of real clients from testdata/vectors,
 * odd and broken ones from tables, and the replies (TFTP-1..16, 37, 46).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tftp_packet.h"
#include "unit.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct tftp_limits ethernet = {
	.blksize = 1468,
	.windowsize = 64,
	.window_bytes = 128 * 1024,
};

/* Reads testdata/vectors/tftp_NAME.hex: -> bytes. */
static size_t
read_vector(const char *name, uint8_t *bytes, size_t size)
{
	char path[128], line[256];
	size_t length = 0;

	snprintf(path, sizeof(path), "testdata/vectors/tftp_%s.hex", name);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		char *at = line, *end;
		if (line[0] == '#')
			continue;
		for (;; at = end) {
			unsigned long byte = strtoul(at, &end, 16);
			if (end == at || length == size)
				break;
			bytes[length++] = (uint8_t)byte;
		}
	}
	fclose(file);
	return length;
}

static void
requests_of_real_clients_get_the_answer_they_expect(void **state)
{
	static const struct {
		const char *vector;
		const char *path;
		const char *oack;
		size_t oack_length;
	} rows[] = {
		{"ipxe", "iso/isolinux/lpxelinux.0",
		 BYTES("\0\6blksize\0001432\0tsize\000123456\0")},
		{"pxelinux", "iso/isolinux/ldlinux.c32",
		 BYTES("\0\6blksize\0001408\0tsize\000123456\0")},
		{"ovmf_probe", "grubnetx64.efi",
		 BYTES("\0\6blksize\0001468\0tsize\000123456\0windowsize\0004\0")},
		{"ovmf", "grubnetx64.efi", BYTES("\0\6blksize\0001468\0windowsize\0004\0")},
		{"grub", "/grub/grub.cfg", BYTES("\0\6blksize\0001024\0tsize\000123456\0")},
		{"shim", "grubx64.efi", BYTES("\0\6blksize\000512\0windowsize\0004\0")},
		{"uboot", "uImage",
		 BYTES("\0\6blksize\0001468\0timeout\0005\0tsize\000123456\0windowsize\0004\0")},
		{"windows_bootmgr", "\\Boot\\BCD",
		 BYTES("\0\6blksize\0001456\0tsize\000123456\0windowsize\0004\0")},
		{"intel_rom_probe", "pxelinux.0", BYTES("\0\6tsize\000123456\0")},
		{"intel_rom", "pxelinux.0", BYTES("\0\6blksize\0001456\0")},
		{"curl", "vmlinuz", BYTES("\0\6blksize\000512\0timeout\0006\0tsize\000123456\0")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t packet[512], reply[TFTP_REPLY_MAX];
		struct tftp_request request;
		struct tftp_terms terms;
		size_t length = read_vector(rows[i].vector, packet, sizeof(packet));

		if (tftp_request_decode(packet, length, &request))
			fail_msg("%s: refused", rows[i].vector);
		if (strcmp(request.path, rows[i].path) != 0 || request.is_netascii)
			fail_msg("%s: path %s", rows[i].vector, request.path);
		tftp_agree(&request, &ethernet, 123456, &terms);
		length = tftp_oack_encode(&terms, reply);
		if (length != rows[i].oack_length || memcmp(reply, rows[i].oack, length) != 0)
			fail_msg("%s: another OACK, of %zu bytes", rows[i].vector, length);
	}
}

static void
errors_of_real_clients_are_read(void **state)
{
	uint8_t packet[128];
	uint16_t code;

	(void)state;
	size_t length = read_vector("ovmf_abort", packet, sizeof(packet));
	assert_int_equal(tftp_opcode(packet, length), TFTP_ERROR);
	assert_true(tftp_number(packet, length, &code));
	assert_int_equal(code, 8);
	length = read_vector("intel_rom_abort", packet, sizeof(packet));
	assert_true(tftp_number(packet, length, &code));
	assert_int_equal(code, 0);
}

static void
malformed_requests_are_refused(void **state)
{
	static const struct {
		const char *name;
		const char *packet;
		size_t length;
		int err;
	} rows[] = {
		{"nothing", BYTES(""), -EBADMSG},
		{"one byte", BYTES("\0"), -EBADMSG},
		{"only an opcode", BYTES("\0\1"), -EBADMSG},
		{"path without end", BYTES("\0\1abc"), -EBADMSG},
		{"no mode", BYTES("\0\1abc\0"), -EBADMSG},
		{"mode without end", BYTES("\0\1abc\0octet"), -EBADMSG},
		{"mail", BYTES("\0\1a\0mail\0"), -EPROTONOSUPPORT},
		{"unknown mode", BYTES("\0\1a\0octets\0"), -EPROTONOSUPPORT},
		{"empty mode", BYTES("\0\1a\0\0"), -EPROTONOSUPPORT},
		{"write request", BYTES("\0\2a\0octet\0"), -EROFS},
		{"DATA", BYTES("\0\3\0\1abc\0"), -EBADMSG},
		{"opcode 7", BYTES("\0\7a\0octet\0"), -EBADMSG},
		{"opcode 257", BYTES("\1\1a\0octet\0"), -EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_request request;
		/* A copy of its exact size: a byte too many is seen by ASan. */
		char *copy = malloc(rows[i].length + 1);
		assert_non_null(copy);
		char *packet = copy + 1;
		memcpy(packet, rows[i].packet, rows[i].length);
		int err = tftp_request_decode(packet, rows[i].length, &request);
		free(copy);
		if (err != rows[i].err)
			fail_msg("%s: %d", rows[i].name, err);
	}
}

static void
options_are_taken_only_when_they_make_sense(void **state)
{
	static const struct {
		const char *name;
		const char *packet;
		size_t length;
		unsigned options;
		unsigned blksize, timeout, windowsize;
	} rows[] = {
		{"none", BYTES("\0\1a\0octet\0"), 0, 0, 0, 0},
		{"mode in any case", BYTES("\0\1a\0OcTeT\0"), 0, 0, 0, 0},
		{"name in any case", BYTES("\0\1a\0octet\0BLKsize\000600\0"), 1, 600, 0, 0},
		{"unknown ones",
		 BYTES("\0\1a\0octet\0multicast\0\0msftwindow\00031416\0blksize2\000512\0"
		       "utimeout\0001000\0rollover\0001\0"),
		 0, 0, 0, 0},
		{"known after unknown", BYTES("\0\1a\0octet\0x\0y\0timeout\0003\0"), 2, 0, 3, 0},
		{"first of two counts", BYTES("\0\1a\0octet\0blksize\000600\0BLKSIZE\000700\0"), 1,
		 600, 0, 0},
		{"first of two counts, even if bad",
		 BYTES("\0\1a\0octet\0blksize\0x\0blksize\000700\0"), 0, 0, 0, 0},
		{"value without end", BYTES("\0\1a\0octet\0timeout\0003\0blksize\00060"), 2, 0, 3,
		 0},
		{"name without value", BYTES("\0\1a\0octet\0timeout\0003\0blksize\0"), 2, 0, 3, 0},
		{"name without end", BYTES("\0\1a\0octet\0blksi"), 0, 0, 0, 0},
		{"rubbish behind", BYTES("\0\1a\0octet\0\xff\xff\xff"), 0, 0, 0, 0},
		{"tsize with a stale number", BYTES("\0\1a\0octet\0tsize\0004711\0"), 4, 0, 0, 0},
		{"blksize 7", BYTES("\0\1a\0octet\0blksize\0007\0"), 0, 0, 0, 0},
		{"blksize 8", BYTES("\0\1a\0octet\0blksize\0008\0"), 1, 8, 0, 0},
		{"blksize 65464", BYTES("\0\1a\0octet\0blksize\00065464\0"), 1, 65464, 0, 0},
		{"blksize 65465", BYTES("\0\1a\0octet\0blksize\00065465\0"), 0, 0, 0, 0},
		{"blksize 0", BYTES("\0\1a\0octet\0blksize\0000\0"), 0, 0, 0, 0},
		{"blksize empty", BYTES("\0\1a\0octet\0blksize\0\0"), 0, 0, 0, 0},
		{"blksize abc", BYTES("\0\1a\0octet\0blksize\0abc\0"), 0, 0, 0, 0},
		{"blksize with sign", BYTES("\0\1a\0octet\0blksize\0+512\0"), 0, 0, 0, 0},
		{"blksize with space", BYTES("\0\1a\0octet\0blksize\0 512\0"), 0, 0, 0, 0},
		{"blksize with tail", BYTES("\0\1a\0octet\0blksize\000512k\0"), 0, 0, 0, 0},
		{"blksize 2^32 + 512", BYTES("\0\1a\0octet\0blksize\0004294967808\0"), 0, 0, 0, 0},
		{"timeout 0", BYTES("\0\1a\0octet\0timeout\0000\0"), 0, 0, 0, 0},
		{"timeout 255", BYTES("\0\1a\0octet\0timeout\000255\0"), 2, 0, 255, 0},
		{"timeout 256", BYTES("\0\1a\0octet\0timeout\000256\0"), 0, 0, 0, 0},
		{"windowsize 0", BYTES("\0\1a\0octet\0windowsize\0000\0"), 0, 0, 0, 0},
		{"windowsize 65535", BYTES("\0\1a\0octet\0windowsize\00065535\0"), 8, 0, 0, 65535},
		{"windowsize 65536", BYTES("\0\1a\0octet\0windowsize\00065536\0"), 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_request request;
		if (tftp_request_decode(rows[i].packet, rows[i].length, &request))
			fail_msg("%s: refused", rows[i].name);
		if (request.options != rows[i].options || request.blksize != rows[i].blksize ||
		    request.timeout != rows[i].timeout || request.windowsize != rows[i].windowsize)
			fail_msg("%s: options %u, %u %u %u", rows[i].name, request.options,
				 request.blksize, request.timeout, request.windowsize);
	}
}

static void
terms_stay_within_the_request_and_the_limits(void **state)
{
	enum { B = TFTP_OPTION_BLKSIZE, W = TFTP_OPTION_WINDOWSIZE, S = TFTP_OPTION_TSIZE };
	static const struct {
		const char *name;
		struct tftp_request request;
		struct tftp_limits limits;
		unsigned options, blksize, windowsize;
	} rows[] = {
		{"none asked for", {0}, {1468, 64, 1 << 17}, 0, 512, 1},
		{"small blksize", {.options = B, .blksize = 8}, {1468, 64, 1 << 17}, B, 8, 1},
		{"MTU 1500", {.options = B, .blksize = 65464}, {1468, 64, 1 << 17}, B, 1468, 1},
		{"MTU 1400", {.options = B, .blksize = 1468}, {1368, 64, 1 << 17}, B, 1368, 1},
		{"tiny MTU", {.options = B, .blksize = 1468}, {7, 64, 1 << 17}, 0, 512, 1},
		{"window of 4", {.options = W, .windowsize = 4}, {1468, 64, 1 << 17}, W, 512, 4},
		{"window cap",
		 {.options = W, .windowsize = 65535},
		 {1468, 64, 1 << 17},
		 W,
		 512,
		 64},
		{"window always unique",
		 {.options = W, .windowsize = 65535},
		 {1468, 65535, UINT32_MAX},
		 W,
		 512,
		 32767},
		{"window of many bytes",
		 {.options = B | W, .blksize = 65464, .windowsize = 64},
		 {65464, 64, 1 << 17},
		 B | W,
		 65464,
		 2},
		{"window below a block",
		 {.options = B | W, .blksize = 65464, .windowsize = 64},
		 {65464, 64, 1000},
		 B | W,
		 65464,
		 1},
		{"netascii",
		 {.is_netascii = true, .options = B | W | S, .blksize = 1024, .windowsize = 8},
		 {1468, 64, 1 << 17},
		 B | W,
		 1024,
		 1},
		{"netascii, only tsize",
		 {.is_netascii = true, .options = S},
		 {1468, 64, 1 << 17},
		 0,
		 512,
		 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tftp_terms terms;
		tftp_agree(&rows[i].request, &rows[i].limits, 1, &terms);
		if (terms.options != rows[i].options || terms.blksize != rows[i].blksize ||
		    terms.windowsize != rows[i].windowsize)
			fail_msg("%s: options %u, %u %u", rows[i].name, terms.options,
				 terms.blksize, terms.windowsize);
	}
}

static void
tsize_is_not_cut_to_32_bits(void **state)
{
	struct tftp_terms terms = {.options = TFTP_OPTION_TSIZE, .size = 5368709120};
	uint8_t reply[TFTP_REPLY_MAX];

	(void)state;
	assert_int_equal(tftp_oack_encode(&terms, reply), 19);
	assert_memory_equal(reply, "\0\6tsize\0005368709120\0", 19);
}

static void
longest_oack_fits(void **state)
{
	struct tftp_terms terms = {.options = 15,
				   .blksize = 65464,
				   .timeout = 255,
				   .windowsize = 32767,
				   .size = UINT64_MAX};
	uint8_t reply[TFTP_REPLY_MAX];

	(void)state;
	size_t length = tftp_oack_encode(&terms, reply);
	assert_true(length < sizeof(reply));
	assert_memory_equal(reply + length - 7, "\00032767\0", 7);
}

static void
error_text_is_short_and_ends(void **state)
{
	uint8_t reply[TFTP_REPLY_MAX];
	char text[300];

	(void)state;
	assert_int_equal(tftp_error_encode(TFTP_NOT_FOUND, "no", reply), 7);
	assert_memory_equal(reply, "\0\5\0\1no\0", 7);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(tftp_error_encode(TFTP_UNDEFINED, text, reply), 4 + 120);
	assert_int_equal(reply[4 + 118], 'x');
	assert_int_equal(reply[4 + 119], '\0');
}

static void
every_refusal_has_its_code_and_a_text(void **state)
{
	static const struct {
		int err;
		enum tftp_error code;
	} rows[] = {
		{-ENOENT, 1}, {-EACCES, 2},  {-EISDIR, 2},          {-EINVAL, 2},
		{-EROFS, 2},  {-EBADMSG, 4}, {-EPROTONOSUPPORT, 4}, {-EIO, 0},
		{-EMFILE, 0}, {-ELOOP, 1},   {-ENAMETOOLONG, 1},    {-ENOTDIR, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *text = NULL;
		if (tftp_error_of(rows[i].err, &text) != rows[i].code)
			fail_msg("%s has another code", strerror(-rows[i].err));
		assert_non_null(text);
		assert_true(strlen(text) < TFTP_ERROR_TEXT_MAX);
	}
}

static void
data_header_has_the_low_16_bits_of_the_block(void **state)
{
	uint8_t header[TFTP_HEADER_SIZE];

	(void)state;
	tftp_data_encode((uint16_t)65537, header);
	assert_memory_equal(header, "\0\3\0\1", 4);
	tftp_data_encode(0x1234, header);
	assert_memory_equal(header, "\0\3\x12\x34", 4);
}

static void
numbers_of_short_packets_are_not_read(void **state)
{
	uint16_t number = 99;

	(void)state;
	assert_int_equal(tftp_opcode("\0", 1), 0);
	assert_false(tftp_number("\0\4\0", 3, &number));
	assert_int_equal(number, 99);
}

static void
fingerprint_tells_requests_apart(void **state)
{
	(void)state;
	assert_true(tftp_fingerprint("abc", 3) == tftp_fingerprint("abc", 3));
	assert_false(tftp_fingerprint("abc", 3) == tftp_fingerprint("abd", 3));
	assert_false(tftp_fingerprint("abc", 3) == tftp_fingerprint("abc", 2));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_of_real_clients_get_the_answer_they_expect),
		cmocka_unit_test(errors_of_real_clients_are_read),
		cmocka_unit_test(malformed_requests_are_refused),
		cmocka_unit_test(options_are_taken_only_when_they_make_sense),
		cmocka_unit_test(terms_stay_within_the_request_and_the_limits),
		cmocka_unit_test(tsize_is_not_cut_to_32_bits),
		cmocka_unit_test(longest_oack_fits),
		cmocka_unit_test(error_text_is_short_and_ends),
		cmocka_unit_test(every_refusal_has_its_code_and_a_text),
		cmocka_unit_test(data_header_has_the_low_16_bits_of_the_block),
		cmocka_unit_test(numbers_of_short_packets_are_not_read),
		cmocka_unit_test(fingerprint_tells_requests_apart),
	};

	return cmocka_run_group_tests_name("tftp_packet", tests, NULL, NULL);
}
