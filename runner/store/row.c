/* SPDX-License-Identifier: Apache-2.0 */
/* row: reads the columns of a row, and notices what kvmlab cannot have written. */
#include "runner/base/cleanup.h"
#include "runner/store/db.h"

#define TIME_MAX_MS 253402300799999 /* 9999-12-31T23:59:59.999Z */

const char *db_text(sqlite3_stmt *st, int column, struct arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return text ? arena_strdup(arena, text) : NULL;
}

const char *db_blob(sqlite3_stmt *st, int column, struct arena *arena, size_t *len)
{
	const void *data = sqlite3_column_blob(st, column);

	*len = (size_t)sqlite3_column_bytes(st, column);
	return arena_memdup(arena, data, *len);
}

const char *db_needed(struct row *row, int column)
{
	const char *text = db_text(row->st, column, row->arena);

	row->store->damaged |= !text;
	return text ? text : "";
}

int64_t db_number(struct row *row, int column, int64_t min, int64_t max)
{
	int64_t n = sqlite3_column_int64(row->st, column);

	if (n >= min && n <= max)
		return n;
	row->store->damaged = true;
	return min > 0 || max < 0 ? min : 0;
}

int64_t db_time(struct row *row, int column)
{
	return db_number(row, column, 0, TIME_MAX_MS);
}

int db_sound(struct row *row, struct err *err)
{
	if (!row->store->damaged)
		return 0;
	row->store->damaged = false;
	sqlite3_reset(row->st);
	return db_fail_damaged(row->store, err);
}

int db_pairs(struct store *s, sqlite3_stmt *st, struct arena *arena, struct settings *ret,
	     struct err *err)
{
	_cleanup_buf_ struct buf pairs = { 0 };
	struct row row = { s, st, arena };
	struct setting pair;
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0) {
		pair.name = db_needed(&row, 0);
		pair.value = db_needed(&row, 1);
		if (db_sound(&row, err) < 0)
			return -1;
		buf_add(&pairs, &pair, sizeof(pair));
	}
	if (rc < 0)
		return -1;
	ret->n = pairs.len / sizeof(pair);
	ret->v = (struct setting *)(void *)arena_memdup(arena, pairs.data, pairs.len);
	return 0;
}
