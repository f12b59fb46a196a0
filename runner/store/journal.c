/* SPDX-License-Identifier: Apache-2.0 */
/* journal: what happened in a run: predictions, steps, looks, evidence, answers. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/store/db.h"

#define AT(place) (place).run, (int64_t)(place).experiment, (int64_t)(place).item

int store_fact_add(struct store *s, int64_t run, const struct fact *fact, struct err *err)
{
	return db_write(s, SQL_FACT_ADD, err, "iss", run, fact->name, fact->value);
}

int store_exam_add(struct store *s, int64_t run, const struct exam *exam, struct err *err)
{
	return db_write(s, SQL_EXAM_ADD, err, "isib", run, exam->student, exam->until_ms,
			exam->mark, sizeof(exam->mark));
}

int store_exam_get(struct store *s, int64_t run, struct arena *arena, const struct exam **ret,
		   struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_EXAM_GET, err, "i", run);
	struct row row = { s, st, arena };
	int rc = st ? db_step(s, st, err) : -1;
	struct exam *exam;
	const char *mark;
	size_t len;

	if (rc <= 0)
		return rc;
	exam = arena_alloc(arena, sizeof(*exam));
	exam->student = db_needed(&row, 0);
	exam->until_ms = db_time(&row, 1);
	mark = db_blob(st, 2, arena, &len);
	if (db_sound(&row, err) < 0)
		return -1;
	sqlite3_reset(st);
	if (len != sizeof(exam->mark))
		return db_fail_damaged(s, err);
	memcpy(exam->mark, mark, len);
	*ret = exam;
	return 0;
}

int store_fact_list(struct store *s, int64_t run, struct arena *arena, struct fact **ret, size_t *n,
		    struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_FACT_LIST, err, "i", run);
	_cleanup_buf_ struct buf rows = { 0 };
	struct row row = { s, st, arena };
	struct fact fact;
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0) {
		fact.name = db_needed(&row, 0);
		fact.value = db_needed(&row, 1);
		if (db_sound(&row, err) < 0)
			return -1;
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
	struct row row = { s, st, arena };
	const char *hash;
	int rc = st ? db_step(s, st, err) : -1;

	*ret = (struct prediction){ 0 };
	if (rc <= 0)
		return rc;
	ret->choice = db_text(st, 0, arena);
	ret->reason = db_text(st, 1, arena);
	ret->sure = db_number(&row, 2, 0, 5);
	/* Without a time it would count as not given yet. */
	ret->at_ms = db_time(&row, 3);
	s->damaged |= !ret->at_ms;
	hash = (const char *)sqlite3_column_text(st, 4);
	if (hash)
		memccpy(ret->hash, hash, '\0', sizeof(ret->hash) - 1);
	if (db_sound(&row, err) < 0)
		return -1;
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
	struct row row = { s, st, arena };
	int rc = st ? db_step(s, st, err) : -1;

	ret->state = STEP_NOT_RUN;
	if (rc <= 0)
		return rc;
	ret->state = (enum step_state)db_number(&row, 0, 0, STEP_SKIPPED);
	ret->started_ms = db_time(&row, 1);
	ret->why = db_text(st, 2, arena);
	if (db_sound(&row, err) < 0)
		return -1;
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
	struct row row = { s, st, arena };
	int rc = st ? db_step(s, st, err) : -1;

	ret->when_ms = 0;
	if (rc <= 0)
		return rc;
	ret->verdict = (enum verdict)db_number(&row, 0, 0, VERDICT_COUNT - 1);
	ret->reason = ret->verdict == VERDICT_NONE ? db_text(st, 1, arena) : db_needed(&row, 1);
	ret->when_ms = db_time(&row, 2);
	ret->waited_ms = db_time(&row, 3);
	if (db_sound(&row, err) < 0)
		return -1;
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

static void read_output(struct row *row, int column, struct output *ret)
{
	const void *sha = sqlite3_column_blob(row->st, column + 3);

	ret->kept = db_blob(row->st, column, row->arena, &ret->kept_len);
	ret->head_len = (size_t)db_number(row, column + 1, 0, (int64_t)ret->kept_len);
	ret->total = (uint64_t)db_number(row, column + 2, 0, INT64_MAX);
	if (sha && sqlite3_column_bytes(row->st, column + 3) == SHA256_SIZE)
		memcpy(ret->sha256, sha, SHA256_SIZE);
}

static int read_evidence(struct row *row, struct evidence *ev, struct err *err)
{
	struct evidence_item *e = evidence_add(ev, db_needed(row, 0));

	e->kind = (enum evidence_kind)db_number(row, 1, 0, EVIDENCE_STEP);
	e->host = db_text(row->st, 2, row->arena);
	e->where = db_text(row->st, 3, row->arena);
	e->when_ms = db_time(row, 4);
	e->error = (int)db_number(row, 5, INT32_MIN, INT32_MAX);
	e->end = (enum evidence_end)db_number(row, 6, 0, END_NOT_RUN);
	e->status = (int)db_number(row, 7, INT32_MIN, INT32_MAX);
	e->ms = db_time(row, 8);
	read_output(row, 9, &e->out);
	read_output(row, 13, &e->err);
	return db_sound(row, err);
}

int store_evidence_get(struct store *s, struct place at, enum evidence_of of, struct arena *arena,
		       struct evidence *ret, struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_EVIDENCE_LIST, err, "iiii", AT(at), (int64_t)of);
	struct row row = { s, st, arena };
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0)
		if (read_evidence(&row, ret, err) < 0)
			return -1;
	return rc;
}

int store_answer_set(struct store *s, struct place at, const struct answer *a, struct err *err)
{
	return db_write(s, SQL_ANSWER_SET, err, "iiisiisi", AT(at), a->text, a->hints, a->at_ms,
			a->understood, a->understood_ms);
}

static int get_answer(struct store *s, sqlite3_stmt *st, struct arena *arena, struct answer *ret,
		      struct err *err)
{
	struct row row = { s, st, arena };
	int rc = st ? db_step(s, st, err) : -1;

	*ret = (struct answer){ 0 };
	if (rc <= 0)
		return rc;
	ret->text = db_text(st, 0, arena);
	ret->hints = db_number(&row, 1, 0, INT32_MAX);
	ret->at_ms = db_time(&row, 2);
	ret->understood = db_text(st, 3, arena);
	ret->understood_ms = db_time(&row, 4);
	if (db_sound(&row, err) < 0)
		return -1;
	sqlite3_reset(st);
	return 0;
}

int store_answer_get(struct store *s, struct place at, struct arena *arena, struct answer *ret,
		     struct err *err)
{
	return get_answer(s, db_bind(s, SQL_ANSWER_GET, err, "iii", AT(at)), arena, ret, err);
}

int store_reconciled_set(struct store *s, struct place at, const struct answer *a, struct err *err)
{
	return db_write(s, SQL_RECONCILED_SET, err, "iisi", at.run, (int64_t)at.experiment, a->text,
			a->at_ms);
}

int store_reconciled_get(struct store *s, struct place at, struct arena *arena, struct answer *ret,
			 struct err *err)
{
	return get_answer(s,
			  db_bind(s, SQL_RECONCILED_GET, err, "ii", at.run, (int64_t)at.experiment),
			  arena, ret, err);
}
