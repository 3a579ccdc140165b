/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pxeiso doctor --record: what real machines and servers say over DHCP, kept
 * as a pcap for a bug report, with a line on the screen for each packet.
 */
#ifndef DOCTOR_RECORD_H
#define DOCTOR_RECORD_H

struct doctor;

/* Records on the interfaces that are served until SIGINT, SIGTERM, or the end
   of the seconds that were asked for. 0, or a negative errno after a
   complaint. */
int doctor_record(struct doctor *);

#endif
