/* SPDX-License-Identifier: Apache-2.0 */
/* look: collects evidence for a check, as often as 'within' and 'hold_for' ask, and judges it. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/run/clauses.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"

#define PAUSE_FIRST_MS 20
#define PAUSE_MAX_MS   1000

static void cut(const struct output *o, struct arena *arena, struct output *ret)
{
	size_t head = o->kept_len > EXCERPT_MAX ? EXCERPT_MAX / 2 : o->kept_len;
	size_t tail = o->kept_len > EXCERPT_MAX ? EXCERPT_MAX - head : 0;
	char *kept;

	*ret = *o;
	if (!o->kept)
		return;
	kept = arena_alloc(arena, head + tail + 1);
	memcpy(kept, o->kept, head);
	memcpy(kept + head, o->kept + o->kept_len - tail, tail);
	ret->kept = kept;
	ret->kept_len = head + tail;
	ret->head_len = tail || o->head_len > head ? head : o->head_len;
}

void evidence_excerpt(const struct evidence *ev, struct arena *arena, struct evidence *ret)
{
	for (size_t i = 0; i < ev->n; i++) {
		const struct evidence_item *from = &ev->items[i];
		struct evidence_item *to = evidence_add(ret, arena_strdup(arena, from->name));
		const char *name = to->name;

		*to = *from;
		to->name = name;
		to->host = from->host ? arena_strdup(arena, from->host) : NULL;
		to->where = from->where ? arena_strdup(arena, from->where) : NULL;
		cut(&from->out, arena, &to->out);
		cut(&from->err, arena, &to->err);
	}
}

void check_measure(struct check_result *r, const struct evidence *ev,
		   const struct check_result *others, struct arena *arena, enum lang lang)
{
	const struct check *c = r->check;
	struct err err = { 0 };

	measures_init(&r->measures, c->specs, c->spec_count, arena);
	if (r->verdict == VERDICT_SKIP || r->verdict == VERDICT_BROKEN)
		return;
	r->verdict = VERDICT_NONE;
	if (c->applies_if.n && condition_truth(&c->applies_if, others) == TRUTH_NO) {
		check_judge(r, others, arena, lang);
		return;
	}
	if (c->checker->measure(ev, c->params, &r->measures, &err) < 0) {
		r->verdict = VERDICT_BROKEN;
		r->reason = arena_strdup(arena, err.msg);
		return;
	}
	r->timeline = timeline_new(ev, arena);
	check_judge(r, others, arena, lang);
}

/* The first step that could not even be started, or NULL. */
static const struct step_result *unstarted(const struct experiment_result *x)
{
	for (size_t i = 0; i < x->experiment->steps.n; i++)
		if (x->steps[i].evidence && x->steps[i].evidence->end == END_NOT_RUN)
			return &x->steps[i];
	return NULL;
}

void check_excuse(struct check_result *r, const struct experiment_result *x, struct arena *arena)
{
	const struct step_result *step = unstarted(x);
	bool held = r->verdict == VERDICT_PASS && r->check->expect.n;

	if (!step || held || (r->verdict != VERDICT_PASS && r->verdict != VERDICT_FAIL))
		return;
	r->verdict = VERDICT_BROKEN;
	r->measured = false;
	r->reason = arena_printf(arena, _("step '%s' could not be started: %s"), step->step->id,
				 strerrordesc_np(step->evidence->error));
}

/* Where a check's step evidence comes from while collecting. */
struct look {
	struct store *store;
	int64_t run;
	const struct experiment_result *result;
	size_t experiment, check;
	struct arena *arena; /* scratch */
};

/* The finished step's evidence, from the store: the whole of what was kept. */
static const struct evidence_item *find_step(void *data, const char *id)
{
	struct look *look = data;
	const struct experiment *x = look->result->experiment;
	struct place at = { look->run, look->experiment, step_index(x, id, look->check) };
	struct evidence ev = { 0 };
	struct evidence_item *ret = NULL;
	struct err err;

	if (!look->store || at.item == x->steps.n ||
	    look->result->steps[at.item].state != STEP_DONE)
		return NULL;
	if (store_evidence_get(look->store, at, EVIDENCE_OF_STEP, look->arena, &ev, &err) == 0 &&
	    ev.n) {
		ret = arena_alloc(look->arena, sizeof(*ret));
		*ret = ev.items[0];
	}
	evidence_done(&ev);
	return ret;
}

static const char *step_missing_why(const struct step_result *step, struct arena *arena)
{
	if (step->why && (step->step->probe || step->step->needs.n))
		return arena_printf(arena, _("step '%s' was not done: %s"), step->step->id,
				    step->why);
	return arena_printf(arena, _("step '%s' was not done"), step->step->id);
}

