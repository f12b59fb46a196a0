/* SPDX-License-Identifier: Apache-2.0 */
/* uuids: UUIDs chosen before a step runs, so that what it creates is known from the first moment.
 */
#include <sodium.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/steps.h"

/* Version 4 of RFC 4122: random but for six bits. */
static const char *new_uuid(struct arena *arena)
{
	unsigned char b[16];

	randombytes_buf(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return arena_printf(arena,
			    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
			    b[11], b[12], b[13], b[14], b[15]);
}

static const char *find(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i].name, name))
			return s->v[i].value;
	return NULL;
}

const char *uuids_find(const struct run *run, const char *variable)
{
	return find(&run->uuids, variable);
}

/* The journal's rows of a run. */
struct rows {
	struct change_row *v;
	size_t n;
};

static const char *on_record(const struct rows *rows, const struct step *step,
			     const struct change *c)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].kind == c->kind && !strcmp(rows->v[i].name, c->name) &&
		    !strcmp(rows->v[i].host, step->on))
			return rows->v[i].identity;
	return NULL;
}

/* Variables of a step's changes with what the journal has; the others are new, or left out. */
static void add_step(const struct step *step, const struct rows *rows, struct arena *arena,
		     bool choose, struct settings *ret)
{
	for (size_t i = 0; i < step->changes.n; i++) {
		const struct change *c = &step->changes.v[i];
		const char *uuid = c->uuid ? on_record(rows, step, c) : NULL;

		if (!c->uuid || find(ret, c->uuid))
			continue;
		if (!uuid && choose)
			uuid = new_uuid(arena);
		if (uuid)
			ret->v[ret->n++] = (struct setting){ c->uuid, uuid };
	}
}

static size_t count_variables(const struct experiment *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->steps.n; i++)
		for (size_t k = 0; k < x->steps.v[i].changes.n; k++)
			n += x->steps.v[i].changes.v[k].uuid != NULL;
	return n;
}

static void gather(const struct lab *lab, const struct rows *rows, struct arena *arena, bool choose,
		   struct settings *ret)
{
	size_t n = 0;

	for (size_t e = 0; e < lab->experiments.n; e++)
		n += count_variables(&lab->experiments.v[e]);
	*ret = (struct settings){ .v = arena_array(arena, struct setting, n) };
	for (size_t e = 0; n && e < lab->experiments.n; e++)
		for (size_t i = 0; i < lab->experiments.v[e].steps.n; i++)
			add_step(&lab->experiments.v[e].steps.v[i], rows, arena, choose, ret);
}

int uuids_choose(struct run *run, struct err *err)
{
	struct rows rows = { 0 };

	if (run->row.id &&
	    store_change_list(run->store, run->row.id, &run->arena, &rows.v, &rows.n, err) < 0)
		return -1;
	gather(run->lab, &rows, &run->arena, true, &run->uuids);
	return 0;
}

void uuids_show(struct report *report, const struct settings *uuids, struct arena *arena)
{
	const struct lab *lab = report->lab;

	for (size_t e = 0; uuids->n && e < lab->experiments.n; e++)
		for (size_t i = 0; i < lab->experiments.v[e].steps.n; i++) {
			struct step_result *r = &report->experiments[e].steps[i];

			r->shown = step_shown(r->step, lab, uuids, arena);
		}
}

int uuids_restore(struct store *s, int64_t run, struct arena *arena, struct report *report,
		  struct err *err)
{
	struct settings uuids;
	struct rows rows;

	if (store_change_list(s, run, arena, &rows.v, &rows.n, err) < 0)
		return -1;
	gather(report->lab, &rows, arena, false, &uuids);
	uuids_show(report, &uuids, arena);
	return 0;
}
