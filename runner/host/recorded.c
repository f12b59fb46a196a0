/* SPDX-License-Identifier: Apache-2.0 */
/* recorded: a host as it was once seen, from a directory; the format: fixtures/hosts/README.md. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"

#define LIKE_MAX 4 /* recordings that each differ from the next */

static const char *directory(const struct host *h)
{
	return h->uri + strlen("recorded:");
}

int host_recorded_open(struct host *h, struct err *err)
{
	struct stat st;

	if (strncmp(h->uri, "recorded:", strlen("recorded:")) != 0 || stat(directory(h), &st) < 0 ||
	    !S_ISDIR(st.st_mode))
		return err_set(err, ERR_USAGE, NULL,
			       _("'%s' is no recorded host: expected 'recorded:DIR'"), h->uri);
	return 0;
}

/* The text of dir/name, or NULL when the recording has none. */
static const char *read_text(const char *dir, const char *name, struct arena *arena)
{
	struct evidence_item item = { 0 };
	struct err err;

	if (host_read_path(arena_printf(arena, "%s/%s", dir, name), name, arena, &item, &err) < 0 ||
	    item.error)
		return NULL;
	return item.out.kept;
}

static const char *read_own(struct host *h, const char *name, struct arena *arena)
{
	return read_text(directory(h), name, arena);
}

/* What a command printed may be no text, and longer than what is kept of a file. */
static void read_output(const char *path, struct output *out, struct arena *arena)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	_cleanup_buf_ struct buf bytes = { 0 };
	char chunk[4096];
	size_t n;

	while (f && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&bytes, chunk, n);
	host_output_set(out, buf_str(&bytes), bytes.len, arena);
}

/* The next line of *text that is neither empty nor a comment, copied; NULL at the end. */
static char *next_line(const char **text, struct arena *arena)
{
	while (*text && **text) {
		size_t len = strcspn(*text, "\n");
		const char *line = *text;

		*text += len + (line[len] == '\n');
		if (len && *line != '#')
			return arena_memdup(arena, line, len);
	}
	return NULL;
}

/* Cuts the first word off *rest and returns it, "" at the end. */
static char *cut_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	char *end = word + strcspn(word, " \t");

	*rest = *end ? end + 1 + strspn(end + 1, " \t") : end;
	*end = 0;
	return word;
}

static int refuse(struct evidence_item *item, const char *path, struct err *err)
{
	item->error = EACCES;
	item->out.kept = "";
	return err_errno(err, ERR_ENV, EACCES, _("cannot look at '%s'"), path);
}

/* 'unreadable' lists patterns of paths, and 'command:NAME', that answer EACCES. */
static bool is_unreadable(struct host *h, const char *path, struct arena *arena)
{
	const char *text = read_own(h, "unreadable", arena), *pattern;

	while ((pattern = next_line(&text, arena)))
		if (!fnmatch(pattern, path, 0))
			return true;
	return false;
}

static const char *in_root(struct host *h, const char *path, struct arena *arena)
{
	return arena_printf(arena, "%s/root%s", directory(h), path);
}

static int read_file(struct host *h, const char *path, struct arena *arena,
		     struct evidence_item *item, struct err *err)
{
	int rc = host_read_path(in_root(h, path, arena), path, arena, item, err);

	if (is_unreadable(h, path, arena))
		return refuse(item, path, err);
	return rc;
}

static int list_dir(struct host *h, const char *path, struct arena *arena,
		    struct evidence_item *item, struct err *err)
{
	int rc = host_list_path(in_root(h, path, arena), path, arena, item, err);

	if (is_unreadable(h, path, arena))
		return refuse(item, path, err);
	return rc;
}

/* 'stat' holds lines 'PATH key=value ...'; the first path that fits counts. */
static const char *find_stat(struct host *h, const char *path, struct arena *arena)
{
	const char *text = read_own(h, "stat", arena);
	char *line;

	while ((line = next_line(&text, arena))) {
		char *rest = line;

		if (strcmp(cut_word(&rest), path) != 0)
			continue;
		for (char *p = rest; *p; p++)
			*p = *p == ' ' ? '\n' : *p;
		return arena_printf(arena, "%s\n", rest);
	}
	return NULL;
}

