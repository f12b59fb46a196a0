/* SPDX-License-Identifier: Apache-2.0 */
/* complain: the words and the order in which mistakes of a file are reported. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/context.h"

#define SHOWN_MAX 60
#define KNOWN_MAX 24

bool complain_is_full(const struct load *load)
{
	return load->out->n > complaints_kept(load->out);
}

bool complain_silently(struct load *load)
{
	if (!complain_is_full(load))
		return false;
	load->out->n++;
	return true;
}

static void add(struct load *load, const struct loc *loc, const char *fmt, va_list ap)
{
	char text[sizeof(((struct err *)0)->msg)];
	struct err err;

	if (complain_silently(load))
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	err_set(&err, ERR_LAB, loc, "%s", text);
	complaints_add(load->out, &err);
}

static struct loc loc_of(const struct load *load, const struct node *at)
{
	return (struct loc){ load->file, at ? at->line : 0, at ? at->col : 0 };
}

void complain(struct load *load, const struct node *at, const char *fmt, ...)
{
	struct loc loc = loc_of(load, at);
	va_list ap;

	va_start(ap, fmt);
	add(load, &loc, fmt, ap);
	va_end(ap);
}

void complain_io(struct load *load, int errnum)
{
	struct err err;

	err_errno(&err, ERR_IO, errnum, _("cannot be read"));
	err.loc.file = load->file;
	complaints_add(load->out, &err);
}

void complain_setting(struct load *load, const char *fmt, ...)
{
	struct loc loc = { 0 };
	va_list ap;

	va_start(ap, fmt);
	add(load, &loc, fmt, ap);
	va_end(ap);
}

const char *shown(struct load *load, const char *text)
{
	size_t len = strnlen(text, SHOWN_MAX + 1), end = strcspn(text, "\n");
	const char *rest = len > SHOWN_MAX || (end < len && text[end + 1]) ? "..." : "";

	if (len > SHOWN_MAX)
		len = SHOWN_MAX;
	/* Never half a letter. */
	while (len && len == SHOWN_MAX && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	if (end < len)
		len = end;
	return arena_printf(load->tree, "%.*s%s", (int)len, text, rest);
}

static void add_list(struct buf *b, const struct strings *known)
{
	buf_puts(b, _("; known: "));
	for (size_t i = 0; i < known->n && i < KNOWN_MAX; i++)
		buf_printf(b, "%s%s", i ? ", " : "", known->v[i]);
	if (known->n > KNOWN_MAX)
		buf_puts(b, ", ...");
}

const char *suggest(struct load *load, const char *word, const struct strings *known)
{
	_cleanup_buf_ struct buf b = { 0 };
	const char *near;

	if (complain_is_full(load))
		return "";
	near = nearest(word, known->v, known->n);
	if (near)
		buf_printf(&b, _("; did you mean '%s'?"), near);
	else if (known->n)
		add_list(&b, known);
	return arena_strdup(load->tree, buf_str(&b));
}

void complain_unknown(struct load *load, const struct node *at, const char *word,
		      const struct strings *known, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	complain(load, at, "%s%s", text, suggest(load, word, known));
}

/* Complaints without a place come first; equal places keep their order. */
static int compare(const void *a, const void *b)
{
	const struct err *const *x = a, *const *y = b;
	const struct loc *p = &(*x)->loc, *q = &(*y)->loc;

	if (p->line != q->line)
		return p->line < q->line ? -1 : 1;
	if (p->col != q->col)
		return p->col < q->col ? -1 : 1;
	return *x < *y ? -1 : 1;
}

void complaints_sort(struct complaints *out, size_t from)
{
	size_t kept = complaints_kept(out), n = kept > from ? kept - from : 0;
	_cleanup_free_ const struct err **order = mem_alloc(n * sizeof(*order));
	_cleanup_free_ struct err *sorted = mem_alloc(n * sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		order[i] = &out->v[from + i];
	if (n)
		qsort(order, n, sizeof(*order), compare);
	for (size_t i = 0; i < n; i++)
		sorted[i] = *order[i];
	if (n)
		memcpy(out->v + from, sorted, n * sizeof(*sorted));
}
