/* SPDX-License-Identifier: Apache-2.0 */
/* grade_question: answers against what was measured, and free text against its rubric. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/regex.h"
#include "runner/run/grading.h"

static bool number_is_right(const struct question *q, const struct value *right, const char *text)
{
	double wanted = value_number(right), given[2];
	double room = q->tolerance_is_share ? fabs(wanted) * q->tolerance : q->tolerance;
	int n = number_read(text, given);

	for (int i = 0; i < n; i++)
		if (fabs(given[i] - wanted) <= room + 1e-9)
			return true;
	return false;
}

/* Blanks around an answer and capitals in it do not matter. */
static bool text_is_right(const struct value *right, const char *text)
{
	_cleanup_buf_ struct buf wanted = { 0 };
	size_t len;

	value_print(&wanted, right);
	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return len == wanted.len && !strncasecmp(buf_str(&wanted), text, len);
}

static int64_t hint_cost(const struct question *q, const struct answer *a)
{
	int64_t cost = 0;

	for (size_t i = 0; i < q->hints.n && (int64_t)i < a->hints; i++)
		cost += q->hints.v[i].cost;
	return cost;
}

/* Takes the hints' cost off what was earned on this very item. */
static void take_hints_off(struct grading *g, const struct question *q, const struct answer *a,
			   struct grade_line *line)
{
	int64_t cost = hint_cost(q, a);
	int64_t off = q->points ? line->possible * cost / q->points : 0;

	if (!cost || !line->earned)
		return;
	line->hinted = true;
	line->earned = line->earned > off ? line->earned - off : 0;
	line->why = arena_printf(g->arena, _("%s; hints cost %lld of %lld points"), line->why,
				 (long long)cost, (long long)q->points);
}

/* Whether a pattern matches; ret gets the words that it met. */
static enum truth find(struct grading *g, const struct strings *patterns, const char *text,
		       const char **ret)
{
	for (size_t i = 0; i < patterns->n; i++) {
		struct regex_span *spans;
		enum regex_result result;
		struct regex *re;

		if (regex_compile(patterns->v[i], true, &re, NULL, NULL) < 0)
			return TRUTH_UNKNOWN;
		spans = arena_array(g->arena, struct regex_span, regex_span_count(re));
		result = regex_search(re, text, strlen(text), spans);
		regex_free(re);
		if (result == REGEX_BUDGET)
			return TRUTH_UNKNOWN;
		if (result != REGEX_MATCH)
			continue;
		*ret = arena_memdup(g->arena, text + spans->start, spans->end - spans->start);
		return TRUTH_YES;
	}
	return TRUTH_NO;
}

/* Whether the row is earned; denied gets the words that say the opposite of what it looks for. */
static enum truth row_truth(struct grading *g, const struct rubric_row *row, const char *text,
			    const char **denied)
{
	const char *ignored;
	enum truth said = find(g, &row->any, text, &ignored);
	enum truth unsaid = said == TRUTH_YES ? find(g, &row->none, text, denied) : TRUTH_NO;

	if (unsaid == TRUTH_UNKNOWN)
		return TRUTH_UNKNOWN;
	return unsaid == TRUTH_YES ? TRUTH_NO : said;
}

static void grade_text(struct grading *g, const struct question *q, const struct answer *a,
		       struct grade_line *line)
{
	_cleanup_buf_ struct buf denials = { 0 };
	int64_t got = 0, all = 0;

	line->provisional = true;
	if (!q->rubric.n) {
		line->ungraded = true;
		line->why = _("waits for a teacher: there is no rubric");
		return;
	}
	for (size_t i = 0; i < q->rubric.n; i++) {
		const struct rubric_row *row = &q->rubric.v[i];
		const char *denied = NULL;
		enum truth t = row_truth(g, row, a->text, &denied);

		all += row->points;
		got += t == TRUTH_YES ? row->points : 0;
		line->ungraded |= t == TRUTH_UNKNOWN;
		/* By its number: what it looks for is told when answers are shown. */
		if (denied)
			buf_printf(&denials,
				   _("; item %zu, worth %lld, is denied by the words '%s'"), i + 1,
				   (long long)row->points, denied);
	}
	line->earned = all ? line->possible * got / all : 0;
	line->why = arena_printf(g->arena, _("rubric: %lld of %lld points%s; a teacher confirms"),
				 (long long)got, (long long)all, buf_str(&denials));
}

