/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline: a ping's record as a picture needs it: how much was answered when, the longest gap, and
 * the phases of the migrations that went on meanwhile.
 */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/evidence.h"
#include "runner/model/migration.h"

#define TIMELINE_BINS 60

/* A part of the ping in stretches of equal length, each long enough for two answers. */
struct timeline_view {
	int64_t from_us, to_us;
	size_t n; /* 4 to TIMELINE_BINS; 0: there is no such view */
	/* Answers that arrived in each: 0 none, 8 as many as the interval allows; at least 1 when
	 * there was any. */
	unsigned char levels[TIMELINE_BINS];
};

enum phase_kind {
	PHASE_PREPARE, /* until the destination waits for the memory */
	PHASE_COPY,    /* the guest runs on the source */
	PHASE_BEFORE,  /* both, where nobody heard of the destination */
	PHASE_STILL,   /* it stands still: the switch-over */
	PHASE_FINISH,  /* it runs again, and the rest is cleared up */
	PHASE_KIND_COUNT,
};

/* Microseconds from the start of the ping; may lie before it or behind its end. */
struct phase {
	enum phase_kind kind;
	int64_t from_us, to_us;
};

/* A migration; a phase whose beginning or end nobody heard of is not there. */
struct move {
	const char *name, *from, *to; /* domain; roles or NULL */
	bool failed;
	struct phase phases[PHASE_KIND_COUNT];
	size_t n;
};

struct timeline {
	int64_t duration_us, gap_from_us, gap_to_us, interval_ms;
	int64_t unsent_us; /* how long this machine sent nothing; 0: not for longer than it should
			    */
	uint64_t sent, answered;
	struct timeline_view whole, near; /* near: around the longest gap, when it is one */
	int64_t started_unix_ms;
	int64_t drift_ms; /* how far this machine's clock was set while the ping ran */
	struct move *moves;
	size_t move_count;
	bool is_cut;	     /* some events are missing */
	int64_t downtime_ms; /* QEMU's own figure of the last move; -1: not known, or it failed */
};

/* Of the evidence of kind PROBE named 'ping'; NULL when there is none or it makes no sense. */
struct timeline *timeline_new(const struct evidence *ev, struct arena *arena);

/* When a step began and ended, Unix time. */
struct span {
	int64_t from_ms, to_ms;
};

/* What else the experiment saw. */
struct timeline_context {
	const struct marks **hosts; /* what befell the guests of each */
	size_t host_count;
	const struct span *steps; /* those that may have moved a guest */
	size_t step_count;
	int64_t downtime_ms; /* QEMU's own figure; -1: not known */
};

/* Adds the phases of the migrations. */
void timeline_add_moves(struct timeline *t, const struct timeline_context *context,
			struct arena *arena);

/* How long the guest of the last move stood still by the events, in microseconds; -1: not known. */
int64_t timeline_still_us(const struct timeline *t);

/* A line of so many characters: UTF-8, where '·' is silence, or ASCII, where '.' is. A character
 * that stands for several stretches is silent when one of them is. */
const char *timeline_spark(const struct timeline *t, size_t columns, bool ascii,
			   struct arena *arena);
/* Which of so many equal columns a time falls into. */
size_t timeline_column(const struct timeline *t, int64_t us, size_t columns);
/* Whether the longest silence is one that counts. */
bool timeline_has_gap(const struct timeline *t);
