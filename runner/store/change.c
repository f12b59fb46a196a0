/* SPDX-License-Identifier: Apache-2.0 */
/* change: what steps may have created, and what stood on the hosts before. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/store/db.h"

#define HOST(c) ((c)->host ? (c)->host : "local")

int store_change_add(struct store *s, int64_t run, const struct change_row *c, struct err *err)
{
	return db_write(s, SQL_CHANGE_ADD, err, "isisis", run, HOST(c), (int64_t)c->kind, c->name,
			(int64_t)c->existed, c->identity);
}

int store_change_set(struct store *s, int64_t run, const struct change_row *c, struct err *err)
{
	return db_write(s, SQL_CHANGE_SET, err, "isisisissii", run, HOST(c), (int64_t)c->kind,
			c->name, (int64_t)c->undone, c->why, (int64_t)c->existed, c->identity,
			c->path, (int64_t)c->settled, (int64_t)c->tagged);
}

static enum change_kind read_kind(struct row *found)
{
	if (sqlite3_column_int64(found->st, 0) == CHANGE_CLEANUP)
		return CHANGE_CLEANUP;
	return (enum change_kind)db_number(found, 0, 0, CHANGE_KIND_COUNT - 1);
}

static void read_row(struct row *found, struct change_row *ret)
{
	*ret = (struct change_row){
		.kind = read_kind(found),
		.name = db_needed(found, 1),
		.existed = db_number(found, 2, 0, 1),
		.undone = (int)db_number(found, 3, CHANGE_NEVER_MADE, 1 + HOST_STATE_MAX),
		.why = db_text(found->st, 4, found->arena),
		.host = db_needed(found, 5),
		.identity = db_text(found->st, 6, found->arena),
		.path = db_text(found->st, 7, found->arena),
		.settled = db_number(found, 8, 0, 1),
		.tagged = db_number(found, 9, 0, 1),
	};
}

int store_change_list(struct store *s, int64_t run, struct arena *arena, struct change_row **ret,
		      size_t *n, struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_CHANGE_LIST, err, "i", run);
	_cleanup_buf_ struct buf rows = { 0 };
	struct row found = { s, st, arena };
	struct change_row row;
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0) {
		read_row(&found, &row);
		if (db_sound(&found, err) < 0)
			return -1;
		buf_add(&rows, &row, sizeof(row));
	}
	if (rc < 0)
		return -1;
	*n = rows.len / sizeof(row);
	*ret = (struct change_row *)(void *)arena_memdup(arena, rows.data, rows.len);
	return 0;
}

int store_change_left(struct store *s, bool doubtful, int64_t *ret, struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_CHANGE_LEFT, err, "ii", (int64_t)(1 + HOST_UNDO_FAILED),
				   (int64_t)(1 + (doubtful ? HOST_LEFT : HOST_UNDO_FAILED)));
	int rc = st ? db_step(s, st, err) : -1;

	if (rc <= 0)
		return rc;
	if (sqlite3_column_int64(st, 0))
		*ret = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	return 0;
}

int store_inventory_set(struct store *s, int64_t run, const char *host, const char *inventory,
			struct err *err)
{
	return db_write(s, SQL_INVENTORY_SET, err, "iss", run, host, inventory);
}

int store_inventory_list(struct store *s, int64_t run, struct arena *arena, struct settings *ret,
			 struct err *err)
{
	return db_pairs(s, db_bind(s, SQL_INVENTORY_LIST, err, "i", run), arena, ret, err);
}
