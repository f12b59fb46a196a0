/* SPDX-License-Identifier: Apache-2.0 */
/* timeline: counts a ping's answers into stretches of equal length. */
#include "runner/model/timeline.h"

#include "runner/base/cleanup.h"
#include "runner/model/ping_record.h"

#define FULL 8

static void count(const struct ping_record *r, uint64_t *bins)
{
	for (size_t i = 0; i < r->n; i++) {
		int64_t at = r->echoes[i].answered_us;

		if (at >= 0 && at < r->ended_us)
			bins[(__int128)at * TIMELINE_BINS / r->ended_us]++;
	}
}

/* A frozen guest's late answers all arrive at once: no stretch is fuller than the interval allows.
 */
static void find_levels(const struct ping_record *r, struct timeline *t)
{
	uint64_t bins[TIMELINE_BINS] = { 0 };
	uint64_t most = (uint64_t)(r->ended_us / TIMELINE_BINS / (r->interval_ms * 1000));

	most = most ? most : 1;
	count(r, bins);
	for (size_t i = 0; i < TIMELINE_BINS; i++) {
		uint64_t level = bins[i] >= most ? FULL : bins[i] * FULL / most;

		t->levels[i] = (unsigned char)(level ? level : bins[i] > 0);
	}
}

const struct timeline *timeline_new(const struct evidence *ev, struct arena *arena)
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
	*t = (struct timeline){ .duration_us = record.ended_us,
				.gap_from_us = f.longest.from_us,
				.gap_to_us = f.longest.to_us,
				.interval_ms = record.interval_ms,
				.sent = f.sent,
				.answered = f.answered };
	find_levels(&record, t);
	return t;
}

/* The level of column i of n: silent when any of its stretches is, else their mean. */
static unsigned level_of(const struct timeline *t, size_t i, size_t n)
{
	size_t from = i * TIMELINE_BINS / n, to = (i + 1) * TIMELINE_BINS / n;
	unsigned sum = 0;

	for (size_t k = from; k < to; k++) {
		if (!t->levels[k])
			return 0;
		sum += t->levels[k];
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
		buf_puts(&line, marks[ascii][level_of(t, i, columns)]);
	return arena_strdup(arena, buf_str(&line));
}

size_t timeline_column(const struct timeline *t, int64_t us, size_t columns)
{
	size_t i = us > 0 ? (size_t)((__int128)us * (int64_t)columns / t->duration_us) : 0;

	return i < columns ? i : columns - 1;
}

bool timeline_has_gap(const struct timeline *t)
{
	return ping_gap_counts(t->interval_ms, t->gap_to_us - t->gap_from_us);
}
