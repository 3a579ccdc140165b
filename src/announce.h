/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The few lines at the start that tell a person what is served, where, and
 * what to do next.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include <stdbool.h>

struct catalog;
struct config;

/* Logs which interfaces are served, in which DHCP mode; `proxy_only_pxe`: port
   67 is another daemon's (DHCP-48). */
void announce_network(const struct config *, bool proxy_only_pxe);

/* Logs the first complete catalog: images, loaders, and what to do next. Its
   last line begins with "ready": programs wait for it. */
void announce_catalog(const struct config *, const struct catalog *);

#endif
