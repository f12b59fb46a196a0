/* SPDX-License-Identifier: Apache-2.0 */
/* lab: a loaded lab file. Everything belongs to lab->arena; nothing in it changes after loading. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"
#include "runner/model/measure.h"
#include "runner/model/text.h"

struct checker;
struct probe;

enum matcher_op {
	MATCH_EQ,
	MATCH_NE,
	MATCH_LT,
	MATCH_LE,
	MATCH_GT,
	MATCH_GE,
	MATCH_IN,	/* any of a list */
	MATCH_MATCHES,	/* PCRE2; of a list measure: any element */
	MATCH_CONTAINS, /* a substring of a string; an element of a list */
	MATCH_EXISTS,	/* true: something was seen */
	MATCH_COUNT,
};

/* One comparison of one measure; type-checked when loaded. */
struct matcher {
	size_t measure; /* index in the check's specs */
	enum matcher_op op;
	struct value right;
	struct loc loc;
};

struct matchers {
	struct matcher *v;
	size_t n;
};

/* A measure of a check of the same experiment, compared. */
struct clause {
	size_t check; /* index in the experiment's checks */
	struct matcher matcher;
};

/* All clauses hold. */
struct alternative {
	struct clause *v;
	size_t n;
};

/* Any alternative holds. n == 0: no condition was given. */
struct condition {
	struct alternative *v;
	size_t n;
};

/* What a parameter is when the hosts are the sandbox's: runner/load/param.c has the names. */
enum param_sandbox { PARAM_SANDBOX_DEFAULT, PARAM_SANDBOX_GUEST_ADDRESS };

struct param {
	const char *name; /* also the name of the environment variable */
	int type;	  /* index in param_types (runner/load/param.c) */
	struct text text;
	const char *value; /* from --set, else the default; NULL: missing */
	const char *default_value;
	int sandbox;	     /* enum param_sandbox */
	struct strings exam; /* in an exam each student gets one of these; none: as always */
	struct loc loc;
};

struct choice {
	const char *id;
	struct text text;
	struct condition right_if; /* of a prediction's choices */
};

struct choices {
	struct choice *v;
	size_t n;
};

struct predict {
	struct text ask;
	struct choices choices;
	bool reason; /* a reason is asked for */
	bool sure;   /* how sure, 1 to 5, is asked for */
};

/* The journal keeps these numbers: new kinds go to the end. */
enum change_kind {
	CHANGE_MODULE,
	CHANGE_FILE,
	CHANGE_DOMAIN,
	CHANGE_NETWORK,
	CHANGE_POOL,
	CHANGE_VOLUME,
	CHANGE_DIRECTORY,
	CHANGE_KIND_COUNT,
	CHANGE_CLEANUP = 100, /* a step of the lab's cleanup, by its id; no step declares it */
};

/* Something a step may create, undone when it was not there before. */
struct change {
	enum change_kind kind;
	const char *name; /* as libvirt or the kernel knows it; absolute path; 'POOL/VOLUME' */
	/* The environment variable with the UUID that kvmlab chooses for it; NULL: none. */
	const char *uuid;
	struct loc loc;
};

struct changes {
	struct change *v;
	size_t n;
};

/* A text for cloud-init: as it stands in the lab, or a file of the step's host. Neither: none. */
struct seed_text {
	const char *text; /* with ${name} in it */
	const char *file;
};

/* A value that is known only when the step runs: the first line of a file of its host. */
struct seed_fill {
	const char *id;
	const char *file;
};

/* Behind the image's name while it is being written. */
#define SEED_PART ".kvmlab-part"

/* What a NoCloud seed tells cloud-init. */
struct seed {
	const char *file;     /* the ISO image */
	const char *hostname; /* local-hostname of its meta-data */
	const char *instance_id;
	struct seed_text user_data, network_config;
	struct {
		struct seed_fill *v;
		size_t n;
	} fill;
};

enum step_repeat {
	REPEAT_ASK,  /* after a crash in the middle, ask before doing it again */
	REPEAT_SAFE, /* doing it twice is as good as once */
};

struct step {
	const char *id;
	struct text title, text; /* text: why, and what it changes */
	const char *on;		 /* host role, 'local' */
	/* A command, a seed, or a probe in the background until the experiment's steps end. */
	const struct probe *probe;
	void *probe_params; /* the probe's own struct */
	const struct seed *seed;
	const char *run; /* shell text, run by 'sh -e -u -c' with parameters in the environment */
	bool root;	 /* runs as root, through sudo -n where needed */
	int64_t timeout_ms;
	int repeat; /* enum step_repeat */
	struct changes changes;
	struct condition reached; /* what it is for; watched for while the student types it */
	struct strings needs;	  /* checks that must PASS before it may run */
	struct loc loc;
};

