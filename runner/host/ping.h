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
#include "runner/model/ping_record.h"

struct ping_spec {
	const char *target;  /* IPv4 or IPv6 address in its usual text form; fe80::7%br0 */
	int64_t interval_ms; /* 1 to 1000 */
};

struct ping;

/* Starts sending at once. ERR_PRIVILEGE when neither kind of socket is allowed; ERR_ENV for the
 * rest. */
int ping_start(const struct ping_spec *spec, struct ping **ret, struct err *err);
/* Waits until the first answer came, at most timeout_ms: 0, or -1 with ERR_ENV. */
int ping_wait_answer(struct ping *p, int64_t timeout_ms, struct err *err);
/* How it goes on: for a live line on the screen. silent_us: since the last answer, when that is a
 * gap that counts; else 0. */
struct ping_glance {
	uint64_t sent, answers;
	int64_t silent_us, longest_us;
};
void ping_peek(struct ping *p, struct ping_glance *ret);
/* Stops sending, listens for grace_ms more, and hands over what was seen; frees p. */
int ping_stop(struct ping *p, int64_t grace_ms, struct arena *arena, struct ping_record *ret,
	      struct err *err);
