/* SPDX-License-Identifier: Apache-2.0 */
/* undo: puts the hosts back: what is on record and is what it was, and nothing else. */
#include <poll.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"
#include "runner/run/things.h"

/* What systemd may take to start a daemon again, and how often to look meanwhile. */
#define RESTART_MS 10000
#define PAUSE_MS   300

/* What uses something goes before that; a module that another one uses goes in a later round. */
static const enum change_kind order[CHANGE_KIND_COUNT] = {
	CHANGE_DOMAIN, CHANGE_VOLUME, CHANGE_FILE,	CHANGE_NETWORK,
	CHANGE_POOL,   CHANGE_MODULE, CHANGE_DIRECTORY,
};

/* One undoing; a journal that cannot be written keeps nothing from being removed. */
struct undo {
	struct run *run;
	bool failed; /* the journal could not be written: err says why */
	struct err err;
};

static void write_row(struct undo *u, const struct change_row *row)
{
	struct err err;

	if (store_change_set(u->run->store, u->run->row.id, row, &err) == 0)
		return;
	if (!u->failed)
		u->err = err;
	u->failed = true;
}

static bool is_named(const struct run *run, const struct change_row *row)
{
	for (size_t i = 0; run->options.also && i < run->options.also->n; i++)
		if (!strcmp(run->options.also->v[i], row->name))
			return true;
	return false;
}

/* A snapshot's file is older than the snapshot when it was there before and was only reused. */
static bool is_of_snapshot(const struct found *f, const char *created)
{
	const char *birth = f->identity ? strchr(f->identity, '@') : NULL;

	return birth && strtoll(birth + 1, NULL, 10) >= strtoll(created, NULL, 10) - 1;
}

static int record_overlay(struct undo *u, const struct thing *domain, const char *created,
			  const char *path, struct err *err)
{
	struct change_row row = { .host = domain->host->role, .kind = CHANGE_FILE, .name = path };
	struct thing t = { u->run, domain->host, &row, domain->arena, { 0 } };

	if (thing_look(&t, err) < 0 || !t.found.exists)
		return t.found.exists ? -1 : 0;
	row.existed = !is_of_snapshot(&t.found, created);
	row.identity = t.found.identity;
	if (store_change_add(u->run->store, u->run->row.id, &row, err) < 0)
		return -1;
	if (!row.existed)
		return 0;
	row.undone = 1 + HOST_LEFT;
	row.why = _("a snapshot uses it, but it was there before");
	return store_change_set(u->run->store, u->run->row.id, &row, err);
}

/* Only a domain's snapshots know these files: they are on record before the domain goes. */
static int record_overlays(struct undo *u, struct thing *t, struct err *err)
{
	const char *lines;

	if (t->row->kind != CHANGE_DOMAIN)
		return 0;
	if (libvirt_overlays(t, &lines, err) < 0)
		return -1;
	while (*lines) {
		size_t first = strcspn(lines, " \n"), len = strcspn(lines, "\n");

		if (first < len &&
		    record_overlay(u, t, arena_memdup(t->arena, lines, first),
				   arena_memdup(&u->run->arena, lines + first + 1, len - first - 1),
				   err) < 0)
			return -1;
		lines += len + (lines[len] == '\n');
	}
	return store_commit(u->run->store, err);
}

/* Looks, decides, removes, looks again. 1: removed, 0: there is nothing to do, -1: see row. */
static int undo_on(struct undo *u, struct change_row *row, struct host *host)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct thing t = { u->run, host, row, &scratch, { 0 } };
	const char *why = NULL;
	struct err err = { 0 };
	enum fate fate;

	if (thing_look(&t, &err) < 0)
		goto failed;
	fate = change_fate(row, &t.found, u->run->row.name, &why);
	if (fate == FATE_NONE)
		return 0;
	if (fate == FATE_LEAVE || (fate == FATE_ASK && !is_named(u->run, row))) {
		row->undone = 1 + HOST_LEFT;
		row->why = why;
		if (fate == FATE_ASK)
			row->why = arena_printf(&u->run->arena,
						_("%s; 'kvmlab clean --also %s %lld' removes it"),
						why, row->name, (long long)u->run->row.id);
		return -1;
	}
	ui_live_begin(u->run->ui, change_what(&u->run->report, row, &scratch));
	if (record_overlays(u, &t, &err) < 0 || thing_remove(&t, &err) < 0)
		goto failed;
	inventories_forget(u->run);
	if (thing_look(&t, &err) < 0 ||
	    change_fate(row, &t.found, u->run->row.name, &why) == FATE_REMOVE)
		goto failed;
	ui_live_end(u->run->ui);
	return 1;
