/* SPDX-License-Identifier: Apache-2.0 */
/* timeline: a ping's record as a picture needs it: how much was answered when, the longest gap. */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

#define TIMELINE_BINS 60

struct timeline {
	int64_t duration_us, gap_from_us, gap_to_us;
	uint64_t sent, answered;
	/* Answers that arrived in each stretch of equal length: 0 none, 8 as many as in the
	 * fullest; at least 1 when there was any. */
	unsigned char levels[TIMELINE_BINS];
};

/* Of the evidence of kind PROBE named 'ping'; NULL when there is none or it makes no sense. */
const struct timeline *timeline_new(const struct evidence *ev, struct arena *arena);
/* One character per stretch, UTF-8: '·' is silence. */
const char *timeline_spark(const struct timeline *t, struct arena *arena);
