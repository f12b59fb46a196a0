/* SPDX-License-Identifier: Apache-2.0 */
/* group: the place where a run's processes live, and the ways to find and end them. */
#pragma once

#include <stdint.h>

#include "runner/host/cgroup.h"
#include "runner/host/output.h"
#include "runner/host/process.h"
#include "runner/host/spawn.h"

struct process_group {
	enum process_rung rung;
	bool beside; /* see process_group_open_beside */
	char *name;
	struct cgroup cgroup;
	struct spawner spawner;
	int null; /* /dev/null, for reading */
	struct sink sinks[2];
	char *bytes;		/* what one read brings */
	pid_t main;		/* the process that was started last; leads its process group */
	bool reaped;		/* whether it has been waited for */
	struct pids bystanders; /* RUNG_SUBREAPER: children that were there before it */
	int64_t sudo_until_us;	/* sudo needs no password until then */
	int64_t drain_ms, grace_ms, kill_ms; /* tests shorten them */
	process_tick_fn *tick;		     /* NULL: none */
	void *tick_data;
	int64_t tick_us; /* when it is due */
};

#define GROUP_BYTES (64 * 1024)

/* How the ending of a group goes on. Start with {0}. */
struct ending {
	enum { ENDING_IDLE, ENDING_TERM, ENDING_KILL, ENDING_EMPTY, ENDING_STUCK } phase;
	int64_t until_us; /* when the phase is over */
	int64_t wait_us;  /* how long to wait before the next look */
};

/* To be called before a process is started. */
void group_prepare(struct process_group *g);
/* Gives up the cgroup for the next rung. */
void group_weaken(struct process_group *g);
/* What is alive, the main process too. */
void group_list(struct process_group *g, struct pids *ret);
bool group_is_empty(struct process_group *g);

/* Begins with TERM and CONT, or with KILL at once. */
void ending_start(struct ending *e, struct process_group *g, bool gently);
/* Looks and goes on; call it again after e->wait_us until the phase is EMPTY or STUCK. */
void ending_step(struct ending *e, struct process_group *g);
