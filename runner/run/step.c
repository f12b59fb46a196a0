/* SPDX-License-Identifier: Apache-2.0 */
/* step: runs one step; on record as started before it starts, as done before anybody is told. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/clauses.h"
#include "runner/run/steps.h"

static void describe(struct run *run, const struct step_result *r)
{
	const struct step *s = r->step;
	const char *title = text_get(&s->title, run->report.lang);
	const char *text = text_get(&s->text, run->report.lang);
	_cleanup_buf_ struct buf label = { 0 };

	buf_printf(&label, title ? _("Step %s: %s") : _("Step %s"), s->id, title);
	ui_heading(run->ui, 3, buf_str(&label));
	if (text)
		ui_paragraph(run->ui, 2, text);
	ui_verbatim(run->ui, r->shown, strlen(r->shown), 0);
	if (s->root)
		ui_paragraph(run->ui, 2, _("This runs as root."));
}

/* A step that had started when kvmlab was cut off: 1 run it again, 0 it has been settled, -1. told:
 * a person has read what it does and said so. */
static int settle_started(struct run *run, struct step_result *r, bool *told, struct err *err)
{
	static const char *const ids[] = { "run", "done", "skip", NULL };
	const char *texts[] = { _("run it again"), _("count it as done"), _("skip it"), NULL };
	enum started_policy policy = run->options.started;
	size_t picked;

	if (r->step->repeat == REPEAT_SAFE || policy == STARTED_RUN)
		return 1;
	if (policy == STARTED_ASK && !ui_can_ask(run->ui))
		return err_set(
			err, ERR_ENV, NULL,
			_("step '%s' had started when the run was cut off and may not be repeated "
			  "unasked: "
			  "look at the host, then 'kvmlab resume --started run', 'done' or 'skip'"),
			r->step->id);
	if (policy == STARTED_ASK) {
		describe(run, r);
		if (ui_ask_choice(run->ui,
				  _("This step had started when the run was cut off. What now?"),
				  ids, texts, NULL, &picked, err))
			return err_set(err, ERR_INTERRUPT, NULL, _("no answer was given"));
		policy = STARTED_RUN + (enum started_policy)picked;
		*told = true;
	}
	if (policy == STARTED_RUN)
		return 1;
	r->state = policy == STARTED_DONE ? STEP_DONE : STEP_SKIPPED;
	r->why = policy == STARTED_DONE ? _("counted as done after the run was cut off in it")
					: _("skipped after the run was cut off in it");
	return 0;
}

static bool is_given_skip(struct run *run, const char *experiment, const char *step)
{
	const struct given *given = run->answers ? answers_find(run->answers, experiment) : NULL;

	for (size_t i = 0; given && i < given->skip.n; i++)
		if (!strcmp(given->skip.v[i], step))
			return true;
	return false;
}

enum go { GO_SKIP, GO_RUN, GO_TYPE };

/* enum go; -1 interrupted. */
static int confirm(struct run *run, struct step_result *r, const char *experiment, struct err *err)
{
	static const enum go answers[] = { GO_RUN, GO_SKIP, GO_TYPE };
	bool yes = true;
	enum ui_go go;

	if (is_given_skip(run, experiment, r->step->id))
		return GO_SKIP;
	if (!ui_can_ask(run->ui) || run->options.yes)
		return GO_RUN;
	describe(run, r);
	if (!r->step->run)
		return ui_ask_yes(run->ui, _("Run it?"), true, &yes, err) < 0 ? -1 : yes;
	return ui_ask_go(run->ui, _("Run it?"), &go, err) < 0 ? -1 : (int)answers[go];
}

static void show_output(void *data, int stream, const char *bytes, size_t len)
{
	struct run *run = data;

	(void)stream;
	ui_live_output(run->ui, bytes, len);
}

/* What run_command and execute return beside 0 and -1. */
#define STEP_IS_SKIPPED 1

static int run_command(struct run *run, const struct step_result *r, struct arena *arena,
		       struct evidence_item *item, struct err *err)
{
	const char *const argv[] = { "/bin/sh", "-e", "-u", "-c", r->step->run, NULL };
	struct process_spec spec = {
		.argv = argv,
		.root = r->step->root,
		.timeout_ms = r->step->timeout_ms,
		.cancel = interrupt_begin(run, r->step->timeout_ms),
	};
	struct host *host;
	bool skipping;
	int rc = -1;

