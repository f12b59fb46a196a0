/* SPDX-License-Identifier: Apache-2.0 */
/* steps: the parts of a walk; only files of runner/run/ use it. */
#pragma once

#include "runner/base/clock.h"
#include "runner/run/plan.h"
#include "runner/run/run.h"

/* Bytes of each output that a report shows; the store keeps more. */
#define EXCERPT_MAX 2048

static inline struct place run_place(const struct run *run, size_t experiment, size_t item)
{
	return (struct place){ run->row.id, experiment, item };
}

/* walk.c: a check's verdict and, when it failed, what was expected, why it matters, what to do. */
void check_show(struct run *run, const struct check_result *r);

/* Commits, then tells the student what became durable. */
int run_settle(struct run *run, struct err *err);

/* predict.c: asks for the prediction and locks it, once. */
int prediction_ask(struct run *run, size_t e, struct err *err);
/* reconcile.c: shows it beside what was measured, and asks why where they differ. */
int prediction_reconcile(struct run *run, size_t e, struct err *err);

/* locked.c: fills p->hash. */
void prediction_hash(const char *run_name, const char *experiment, struct prediction *p);
/* ERR_LAB when one was changed since, or taken out after its experiment had begun. */
int predictions_check(const struct report *report, struct err *err);
/* In a resumed run: which one stands, and that another one in the answers file is not taken. */
void prediction_tell(struct run *run, size_t e, const struct given *given);

/* needs.c: refuses a lab whose commands or rights are not there; hosts are open. */
int needs_check_met(struct run *run, struct err *err);

/* step.c: how a command ended: 'exit status 1'. */
const char *step_end_words(const struct evidence_item *item, struct arena *arena);

/* step.c: runs one step to its end, or records why not. */
int step_walk(struct run *run, size_t e, size_t i, struct err *err);

/*
 * interrupt.c: between begin, which returns what process_spec.cancel is to be, and end one Ctrl-C
 * asks the student what now. timeout_ms: the step's, to be told. end, before the live output ends:
 * true when the step was ended to be skipped.
 */
const volatile sig_atomic_t *interrupt_begin(struct run *run, int64_t timeout_ms);
void interrupt_tick(struct run *run);
bool interrupt_end(struct run *run);

/* typed.c: gives the student a shell instead, and watches for the step's 'reached'. */
int step_type(struct run *run, size_t e, const struct step_result *r, struct arena *arena,
	      struct evidence_item *item, struct err *err);

/* probe.c: starts a probe that runs beside the steps after it. */
int probe_begin(struct run *run, size_t e, size_t i, struct err *err);
/* A probe that was cut off: 1 start it anew for the steps that are left, 0 there are none. */
int probe_settle(const struct experiment_result *x, struct step_result *r);
/* Ends all that run and puts what they saw on record. */
int probes_end(struct run *run, size_t e, struct err *err);
/* Tells in the live line what those that run see now. data: the run. */
void probes_tick(void *data);
/* Ends them without a record: the run was interrupted. */
void probes_abandon(struct run *run);

/* step.c: keeps a finished step's evidence: the whole in the store, an excerpt in the report. */
int step_record(struct run *run, struct place at, struct step_result *r,
		const struct evidence_item *item, struct err *err);

/*
 * seed.c: before the step is on record: sees that it would overwrite nothing but what this run
 * made. ERR_ENV says what to do. *ret_replaces: the image of this run is there.
 */
int seed_settle(struct run *run, const struct step *step, bool *ret_replaces, struct err *err);
/* Makes and writes the image; a text or file that is wrong fails the step, which is no -1. */
int seed_write(struct run *run, const struct step *step, bool replaces, struct arena *arena,
	       struct evidence_item *ret, struct err *err);

/* look.c: collects, measures and judges one check, and what it depends on, once. */
int check_look(struct run *run, size_t e, size_t i, struct err *err);

/* Looks at a check now, whatever is on record, and records nothing; run->store may be NULL. */
void check_peek(struct run *run, size_t e, size_t i);

/* Measures r from evidence and judges it. verdict SKIP and BROKEN stay as they are. */
void check_measure(struct check_result *r, const struct evidence *ev,
		   const struct check_result *others, struct arena *arena, enum lang lang);
/*
 * What did not hold, or was only measured, in an experiment with a step that could not even be
 * started, is nobody's result: BROKEN.
 */
void check_excuse(struct check_result *r, const struct experiment_result *x, struct arena *arena);
/* SKIP with its reason, and true, when something that r needs did not pass or a step was not done.
 */
