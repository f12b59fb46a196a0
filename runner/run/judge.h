/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge: pure functions from measures and answers to verdicts, outcome and grade. They look at no
 * host and change nothing but what they return; a regrade calls them unchanged.
 */
#pragma once

#include "runner/model/report.h"

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

/*
 * Whether a measured value satisfies a matcher. An unknown value satisfies only 'exists: false',
 * else it does not satisfy. TRUTH_UNKNOWN: a pattern hit its budget.
 */
enum truth matcher_holds(const struct matcher *m, const struct value *found);

/*
 * The number that a person means: 204, '~204,5 ms', 1.200,5 and 1,200.5, 1.200.000. Returns how
 * many readings there are: 0, it is no number; 2, a lone mark with three digits behind it (1.200)
 * is a decimal point or one between thousands.
 */
int number_read(const char *text, double ret[2]);

/*
 * Three-valued: a clause on a check that is BROKEN, SKIP or not looked at is unknown; on an NA
 * check it does not hold. AND and OR as Kleene's. No condition is UNKNOWN.
 */
enum truth condition_truth(const struct condition *c, const struct check_result *checks);

/* 'present is true', 'longest_gap_ms is below 3000 ms' in the current language. */
const char *matcher_describe(const struct matcher *m, const struct measure_spec *spec,
			     struct arena *arena);

/*
 * Gives r->verdict, reason and findings from r->measures. Does not touch r when its verdict is
 * already SKIP or BROKEN. others: the experiment's results so far, for applies_if.
 */
void check_judge(struct check_result *r, const struct check_result *others, struct arena *arena,
		 enum lang lang);

/* Adds what is known of migrations to the timelines of its pings; as often as one likes. */
void experiment_moves(struct experiment_result *r, struct arena *arena);
/* Outcome with its reason, prediction right or wrong, diagnoses that hold, phases of migrations. */
void experiment_judge(struct experiment_result *r, struct arena *arena, enum lang lang);

/*
 * The grade of an experiment with every line that led to it. Weights from the experiment or lab.
 * Lines sum exactly to the part's weight (largest remainder); parts nobody can earn (no prediction
 * asked, no questions of a part) are left out and the others keep their points.
 */
void experiment_grade(struct experiment_result *r, const struct lab *lab, struct arena *arena,
		      enum lang lang);

/* Sums the experiments into r->grade, and sets exit_code: 3 when ungraded, 1 when below threshold
 * or a check FAILs, 0. */
void report_grade(struct report *r);