	if (ui_can_ask(run->ui)) {
		spec.output = show_output;
		spec.output_data = run;
	}
	ui_live_begin(run->ui, arena_printf(arena, _("step %s"), r->step->id));
	host = hosts_find(&run->hosts, r->step->on, err);
	spec.env = host ? aside_env(run, host) : NULL;
	if (host)
		rc = host->ops->run(host, &spec, arena, item, err);
	skipping = interrupt_end(run);
	ui_live_end(run->ui);
	if (skipping && rc == 0 && item->end == END_CANCELLED)
		return STEP_IS_SKIPPED;
	return rc;
}

/* replaces: of a seed, that it may take the place of the image that is there. */
static int execute(struct run *run, const struct step_result *r, bool replaces, struct arena *arena,
		   struct evidence_item *item, struct err *err)
{
	int rc = r->step->seed ? seed_write(run, r->step, replaces, arena, item, err)
			       : run_command(run, r, arena, item, err);

	if (rc < 0)
		return err_wrap(err, _("step '%s'"), r->step->id);
	if (rc == STEP_IS_SKIPPED)
		return rc;
	item->name = "step";
	item->kind = EVIDENCE_STEP;
	item->host = r->step->on;
	item->where = r->shown;
	return item->end == END_CANCELLED ? ui_interrupted(err) : 0;
}

const char *step_end_words(const struct evidence_item *item, struct arena *arena)
{
	switch (item->end) {
	case END_EXITED:
		return arena_printf(arena, _("exit status %d"), item->status);
	case END_SIGNALLED:
		return arena_printf(arena, _("ended by signal %d"), item->status);
	case END_TIMED_OUT:
		return _("took too long and was ended");
	case END_UNKILLABLE:
		return _("took too long and cannot be killed");
	case END_NOT_RUN:
		return arena_printf(arena, _("could not be started: %s"),
				    strerrordesc_np(item->error));
	default:
		return _("was ended");
	}
}

/* Keeps an excerpt for the report; the store gets everything that was kept. */
int step_record(struct run *run, struct place at, struct step_result *r,
		const struct evidence_item *item, struct err *err)
{
	struct evidence ev = { (struct evidence_item *)item, 1, 1 };
	struct evidence excerpt = { 0 };

	r->state = STEP_DONE;
	if (store_evidence_add(run->store, at, EVIDENCE_OF_STEP, &ev, err) < 0 ||
	    store_step_set(run->store, at, r, err) < 0)
		return -1;
	evidence_excerpt(&ev, &run->arena, &excerpt);
	r->evidence = arena_alloc(&run->arena, sizeof(*r->evidence));
	*r->evidence = excerpt.items[0];
	r->marks = marks_read(item, &run->arena);
	evidence_done(&excerpt);
	return 0;
}

#define ERROR_LINES 5

static void tell(struct run *run, const struct step_result *r, const struct evidence_item *item)
{
	_cleanup_arena_ struct arena scratch = { 0 };

	buf_printf(&run->told, _("step %s: %s, %lld ms"), r->step->id,
		   step_end_words(item, &scratch), (long long)item->ms);
	buf_putc(&run->told, '\n');
}

/* A terminal showed the output as it came; a log gets the last lines of what a failed command
 * complained of. */
static int show_errors(struct run *run, const struct evidence_item *item, struct err *err)
{
	const char *from = item->err.kept, *end = from + item->err.kept_len;
	size_t lines = 0;

	while (end > from && end[-1] == '\n')
		end--;
	for (from = end; from > item->err.kept; from--)
		if (from[-1] == '\n' && ++lines == ERROR_LINES)
			break;
	if (run_settle(run, err) < 0)
		return -1;
	if (end > from)
		ui_verbatim(run->ui, from, (size_t)(end - from), 0);
	return 0;
}

static int skip(struct run *run, struct place at, struct step_result *r, struct err *err)
{
	if (r->state != STEP_DONE)
		r->state = STEP_SKIPPED;
	if (!r->why)
		r->why = _("skipped by the student");
	if ((r->state == STEP_DONE && changes_settle(run, r->step, err) < 0) ||
	    store_step_set(run->store, at, r, err) < 0)
		return -1;
	buf_printf(&run->told, _("step %s: %s"), r->step->id, r->why);
	buf_putc(&run->told, '\n');
	return ui_can_ask(run->ui) ? run_settle(run, err) : 0;
}

