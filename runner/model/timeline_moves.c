/* SPDX-License-Identifier: Apache-2.0 */
/* timeline_moves: puts the phases of the migrations on the time of a ping. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/model/timeline.h"

/* What a step on another machine took is measured there: until it began passes a moment. */
#define SLACK_MS 500

/* Where a migration's time is on this ping. */
struct clock {
	const struct timeline *timeline;
	struct move *move;
};

static int64_t to_us(const struct timeline *t, int64_t unix_ms)
{
	return (unix_ms - t->started_unix_ms) * 1000;
}

/* Two hosts' events may be heard in another order than they happened: no phase ends before it
 * begins. */
static void add(struct clock *c, enum phase_kind kind, int64_t from_ms, int64_t to_ms)
{
	int64_t from = to_us(c->timeline, from_ms), to = to_us(c->timeline, to_ms);

	if (!from_ms || !to_ms)
		return;
	c->move->phases[c->move->n++] = (struct phase){ kind, from, to > from ? to : from };
}

/* 2: within the step; 1: it may be. */
static int is_in(const struct span *step, int64_t at_ms)
{
	if (!at_ms || at_ms < step->from_ms || at_ms > step->to_ms + SLACK_MS)
		return 0;
	return at_ms <= step->to_ms ? 2 : 1;
}

/* The step in which most of it happened; NULL: in none. */
static const struct span *find_step(const struct timeline_context *x, const struct migration *m)
{
	const int64_t marks[] = { m->arrived_ms, m->paused_ms, m->resumed_ms, m->failed_ms };
	const struct span *best = NULL;
	int most = 0;

	for (size_t i = 0; i < x->step_count; i++) {
		int n = 0;

		for (size_t k = 0; k < ARRAY_SIZE(marks); k++)
			n += is_in(&x->steps[i], marks[k]);
		if (n > most)
			best = &x->steps[i];
		most = n > most ? n : most;
	}
	return best;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void add_phases(struct clock *c, const struct migration *m, const struct span *step)
{
	int64_t began = step ? step->from_ms : 0;
	int64_t ready = earlier(m->arrived_ms, m->paused_ms);
	int64_t moved = m->paused_ms ? m->paused_ms : m->failed_ms;
	int64_t over = m->resumed_ms ? m->resumed_ms : m->failed_ms;
	int64_t end = later(m->left_ms, step ? step->to_ms : 0);

	if (m->arrived_ms && ready > began)
		add(c, PHASE_PREPARE, began, ready);
	if (!m->arrived_ms)
		add(c, PHASE_BEFORE, began, moved);
	else if (moved > ready)
		add(c, PHASE_COPY, ready, moved);
	if (m->paused_ms)
		add(c, PHASE_STILL, m->paused_ms, over);
	if (end > over)
		add(c, PHASE_FINISH, over, end);
}

/* Of two hosts, the one that is not this. */
static const char *other_role(const struct timeline_context *x, const char *role)
{
	if (x->host_count != 2 || !role)
		return NULL;
	return x->hosts[!strcmp(x->hosts[0]->role, role)]->role;
}

int64_t timeline_still_us(const struct timeline *t)
{
	const struct move *last = t->move_count ? &t->moves[t->move_count - 1] : NULL;

	for (size_t k = 0; last && !last->failed && k < last->n; k++)
		if (last->phases[k].kind == PHASE_STILL)
			return last->phases[k].to_us - last->phases[k].from_us;
	return -1;
}

void timeline_add_moves(struct timeline *t, const struct timeline_context *x, struct arena *arena)
{
	struct migration found[MIGRATIONS_MAX];
	size_t n = migrations_find((const struct marks *const *)x->hosts, x->host_count, found);

	for (size_t i = 0; i < x->host_count; i++)
		t->is_cut |= x->hosts[i]->is_cut;
	t->move_count = 0;
	t->downtime_ms = x->downtime_ms;
	t->moves = arena_array(arena, struct move, n);
	for (size_t i = 0; i < n; i++) {
		struct move *move = &t->moves[t->move_count];
		struct clock clock = { t, move };

		*move = (struct move){
			.name = found[i].name,
			.from = found[i].from ? found[i].from : other_role(x, found[i].to),
			.to = found[i].to ? found[i].to : other_role(x, found[i].from),
			.failed = found[i].failed_ms != 0
		};
		add_phases(&clock, &found[i], find_step(x, &found[i]));
		t->move_count += move->n > 0;
	}
	/* One that failed leaves the figures of the one before. */
	if (n && found[n - 1].failed_ms)
		t->downtime_ms = -1;
}
