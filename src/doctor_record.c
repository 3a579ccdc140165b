/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recording: see doctor_record.h. Each packet is in the file before its line is
 * on the screen, so a recording that is cut short can be read.
 */
#include "doctor_record.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dhcp_packet.h"
#include "dhcp_words.h"
#include "doctor.h"
#include "doctor_tap.h"
#include "monotonic.h"
#include "options.h"
#include "pcap.h"
#include "text.h"
#include "text_table.h"
#include "write_all.h"

static volatile sig_atomic_t is_ended;

static void
on_signal(int number)
{
	(void)number;
	is_ended = 1;
}

static bool
is_served(const struct doctor *doctor, unsigned interface)
{
	for (size_t i = 0; i < doctor->side_count; i++)
		if (doctor->sides[i].index == interface)
			return true;
	return false;
}

static void
say(const struct doctor_frame *frame)
{
	struct dhcp_message message;
	struct text text = {0};
	struct tm time;
	char name[IF_NAMESIZE], clock[16], *clean;
	const char *why;

	if (dhcp_decode(frame->content, frame->content_length, &message, &why) == 0)
		dhcp_words(&message, &frame->from, &frame->to, &text);
	else
		text_printf(&text, "no DHCP message: %s", why);
	localtime_r(&frame->at.tv_sec, &time);
	strftime(clock, sizeof(clock), "%H:%M:%S", &time);
	clean = text_escape(text_string(&text));
	printf("%s.%03ld %s %s\n", clock, frame->at.tv_nsec / 1000000,
	       if_indextoname(frame->interface, name) != NULL ? name : "?",
	       clean != NULL ? clean : "?");
	fflush(stdout);
	free(clean);
	text_free(&text);
}

static int
keep(int file, const struct doctor_frame *frame)
{
	unsigned char bytes[PCAP_PACKET_HEADER + DOCTOR_TAP_FRAME_MAX];

	pcap_packet_header((uint32_t)frame->at.tv_sec, (uint32_t)(frame->at.tv_nsec / 1000),
			   (uint32_t)frame->captured, (uint32_t)frame->length, bytes);
	memcpy(bytes + PCAP_PACKET_HEADER, frame->bytes, frame->captured);
	return write_all(file, bytes, PCAP_PACKET_HEADER + frame->captured);
}

/* Takes all that is there: 0, or why the file cannot be written. */
static int
drain(const struct doctor *doctor, int tap, int file, size_t *count)
{
	struct doctor_frame frame;
	int error;

	while ((error = doctor_tap_read(tap, &frame)) != -EAGAIN) {
		if (error == -EBADMSG || (error == 0 && !is_served(doctor, frame.interface)))
			continue;
		if (error == 0)
			error = keep(file, &frame);
		if (error < 0)
			return error == -EINTR || error == -ENETDOWN ? 0 : error;
		say(&frame);
		++*count;
	}
	return 0;
}

static int
listen_until_ended(const struct doctor *doctor, int tap, int file)
{
	const int64_t end = monotonic_ms() + (int64_t)doctor->options->seconds * 1000;
	unsigned char header[PCAP_FILE_HEADER];
	size_t count = 0;
	int error;

	pcap_file_header(header);
	error = write_all(file, header, sizeof(header));
	while (error == 0 && !is_ended) {
		struct pollfd waiting = {.fd = tap, .events = POLLIN};
		int64_t left = doctor->options->seconds == 0 ? 1000 : end - monotonic_ms();

		if (left <= 0)
			break;
		poll(&waiting, 1, left < 1000 ? (int)left : 1000);
		error = drain(doctor, tap, file, &count);
	}
	if (error == 0)
		printf("%zu %s in %s\n", count, count == 1 ? "packet" : "packets",
		       doctor->options->record);
	return error;
}

static int
complain(struct doctor *doctor, const char *what, int error)
{
	offline_complain(&doctor->offline, what,
			 error == -EPERM ? "recording needs root" : strerror(-error));
	return error;
}

int
doctor_record(struct doctor *doctor)
{
	const struct sigaction action = {.sa_handler = on_signal};
	const char *path = doctor->options->record;
	int tap, file, error;

	if (doctor->side_count == 0)
		return complain(doctor, "no interface that is served is up with an address",
				-ENODEV);
	error = doctor_tap_open(0, &tap);
	if (error < 0)
		return complain(doctor, "the network", error);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file == -1) {
		error = complain(doctor, path, -errno);
		close(tap);
		return error;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	printf("recording DHCP to %s; let the machine boot now%s\n", path,
	       doctor->options->seconds == 0 ? "; control-C ends it" : "");
	fflush(stdout);
	error = listen_until_ended(doctor, tap, file);
	if (error < 0)
		complain(doctor, path, error);
	close(file);
	close(tap);
	return error;
}