struct check {
	const char *id;
	struct text title, why, next; /* why it matters; what to do next when it fails */
	const struct checker *checker;
	void *params;			  /* the checker's own struct */
	const struct measure_spec *specs; /* the checker's, then dynamic ones */
	size_t spec_count;
	const char *on;
	struct matchers expect;
	struct condition applies_if; /* else NA */
	struct text na;		     /* why it does not apply then */
	struct strings needs;	     /* checks that must PASS first */
	int64_t points;
	int64_t within_ms, hold_ms;
	struct loc loc;
};

enum question_part { PART_OBSERVE, PART_EXPLAIN };
enum question_kind { QUESTION_CHOICE, QUESTION_NUMBER, QUESTION_TEXT };

struct rubric_row {
	int64_t points;
	struct strings any;  /* PCRE2 patterns, caseless; one that matches earns the points */
	struct strings none; /* the same; one that matches takes them away */
	struct text text;    /* what this row looks for */
};

struct hint {
	int64_t cost; /* points of its question */
	struct text text;
};

struct question {
	const char *id;
	int part; /* enum question_part */
	int kind; /* enum question_kind */
	struct text ask, model_answer;
	const char *unit;
	struct choices choices;
	struct condition applies_if;
	int64_t points;
	/* The right answer: a measure of this run, or a literal; text questions have a rubric
	 * instead. */
	bool answer_is_measure;
	size_t answer_check, answer_measure;
	struct value answer;
	double tolerance; /* numbers: absolute, or a share (0.2 is 20%) when tolerance_is_share */
	bool tolerance_is_share;
	struct {
		struct rubric_row *v;
		size_t n;
	} rubric;
	struct {
		struct hint *v;
		size_t n;
	} hints;
	struct loc loc;
};

/* A known problem, recognised by what was measured. */
struct diagnosis {
	const char *id;
	struct condition when;
	struct text text, next;
	struct loc loc;
};

struct weights {
	int64_t predict, predict_right, execute, observe,
		explain; /* points; predict includes predict_right */
};

struct experiment {
	const char *id;
	struct text title, background, hypothesis;
	struct predict *predict; /* NULL: none */
	struct {
		struct step *v;
		size_t n;
	} steps;
	struct {
		struct check *v;
		size_t n;
	} checks;
	struct condition supported_if, refuted_if;
	struct {
		struct question *v;
		size_t n;
	} questions;
	struct {
		struct diagnosis *v;
		size_t n;
	} diagnoses;
	struct weights *weights; /* NULL: the lab's */
	struct loc loc;
};

struct needs {
	bool root;
	struct strings commands, hosts;
	struct strings sandbox;	    /* options of 'kvmlab sandbox up', without their '--' */
	const char *network, *pool; /* of libvirt; NULL: none */
	int64_t disk_mib;	    /* free room for images; 0: not said */
};

struct lab {
	struct arena arena;
	const char *path;   /* as given */
	const char *source; /* the file's bytes */
	size_t source_len;
	unsigned char sha256[32]; /* of source */
	const char *id;
	struct text title, summary;
	int64_t minutes;     /* time a student needs */
	int64_t threshold;   /* per cent of the possible points that is 'met' */
	struct needs *needs; /* NULL: none */
	struct {
		struct param *v;
		size_t n;
	} params;
	struct weights *weights; /* never NULL after loading */
	struct {
		struct experiment *v;
		size_t n;
	} experiments;
	/*
	 * At the end of every run, and by 'kvmlab clean': takes back what no step created, such as
	 * a move. Only id, title, text, run, on, root and timeout_ms are given.
	 */
	struct {
		struct step *v;
		size_t n;
	} cleanup;
};

void lab_free(struct lab *lab);
/* What needs.sandbox may name, ended by NULL: how the sandbox's hosts may differ on purpose. */
extern const char *const sandbox_differences[];
/* NULL when there is none. */
const struct experiment *lab_experiment(const struct lab *lab, const char *id);
/* Choice by id; NULL when there is none, or id is NULL. */
const struct choice *choice_find(const struct choices *choices, const char *id);
/* 'domain', as labs and reports write it; marked for translation. */
const char *change_kind_name(enum change_kind kind);
/* Whether libvirt gives things of that kind a UUID. */
bool change_has_uuid(enum change_kind kind);
