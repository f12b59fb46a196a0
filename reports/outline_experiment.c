/* SPDX-License-Identifier: Apache-2.0 */
/* outline_experiment: one experiment: claim, prediction beside measurement, steps, points. */
#include <string.h>

#include "reports/page.h"
#include "reports/word.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define MEASURED_MAX 16

static const char *verdict_words(enum verdict right)
{
	if (right == VERDICT_PASS)
		return _("right");
	return right == VERDICT_FAIL ? _("wrong: that costs little, seeing it is what counts")
				     : _("cannot be told from what was measured");
}

static void predicted(struct page *p, const struct experiment_result *r)
{
	const struct prediction *given = &r->prediction;
	const struct choice *choice = choice_find(&r->experiment->predict->choices, given->choice);
	struct pairs pairs = { 0 };

	page_open(p, SECTION_PANEL, _("Predicted"));
	page_para(p, PARA_PLAIN, page_text(p, &r->experiment->predict->ask));
	if (!given->choice) {
		page_para(p, PARA_QUIET, _("No prediction was given."));
		page_close(p, SECTION_PANEL);
		return;
	}
	pairs_add(&pairs, _("Choice"), choice ? page_text(p, &choice->text) : given->choice);
	pairs_add(&pairs, _("Reason"), given->reason);
	if (given->sure)
		pairs_add(&pairs, _("How sure"),
			  WORDS(p, _("{1} of 5"), figure_int(given->sure).s));
	pairs_add(&pairs, _("It was"), verdict_words(given->right));
	pairs_add(&pairs, _("Reconciled"), r->reconciled.text);
	pairs_write(p, &pairs);
	page_close(p, SECTION_PANEL);
}

static void locked(struct page *p, const struct prediction *given)
{
	if (given->choice && given->at_ms)
		page_para(p, PARA_QUIET,
			  WORDS(p, _("Prediction locked {1}, SHA-256 {2}"),
				figure_time(given->at_ms).s, given->hash));
}

/* The measures that decide, each once. */
struct deciding {
	struct {
		size_t check, measure;
	} v[MEASURED_MAX];
	size_t n;
};

static void decide_add(struct deciding *d, size_t check, size_t measure)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].check == check && d->v[i].measure == measure)
			return;
	if (d->n == MEASURED_MAX)
		return;
	d->v[d->n].check = check;
	d->v[d->n++].measure = measure;
}

static void decide_by(struct deciding *d, const struct condition *c)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++)
			decide_add(d, c->v[i].v[j].check, c->v[i].v[j].matcher.measure);
}

static void measured_pair(struct page *p, const struct experiment_result *r, struct pairs *pairs,
			  size_t check, size_t measure)
{
	const struct check_result *c;

	if (check >= r->experiment->checks.n)
		return;
	c = &r->checks[check];
	if (!c->measures.values || measure >= c->measures.n)
		return;
	pairs_add_code(
		pairs, WORDS(p, "{1}.{2}", c->check->id, c->measures.specs[measure].name),
		value_words(p, &c->measures.values[measure], c->measures.specs[measure].unit));
}

static void measured(struct page *p, const struct experiment_result *r)
{
	const struct experiment *e = r->experiment;
	struct deciding d = { 0 };
	struct pairs pairs = { 0 };

	decide_by(&d, &e->supported_if);
	decide_by(&d, &e->refuted_if);
	for (size_t i = 0; e->predict && i < e->predict->choices.n; i++)
		decide_by(&d, &e->predict->choices.v[i].right_if);
	page_open(p, SECTION_PANEL, _("Measured"));
	for (size_t i = 0; i < d.n; i++)
		measured_pair(p, r, &pairs, d.v[i].check, d.v[i].measure);
	pairs_add_word(&pairs, _("Hypothesis"), outcome_name(r->outcome));
	pairs_add(&pairs, _("Because"), r->outcome_why);
	pairs_write(p, &pairs);
	page_close(p, SECTION_PANEL);
}

static void diagnoses(struct page *p, const struct experiment_result *r)
{
	if (!r->diagnosis_count)
		return;
	page_open(p, SECTION_PART, _("Known problem recognised"));
	for (size_t i = 0; i < r->diagnosis_count; i++) {
		page_para(p, PARA_NOTICE, page_text(p, &r->diagnoses[i]->text));
		page_para(p, PARA_NEXT, page_text(p, &r->diagnoses[i]->next));
	}
	page_close(p, SECTION_PART);
}

