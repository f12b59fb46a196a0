/* SPDX-License-Identifier: Apache-2.0 */
/* restore: a run as the store has it becomes a report, measured and judged anew from its evidence.
 */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"

void report_init(struct report *report, const struct lab *lab, struct arena *arena, enum lang lang)
{
	report->lab = lab;
	report->lang = lang;
	report->experiments = arena_array(arena, struct experiment_result, lab->experiments.n);
	for (size_t e = 0; e < lab->experiments.n; e++) {
		const struct experiment *x = &lab->experiments.v[e];
		struct experiment_result *r = &report->experiments[e];

		r->experiment = x;
		r->steps = arena_array(arena, struct step_result, x->steps.n);
		r->checks = arena_array(arena, struct check_result, x->checks.n);
		r->answers = arena_array(arena, struct answer, x->questions.n);
		for (size_t i = 0; i < x->steps.n; i++) {
			r->steps[i].step = &x->steps.v[i];
			r->steps[i].shown = step_shown(&x->steps.v[i], lab, NULL, arena);
		}
		for (size_t i = 0; i < x->checks.n; i++)
			r->checks[i].check = &x->checks.v[i];
	}
}

void report_done(struct report *report)
{
	if (!report->experiments)
		return;
	for (size_t e = 0; e < report->lab->experiments.n; e++)
		for (size_t i = 0; i < report->lab->experiments.v[e].checks.n; i++)
			evidence_done(&report->experiments[e].checks[i].evidence);
	report->experiments = NULL;
}

/* What restoring one experiment needs. */
struct restore {
	struct store *store;
	struct arena *arena;
	struct report *report;
	int64_t run;
	size_t e;
	struct experiment_result *x;
};

static int read_excerpt(struct restore *re, size_t i, enum evidence_of of, struct evidence *whole,
			struct arena *scratch, struct err *err)
{
	struct place at = { re->run, re->e, i };

	return store_evidence_get(re->store, at, of, scratch, whole, err);
}

static int restore_step(struct restore *re, size_t i, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence whole = { 0 }, excerpt = { 0 };
	struct step_result *r = &re->x->steps[i];
	struct place at = { re->run, re->e, i };
	int rc;

	if (store_step_get(re->store, at, re->arena, r, err) < 0)
		return -1;
	if (r->state != STEP_DONE)
		return 0;
	rc = read_excerpt(re, i, EVIDENCE_OF_STEP, &whole, &scratch, err);
	evidence_excerpt(&whole, re->arena, &excerpt);
	if (excerpt.n) {
		r->evidence = arena_alloc(re->arena, sizeof(*r->evidence));
		*r->evidence = excerpt.items[0];
		r->marks = marks_read(&whole.items[0], re->arena);
	}
	evidence_done(&whole);
	evidence_done(&excerpt);
	return rc;
}

static int restore_check(struct restore *re, size_t i, struct err *err);

static int restore_needs(struct restore *re, const struct strings *needs, struct err *err)
{
	const struct experiment *x = re->x->experiment;

	for (size_t n = 0; n < needs->n; n++)
		for (size_t i = 0; i < x->checks.n; i++)
			if (!strcmp(x->checks.v[i].id, needs->v[n]) &&
			    restore_check(re, i, err) < 0)
				return -1;
	return 0;
}

/* Judging asks about the checks that applies_if and needs name: they come first. */
static int restore_dependencies(struct restore *re, const struct check *check, struct err *err)
{
	const struct condition *c = &check->applies_if;

	for (size_t a = 0; a < c->n; a++)
		for (size_t k = 0; k < c->v[a].n; k++)
			if (restore_check(re, c->v[a].v[k].check, err) < 0)
				return -1;
	return restore_needs(re, &check->needs, err);
}

/* It was skipped; judged anew, there may be no reason for that any more. */
static void excuse_skip(struct restore *re, struct check_result *r)
{
	const char *then = r->reason;

	if (r->verdict != VERDICT_SKIP || check_skip(r, re->x, re->arena))
		return;
	r->verdict = VERDICT_BROKEN;
	r->reason = arena_printf(re->arena, _("was not looked at: %s"), then);
}

