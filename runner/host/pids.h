/* SPDX-License-Identifier: Apache-2.0 */
/* pids: a list of process numbers, and the only kill there is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Start with {0}. */
struct pids {
	pid_t *v;
	size_t n, cap;
};

void pids_add(struct pids *p, pid_t pid);
bool pids_has(const struct pids *p, pid_t pid);
void pids_done(struct pids *p);

/*
 * kill(2), but EINVAL for what would reach everybody, ourselves or process 1: 0, 1, -1, our own
 * number and our own process group.
 */
int pid_kill(pid_t target, int sig);
