/* SPDX-License-Identifier: Apache-2.0 */
/* outline: what a report for people says, from the title to the host being put back. */
#include <string.h>

#include "reports/page.h"
#include "reports/word.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

static const char *score(struct page *p, const struct grade *g)
{
	return WORDS(p, _("{1} of {2} points"), figure_points(g->earned).s,
		     figure_points(g->possible).s);
}

static const char *threshold(struct page *p, const struct report *r)
{
	const char *needed = figure_keep(p, figure_int(r->lab->threshold));
	bool met = r->grade.earned * 100 >= r->grade.possible * r->lab->threshold;

	if (!r->grade.possible)
		return _("Nothing could be graded.");
	return WORDS(p,
		     met ? /* xgettext:no-c-format */ _("{1}; {2}% is needed: reached")
			 : /* xgettext:no-c-format */ _("{1}; {2}% is needed: not reached"),
		     figure_percent(r->grade.earned, r->grade.possible).s, needed);
}

/* Not graded for what the host did not show, not only for what is still to come. */
static bool is_blind(const struct report *r)
{
	if (r->complete)
		return r->grade.ungraded;
	for (size_t e = 0; e < r->lab->experiments.n; e++)
		for (size_t i = 0; i < r->lab->experiments.v[e].checks.n; i++)
			if (r->experiments[e].checks[i].verdict == VERDICT_BROKEN)
				return r->grade.ungraded;
	return false;
}

static void notices(struct page *p, const struct report *r)
{
	if (!r->complete)
		page_para(p, PARA_NOTICE,
			  _("Not finished: not every experiment was walked through. What was not "
			    "looked at is not graded; what was not predicted or answered earns "
			    "nothing so far."));
	if (is_blind(r))
		page_para(
			p, PARA_NOTICE,
			_("Not fully graded: kvmlab could not look at something on this host. What "
			  "could not be looked at neither earns nor costs points."));
	if (r->grade.provisional)
		page_para(p, PARA_NOTICE,
			  _("Provisional: free text was scored by patterns. A teacher has yet to "
			    "confirm the lines marked so."));
}

static void grade(struct page *p, const struct report *r)
{
	page_open(p, SECTION_TOP, _("Grade"));
	page_para(p, PARA_FIGURE, score(p, &r->grade));
	page_para(p, PARA_PLAIN, threshold(p, r));
	notices(p, r);
}

static const char *prediction_word(const struct experiment_result *r)
{
	if (!r->experiment->predict)
		return "-";
	if (!r->prediction.choice)
		return _("not given");
	if (r->prediction.right == VERDICT_PASS)
		return _("right");
	return r->prediction.right == VERDICT_FAIL ? _("wrong") : _("cannot be told");
}

static void experiments(struct page *p, const struct report *r)
{
	const struct column columns[] = {
		{ _("Experiment"), COLUMN_LINK }, { _("Hypothesis"), COLUMN_WORD },
		{ _("Prediction"), COLUMN_TEXT }, { _("Earned"), COLUMN_FIGURE },
		{ _("Possible"), COLUMN_FIGURE },
	};
	struct table t = { .caption = _("The experiments and their sum"),
			   .columns = columns,
			   .column_count = ARRAY_SIZE(columns),
			   .is_plain = true,
			   .has_total = true };

	for (size_t i = 0; i < r->lab->experiments.n; i++) {
		const struct experiment_result *e = &r->experiments[i];

		table_add(p, &t,
			  (const char *const[]){
				  page_title(p, &e->experiment->title, e->experiment->id),
				  outcome_name(e->outcome), prediction_word(e),
				  figure_keep(p, figure_points(e->grade.earned)),
				  figure_keep(p, figure_points(e->grade.possible)) });
	}
	table_add(p, &t,
		  (const char *const[]){ _("Sum"), "", "",
					 figure_keep(p, figure_points(r->grade.earned)),
					 figure_keep(p, figure_points(r->grade.possible)) });
	p->ops->table(p, &t);
	page_close(p, SECTION_TOP);
}

