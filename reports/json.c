/* SPDX-License-Identifier: Apache-2.0 */
/* json: the report for programs, "schema": 1. */
#include <string.h>

#include "reports/figure.h"
#include "reports/json_timeline.h"
#include "reports/report_format.h"
#include "reports/word.h"
#include "runner/base/i18n.h"
#include "runner/base/json.h"

static void write_sha256(struct json *j, const char *key, const unsigned char *sha256)
{
	json_string(j, key, figure_sha256(sha256).s);
}

static void write_time(struct json *j, const char *key, int64_t ms)
{
	if (ms)
		json_string(j, key, figure_time_iso(ms).s);
	else
		json_null(j, key);
}

/* As a number with two decimals, and as the integer that it was computed with. */
static void write_points(struct json *j, int64_t earned, int64_t possible)
{
	json_hundredths(j, "earned", earned);
	json_hundredths(j, "possible", possible);
	json_int(j, "earned_hundredths", earned);
	json_int(j, "possible_hundredths", possible);
}

static void write_value(struct json *j, const char *key, const struct value *v)
{
	switch (v->type) {
	case VALUE_BOOL:
		json_bool(j, key, v->b);
		break;
	case VALUE_INT:
		json_int(j, key, v->i);
		break;
	case VALUE_NUMBER:
		json_number(j, key, v->d);
		break;
	case VALUE_STRING:
		json_string(j, key, v->s);
		break;
	case VALUE_LIST:
		json_open(j, key, '[');
		for (size_t i = 0; i < v->list.n; i++)
			json_string(j, NULL, v->list.v[i]);
		json_close(j, '[');
		break;
	default:
		json_null(j, key);
	}
}

static void write_output(struct json *j, const char *key, const struct output *o)
{
	json_open(j, key, '{');
	json_int(j, "bytes", (int64_t)o->total);
	write_sha256(j, "sha256", o->sha256);
	json_bool(j, "truncated", output_is_truncated(o));
	if (output_is_truncated(o)) {
		json_bytes(j, "head", o->kept, o->head_len);
		json_bytes(j, "tail", o->kept + o->head_len, o->kept_len - o->head_len);
	} else {
		json_bytes(j, "text", o->kept ? o->kept : "", o->kept ? o->kept_len : 0);
	}
	json_close(j, '{');
}

static void write_evidence(struct json *j, const struct evidence_item *item)
{
	bool process = evidence_is_process(item);

	json_open(j, NULL, '{');
	json_string(j, "name", item->name);
	json_string(j, "kind", word_evidence_kind(item->kind));
	json_string(j, "host", item->host);
	json_string(j, "where", item->where);
	write_time(j, "when", item->when_ms);
	if (item->error)
		json_string(j, "error", strerrordesc_np(item->error));
	if (process) {
		json_string(j, "end", word_evidence_end(item->end));
		json_int(j, "status", item->status);
		json_int(j, "ms", item->ms);
	}
	write_output(j, "out", &item->out);
	if (process || item->err.total)
		write_output(j, "err", &item->err);
	json_close(j, '{');
}

static void write_prediction(struct json *j, const struct experiment_result *r)
{
	const struct prediction *p = &r->prediction;

	if (!r->experiment->predict) {
		json_null(j, "predicted");
		return;
	}
	json_open(j, "predicted", '{');
	json_string(j, "choice", p->choice);
	json_string(j, "reason", p->reason);
	if (p->sure)
		json_int(j, "sure", p->sure);
	else
		json_null(j, "sure");
	write_time(j, "locked", p->at_ms);
	json_string(j, "hash", p->hash[0] ? p->hash : NULL);
	if (p->right == VERDICT_PASS || p->right == VERDICT_FAIL)
		json_bool(j, "right", p->right == VERDICT_PASS);
	else
		json_null(j, "right");
	json_string(j, "reconciled", r->reconciled.text);
	json_close(j, '{');
}

