/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The few lines at the start that tell a person what is served and what to do
 * next; network.h has those that tell where.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

struct catalog;
struct config;

/* Logs the first complete catalog: images, loaders, and what to do next. Its
   last line begins with "ready": programs wait for it. */
void announce_catalog(const struct config *, const struct catalog *);

#endif
