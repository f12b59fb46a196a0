/* SPDX-License-Identifier: Apache-2.0 */
/* prerequisite: what can be said of a prerequisite of migration, and by whose words. */
#pragma once

#include <string.h>

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

enum held {
	HELD_YES,
	HELD_NO,
	HELD_UNKNOWN, /* it cannot be told: nobody looked, or what was seen decides nothing */
};

/* words: why not, or why it cannot be told; NULL when it holds. */
struct held_by {
	enum held held;
	const char *words;
};

/* The worst of several decides: one that is missing, then one that cannot be told. */
static inline void held_and(struct held_by *all, struct held_by one)
{
	if (one.held == HELD_YES || all->held == HELD_NO ||
	    (all->held == HELD_UNKNOWN && one.held == HELD_UNKNOWN))
		return;
	*all = one;
}

static inline const char *held_line(const struct output *o, struct arena *arena)
{
	return o->kept ? arena_memdup(arena, o->kept, strcspn(o->kept, "\r\n")) : "";
}

/* What a command that did not do its work said, or that it is not there. */
static inline const char *held_complaint(const struct evidence_item *item, struct arena *arena)
{
	if (item->err.kept && *item->err.kept)
		return held_line(&item->err, arena);
	return arena_printf(arena, "%s: %s", item->where ? item->where : "",
			    item->error ? strerror(item->error) : held_line(&item->out, arena));
}