static void run_facts(struct page *p, const struct report *r)
{
	struct pairs pairs = { 0 };

	page_open(p, SECTION_TOP, _("Where and when"));
	for (size_t i = 0; i < r->host.n; i++) {
		pairs_make_room(p, &pairs);
		pairs_add(&pairs, r->host.v[i].name, r->host.v[i].value);
	}
	pairs_make_room(p, &pairs);
	pairs_add(&pairs, _("Started"), figure_keep(p, figure_time(r->started_ms)));
	pairs_add(&pairs, _("Finished"),
		  r->finished_ms ? figure_keep(p, figure_time(r->finished_ms)) : _("not finished"));
	if (r->finished_ms)
		pairs_add(&pairs, _("Took"),
			  figure_keep(p, figure_duration(r->finished_ms - r->started_ms)));
	pairs_add(&pairs, _("Mode"), r->mode);
	if (r->exam) {
		pairs_add(&pairs, _("Student"), r->exam->student);
		pairs_add(&pairs, _("Time was over"), figure_time(r->exam->until_ms).s);
	}
	pairs_add_code(&pairs, _("Run"), r->run_id);
	pairs_add_code(&pairs, _("Lab"), r->lab->path);
	pairs_add_code(&pairs, _("SHA-256 of the lab"),
		       figure_keep(p, figure_sha256(r->lab->sha256)));
	pairs_add(&pairs, "kvmlab", r->version);
	pairs_add(&pairs, _("Exit code"), figure_keep(p, figure_int(r->exit_code)));
	pairs_write(p, &pairs);
	page_close(p, SECTION_TOP);
}

static const char *change_words(int state)
{
	static const char *const words[] = {
		[HOST_UNDONE] = N_("put back"),
		[HOST_UNDO_FAILED] = N_("could not be put back"),
		[HOST_UNDECLARED] = N_("changed, but the lab did not declare it"),
		[HOST_STANDING] = N_("may have to be put back"),
		[HOST_LEFT] = N_("not touched"),
		[HOST_UNSEEN] = N_("could not be looked at again"),
	};

	return _(words[state]);
}

static void changes(struct page *p, const struct report *r)
{
	const struct column columns[] = {
		{ _("What"), COLUMN_HEAD },
		{ _("State"), COLUMN_TEXT },
		{ _("Why"), COLUMN_TEXT },
	};
	struct table t = { .caption = _("What this lab changed on the host, and what became of it"),
			   .columns = columns,
			   .column_count = ARRAY_SIZE(columns),
			   .is_plain = true };
	bool trouble = false, standing = false;

	page_open(p, SECTION_TOP, _("The host afterwards"));
	for (size_t i = 0; i < r->changes.n; i++) {
		const struct host_change *c = &r->changes.v[i];

		standing = standing || c->state == HOST_STANDING;
		trouble = trouble || c->state == HOST_UNDO_FAILED || c->state == HOST_UNDECLARED;
		table_add(p, &t, (const char *const[]){ c->what, change_words(c->state), c->why });
	}
	if (trouble)
		page_para(p, PARA_NOTICE, _("This host is not as it was before the lab."));
	if (standing)
		page_para(
			p, PARA_NOTICE,
			_("The end of the run puts back what has to be; 'kvmlab clean' does so at "
			  "once."));
	if (t.row_count)
		p->ops->table(p, &t);
	else
		page_para(p, PARA_PLAIN,
			  r->complete ? _("Nothing had to be put back.")
				      : _("Nothing has to be put back so far."));
	page_close(p, SECTION_TOP);
}

void outline_write(FILE *f, const struct report *report, const struct page_ops *ops)
{
	struct page page = { .ops = ops, .f = f, .report = report }, *p = &page;

	ops->begin(p, page_title(p, &report->lab->title, report->lab->id));
	page_para(p, PARA_LEAD, page_text(p, &report->lab->summary));
	page_para(p, PARA_QUIET,
		  WORDS(p, "kvmlab {1} \u00b7 {2} \u00b7 {3}", report->version, report->mode,
			figure_time(report->started_ms).s));
	grade(p, report);
	experiments(p, report);
	for (size_t i = 0; i < report->lab->experiments.n; i++)
		outline_experiment(p, i);
	changes(p, report);
	run_facts(p, report);
	ops->end(p);
	arena_done(&page.arena);
}
