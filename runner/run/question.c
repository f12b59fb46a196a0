/* SPDX-License-Identifier: Apache-2.0 */
/* question: asks what was seen and why, and shows what was right. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/hundredths.h"
#include "runner/base/i18n.h"
#include "runner/run/hint.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"

/* For an answer that earns some of its points; in every language, as the verdicts' words are. */
#define PARTLY "PARTLY"

static int ask_choice(struct run *run, const struct question *q, const struct ui_help *help,
		      const char **ret, struct err *err)
{
	size_t n = q->choices.n, picked;
	const char **ids = arena_array(&run->arena, const char *, n + 1);
	const char **texts = arena_array(&run->arena, const char *, n + 1);
	const struct ui_terms terms = { .help = help };
	int rc;

	for (size_t i = 0; i < n; i++) {
		ids[i] = q->choices.v[i].id;
		texts[i] = text_get(&q->choices.v[i].text, run->report.lang);
	}
	rc = ui_ask_choice(run->ui, text_get(&q->ask, run->report.lang), ids, texts, &terms,
			   &picked, err);
	if (rc == 0)
		*ret = ids[picked];
	return rc < 0 ? -1 : 0;
}

static bool is_number(const char *line)
{
	double ignored[2];

	return number_read(line, ignored) > 0;
}

static int ask_words(struct run *run, const struct question *q, const struct ui_help *help,
		     const char **ret, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_buf_ struct buf ask = { 0 };
	const struct ui_terms terms = {
		.help = help,
		.accepts = is_number,
		.otherwise = _("please type a number such as 204 or 1.5, or '-' for no answer"),
	};
	int rc;

	buf_puts(&ask, text_get(&q->ask, run->report.lang));
	if (q->unit)
		buf_printf(&ask, " [%s]", q->unit);
	if (q->kind == QUESTION_TEXT)
		rc = ui_ask_text(run->ui, buf_str(&ask), &terms, &text, err);
	else
		rc = ui_ask_line(run->ui, buf_str(&ask), &terms, &text, err);
	if (rc == 0)
		*ret = arena_strdup(&run->arena, buf_str(&text));
	return rc < 0 ? -1 : 0;
}

static int ask_person(struct run *run, struct place at, const struct question *q,
		      struct answer *ret, struct err *err)
{
	struct hinting hinting = { run, q, at, ret };
	struct ui_help help = { hint_show, &hinting };
	const struct ui_help *offered = q->hints.n && !run->report.exam ? &help : NULL;

	if (offered && hints_recall(&hinting, err) < 0)
		return -1;
	return q->kind == QUESTION_CHOICE ? ask_choice(run, q, offered, &ret->text, err)
					  : ask_words(run, q, offered, &ret->text, err);
}

static void take_given(const struct given *given, const char *id, struct answer *ret)
{
	for (size_t i = 0; i < given->answers.n; i++) {
		if (strcmp(given->answers.v[i].id, id))
			continue;
		ret->text = given->answers.v[i].text;
		ret->hints = given->answers.v[i].hints;
		ret->understood = given->answers.v[i].understood;
		ret->understood_ms = ret->understood ? clock_unix_ms() : 0;
	}
}

/* An answer that comes when the exam's time is over counts no more. */
static void drop_late(struct run *run, struct answer *answer)
{
	if (!exam_is_over(run))
		return;
	answer->text = NULL;
	exam_tell_time(run);
}

static int ask_one(struct run *run, size_t e, size_t i, struct err *err)
{
	struct experiment_result *r = &run->report.experiments[e];
	const struct question *q = &r->experiment->questions.v[i];
	const struct given *given =
		run->answers ? answers_find(run->answers, r->experiment->id) : NULL;
	struct answer answer = r->answers[i];
	struct place at = run_place(run, e, i);

	if (r->answers[i].at_ms)
		return 0;
	if (q->applies_if.n && condition_truth(&q->applies_if, r->checks) == TRUTH_NO)
		return 0;
	if (given && !exam_is_over(run))
		take_given(given, q->id, &answer);
	else if (ui_can_ask(run->ui) && !exam_is_over(run)) {
		if (ask_person(run, at, q, &answer, err) < 0)
			return -1;
		drop_late(run, &answer);
	}
	answer.at_ms = clock_unix_ms();
	if (store_answer_set(run->store, at, &answer, err) < 0)
		return -1;
	r->answers[i] = answer;
	/* A person's words are safe before the next question is asked. */
	return ui_can_ask(run->ui) ? run_settle(run, err) : 0;
}

int questions_ask(struct run *run, size_t e, enum question_part part, struct err *err)
{
	const struct experiment *x = run->report.experiments[e].experiment;

	for (size_t i = 0; i < x->questions.n; i++)
		if (x->questions.v[i].part == (int)part && ask_one(run, e, i, err) < 0)
			return -1;
	return 0;
}

static void show_feedback(struct run *run, const struct question *q, const struct grade_line *line)
{
	const char *model = text_get(&q->model_answer, run->report.lang);
	enum verdict verdict = line->earned >= line->possible ? VERDICT_PASS : VERDICT_FAIL;
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, "%s: %s/%s  %s", q->id, hundredths_print(line->earned).s,
		   hundredths_print(line->possible).s, line->why);
	if (line->ungraded || !line->in_total)
		ui_paragraph(run->ui, 2, buf_str(&text));
	else if (line->hinted || (line->earned > 0 && line->earned < line->possible))
		ui_word(run->ui, UI_UNSURE, PARTLY, buf_str(&text));
	else
		ui_verdict(run->ui, verdict, buf_str(&text));
	if (model)
		ui_field(run->ui, _("One good answer"), model);
}

void questions_feedback(struct run *run, size_t e, enum question_part part)
{
	const struct experiment_result *r = &run->report.experiments[e];

	if (run->options.mode != MODE_PRACTICE)
		return;
	for (size_t i = 0; i < r->experiment->questions.n; i++) {
		const struct question *q = &r->experiment->questions.v[i];
		const struct grade_line *line =
			grade_line_find(&r->grade, question_grade_part(q), q->id);

		if (q->part == (int)part && line)
			show_feedback(run, q, line);
	}
}
