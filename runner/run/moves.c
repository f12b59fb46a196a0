/* SPDX-License-Identifier: Apache-2.0 */
/* moves: puts what the experiment's other probes and checks saw of a migration beside its pings. */
#include <string.h>

#include "checks/checker.h"
#include "runner/run/judge.h"

/* A command that has ended; where it did not, it took as long as nobody knows. */
static bool may_move(const struct step_result *r)
{
	return r->evidence && r->evidence->kind == EVIDENCE_STEP && r->evidence->when_ms &&
	       !r->step->probe;
}

static int64_t find_downtime(const struct experiment_result *r)
{
	for (size_t i = 0; i < r->experiment->checks.n; i++) {
		const struct check_result *c = &r->checks[i];

		if (strcmp(c->check->checker->name, "migration_job") != 0)
			continue;
		for (size_t k = 0; c->measures.values && k < c->measures.n; k++)
			if (!strcmp(c->measures.specs[k].name, "downtime_ms") &&
			    c->measures.values[k].type == VALUE_INT)
				return c->measures.values[k].i;
	}
	return -1;
}

static void find_context(const struct experiment_result *r, struct arena *arena,
			 struct timeline_context *ret)
{
	size_t n = r->experiment->steps.n;
	struct span *steps = arena_array(arena, struct span, n);

	*ret = (struct timeline_context){ .hosts = arena_array(arena, const struct marks *, n),
					  .steps = steps,
					  .downtime_ms = find_downtime(r) };
	for (size_t i = 0; i < n; i++) {
		const struct step_result *s = &r->steps[i];

		if (s->marks)
			ret->hosts[ret->host_count++] = s->marks;
		if (may_move(s))
			steps[ret->step_count++] =
				(struct span){ s->evidence->when_ms,
					       s->evidence->when_ms + s->evidence->ms };
	}
}

void experiment_moves(struct experiment_result *r, struct arena *arena)
{
	struct timeline_context context = { 0 };

	for (size_t i = 0; i < r->experiment->checks.n; i++) {
		if (!r->checks[i].timeline)
			continue;
		if (!context.hosts)
			find_context(r, arena, &context);
		timeline_add_moves(r->checks[i].timeline, &context, arena);
	}
}
