/* SPDX-License-Identifier: Apache-2.0 */
/* bystanders: what stood on the hosts before the first step, and whether it still stands so. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"
#include "runner/run/things.h"

/* How the text in the journal begins when libvirt could be asked. */
#define SEEN   "libvirt\n"
#define MODULE "module "

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

bool modules_have(const char *lines, const char *name)
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

static void add_modules(struct buf *text, const char *names)
{
	while (*names) {
		size_t len = strcspn(names, "\n");

		buf_printf(text, MODULE "%.*s\n", (int)len, names);
		names += len + (names[len] == '\n');
	}
}

/* A host without libvirt has no bystanders there; that is no mistake. */
int bystanders_record(struct run *run, struct err *err)
{
	if (run->bystanders_known || !lab_uses_libvirt(run->lab))
		return 0;
	run->bystanders_known = true;
	for (size_t i = 0; i <= run->hosts.n; i++) {
		struct host *host = hosts_at(&run->hosts, i);
		_cleanup_buf_ struct buf text = { 0 };
		const char *things = host ? inventory_text(run, host, NULL) : NULL;

		if (things)
			buf_printf(&text, SEEN "%s", things);
		/* Those of the role 'local' stand in the run's own row. */
		if (host && i)
			add_modules(&text, modules_list(host, &run->arena));
		if (host && store_inventory_set(run->store, run->row.id, host->role, buf_str(&text),
						err) < 0)
			return -1;
	}
	return 0;
}

int bystanders_restore(struct run *run, struct err *err)
{
	if (store_inventory_list(run->store, run->row.id, &run->arena, &run->bystanders, err) < 0)
		return -1;
	run->bystanders_known = run->bystanders.n > 0;
	return 0;
}

bool bystanders_had_libvirt(const struct run *run, const struct host *host)
{
	for (size_t i = 0; i < run->bystanders.n; i++)
		if (!strcmp(run->bystanders.v[i].name, host->role))
			return !strncmp(run->bystanders.v[i].value, SEEN, strlen(SEEN));
	return false;
}

/* A difference that nobody declared; what is on record already is not forgotten over it. */
static int add(struct run *run, const struct change_rows *rows, const struct change_row *found,
	       struct err *err)
{
	const struct change_row *old = changes_find(rows, found);
	struct change_row row = old ? *old : *found;

	if (old && old->undone == 1 + HOST_LEFT) {
		row.why = arena_printf(&run->arena, "%s; %s", old->why, found->why);
	} else {
		row.undone = found->undone;
		row.why = found->why;
	}
	if (!old && store_change_add(run->store, run->row.id, &row, err) < 0)
		return -1;
	return store_change_set(run->store, run->row.id, &row, err);
}

/* What a step has on record by its UUID, or, without one, by its name. */
static bool is_declared(const struct change_rows *rows, const struct inventory_entry *e)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct change_row *r = &rows->v[i];

		if (r->kind != e->kind || r->undone == 1 + HOST_UNDECLARED)
			continue;
		if (r->identity ? !strcmp(r->identity, e->uuid) : !strcmp(r->name, e->name))
			return true;
	}
	return false;
}

/* Two listings of one host. */
struct comparison {
	struct run *run;
	const struct change_rows *rows;
	const char *host;
	struct inventory before;
	const struct inventory *now;
};

static int tell(struct comparison *c, const struct inventory_entry *e, const char *why,
		struct err *err)
{
	struct change_row row = { .host = c->host,
				  .kind = e->kind,
				  .name = arena_strdup(&c->run->arena, e->name),
				  .existed = true,
				  .undone = 1 + HOST_UNDECLARED,
				  .why = why };

	return why && !is_declared(c->rows, e) ? add(c->run, c->rows, &row, err) : 0;
}

