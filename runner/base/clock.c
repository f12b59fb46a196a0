/* SPDX-License-Identifier: Apache-2.0 */
/* clock: the only place that reads the clocks. */
#include "runner/base/clock.h"

#include <time.h>

static int64_t look(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_ns(void)
{
	return look(CLOCK_MONOTONIC);
}

int64_t clock_us(void)
{
	return clock_ns() / 1000;
}

int64_t clock_ms(void)
{
	return clock_ns() / 1000000;
}

int64_t clock_unix_us(void)
{
	return look(CLOCK_REALTIME) / 1000;
}

int64_t clock_unix_ms(void)
{
	return look(CLOCK_REALTIME) / 1000000;
}
