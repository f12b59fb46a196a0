/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe: something that watches in the background while the steps behind it run: 'probe: NAME'.
 *
 * To add one: write checks/probe_NAME.c after the model of checks/probe_ping.c, ending in
 * 'const struct probe probe_NAME', and add one line to the table in checks/probe.c. A checker reads
 * what it recorded through collect_step.
 */
#pragma once

#include <stdint.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"
#include "runner/host/host.h"
#include "runner/model/evidence.h"

/* What a run gives a probe to watch with; valid until it is stopped. */
struct probe_site {
	struct host *here; /* this machine: what is started goes beside its group (background.h) */
	/* The run's host of that role; NULL with err set: it has none. */
	struct host *(*host_of)(void *data, const char *role, struct err *err);
	void *data;
	bool again; /* kvmlab died while it watched: what it had seen until then is lost */
};

enum probe_seen {
	PROBE_SEEN,
	PROBE_NOT_YET, /* err says so to the student */
	PROBE_OVER,    /* nor will there ever be anything; err says why */
};

struct probe {
	const char *name;    /* as 'probe:' names it; its evidence is of this name */
	const char *summary; /* one line; marked for translation */
	size_t params_size;
	const struct field *fields; /* ended by a NULL name */

	/* Whether the parameters make sense together; called when the lab is loaded. NULL: always.
	 */
	int (*verify)(const void *params, struct err *err);
	/* Starts watching and returns at once. */
	int (*start)(const void *params, const struct probe_site *site, void **ret,
		     struct err *err);
	/* Waits until something was seen, at most timeout_ms. */
	enum probe_seen (*wait)(void *watch, int64_t timeout_ms, struct err *err);
	/* What it sees now, in a few words for a line on the screen; NULL: nothing to tell. */
	const char *(*tell)(void *watch, struct arena *arena);
	bool counts; /* what it tells changes all the time: told before what others tell */
	/*
	 * Ends watching and frees watch; what it started is gone then. Fills ret's out and ms, and
	 * host, err, end, status and error where it has any; ret NULL: nobody wants it. The rest of
	 * ret is the caller's.
	 */
	int (*stop)(void *watch, struct arena *arena, struct evidence_item *ret, struct err *err);
};

/* All probes, sorted by name, ended by NULL. */
extern const struct probe *const probes[];

/* NULL when there is none of that name. */
const struct probe *probe_find(const char *name);