static int start(struct run *run, struct place at, struct step_result *r, struct err *err)
{
	r->state = STEP_STARTED;
	r->started_ms = clock_unix_ms();
	if (bystanders_record(run, err) < 0 || cleanup_record(run, err) < 0 ||
	    changes_record(run, r->step, err) < 0 || store_step_set(run->store, at, r, err) < 0)
		return -1;
	if (run_settle(run, err) < 0)
		return -1;
	/* Asked for, it has been described already. */
	if (run->options.yes)
		describe(run, r);
	ui_flush(run->ui);
	return 0;
}

/* The first of the checks that a step needs which has not passed; NULL: it may be run. */
static struct check_result *failed_need(struct run *run, size_t e, const struct step *step,
					struct err *err, int *ret)
{
	struct experiment_result *x = &run->report.experiments[e];

	*ret = 0;
	for (size_t i = 0; i < step->needs.n; i++) {
		int need = check_index(x->experiment, step->needs.v[i]);

		*ret = check_look(run, e, (size_t)need, err);
		if (*ret < 0 || x->checks[need].verdict != VERDICT_PASS)
			return &x->checks[need];
	}
	return NULL;
}

/* Whether what the step needs is so: 1, 0 with r->why, or -1. */
static int look_at_needs(struct run *run, size_t e, struct step_result *r, struct err *err)
{
	int rc;
	const struct check_result *need = failed_need(run, e, r->step, err, &rc);

	if (!need || rc < 0)
		return rc < 0 ? -1 : 1;
	r->why = arena_printf(&run->arena,
			      need->verdict == VERDICT_BROKEN
				      ? _("it needs '%s', which could not be looked at: %s")
				      : _("it needs '%s', which has not passed: %s"),
			      need->check->id, need->reason);
	/* What was seen is durable before it is told. */
	if (run_settle(run, err) < 0)
		return -1;
	check_show(run, need);
	return 0;
}

int step_walk(struct run *run, size_t e, size_t i, struct err *err)
{
	struct experiment_result *x = &run->report.experiments[e];
	struct step_result *r = &x->steps[i];
	struct place at = run_place(run, e, i);
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence_item item = { .name = "step" };
	bool replaces = false, told = false;
	int go = GO_RUN, rc;

	if (r->state == STEP_DONE || r->state == STEP_SKIPPED)
		return 0;
	if (ui_interrupted(err) < 0)
		return -1;
	if (exam_is_over(run)) {
		r->why = _("the exam's time was over");
		return skip(run, at, r, err);
	}
	if (r->state == STEP_STARTED && r->step->probe)
		go = probe_settle(x, r);
	else if (r->state == STEP_STARTED)
		go = settle_started(run, r, &told, err);
	if (go > 0)
		go = look_at_needs(run, e, r, err);
	if (go > 0 && !told)
		go = confirm(run, r, x->experiment->id, err);
	if (go < 0)
		return -1;
	if (!go)
		return skip(run, at, r, err);
	if (r->step->probe)
		return start(run, at, r, err) < 0 ? -1 : probe_begin(run, e, i, err);
	if (r->step->seed && seed_settle(run, r->step, &replaces, err) < 0)
		return -1;
	if (start(run, at, r, err) < 0)
		return -1;
	if (go == GO_TYPE)
		r->why = _("typed by the student in a shell of their own");
	rc = go == GO_TYPE ? step_type(run, e, r, &scratch, &item, err)
			   : execute(run, r, replaces, &scratch, &item, err);
	/* One that was cancelled has ended, too. */
	if (rc < 0 && item.end == END_CANCELLED)
		changes_settle(run, r->step, NULL);
	if (rc < 0 || changes_settle(run, r->step, err) < 0)
		return -1;
	if (rc == STEP_IS_SKIPPED) {
		r->why = _("ended and skipped by the student while it ran");
		return skip(run, at, r, err);
	}
	if (step_record(run, at, r, &item, err) < 0)
		return -1;
	tell(run, r, &item);
	/* A person sees the end of this step before the next one is explained. */
	if (ui_can_ask(run->ui))
		return run_settle(run, err);
	return item.end == END_EXITED && item.status ? show_errors(run, &item, err) : 0;
}
