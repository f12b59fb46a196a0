/* SPDX-License-Identifier: Apache-2.0 */
/* db: statements of the store, prepared once; only files of runner/store/ use it. */
#pragma once

#include <sqlite3.h>

#include "runner/store/store.h"

/* One row per statement in db.c. */
#define DB_VERSION 7

/* Makes the tables of version 'to' of those of 'from'; 0: of nothing. */
struct db_upgrade {
	int from, to;
	const char *sql;
};

/* In the order in which they are to be tried; ended by a NULL sql. */
extern const struct db_upgrade db_upgrades[];

enum statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_RUN_ADD,
	SQL_RUN_FINISH,
	SQL_RUN_GET,
	SQL_RUN_LATEST,
	SQL_RUN_LIST,
	SQL_SETTING_ADD,
	SQL_SETTING_LIST,
	SQL_HOST_ADD,
	SQL_HOST_LIST,
	SQL_EXAM_ADD,
	SQL_EXAM_GET,
	SQL_FACT_ADD,
	SQL_FACT_LIST,
	SQL_PREDICTION_ADD,
	SQL_PREDICTION_GET,
	SQL_STEP_SET,
	SQL_STEP_GET,
	SQL_CHECK_SET,
	SQL_CHECK_GET,
	SQL_EVIDENCE_ADD,
	SQL_EVIDENCE_LIST,
	SQL_ANSWER_SET,
	SQL_ANSWER_GET,
	SQL_RECONCILED_SET,
	SQL_RECONCILED_GET,
	SQL_CHANGE_ADD,
	SQL_CHANGE_SET,
	SQL_CHANGE_LIST,
	SQL_CHANGE_LEFT,
	SQL_INVENTORY_SET,
	SQL_INVENTORY_LIST,
	SQL_COUNT,
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statements[SQL_COUNT];
	char *directory;
	int lock_fd;
	bool in_transaction;
	bool damaged; /* a row that was read cannot have been written */
	unsigned commits;
};

/*
 * A statement with its arguments bound: 'i' int64_t, 's' const char * (NULL allowed), 'b' const
 * void * and size_t. Strings and blobs must stay until the statement is done. NULL on error.
 */
sqlite3_stmt *db_bind(struct store *s, enum statement which, struct err *err, const char *types,
		      ...);
/* As db_bind inside a transaction (begun when none is open), executed. */
int db_write(struct store *s, enum statement which, struct err *err, const char *types, ...);
/* Next row: 1, none left: 0 (and the statement is reset), error: -1. */
int db_step(struct store *s, sqlite3_stmt *st, struct err *err);
int db_open(struct store *s, const char *path, struct err *err);
/* As db_open, for who may not write the file. */
int db_open_to_read(struct store *s, const char *path, struct err *err);
void db_close(struct store *s);
int db_fail(struct store *s, struct err *err);
int db_fail_damaged(struct store *s, struct err *err);

/* The row that a statement stands on. Readers give what is harmless for what cannot be. */
struct row {
	struct store *store;
	sqlite3_stmt *st;
	struct arena *arena;
};

/* A text that is never NULL. */
const char *db_needed(struct row *row, int column);
/* From min to max. */
int64_t db_number(struct row *row, int column, int64_t min, int64_t max);
/* Milliseconds since 1970, or that something took: up to the year 9999. */
int64_t db_time(struct row *row, int column);
/* After reading a row: 0, or -1 with ERR_IO and the statement reset when it was damaged. */
int db_sound(struct row *row, struct err *err);

/* All rows of two texts. */
int db_pairs(struct store *s, sqlite3_stmt *st, struct arena *arena, struct settings *ret,
	     struct err *err);

/* Column readers that copy into an arena; NULL stays NULL. */
const char *db_text(sqlite3_stmt *st, int column, struct arena *arena);
const char *db_blob(sqlite3_stmt *st, int column, struct arena *arena, size_t *len);
