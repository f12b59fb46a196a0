/* SPDX-License-Identifier: Apache-2.0 */
/* figure: fixed formats, integers only, so that no locale changes them. */
#include "reports/figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "runner/base/hundredths.h"

#define PRINT(figure, ...) snprintf((figure).s, sizeof((figure).s), __VA_ARGS__)

struct figure figure_points(int64_t hundredths)
{
	struct hundredths text = hundredths_print(hundredths);
	struct figure r;

	memcpy(r.s, text.s, sizeof(text.s));
	return r;
}

struct figure figure_percent(int64_t earned, int64_t possible)
{
	struct figure r;
	int64_t share;

	if (possible <= 0) {
		PRINT(r, "-");
		return r;
	}
	share = (int64_t)((__int128)earned * 10000 / possible);
	r = figure_points(share);
	strncat(r.s, "%", sizeof(r.s) - strlen(r.s) - 1);
	return r;
}

struct figure figure_int(int64_t v)
{
	struct figure r;

	PRINT(r, "%" PRId64, v);
	return r;
}

static struct figure print_time(int64_t ms, const char *format)
{
	time_t seconds = (time_t)(ms / 1000);
	struct figure r = { "-" };
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(r.s, sizeof(r.s), format, &tm);
	return r;
}

struct figure figure_time_iso(int64_t ms)
{
	return print_time(ms, "%Y-%m-%dT%H:%M:%SZ");
}

struct figure figure_time(int64_t ms)
{
	return print_time(ms, "%Y-%m-%d %H:%M:%S UTC");
}

struct figure figure_clock(int64_t ms)
{
	struct figure r = print_time(ms, "%H:%M:%S");
	size_t len = strlen(r.s);

	snprintf(r.s + len, sizeof(r.s) - len, ".%03d", (int)(ms % 1000));
	return r;
}

struct figure figure_duration(int64_t ms)
{
	int64_t s = ms / 1000;
	struct figure r;

	if (ms < 1000)
		PRINT(r, "%" PRId64 " ms", ms);
	else if (s < 60)
		PRINT(r, "%" PRId64 ".%03d s", s, (int)(ms % 1000));
	else if (s < 3600)
		PRINT(r, "%" PRId64 " min %02d s", s / 60, (int)(s % 60));
	else
		PRINT(r, "%" PRId64 " h %02d min", s / 3600, (int)(s / 60 % 60));
	return r;
}

struct figure figure_seconds(int64_t ms)
{
	struct figure r;

	if (ms < 0)
		ms = 0;
	PRINT(r, "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
	return r;
}

struct figure figure_sha256(const unsigned char sha256[SHA256_SIZE])
{
	struct figure r;

	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(r.s + 2 * i, 3, "%02x", sha256[i]);
	return r;
}