failed:
	ui_live_end(u->run->ui);
	row->undone = 1 + HOST_UNDO_FAILED;
	row->why = arena_strdup(&u->run->arena, err.msg[0] ? err.msg : _("it is still there"));
	return -1;
}

/* A domain may have moved to another host of the run since it was made. */
static int undo_elsewhere(struct undo *u, struct change_row *row)
{
	int ret = 0;

	if (row->kind != CHANGE_DOMAIN || !row->identity)
		return 0;
	for (size_t i = 0; i <= u->run->hosts.n; i++) {
		struct host *host = hosts_at(&u->run->hosts, i);
		const struct inventory *there;

		if (!host || !strcmp(host->role, row->host))
			continue;
		there = inventory_of(u->run, host, NULL);
		if (!there || !inventory_by_uuid(there, row->kind, row->identity))
			continue;
		if (undo_on(u, row, host) < 0)
			return -1;
		ret = 1;
	}
	return ret;
}

static bool undo_one(struct undo *u, struct change_row *row)
{
	struct err err = { 0 };
	struct host *host = hosts_find(&u->run->hosts, row->host, &err);
	int here, there;

	if (!host) {
		row->undone = 1 + HOST_UNDO_FAILED;
		row->why = arena_strdup(&u->run->arena, err.msg);
		return false;
	}
	here = undo_on(u, row, host);
	there = here < 0 ? -1 : undo_elsewhere(u, row);
	if (here < 0 || there < 0)
		return false;
	row->why = NULL;
	if (here || there)
		row->undone = 1 + HOST_UNDONE;
	else if (!row->existed)
		row->undone = CHANGE_NEVER_MADE;
	else
		row->undone = 0;
	return here || there;
}

static bool is_open(const struct change_row *row)
{
	if (row->existed && !row->identity)
		return false;
	return row->undone != 1 + HOST_UNDONE && row->undone != CHANGE_NEVER_MADE &&
	       row->undone != 1 + HOST_UNDECLARED;
}

/* Whether anything was removed: then another round may get further. */
static bool undo_round(struct undo *u, const struct change_rows *rows)
{
	bool ret = false;

	inventories_forget(u->run);
	for (size_t k = 0; k < CHANGE_KIND_COUNT; k++)
		for (size_t i = rows->n; i-- > 0;) {
			struct change_row *row = &rows->v[i];

			if (row->kind != order[k] || !is_open(row))
				continue;
			ret |= undo_one(u, row);
			write_row(u, row);
		}
	return ret;
}

/* A libvirt that is just being restarted comes back. */
static void await_libvirt(struct run *run)
{
	int64_t began = clock_ms();

	for (size_t i = 0; i <= run->hosts.n; i++) {
		struct host *host = hosts_at(&run->hosts, i);

		if (!host || !bystanders_had_libvirt(run, host))
			continue;
		while (!inventory_of(run, host, NULL) && clock_ms() - began < RESTART_MS) {
			poll(NULL, 0, PAUSE_MS);
			inventories_forget(run);
		}
	}
}

int changes_undo(struct run *run, struct err *err)
{
	struct undo u = { .run = run };
	struct change_rows rows;
	bool again = true;

	if (bystanders_restore(run, err) < 0)
		return -1;
	inventories_forget(run);
	await_libvirt(run);
	/* What was written and may not have become durable is no reason to leave things standing.
	 */
	while (again) {
		if (changes_list(run, &rows, err) < 0)
			return -1;
		again = rows.n && undo_round(&u, &rows) && !u.failed;
	}
	if (!u.failed && (!rows.n || store_commit(run->store, err) == 0))
		return 0;
	if (u.failed)
		*err = u.err;
	return err_wrap(err, _("what is put back could not be written down"));
}
