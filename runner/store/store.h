/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store: the journal of runs, in SQLite with synchronous=FULL. Everything written is in one open
 * transaction until store_commit, which returns when it is on the disk: only then may a caller tell
 * anybody about it. A kvmlab killed at any moment leaves the last commit.
 */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/model/report.h"
#include "runner/model/settings.h"

struct store;

/* Opens $XDG_STATE_HOME/kvmlab/state.db (default ~/.local/state), made when missing, mode 0700. */
int store_open(struct store **ret, struct err *err);
/* The same for who only reads: works, too, where the database cannot be written. */
int store_open_to_read(struct store **ret, struct err *err);
/* Whether there is a database at all; makes none. */
bool store_is_there(void);
/* Undoes what was not committed. NULL is allowed. */
void store_close(struct store *s);
/* Makes everything written so far durable. */
int store_commit(struct store *s, struct err *err);
/*
 * Takes the one lock of this state directory until store_close or death. Held by another:
 * ERR_LOCKED with the holder's process, lab and starting time.
 */
int store_lock(struct store *s, const char *purpose, struct err *err);

/* A number that names this state directory on this machine: its inode and file system. */
uint64_t store_identity(const struct store *s);

/* One row of the run table; strings belong to the arena given when read. */
struct run_row {
	int64_t id;
	const char *name; /* 'host-20261121T110238Z-1f3a', unique everywhere */
	const char *lab, *path, *mode, *version;
	const char *source; /* the lab file as it was */
	size_t source_len;
	int64_t started_ms, finished_ms; /* finished 0: not finished */
	int64_t earned, possible;	 /* hundredths, when finished */
	int exit_code;
	const char *modules_before; /* names of the kernel modules at the start, one a line */
	const char *lang;	    /* 'id' or 'en'; NULL: began before that was kept */
};

int store_run_add(struct store *s, struct run_row *row, const struct settings *settings,
		  struct err *err);
int store_run_finish(struct store *s, const struct run_row *row, struct err *err);
/* Reads run id; 0: the latest. ERR_USAGE when there is none. settings may be NULL. */
int store_run_get(struct store *s, int64_t id, struct arena *arena, struct run_row *ret,
		  struct settings *settings, struct err *err);
/* All runs, oldest first, without their sources. */
int store_run_list(struct store *s, struct arena *arena, struct run_row **ret, size_t *n,
		   struct err *err);

/* The hosts of a run, URIs by their roles. */
int store_host_add(struct store *s, int64_t run, const struct settings *hosts, struct err *err);
int store_host_list(struct store *s, int64_t run, struct arena *arena, struct settings *ret,
		    struct err *err);

int store_fact_add(struct store *s, int64_t run, const struct fact *fact, struct err *err);
int store_fact_list(struct store *s, int64_t run, struct arena *arena, struct fact **ret, size_t *n,
		    struct err *err);

int store_exam_add(struct store *s, int64_t run, const struct exam *exam, struct err *err);
/* *ret stays NULL when the run is no exam. */
int store_exam_get(struct store *s, int64_t run, struct arena *arena, const struct exam **ret,
		   struct err *err);

/* Where in a run something belongs: indexes in lab->experiments and in the experiment's own lists.
 */
struct place {
	int64_t run;
	size_t experiment, item;
};

/* A prediction can be written once; a second one is refused by the database itself. */
int store_prediction_add(struct store *s, struct place at, const struct prediction *p,
			 struct err *err);
int store_prediction_get(struct store *s, struct place at, struct arena *arena,
			 struct prediction *ret, struct err *err);

/* STARTED before it runs, DONE or SKIPPED after. */
int store_step_set(struct store *s, struct place at, const struct step_result *r, struct err *err);
/* state NOT_RUN when there is no row; evidence is not read. */
int store_step_get(struct store *s, struct place at, struct arena *arena, struct step_result *ret,
		   struct err *err);

/* verdict: SKIP or BROKEN as collecting found, else NONE for 'was looked at'. Replaces. */
int store_check_set(struct store *s, struct place at, const struct check_result *r,
		    struct err *err);
/* verdict and reason as set; when_ms 0: not looked at yet. Evidence is not read. */
int store_check_get(struct store *s, struct place at, struct arena *arena, struct check_result *ret,
		    struct err *err);

enum evidence_of { EVIDENCE_OF_STEP, EVIDENCE_OF_CHECK };

/* All evidence of one step or check, in the transaction that says it was done: there is none
 * before. */
int store_evidence_add(struct store *s, struct place at, enum evidence_of of,
		       const struct evidence *ev, struct err *err);
int store_evidence_get(struct store *s, struct place at, enum evidence_of of, struct arena *arena,
		       struct evidence *ret, struct err *err);

int store_answer_set(struct store *s, struct place at, const struct answer *a, struct err *err);
int store_answer_get(struct store *s, struct place at, struct arena *arena, struct answer *ret,
		     struct err *err);

/* Why a prediction was wrong, in the student's words; place.item is 0, of hints nothing is kept. */
int store_reconciled_set(struct store *s, struct place at, const struct answer *a, struct err *err);
int store_reconciled_get(struct store *s, struct place at, struct arena *arena, struct answer *ret,
			 struct err *err);

/* The step that might have made it did not. */
#define CHANGE_NEVER_MADE (-1)

/* What a step may create: recorded before the step starts. */
struct change_row {
	const char *host; /* its role; NULL: 'local' */
	enum change_kind kind;
	const char *name;
	bool existed; /* something else of that name stood there before the step */
	int undone;   /* 0 not yet, CHANGE_NEVER_MADE, else 1 + a state of struct host_change */
	const char *why;
	/*
	 * By what it is known again: the UUID of a domain, network or pool, which kvmlab may have
	 * chosen before the step; inode and birth of a file, seen when the step had ended. NULL:
	 * not known.
	 */
	const char *identity;
	const char *path; /* of a volume that stands in a pool; NULL: not known */
	bool settled;	  /* its step has ended and what it made has been looked at */
	bool tagged;	  /* it carries the run's tag since then */
};

/* The first record of a thing in a run counts, until it has been undone or turned out never to be
 * made. */
int store_change_add(struct store *s, int64_t run, const struct change_row *c, struct err *err);
/* Writes all but host, kind and name, which name the row. */
int store_change_set(struct store *s, int64_t run, const struct change_row *c, struct err *err);
int store_change_list(struct store *s, int64_t run, struct arena *arena, struct change_row **ret,
		      size_t *n, struct err *err);

/* The latest run that left something which should go or, with doubtful, may be removed when it is
 * named; *ret stays as it is when there is none. */
int store_change_left(struct store *s, bool doubtful, int64_t *ret, struct err *err);

/* What stood in a host's libvirt before the first step, as 'inventory' of kvmlab-libvirt. */
int store_inventory_set(struct store *s, int64_t run, const char *host, const char *inventory,
			struct err *err);
int store_inventory_list(struct store *s, int64_t run, struct arena *arena, struct settings *ret,
			 struct err *err);
