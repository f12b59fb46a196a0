/* SPDX-License-Identifier: Apache-2.0 */
/* ping_record: what a ping saw, as it is kept in evidence, and its figures. Pure. */
#pragma once

#include <stdint.h>

#include "runner/base/arena.h"
#include "runner/base/buf.h"
#include "runner/base/err.h"
#include "runner/model/evidence.h"

#define PING_INTERVAL_MIN 1
#define PING_INTERVAL_MAX 1000

/* One echo request. Microseconds of CLOCK_MONOTONIC since the start of the probe; answered_us -1:
 * no answer. */
struct ping_echo {
	int64_t sent_us, answered_us;
};

/* What a probe saw. echoes are in the order of sending. */
struct ping_record {
	int64_t started_unix_ms, interval_ms, ended_us;
	int64_t ended_unix_ms; /* 0: not recorded */
	struct ping_echo *echoes;
	size_t n;
	uint64_t duplicates, out_of_order, send_errors;
	const char *target, *socket; /* socket: 'raw' or 'datagram' */
};

/* A stretch without arrivals. */
struct ping_gap {
	int64_t from_us, to_us;
};

/* Pure: figures of a record. Round trips in microseconds; -1 when nothing was answered. */
struct ping_figures {
	uint64_t sent, answered, lost;
	struct ping_gap longest;
	struct ping_gap send_gap; /* the longest time in which nothing was sent */
	uint64_t gaps;		  /* those that count */
	int64_t rtt_min_us, rtt_p50_us, rtt_p95_us, rtt_max_us;
};

/* Whether so long a silence counts as a gap: longer than 3 intervals + 10 ms. */
bool ping_gap_counts(int64_t interval_ms, int64_t us);
void ping_measure(const struct ping_record *r, struct ping_figures *ret);

/* As evidence: 'key=value' lines, then one line 'sent_us answered_us' per echo. */
void ping_record_write(const struct ping_record *r, struct buf *ret);
/* Reads that back; ERR_ENV when it is cut or was not written so. Strings belong to the arena. */
int ping_record_read(const struct output *o, struct arena *arena, struct ping_record *ret,
		     struct err *err);
