/* SPDX-License-Identifier: Apache-2.0 */
/* typed: a step that the student types in a shell of their own, until what it is for is reached. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/pty.h"
#include "runner/run/clauses.h"
#include "runner/run/steps.h"

struct watching {
	struct run *run;
	size_t experiment;
	const struct step *step;
	bool begun;
};

/*
 * The looking process is a copy of this one: the journal and the cgroup stay the original's. Where
 * no group of its own can be had, the student leaves the shell when it is done.
 */
static bool begin(struct watching *w)
{
	struct run *run = w->run;
	struct process_group *group;
	struct err err;

	if (w->begun)
		return run->group;
	w->begun = true;
	run->store = NULL;
	run->group = NULL;
	if (process_group_open("kvmlab-look", RUNG_SUBREAPER, &group, &err) < 0)
		return false;
	run->group = group;
	hosts_move(&run->hosts, group);
	return true;
}

static void tell_open(const struct watching *w, struct buf *say)
{
	const struct check_result *checks = w->run->report.experiments[w->experiment].checks;
	const struct condition *c = &w->step->reached;
	const struct clause *open = NULL;

	/* One is enough to go on with. */
	for (size_t i = 0; i < c->v[0].n && !open; i++)
		if (clause_truth(&c->v[0].v[i], checks) != TRUTH_YES)
			open = &c->v[0].v[i];
	if (!open)
		return;
	buf_printf(say, _("still waiting: '%s' must say that %s"), checks[open->check].check->id,
		   matcher_describe(&open->matcher,
				    &checks[open->check].check->specs[open->matcher.measure],
				    &w->run->arena));
}

static int look(void *data, struct buf *say)
{
	struct watching *w = data;
	struct check_result *checks = w->run->report.experiments[w->experiment].checks;
	const struct condition *c = &w->step->reached;

	if (!begin(w))
		return 0;
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++)
			check_peek(w->run, w->experiment, c->v[i].v[j].check);
	if (condition_truth(c, checks) == TRUTH_YES)
		return 1;
	tell_open(w, say);
	return 0;
}

int step_type(struct run *run, size_t e, const struct step_result *r, struct arena *arena,
	      struct evidence_item *item, struct err *err)
{
	struct watching watching = { run, e, r->step, false };
	struct shell_spec spec = {
		.env = run->env,
		.root = r->step->root,
		.plain = ui_is_plain(run->ui),
		.prompt = r->step->root ? "kvmlab# " : "kvmlab$ ",
		.reached = _("it is as it should be: going on"),
		.cancel = &ui_signal_count,
		.look = r->step->reached.n ? look : NULL,
		.look_data = &watching,
	};
	struct host *host = hosts_find(&run->hosts, r->step->on, err);

	ui_paragraph(run->ui, 2,
		     spec.look
			     ? _("This is your own shell. Type the command, or your way to the "
				 "same end: kvmlab watches and goes on when it is reached. 'exit' "
				 "comes back before.")
			     : _("This is your own shell. Type the command, then 'exit': the "
				 "last exit status counts."));
	if (!host || host_shell(host, &spec, arena, item, err) < 0)
		return err_wrap(err, _("step '%s'"), r->step->id);
	item->name = "step";
	item->kind = EVIDENCE_STEP;
	item->host = host->role;
	item->where = r->shown;
	return item->end == END_CANCELLED ? ui_interrupted(err) : 0;
}
