/* SPDX-License-Identifier: Apache-2.0 */
/* condition: clauses over the checks of an experiment, in Kleene's three-valued logic. */
#include "runner/run/clauses.h"

/* BROKEN, SKIP and not looked at: nobody knows. NA: there is nothing that could hold. */
enum truth clause_truth(const struct clause *c, const struct check_result *checks)
{
	const struct check_result *r = &checks[c->check];

	switch (r->verdict) {
	case VERDICT_PASS:
	case VERDICT_FAIL:
		return matcher_holds(&c->matcher, &r->measures.values[c->matcher.measure]);
	case VERDICT_NA:
		return TRUTH_NO;
	default:
		return TRUTH_UNKNOWN;
	}
}

enum truth alternative_truth(const struct alternative *a, const struct check_result *checks)
{
	enum truth ret = TRUTH_YES;

	for (size_t i = 0; i < a->n && ret != TRUTH_NO; i++) {
		enum truth t = clause_truth(&a->v[i], checks);

		if (t != TRUTH_YES)
			ret = t;
	}
	return ret;
}

enum truth condition_truth(const struct condition *c, const struct check_result *checks)
{
	enum truth ret = c->n ? TRUTH_NO : TRUTH_UNKNOWN;

	for (size_t i = 0; i < c->n && ret != TRUTH_YES; i++) {
		enum truth t = alternative_truth(&c->v[i], checks);

		if (t != TRUTH_NO)
			ret = t;
	}
	return ret;
}
