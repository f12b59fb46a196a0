/* SPDX-License-Identifier: Apache-2.0 */
/* process: runs a command so that it ends, all of it, and its output stays bounded. */
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/model/evidence.h"

/* How descendants are found when they must end; from strong to weak. */
enum process_rung {
	RUNG_CGROUP,	/* cgroup v2, cgroup.kill: nothing escapes */
	RUNG_SUBREAPER, /* orphans come to us and are found by scanning: racy */
	RUNG_GROUP,	/* the process group only: weak */
};

/* A place for processes; one per run. Owns a cgroup where the host allows one. */
struct process_group;

/*
 * Chooses the strongest rung (best: RUNG_CGROUP, or weaker to force it in tests). name makes the
 * cgroup's name unique and findable: 'kvmlab-<run>'. A group of that name left by a killed kvmlab
 * is emptied first. Never fails for want of cgroups; -1 only on a programmer's or system error.
 */
int process_group_open(const char *name, enum process_rung best, struct process_group **ret,
		       struct err *err);
/*
 * Another one for what runs beside the first one's commands; those neither wait for it nor end it.
 * A cgroup below the first one's, so that whoever empties that empties this; else a process group.
 * To be closed before the first one.
 */
int process_group_open_beside(const struct process_group *of, struct process_group **ret,
			      struct err *err);
enum process_rung process_group_rung(const struct process_group *g);
const char *process_rung_name(enum process_rung rung); /* 'cgroup', 'subreaper', 'process group' */
/* Ends everything in it and removes it. NULL is allowed. */
void process_group_close(struct process_group *g);

#define PROCESS_TICK_MS 50 /* so soon a person sees that a key was heard */

/* Called while a command of the group runs, about every PROCESS_TICK_MS. Must not block. */
typedef void process_tick_fn(void *data);
/* For all its commands from now on, also those that carry one to another machine. NULL: none. */
void process_group_on_tick(struct process_group *g, process_tick_fn *tick, void *data);

#define PROCESS_INPUT_STAYS_MAX (1024u * 1024u)

/* Called with output as it comes; stream is 1 or 2. Must not block for long. */
typedef void process_output_fn(void *data, int stream, const char *bytes, size_t len);

struct process_spec {
	const char *const *argv; /* argv[0] is looked up in the child's PATH; ended by NULL */
	const char *const *env;	 /* 'NAME=value' put on top of the clean environment; NULL: none */
	const char *directory;	 /* NULL: where we are */
	const char *input;	 /* bytes for its standard input; NULL: /dev/null */
	size_t input_len;
	bool input_stays;   /* behind input comes no end of file before the command's own end; then
			       input is at most PROCESS_INPUT_STAYS_MAX bytes */
	bool root;	    /* through 'sudo -n' unless we are root */
	bool same_session;  /* not a session of its own, so that sudo knows the terminal again;
			       implied  by sudo */
	int64_t timeout_ms; /* 0: 10 s */
	size_t keep;	    /* bytes of output kept per stream, half head, half tail; 0: 64 KiB */
	process_output_fn *output; /* NULL: none */
	void *output_data;
	const volatile sig_atomic_t
		*cancel; /* becomes non-zero: end it (1: gracefully, 2: at once); may be NULL */
};

struct process_result {
	enum evidence_end end;
	int status; /* exit status or signal; errno for END_NOT_RUN */
	int64_t us; /* wall time */
	struct output out, err;
	bool killed;		  /* descendants had to be ended */
	unsigned survivors_found; /* how many were still there when the main process had ended */
};

/*
 * Runs a command to its end: its own session, clean environment (allow-list; LC_ALL=C.UTF-8), umask
 * 077, descriptors 0 to 2 only, default signals. It has ended when its main process is reaped and
 * the output is at its end or a drain of 100 ms is over; what it leaves behind is ended: TERM,
 * CONT, a grace of 2 s, KILL until empty. -1 only when kvmlab itself cannot do its part (no pipe,
 * no memory); a command that cannot start is END_NOT_RUN.
 */
int process_run(struct process_group *g, const struct process_spec *spec, struct arena *arena,
		struct process_result *ret, struct err *err);

/*
 * Runs 'sudo -v' on the terminal that we have, so that a person sees the question and can answer
 * it. 0 when sudo then works without asking; ERR_PRIVILEGE otherwise.
 */
int process_sudo_authenticate(struct err *err);
