/* SPDX-License-Identifier: Apache-2.0 */
/* text_table: a table in 80 columns, cells wrapped. */
#include <stdlib.h>
#include <string.h>

#include "reports/text.h"
#include "reports/wrap.h"
#include "runner/base/arena.h"
#include "runner/base/cleanup.h"
#include "runner/base/utf8.h"

#define GAP	   2
#define COLUMN_MIN 8

struct layout {
	const struct table *table;
	size_t *widths;
	size_t indent;
};

static size_t columns_of(const char *cell)
{
	_cleanup_free_ char *s = NULL;
	size_t len, most = 0, next;

	s = wrap_escape(cell, strlen(cell), &len);
	for (size_t i = 0; i < len; i += next) {
		size_t line = wrap_line(s + i, len - i, SIZE_MAX, &next);
		size_t n = utf8_columns(s + i, line);

		most = n > most ? n : most;
	}
	return most;
}

/* Takes from the widest column until all fit. */
static void shrink(struct layout *l)
{
	size_t n = l->table->column_count, room = WRAP_COLUMNS - l->indent - GAP * (n - 1);

	for (;;) {
		size_t sum = 0, widest = 0;

		for (size_t i = 0; i < n; i++) {
			sum += l->widths[i];
			if (l->widths[i] > l->widths[widest])
				widest = i;
		}
		if (sum <= room || l->widths[widest] <= COLUMN_MIN)
			return;
		l->widths[widest]--;
	}
}

static void measure(struct layout *l)
{
	const struct table *t = l->table;

	for (size_t i = 0; i < t->column_count; i++)
		l->widths[i] = columns_of(t->columns[i].title);
	for (size_t i = 0; i < t->row_count * t->column_count; i++) {
		size_t n = columns_of(t->cells[i]), *width = &l->widths[i % t->column_count];

		*width = n > *width ? n : *width;
	}
	shrink(l);
}

struct cell {
	char *s;
	size_t len, at;
};

static void put_cell(FILE *f, const struct layout *l, size_t i, struct cell *cell, size_t *owed)
{
	bool right = l->table->columns[i].kind == COLUMN_FIGURE;
	const char *s = cell->s + cell->at;
	size_t next, line = wrap_line(s, cell->len - cell->at, l->widths[i], &next);
	size_t n = utf8_columns(s, line), pad = n < l->widths[i] ? l->widths[i] - n : 0;

	if (right)
		*owed += pad;
	if (line) {
		wrap_fill(f, ' ', *owed);
		fwrite(s, 1, line, f);
		*owed = 0;
	}
	if (!right)
		*owed += pad;
	*owed += GAP;
	cell->at += next;
}

/* One row, as many lines as its longest cell needs; spaces are owed, so that no line ends in one.
 */
static void put_row(FILE *f, const struct layout *l, const char *const *cells)
{
	size_t n = l->table->column_count;
	struct cell *all = mem_alloc(n * sizeof(*all));
	bool more = true;

	for (size_t i = 0; i < n; i++) {
		all[i].s = wrap_escape(cells[i], strlen(cells[i]), &all[i].len);
		all[i].at = 0;
	}
	while (more) {
		size_t owed = l->indent;

		more = false;
		for (size_t i = 0; i < n; i++) {
			put_cell(f, l, i, &all[i], &owed);
			more = more || all[i].at < all[i].len;
		}
		fputc('\n', f);
	}
	for (size_t i = 0; i < n; i++)
		free(all[i].s);
	free(all);
}

static void put_rule(FILE *f, const struct layout *l)
{
	wrap_fill(f, ' ', l->indent);
	for (size_t i = 0; i < l->table->column_count; i++) {
		if (i)
			wrap_fill(f, ' ', GAP);
		wrap_fill(f, '-', l->widths[i]);
	}
	fputc('\n', f);
}

void text_table(FILE *f, const struct table *t, int indent)
{
	size_t *widths = mem_alloc(t->column_count * sizeof(*widths));
	const char **titles = mem_alloc(t->column_count * sizeof(*titles));
	struct layout l = { .table = t, .widths = widths, .indent = (size_t)indent };

	measure(&l);
	for (size_t i = 0; i < t->column_count; i++)
		titles[i] = t->columns[i].title;
	put_row(f, &l, titles);
	put_rule(f, &l);
	for (size_t i = 0; i < t->row_count; i++) {
		if (t->has_total && i + 1 == t->row_count)
			put_rule(f, &l);
		put_row(f, &l, t->cells + i * t->column_count);
	}
	free(titles);
	free(widths);
}