/* The right value; NULL after saying in line why there is none, and whether that costs. */
static const struct value *right_value(struct grading *g, const struct question *q,
				       struct grade_line *line)
{
	const struct check_result *r;
	const struct value *value;

	if (!q->answer_is_measure)
		return &q->answer;
	r = &g->r->checks[q->answer_check];
	if (r->verdict != VERDICT_PASS && r->verdict != VERDICT_FAIL) {
		grading_settle(line, g->roots.v[q->answer_check]);
		line->why = arena_printf(g->arena, _("nothing to compare with: '%s' is %s"),
					 r->check->id, verdict_told(r->verdict));
		return NULL;
	}
	value = &r->measures.values[q->answer_measure];
	if (value->type != VALUE_UNKNOWN)
		return value;
	line->ungraded = true;
	line->why = arena_printf(g->arena, _("nothing to compare with: '%s' did not see '%s'"),
				 r->check->id, r->check->specs[q->answer_measure].name);
	return NULL;
}

static void grade_closed(struct grading *g, const struct question *q, const struct answer *a,
			 struct grade_line *line)
{
	const struct value *right = right_value(g, q, line);
	_cleanup_buf_ struct buf wanted = { 0 };
	bool is_right;

	if (!right)
		return;
	is_right = q->kind == QUESTION_NUMBER && value_is_number(right)
			   ? number_is_right(q, right, a->text)
			   : text_is_right(right, a->text);
	value_print(&wanted, right);
	line->earned = is_right ? line->possible : 0;
	line->why = arena_printf(g->arena,
				 is_right ? _("answered %s, measured %s: right")
					  : _("answered %s, measured %s: different"),
				 a->text, buf_str(&wanted));
}

/* False after saying in line why the question does not count or cannot be graded. */
static bool applies(struct grading *g, const struct question *q, struct grade_line *line)
{
	if (!q->applies_if.n)
		return true;
	switch (condition_truth(&q->applies_if, g->r->checks)) {
	case TRUTH_YES:
		return true;
	case TRUTH_NO:
		line->in_total = false;
		line->why = _("does not apply to what was measured on this host");
		return false;
	default:
		grading_settle(line, grading_open(g, &q->applies_if));
		line->why =
			line->ungraded
				? _("whether it applies could not be measured")
				: _("whether it applies was not measured: something was not done");
		return false;
	}
}

static bool is_given(const struct answer *a)
{
	return a->text && a->text[strspn(a->text, " \t\r\n")];
}

static void grade_question(struct grading *g, size_t i, int64_t share)
{
	const struct question *q = &g->r->experiment->questions.v[i];
	const struct answer *a = &g->r->answers[i];
	struct grade_line *line =
		grading_add(g, q->part == PART_OBSERVE ? GRADE_OBSERVE : GRADE_EXPLAIN, q->id,
			    text_get(&q->ask, g->lang));

	line->possible = share;
	if (!applies(g, q, line))
		return;
	line->why = _("not answered");
	if (!is_given(a))
		return;
	if (q->kind == QUESTION_TEXT)
		grade_text(g, q, a, line);
	else
		grade_closed(g, q, a, line);
	take_hints_off(g, q, a, line);
}

void grading_questions(struct grading *g, enum question_part part)
{
	const struct experiment *x = g->r->experiment;
	int64_t total = 100 * (part == PART_OBSERVE ? g->weights->observe : g->weights->explain);
	int64_t all = 0;
	int64_t *points = arena_array(g->arena, int64_t, x->questions.n);
	int64_t *shares = arena_array(g->arena, int64_t, x->questions.n);

	for (size_t i = 0; i < x->questions.n; i++)
		all += points[i] =
			x->questions.v[i].part == (int)part ? x->questions.v[i].points : 0;
	grading_split(total, points, x->questions.n, shares);
	for (size_t i = 0; i < x->questions.n; i++) {
		if (!points[i])
			continue;
		grade_question(g, i, shares[i]);
		grading_tell_share(g, &g->r->grade.lines[g->r->grade.n - 1], points[i], all, total);
	}
}
