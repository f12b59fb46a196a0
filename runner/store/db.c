/* SPDX-License-Identifier: Apache-2.0 */
/* db: opens the state database, keeps its schema and its prepared statements. */
#include "runner/store/db.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define COMMITS_OF_A_LONG_RUN 32
#define LOG_SIZE	      (4608 * 1024) /* SQLite begins again after 1,000 pages */

#define PLACE "run=?1 AND experiment=?2 AND item=?3"

static const char *const sql[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_RUN_ADD] = "INSERT INTO run(name,lab,path,mode,version,source,started,modules_before,"
			"lang) VALUES(?,?,?,?,?,?,?,?,?)",
	[SQL_RUN_FINISH] =
		"UPDATE run SET finished=?2, earned=?3, possible=?4, exit_code=?5 WHERE id=?1",
	[SQL_RUN_GET] = "SELECT id,name,lab,path,mode,version,started,finished,earned,possible,"
			"exit_code,modules_before,source,lang FROM run WHERE id=?1",
	[SQL_RUN_LATEST] = "SELECT max(id) FROM run",
	[SQL_RUN_LIST] = "SELECT id,name,lab,path,mode,version,started,finished,earned,possible,"
			 "exit_code,NULL,NULL,lang FROM run ORDER BY id",
	[SQL_SETTING_ADD] = "INSERT INTO setting VALUES(?,?,?)",
	[SQL_SETTING_LIST] = "SELECT name,value FROM setting WHERE run=? ORDER BY name",
	[SQL_HOST_ADD] = "INSERT INTO host VALUES(?,?,?)",
	[SQL_HOST_LIST] = "SELECT role,uri FROM host WHERE run=? ORDER BY role",
	[SQL_EXAM_ADD] = "INSERT INTO exam VALUES(?,?,?,?)",
	[SQL_EXAM_GET] = "SELECT student,until,mark FROM exam WHERE run=?",
	[SQL_FACT_ADD] = "INSERT INTO fact SELECT ?1, count(*), ?2, ?3 FROM fact WHERE run=?1",
	[SQL_FACT_LIST] = "SELECT name,value FROM fact WHERE run=? ORDER BY n",
	[SQL_PREDICTION_ADD] = "INSERT INTO prediction VALUES(?,?,?,?,?,?,?)",
	[SQL_PREDICTION_GET] = "SELECT choice,reason,sure,at,hash FROM prediction"
			       " WHERE run=? AND experiment=?",
	[SQL_STEP_SET] = "INSERT OR REPLACE INTO step VALUES(?,?,?,?,?,?)",
	[SQL_STEP_GET] = "SELECT state,at,why FROM step WHERE " PLACE,
	[SQL_CHECK_SET] = "INSERT OR REPLACE INTO looked VALUES(?,?,?,?,?,?,?)",
	[SQL_CHECK_GET] = "SELECT verdict,reason,at,waited FROM looked WHERE " PLACE,
	[SQL_EVIDENCE_ADD] =
		"INSERT INTO evidence VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[SQL_EVIDENCE_LIST] = "SELECT name,kind,host,place,at,error,end,status,ms,out,out_head,"
			      "out_total,out_sha,err,err_head,err_total,err_sha FROM evidence"
			      " WHERE " PLACE " AND of=?4 ORDER BY n",
	[SQL_ANSWER_SET] = "INSERT OR REPLACE INTO answer VALUES(?,?,?,?,?,?,?,?)",
	[SQL_ANSWER_GET] = "SELECT text,hints,at,understood,understood_at FROM answer WHERE " PLACE,
	[SQL_RECONCILED_SET] = "INSERT OR REPLACE INTO reconciled VALUES(?,?,?,?)",
	[SQL_RECONCILED_GET] =
		"SELECT text,0,at,NULL,0 FROM reconciled WHERE run=? AND experiment=?",
	[SQL_CHANGE_ADD] = "INSERT INTO change(run,host,kind,name,existed,identity)"
			   " VALUES(?,?,?,?,?,?) ON CONFLICT(run,host,kind,name) DO UPDATE SET"
			   " existed=excluded.existed, identity=excluded.identity, undone=0,"
			   " why=NULL, path=NULL, settled=0, tagged=0 WHERE undone IN (-1, 1)",
	[SQL_CHANGE_SET] = "UPDATE change SET undone=?5, why=?6, existed=?7, identity=?8, path=?9,"
			   " settled=?10, tagged=?11"
			   " WHERE run=?1 AND host=?2 AND kind=?3 AND name=?4",
	[SQL_CHANGE_LIST] = "SELECT kind,name,existed,undone,why,host,identity,path,settled,tagged"
			    " FROM change WHERE run=? ORDER BY rowid",
	[SQL_CHANGE_LEFT] = "SELECT max(run) FROM change WHERE undone IN (?1, ?2)"
			    " OR (undone=0 AND existed=0)",
	[SQL_INVENTORY_SET] = "INSERT OR REPLACE INTO inventory VALUES(?,?,?)",
	[SQL_INVENTORY_LIST] = "SELECT host,text FROM inventory WHERE run=? ORDER BY host",
};