bool check_skip(struct check_result *r, const struct experiment_result *x, struct arena *arena);
/* Copies evidence into arena with outputs cut to EXCERPT_MAX. */
void evidence_excerpt(const struct evidence *ev, struct arena *arena, struct evidence *ret);

/* editor.c: from now on answers can be written in an editor. */
void editor_offer(struct run *run);

/* question.c: asks the questions of one part. */
int questions_ask(struct run *run, size_t e, enum question_part part, struct err *err);
/* Shows what was right, in practice mode. */
void questions_feedback(struct run *run, size_t e, enum question_part part);

/* cleanup.c: before the first step: puts the lab's cleanup on record as still to be done. */
int cleanup_record(struct run *run, struct err *err);
/* Does what is on record and not done yet; what fails is on record with its reason. */
int cleanup_run(struct run *run, struct err *err);
/* In the report's language. */
const char *cleanup_title(const struct lab *lab, const char *id, enum lang lang);

/* changes.c: what steps may create, on record. */
struct change_rows {
	struct change_row *v;
	size_t n;
};

int changes_list(struct run *run, struct change_rows *ret, struct err *err);
/* The record of the same thing on the same host, or NULL. */
struct change_row *changes_find(const struct change_rows *rows, const struct change_row *like);
/* The name of a record that is about no single thing. */
#define CHANGE_ALL "*"
/* 'domain db02', 'source: domain db02' */
const char *change_what(const struct report *report, const struct change_row *row,
			struct arena *arena);
/* Before a step starts. */
int changes_record(struct run *run, const struct step *step, struct err *err);
/* When it has ended: what is there now is known again by what was seen, domains are tagged. */
int changes_settle(struct run *run, const struct step *step, struct err *err);
/* Whether such a thing is there now: 1, 0 or -1. */
int change_exists(struct run *run, struct host *host, const struct change *c, struct err *err);
/* Things a step may have made that are there now and were not before. */
void changes_standing(struct run *run, struct strings *ret);
/* Fills report->changes from the store. */
int changes_report(struct store *s, int64_t run, struct arena *arena, struct report *report,
		   struct err *err);

/*
 * aside.c: the environment of the run's steps on a host: parameters, UUIDs, and TMPDIR for what
 * they put aside.
 */
const char *const *aside_env(struct run *run, struct host *host);
/* Removes it on every host, with what is in it. */
void aside_remove(struct run *run);

/* undo.c: removes what is on record, where record, UUID and tag agree. */
int changes_undo(struct run *run, struct err *err);

/* bystanders.c: lists what stands on every host, once, before the first step. */
int bystanders_record(struct run *run, struct err *err);
/* Reads what the journal has of that. */
int bystanders_restore(struct run *run, struct err *err);
/* Whether the host's libvirt told then what it had. */
bool bystanders_had_libvirt(const struct run *run, const struct host *host);
/* Records what came, went or changed without being declared. */
int bystanders_compare(struct run *run, struct err *err);
/* Names of loaded kernel modules, sorted, one a line; "" on a kernel without modules. */
const char *modules_list(struct host *host, struct arena *arena);
/* Whether one of the lines begins with that module's name. */
bool modules_have(const char *lines, const char *name);

/* uuids.c: chooses the UUIDs of what the lab's steps create; those on record stay. */
int uuids_choose(struct run *run, struct err *err);
/* The UUID in that variable; never NULL for a variable of the lab. */
const char *uuids_find(const struct run *run, const char *variable);
/* Shows the steps' commands with them; the second with those of a run that the store has. */
void uuids_show(struct report *report, const struct settings *uuids, struct arena *arena);
int uuids_restore(struct store *s, int64_t run, struct arena *arena, struct report *report,
		  struct err *err);

/* facts.c */
int facts_look(struct host *host, struct arena *arena, struct fact **ret, size_t *n);

/* Allocates the results for all experiments, all empty. */
void report_init(struct report *report, const struct lab *lab, struct arena *arena, enum lang lang);

/* restore.c: a stored run with its lab loaded again. */
struct run_load {
	struct run_row row;
	struct settings settings;
	struct lab *lab;
};

int run_load(struct store *s, int64_t id, struct arena *arena, struct run_load *ret,
	     struct err *err);
/* Fills a report made by report_init from the store. */
int report_restore(struct store *s, const struct run_row *row, struct arena *arena,
		   struct report *report, struct err *err);
