/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report: everything a run produced, the only thing that writers in reports/ get, const.
 * Built from the journal by run/; the same for a fresh run, a resumed one and 'kvmlab report'.
 */
#pragma once

#include "runner/model/evidence.h"
#include "runner/model/lab.h"
#include "runner/model/timeline.h"
#include "runner/model/verdict.h"

enum step_state { STEP_NOT_RUN, STEP_STARTED, STEP_DONE, STEP_SKIPPED };

struct step_result {
	const struct step *step;
	enum step_state state;
	const char *shown;		/* the command with parameter values filled in */
	const char *why;		/* of SKIPPED and NOT_RUN, or NULL */
	struct evidence_item *evidence; /* kind STEP; NULL unless DONE */
	const struct marks *marks;	/* of a probe of events; else NULL */
	int64_t started_ms;
};

/* One matcher and what it met. */
struct finding {
	const struct matcher *matcher;
	bool holds;
	const char *measure;  /* name */
	const char *expected; /* 'present is true' */
	const char *found;    /* 'false' */
};

struct check_result {
	const struct check *check;
	enum verdict verdict;
	const char *reason; /* one sentence: why this verdict; never NULL once looked at */
	bool measured;	    /* PASS because nothing was expected */
	bool unseen; /* SKIP or BROKEN because nobody looked or could: there is no evidence */
	struct measures measures;
	struct finding *findings; /* one per matcher of expect */
	size_t finding_count;
	struct evidence evidence;
	struct timeline *timeline;  /* of a ping; NULL: none */
	int64_t when_ms, waited_ms; /* waited: time spent by within and hold_for */
};

/* The word for its verdict: VERDICT_MEASURED, or verdict_name. */
static inline const char *check_verdict_name(const struct check_result *r)
{
	return r->measured ? VERDICT_MEASURED : verdict_name(r->verdict);
}

struct answer {
	const char *text; /* as given; NULL: not given */
	int64_t hints;	  /* how many of the question's hints were taken */
	int64_t at_ms;
	const char *understood; /* what all its hints told, in the student's words; or NULL */
	int64_t understood_ms;	/* when that was asked; 0: not yet */
};

struct prediction {
	const char *choice; /* id; NULL: not given */
	const char *reason; /* NULL: not given */
	int64_t sure;	    /* 1 to 5; 0: not given */
	int64_t at_ms;
	char hash[65]; /* hex SHA-256 of run, experiment, choice, reason, sure: locked before the
			  first step */
	enum verdict right; /* PASS right, FAIL wrong, NONE cannot tell */
};

enum grade_part { GRADE_PREDICT, GRADE_EXECUTE, GRADE_OBSERVE, GRADE_EXPLAIN, GRADE_PART_COUNT };

/* Hundredths of a point. */
struct grade_line {
	enum grade_part part;
	const char *id;	  /* of the check or question; 'commit' and 'right' for predictions */
	const char *text; /* what it is for, in the report's language */
	const char *why;  /* the sum or the reason, to redo by hand: '2 of 3 rubric rows = 6.67' */
	int64_t earned, possible;
	bool in_total;	  /* false: NA and SKIP-by-host have left the denominator */
	bool ungraded;	  /* BROKEN: neither earned nor lost */
	bool provisional; /* a teacher has yet to confirm it */
	bool hinted;	  /* hints took off some of what was earned, or all of it */
};

/* earned and possible are the sums of the lines with in_total and not ungraded. */
struct grade {
	int64_t earned, possible;
	bool provisional; /* some line is */
	bool ungraded;	  /* some line is */
	struct grade_line *lines;
	size_t n;
};

/* The grade line of a question or check; NULL when there is none. */
const struct grade_line *grade_line_find(const struct grade *grade, enum grade_part part,
					 const char *id);
enum grade_part question_grade_part(const struct question *question);

struct experiment_result {
	const struct experiment *experiment;
	enum outcome outcome;
	const char *outcome_why; /* which clauses decided it, in words */
	struct prediction prediction;
	struct answer reconciled;    /* why the prediction was wrong, in the student's words */
	struct step_result *steps;   /* experiment->steps.n */
	struct check_result *checks; /* experiment->checks.n */
	struct answer *answers;	     /* experiment->questions.n */
	const struct diagnosis **diagnoses; /* those whose condition holds */
	size_t diagnosis_count;
	struct grade grade;
};

struct fact {
	const char *name, *value; /* 'cpu', 'AMD EPYC' */
};

/* The journal keeps these numbers. */
enum host_change_state {
	HOST_UNDONE,
	HOST_UNDO_FAILED,
	HOST_UNDECLARED, /* differs from before the run, and no step declared it */
	HOST_STANDING,	 /* a step of an unfinished run may have made it */
	HOST_LEFT,	 /* is not, or may not be, what a step made: not touched */
	HOST_UNSEEN,	 /* could not be looked at */
	HOST_STATE_MAX = HOST_UNSEEN,
};

/* A thing that the lab undid, or that differs on the host and was not declared. */
struct host_change {
	const char *what; /* 'module kvm_amd' */
	enum host_change_state state;
	const char *why; /* NULL, or the reason */
};

#define EXAM_KEY_SIZE 32

struct exam {
	const char *student;
	int64_t until_ms;		   /* after that nothing counts */
	unsigned char mark[EXAM_KEY_SIZE]; /* by which the exam's secret is known again */
};

struct report {
	const struct lab *lab;
	enum lang lang;
	const char *run_id, *mode, *version;
	const struct exam *exam;	 /* NULL: it was none */
	int64_t started_ms, finished_ms; /* finished 0: not finished */
	bool complete;			 /* every experiment was walked through */
	struct {
		struct fact *v;
		size_t n;
	} host;
	struct experiment_result *experiments; /* lab->experiments.n */
	struct {
		struct host_change *v;
		size_t n;
	} changes;
	struct grade grade; /* the sum of the experiments; lines NULL */
	int exit_code;
};
