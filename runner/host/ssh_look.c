/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_look: reads files and directories of another machine as look.c reads our own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"
#include "runner/host/ssh.h"

#define LOOK_MS 10000

/* What a tool says in the language 'C' when it could not look: strerror(3)'s words. */
struct cause {
	const char *words;
	int error;
};

static const struct cause causes[] = {
	{ "No such file or directory", ENOENT },
	{ "Not a directory", ENOTDIR },
	{ "Permission denied", EACCES },
	{ "Operation not permitted", EPERM },
	{ "Is a directory", EISDIR },
	{ "Too many levels of symbolic links", ELOOP },
	{ "File name too long", ENAMETOOLONG },
	{ "Input/output error", EIO },
	{ "not regular", EINVAL },
};

/* $1 is the path. Nothing but a regular file is opened, for a FIFO would keep us waiting. */
static const char read_script[] =
	"if [ -d \"$1\" ]; then echo 'Is a directory' >&2; exit 1; fi\n"
	"if [ -e \"$1\" ] && [ ! -f \"$1\" ]; then echo 'not regular' >&2; exit 1; fi\n"
	"exec head -c 67108864 -- \"$1\"\n";
static const char list_script[] =
	"if [ -e \"$1\" ] && [ ! -d \"$1\" ]; then echo 'Not a directory' >&2; exit 1; fi\n"
	"exec ls -1A -- \"$1\"\n";
static const char stat_script[] = "exec stat -L -c '%f %s %u %g %Y %t %T' -- \"$1\"\n";

static int find_cause(const char *said)
{
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (strstr(said, causes[i].words))
			return causes[i].error;
	return EIO;
}

static int not_seen(struct evidence_item *item, int error, struct err *err)
{
	item->error = error;
	item->out = (struct output){ .kept = "" };
	if (error == ENOENT || error == ENOTDIR)
		return 0;
	if (error == EINVAL)
		return err_set(err, ERR_ENV, NULL, _("'%s' is not a regular file"), item->where);
	return err_errno(err, ERR_ENV, error, _("cannot look at '%s'"), item->where);
}

/* Runs a script with a path; 1: item->out has what it printed, 0: it is not there, -1. */
static int look(struct host *h, const char *script, struct arena *arena, size_t keep,
		struct evidence_item *item, struct err *err)
{
	const char *const argv[] = { "sh", "-c", script, "sh", item->where, NULL };
	const struct process_spec spec = { .argv = argv, .timeout_ms = LOOK_MS, .keep = keep };
	struct evidence_item seen = { 0 };

	item->when_ms = clock_unix_ms();
	item->out.kept = "";
	if (ssh_run(h, &spec, arena, &seen, err) < 0) {
		item->error = EIO;
		return -1;
	}
	if (seen.end == END_TIMED_OUT || seen.end == END_UNKILLABLE)
		return not_seen(item, ETIMEDOUT, err);
	if (seen.end != END_EXITED || seen.status)
		return not_seen(item, find_cause(seen.err.kept), err);
	item->out = seen.out;
	return 1;
}

/* Of what was kept, the beginning: as look.c does. */
static void keep_head(struct output *out, size_t keep)
{
	if (out->total <= keep)
		return;
	out->kept_len = out->head_len = keep;
}

int ssh_read_file(struct host *h, const char *path, struct arena *arena, struct evidence_item *item,
		  struct err *err)
{
	bool made_up = !strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/", 5);
	size_t keep = made_up ? HOST_PROC_KEEP : HOST_FILE_KEEP;
	int rc;

	item->kind = EVIDENCE_FILE;
	item->where = arena_strdup(arena, path);
	rc = look(h, read_script, arena, 2 * keep, item, err);
	keep_head(&item->out, keep);
	return rc < 0 ? -1 : 0;
}

int ssh_list_dir(struct host *h, const char *path, struct arena *arena, struct evidence_item *item,
		 struct err *err)
{
	int rc;

	item->kind = EVIDENCE_DIR;
	item->where = arena_strdup(arena, path);
	rc = look(h, list_script, arena, 2 * HOST_FILE_KEEP, item, err);
	keep_head(&item->out, HOST_FILE_KEEP);
	return rc < 0 ? -1 : 0;
}

int ssh_stat(struct host *h, const char *path, struct arena *arena, struct evidence_item *item,
	     struct err *err)
{
	_cleanup_buf_ struct buf out = { 0 };
	unsigned mode, uid, gid, major, minor;
	long long size, mtime;
	int rc;

	item->kind = EVIDENCE_PROBE;
	item->where = arena_strdup(arena, path);
	rc = look(h, stat_script, arena, 0, item, err);
	if (rc <= 0)
		return rc;
	if (sscanf(item->out.kept, "%x %lld %u %u %lld %x %x", &mode, &size, &uid, &gid, &mtime,
		   &major, &minor) != 7)
		return not_seen(item, EIO, err);
	buf_printf(&out, "type=%s\nsize=%lld\nmode=%04o\nuid=%u\ngid=%u\nmtime=%lld\n",
		   host_file_kind(mode), size, mode & 07777, uid, gid, mtime);
	if (S_ISCHR(mode) || S_ISBLK(mode))
		buf_printf(&out, "device=%u:%u\n", major, minor);
	host_output_set(&item->out, buf_str(&out), out.len, arena);
	return 0;
}

/* What a login shell says in its start-up files would stand in every command's output. */
static int refuse_greeting(const struct host *h, const char *said, struct err *err)
{
	return err_set(err, ERR_ENV, NULL,
		       _("logging in to host '%s' prints '%.*s', which would stand in every "
			 "command's output: its shell must print nothing when it is not used at a "
			 "terminal"),
		       h->role, (int)strcspn(said, "\r\n"), said);
}

int ssh_look_at_tools(struct host *h, struct err *err)
{
	static const char lacks[] = "kvmlab lacks ";
	static const char script[] =
		"for c in env setsid grep sleep cat kill id head ls stat; do\n"
		"	command -v $c >/dev/null || { echo kvmlab lacks $c; exit; }\n"
		"done\n"
		"[ -r /proc/self/environ ] || echo kvmlab lacks /proc\n";
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct process_spec spec = { .argv = argv, .timeout_ms = LOOK_MS };
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence_item item = { .name = "tools" };

	if (ssh_run(h, &spec, &scratch, &item, err) < 0)
		return -1;
	if (item.err.total)
		return refuse_greeting(h, item.err.kept, err);
	if (item.out.total && strncmp(item.out.kept, lacks, strlen(lacks)))
		return refuse_greeting(h, item.out.kept, err);
	if (item.end == END_EXITED && !item.status && !item.out.total)
		return 0;
	return err_set(err, ERR_ENV, NULL, _("host '%s' lacks '%.*s', which kvmlab needs there"),
		       h->role, (int)strcspn(item.out.kept + strlen(lacks), "\n"),
		       item.out.total ? item.out.kept + strlen(lacks) : "sh");
}
