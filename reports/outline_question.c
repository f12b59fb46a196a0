/* SPDX-License-Identifier: Apache-2.0 */
/* outline_question: answers beside what was measured, and the sum of points to redo by hand. */
#include <string.h>

#include "reports/page.h"
#include "reports/word.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* An answer or a right answer that is the id of a choice is shown in the choice's words. */
static const char *choice_words(struct page *p, const struct question *q, const char *id)
{
	const struct choice *choice = choice_find(&q->choices, id);
	const char *text = choice ? page_text(p, &choice->text) : NULL;

	return text && strcmp(text, id) ? WORDS(p, "{1} ({2})", text, id) : id;
}

static const char *right_words(struct page *p, const struct experiment_result *r,
			       const struct question *q)
{
	const struct value *right = answer_right(r, q);

	if (!right)
		return NULL;
	return choice_words(p, q, value_words(p, right, q->unit));
}

static const char *given_words(struct page *p, const struct question *q, const struct answer *a)
{
	if (!a->text)
		return _("not given");
	if (q->kind == QUESTION_NUMBER && q->unit)
		return WORDS(p, "{1} {2}", a->text, q->unit);
	return q->kind == QUESTION_CHOICE ? choice_words(p, q, a->text) : a->text;
}

static const char *points_words(struct page *p, const struct grade_line *line)
{
	const char *score;

	if (!line)
		return NULL;
	score = WORDS(p, _("{1} of {2}"), figure_points(line->earned).s,
		      figure_points(line->possible).s);
	if (line->ungraded)
		return _("not graded");
	if (!line->in_total)
		return _("not counted");
	return line->provisional ? WORDS(p, _("{1}, provisional"), score) : score;
}

static void rubric(struct page *p, const struct question *q)
{
	const struct column columns[] = {
		{ _("Looked for"), COLUMN_HEAD },
		{ _("Worth"), COLUMN_FIGURE },
	};
	struct table t = { .caption = _("What a full answer says"),
			   .columns = columns,
			   .column_count = ARRAY_SIZE(columns) };

	for (size_t i = 0; i < q->rubric.n; i++) {
		const struct rubric_row *row = &q->rubric.v[i];

		table_add(p, &t,
			  (const char *const[]){ page_text(p, &row->text),
						 figure_keep(p, figure_int(row->points)) });
	}
	if (t.row_count)
		p->ops->table(p, &t);
}

static void question(struct page *p, const struct experiment_result *r, size_t i)
{
	const struct question *q = &r->experiment->questions.v[i];
	const struct answer *a = &r->answers[i];
	const struct grade_line *line = grade_line_find(&r->grade, question_grade_part(q), q->id);
	struct section item = { .kind = SECTION_ITEM, .title = page_title(p, &q->ask, q->id) };
	struct pairs pairs = { 0 };
	bool shows = report_shows_answers(p->report);

	p->ops->open(p, &item);
	pairs_add(&pairs, _("Your answer"), given_words(p, q, a));
	if (shows)
		pairs_add(&pairs, q->answer_is_measure ? _("Measured") : _("Right answer"),
			  right_words(p, r, q));
	if (a->hints)
		pairs_add(&pairs, _("Hints taken"), figure_keep(p, figure_int(a->hints)));
	pairs_add(&pairs, _("Understood"), a->understood);
	pairs_add(&pairs, _("Points"), points_words(p, line));
	pairs_add(&pairs, _("Why"), line ? line->why : NULL);
	if (shows)
		pairs_add(&pairs, _("Model answer"), page_text(p, &q->model_answer));
	pairs_write(p, &pairs);
	if (shows)
		rubric(p, q);
	p->ops->close(p, &item);
}

static void questions_of(struct page *p, const struct experiment_result *r, int part,
			 const char *title)
{
	bool is_open = false;

	for (size_t i = 0; i < r->experiment->questions.n; i++) {
		if (r->experiment->questions.v[i].part != part)
			continue;
		if (!is_open)
			page_open(p, SECTION_PART, title);
		is_open = true;
		question(p, r, i);
	}
	if (is_open)
		page_close(p, SECTION_PART);
}

void outline_questions(struct page *p, const struct experiment_result *r)
{
	questions_of(p, r, PART_OBSERVE, _("Observed"));
	questions_of(p, r, PART_EXPLAIN, _("Explained"));
}

static const char *part_words(enum grade_part part)
{
	static const char *const words[GRADE_PART_COUNT] = {
		[GRADE_PREDICT] = N_("predict"),
		[GRADE_EXECUTE] = N_("execute"),
		[GRADE_OBSERVE] = N_("observe"),
		[GRADE_EXPLAIN] = N_("explain"),
	};

	return _(words[part]);
}

/* Lines outside the sum say so in place of the figures that do not count. */
static void sum_line(struct page *p, struct table *t, const struct grade_line *line)
{
	const char *earned = figure_keep(p, figure_points(line->earned));
	const char *possible = figure_keep(p, figure_points(line->possible));
	const char *why = line->why ? line->why : "";

	if (line->ungraded)
		why = WORDS(p, _("not graded; {1}"), why);
	else if (!line->in_total)
		why = WORDS(p, _("not counted; {1}"), why);
	else if (line->provisional)
		why = WORDS(p, _("provisional; {1}"), why);
	if (line->ungraded || !line->in_total)
		earned = possible = "-";
	table_add(p, t,
		  (const char *const[]){ part_words(line->part), line->text ? line->text : line->id,
					 earned, possible, why });
}

void outline_sum(struct page *p, const struct experiment_result *r)
{
	const struct column columns[] = {
		{ _("Part"), COLUMN_SHORT },	{ _("For"), COLUMN_HEAD },
		{ _("Earned"), COLUMN_FIGURE }, { _("Possible"), COLUMN_FIGURE },
		{ _("Why"), COLUMN_TEXT },
	};
	struct table t = { .caption = _("The sum, to redo by hand; '-' does not count"),
			   .columns = columns,
			   .column_count = ARRAY_SIZE(columns),
			   .has_total = true };

	page_open(p, SECTION_PART, _("Points"));
	for (size_t i = 0; i < r->grade.n; i++)
		sum_line(p, &t, &r->grade.lines[i]);
	table_add(p, &t,
		  (const char *const[]){ _("Sum"), "",
					 figure_keep(p, figure_points(r->grade.earned)),
					 figure_keep(p, figure_points(r->grade.possible)), "" });
	p->ops->table(p, &t);
	page_close(p, SECTION_PART);
}
