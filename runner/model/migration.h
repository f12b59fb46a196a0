/* SPDX-License-Identifier: Apache-2.0 */
/* migration: what the events of the hosts' libvirt say about the guests that moved. Pure. */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

#define MIGRATIONS_MAX 8

enum mark_kind {
	MARK_ARRIVED, /* the destination waits for its memory */
	MARK_PAUSED,  /* it stands still */
	MARK_RESUMED, /* it goes on */
	MARK_LEFT,    /* the source has let go of it */
	MARK_STOPPED, /* it ended otherwise */
};

struct mark {
	int64_t at_ms; /* Unix time, when kvmlab heard of it */
	enum mark_kind kind;
	const char *uuid, *name;
};

/* Those of one host. is_cut: some were not kept, or were missed. */
struct marks {
	const char *role;
	struct mark *v;
	size_t n;
	bool is_cut;
};

/* Of the evidence of a probe 'events'; NULL when it is of anything else. */
const struct marks *marks_read(const struct evidence_item *item, struct arena *arena);

/* One guest's way from a host to another. Unix times, 0: nobody heard of it. */
struct migration {
	const char *uuid, *name;
	const char *from, *to; /* roles; NULL: not known */
	int64_t arrived_ms, paused_ms, resumed_ms, left_ms;
	int64_t failed_ms; /* it was given up; it went on where it was: resumed_ms is then there */
};

/* In their order, from the marks of all hosts; at most MIGRATIONS_MAX, later ones are left out. */
size_t migrations_find(const struct marks *const *hosts, size_t n,
		       struct migration ret[MIGRATIONS_MAX]);
