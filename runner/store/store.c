/* SPDX-License-Identifier: Apache-2.0 */
/* store: the state directory, its lock, and the table of runs. */
#include "runner/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/store/db.h"

/* The XDG base directory specification: $XDG_STATE_HOME, else ~/.local/state; relative paths are
 * ignored. */
static int directory_name(struct buf *ret, struct err *err)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (state && state[0] == '/')
		buf_printf(ret, "%s/kvmlab", state);
	else if (home && home[0] == '/')
		buf_printf(ret, "%s/.local/state/kvmlab", home);
	else
		return err_set(
			err, ERR_IO, NULL,
			_("no place for the state: neither 'XDG_STATE_HOME' nor 'HOME' is set"));
	return 0;
}

static int make_directories(char *path, struct err *err)
{
	for (char *p = path + 1;; p++) {
		char end = *p;

		if (end != '/' && end != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_errno(err, ERR_IO, errno,
					 _("cannot make the state directory '%s'"), path);
		*p = end;
		if (!end)
			return 0;
	}
}

/* A database that is not there yet can be written where its directory can. */
static bool can_write(const char *directory, const char *path)
{
	return access(directory, W_OK) == 0 && (access(path, W_OK) == 0 || errno == ENOENT);
}

static int open_store(struct store **ret, int (*opener)(struct store *, const char *, struct err *),
		      struct err *err)
{
	_cleanup_buf_ struct buf path = { 0 };
	struct store *s;

	if (directory_name(&path, err) < 0 || make_directories(path.data, err) < 0)
		return -1;
	s = mem_alloc(sizeof(*s));
	*s = (struct store){ .lock_fd = -1, .directory = strdup(path.data) };
	buf_puts(&path, "/state.db");
	if (can_write(s->directory, path.data))
		opener = db_open;
	if (opener(s, path.data, err) < 0) {
		store_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

int store_open(struct store **ret, struct err *err)
{
	return open_store(ret, db_open, err);
}

int store_open_to_read(struct store **ret, struct err *err)
{
	return open_store(ret, db_open_to_read, err);
}

bool store_is_there(void)
{
	_cleanup_buf_ struct buf path = { 0 };

	if (directory_name(&path, NULL) < 0)
		return false;
	buf_puts(&path, "/state.db");
	return access(buf_str(&path), F_OK) == 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	db_close(s);
	cleanup_fd(&s->lock_fd);
	free(s->directory);
	free(s);
}

uint64_t store_identity(const struct store *s)
{
	struct stat st;

	if (stat(s->directory, &st) < 0)
		return 0;
	/* Small file systems, as containers have them, number their files alike. */
	return (uint64_t)st.st_ino ^ (uint64_t)st.st_dev * 0x9e3779b97f4a7c15;
}

static int name_holder(int fd, struct err *err)
{
	char holder[512];
	ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);

	while (n > 0 && holder[n - 1] == '\n')
		n--;
	if (n <= 0)
		return err_set(err, ERR_LOCKED, NULL, _("another kvmlab is running"));
	holder[n] = '\0';
	return err_set(err, ERR_LOCKED, NULL,
		       _("another kvmlab is running: %s; wait for it, or end it with Ctrl-C there"),
		       holder);
}

/*
 * A POSIX lock belongs to this process alone: a step that is just being started has copies of our
 * descriptors until it execs, and would keep a flock(2) beyond our death.
 */
int store_lock(struct store *s, const char *purpose, struct err *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	_cleanup_buf_ struct buf text = { 0 };
	time_t now = (time_t)(clock_unix_ms() / 1000);
	struct tm tm;
	char when[32];

	buf_printf(&text, "%s/lock", s->directory);
	s->lock_fd = open(text.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		return err_errno(err, ERR_IO, errno, _("cannot open '%s'"), text.data);
	if (fcntl(s->lock_fd, F_SETLK, &whole) < 0)
		return name_holder(s->lock_fd, err);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", localtime_r(&now, &tm));
	buf_reset(&text);
	buf_printf(&text, _("'%s', process %ld, since %s"), purpose, (long)getpid(), when);
	buf_putc(&text, '\n');
	if (ftruncate(s->lock_fd, 0) < 0 ||
	    pwrite(s->lock_fd, text.data, text.len, 0) != (ssize_t)text.len)
		return err_errno(err, ERR_IO, errno, _("cannot write the lock file"));
	return 0;
}

int store_run_add(struct store *s, struct run_row *row, const struct settings *settings,
		  struct err *err)
{
	if (db_write(s, SQL_RUN_ADD, err, "sssssbiss", row->name, row->lab, row->path, row->mode,
		     row->version, row->source, row->source_len, row->started_ms,
		     row->modules_before, row->lang) < 0)
		return -1;
	row->id = sqlite3_last_insert_rowid(s->db);
	for (size_t i = 0; settings && i < settings->n; i++)
		if (db_write(s, SQL_SETTING_ADD, err, "iss", row->id, settings->v[i].name,
			     settings->v[i].value) < 0)
			return -1;
	return 0;
}

int store_run_finish(struct store *s, const struct run_row *row, struct err *err)
{
	return db_write(s, SQL_RUN_FINISH, err, "iiiii", row->id, row->finished_ms, row->earned,
			row->possible, (int64_t)row->exit_code);
}

static int read_run(struct row *row, struct run_row *ret, struct err *err)
{
	ret->id = sqlite3_column_int64(row->st, 0);
	ret->name = db_needed(row, 1);
	ret->lab = db_needed(row, 2);
	ret->path = db_needed(row, 3);
	ret->mode = db_needed(row, 4);
	ret->version = db_needed(row, 5);
	ret->started_ms = db_time(row, 6);
	ret->finished_ms = db_time(row, 7);
	ret->earned = db_number(row, 8, 0, INT32_MAX);
	ret->possible = db_number(row, 9, 0, INT32_MAX);
	ret->exit_code = (int)db_number(row, 10, 0, 255);
	ret->modules_before = db_text(row->st, 11, row->arena);
	ret->source = db_blob(row->st, 12, row->arena, &ret->source_len);
	ret->lang = db_text(row->st, 13, row->arena);
	return db_sound(row, err);
}

static int latest(struct store *s, int64_t *ret, struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_RUN_LATEST, err, "");

	if (!st || db_step(s, st, err) < 0)
		return -1;
	*ret = sqlite3_column_int64(st, 0);
	sqlite3_reset(st);
	if (!*ret)
		return err_set(err, ERR_USAGE, NULL,
			       _("there is no run yet: start one with 'kvmlab run LAB'"));
	return 0;
}

int store_host_add(struct store *s, int64_t run, const struct settings *hosts, struct err *err)
{
	for (size_t i = 0; i < hosts->n; i++)
		if (db_write(s, SQL_HOST_ADD, err, "iss", run, hosts->v[i].name,
			     hosts->v[i].value) < 0)
			return -1;
	return 0;
}

int store_host_list(struct store *s, int64_t run, struct arena *arena, struct settings *ret,
		    struct err *err)
{
	return db_pairs(s, db_bind(s, SQL_HOST_LIST, err, "i", run), arena, ret, err);
}

int store_run_get(struct store *s, int64_t id, struct arena *arena, struct run_row *ret,
		  struct settings *settings, struct err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (!id && latest(s, &id, err) < 0)
		return -1;
	st = db_bind(s, SQL_RUN_GET, err, "i", id);
	rc = st ? db_step(s, st, err) : -1;
	if (rc < 0)
		return -1;
	if (!rc)
		return err_set(err, ERR_USAGE, NULL,
			       _("there is no run %lld: 'kvmlab status' lists them"),
			       (long long)id);
	if (read_run(&(struct row){ s, st, arena }, ret, err) < 0)
		return -1;
	sqlite3_reset(st);
	return settings ? db_pairs(s, db_bind(s, SQL_SETTING_LIST, err, "i", id), arena, settings,
				   err)
			: 0;
}

int store_run_list(struct store *s, struct arena *arena, struct run_row **ret, size_t *n,
		   struct err *err)
{
	sqlite3_stmt *st = db_bind(s, SQL_RUN_LIST, err, "");
	_cleanup_buf_ struct buf rows = { 0 };
	struct row found = { s, st, arena };
	struct run_row row;
	int rc = st ? 0 : -1;

	while (st && (rc = db_step(s, st, err)) > 0) {
		if (read_run(&found, &row, err) < 0)
			return -1;
		buf_add(&rows, &row, sizeof(row));
	}
	if (rc < 0)
		return -1;
	*n = rows.len / sizeof(row);
	*ret = (struct run_row *)(void *)arena_memdup(arena, rows.data, rows.len);
	return 0;
}