static int compare(struct comparison *c, struct err *err)
{
	for (size_t i = 0; i < c->before.n; i++) {
		const struct inventory_entry *was = &c->before.v[i];
		const struct inventory_entry *is = inventory_by_uuid(c->now, was->kind, was->uuid);
		const char *why = is ? inventory_difference(was, is, &c->run->arena)
				     : _("was there before the run and is gone");

		if (tell(c, was, why, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->now->n; i++) {
		const struct inventory_entry *is = &c->now->v[i];

		if (!inventory_by_uuid(&c->before, is->kind, is->uuid) &&
		    tell(c, is, _("made during the run; no step declared it"), err) < 0)
			return -1;
	}
	return 0;
}

/* The libvirt that told before does not tell now. */
static int tell_unseen(struct run *run, const struct change_rows *rows, const char *host,
		       const struct err *why, struct err *err)
{
	struct change_row row = { .host = host,
				  .kind = CHANGE_DOMAIN,
				  .name = CHANGE_ALL,
				  .existed = true,
				  .undone = 1 + HOST_UNSEEN,
				  .why = why->msg };

	return add(run, rows, &row, err);
}

static int compare_host(struct run *run, const struct change_rows *rows, const struct setting *told,
			struct err *err)
{
	struct comparison c = { .run = run, .rows = rows, .host = told->name };
	struct err why = { 0 };
	struct host *host;

	if (strncmp(told->value, SEEN, strlen(SEEN)) != 0)
		return 0;
	host = hosts_find(&run->hosts, told->name, &why);
	c.now = host ? inventory_of(run, host, &why) : NULL;
	if (!c.now)
		return tell_unseen(run, rows, told->name, &why, err);
	inventory_parse(told->value + strlen(SEEN), &run->arena, &c.before);
	return compare(&c, err);
}

/* Whose modules, and what is on record. */
struct modules {
	const struct change_rows *rows;
	const char *host;
};

/* Modules in 'lines' and not in 'other', and which no step declared: one that could not be removed
 * is on record already, and said so there. */
static int tell_modules(struct run *run, const struct modules *m, const char *lines,
			const char *other, const char *why, struct err *err)
{
	for (const char *p = lines; *p;) {
		size_t len = strcspn(p, "\n");
		struct change_row row = {
			.host = m->host,
			.kind = CHANGE_MODULE,
			.name = arena_memdup(&run->arena, p, len),
			.existed = true,
			.undone = 1 + HOST_UNDECLARED,
			.why = why,
		};
		bool declared = false;

		p += len + (p[len] == '\n');
		for (size_t i = 0; i < m->rows->n; i++)
			declared |= m->rows->v[i].kind == CHANGE_MODULE && !m->rows->v[i].existed &&
				    !strcmp(m->rows->v[i].host, m->host) &&
				    is_same_module(row.name, len, m->rows->v[i].name);
		if (!declared && !modules_have(other, row.name) && add(run, m->rows, &row, err) < 0)
			return -1;
	}
	return 0;
}

static int compare_modules(struct run *run, const struct modules *m, struct host *host,
			   const char *before, struct err *err)
{
	const char *now = modules_list(host, &run->arena);

	if (!strcmp(before, now))
		return 0;
	if (tell_modules(run, m, now, before, _("loaded during the run; no step declared it"),
			 err) < 0)
		return -1;
	return tell_modules(run, m, before, now, _("was loaded before the run and is gone"), err);
}

static const char *modules_in(const char *text, struct arena *arena)
{
	_cleanup_buf_ struct buf names = { 0 };

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (!strncmp(text, MODULE, strlen(MODULE)))
			buf_printf(&names, "%.*s\n", (int)(len - strlen(MODULE)),
				   text + strlen(MODULE));
		text += len + (text[len] == '\n');
	}
	return arena_strdup(arena, buf_str(&names));
}

static int compare_all_modules(struct run *run, const struct change_rows *rows, struct err *err)
{
	const char *before = run->row.modules_before ? run->row.modules_before : "";
	struct modules m = { rows, "local" };
	struct host *local = run->hosts.local.host;

	if (local && compare_modules(run, &m, local, before, err) < 0)
		return -1;
	for (size_t i = 0; i < run->bystanders.n; i++) {
		const struct setting *told = &run->bystanders.v[i];
		struct host *host = hosts_find(&run->hosts, told->name, NULL);

		m.host = told->name;
		if (host && host != local &&
		    compare_modules(run, &m, host, modules_in(told->value, &run->arena), err) < 0)
			return -1;
	}
	return 0;
}

int bystanders_compare(struct run *run, struct err *err)
{
	struct change_rows rows;

	if (changes_list(run, &rows, err) < 0 || bystanders_restore(run, err) < 0 ||
	    compare_all_modules(run, &rows, err) < 0)
		return -1;
	inventories_forget(run);
	for (size_t i = 0; i < run->bystanders.n; i++)
		if (compare_host(run, &rows, &run->bystanders.v[i], err) < 0)
			return -1;
	return 0;
}
