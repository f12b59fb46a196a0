/* SPDX-License-Identifier: Apache-2.0 */
/* grade: hundredths of a point, line by line, so that everybody can do the sum again. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/grading.h"

void grading_split(int64_t total, const int64_t *points, size_t n, int64_t *ret)
{
	int64_t sum = 0, left = total;

	for (size_t i = 0; i < n; i++)
		sum += points[i];
	for (size_t i = 0; i < n; i++) {
		ret[i] = sum ? total * points[i] / sum : 0;
		left -= ret[i];
	}
	/* Largest remainder; of equal ones the first. At most n - 1 hundredths are left. */
	for (; sum && left > 0; left--) {
		size_t best = 0;
		int64_t most = -1;

		for (size_t i = 0; i < n; i++) {
			int64_t rest = total * points[i] - ret[i] * sum;

			if (rest > most) {
				most = rest;
				best = i;
			}
		}
		ret[best]++;
	}
}

struct grade_line *grading_add(struct grading *g, enum grade_part part, const char *id,
			       const char *text)
{
	struct grade_line *line = &g->r->grade.lines[g->r->grade.n++];

	*line = (struct grade_line){
		.part = part, .id = id, .text = text ? text : id, .in_total = true
	};
	return line;
}

static bool is_asked(const struct predict *p)
{
	for (size_t i = 0; i < p->choices.n; i++)
		if (p->choices.v[i].right_if.n)
			return true;
	return false;
}

static void grade_commit(struct grading *g, int64_t possible)
{
	const struct prediction *p = &g->r->prediction;
	struct grade_line *line =
		grading_add(g, GRADE_PREDICT, "commit", _("prediction committed"));

	line->possible = possible;
	if (!p->choice) {
		line->why = _("no prediction was given");
	} else if (g->r->experiment->predict->reason && (!p->reason || !*p->reason)) {
		line->earned = possible / 2;
		line->why = _("a choice without a reason: half");
	} else {
		line->earned = possible;
		line->why = _("committed before the first step");
	}
}

/* Whether any choice is right on this host, as far as is known. */
static enum truth some_choice_is_right(const struct experiment_result *r)
{
	const struct predict *p = r->experiment->predict;
	enum truth ret = TRUTH_NO;

	for (size_t i = 0; i < p->choices.n; i++) {
		enum truth t = p->choices.v[i].right_if.n
				       ? condition_truth(&p->choices.v[i].right_if, r->checks)
				       : TRUTH_NO;

		if (t == TRUTH_YES)
			return t;
		ret = t == TRUTH_UNKNOWN ? t : ret;
	}
	return ret;
}

static void grade_right(struct grading *g, int64_t possible)
{
	const struct prediction *p = &g->r->prediction;
	struct grade_line *line = grading_add(g, GRADE_PREDICT, "right", _("prediction right"));
	enum truth some = some_choice_is_right(g->r);

	line->possible = possible;
	if (some == TRUTH_NO) {
		line->in_total = false;
		line->why = _("no choice is right on this host");
	} else if (!p->choice) {
		line->why = _("no prediction was given");
	} else if (p->right == VERDICT_PASS) {
		line->earned = possible;
		line->why = _("this is what was measured");
	} else if (p->right == VERDICT_FAIL && some == TRUTH_YES) {
		line->why = _("something else was measured");
	} else {
		line->ungraded = true;
		line->why = _("what is right could not be measured");
	}
}

static void grade_prediction(struct grading *g)
{
	const struct predict *p = g->r->experiment->predict;

	if (!p)
		return;
	grade_commit(g, (g->weights->predict - g->weights->predict_right) * 100);
	if (is_asked(p))
		grade_right(g, g->weights->predict_right * 100);
}

/* What made a check SKIP: the verdict at the root of its needs; SKIP itself when a step was not
 * done. */
enum verdict grading_root(const struct experiment_result *r, size_t check, size_t depth)
{
	const struct check *c = r->checks[check].check;

	if (r->checks[check].verdict != VERDICT_SKIP || depth > r->experiment->checks.n)
		return r->checks[check].verdict;
	for (size_t i = 0; i < c->needs.n; i++)
		for (size_t j = 0; j < r->experiment->checks.n; j++)
			if (!strcmp(r->checks[j].check->id, c->needs.v[i]) &&
			    r->checks[j].verdict != VERDICT_PASS)
				return grading_root(r, j, depth + 1);
	return VERDICT_SKIP;
}

static void grade_check(struct grading *g, size_t i, int64_t share)
{
	const struct check_result *r = &g->r->checks[i];
	enum verdict verdict = grading_root(g->r, i, 0);
	struct grade_line *line =
		grading_add(g, GRADE_EXECUTE, r->check->id, text_get(&r->check->title, g->lang));

	line->possible = share;
	line->earned = verdict == VERDICT_PASS ? share : 0;
	line->in_total = verdict != VERDICT_NA;
	line->ungraded = verdict == VERDICT_BROKEN;
	line->why = arena_printf(g->arena, "%s: %s", verdict_name(r->verdict),
				 r->reason ? r->reason : _("not looked at"));
}

static void grade_checks(struct grading *g)
{
	size_t n = g->r->experiment->checks.n;
	int64_t *points = arena_array(g->arena, int64_t, n);
	int64_t *shares = arena_array(g->arena, int64_t, n);

	for (size_t i = 0; i < n; i++)
		points[i] = g->r->checks[i].check->points;
	grading_split(g->weights->execute * 100, points, n, shares);
	for (size_t i = 0; i < n; i++)
		if (points[i])
			grade_check(g, i, shares[i]);
}

static void sum(struct grade *grade)
{
	for (size_t i = 0; i < grade->n; i++) {
		const struct grade_line *line = &grade->lines[i];

		grade->ungraded |= line->ungraded;
		if (!line->in_total || line->ungraded)
			continue;
		grade->provisional |= line->provisional;
		grade->earned += line->earned;
		grade->possible += line->possible;
	}
}

void experiment_grade(struct experiment_result *r, const struct lab *lab, struct arena *arena,
		      enum lang lang)
{
	const struct experiment *x = r->experiment;
	struct grading g = { r, x->weights ? x->weights : lab->weights, arena, lang };

	r->grade = (struct grade){ 0 };
	r->grade.lines = arena_array(arena, struct grade_line, 2 + x->checks.n + x->questions.n);
	grade_prediction(&g);
	grade_checks(&g);
	grading_questions(&g, PART_OBSERVE);
	grading_questions(&g, PART_EXPLAIN);
	sum(&r->grade);
}

static bool some_check_failed(const struct report *r)
{
	for (size_t e = 0; e < r->lab->experiments.n; e++)
		for (size_t i = 0; i < r->lab->experiments.v[e].checks.n; i++)
			if (r->experiments[e].checks[i].verdict == VERDICT_FAIL)
				return true;
	return false;
}

/* Nothing that could be graded is not a pass. */
static int exit_code(const struct report *r)
{
	const struct grade *g = &r->grade;

	if (g->ungraded || !g->possible)
		return 3;
	if (g->earned * 100 < g->possible * r->lab->threshold || some_check_failed(r))
		return 1;
	return 0;
}

void report_grade(struct report *r)
{
	r->grade = (struct grade){ 0 };
	for (size_t e = 0; e < r->lab->experiments.n; e++) {
		const struct grade *g = &r->experiments[e].grade;

		r->grade.earned += g->earned;
		r->grade.possible += g->possible;
		r->grade.ungraded |= g->ungraded;
		r->grade.provisional |= g->provisional;
	}
	r->exit_code = exit_code(r);
}
