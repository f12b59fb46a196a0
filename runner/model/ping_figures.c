/* SPDX-License-Identifier: Apache-2.0 */
/* ping_figures: what a record of echoes says: gaps between arrivals, losses, round trips. Pure. */
#include <stdlib.h>
#include <string.h>

#include "runner/model/ping_record.h"

#define GAP_EXTRA_US 10000

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

bool ping_gap_counts(int64_t interval_ms, int64_t us)
{
	return us > 3 * interval_ms * 1000 + GAP_EXTRA_US;
}

static void note_gap(const struct ping_record *r, int64_t from, int64_t to,
		     struct ping_figures *ret)
{
	if (to - from > ret->longest.to_us - ret->longest.from_us)
		ret->longest = (struct ping_gap){ from, to };
	ret->gaps += ping_gap_counts(r->interval_ms, to - from);
}

/*
 * From the first answer to the end: the steps begin when that has come, and what was before it is
 * the way being found. Silence after the last one counts, and all of it where none ever came.
 */
static void find_gaps(const struct ping_record *r, const int64_t *arrivals, size_t n,
		      struct ping_figures *ret)
{
	bool came = n && arrivals[0] <= r->ended_us;
	int64_t last = came ? arrivals[0] : r->n ? r->echoes[0].sent_us : 0;

	for (size_t i = came; i < n && arrivals[i] <= r->ended_us; i++) {
		note_gap(r, last, arrivals[i], ret);
		last = arrivals[i];
	}
	if (r->ended_us > last)
		note_gap(r, last, r->ended_us, ret);
}

/* While nothing is sent nothing can be answered: then silence is the sender's. */
static void find_send_gap(const struct ping_record *r, struct ping_figures *ret)
{
	int64_t last = 0;

	for (size_t i = 0; i <= r->n; i++) {
		int64_t next = i < r->n ? r->echoes[i].sent_us : r->ended_us;

		if (next - last > ret->send_gap.to_us - ret->send_gap.from_us)
			ret->send_gap = (struct ping_gap){ last, next };
		last = next;
	}
}

static void find_round_trips(int64_t *rtt, size_t n, struct ping_figures *ret)
{
	ret->rtt_min_us = ret->rtt_p50_us = ret->rtt_p95_us = ret->rtt_max_us = -1;
	if (!n)
		return;
	qsort(rtt, n, sizeof(*rtt), compare);
	ret->rtt_min_us = rtt[0];
	ret->rtt_p50_us = rtt[(n - 1) / 2];
	ret->rtt_p95_us = rtt[(n - 1) * 95 / 100];
	ret->rtt_max_us = rtt[n - 1];
}

void ping_measure(const struct ping_record *r, struct ping_figures *ret)
{
	struct arena scratch = { 0 };
	int64_t *arrivals = arena_array(&scratch, int64_t, r->n);
	int64_t *rtt = arena_array(&scratch, int64_t, r->n);
	size_t n = 0;

	memset(ret, 0, sizeof(*ret));
	ret->sent = r->n;
	for (size_t i = 0; i < r->n; i++) {
		if (r->echoes[i].answered_us < 0)
			continue;
		arrivals[n] = r->echoes[i].answered_us;
		rtt[n++] = r->echoes[i].answered_us - r->echoes[i].sent_us;
	}
	ret->answered = n;
	ret->lost = r->n - n;
	qsort(arrivals, n, sizeof(*arrivals), compare);
	find_gaps(r, arrivals, n, ret);
	find_send_gap(r, ret);
	find_round_trips(rtt, n, ret);
	arena_done(&scratch);
}