int db_fail_damaged(struct store *s, struct err *err)
{
	return err_set(
		err, ERR_IO, NULL,
		_("state database '%s/state.db' is damaged: move it away, and kvmlab makes a "
		  "new one; the runs in it are lost"),
		s->directory);
}

/* Also where SQLite only says that writing failed. */
static bool is_full(struct store *s)
{
	int error = sqlite3_system_errno(s->db);

	return sqlite3_errcode(s->db) == SQLITE_FULL || error == ENOSPC || error == EDQUOT;
}

int db_fail(struct store *s, struct err *err)
{
	if (is_full(s))
		return err_set(err, ERR_IO, NULL,
			       _("state database '%s/state.db': the disk is full: make room there, "
				 "then give the same command again"),
			       s->directory);
	switch (sqlite3_errcode(s->db)) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return db_fail_damaged(s, err);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return err_set(err, ERR_IO, NULL,
			       _("state database '%s/state.db': %s; it and its directory must be "
				 "yours to write"),
			       s->directory, sqlite3_errmsg(s->db));
	}
	return err_set(err, ERR_IO, NULL, _("state database '%s/state.db': %s"), s->directory,
		       sqlite3_errmsg(s->db));
}

static int execute(struct store *s, const char *text, struct err *err)
{
	return sqlite3_exec(s->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_fail(s, err);
}

static int read_version(struct store *s, int *ret, struct err *err)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL) != SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW) {
		sqlite3_finalize(st);
		return db_fail(s, err);
	}
	*ret = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return 0;
}

/* Two kvmlabs may meet here for the first time: the version is read again under the write lock. */
static int make_schema(struct store *s, struct err *err)
{
	int version;

	if (execute(s, "BEGIN IMMEDIATE", err) < 0 || read_version(s, &version, err) < 0)
		return -1;
	for (const struct db_upgrade *u = db_upgrades; u->sql; u++) {
		if (u->from != version)
			continue;
		if (execute(s, u->sql, err) < 0)
			return -1;
		version = u->to;
	}
	return execute(s, "COMMIT", err);
}

static int refuse_newer(const char *path, int version, struct err *err)
{
	if (version <= DB_VERSION)
		return 0;
	return err_set(err, ERR_IO, NULL,
		       _("state database '%s' is from a newer kvmlab (version %d, this one "
			 "knows %d)"),
		       path, version, DB_VERSION);
}

int db_open(struct store *s, const char *path, struct err *err)
{
	int version;

	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK)
		return db_fail(s, err);
	sqlite3_busy_timeout(s->db, 5000);
	if (execute(s, "PRAGMA synchronous=FULL; PRAGMA cache_size=-1024;", err) < 0 ||
	    read_version(s, &version, err) < 0)
		return -1;
	if (version == 0 && execute(s, "PRAGMA journal_mode=WAL;", err) < 0)
		return -1;
	if (version < DB_VERSION && make_schema(s, err) < 0)
		return -1;
	return refuse_newer(path, version, err);
}

/* SQLite wants to write beside a database even to read it, but for one that cannot change. */
static int open_unchanging(struct store *s, const char *path, int *version, struct err *err)
{
	_cleanup_buf_ struct buf uri = { 0 };
	struct stat log;

	buf_printf(&uri, "%s-wal", path);
	if (stat(buf_str(&uri), &log) == 0 && log.st_size)
		return db_fail(s, err);
	buf_reset(&uri);
	buf_puts(&uri, "file:");
	for (; *path; path++)
		if (strchr("%?#", *path))
			buf_printf(&uri, "%%%02x", (unsigned)*path);
		else
			buf_putc(&uri, *path);
	buf_puts(&uri, "?immutable=1");
	sqlite3_close(s->db);
	if (sqlite3_open_v2(buf_str(&uri), &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) !=
	    SQLITE_OK)
		return db_fail(s, err);
	return read_version(s, version, err);
}

