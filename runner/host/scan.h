/* SPDX-License-Identifier: Apache-2.0 */
/* scan: finds processes by reading /proc, where there is no cgroup to ask. */
#pragma once

#include "runner/host/pids.h"

/* Our own children that live now, zombies too. */
void scan_children(struct pids *ret);

/*
 * All living descendants of ours but those in not and below them. Zombies that came to us are
 * reaped on the way; keep is a child that is not to be reaped.
 */
void scan_descendants(const struct pids * not, pid_t keep, struct pids *ret);

/* Signals our own living children but those in not, each as soon as it is seen: for what hops from
 * process to process and would be gone by the end of the scan. */
void scan_signal_children(const struct pids * not, int sig);

/* The living members of a process group. */
void scan_process_group(pid_t group, struct pids *ret);

/* Living processes, but ourselves, whose first environment has this 'NAME=value'. */
void scan_marked(const char *entry, struct pids *ret);
