/* SPDX-License-Identifier: Apache-2.0 */
/* grade: hundredths of a point, line by line, so that everybody can do the sum again. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/hundredths.h"
#include "runner/base/i18n.h"
#include "runner/run/grading.h"

struct remainder {
	int64_t rest;
	size_t i;
};

/* The largest first; of equal ones the one that stands first. */
static int compare_remainders(const void *a, const void *b)
{
	const struct remainder *x = a, *y = b;

	if (x->rest != y->rest)
		return x->rest > y->rest ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

void grading_split(int64_t total, const int64_t *points, size_t n, int64_t *ret)
{
	_cleanup_free_ struct remainder *order = mem_alloc(n * sizeof(*order));
	int64_t sum = 0, left = total;

	for (size_t i = 0; i < n; i++)
		sum += points[i];
	for (size_t i = 0; i < n; i++) {
		ret[i] = sum ? total * points[i] / sum : 0;
		left -= ret[i];
		order[i] = (struct remainder){ total * points[i] - ret[i] * sum, i };
	}
	if (!sum)
		return;
	/* Fewer hundredths are left than there are shares with a remainder. */
	qsort(order, n, sizeof(*order), compare_remainders);
	for (size_t i = 0; left > 0; i++, left--)
		ret[order[i].i]++;
}

void grading_tell_share(struct grading *g, struct grade_line *line, int64_t points, int64_t all,
			int64_t total)
{
	if (points == all)
		return;
	line->why = arena_printf(g->arena, _("%s; share %lld of %lld of %s = %s"), line->why,
				 (long long)points, (long long)all, hundredths_print(total).s,
				 hundredths_print(line->possible).s);
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

/* Blanks are no reason. */
static bool is_given(const char *s)
{
	return s && s[strspn(s, " \t\r\n")];
}

static void grade_commit(struct grading *g, int64_t possible)
{
	const struct prediction *p = &g->r->prediction;
	struct grade_line *line =
		grading_add(g, GRADE_PREDICT, "commit", _("prediction committed"));

	line->possible = possible;
	if (!p->choice) {
		line->why = _("no prediction was given");
	} else if (g->r->experiment->predict->reason && !is_given(p->reason)) {
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
		const struct condition *c = &p->choices.v[i].right_if;
		enum truth t = c->n ? condition_truth(c, r->checks) : TRUTH_NO;

		if (t == TRUTH_YES)
			return t;
		ret = t == TRUTH_UNKNOWN ? t : ret;
	}
	return ret;
}

/* Nobody knows which choice is right: what could not be looked at beats what was left out. */
static void settle_unknown(struct grading *g, struct grade_line *line)
{
	const struct predict *p = g->r->experiment->predict;
	enum verdict root = VERDICT_PASS;

	for (size_t i = 0; i < p->choices.n && root != VERDICT_BROKEN; i++) {
		enum verdict one = grading_open(g, &p->choices.v[i].right_if);

		if (root == VERDICT_PASS || one == VERDICT_BROKEN || one == VERDICT_NONE)
			root = one;
	}
	grading_settle(line, root);
	line->why = line->ungraded ? _("what is right could not be measured")
				   : _("what is right was not measured: something was not done");
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
	} else if (some == TRUTH_YES) {
		line->why = _("something else was measured");
	} else {
		settle_unknown(g, line);
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

static void grade_check(struct grading *g, size_t i, int64_t share)
{
	const struct check_result *r = &g->r->checks[i];
	enum verdict root = g->roots.v[i];
	struct grade_line *line =
		grading_add(g, GRADE_EXECUTE, r->check->id, text_get(&r->check->title, g->lang));

	line->possible = share;
	line->earned = root == VERDICT_PASS ? share : 0;
	grading_settle(line, root);
	if (r->verdict == VERDICT_NONE)
		line->why = _("not looked at yet");
	else
		line->why = arena_printf(g->arena, "%s: %s", check_verdict_name(r),
					 r->reason ? r->reason : "");
}

static void grade_checks(struct grading *g)
{
	size_t n = g->r->experiment->checks.n;
	int64_t *points = arena_array(g->arena, int64_t, n);
	int64_t *shares = arena_array(g->arena, int64_t, n);
	int64_t total = g->weights->execute * 100, all = 0;

	for (size_t i = 0; i < n; i++)
		all += points[i] = g->r->checks[i].check->points;
	grading_split(total, points, n, shares);
	for (size_t i = 0; i < n; i++) {
		if (!points[i])
			continue;
		grade_check(g, i, shares[i]);
		grading_tell_share(g, &g->r->grade.lines[g->r->grade.n - 1], points[i], all, total);
	}
}

static void sum(struct grade *grade)
{
	for (size_t i = 0; i < grade->n; i++) {
		const struct grade_line *line = &grade->lines[i];

		grade->ungraded |= line->ungraded && line->in_total;
		grade->provisional |= line->provisional && line->in_total;
		if (!line->in_total || line->ungraded)
			continue;
		grade->earned += line->earned;
		grade->possible += line->possible;
	}
}

void experiment_grade(struct experiment_result *r, const struct lab *lab, struct arena *arena,
		      enum lang lang)
{
	const struct experiment *x = r->experiment;
	struct grading g = { r, x->weights ? x->weights : lab->weights, arena, lang, { 0 } };

	grading_find_roots(&g);
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