static void write_step(struct json *j, const struct step_result *r)
{
	json_open(j, NULL, '{');
	json_string(j, "id", r->step->id);
	json_string(j, "state", word_step_state(r->state));
	json_string(j, "command", r->shown ? r->shown : r->step->run);
	json_string(j, "on", r->step->on);
	json_bool(j, "root", r->step->root);
	write_time(j, "started", r->started_ms);
	json_string(j, "why", r->why);
	json_open(j, "evidence", '[');
	if (r->evidence)
		write_evidence(j, r->evidence);
	json_close(j, '[');
	json_close(j, '{');
}

static void write_measures(struct json *j, const struct measures *m)
{
	json_open(j, "measures", '{');
	for (size_t i = 0; m->values && i < m->n; i++)
		write_value(j, m->specs[i].name, &m->values[i]);
	json_close(j, '{');
}

/* Parallel lists: expected[i] met found[i]. */
static void write_findings(struct json *j, const struct check_result *r)
{
	json_open(j, "expected", '[');
	for (size_t i = 0; i < r->finding_count; i++)
		json_string(j, NULL, r->findings[i].expected);
	json_close(j, '[');
	json_open(j, "found", '[');
	for (size_t i = 0; i < r->finding_count; i++) {
		json_open(j, NULL, '{');
		json_string(j, "measure", r->findings[i].measure);
		json_string(j, "value", r->findings[i].found);
		json_bool(j, "holds", r->findings[i].holds);
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void write_check(struct json *j, const struct check_result *r, enum lang lang)
{
	json_open(j, NULL, '{');
	json_string(j, "id", r->check->id);
	json_string(j, "title", text_get(&r->check->title, lang));
	json_string(j, "verdict", check_verdict_name(r));
	json_string(j, "reason", r->reason);
	write_measures(j, &r->measures);
	write_findings(j, r);
	json_string(j, "why", text_get(&r->check->why, lang));
	json_string(j, "next", text_get(&r->check->next, lang));
	write_time(j, "when", r->when_ms);
	json_int(j, "waited_ms", r->waited_ms);
	json_timeline(j, "timeline", r->timeline);
	json_open(j, "evidence", '[');
	for (size_t i = 0; i < r->evidence.n; i++)
		write_evidence(j, &r->evidence.items[i]);
	json_close(j, '[');
	json_close(j, '{');
}

static void write_question(struct json *j, const struct report *report,
			   const struct experiment_result *r, size_t i)
{
	const struct question *q = &r->experiment->questions.v[i];
	const struct grade_line *line = grade_line_find(&r->grade, question_grade_part(q), q->id);
	const struct value *right = answer_right(r, q);

	json_open(j, NULL, '{');
	json_string(j, "id", q->id);
	json_string(j, "part", word_question_part(q->part));
	json_string(j, "kind", word_question_kind(q->kind));
	json_string(j, "ask", text_get(&q->ask, report->lang));
	json_string(j, "answer", r->answers[i].text);
	write_time(j, "answered", r->answers[i].at_ms);
	json_int(j, "hints", r->answers[i].hints);
	json_string(j, "understood", r->answers[i].understood);
	json_string(j, "unit", q->unit);
	if (right && report_shows_answers(report))
		write_value(j, "right", right);
	if (line)
		write_points(j, line->earned, line->possible);
	json_close(j, '{');
}

static void write_grade(struct json *j, const struct grade *g)
{
	json_open(j, "grade", '{');
	write_points(j, g->earned, g->possible);
	json_bool(j, "provisional", g->provisional);
	json_bool(j, "ungraded", g->ungraded);
	json_open(j, "lines", '[');
	for (size_t i = 0; i < g->n; i++) {
		json_open(j, NULL, '{');
		json_string(j, "part", word_grade_part(g->lines[i].part));
		json_string(j, "id", g->lines[i].id);
		json_string(j, "text", g->lines[i].text);
		json_string(j, "why", g->lines[i].why);
		write_points(j, g->lines[i].earned, g->lines[i].possible);
		json_bool(j, "in_total", g->lines[i].in_total);
		json_bool(j, "ungraded", g->lines[i].ungraded);
		json_bool(j, "provisional", g->lines[i].provisional);
		json_close(j, '{');
	}
	json_close(j, '[');
	json_close(j, '{');
}

static void write_diagnoses(struct json *j, const struct experiment_result *r, enum lang lang)
{
	json_open(j, "diagnoses", '[');
	for (size_t i = 0; i < r->diagnosis_count; i++) {
		json_open(j, NULL, '{');
		json_string(j, "id", r->diagnoses[i]->id);
		json_string(j, "text", text_get(&r->diagnoses[i]->text, lang));
		json_string(j, "next", text_get(&r->diagnoses[i]->next, lang));
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void write_experiment(struct json *j, const struct report *report,
			     const struct experiment_result *r)
{
	const struct experiment *e = r->experiment;

	json_open(j, NULL, '{');
	json_string(j, "id", e->id);
	json_string(j, "title", text_get(&e->title, report->lang));
	json_string(j, "hypothesis", text_get(&e->hypothesis, report->lang));
	json_string(j, "outcome", outcome_name(r->outcome));
	json_string(j, "outcome_why", r->outcome_why);
	write_prediction(j, r);
	json_open(j, "steps", '[');
	for (size_t i = 0; i < e->steps.n; i++)
		write_step(j, &r->steps[i]);
	json_close(j, '[');
	json_open(j, "checks", '[');
	for (size_t i = 0; i < e->checks.n; i++)
		write_check(j, &r->checks[i], report->lang);
	json_close(j, '[');
	write_diagnoses(j, r, report->lang);
	json_open(j, "questions", '[');
	for (size_t i = 0; i < e->questions.n; i++)
		write_question(j, report, r, i);
	json_close(j, '[');
	write_grade(j, &r->grade);
	json_close(j, '{');
}

static void write_lab(struct json *j, const struct lab *lab, enum lang lang)
{
	json_open(j, "lab", '{');
	json_string(j, "id", lab->id);
	json_string(j, "title", text_get(&lab->title, lang));
	json_string(j, "path", lab->path);
	write_sha256(j, "sha256", lab->sha256);
	json_int(j, "threshold", lab->threshold);
	json_close(j, '{');
}

static void write_host(struct json *j, const struct report *report)
{
	json_open(j, "host", '{');
	for (size_t i = 0; i < report->host.n; i++)
		json_string(j, report->host.v[i].name, report->host.v[i].value);
	json_close(j, '{');
	json_open(j, "changes", '[');
	for (size_t i = 0; i < report->changes.n; i++) {
		json_open(j, NULL, '{');
		json_string(j, "what", report->changes.v[i].what);
		json_string(j, "state", word_change_state(report->changes.v[i].state));
		json_string(j, "why", report->changes.v[i].why);
		json_close(j, '{');
	}
	json_close(j, '[');
}

static void write_json(FILE *f, const struct report *report)
{
	struct json json = { .f = f }, *j = &json;

	json_open(j, NULL, '{');
	json_int(j, "schema", 1);
	json_string(j, "kvmlab", report->version);
	json_string(j, "run", report->run_id);
	json_string(j, "mode", report->mode);
	if (report->exam) {
		json_open(j, "exam", '{');
		json_string(j, "student", report->exam->student);
		write_time(j, "until", report->exam->until_ms);
		json_close(j, '{');
	}
	json_string(j, "language", report->lang == LANG_ID ? "id" : "en");
	write_lab(j, report->lab, report->lang);
	write_host(j, report);
	write_time(j, "started", report->started_ms);
	write_time(j, "finished", report->finished_ms);
	json_bool(j, "complete", report->complete);
	json_open(j, "experiments", '[');
	for (size_t i = 0; i < report->lab->experiments.n; i++)
		write_experiment(j, report, &report->experiments[i]);
	json_close(j, '[');
	json_open(j, "grade", '{');
	write_points(j, report->grade.earned, report->grade.possible);
	json_bool(j, "provisional", report->grade.provisional);
	json_bool(j, "ungraded", report->grade.ungraded);
	json_close(j, '{');
	json_int(j, "exit_code", report->exit_code);
	json_close(j, '{');
}

const struct report_format report_json = {
	.name = "json",
	.extension = "json",
	.summary = N_("the whole run for programs, \"schema\": 1"),
	.write = write_json,
};
