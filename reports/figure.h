/* SPDX-License-Identifier: Apache-2.0 */
/* figure: numbers and times as every report shows them, the same in every locale. */
#pragma once

#include <stdint.h>

#include "runner/model/evidence.h"

/* Returned by value: use '.s' at once, or copy the struct. */
struct figure {
	char s[2 * SHA256_SIZE + 1];
};

/* Hundredths of a point: 1234 is '12.34'. */
struct figure figure_points(int64_t hundredths);
/* earned of possible in per cent, rounded down: '72.50%'; '-' when nothing is possible. */
struct figure figure_percent(int64_t earned, int64_t possible);
struct figure figure_int(int64_t v);
/* ISO 8601, UTC: '2026-11-21T11:30:00Z' for programs, '2026-11-21 11:30:00 UTC' for people. */
struct figure figure_time_iso(int64_t ms);
struct figure figure_time(int64_t ms);
/* The time of day with milliseconds, UTC: '11:30:00.250'. */
struct figure figure_clock(int64_t ms);
/* '12 ms', '1.250 s', '2 min 05 s', '1 h 02 min'. */
struct figure figure_duration(int64_t ms);
/* Seconds with three decimals, for programs: '1.250'. */
struct figure figure_seconds(int64_t ms);
struct figure figure_sha256(const unsigned char sha256[SHA256_SIZE]);
