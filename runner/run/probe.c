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

/* 1 something was seen, 0 nothing yet, -1 interrupted. */
static int wait_for_first(const struct probe_watch *w, struct err *silence, struct err *err)
{
	for (int64_t waited = 0; waited < ANSWER_MS; waited += SLICE_MS) {
		if (w->probe->wait(w->watch, SLICE_MS, silence) == 0)
			return 1;
		if (ui_interrupted(err) < 0)
			return -1;
	}
	return 0;
}

int probe_begin(struct run *run, size_t e, size_t i, struct err *err)
{
	const struct step *step = run->report.experiments[e].steps[i].step;
	struct probe_watch *w;
	struct err silence;
	void *watch;
	int seen;

	if (step->probe->start(step->probe_params, &watch, err) < 0)
		return err_wrap(err, _("step '%s'"), step->id);
	w = mem_alloc(sizeof(*w));
	*w = (struct probe_watch){ run->watches, step->probe, watch, i };
	run->watches = w;
	seen = wait_for_first(w, &silence, err);
	if (seen)
		return seen < 0 ? -1 : 0;
	buf_printf(&run->told, _("step %s: no answer yet after %d s; it goes on trying"), step->id,
		   ANSWER_MS / 1000);
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

	if (w->probe->stop(w->watch, &scratch, &item, err) < 0)
		return err_wrap(err, _("step '%s'"), r->step->id);
	if (step_record(run, run_place(run, e, w->step), r, &item, err) < 0)
		return -1;
	buf_printf(&run->told, _("step %s: watched for %lld ms"), r->step->id, (long long)item.ms);
	buf_putc(&run->told, '\n');
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
