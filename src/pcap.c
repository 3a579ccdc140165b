/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pcap's headers, in the byte order of this machine: readers tell it by the
 * magic number.
 */
#include "pcap.h"

#include <string.h>

enum { MAGIC = (int)0xa1b2c3d4, MAJOR = 2, MINOR = 4, LINKTYPE_ETHERNET = 1 };

static void
put_u32(unsigned char *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void
put_u16(unsigned char *at, uint16_t value)
{
	memcpy(at, &value, sizeof(value));
}

void
pcap_file_header(unsigned char ret_bytes[PCAP_FILE_HEADER])
{
	memset(ret_bytes, 0, PCAP_FILE_HEADER); /* times are UTC, and exact */
	put_u32(ret_bytes, (uint32_t)MAGIC);
	put_u16(ret_bytes + 4, MAJOR);
	put_u16(ret_bytes + 6, MINOR);
	put_u32(ret_bytes + 16, PCAP_SNAPLEN);
	put_u32(ret_bytes + 20, LINKTYPE_ETHERNET);
}

void
pcap_packet_header(uint32_t seconds, uint32_t microseconds, uint32_t captured, uint32_t length,
		   unsigned char ret_bytes[PCAP_PACKET_HEADER])
{
	put_u32(ret_bytes, seconds);
	put_u32(ret_bytes + 4, microseconds);
	put_u32(ret_bytes + 8, captured);
	put_u32(ret_bytes + 12, length);
}
