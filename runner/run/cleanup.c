/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup: what a lab takes back at its end; on record before its first step, so 'clean' knows it.
 */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

/* 'existed': it is nothing that could be removed. */
static struct change_row row_of(const struct step *c)
{
	return (struct change_row){
		.host = c->on, .kind = CHANGE_CLEANUP, .name = c->id, .existed = true
	};
}

int cleanup_record(struct run *run, struct err *err)
{
	for (size_t i = 0; i < run->lab->cleanup.n; i++) {
		struct change_row row = row_of(&run->lab->cleanup.v[i]);

		if (store_change_add(run->store, run->row.id, &row, err) < 0)
			return -1;
	}
	return 0;
}

const char *cleanup_title(const struct lab *lab, const char *id, enum lang lang)
{
	for (size_t i = 0; i < lab->cleanup.n; i++)
		if (!strcmp(lab->cleanup.v[i].id, id))
			return text_get(&lab->cleanup.v[i].title, lang);
	return id;
}

/* The first line that says something. */
static const char *said(const struct evidence_item *item, struct arena *arena)
{
	const char *p = item->err.kept ? item->err.kept : "";

	p += strspn(p, "\n");
	return *p ? arena_memdup(arena, p, strcspn(p, "\n")) : step_end_words(item, arena);
}

/* Fills undone and why; -1 when interrupted. */
static int run_one(struct run *run, const struct step *c, struct change_row *row, struct err *err)
{
	const char *const argv[] = { "/bin/sh", "-e", "-u", "-c", c->run, NULL };
	struct process_spec spec = {
		.argv = argv,
		.env = run->env,
		.root = c->root,
		.timeout_ms = c->timeout_ms,
		.cancel = &ui_signal_count,
	};
	struct evidence_item item = { .name = "cleanup" };
	struct err why = { 0 };
	struct host *host = hosts_find(&run->hosts, c->on, &why);
	int rc = -1;

	ui_live_begin(run->ui, text_get(&c->title, run->report.lang));
	if (host)
		rc = host->ops->run(host, &spec, &run->arena, &item, &why);
	ui_live_end(run->ui);
	if (rc == 0 && item.end == END_CANCELLED)
		return ui_interrupted(err);
	row->undone = 1 + HOST_UNDONE;
	row->why = NULL;
	if (rc == 0 && item.end == END_EXITED && item.status == 0)
		return 0;
	row->undone = 1 + HOST_UNDO_FAILED;
	row->why = rc < 0 ? arena_strdup(&run->arena, why.msg) : said(&item, &run->arena);
	return 0;
}

static bool is_open(const struct change_row *rows, size_t n, const struct step *c)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].kind == CHANGE_CLEANUP && !strcmp(rows[i].name, c->id))
			return rows[i].undone != 1 + HOST_UNDONE;
	return false;
}

int cleanup_run(struct run *run, struct err *err)
{
	struct change_row *rows;
	size_t n;

	if (!run->lab->cleanup.n)
		return 0;
	if (store_change_list(run->store, run->row.id, &run->arena, &rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < run->lab->cleanup.n; i++) {
		const struct step *c = &run->lab->cleanup.v[i];
		struct change_row row = row_of(c);

		if (!is_open(rows, n, c))
			continue;
		if (run_one(run, c, &row, err) < 0 ||
		    store_change_set(run->store, run->row.id, &row, err) < 0 ||
		    store_commit(run->store, err) < 0)
			return -1;
	}
	return 0;
}
