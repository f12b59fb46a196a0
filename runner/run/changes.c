/* SPDX-License-Identifier: Apache-2.0 */
/* changes: the record of what a step may create, before it runs and when it has ended. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"
#include "runner/run/things.h"

int changes_list(struct run *run, struct change_rows *ret, struct err *err)
{
	return store_change_list(run->store, run->row.id, &run->arena, &ret->v, &ret->n, err);
}

struct change_row *changes_find(const struct change_rows *rows, const struct change_row *like)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].kind == like->kind && !strcmp(rows->v[i].name, like->name) &&
		    !strcmp(rows->v[i].host, like->host))
			return &rows->v[i];
	return NULL;
}

const char *change_what(const struct report *report, const struct change_row *row,
			struct arena *arena)
{
	const char *what = arena_printf(arena, "%s %s", change_kind_name(row->kind), row->name);

	if (row->kind == CHANGE_CLEANUP)
		what = cleanup_title(report->lab, row->name, report->lang);
	else if (!strcmp(row->name, CHANGE_ALL))
		what = "libvirt";
	if (!strcmp(row->host, "local"))
		return what;
	return arena_printf(arena, "%s: %s", row->host, what);
}

int change_exists(struct run *run, struct host *host, const struct change *c, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct change_row row = { .host = host->role, .kind = c->kind, .name = c->name };
	struct thing t = { .run = run, .host = host, .row = &row, .arena = &scratch };

	return thing_look(&t, err) < 0 ? -1 : t.found.exists;
}

/*
 * A thing without a UUID that cannot be looked for: nobody could say afterwards that it was not
 * there. It is treated as if it had been.
 */
static int tell_unseen(struct run *run, const struct change_row *row, const struct err *why)
{
	buf_printf(&run->told, _("%s: cannot be looked for, so kvmlab will not remove it: %s"),
		   change_what(&run->report, row, &run->arena), why->msg);
	buf_putc(&run->told, '\n');
	return 1;
}

/* Whether something stands in the place of what is to be made: 1, 0 or -1. */
static int stands_there(struct thing *t, struct err *err)
{
	struct err why;

	if (thing_look(t, &why) == 0)
		return t->found.exists && (!t->row->identity || !t->found.identity ||
					   strcmp(t->row->identity, t->found.identity) != 0);
	if (!change_has_uuid(t->row->kind) && t->row->kind != CHANGE_VOLUME) {
		if (err)
			*err = why;
		return -1;
	}
	return t->row->identity ? 0 : tell_unseen(t->run, t->row, &why);
}

/* Its step may put another file in the place of the one that it made before. */
static void expect_anew(struct change_row *row)
{
	if (change_has_uuid(row->kind))
		return;
	row->settled = false;
	row->identity = NULL;
}

/* What is on record already stays so; when its step had ended, something else may stand there now.
 */
static int record(struct run *run, struct thing *t, struct change_row *old, struct change_row *row,
		  struct err *err)
{
	int there;

	if (old && !old->undone && !old->settled)
		return 0;
	t->row = old && !old->undone ? old : row;
	there = stands_there(t, err);
	if (there < 0)
		return -1;
	if (t->row == row) {
		row->existed = there;
		return store_change_add(run->store, run->row.id, row, err);
	}
	old->existed |= there;
	if (!old->existed)
		expect_anew(old);
	return store_change_set(run->store, run->row.id, old, err);
}