const char *outline_end(struct page *p, const struct evidence_item *item)
{
	const char *status = figure_keep(p, figure_int(item->status));

	switch (item->end) {
	case END_EXITED:
		return WORDS(p, _("exit status {1}"), status);
	case END_SIGNALLED:
		return WORDS(p, _("ended by signal {1}"), status);
	case END_TIMED_OUT:
		return _("its time ran out and it was ended");
	case END_CANCELLED:
		return _("ended by the user");
	case END_UNKILLABLE:
		return _("told to end, but it is still there");
	default:
		return _("could not be started");
	}
}

/* 'local, as root \u00b7 exit status 0 \u00b7 7 ms' */
static void step_facts(struct page *p, const struct step_result *r)
{
	const struct evidence_item *item = r->evidence;
	const char *where = WORDS(p, r->step->root ? _("{1}, as root") : "{1}", r->step->on);
	const char *end;

	page_para(p, PARA_PLAIN, r->why);
	if (!item) {
		page_para(p, PARA_QUIET, where);
		return;
	}
	if (item->kind == EVIDENCE_PROBE) {
		page_para(p, PARA_QUIET,
			  WORDS(p, _("in the background for {1}"), figure_duration(item->ms).s));
		return;
	}
	end = outline_end(p, item);
	if (item->error)
		end = WORDS(p, "{1}: {2}", end, strerrordesc_np(item->error));
	page_para(p, PARA_QUIET,
		  WORDS(p, "{1} \u00b7 {2} \u00b7 {3}", where, end, figure_duration(item->ms).s));
}

static const char *state_words(enum step_state state)
{
	static const char *const words[] = {
		[STEP_NOT_RUN] = N_("not run"),
		[STEP_STARTED] = N_("started, end not seen"),
		[STEP_DONE] = NULL,
		[STEP_SKIPPED] = N_("skipped"),
	};

	return words[state] ? _(words[state]) : NULL;
}

static void step(struct page *p, const struct step_result *r)
{
	const char *title = page_title(p, &r->step->title, r->step->id);
	const char *state = state_words(r->state);
	struct section item = { SECTION_ITEM, title, state, TONE_QUIET };

	p->ops->open(p, &item);
	page_para(p, PARA_PLAIN, page_text(p, &r->step->text));
	p->ops->command(p, r->shown ? r->shown : r->step->run);
	step_facts(p, r);
	if (r->evidence && r->evidence->kind == EVIDENCE_PROBE) {
		outline_probe(p, r->evidence);
	} else if (r->evidence && r->evidence->end != END_NOT_RUN) {
		outline_output(p, _("Output"), &r->evidence->out);
		if (r->evidence->err.total)
			outline_output(p, _("Error output"), &r->evidence->err);
	}
	p->ops->close(p, &item);
}

static void steps(struct page *p, const struct experiment_result *r)
{
	if (!r->experiment->steps.n)
		return;
	page_open(p, SECTION_PART, _("Steps"));
	for (size_t i = 0; i < r->experiment->steps.n; i++)
		step(p, &r->steps[i]);
	page_close(p, SECTION_PART);
}

void outline_experiment(struct page *p, size_t index)
{
	const struct experiment_result *r = &p->report->experiments[index];
	struct section section = { SECTION_EXPERIMENT, NULL, outcome_name(r->outcome),
				   tone_of_outcome(r->outcome) };

	section.title = WORDS(p, "{1}. {2}", figure_int((int64_t)index + 1).s,
			      page_title(p, &r->experiment->title, r->experiment->id));
	p->ops->open(p, &section);
	page_para(p, PARA_PLAIN, page_text(p, &r->experiment->background));
	page_para(p, PARA_CLAIM, page_text(p, &r->experiment->hypothesis));
	page_open(p, SECTION_BESIDE, NULL);
	if (r->experiment->predict)
		predicted(p, r);
	measured(p, r);
	page_close(p, SECTION_BESIDE);
	locked(p, &r->prediction);
	diagnoses(p, r);
	steps(p, r);
	outline_checks(p, r);
	outline_questions(p, r);
	outline_sum(p, r);
	p->ops->close(p, &section);
}
