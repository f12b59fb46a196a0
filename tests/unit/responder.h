/* SPDX-License-Identifier: Apache-2.0 */
/* responder: answers echo requests, and falls silent at a given moment for a given time. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RESPONDER_HELD_MAX 4096

/*
 * What becomes of requests while it is silent. ANSWERS: nothing, it is not silent: the control. The
 * last two are never silent: every answer comes twice, every second one after the next.
 */
enum manner { DROPS, FREEZES, ANSWERS, REPEATS, SWAPS };

struct responder_packet {
	uint8_t bytes[256];
	ssize_t len;
};

/* May lie in memory that two processes share. Times are microseconds of CLOCK_MONOTONIC. */
struct responder {
	int fd; /* gives and takes whole IP packets: a tun device or a raw socket */
	_Atomic enum manner manner;
	_Atomic bool ends;
	_Atomic int64_t from_us, to_us;	    /* when it is to be silent; from 0: never */
	_Atomic int64_t began_us, ended_us; /* when it was; 0: not yet */
	_Atomic int64_t longest_us;	    /* the longest time between two of its answers */
	_Atomic uint64_t withheld;	    /* requests that came while it was silent */
	_Atomic uint64_t odd;		    /* answers that were repeated, or came late */
	int64_t last_us;
	struct responder_packet held[RESPONDER_HELD_MAX];
	size_t held_count;
};

/* Passes time; nothing can be waited for, as the length of an outage is what is asked for. */
void responder_pause_until(int64_t us);
/* Answers until r->ends; for a thread or a process of its own. */
void *responder_run(void *r);
/* From in_us on, silent for ms (0: not at all). Forgets what was before. */
void responder_silence(struct responder *r, int64_t in_us, int64_t ms);
