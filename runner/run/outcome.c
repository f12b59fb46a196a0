/* SPDX-License-Identifier: Apache-2.0 */
/* outcome: the verdict of a check, the outcome of a hypothesis, right or wrong of a prediction,
 * diagnoses. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/clauses.h"
#include "runner/run/judge.h"

static const char *printed(const struct value *v, struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };

	value_print(&out, v);
	return arena_strdup(arena, buf_str(&out));
}

/* False when a pattern hit its budget: the lab's fault. */
static bool find(struct check_result *r, struct arena *arena, size_t *held)
{
	const struct matchers *expect = &r->check->expect;

	r->findings = arena_array(arena, struct finding, expect->n);
	r->finding_count = expect->n;
	*held = 0;
	for (size_t i = 0; i < expect->n; i++) {
		const struct matcher *m = &expect->v[i];
		const struct value *value = &r->measures.values[m->measure];
		enum truth t = matcher_holds(m, value);

		if (t == TRUTH_UNKNOWN)
			return false;
		r->findings[i] = (struct finding){
			.matcher = m,
			.holds = t == TRUTH_YES,
			.measure = r->measures.specs[m->measure].name,
			.expected = matcher_describe(m, &r->measures.specs[m->measure], arena),
			.found = printed(value, arena),
		};
		*held += t == TRUTH_YES;
	}
	return true;
}

static void set(struct check_result *r, enum verdict verdict, const char *reason)
{
	r->verdict = verdict;
	r->reason = reason;
}

void check_judge(struct check_result *r, const struct check_result *others, struct arena *arena,
		 enum lang lang)
{
	const struct check *c = r->check;
	const char *na = text_get(&c->na, lang);
	size_t held;

	if (r->verdict == VERDICT_SKIP || r->verdict == VERDICT_BROKEN)
		return;
	if (c->applies_if.n && condition_truth(&c->applies_if, others) == TRUTH_NO) {
		set(r, VERDICT_NA, na ? na : _("does not apply to what was measured on this host"));
		return;
	}
	if (r->measures.not_applicable) {
		set(r, VERDICT_NA, r->measures.not_applicable);
		return;
	}
	if (c->applies_if.n && condition_truth(&c->applies_if, others) == TRUTH_UNKNOWN) {
		set(r, VERDICT_BROKEN, _("whether this applies here could not be measured"));
		return;
	}
	if (!find(r, arena, &held)) {
		set(r, VERDICT_BROKEN,
		    _("a pattern of the lab took too many steps: this is the lab's fault"));
		return;
	}
	if (!c->expect.n)
		set(r, VERDICT_PASS, _("measured"));
	else
		set(r, held == c->expect.n ? VERDICT_PASS : VERDICT_FAIL,
		    arena_printf(arena, _("%zu of %zu expectations held"), held, c->expect.n));
}

/* 'flags.flag is svm (found svm); ...' of the clauses of one alternative that have this truth. */
static void tell_alternative(struct buf *out, const struct experiment_result *r,
			     const struct alternative *a, struct arena *arena)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct clause *c = &a->v[i];
		const struct check_result *check = &r->checks[c->check];
		const struct measure_spec *spec = &check->check->specs[c->matcher.measure];

		buf_printf(out, "%s%s: %s", i ? "; " : "", check->check->id,
			   matcher_describe(&c->matcher, spec, arena));
		if (check->verdict == VERDICT_PASS || check->verdict == VERDICT_FAIL)
			buf_printf(out, _(" (found %s)"),
				   printed(&check->measures.values[c->matcher.measure], arena));
		else
			buf_printf(out, " (%s)", verdict_name(check->verdict));
	}
}

static const char *tell_holding(const struct experiment_result *r, const struct condition *c,
				struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };

	for (size_t i = 0; i < c->n && !out.len; i++)
		if (alternative_truth(&c->v[i], r->checks) == TRUTH_YES)
			tell_alternative(&out, r, &c->v[i], arena);
	return arena_strdup(arena, buf_str(&out));
}

static const char *tell_open(const struct experiment_result *r, struct arena *arena)
{
	const struct experiment *x = r->experiment;
	_cleanup_buf_ struct buf out = { 0 };

	if (!x->supported_if.n && !x->refuted_if.n)
		return _("the lab names no condition for this hypothesis");
	buf_puts(&out, _("neither condition was met: "));
	if (x->supported_if.n)
		tell_alternative(&out, r, &x->supported_if.v[0], arena);
	else
		tell_alternative(&out, r, &x->refuted_if.v[0], arena);
	return arena_strdup(arena, buf_str(&out));
}

static void judge_hypothesis(struct experiment_result *r, struct arena *arena)
{
	const struct experiment *x = r->experiment;
	bool supported = condition_truth(&x->supported_if, r->checks) == TRUTH_YES;
	bool refuted = condition_truth(&x->refuted_if, r->checks) == TRUTH_YES;

	r->outcome = OUTCOME_INCONCLUSIVE;
	if (supported && refuted) {
		r->outcome_why = _("both conditions are met: the lab contradicts itself");
	} else if (supported) {
		r->outcome = OUTCOME_SUPPORTED;
		r->outcome_why = tell_holding(r, &x->supported_if, arena);
	} else if (refuted) {
		r->outcome = OUTCOME_REFUTED;
		r->outcome_why = tell_holding(r, &x->refuted_if, arena);
	} else {
		r->outcome_why = tell_open(r, arena);
	}
}

static void judge_prediction(struct experiment_result *r)
{
	const struct predict *p = r->experiment->predict;

	r->prediction.right = VERDICT_NONE;
	for (size_t i = 0; p && r->prediction.choice && i < p->choices.n; i++) {
		enum truth t;

		if (strcmp(p->choices.v[i].id, r->prediction.choice))
			continue;
		t = condition_truth(&p->choices.v[i].right_if, r->checks);
		if (t != TRUTH_UNKNOWN)
			r->prediction.right = t == TRUTH_YES ? VERDICT_PASS : VERDICT_FAIL;
	}
}

static void diagnose(struct experiment_result *r, struct arena *arena)
{
	const struct experiment *x = r->experiment;

	r->diagnoses = arena_array(arena, const struct diagnosis *, x->diagnoses.n);
	r->diagnosis_count = 0;
	for (size_t i = 0; i < x->diagnoses.n; i++)
		if (condition_truth(&x->diagnoses.v[i].when, r->checks) == TRUTH_YES)
			r->diagnoses[r->diagnosis_count++] = &x->diagnoses.v[i];
}

void experiment_judge(struct experiment_result *r, struct arena *arena, enum lang lang)
{
	(void)lang;
	judge_hypothesis(r, arena);
	judge_prediction(r);
	diagnose(r, arena);
}