static int restore_check(struct restore *re, size_t i, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence whole = { 0 };
	struct check_result *r = &re->x->checks[i];
	struct place at = { re->run, re->e, i };
	int rc;

	if (r->measures.specs)
		return 0;
	if (restore_dependencies(re, r->check, err) < 0 ||
	    store_check_get(re->store, at, re->arena, r, err) < 0)
		return -1;
	measures_init(&r->measures, r->check->specs, r->check->spec_count, re->arena);
	if (!r->when_ms)
		return 0;
	r->unseen = r->verdict != VERDICT_NONE;
	excuse_skip(re, r);
	rc = read_excerpt(re, i, EVIDENCE_OF_CHECK, &whole, &scratch, err);
	if (rc == 0) {
		check_measure(r, &whole, re->x->checks, re->arena, re->report->lang);
		check_excuse(r, re->x, re->arena);
	}
	evidence_excerpt(&whole, re->arena, &r->evidence);
	evidence_done(&whole);
	return rc;
}

static int restore_experiment(struct restore *re, struct err *err)
{
	const struct experiment *x = re->x->experiment;
	struct place at = { re->run, re->e, 0 };

	if (store_prediction_get(re->store, at, re->arena, &re->x->prediction, err) < 0 ||
	    store_reconciled_get(re->store, at, re->arena, &re->x->reconciled, err) < 0)
		return -1;
	for (size_t i = 0; i < x->steps.n; i++)
		if (restore_step(re, i, err) < 0)
			return -1;
	for (size_t i = 0; i < x->checks.n; i++)
		if (restore_check(re, i, err) < 0)
			return -1;
	for (at.item = 0; at.item < x->questions.n; at.item++)
		if (store_answer_get(re->store, at, re->arena, &re->x->answers[at.item], err) < 0)
			return -1;
	experiment_judge(re->x, re->arena, re->report->lang);
	experiment_grade(re->x, re->report->lab, re->arena, re->report->lang);
	return 0;
}

int report_restore(struct store *s, const struct run_row *row, struct arena *arena,
		   struct report *report, struct err *err)
{
	report->run_id = row->name;
	report->mode = row->mode;
	report->version = row->version;
	report->started_ms = row->started_ms;
	report->finished_ms = row->finished_ms;
	report->complete = row->finished_ms && row->exit_code != err_exit_code(ERR_INTERRUPT);
	if (store_exam_get(s, row->id, arena, &report->exam, err) < 0 ||
	    store_fact_list(s, row->id, arena, &report->host.v, &report->host.n, err) < 0)
		return -1;
	for (size_t e = 0; e < report->lab->experiments.n; e++) {
		struct restore re = { s, arena, report, row->id, e, &report->experiments[e] };

		if (restore_experiment(&re, err) < 0)
			return -1;
	}
	if (changes_report(s, row->id, arena, report, err) < 0)
		return -1;
	report_grade(report);
	if (row->finished_ms && !report->complete)
		report->exit_code = row->exit_code;
	return 0;
}

/* A lab that loaded once loads again; if this kvmlab sees mistakes in it, the first one is told. */
static int load_source(const struct run_row *row, const struct settings *settings, struct lab **ret,
		       struct err *err)
{
	struct complaints complaints = { 0 };
	int rc = lab_load_bytes(row->path, row->source, row->source_len, settings, LOAD_RUN, ret,
				&complaints);

	if (rc < 0 && complaints.n) {
		*err = complaints.v[0];
		/* The file's name ends with the complaints. */
		err_wrap(err, "%s:%d:%d", row->path, err->loc.line, err->loc.col);
		err->loc = (struct loc){ 0 };
		err_wrap(err, _("the lab of this run does not load any more"));
	}
	complaints_done(&complaints);
	return rc;
}

int run_load(struct store *s, int64_t id, struct arena *arena, struct run_load *ret,
	     struct err *err)
{
	if (store_run_get(s, id, arena, &ret->row, &ret->settings, err) < 0)
		return -1;
	return load_source(&ret->row, &ret->settings, &ret->lab, err);
}

int report_read(struct store *s, int64_t id, struct arena *arena, struct report *ret,
		struct err *err)
{
	struct run_load load = { 0 };

	if (run_load(s, id, arena, &load, err) < 0)
		return -1;
	report_init(ret, load.lab, arena, ui_lang());
	if (uuids_restore(s, load.row.id, arena, ret, err) == 0 &&
	    report_restore(s, &load.row, arena, ret, err) == 0 && predictions_check(ret, err) == 0)
		return 0;
	report_done(ret);
	lab_free(load.lab);
	ret->lab = NULL;
	return -1;
}
