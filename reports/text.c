/* SPDX-License-Identifier: Apache-2.0 */
/* text: the report in 80 columns, for a terminal, a mail, a printout. */
#include "reports/text.h"

#include <string.h>

#include "reports/report_format.h"
#include "reports/wrap.h"
#include "runner/base/arena.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/utf8.h"

#define LABEL_MAX 24

static const char spaces[] = "                                        ";

/* A prefix of n spaces, at most 40. */
static const char *blank(int n)
{
	int have = (int)sizeof(spaces) - 1;

	return spaces + (n < have ? have - n : 0);
}

/* The blank line that what came before asked for. */
static void settle(struct page *p)
{
	if (p->owes_gap)
		fputc('\n', p->f);
	p->owes_gap = false;
}

static void para_plain(struct page *p, const char *text)
{
	wrap_write(p->f, text, blank(p->indent), blank(p->indent));
}

/* In one line: what a newline in a title brings with it must not look like a line of its own. */
static char *joined(char *line)
{
	for (char *c = line; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return line;
}

static void begin(struct page *p, const char *title)
{
	wrap_fill(p->f, '=', WRAP_COLUMNS);
	fputc('\n', p->f);
	wrap_write(p->f, joined(arena_strdup(&p->arena, title)), "", "  ");
	wrap_fill(p->f, '=', WRAP_COLUMNS);
	fputc('\n', p->f);
}

static void end(struct page *p)
{
	(void)p;
}

/* The title, and the badge behind it. */
static void heading(struct page *p, const struct section *s, const char *mark)
{
	const char *line = s->badge ? WORDS(p, "{1}{2}  [{3}]", mark, s->title, s->badge)
				    : WORDS(p, "{1}{2}", mark, s->title);
	_cleanup_free_ char *escaped = NULL;
	size_t len;

	p->owes_gap = true;
	settle(p);
	wrap_write(p->f, line, blank(p->indent), blank(p->indent + 2));
	if (s->kind == SECTION_ITEM || s->kind == SECTION_FOLD)
		return;
	escaped = wrap_escape(line, strlen(line), &len);
	len = utf8_columns(escaped, len);
	wrap_fill(p->f, s->kind == SECTION_TOP || s->kind == SECTION_EXPERIMENT ? '=' : '-',
		  len < WRAP_COLUMNS ? len : WRAP_COLUMNS);
	fputc('\n', p->f);
}

static int indent_of(enum section_kind kind)
{
	return kind == SECTION_ITEM || kind == SECTION_FOLD ? 2 : 0;
}

static void open(struct page *p, const struct section *s)
{
	if (s->kind == SECTION_BESIDE)
		return;
	if (s->kind == SECTION_EXPERIMENT)
		fputc('\n', p->f);
	heading(p, s, s->kind == SECTION_ITEM ? "* " : "");
	p->indent += indent_of(s->kind);
}

static void shut(struct page *p, const struct section *s)
{
	p->indent -= indent_of(s->kind);
}

static void para(struct page *p, enum para kind, const char *text)
{
	const char *rest = blank(p->indent + 2);

	p->owes_gap = p->owes_gap || kind == PARA_LEAD || kind == PARA_CLAIM;
	settle(p);
	if (kind == PARA_QUIET || kind == PARA_FIGURE) {
		para_plain(p, text);
		return;
	}
	if (kind == PARA_NOTICE)
		wrap_write(p->f, text, WORDS(p, "{1}! ", blank(p->indent)), rest);
	else if (kind == PARA_NEXT)
		wrap_write(p->f, text, WORDS(p, "{1}> ", blank(p->indent)), rest);
	else if (kind == PARA_CLAIM)
		para_plain(p, WORDS(p, _("Hypothesis: {1}"), text));
	else
		para_plain(p, text);
}

static size_t label_columns(const struct pair *v, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = utf8_columns(v[i].label, strlen(v[i].label));

		if (len > most && len <= LABEL_MAX)
			most = len;
	}
	return most;
}

/* The label, and the text behind it, or below it where the label is too long. */
static void pair(struct page *p, const struct pair *pair, size_t width)
{
	size_t len;
	_cleanup_free_ char *label = wrap_escape(pair->label, strlen(pair->label), &len);
	size_t columns = utf8_columns(label, len);
	const char *rest = blank(p->indent + (int)width + 2);
	struct buf first = { 0 };

	if (columns > width) {
		wrap_write(p->f, label, blank(p->indent), blank(p->indent));
		wrap_write(p->f, pair->text, rest, rest);
		return;
	}
	buf_puts(&first, blank(p->indent));
	buf_puts(&first, label);
	buf_puts(&first, blank((int)(width - columns) + 2));
	wrap_write(p->f, pair->text, buf_str(&first), rest);
	buf_done(&first);
}

static void pairs(struct page *p, const struct pair *v, size_t n)
{
	size_t width = label_columns(v, n);

	settle(p);
	for (size_t i = 0; i < n; i++)
		pair(p, &v[i], width);
	p->owes_gap = p->indent == 0;
}

static void table(struct page *p, const struct table *t)
{
	p->owes_gap = true;
	settle(p);
	if (!t->is_plain) {
		para_plain(p, t->caption);
		fputc('\n', p->f);
	}
	text_table(p->f, t, p->indent);
	p->owes_gap = true;
}

static void command(struct page *p, const char *text)
{
	static const struct wrap_marks marks = { "$ ", "> ", "+ " };

	settle(p);
	wrap_lines(p->f, text, strlen(text), p->indent, &marks);
}

static void output(struct page *p, const char *label, const struct excerpt *e)
{
	static const struct wrap_marks marks = { "| ", "| ", "+ " };

	settle(p);
	if (label)
		para_plain(p, label);
	wrap_lines(p->f, e->head, e->head_len, p->indent + 2, &marks);
	if (e->left_out)
		para_plain(p, WORDS(p, _("({1} bytes are left out here)"),
				    figure_int((int64_t)e->left_out).s));
	wrap_lines(p->f, e->tail, e->tail_len, p->indent + 2, &marks);
	p->owes_gap = true;
}

static const struct page_ops ops = {
	.output_max = 1200,
	.evidence_max = 480,
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

static void write_text(FILE *f, const struct report *report)
{
	outline_write(f, report, &ops);
}

const struct report_format report_text = {
	.name = "text",
	.extension = "txt",
	.summary = N_("80 columns, for a terminal or a mail"),
	.write = write_text,
};
