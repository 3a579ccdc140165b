/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cmocka, with the headers it needs before it in the order it needs them.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
