/* SPDX-License-Identifier: Apache-2.0 */
/* pids: a list of process numbers, and the only kill there is. */
#include "runner/host/pids.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/base/arena.h"

void pids_add(struct pids *p, pid_t pid)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->v = mem_realloc(p->v, p->cap * sizeof(*p->v));
	}
	p->v[p->n++] = pid;
}

bool pids_has(const struct pids *p, pid_t pid)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i] == pid)
			return true;
	return false;
}

void pids_done(struct pids *p)
{
	free(p->v);
	*p = (struct pids){ 0 };
}

int pid_kill(pid_t target, int sig)
{
	pid_t number = target < 0 ? -target : target;

	if (number <= 1 || target == getpid() || target == -getpgrp()) {
		errno = EINVAL;
		return -1;
	}
	return kill(target, sig);
}
