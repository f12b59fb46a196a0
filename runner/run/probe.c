/* SPDX-License-Identifier: Apache-2.0 */
/* probe: what watches beside the steps: begun before the next one, ended when they have ended. */
#include "checks/probe.h"

#include <stdlib.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

/* A guest that has just started may take a moment; one that never answers is no reason to stop. */
#define ANSWER_MS 5000
#define SLICE_MS  100 /* how soon Ctrl-C is noticed meanwhile */
#define DRAW_MS	  200 /* between two drawings of the live line */

struct probe_watch {
	struct probe_watch *next;
	const struct probe *probe;
	void *watch;
	size_t step;
};

int probe_settle(const struct experiment_result *x, struct step_result *r)
{
	for (size_t i = 0; i < x->experiment->steps.n; i++) {
		const struct step_result *s = &x->steps[i];

		if (s->step->probe || s->state == STEP_DONE || s->state == STEP_SKIPPED)
			continue;
		r->why = _("started anew when the run was taken up again: it saw only the steps "
			   "that were left");
		return 1;
	}
	r->why = _("the run was cut off before what it saw was on record");
	return 0;
}

static struct host *find_host(void *data, const char *role, struct err *err)
{
	struct run *run = data;

	return hosts_find(&run->hosts, role, err);
}

static int start(struct run *run, const struct step_result *r, void **ret, struct err *err)
{
	const struct probe_site site = {
		.here = run->hosts.here,
		.host_of = find_host,
		.data = run,
		.again = r->why != NULL, /* of probe_settle */
	};

	if (r->step->probe->start(r->step->probe_params, &site, ret, err) < 0)
		return err_wrap(err, _("step '%s'"), r->step->id);
	return 0;
}

/* -1: interrupted. Whatever *seen says, the steps go on. */
static int wait_for_first(struct run *run, const struct probe_watch *w, enum probe_seen *seen,
			  struct err *why, struct err *err)
{
	for (int64_t waited = 0; waited < ANSWER_MS; waited += SLICE_MS) {
		*seen = w->probe->wait(w->watch, SLICE_MS, why);
		if (*seen != PROBE_NOT_YET)
			return 0;
		if (ui_interrupted(err) < 0)
			return -1;
		probes_tick(run);
	}
	return 0;
}

/* In the order in which they were begun: those that count, or the others. */
static void tell_all(const struct probe_watch *w, bool counting, struct arena *arena,
		     struct buf *ret)
{
	const char *text;

	if (!w)
		return;
	tell_all(w->next, counting, arena, ret);
	if (!w->probe->tell || w->probe->counts != counting)
		return;
	text = w->probe->tell(w->watch, arena);
	if (text)
		buf_printf(ret, "%s%s", ret->len ? "; " : "", text);
}

static void draw(struct run *run)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	_cleanup_buf_ struct buf beside = { 0 };

	tell_all(run->watches, true, &scratch, &beside);
	tell_all(run->watches, false, &scratch, &beside);
	if (run->doing.len)
		buf_printf(&beside, "%s%s", beside.len ? "; " : "", buf_str(&run->doing));
	ui_live_tick(run->ui, buf_str(&beside));
}

void probes_tick(void *data)
{
	struct run *run = data;
	int64_t now = clock_ms();

	interrupt_tick(run);
	if (now < run->drawn_ms + DRAW_MS)
		return;
	run->drawn_ms = now;
	draw(run);
}

int probe_begin(struct run *run, size_t e, size_t i, struct err *err)
{
	const struct step_result *r = &run->report.experiments[e].steps[i];
	struct probe_watch *w;
	enum probe_seen seen;
	struct err why;
	void *watch;
	int rc;

	if (start(run, r, &watch, err) < 0)
		return -1;
	w = mem_alloc(sizeof(*w));
	*w = (struct probe_watch){ run->watches, r->step->probe, watch, i };
	run->watches = w;
	ui_live_begin(run->ui, arena_printf(&run->arena, _("step %s"), r->step->id));
	rc = wait_for_first(run, w, &seen, &why, err);
	ui_live_end(run->ui);
	if (rc < 0)
		return -1;
	if (seen == PROBE_SEEN)
		return 0;
	if (seen == PROBE_OVER)
		buf_printf(&run->told, _("step %s: %s"), r->step->id, why.msg);
	else
		buf_printf(&run->told, _("step %s: no answer yet after %d s; it goes on trying"),
			   r->step->id, ANSWER_MS / 1000);
	buf_putc(&run->told, '\n');
	return run_settle(run, err);
}

static struct probe_watch *take(struct run *run)
{
	struct probe_watch *w = run->watches;

	if (w)
		run->watches = w->next;
	return w;
}

static int end(struct run *run, size_t e, const struct probe_watch *w, struct err *err)
{
	struct step_result *r = &run->report.experiments[e].steps[w->step];
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence_item item = {
		.name = w->probe->name,
		.kind = EVIDENCE_PROBE,
		.host = "local",
		.where = r->shown,
		.when_ms = r->started_ms,
	};
	const char *seen;

	seen = w->probe->tell(w->watch, &scratch);
	if (w->probe->stop(w->watch, &scratch, &item, err) < 0)
		return err_wrap(err, _("step '%s'"), r->step->id);
	if (step_record(run, run_place(run, e, w->step), r, &item, err) < 0)
		return -1;
	buf_printf(&run->told, _("step %s: watched for %lld ms"), r->step->id, (long long)item.ms);
	buf_printf(&run->told, "%s%s\n", seen ? "; " : "", seen ? seen : "");
	return 0;
}

int probes_end(struct run *run, size_t e, struct err *err)
{
	struct probe_watch *w;
	int rc = 0;

	while (rc == 0 && (w = take(run))) {
		rc = end(run, e, w, err);
		free(w);
	}
	return rc;
}

void probes_abandon(struct run *run)
{
	struct probe_watch *w;
	struct arena scratch = { 0 };

	while ((w = take(run))) {
		w->probe->stop(w->watch, &scratch, NULL, NULL);
		free(w);
	}
	arena_done(&scratch);
}