/* Looks first at what c depends on. */
static int look_at_dependencies(struct run *run, size_t e, const struct check *c, struct err *err)
{
	const struct experiment *x = run->report.experiments[e].experiment;

	for (size_t i = 0; i < c->needs.n; i++) {
		int need = check_index(x, c->needs.v[i]);

		if (need >= 0 && check_look(run, e, (size_t)need, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->applies_if.n; i++)
		for (size_t j = 0; j < c->applies_if.v[i].n; j++)
			if (check_look(run, e, c->applies_if.v[i].v[j].check, err) < 0)
				return -1;
	return 0;
}

bool check_skip(struct check_result *r, const struct experiment_result *x, struct arena *arena)
{
	const struct check *c = r->check;
	const struct step_result *step;

	for (size_t i = 0; i < c->needs.n; i++) {
		int need = check_index(x->experiment, c->needs.v[i]);

		if (need < 0 || x->checks[need].verdict == VERDICT_PASS)
			continue;
		r->verdict = VERDICT_SKIP;
		r->unseen = true;
		r->reason = arena_printf(arena, _("needs '%s', which is %s"), c->needs.v[i],
					 verdict_name(x->checks[need].verdict));
		return true;
	}
	step = missing_step(x, r);
	if (!step)
		return false;
	r->verdict = VERDICT_SKIP;
	r->unseen = true;
	r->reason = step_missing_why(step, arena);
	return true;
}

static struct host *find_host(void *data, const char *role)
{
	struct run *run = data;

	return hosts_find(&run->hosts, role, NULL);
}

/* The program speaks no language but C's; its words stand in the same catalogue. */
static void hear(void *data, const char *what)
{
	struct run *run = data;

	buf_reset(&run->doing);
	buf_puts(&run->doing, *what ? _(what) : "");
}

/* One look; ev belongs to scratch. */
static void look_once(struct run *run, size_t e, struct check_result *r, struct evidence *ev,
		      struct arena *scratch)
{
	struct experiment_result *x = &run->report.experiments[e];
	struct look look = { run->store, run->row.id, x, e, (size_t)(r - x->checks), scratch };
	struct err err = { 0 };
	struct collector c = {
		.host = hosts_find(&run->hosts, r->check->on, &err),
		.ev = ev,
		.arena = scratch,
		.step = find_step,
		.step_data = &look,
		.host_of = find_host,
		.here = run->hosts.here,
		.host_data = run,
		.say = hear,
		.say_data = run,
		.cancel = &ui_signal_count,
	};

	r->verdict = VERDICT_NONE;
	r->reason = NULL;
	r->unseen = false;
	if (r->check->applies_if.n &&
	    condition_truth(&r->check->applies_if, x->checks) == TRUTH_NO) {
		check_measure(r, ev, x->checks, &run->arena, run->report.lang);
		return;
	}
	if (!c.host || r->check->checker->collect(&c, r->check->params, &err) < 0) {
		r->verdict = VERDICT_BROKEN;
		r->reason = arena_strdup(&run->arena, err.msg);
		r->unseen = true;
	}
	check_measure(r, ev, x->checks, &run->arena, run->report.lang);
	check_excuse(r, x, &run->arena);
}

void check_peek(struct run *run, size_t e, size_t i)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence ev = { 0 };

	look_once(run, e, &run->report.experiments[e].checks[i], &ev, &scratch);
	evidence_done(&ev);
}

/* Whether to look again, given when this one began, what it saw and since when it has held. */
static bool is_done(const struct check_result *r, int64_t began, int64_t now, int64_t held_since)
{
	const struct check *c = r->check;

	if (r->verdict == VERDICT_NA || r->verdict == VERDICT_SKIP ||
	    (!c->within_ms && !c->hold_ms))
		return true;
	if (r->verdict == VERDICT_PASS)
		return now - held_since >= c->hold_ms;
	return now - began >= c->within_ms;
}

static int look_until(struct run *run, size_t e, struct check_result *r, struct evidence *ev,
		      struct arena *scratch)
{
	int64_t began = clock_ms(), held_since = 0, now;
	int pause = PAUSE_FIRST_MS;
	struct err err;

	for (;;) {
		evidence_done(ev);
		arena_done(scratch);
		look_once(run, e, r, ev, scratch);
		/* A look that was cut off has seen nothing. */
		if (r->verdict == VERDICT_BROKEN && ui_interrupted(&err) < 0)
			return -1;
		now = clock_ms();
		if (r->verdict != VERDICT_PASS)
			held_since = 0;
		else if (!held_since)
			held_since = now;
		r->waited_ms = now - began;
		if (is_done(r, began, now, held_since))
			return 0;
		probes_tick(run);
		poll(NULL, 0, pause);
		pause = pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
		if (ui_interrupted(&err) < 0)
			return -1;
	}
}

static int look_live(struct run *run, size_t e, struct check_result *r, struct evidence *ev,
		     struct arena *scratch)
{
	const char *what = arena_printf(&run->arena, _("check %s"), r->check->id);
	int rc;

	ui_live_begin(run->ui, what);
	rc = look_until(run, e, r, ev, scratch);
	buf_reset(&run->doing);
	ui_live_end(run->ui);
	return rc;
}

static int record(struct run *run, struct place at, struct check_result *r,
		  const struct evidence *ev, struct err *err)
{
	struct check_result row = *r;

	/* What was judged is judged anew from its evidence, perhaps with a corrected lab. */
	if (!r->unseen)
		row.verdict = VERDICT_NONE;
	evidence_excerpt(ev, &run->arena, &r->evidence);
	if (store_check_set(run->store, at, &row, err) < 0)
		return -1;
	return store_evidence_add(run->store, at, EVIDENCE_OF_CHECK, ev, err);
}

int check_look(struct run *run, size_t e, size_t i, struct err *err)
{
	struct experiment_result *x = &run->report.experiments[e];
	struct check_result *r = &x->checks[i];
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence ev = { 0 };
	int rc = 0;

	if (r->when_ms)
		return 0;
	if (look_at_dependencies(run, e, r->check, err) < 0)
		return -1;
	r->when_ms = clock_unix_ms();
	if (check_skip(r, x, &run->arena))
		measures_init(&r->measures, r->check->specs, r->check->spec_count, &run->arena);
	else
		rc = look_live(run, e, r, &ev, &scratch);
	if (rc < 0)
		ui_interrupted(err);
	else
		rc = record(run, run_place(run, e, i), r, &ev, err);
	evidence_done(&ev);
	return rc;
}
