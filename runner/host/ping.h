/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ping: ICMP echo at a steady rate in the background, to find out when a guest was silent.
 *
 * Silence is measured between arrivals, never by loss: a guest that was frozen answers everything
 * late and loses nothing. Sending keeps absolute time (a late wake-up does not shift later ones);
 * arrivals carry the kernel's receive timestamp (SO_TIMESTAMPNS, socket(7)).
 */
#pragma once

#include <stdint.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"

struct ping_spec {
	const char *target;  /* IPv4 or IPv6 address in its usual text form */
	int64_t interval_ms; /* 1 to 1000 */
};

/* One echo request. Microseconds of CLOCK_MONOTONIC since the start of the probe; answered_us -1:
 * no answer. */
struct ping_echo {
	int64_t sent_us, answered_us;
};

/* What a probe saw. echoes are in the order of sending. */
struct ping_record {
	int64_t started_unix_ms, interval_ms, ended_us;
	struct ping_echo *echoes;
	size_t n;
	uint64_t duplicates, out_of_order, send_errors;
	const char *socket; /* 'raw' or 'datagram' */
};

struct ping;

/* Starts sending at once. ERR_PRIVILEGE when neither kind of socket is allowed; ERR_ENV for the
 * rest. */
int ping_start(const struct ping_spec *spec, struct ping **ret, struct err *err);
/* Waits until the first answer came, at most timeout_ms: 0, or -1 with ERR_ENV. */
int ping_wait_answer(struct ping *p, int64_t timeout_ms, struct err *err);
/* Answers so far and microseconds since the last one; for a live line on the screen. */
void ping_peek(struct ping *p, uint64_t *answers, int64_t *silent_us);
/* Stops sending, listens for grace_ms more, and hands over what was seen; frees p. */
int ping_stop(struct ping *p, int64_t grace_ms, struct arena *arena, struct ping_record *ret,
	      struct err *err);

/* A stretch without arrivals. */
struct ping_gap {
	int64_t from_us, to_us;
};

/* Pure: figures of a record. Round trips in microseconds; -1 when nothing was answered. */
struct ping_figures {
	uint64_t sent, answered, lost;
	struct ping_gap longest;
	uint64_t gaps; /* longer than 3 intervals + 10 ms */
	int64_t rtt_min_us, rtt_p50_us, rtt_p95_us, rtt_max_us;
};

void ping_measure(const struct ping_record *r, struct ping_figures *ret);
