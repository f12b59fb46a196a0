/* SPDX-License-Identifier: Apache-2.0 */
/* emit: reports reach their files whole or not at all. */
#pragma once

#include "reports/report_format.h"
#include "runner/base/err.h"

/* One '--report FORMAT[:PATH]'. */
struct emission {
	const struct report_format *format;
	const char *path; /* NULL: standard output */
};

#define EMISSIONS_MAX 16

struct emissions {
	struct emission v[EMISSIONS_MAX];
	size_t n;
};

/*
 * Reads the values of --report. PATH may hold '%' as the lab's id; '-' or nothing is standard
 * output, which only one report may have. ERR_USAGE names an unknown format and the nearest one.
 */
int emissions_parse(const char *const *values, size_t n, struct emissions *ret, struct err *err);
/* Tries before anything runs whether every file could be made: ERR_CREATE when not. */
int emissions_check(const struct emissions *e, const char *lab, struct err *err);
/* Writes all of them: a temporary file beside the target, fsync, rename. ERR_CREATE or ERR_IO. */
int emissions_write(const struct emissions *e, const struct report *report, struct err *err);
bool emissions_use_stdout(const struct emissions *e);
