/* SPDX-License-Identifier: Apache-2.0 */
/* journal: what happened in a run: predictions, steps, looks, evidence, answers, changes. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/store/db.h"

#define HOST(c)	  ((c)->host ? (c)->host : "local")
#define AT(place) (place).run, (int64_t)(place).experiment, (int64_t)(place).item

int store_fact_add(struct store *s, int64_t run, const struct fact *fact, struct err *err)
{
	return db_write(s, SQL_FACT_ADD, err, "iss", run, fact->name, fact->value);
}

int store_fact_list(struct store *s, int64_t run, struct arena *arena, struct fact **ret, size_t *n,
		    struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_FACT_LIST, err, "i", run);
	_cleanup_buf_ struct buf rows = { 0 };
	struct fact fact;
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0) {
		fact.name = db_text(st, 0, arena);
		fact.value = db_text(st, 1, arena);
		buf_add(&rows, &fact, sizeof(fact));
	}
	if (rc < 0)
		return -1;
	*n = rows.len / sizeof(fact);
	*ret = (struct fact *)(void *)arena_memdup(arena, rows.data, rows.len);
	return 0;
}

int store_prediction_add(struct store *s, struct place at, const struct prediction *p,
			 struct err *err)
{
	return db_write(s, SQL_PREDICTION_ADD, err, "iissiis", at.run, (int64_t)at.experiment,
			p->choice, p->reason, p->sure, p->at_ms, p->hash);
}

int store_prediction_get(struct store *s, struct place at, struct arena *arena,
			 struct prediction *ret, struct err *err)
{
	sqlite3_stmt *st =
		db_bind(s, SQL_PREDICTION_GET, err, "ii", at.run, (int64_t)at.experiment);
	const char *hash;
	int rc = st ? db_step(s, st, err) : -1;

	*ret = (struct prediction){ 0 };
	if (rc <= 0)
		return rc;
	ret->choice = db_text(st, 0, arena);
	ret->reason = db_text(st, 1, arena);
	ret->sure = sqlite3_column_int64(st, 2);
	ret->at_ms = sqlite3_column_int64(st, 3);
	hash = (const char *)sqlite3_column_text(st, 4);
	if (hash)
		memccpy(ret->hash, hash, '\0', sizeof(ret->hash) - 1);
	sqlite3_reset(st);
	return 0;
}

int store_step_set(struct store *s, struct place at, const struct step_result *r, struct err *err)
{
	return db_write(s, SQL_STEP_SET, err, "iiiiis", AT(at), (int64_t)r->state, r->started_ms,
			r->why);
}

int store_step_get(struct store *s, struct place at, struct arena *arena, struct step_result *ret,
		   struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_STEP_GET, err, "iii", AT(at));
	int rc = st ? db_step(s, st, err) : -1;

	ret->state = STEP_NOT_RUN;
	if (rc <= 0)
		return rc;
	ret->state = (enum step_state)sqlite3_column_int(st, 0);
	ret->started_ms = sqlite3_column_int64(st, 1);
	ret->why = db_text(st, 2, arena);
	sqlite3_reset(st);
	return 0;
}

int store_check_set(struct store *s, struct place at, const struct check_result *r, struct err *err)
{
	return db_write(s, SQL_CHECK_SET, err, "iiiisii", AT(at), (int64_t)r->verdict, r->reason,
			r->when_ms, r->waited_ms);
}

int store_check_get(struct store *s, struct place at, struct arena *arena, struct check_result *ret,
		    struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_CHECK_GET, err, "iii", AT(at));
	int rc = st ? db_step(s, st, err) : -1;

	ret->when_ms = 0;
	if (rc <= 0)
		return rc;
	ret->verdict = (enum verdict)sqlite3_column_int(st, 0);
	ret->reason = db_text(st, 1, arena);
	ret->when_ms = sqlite3_column_int64(st, 2);
	ret->waited_ms = sqlite3_column_int64(st, 3);
	sqlite3_reset(st);
	return 0;
}

static int add_evidence(struct store *s, struct place at, int64_t of, int64_t n,
			const struct evidence_item *e, struct err *err)
{
	return db_write(s, SQL_EVIDENCE_ADD, err, "iiiiisissiiiiibiibbiib", AT(at), of, n, e->name,
			(int64_t)e->kind, e->host, e->where, e->when_ms, (int64_t)e->error,
			(int64_t)e->end, (int64_t)e->status, e->ms, e->out.kept, e->out.kept_len,
			(int64_t)e->out.head_len, (int64_t)e->out.total, e->out.sha256,
			(size_t)SHA256_SIZE, e->err.kept, e->err.kept_len, (int64_t)e->err.head_len,
			(int64_t)e->err.total, e->err.sha256, (size_t)SHA256_SIZE);
}

int store_evidence_add(struct store *s, struct place at, enum evidence_of of,
		       const struct evidence *ev, struct err *err)
{
	for (size_t i = 0; i < ev->n; i++)
		if (add_evidence(s, at, of, (int64_t)i, &ev->items[i], err) < 0)
			return -1;
	return 0;
}

static void read_output(sqlite3_stmt *st, int column, struct arena *arena, struct output *ret)
{
	const void *sha = sqlite3_column_blob(st, column + 3);

	ret->kept = db_blob(st, column, arena, &ret->kept_len);
	ret->head_len = (size_t)sqlite3_column_int64(st, column + 1);
	ret->total = (uint64_t)sqlite3_column_int64(st, column + 2);
	if (sha && sqlite3_column_bytes(st, column + 3) == SHA256_SIZE)
		memcpy(ret->sha256, sha, SHA256_SIZE);
}

static void read_evidence(sqlite3_stmt *st, struct arena *arena, struct evidence *ev)
{
	struct evidence_item *e = evidence_add(ev, db_text(st, 0, arena));

	e->kind = (enum evidence_kind)sqlite3_column_int(st, 1);
	e->host = db_text(st, 2, arena);
	e->where = db_text(st, 3, arena);
	e->when_ms = sqlite3_column_int64(st, 4);
	e->error = sqlite3_column_int(st, 5);
	e->end = (enum evidence_end)sqlite3_column_int(st, 6);
	e->status = sqlite3_column_int(st, 7);
	e->ms = sqlite3_column_int64(st, 8);
	read_output(st, 9, arena, &e->out);
	read_output(st, 13, arena, &e->err);
}

int store_evidence_get(struct store *s, struct place at, enum evidence_of of, struct arena *arena,
		       struct evidence *ret, struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_EVIDENCE_LIST, err, "iiii", AT(at), (int64_t)of);
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0)
		read_evidence(st, arena, ret);
	return rc;
}

int store_answer_set(struct store *s, struct place at, const struct answer *a, struct err *err)
{
	return db_write(s, SQL_ANSWER_SET, err, "iiisii", AT(at), a->text, a->hints, a->at_ms);
}

int store_answer_get(struct store *s, struct place at, struct arena *arena, struct answer *ret,
		     struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_ANSWER_GET, err, "iii", AT(at));
	int rc = st ? db_step(s, st, err) : -1;

	*ret = (struct answer){ 0 };
	if (rc <= 0)
		return rc;
	ret->text = db_text(st, 0, arena);
	ret->hints = sqlite3_column_int64(st, 1);
	ret->at_ms = sqlite3_column_int64(st, 2);
	sqlite3_reset(st);
	return 0;
}

int store_change_add(struct store *s, int64_t run, const struct change_row *c, struct err *err)
{
	return db_write(s, SQL_CHANGE_ADD, err, "isisi", run, HOST(c), (int64_t)c->kind, c->name,
			(int64_t)c->existed);
}

int store_change_set(struct store *s, int64_t run, const struct change_row *c, struct err *err)
{
	return db_write(s, SQL_CHANGE_SET, err, "isisis", run, HOST(c), (int64_t)c->kind, c->name,
			(int64_t)c->undone, c->why);
}

int store_change_list(struct store *s, int64_t run, struct arena *arena, struct change_row **ret,
		      size_t *n, struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_CHANGE_LIST, err, "i", run);
	_cleanup_buf_ struct buf rows = { 0 };
	struct change_row row;
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0) {
		row.kind = (enum change_kind)sqlite3_column_int(st, 0);
		row.name = db_text(st, 1, arena);
		row.existed = sqlite3_column_int(st, 2) != 0;
		row.undone = sqlite3_column_int(st, 3);
		row.why = db_text(st, 4, arena);
		row.host = db_text(st, 5, arena);
		buf_add(&rows, &row, sizeof(row));
	}
	if (rc < 0)
		return -1;
	*n = rows.len / sizeof(row);
	*ret = (struct change_row *)(void *)arena_memdup(arena, rows.data, rows.len);
	return 0;
}
