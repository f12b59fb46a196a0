/* SPDX-License-Identifier: Apache-2.0 */
/* err: fills error objects and holds the exit code table. */
#include "runner/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/arena.h"
#include "runner/base/i18n.h"

#define COMPLAINTS_KEPT_MAX 100

const struct exit_code exit_codes[] = {
	{ 0, "done", N_("done; the threshold is met") },
	{ 1, "below-threshold",
	  N_("graded: below the threshold, or a check failed; doctor: something lacks") },
	{ 3, "not-graded", N_("could not be graded: the environment did not let kvmlab look") },
	{ 64, "usage", N_("the command line is wrong") },
	{ 65, "invalid-lab",
	  N_("a lab, an answers file, a bundle or a run's locked prediction is invalid") },
	{ 69, "no-libvirt", N_("libvirt cannot be reached") },
	{ 73, "cannot-create", N_("a report could not be created; this beats the verdict") },
	{ 74, "io-error", N_("reading or writing failed; this beats the verdict") },
	{ 75, "locked", N_("another run holds the lock") },
	{ 77, "no-privilege", N_("needs a privilege that this user does not have") },
	{ 130, "interrupted", N_("interrupted from the keyboard; never counted as failed") },
	{ 143, "terminated", N_("told to end; never counted as failed") },
	{ 0, NULL, NULL },
};

static const int kind_exit[] = {
	[ERR_NONE] = 0,	      [ERR_ENV] = 3,	     [ERR_USAGE] = 64,	    [ERR_LAB] = 65,
	[ERR_LIBVIRT] = 69,   [ERR_CREATE] = 73,     [ERR_IO] = 74,	    [ERR_LOCKED] = 75,
	[ERR_PRIVILEGE] = 77, [ERR_INTERRUPT] = 130, [ERR_TERMINATE] = 143,
};

int err_exit_code(enum err_kind kind)
{
	return kind_exit[kind];
}

static void place(struct err *err, enum err_kind kind, const struct loc *loc)
{
	err->kind = kind;
	err->loc = loc ? *loc : (struct loc){ 0 };
}

int err_set(struct err *err, enum err_kind kind, const struct loc *loc, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -1;
	place(err, kind, loc);
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int err_errno(struct err *err, enum err_kind kind, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	if (!err)
		return -1;
	place(err, kind, NULL);
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof(err->msg) - len, ": %s", strerrordesc_np(errnum));
	return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char old[sizeof(err->msg)];
	va_list ap;
	size_t len;

	if (!err)
		return -1;
	memcpy(old, err->msg, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof(err->msg) - len, ": %s", old);
	return -1;
}

static const char *copy(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(mem_alloc(size), s, size);
}

void complaints_add(struct complaints *c, const struct err *err)
{
	if (c->n++ >= COMPLAINTS_KEPT_MAX)
		return;
	if (c->n > c->cap) {
		c->cap = c->cap ? c->cap * 2 : 8;
		c->v = mem_realloc(c->v, c->cap * sizeof(*c->v));
	}
	c->v[c->n - 1] = *err;
	if (err->loc.file)
		c->v[c->n - 1].loc.file = copy(err->loc.file);
}

size_t complaints_kept(const struct complaints *c)
{
	return c->n < COMPLAINTS_KEPT_MAX ? c->n : COMPLAINTS_KEPT_MAX;
}

void complaints_done(struct complaints *c)
{
	for (size_t i = 0; i < complaints_kept(c); i++)
		free((char *)c->v[i].loc.file);
	free(c->v);
	*c = (struct complaints){ 0 };
}
