/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run: one walk of a student through one lab on real hosts. Everything that happens is in the store
 * before it is acknowledged, so a run can be resumed after any kind of death.
 */
#pragma once

#include "runner/host/host.h"
#include "runner/load/load.h"
#include "runner/model/report.h"
#include "runner/run/exam.h"
#include "runner/run/hosts.h"
#include "runner/store/store.h"
#include "runner/ui/ui.h"

/* What becomes of a step that had started when kvmlab was cut off and may not be repeated. */
enum started_policy { STARTED_ASK, STARTED_RUN, STARTED_DONE, STARTED_SKIP };

enum run_mode { MODE_PRACTICE, MODE_GRADED, MODE_EXAM, MODE_COUNT };

/* 'practice', 'graded', 'exam'; ended by NULL. */
extern const char *const run_mode_names[];

struct run_options {
	enum run_mode mode;
	struct exam_options exam;	 /* of MODE_EXAM */
	const struct settings *settings; /* NULL: none */
	const char *answers;		 /* path of an answers file; NULL: none */
	const struct settings *hosts;	 /* URIs by role; NULL: none; a resumed run has its own */
	const struct strings *also;	 /* names of things to remove though it is not proven that a
					    step made them; NULL: none */
	bool cleaning;			 /* a host that cannot be reached is no error */
	bool yes;			 /* run steps without asking */
	bool speaks; /* a language was asked for; a resumed run goes on in its own otherwise */
	enum started_policy started;
	struct ui *ui;
};

struct run {
	struct arena arena;
	struct store *store;
	struct lab *lab;
	struct answers *answers; /* NULL: none */
	struct process_group *group;
	struct run_hosts hosts;
	struct ui *ui;
	struct run_row row;
	struct settings settings, given; /* parameters; hosts by role */
	struct run_options options;
	unsigned char exam_key[EXAM_KEY_SIZE]; /* of the secret, which is read once: it may be a
						  pipe; gone when the run has begun */
	struct report report;		       /* grows as the run goes on */
	struct inventory_of *inventories;      /* what was asked of libvirts; see things.h */
	struct aside_of *asides;	       /* where steps put things aside; see aside.c */
	struct settings bystanders; /* what stood there before the first step, by hosts */
	bool bystanders_known;
	struct settings uuids;	     /* that steps give to what they create, by their variables */
	const char **env;	     /* 'name=value' of parameters and UUIDs, ended by NULL */
	bool stepping, skipping;     /* a step runs; the student ends and skips it */
	bool asking;		     /* and is asked whether to: see interrupt.c */
	int64_t step_ends_ms;	     /* its time limit, by clock_ms */
	int64_t drawn_ms;	     /* when the live line was last drawn */
	volatile sig_atomic_t stop;  /* of that step, as process_spec.cancel */
	struct probe_watch *watches; /* probes that are running now; see probe.c */
	struct buf doing;	     /* what a long check says it is doing; empty: nothing */
	struct buf told;	     /* what to acknowledge at the next commit */
};

/* Loads the lab, takes the lock, writes the run row. On invalid labs complaints are filled, too. */
int run_start(const char *lab, const struct run_options *options, struct run **ret,
	      struct complaints *complaints, struct err *err);
/* Takes an unfinished run up again; id 0: the latest unfinished one. */
int run_resume(int64_t id, const struct run_options *options, struct run **ret,
	       struct complaints *complaints, struct err *err);
/* Walks through what is left, puts the host back, finishes. -1 also when interrupted. */
int run_walk(struct run *run, struct err *err);
/* Undoes what a run left standing and closes it; a closed run is neither finished nor resumed. */
int run_clean(struct run *run, struct err *err);
/* NULL is allowed. */
void run_close(struct run *run);

/*
 * The report of a run as the store has it. Evidence is re-measured and judged anew. Everything
 * belongs to the arena but the lab, which the caller frees with lab_free(ret->lab); on failure
 * there is none.
 */
int report_read(struct store *s, int64_t id, struct arena *arena, struct report *ret,
		struct err *err);
/* Frees what a report holds beside its arena and its lab. */
void report_done(struct report *report);
