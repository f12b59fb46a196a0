/* SPDX-License-Identifier: Apache-2.0 */
/* spawn: starts one program, in a cgroup where asked, at the price of posix_spawn. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "runner/base/err.h"

/* What a spawner needs from one start to the next. Start with {0}. */
struct spawner {
	char *stack; /* the child's, while it shares our memory */
	int *failed; /* shared with every child: how its start failed */
	unsigned fd_limit;
	bool enters;	/* a child must move into its cgroup: being born there failed */
	bool in_cgroup; /* the last child was meant to be in one */
	bool slow;	/* clone3 is missing or refused here: fork */
};

struct spawn {
	const char *path; /* absolute, or relative to directory */
	char *const *argv, *const *envp;
	const char *directory; /* NULL: where we are */
	int fds[3];	       /* become 0, 1 and 2; each must be above 2 */
	bool same_session;     /* its own process group only: it keeps our terminal */
	int cgroup;	       /* directory of the cgroup v2 to be born in, or -1 */
};

struct spawned {
	pid_t pid;
	int pidfd;
};

int spawner_open(struct spawner *s, struct err *err);
void spawner_done(struct spawner *s);

/*
 * Starts it: own session (or process group), default signals, nothing blocked, umask 077,
 * descriptors 0 to 2 only, killed when the calling thread dies. 0, or the errno when no process
 * could be made: EACCES, EBUSY, EOPNOTSUPP and ENODEV blame the cgroup. That the program itself
 * cannot be executed shows later.
 */
int spawn_start(struct spawner *s, const struct spawn *what, struct spawned *ret);

/* Once the child has been reaped: 0, or the errno of chdir or execve. */
int spawn_failure(const struct spawner *s);

/* Once the child has been reaped: it could not enter its cgroup, or was killed in the moment of its
 * birth there. It has not executed anything; the next child enters by itself. */
bool spawn_missed_cgroup(struct spawner *s);
