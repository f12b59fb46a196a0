/* SPDX-License-Identifier: Apache-2.0 */
/* emit: writes reports to a temporary file beside the target, then renames. */
#include "runner/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/load.h"

static int unknown_format(const char *name, size_t len, struct err *err)
{
	const char *names[EMISSIONS_MAX * 4];
	_cleanup_buf_ struct buf word = { 0 };
	_cleanup_buf_ struct buf all = { 0 };
	const char *near;
	size_t n = 0;

	buf_add(&word, name, len);
	for (; report_formats[n] && n < ARRAY_SIZE(names); n++) {
		names[n] = report_formats[n]->name;
		buf_printf(&all, "%s%s", n ? ", " : "", names[n]);
	}
	near = nearest(buf_str(&word), names, n);
	if (near)
		return err_set(err, ERR_USAGE, NULL,
			       _("unknown report format '%s': did you mean '%s'?"), buf_str(&word),
			       near);
	return err_set(err, ERR_USAGE, NULL, _("unknown report format '%s': there are %s"),
		       buf_str(&word), buf_str(&all));
}

static const struct report_format *find(const char *name, size_t len)
{
	for (size_t i = 0; report_formats[i]; i++)
		if (strlen(report_formats[i]->name) == len &&
		    !strncmp(report_formats[i]->name, name, len))
			return report_formats[i];
	return NULL;
}

int emissions_parse(const char *const *values, size_t n, struct emissions *ret, struct err *err)
{
	size_t on_stdout = 0;

	*ret = (struct emissions){ 0 };
	if (n > EMISSIONS_MAX)
		return err_set(err, ERR_USAGE, NULL, _("at most %d reports at once"),
			       EMISSIONS_MAX);
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(values[i], ":");
		struct emission *e = &ret->v[ret->n++];

		e->format = find(values[i], len);
		if (!e->format)
			return unknown_format(values[i], len, err);
		e->path = values[i][len] ? values[i] + len + 1 : NULL;
		if (e->path && (!*e->path || !strcmp(e->path, "-")))
			e->path = NULL;
		on_stdout += !e->path;
	}
	if (on_stdout > 1)
		return err_set(err, ERR_USAGE, NULL,
			       _("only one report can go to standard output: give the others a "
				 "path, as in 'html:lab.html'"));
	return 0;
}

bool emissions_use_stdout(const struct emissions *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (!e->v[i].path)
			return true;
	return false;
}

/* '%' in a path is the lab's id, so that one option serves several labs. */
static void expand(struct buf *out, const char *path, const char *lab)
{
	for (; *path; path++)
		if (*path == '%')
			buf_puts(out, lab);
		else
			buf_putc(out, *path);
}

static int create(const char *path, struct buf *temporary, struct err *err)
{
	int fd;

	buf_printf(temporary, "%s.XXXXXX", path);
	fd = mkostemp(temporary->data, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, ERR_CREATE, errno, _("cannot create the report '%s'"), path);
	return fd;
}

/* A report takes the place of a file; what else stands there is somebody's for good. */
static int check_target(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_CREATE, NULL,
			       _("cannot create the report '%s': it is a directory"), path);
	return err_set(err, ERR_CREATE, NULL,
		       _("cannot create the report '%s': it is a device, FIFO or socket; '-' is "
			 "standard output"),
		       path);
}

/* The file that an emission writes: a link stays, and what it leads to is replaced. */
static int find_target(const struct emission *e, const char *lab, struct buf *ret, struct err *err)
{
	struct stat st;
	char *real;

	expand(ret, e->path, lab);
	if (lstat(buf_str(ret), &st) == 0 && S_ISLNK(st.st_mode)) {
		real = realpath(buf_str(ret), NULL);
		if (!real)
			return err_errno(err, ERR_CREATE, errno,
					 _("cannot create the report '%s', a dangling link"),
					 buf_str(ret));
		buf_reset(ret);
		buf_puts(ret, real);
		free(real);
	}
	return check_target(buf_str(ret), err);
}

int emissions_check(const struct emissions *e, const char *lab, struct err *err)
{
	for (size_t i = 0; i < e->n; i++) {
		_cleanup_buf_ struct buf path = { 0 };
		_cleanup_buf_ struct buf temporary = { 0 };
		int fd;

		if (!e->v[i].path)
			continue;
		if (find_target(&e->v[i], lab, &path, err) < 0)
			return -1;
		fd = create(buf_str(&path), &temporary, err);
		if (fd < 0)
			return -1;
		close(fd);
		unlink(buf_str(&temporary));
	}
	return 0;
}

/* The document on disk, whole, under its temporary name. */
static int fill(int fd, const struct emission *e, const struct report *report, struct err *err)
{
	FILE *f = fdopen(fd, "w");
	int failed;

	if (!f) {
		close(fd);
		return err_errno(err, ERR_IO, errno, _("cannot write the report"));
	}
	e->format->write(f, report);
	failed = ferror(f) || fflush(f) || fchmod(fd, 0644) || fsync(fd) ? errno : 0;
	if (fclose(f) && !failed)
		failed = errno;
	if (failed)
		return err_errno(err, ERR_IO, failed, _("cannot write the report '%s'"), e->path);
	return 0;
}

static int write_file(const struct emission *e, const struct report *report, struct err *err)
{
	_cleanup_buf_ struct buf path = { 0 };
	_cleanup_buf_ struct buf temporary = { 0 };
	int fd;

	if (find_target(e, report->lab->id, &path, err) < 0)
		return -1;
	fd = create(buf_str(&path), &temporary, err);
	if (fd < 0)
		return -1;
	if (fill(fd, e, report, err) < 0) {
		unlink(buf_str(&temporary));
		return -1;
	}
	if (rename(buf_str(&temporary), buf_str(&path)) == 0)
		return 0;
	err_errno(err, ERR_CREATE, errno, _("cannot create the report '%s'"), buf_str(&path));
	unlink(buf_str(&temporary));
	return -1;
}

static int write_stdout(const struct emission *e, const struct report *report, struct err *err)
{
	e->format->write(stdout, report);
	if (fflush(stdout) || ferror(stdout))
		return err_errno(err, ERR_IO, errno, _("cannot write to standard output"));
	return 0;
}

int emissions_write(const struct emissions *e, const struct report *report, struct err *err)
{
	for (size_t i = 0; i < e->n; i++)
		if ((e->v[i].path ? write_file(&e->v[i], report, err)
				  : write_stdout(&e->v[i], report, err)) < 0)
			return -1;
	return 0;
}
