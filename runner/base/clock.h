/* SPDX-License-Identifier: Apache-2.0 */
/* clock: the only place that reads the clocks. */
#pragma once

#include <stdint.h>

/* Since some moment in the past; goes on while it is set, never back: for how long something took.
 */
int64_t clock_ns(void);
int64_t clock_us(void);
int64_t clock_ms(void);
/* Unix time: for when something was. */
int64_t clock_unix_us(void);
int64_t clock_unix_ms(void);
