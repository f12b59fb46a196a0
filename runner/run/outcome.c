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

static const char *printed_with_unit(const struct value *v, const struct measure_spec *spec,
				     struct arena *arena)
{
	const char *text = printed(v, arena);

	return spec->unit && value_is_number(v) ? arena_printf(arena, "%s %s", text, spec->unit)
						: text;
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

		if (t == TRUTH_UNKNOWN) {
			r->finding_count = i;
			return false;
		}
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

/* Whether this applies is unknown: SKIP when that is because other checks were skipped. */
static void set_open(struct check_result *r, const struct check_result *others, struct arena *arena)
{
	const struct condition *c = &r->check->applies_if;
	const struct check_result *skipped = NULL;

	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++) {
			const struct check_result *on = &others[c->v[i].v[j].check];

			if (clause_truth(&c->v[i].v[j], others) != TRUTH_UNKNOWN)
				continue;
			if (on->verdict != VERDICT_SKIP) {
				set(r, VERDICT_BROKEN,
				    _("whether this applies here could not be measured"));
				return;
			}
			skipped = on;
		}
	set(r, VERDICT_SKIP,
	    arena_printf(arena, _("whether this applies depends on '%s', which is %s"),
			 skipped->check->id, verdict_name(VERDICT_SKIP)));
}

void check_judge(struct check_result *r, const struct check_result *others, struct arena *arena,
		 enum lang lang)
{
	const struct check *c = r->check;
	const char *na = text_get(&c->na, lang);
	size_t held;

	r->measured = false;
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
		set_open(r, others, arena);
		return;
	}
	if (!find(r, arena, &held)) {
		set(r, VERDICT_BROKEN,
		    _("a pattern of the lab took too many steps: this is the lab's fault"));
		return;
	}
	r->measured = !c->expect.n;
	if (r->measured)
		set(r, VERDICT_PASS, _("nothing was expected of it"));
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
			buf_printf(out, " (%s)", verdict_told(check->verdict));
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

/* Appends to a list unless it stands there. */
static void add_once(struct buf *out, const char *one)
{
	const char *at = buf_str(out);
	size_t len = strlen(one);

	while ((at = strstr(at, one)) && at[len] && strncmp(at + len, ", ", 2) != 0)
		at += len;
	if (!at)
		buf_printf(out, "%s%s", out->len ? ", " : "", one);
}

/* What of a condition nobody knows: 'flags is BROKEN, module is SKIP'. */
static void tell_unknown(struct buf *out, const struct experiment_result *r,
			 const struct condition *c)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++) {
			const struct check_result *on = &r->checks[c->v[i].v[j].check];
			_cleanup_buf_ struct buf one = { 0 };

			if (clause_truth(&c->v[i].v[j], r->checks) != TRUTH_UNKNOWN)
				continue;
			buf_printf(&one, _("'%s' is %s"), on->check->id, verdict_told(on->verdict));
			add_once(out, buf_str(&one));
		}
}

/* What was found of the measures that a condition asks for: 'flags.flag' is none. */
static void tell_found(struct buf *out, const struct experiment_result *r,
		       const struct condition *c, struct arena *arena)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++) {
			const struct clause *clause = &c->v[i].v[j];
			const struct check_result *on = &r->checks[clause->check];
			size_t m = clause->matcher.measure;
			const struct measure_spec *spec = &on->check->specs[m];
			const char *id = on->check->id, *is = verdict_told(on->verdict);

			if (on->verdict == VERDICT_PASS || on->verdict == VERDICT_FAIL) {
				id = arena_printf(arena, "%s.%s", id, spec->name);
				is = printed_with_unit(&on->measures.values[m], spec, arena);
			}
			add_once(out, arena_printf(arena, _("'%s' is %s"), id, is));
		}
}

static const char *tell_open(const struct experiment_result *r, struct arena *arena)
{
	const struct experiment *x = r->experiment;
	_cleanup_buf_ struct buf out = { 0 };

	if (!x->supported_if.n && !x->refuted_if.n)
		return _("the lab names no condition for this hypothesis");
	tell_unknown(&out, r, &x->supported_if);
	tell_unknown(&out, r, &x->refuted_if);
	if (out.len)
		return arena_printf(arena, _("could not be decided: %s"), buf_str(&out));
	tell_found(&out, r, &x->supported_if, arena);
	tell_found(&out, r, &x->refuted_if, arena);
	return arena_printf(arena, _("neither condition was met: %s"), buf_str(&out));
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

static bool some_choice_can_be_right(const struct predict *p)
{
	for (size_t i = 0; i < p->choices.n; i++)
		if (p->choices.v[i].right_if.n)
			return true;
	return false;
}

/* Whether some measure of the condition was not seen, as when a step printed something else. */
static bool rests_on_unseen(const struct condition *c, const struct check_result *checks)
{
	for (size_t i = 0; i < c->n; i++) {
		for (size_t j = 0; j < c->v[i].n; j++) {
			const struct clause *clause = &c->v[i].v[j];
			const struct check_result *r = &checks[clause->check];

			if ((r->verdict == VERDICT_PASS || r->verdict == VERDICT_FAIL) &&
			    clause->matcher.op != MATCH_EXISTS &&
			    r->measures.values[clause->matcher.measure].type == VALUE_UNKNOWN)
				return true;
		}
	}
	return false;
}

/* Beside choices that may turn out right, one without a condition never does. What was not seen
 * contradicts nothing. */
static void judge_prediction(struct experiment_result *r)
{
	const struct predict *p = r->experiment->predict;
	bool some_is_right = false, unseen = false;

	r->prediction.right = VERDICT_NONE;
	if (!p || !r->prediction.choice || !some_choice_can_be_right(p))
		return;
	for (size_t i = 0; i < p->choices.n; i++) {
		const struct condition *c = &p->choices.v[i].right_if;
		enum truth t = c->n ? condition_truth(c, r->checks) : TRUTH_NO;

		some_is_right |= t == TRUTH_YES;
		if (strcmp(p->choices.v[i].id, r->prediction.choice) != 0 || t == TRUTH_UNKNOWN)
			continue;
		r->prediction.right = t == TRUTH_YES ? VERDICT_PASS : VERDICT_FAIL;
		unseen = rests_on_unseen(c, r->checks);
	}
	if (unseen && !some_is_right)
		r->prediction.right = VERDICT_NONE;
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
	experiment_moves(r, arena);
}
