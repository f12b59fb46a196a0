/* SPDX-License-Identifier: Apache-2.0 */
/* walk: predict, do, look, ask, judge, explain: one experiment after the other. */
#include <poll.h>
#include <string.h>

#include "checks/checker.h"
#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/run/clauses.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"

int run_settle(struct run *run, struct err *err)
{
	char *line = run->told.data, *end;

	if (store_commit(run->store, err) < 0)
		return -1;
	for (; line && *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		ui_paragraph(run->ui, 2, line);
	}
	/* Whoever reads a file or a pipe is told, too, before anything else happens. */
	if (run->told.len)
		ui_flush(run->ui);
	buf_reset(&run->told);
	return 0;
}

static void show_opening(struct run *run, const struct experiment *x)
{
	enum lang lang = run->report.lang;
	const char *background = text_get(&x->background, lang);
	const char *hypothesis = text_get(&x->hypothesis, lang);
	const char *title = text_get(&x->title, lang);

	ui_heading(run->ui, 2, title ? title : x->id);
	if (background)
		ui_paragraph(run->ui, 0, background);
	if (hypothesis)
		ui_field(run->ui, _("Hypothesis"), hypothesis);
}

void check_show(struct run *run, const struct check_result *r)
{
	const struct check *c = r->check;
	enum lang lang = run->report.lang;
	const char *title = text_get(&c->title, lang);
	const char *why = text_get(&c->why, lang), *next = text_get(&c->next, lang);
	_cleanup_buf_ struct buf text = { 0 };

	buf_printf(&text, "%s", title ? title : c->id);
	if (r->verdict != VERDICT_PASS && r->reason)
		buf_printf(&text, " (%s)", r->reason);
	if (r->measured)
		ui_word(run->ui, UI_ASIDE, VERDICT_MEASURED, buf_str(&text));
	else
		ui_verdict(run->ui, r->verdict, buf_str(&text));
	if (r->timeline)
		ui_timeline(run->ui, "ping", r->timeline);
	for (size_t i = 0; i < r->finding_count; i++) {
		if (r->findings[i].holds)
			continue;
		ui_field(run->ui, _("expected"), r->findings[i].expected);
		ui_field(run->ui, _("found"), r->findings[i].found);
	}
	if (r->verdict == VERDICT_FAIL && why)
		ui_field(run->ui, _("why it matters"), why);
	if (r->verdict == VERDICT_FAIL && next)
		ui_field(run->ui, _("what to do next"), next);
}

static void show_result(struct run *run, const struct experiment_result *r)
{
	if (run->report.exam)
		return;
	for (size_t i = 0; i < r->experiment->checks.n; i++)
		check_show(run, &r->checks[i]);
	ui_outcome(run->ui, r->outcome, r->outcome_why ? r->outcome_why : "");
}

/* Behind the questions that ask for causes: a diagnosis would answer them. */
static void show_diagnoses(struct run *run, const struct experiment_result *r)
{
	enum lang lang = run->report.lang;

	for (size_t i = 0; i < r->diagnosis_count && !run->report.exam; i++) {
		const char *next = text_get(&r->diagnoses[i]->next, lang);

		ui_field(run->ui, _("Known problem"), text_get(&r->diagnoses[i]->text, lang));
		if (next)
			ui_field(run->ui, _("what to do next"), next);
	}
}

static bool is_answered(const struct experiment_result *r, size_t i)
{
	const struct condition *applies_if = &r->experiment->questions.v[i].applies_if;

	return r->answers[i].at_ms ||
	       (applies_if->n && condition_truth(applies_if, r->checks) == TRUTH_NO);
}

/* Whether all of an experiment is on record, of a run that is taken up again. */
static bool is_walked(const struct run *run, const struct experiment_result *r)
{
	const struct experiment *x = r->experiment;

	if (!x->checks.n || (x->predict && !r->prediction.at_ms))
		return false;
	for (size_t i = 0; i < x->steps.n; i++)
		if (r->steps[i].state != STEP_DONE && r->steps[i].state != STEP_SKIPPED)
			return false;
	for (size_t i = 0; i < x->checks.n; i++)
		if (!r->checks[i].when_ms)
			return false;
	for (size_t i = 0; i < x->questions.n; i++)
		if (!is_answered(r, i))
			return false;
	return run->report.exam || r->reconciled.at_ms || r->prediction.right != VERDICT_FAIL;
}

/* Who comes back wants to know where they are, not to read it all once more. */
static void show_walked(struct run *run, const struct experiment_result *r)
{
	const char *title = text_get(&r->experiment->title, run->report.lang);
	_cleanup_buf_ struct buf text = { 0 };

	ui_heading(run->ui, 2, title ? title : r->experiment->id);
	if (run->report.exam) {
		ui_paragraph(run->ui, 0, _("Done before."));
		return;
	}
	ui_outcome(run->ui, r->outcome, r->outcome_why ? r->outcome_why : "");
	buf_printf(&text, _("Done before; 'kvmlab report %lld' shows all of it."),
		   (long long)run->row.id);
	ui_paragraph(run->ui, 0, buf_str(&text));
}

