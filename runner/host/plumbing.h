/* SPDX-License-Identifier: Apache-2.0 */
/* plumbing: the descriptors between us and a process that we start. */
#pragma once

#include "runner/host/process.h"

struct plumbing {
	int input;    /* becomes its 0 */
	int write[2]; /* become its 1 and 2 */
	int read[2];  /* our ends of those */
	int held;     /* our end of its input while that stays open, of sudo's in any case, or -1 */
	bool own_input;
};

struct plumbing_spec {
	int null; /* /dev/null, borrowed */
	const struct process_spec *spec;
	bool is_sudo; /* a line comes before the input, for what sudo starts */
};

/* All descriptors are above 2, ours are closed on exec. */
int plumbing_open(struct plumbing *p, const struct plumbing_spec *what, struct err *err);
/* After the start: closes the process's ends; the reading ends and held are the caller's. */
void plumbing_hand_over(struct plumbing *p, int reading[2], int *held);
/* Whether anybody has read from sudo's input. */
bool plumbing_was_read(int held);
void plumbing_done(struct plumbing *p);
/* Moves a descriptor above 2, where a program started without 0, 1 or 2 may have got it. */
int plumbing_raise(int fd);
