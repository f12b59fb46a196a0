/* SPDX-License-Identifier: Apache-2.0 */
/* timeline: a ping's record as a picture needs it: how much was answered when, the longest gap. */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

#define TIMELINE_BINS 60

struct timeline {
	int64_t duration_us, gap_from_us, gap_to_us, interval_ms;
	uint64_t sent, answered;
	/* Answers that arrived in each stretch of equal length: 0 none, 8 as many as in the
	 * fullest; at least 1 when there was any. */
	unsigned char levels[TIMELINE_BINS];
};

/* Of the evidence of kind PROBE named 'ping'; NULL when there is none or it makes no sense. */
const struct timeline *timeline_new(const struct evidence *ev, struct arena *arena);
/* A line of 1 to TIMELINE_BINS characters: UTF-8, where '·' is silence, or ASCII, where '.' is. A
 * character that stands for several stretches is silent when one of them is. */
const char *timeline_spark(const struct timeline *t, size_t columns, bool ascii,
			   struct arena *arena);
/* Which of so many equal columns a time falls into. */
size_t timeline_column(const struct timeline *t, int64_t us, size_t columns);
/* Whether the longest silence is one that counts. */
bool timeline_has_gap(const struct timeline *t);
