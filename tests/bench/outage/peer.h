/* SPDX-License-Identifier: Apache-2.0 */
/* peer: another program that pings, and the gaps that its own time-stamped output shows. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "runner/base/err.h"

struct peer {
	const char *name;	 /* as the table shows it */
	const char *const *argv; /* ended by NULL; the target goes behind it */
	int64_t interval_us;
};

/* All peers, ended by a NULL name. */
extern const struct peer peers[];

/* One that runs; start with {0}. */
struct peer_run {
	pid_t pid;
	FILE *out;
	int64_t began_us;
	double cpu_ms_per_s;
	int64_t *arrivals; /* Unix microseconds, ascending; malloc'ed */
	size_t n;
};

/* Starts it and waits for its first answer. ERR_ENV: it is not installed, or says nothing. */
int peer_start(const struct peer *peer, const char *target, struct peer_run *ret, struct err *err);
/* Ends it as Ctrl-C does, and reads what it wrote. */
int peer_stop(const struct peer *peer, struct peer_run *run, struct err *err);
/*
 * The longest time between two arrivals one after the other that overlap from to to (Unix
 * microseconds); 0: none, nothing arrived before or after.
 */
int64_t peer_gap_us(const struct peer_run *run, int64_t from, int64_t to);
/* Ends it when it still runs, and frees. */
void peer_done(struct peer_run *run);