int changes_record(struct run *run, const struct step *step, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct host *host = hosts_find(&run->hosts, step->on, err);
	struct change_rows rows;

	if (!host || !step->changes.n)
		return host ? 0 : -1;
	inventories_forget(run);
	if (changes_list(run, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < step->changes.n; i++) {
		const struct change *c = &step->changes.v[i];
		struct change_row row = {
			.host = step->on,
			.kind = c->kind,
			.name = c->name,
			.identity = c->uuid ? uuids_find(run, c->uuid) : NULL,
		};
		struct thing t = { .run = run, .host = host, .arena = &scratch };

		if (record(run, &t, changes_find(&rows, &row), &row, err) < 0)
			return -1;
	}
	return 0;
}

static void tag(struct thing *t, struct change_row *row)
{
	struct err err;

	row->tagged = libvirt_tag(t, &err) == 0;
	if (row->tagged)
		return;
	buf_printf(&t->run->told, _("%s: %s"), change_what(&t->run->report, row, &t->run->arena),
		   err.msg);
	buf_putc(&t->run->told, '\n');
}

/* What stands there now and did not before is what the step made, however it did so. */
static void settle(struct thing *t, struct change_row *row)
{
	const struct found *f = &t->found;
	bool same = row->identity && f->identity && !strcmp(row->identity, f->identity);

	row->settled = true;
	if (!f->exists || (row->existed && !same))
		return;
	row->existed = false;
	if (f->identity)
		row->identity = f->identity;
	if (row->kind == CHANGE_VOLUME)
		row->path = f->path;
	if (row->kind == CHANGE_DOMAIN && !(f->tag && !strcmp(f->tag, t->run->row.name)))
		tag(t, row);
	else
		row->tagged = row->kind == CHANGE_DOMAIN;
}

int changes_settle(struct run *run, const struct step *step, struct err *err)
{
	struct host *host = hosts_find(&run->hosts, step->on, err);
	struct change_rows rows;
	struct err why;

	if (!host || !step->changes.n)
		return host ? 0 : -1;
	inventories_forget(run);
	if (changes_list(run, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < step->changes.n; i++) {
		const struct change_row like = { .host = step->on,
						 .kind = step->changes.v[i].kind,
						 .name = step->changes.v[i].name };
		struct change_row *row = changes_find(&rows, &like);
		struct thing t = { run, host, row, &run->arena, { 0 } };

		/* What cannot be seen stays as it was recorded. */
		if (!row || row->undone || thing_look(&t, &why) < 0)
			continue;
		settle(&t, row);
		if (store_change_set(run->store, run->row.id, row, err) < 0)
			return -1;
	}
	return 0;
}

void changes_standing(struct run *run, struct strings *ret)
{
	struct change_rows rows;
	struct err err;

	*ret = (struct strings){ 0 };
	if (changes_list(run, &rows, &err) < 0)
		return;
	inventories_forget(run);
	ret->v = arena_array(&run->arena, const char *, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		struct change_row *row = &rows.v[i];
		struct host *host = hosts_find(&run->hosts, row->host, &err);
		struct thing t = { run, host, row, &run->arena, { 0 } };
		const char *why;

		if (row->kind == CHANGE_CLEANUP && !row->undone)
			ret->v[ret->n++] = change_what(&run->report, row, &run->arena);
		if (row->undone || !host || row->kind == CHANGE_CLEANUP)
			continue;
		/* What cannot be looked at may stand. */
		if ((thing_look(&t, &err) < 0 && !row->existed) ||
		    change_fate(row, &t.found, run->row.name, &why) != FATE_NONE)
			ret->v[ret->n++] = change_what(&run->report, row, &run->arena);
	}
}

int changes_report(struct store *s, int64_t run, struct arena *arena, struct report *report,
		   struct err *err)
{
	struct change_row *rows;
	size_t n;

	if (store_change_list(s, run, arena, &rows, &n, err) < 0)
		return -1;
	report->changes.v = arena_array(arena, struct host_change, n);
	report->changes.n = 0;
	for (size_t i = 0; i < n; i++) {
		struct host_change *c = &report->changes.v[report->changes.n];

		if (rows[i].undone < 0 ||
		    (!rows[i].undone && rows[i].existed && rows[i].kind != CHANGE_CLEANUP))
			continue;
		c->what = change_what(report, &rows[i], arena);
		c->state = rows[i].undone ? (enum host_change_state)(rows[i].undone - 1)
					  : HOST_STANDING;
		c->why = rows[i].why;
		report->changes.n++;
	}
	return 0;
}
