/* SPDX-License-Identifier: Apache-2.0 */
/* markdown: the report for a forge, a wiki or a notebook (GitHub's dialect). */
#include <string.h>

#include "reports/page.h"
#include "reports/report_format.h"
#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"

static void put(struct page *p, const char *text)
{
	escape_markdown(p->f, text, strlen(text));
}

/* Without the newlines at the end, which would become breaks. */
static void put_trimmed(struct page *p, const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '\n')
		len--;
	escape_markdown(p->f, text, len);
}

static void begin(struct page *p, const char *title)
{
	fputs("# ", p->f);
	put(p, title);
	fputc('\n', p->f);
}

static void end(struct page *p)
{
	(void)p;
}

static void open(struct page *p, const struct section *s)
{
	static const char *const marks[] = {
		[SECTION_TOP] = "\n## ",    [SECTION_EXPERIMENT] = "\n## ",
		[SECTION_PART] = "\n### ",  [SECTION_ITEM] = "\n#### ",
		[SECTION_PANEL] = "\n### ", [SECTION_FOLD] = "\n##### ",
	};

	if (!marks[s->kind])
		return;
	fputs(marks[s->kind], p->f);
	put(p, s->title);
	if (s->badge) {
		fputs(" \u2014 ", p->f);
		put(p, s->badge);
	}
	fputc('\n', p->f);
}

static void shut(struct page *p, const struct section *s)
{
	(void)p, (void)s;
}

static void para(struct page *p, enum para kind, const char *text)
{
	static const char *const before[] = {
		[PARA_PLAIN] = "\n",	       [PARA_LEAD] = "\n",
		[PARA_CLAIM] = "\n> ",	       [PARA_FIGURE] = "\n**",
		[PARA_NOTICE] = "\n> \u26a0 ", [PARA_NEXT] = "\n\u2192 ",
		[PARA_QUIET] = "\n",
	};

	fputs(before[kind], p->f);
	if (kind == PARA_CLAIM) {
		fputs("**", p->f);
		put(p, _("Hypothesis"));
		fputs(".** ", p->f);
	}
	put_trimmed(p, text);
	fputs(kind == PARA_FIGURE ? "**\n" : "\n", p->f);
}

static void pairs(struct page *p, const struct pair *v, size_t n)
{
	fputc('\n', p->f);
	for (size_t i = 0; i < n; i++) {
		fputs("- **", p->f);
		put(p, v[i].label);
		fputs(":** ", p->f);
		put_trimmed(p, v[i].text);
		fputc('\n', p->f);
	}
}

static void row(struct page *p, const struct table *t, size_t index)
{
	for (size_t i = 0; i < t->column_count; i++) {
		fputs(i ? " | " : "| ", p->f);
		put_trimmed(p, t->cells[index * t->column_count + i]);
	}
	fputs(" |\n", p->f);
}

static void table(struct page *p, const struct table *t)
{
	fputc('\n', p->f);
	if (!t->is_plain) {
		put(p, t->caption);
		fputs("\n\n", p->f);
	}
	for (size_t i = 0; i < t->column_count; i++) {
		fputs(i ? " | " : "| ", p->f);
		put(p, t->columns[i].title);
	}
	fputs(" |\n", p->f);
	for (size_t i = 0; i < t->column_count; i++)
		fputs(t->columns[i].kind == COLUMN_FIGURE ? "| ---: " : "| --- ", p->f);
	fputs("|\n", p->f);
	for (size_t i = 0; i < t->row_count; i++)
		row(p, t, i);
}

/* The longest run of backticks in s. */
static size_t ticks(const char *s, size_t len)
{
	size_t most = 0, run = 0;

	for (size_t i = 0; i < len; i++) {
		run = s[i] == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	return most;
}

static void fence(struct page *p, size_t n, const char *info)
{
	while (n--)
		fputc('`', p->f);
	fputs(info, p->f);
	fputc('\n', p->f);
}

static bool ends_line(const struct excerpt *e)
{
	if (e->tail_len)
		return e->tail[e->tail_len - 1] == '\n';
	return !e->left_out && e->head_len && e->head[e->head_len - 1] == '\n';
}

/* Bytes in a fence longer than any of theirs; escaped as for a terminal. */
static void code(struct page *p, const struct excerpt *e, const char *info)
{
	size_t head = ticks(e->head, e->head_len), tail = ticks(e->tail, e->tail_len);
	size_t n = (head > tail ? head : tail) + 1;

	fputc('\n', p->f);
	fence(p, n < 3 ? 3 : n, info);
	escape_terminal(p->f, e->head, e->head_len);
	if (e->left_out) {
		const char *gap = WORDS(p, _("({1} bytes are left out here)"),
					figure_int((int64_t)e->left_out).s);

		fputc('\n', p->f);
		escape_terminal(p->f, gap, strlen(gap));
		fputc('\n', p->f);
	}
	escape_terminal(p->f, e->tail, e->tail_len);
	if (!ends_line(e))
		fputc('\n', p->f);
	fence(p, n < 3 ? 3 : n, "");
}

static void command(struct page *p, const char *text)
{
	code(p, &(struct excerpt){ .head = text, .head_len = strlen(text), .tail = "" }, "sh");
}

static void output(struct page *p, const char *label, const struct excerpt *e)
{
	if (label) {
		fputc('\n', p->f);
		put(p, label);
		fputc('\n', p->f);
	}
	code(p, e, "text");
}

static const struct page_ops ops = {
	.output_max = 2048,
	.evidence_max = 1024,
	.is_brief = true,
	.begin = begin,
	.end = end,
	.open = open,
	.close = shut,
	.para = para,
	.pairs = pairs,
	.table = table,
	.command = command,
	.output = output,
};

static void write_markdown(FILE *f, const struct report *report)
{
	outline_write(f, report, &ops);
}

const struct report_format report_markdown = {
	.name = "markdown",
	.extension = "md",
	.summary = N_("Markdown for a forge or a wiki"),
	.write = write_markdown,
};
