/* SPDX-License-Identifier: Apache-2.0 */
/* timeline: counts a ping's answers into stretches of equal length. */
#include "runner/model/timeline.h"

#include <stdlib.h>

#include "runner/base/cleanup.h"
#include "runner/model/ping_record.h"

#define FULL	    8
#define ROUNDING_MS 2 /* of two clocks read one after the other */

static void count(const struct ping_record *r, const struct timeline_view *v, uint64_t *bins)
{
	int64_t length = v->to_us - v->from_us;

	for (size_t i = 0; i < r->n; i++) {
		int64_t at = r->echoes[i].answered_us;

		if (at >= v->from_us && at < v->to_us)
			bins[(__int128)(at - v->from_us) * (int64_t)v->n / length]++;
	}
}

/* A stretch in which fewer than two answers are due would look silent by chance. A multiple of 4,
 * so that a gap that is the middle half begins and ends with one. */
static size_t count_stretches(const struct ping_record *r, int64_t length)
{
	int64_t n = length / (2 * r->interval_ms * 1000);

	if (n >= TIMELINE_BINS)
		return TIMELINE_BINS;
	return n < 4 ? 4 : (size_t)(n / 4 * 4);
}

/* A frozen guest's late answers all arrive at once: no stretch is fuller than the interval allows.
 */
static void look(const struct ping_record *r, int64_t from, int64_t to, struct timeline_view *ret)
{
	uint64_t bins[TIMELINE_BINS] = { 0 }, most;

	*ret = (struct timeline_view){ from, to, count_stretches(r, to - from), { 0 } };
	most = (uint64_t)((to - from) / (int64_t)ret->n / (r->interval_ms * 1000));
	most = most ? most : 1;
	count(r, ret, bins);
	for (size_t i = 0; i < ret->n; i++) {
		uint64_t level = bins[i] >= most ? FULL : bins[i] * FULL / most;

		ret->levels[i] = (unsigned char)(level ? level : bins[i] > 0);
	}
}

/*
 * Closer, where that shows more than the whole does: the gap and half its length on both sides. The
 * last answer before it and the first one after it lie in the stretches that meet it.
 */
static void look_near(const struct ping_record *r, struct timeline *t)
{
	int64_t margin = (t->gap_to_us - t->gap_from_us) / 2;
	int64_t from = t->gap_from_us + 1 - margin, to = t->gap_to_us + margin;

	from = from > 0 ? from : 0;
	to = to < t->duration_us ? to : t->duration_us;
	if (timeline_has_gap(t) && (to - from) * 4 < t->duration_us * 3)
		look(r, from, to, &t->near);
}

static int64_t find_drift(const struct ping_record *r)
{
	int64_t drift = r->ended_unix_ms - r->started_unix_ms - r->ended_us / 1000;

	return r->ended_unix_ms && llabs(drift) > ROUNDING_MS ? drift : 0;
}

struct timeline *timeline_new(const struct evidence *ev, struct arena *arena)
{
	const struct evidence_item *item = evidence_find(ev, "ping");
	_cleanup_arena_ struct arena scratch = { 0 };
	struct ping_record record;
	struct ping_figures f;
	struct timeline *t;
	struct err err;

	if (!item || item->kind != EVIDENCE_PROBE ||
	    ping_record_read(&item->out, &scratch, &record, &err) < 0 || record.ended_us <= 0)
		return NULL;
	ping_measure(&record, &f);
	t = arena_alloc(arena, sizeof(*t));
	*t = (struct timeline){
		.duration_us = record.ended_us,
		.gap_from_us = f.longest.from_us,
		.gap_to_us = f.longest.to_us,
		.interval_ms = record.interval_ms,
		.sent = f.sent,
		.answered = f.answered,
		.started_unix_ms = record.started_unix_ms,
		.drift_ms = find_drift(&record),
		.downtime_ms = -1,
	};
	if (ping_gap_counts(record.interval_ms, f.send_gap.to_us - f.send_gap.from_us))
		t->unsent_us = f.send_gap.to_us - f.send_gap.from_us;
	look(&record, 0, record.ended_us, &t->whole);
	look_near(&record, t);
	return t;
}

bool timeline_has_gap(const struct timeline *t)
{
	return ping_gap_counts(t->interval_ms, t->gap_to_us - t->gap_from_us);
}

/* The level of column i of n: silent when any of its stretches is, else their mean. */
static unsigned level_of(const struct timeline_view *v, size_t i, size_t n)
{
	size_t from = i * v->n / n, to = (i + 1) * v->n / n;
	unsigned sum = 0;

	to = to > from ? to : from + 1;
	for (size_t k = from; k < to; k++) {
		if (!v->levels[k])
			return 0;
		sum += v->levels[k];
	}
	return sum / (unsigned)(to - from);
}

const char *timeline_spark(const struct timeline *t, size_t columns, bool ascii,
			   struct arena *arena)
{
	static const char *const marks[][FULL + 1] = {
		{ "·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" },
		{ ".", "-", "-", "-", "=", "=", "+", "+", "#" },
	};
	_cleanup_buf_ struct buf line = { 0 };

	for (size_t i = 0; i < columns; i++)
		buf_puts(&line, marks[ascii][level_of(&t->whole, i, columns)]);
	return arena_strdup(arena, buf_str(&line));
}

size_t timeline_column(const struct timeline *t, int64_t us, size_t columns)
{
	size_t i = us > 0 ? (size_t)((__int128)us * (int64_t)columns / t->duration_us) : 0;

	return i < columns ? i : columns - 1;
}
