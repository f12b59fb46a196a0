/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup: a control group v2 of our own, from which no process escapes by forking. */
#pragma once

#include <stdbool.h>

#include "runner/host/pids.h"

/*
 * top is named after the run; processes live in top/0, and in top/1, 2... after a kill: since Linux
 * 6.14 (and in stable kernels from 5.15 on) clone3(CLONE_INTO_CGROUP) compares the kill counters of
 * two different cgroups, so that who is born into one that was ever killed dies at once. All
 * descriptors are -1 when closed.
 */
struct cgroup {
	char *top; /* path, malloc'ed */
	unsigned n;
	bool killed;	       /* top/n was */
	bool beside;	       /* top is another's */
	int dir, events, kill; /* of top/n; kill is -1 on kernels before 5.14 */
};

#define CGROUP_CLOSED                                                                              \
	{                                                                                          \
		.dir = -1, .events = -1, .kill = -1                                                \
	}

/*
 * Makes it below our own cgroup. A group of that name anywhere in the tree is killed and removed
 * first. Returns false where this is not possible; nothing is left behind then.
 */
bool cgroup_open(struct cgroup *c, const char *name);
/* Another below the same top, for what goes on while processes come and go in the first one. */
bool cgroup_open_beside(struct cgroup *c, const struct cgroup *of);
/* Moves on to a new one, leaving what cannot be killed where it is. */
bool cgroup_renew(struct cgroup *c);
/* Kills, waits up to 2 s until it is empty, removes. */
void cgroup_close(struct cgroup *c);

bool cgroup_is_populated(const struct cgroup *c);
/* Appends its living processes, those of cgroups below it too. */
void cgroup_list(const struct cgroup *c, struct pids *ret);
/* SIGKILL to everything in it, at once; once more if it is still populated. */
void cgroup_kill(struct cgroup *c);
