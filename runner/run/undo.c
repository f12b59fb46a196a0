/* SPDX-License-Identifier: Apache-2.0 */
/* undo: records what a step may create before it runs, and puts the host back afterwards. */
#include <errno.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

/* One row per kind of thing a step may create. exists: 1, 0 or -1 with err. */
struct change_ops {
	const char *noun;
	int (*exists)(struct host *host, const char *name, struct err *err);
	const char *const *remove; /* argv to which the name is appended, ended by NULL */
};

/* /proc/modules writes '_' where modprobe also takes '-'. */
static bool is_same_module(const char *a, size_t len, const char *b)
{
	if (strlen(b) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (a[i] != b[i] && !(a[i] == '_' && b[i] == '-'))
			return false;
	return true;
}

static bool list_has(const char *lines, const char *name)
{
	for (const char *p = lines; *p;) {
		size_t len = strcspn(p, " \n");

		if (is_same_module(p, len, name))
			return true;
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return false;
}

const char *modules_list(struct host *host, struct arena *arena)
{
	struct evidence_item item = { .name = "modules" };
	_cleanup_buf_ struct buf names = { 0 };
	struct err err;
	const char *p;

	if (host->ops->read_file(host, "/proc/modules", arena, &item, &err) < 0 || item.error)
		return "";
	for (p = item.out.kept; *p;) {
		buf_add(&names, p, strcspn(p, " \n"));
		buf_putc(&names, '\n');
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return arena_strdup(arena, buf_str(&names));
}

static int module_exists(struct host *host, const char *name, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence_item item = { .name = "modules" };

	if (host->ops->read_file(host, "/proc/modules", &scratch, &item, err) < 0)
		return -1;
	return !item.error && list_has(item.out.kept, name);
}

/* A symbolic link is a thing of its own, wherever it points: test(1) says so without following it.
 */
static int file_exists(struct host *host, const char *name, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	const char *const argv[] = { "test", "-e", name, "-o", "-L", name, NULL };
	struct process_spec spec = { .argv = argv };
	struct evidence_item item = { .name = "file" };

	if (host->ops->run(host, &spec, &scratch, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && (item.status == 0 || item.status == 1))
		return item.status == 0;
	return err_set(err, ERR_ENV, NULL, _("cannot look at '%s'"), name);
}

static const char *const remove_module[] = { "rmmod", NULL };
static const char *const remove_file[] = { "rm", "-f", "--", NULL };

static const struct change_ops kinds[CHANGE_KIND_COUNT] = {
	[CHANGE_MODULE] = { "module", module_exists, remove_module },
	[CHANGE_FILE] = { "file", file_exists, remove_file },
};

int change_exists(struct host *host, enum change_kind kind, const char *name, struct err *err)
{
	return kinds[kind].exists(host, name, err);
}

/* Of libvirt's things only the record is kept as yet. */
static int thing_exists(struct host *host, const struct change_row *row, struct err *err)
{
	if (!kinds[row->kind].exists)
		return err_set(err, ERR_ENV, NULL, _("this kvmlab cannot look for it"));
	return kinds[row->kind].exists(host, row->name, err);
}

int changes_record(struct run *run, const struct step *step, struct err *err)
{
	struct host *host = hosts_find(&run->hosts, step->on, err);

	if (!host)
		return -1;
	for (size_t i = 0; i < step->changes.n; i++) {
		const struct change *c = &step->changes.v[i];
		int exists = kinds[c->kind].exists ? kinds[c->kind].exists(host, c->name, err) : 0;
		struct change_row row = {
			.host = step->on,
			.kind = c->kind,
			.name = c->name,
			.existed = exists > 0,
			.identity = c->uuid ? uuids_find(run, c->uuid) : NULL,
		};

		if (exists < 0 || store_change_add(run->store, run->row.id, &row, err) < 0)
			return -1;
	}
	return 0;
}

static int remove_one(struct host *host, const struct change_row *row, struct arena *arena,
		      struct err *err)
{
	const char *argv[8] = { NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct evidence_item item = { .name = "undo" };
	size_t n = 0;

	for (const char *const *p = kinds[row->kind].remove; *p; p++)
		argv[n++] = *p;
	argv[n] = row->name;
	if (host->ops->run(host, &spec, arena, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && item.status == 0)
		return 0;
	if (item.end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, item.error, _("cannot run '%s'"), argv[0]);
	return err_set(err, ERR_ENV, NULL, "%.*s", (int)strcspn(item.err.kept, "\n"),
		       item.err.kept);
}

/* Removes one thing if it is there and was not before; looks again before saying so. */
static void undo_one(struct run *run, struct change_row *row)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct err err = { 0 };
	struct host *host = hosts_find(&run->hosts, row->host, &err);
	int exists = host ? thing_exists(host, row, &err) : -1;

	if (exists == 0) {
		row->undone = CHANGE_NEVER_MADE;
		return;
	}
	if (exists > 0 && remove_one(host, row, &scratch, &err) == 0)
		exists = thing_exists(host, row, &err);
	row->undone = 1 + (exists == 0 ? HOST_UNDONE : HOST_UNDO_FAILED);
	row->why = exists == 0 ? NULL : arena_strdup(&run->arena, err.msg);
}

/* A module that another one uses goes only after that: go round until a round changes nothing. */
int changes_undo(struct run *run, struct err *err)
{
	struct change_row *rows;
	size_t n;
	bool again = true;

	if (store_change_list(run->store, run->row.id, &run->arena, &rows, &n, err) < 0)
		return -1;
	while (again) {
		again = false;
		for (size_t i = n; i-- > 0;) {
			if (rows[i].existed || rows[i].undone == 1 + HOST_UNDONE ||
			    rows[i].undone == CHANGE_NEVER_MADE)
				continue;
			undo_one(run, &rows[i]);
			again |= rows[i].undone == 1 + HOST_UNDONE;
			if (store_change_set(run->store, run->row.id, &rows[i], err) < 0)
				return -1;
		}
	}
	return n ? store_commit(run->store, err) : 0;
}

void changes_standing(struct run *run, struct strings *ret)
{
	struct change_row *rows;
	struct err err;
	size_t n;

	*ret = (struct strings){ 0 };
	if (store_change_list(run->store, run->row.id, &run->arena, &rows, &n, &err) < 0)
		return;
	ret->v = arena_array(&run->arena, const char *, n);
	for (size_t i = 0; i < n; i++) {
		struct host *host = hosts_find(&run->hosts, rows[i].host, &err);

		if (rows[i].kind == CHANGE_CLEANUP && !rows[i].undone)
			ret->v[ret->n++] = cleanup_title(run->lab, rows[i].name, run->report.lang);
		if (rows[i].existed || rows[i].undone || !host)
			continue;
		/* What cannot be looked at may stand. */
		if (thing_exists(host, &rows[i], &err) != 0)
			ret->v[ret->n++] = rows[i].name;
	}
}

static const char *change_told(const struct report *report, const struct change_row *row,
			       struct arena *arena)
{
	const char *kind = change_kind_name(row->kind);

	if (row->kind == CHANGE_CLEANUP)
		return cleanup_title(report->lab, row->name, report->lang);
	return arena_printf(arena, "%s %s", kind, row->name);
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
		c->what = change_told(report, &rows[i], arena);
		if (strcmp(rows[i].host, "local"))
			c->what = arena_printf(arena, "%s: %s", rows[i].host, c->what);
		c->state = rows[i].undone ? rows[i].undone - 1 : HOST_STANDING;
		c->why = rows[i].why;
		report->changes.n++;
	}
	return 0;
}

/* Records names that stand in 'lines' and not in 'other' as changes nobody declared. */
static int record_difference(struct run *run, const char *lines, const char *other, const char *why,
			     struct err *err)
{
	for (const char *p = lines; *p;) {
		size_t len = strcspn(p, "\n");
		const char *name = arena_memdup(&run->arena, p, len);
		struct change_row row = {
			.host = "local",
			.kind = CHANGE_MODULE,
			.name = name,
			.existed = true,
			.undone = 1 + HOST_UNDECLARED,
			.why = why,
		};

		p += len + (p[len] == '\n');
		if (list_has(other, name))
			continue;
		if (store_change_add(run->store, run->row.id, &row, err) < 0 ||
		    store_change_set(run->store, run->row.id, &row, err) < 0)
			return -1;
	}
	return 0;
}

/* Modules that a lab declared and could not remove are already on record, and said so there. */
static const char *without_declared(struct run *run, const char *lines, struct change_row *rows,
				    size_t n)
{
	_cleanup_buf_ struct buf ret = { 0 };

	for (const char *p = lines; *p;) {
		size_t len = strcspn(p, "\n");
		bool declared = false;

		for (size_t i = 0; i < n; i++)
			declared |= rows[i].kind == CHANGE_MODULE &&
				    !strcmp(rows[i].host, "local") &&
				    is_same_module(p, len, rows[i].name);
		if (!declared)
			buf_printf(&ret, "%.*s\n", (int)len, p);
		p += len + (p[len] == '\n');
	}
	return arena_strdup(&run->arena, buf_str(&ret));
}

int bystanders_compare(struct run *run, struct err *err)
{
	const char *before = run->row.modules_before ? run->row.modules_before : "";
	const char *now = before;
	struct change_row *rows;
	size_t n;

	if (run->hosts.local.host)
		now = modules_list(run->hosts.local.host, &run->arena);
	if (!strcmp(before, now))
		return 0;
	if (store_change_list(run->store, run->row.id, &run->arena, &rows, &n, err) < 0)
		return -1;
	if (record_difference(run, without_declared(run, now, rows, n), before,
			      _("loaded during the run; no step declared it"), err) < 0)
		return -1;
	return record_difference(run, before, now, _("was loaded before the run and is gone"), err);
}