int db_open_to_read(struct store *s, const char *path, struct err *err)
{
	int version, code;

	if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		return db_fail(s, err);
	sqlite3_busy_timeout(s->db, 5000);
	if (read_version(s, &version, err) < 0) {
		code = sqlite3_errcode(s->db);
		if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
			return -1;
		if (open_unchanging(s, path, &version, err) < 0)
			return -1;
	}
	if (version < DB_VERSION)
		return err_set(err, ERR_IO, NULL,
			       _("state database '%s' is from an older kvmlab and cannot be "
				 "written: its owner's 'kvmlab status' brings it up to date"),
			       path);
	return refuse_newer(path, version, err);
}

void db_close(struct store *s)
{
	for (size_t i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
}

static sqlite3_stmt *prepared(struct store *s, enum statement which)
{
	sqlite3_stmt **st = &s->statements[which];

	if (*st)
		sqlite3_reset(*st);
	else
		sqlite3_prepare_v3(s->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
	return *st;
}

static void bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	const void *blob;

	for (int i = 1; *types; types++, i++) {
		switch (*types) {
		case 'i':
			sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
			break;
		case 's':
			sqlite3_bind_text(st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'b':
			blob = va_arg(ap, const void *);
			sqlite3_bind_blob64(st, i, blob, va_arg(ap, size_t), SQLITE_STATIC);
			break;
		}
	}
}

sqlite3_stmt *db_bind(struct store *s, enum statement which, struct err *err, const char *types,
		      ...)
{
	sqlite3_stmt *st = prepared(s, which);
	va_list ap;

	if (!st) {
		db_fail(s, err);
		return NULL;
	}
	va_start(ap, types);
	bind(st, types, ap);
	va_end(ap);
	return st;
}

int db_step(struct store *s, sqlite3_stmt *st, struct err *err)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE) {
		db_fail(s, err);
		sqlite3_reset(st);
		return -1;
	}
	sqlite3_reset(st);
	return 0;
}

static int begin(struct store *s, struct err *err)
{
	sqlite3_stmt *st;

	if (s->in_transaction)
		return 0;
	st = db_bind(s, SQL_BEGIN, err, "");
	if (!st || db_step(s, st, err) < 0)
		return -1;
	s->in_transaction = true;
	return 0;
}

int db_write(struct store *s, enum statement which, struct err *err, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	if (begin(s, err) < 0)
		return -1;
	st = prepared(s, which);
	if (!st)
		return db_fail(s, err);
	va_start(ap, types);
	bind(st, types, ap);
	va_end(ap);
	return db_step(s, st, err) < 0 ? -1 : 0;
}

/*
 * A commit that makes the log longer costs a commit of the file system's own journal, too: up to
 * ten times what writing over a block costs. So the log gets its full length once, as soon as a run
 * turns out long. Zeros behind the last frame are no frame (https://sqlite.org/walformat.html); the
 * lock keeps others from writing.
 */
static void lengthen_log(struct store *s)
{
	static const char zeros[65536];
	sqlite3_file *log = NULL;
	sqlite3_int64 size;

	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
	    !log || !log->pMethods || log->pMethods->xFileSize(log, &size) != SQLITE_OK)
		return;
	for (; size < LOG_SIZE; size += (sqlite3_int64)sizeof(zeros))
		if (log->pMethods->xWrite(log, zeros, sizeof(zeros), size) != SQLITE_OK)
			return;
}

int store_commit(struct store *s, struct err *err)
{
	sqlite3_stmt *st;

	if (!s->in_transaction)
		return 0;
	st = db_bind(s, SQL_COMMIT, err, "");
	if (!st || db_step(s, st, err) < 0)
		return -1;
	s->in_transaction = false;
	if (++s->commits == COMMITS_OF_A_LONG_RUN && s->lock_fd >= 0)
		lengthen_log(s);
	return 0;
}