static const char *guess_stat(const struct stat *st, struct arena *arena)
{
	if (S_ISDIR(st->st_mode))
		return "type=directory\nsize=4096\nmode=0755\nuid=0\ngid=0\nmtime=0\n";
	return arena_printf(arena, "type=regular\nsize=%lld\nmode=0644\nuid=0\ngid=0\nmtime=0\n",
			    (long long)st->st_size);
}

static int look_stat(struct host *h, const char *path, struct arena *arena,
		     struct evidence_item *item, struct err *err)
{
	const char *text = find_stat(h, path, arena);
	struct stat st;

	item->kind = EVIDENCE_PROBE;
	item->where = arena_strdup(arena, path);
	item->when_ms = clock_unix_ms();
	item->out.kept = "";
	if (is_unreadable(h, path, arena))
		return refuse(item, path, err);
	if (!text && stat(in_root(h, path, arena), &st) < 0) {
		item->error = ENOENT;
		return 0;
	}
	if (!text)
		text = guess_stat(&st, arena);
	host_output_set(&item->out, text, strlen(text), arena);
	return 0;
}

static void set_output(const char *dir, const char *name, struct output *out, struct arena *arena)
{
	if (strcmp(name, "-") != 0)
		read_output(arena_printf(arena, "%s/commands/%s", dir, name), out, arena);
	else
		host_output_set(out, "", 0, arena);
}

static void set_end(struct evidence_item *item, const char *word)
{
	item->end = END_EXITED;
	if (!strcmp(word, "timeout"))
		item->end = END_TIMED_OUT;
	else if (!strncmp(word, "signal:", 7))
		item->end = END_SIGNALLED;
	item->status = (int)strtol(word + (item->end == END_SIGNALLED ? 7 : 0), NULL, 10);
}

/* 'commands.txt' holds lines 'STATUS STDOUT-FILE STDERR-FILE PATTERN'. */
static bool answer(const char *dir, struct arena *arena, struct evidence_item *item)
{
	const char *text = read_text(dir, "commands.txt", arena);
	char *line;

	while ((line = next_line(&text, arena))) {
		char *rest = line;
		const char *status = cut_word(&rest);
		const char *out = cut_word(&rest);
		const char *errors = cut_word(&rest);

		if (fnmatch(rest, item->where, 0) != 0)
			continue;
		set_end(item, status);
		set_output(dir, out, &item->out, arena);
		set_output(dir, errors, &item->err, arena);
		return true;
	}
	return false;
}

/* 'like' holds the path, from here, of the recording that this one differs from. */
static const char *find_like(const char *dir, struct arena *arena)
{
	const char *text = read_text(dir, "like", arena);
	const char *path = next_line(&text, arena);

	return path ? arena_printf(arena, "%s/%s", dir, path) : NULL;
}

static int run(struct host *h, const struct process_spec *spec, struct arena *arena,
	       struct evidence_item *item, struct err *err)
{
	const char *dir = directory(h);

	item->kind = EVIDENCE_COMMAND;
	item->where = host_command_line(spec->argv, arena);
	item->when_ms = clock_unix_ms();
	if (is_unreadable(h, arena_printf(arena, "command:%s", spec->argv[0]), arena))
		return refuse(item, item->where, err);
	for (int i = 0; dir && i < LIKE_MAX; i++, dir = find_like(dir, arena))
		if (answer(dir, arena, item))
			return 0;
	item->end = END_NOT_RUN;
	item->error = item->status = ENOENT;
	item->out.kept = item->err.kept = "";
	return 0;
}

static int kvm(struct host *h, struct arena *arena, struct evidence_item *item, struct err *err)
{
	const char *text = read_own(h, "kvm", arena);

	item->kind = EVIDENCE_PROBE;
	item->where = "/dev/kvm";
	item->when_ms = clock_unix_ms();
	if (is_unreadable(h, "/dev/kvm", arena))
		return refuse(item, "/dev/kvm", err);
	text = text ? text : "exists=0\nopen_errno=ENOENT\n";
	host_output_set(&item->out, text, strlen(text), arena);
	return 0;
}

const struct host_ops host_recorded = {
	.scheme = "recorded",
	.read_file = read_file,
	.list_dir = list_dir,
	.run = run,
	.stat = look_stat,
	.kvm = kvm,
};