static int experiment_walk(struct run *run, size_t e, struct err *err)
{
	struct experiment_result *r = &run->report.experiments[e];

	/* Whether a prediction was right is known when it is judged. */
	experiment_judge(r, &run->arena, run->report.lang);
	if (is_walked(run, r)) {
		experiment_grade(r, run->lab, &run->arena, run->report.lang);
		show_walked(run, r);
		return 0;
	}
	show_opening(run, r->experiment);
	exam_tell_time(run);
	if (prediction_ask(run, e, err) < 0)
		return -1;
	for (size_t i = 0; i < r->experiment->steps.n; i++)
		if (step_walk(run, e, i, err) < 0)
			return -1;
	if (probes_end(run, e, err) < 0)
		return -1;
	/* A durable step is told before the student is asked what it showed. */
	if (r->experiment->steps.n && run_settle(run, err) < 0)
		return -1;
	for (size_t i = 0; i < r->experiment->checks.n; i++)
		if (check_look(run, e, i, err) < 0)
			return -1;
	if (questions_ask(run, e, PART_OBSERVE, err) < 0)
		return -1;
	experiment_judge(r, &run->arena, run->report.lang);
	experiment_grade(r, run->lab, &run->arena, run->report.lang);
	show_result(run, r);
	if (prediction_reconcile(run, e, err) < 0)
		return -1;
	questions_feedback(run, e, PART_OBSERVE);
	if (questions_ask(run, e, PART_EXPLAIN, err) < 0)
		return -1;
	if (r->experiment->questions.n)
		experiment_grade(r, run->lab, &run->arena, run->report.lang);
	questions_feedback(run, e, PART_EXPLAIN);
	show_diagnoses(run, r);
	return 0;
}

static void show_standing(struct run *run)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct strings standing;

	buf_printf(&text,
		   _("Nothing that was acknowledged is lost. Go on with: kvmlab resume %lld"),
		   (long long)run->row.id);
	ui_paragraph(run->ui, 0, buf_str(&text));
	changes_standing(run, &standing);
	for (size_t i = 0; i < standing.n; i++)
		ui_field(run->ui, _("may have to be put back ('kvmlab clean' does it)"),
			 standing.v[i]);
}

static void show_changes(struct run *run)
{
	static const char *const words[] = {
		[HOST_UNDONE] = N_("put back"),
		[HOST_UNDO_FAILED] = N_("could not be put back"),
		[HOST_UNDECLARED] = N_("differs from before the run"),
		[HOST_STANDING] = N_("may have to be put back"),
		[HOST_LEFT] = N_("not touched"),
		[HOST_UNSEEN] = N_("could not be looked at again"),
	};

	for (size_t i = 0; i < run->report.changes.n; i++) {
		const struct host_change *c = &run->report.changes.v[i];
		_cleanup_buf_ struct buf text = { 0 };

		buf_puts(&text, c->what);
		if (c->why)
			buf_printf(&text, ": %s", c->why);
		ui_field(run->ui, _(words[c->state]), buf_str(&text));
	}
}

static bool all_is_back(const struct report *report)
{
	for (size_t i = 0; i < report->changes.n; i++)
		if (report->changes.v[i].state == HOST_UNDO_FAILED)
			return false;
	return true;
}

static int put_back(struct run *run, struct err *err)
{
	if (cleanup_run(run, err) < 0)
		return -1;
	aside_remove(run);
	if (changes_undo(run, err) < 0 || bystanders_compare(run, err) < 0 ||
	    changes_report(run->store, run->row.id, &run->arena, &run->report, err) < 0)
		return -1;
	show_changes(run);
	if (!all_is_back(&run->report) && !run->options.cleaning)
		ui_paragraph(run->ui, 0,
			     arena_printf(&run->arena,
					  _("Not everything is back: 'kvmlab clean %lld' tries "
					    "again."),
					  (long long)run->row.id));
	return 0;
}

static int finish(struct run *run, struct err *err)
{
	struct report *report = &run->report;

	report_grade(report);
	report->finished_ms = run->row.finished_ms = clock_unix_ms();
	report->complete = true;
	run->row.earned = report->grade.earned;
	run->row.possible = report->grade.possible;
	run->row.exit_code = report->exit_code;
	if (store_run_finish(run->store, &run->row, err) < 0)
		return -1;
	return run_settle(run, err);
}

int run_walk(struct run *run, struct err *err)
{
	const char *title = text_get(&run->lab->title, run->report.lang);
	const char *summary = text_get(&run->lab->summary, run->report.lang);

	ui_heading(run->ui, 1, title ? title : run->lab->id);
	if (summary)
		ui_paragraph(run->ui, 0, summary);
	for (size_t e = 0; e < run->lab->experiments.n; e++) {
		if (experiment_walk(run, e, err) == 0)
			continue;
		probes_abandon(run);
		/* What has been acknowledged is durable; so is what had just ended. */
		store_commit(run->store, NULL);
		show_standing(run);
		return -1;
	}
	return put_back(run, err) < 0 ? -1 : finish(run, err);
}

/* What was cleaned away is missing from now on: going on would cost the student points. */
static int close_run(struct run *run, struct err *err)
{
	run->row.finished_ms = clock_unix_ms();
	run->row.exit_code = err_exit_code(ERR_INTERRUPT);
	if (store_run_finish(run->store, &run->row, err) < 0)
		return -1;
	ui_paragraph(run->ui, 0, _("This run is closed; 'kvmlab run' starts a new one."));
	return 0;
}

int run_clean(struct run *run, struct err *err)
{
	if (put_back(run, err) < 0)
		return -1;
	if (!all_is_back(&run->report)) {
		run_settle(run, NULL);
		return err_set(err, ERR_ENV, NULL,
			       _("not everything could be put back; 'kvmlab clean %lld' tries "
				 "again"),
			       (long long)run->row.id);
	}
	if (!run->row.finished_ms && close_run(run, err) < 0)
		return -1;
	return run_settle(run, err);
}
