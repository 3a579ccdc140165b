/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file format of packet captures that tcpdump and Wireshark read
 * ("pcap", version 2.4, Ethernet). Pure: only its headers, as bytes.
 */
#ifndef PCAP_H
#define PCAP_H

#include <stdint.h>

enum {
	PCAP_FILE_HEADER = 24,
	PCAP_PACKET_HEADER = 16,
	PCAP_SNAPLEN = 65535, /* bytes of a packet at most */
};

/* The head of a file. */
void pcap_file_header(unsigned char ret_bytes[PCAP_FILE_HEADER]);

/* What stands before a packet of `length` bytes that was seen at `seconds`
   (since 1970, UTC) and `microseconds`, of which `captured` follow. */
void pcap_packet_header(uint32_t seconds, uint32_t microseconds, uint32_t captured, uint32_t length,
			unsigned char ret_bytes[PCAP_PACKET_HEADER]);

#endif
