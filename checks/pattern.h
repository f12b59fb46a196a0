/* SPDX-License-Identifier: Apache-2.0 */
/* pattern: a PCRE2 pattern over output, whose named groups become measures. Shared by checkers. */
#pragma once

#include "runner/base/err.h"
#include "runner/base/field.h"
#include "runner/model/evidence.h"
#include "runner/model/measure.h"

struct pattern {
	const char *text;	/* NULL: none given */
	struct strings numbers; /* groups that are whole numbers */
};

/*
 * The specs of the named groups. -1: a group has the name of one of taken, 'numbers' names no
 * group, or the pattern does not compile.
 */
int pattern_specs(const struct pattern *p, const struct measure_spec *taken, struct arena *arena,
		  const struct measure_spec **ret, struct err *err);

/*
 * Searches the outputs one after the other (head and tail of a cut one separately) until one
 * matches; sets 'matched' and the groups. Does nothing without a pattern. -1: the budget was spent,
 * or nothing matched in what was kept of an output that was cut.
 */
int pattern_measure(const struct pattern *p, const struct output *const *outputs, size_t n,
		    struct measures *ret, struct err *err);
