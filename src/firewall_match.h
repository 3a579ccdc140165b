/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a statement of a rule fits a packet; for firewall.c alone.
 */
#ifndef FIREWALL_MATCH_H
#define FIREWALL_MATCH_H

#include <jansson.h>

#include "firewall.h"

enum firewall_fit { FIREWALL_FITS, FIREWALL_FITS_NOT, FIREWALL_MAY_FIT };

/* A statement that is no match fits. */
enum firewall_fit firewall_match(const json_t *statement, const struct firewall_packet *);

#endif
