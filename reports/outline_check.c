/* SPDX-License-Identifier: Apache-2.0 */
/* outline_check: what was checked: expected, found, where it was read, why it matters. */
#include <string.h>

#include "reports/page.h"
#include "reports/word.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* The end of the last line, when there is one in the second half; else of the last character. */
static size_t cut_head(const char *s, size_t len, size_t max)
{
	const char *newline;
	size_t n = max;

	if (len <= max)
		return len;
	newline = memrchr(s, '\n', max);
	if (newline && (size_t)(newline - s) >= max / 2)
		return (size_t)(newline - s) + 1;
	for (int i = 0; i < 3 && n && ((unsigned char)s[n] & 0xc0) == 0x80; i++)
		n--;
	return n;
}

/* Where the tail begins: at a line when there is one in its first half; else at a character. */
static size_t cut_tail(const char *s, size_t len, size_t max)
{
	size_t from = len > max ? len - max : 0;
	const char *newline;

	if (!from)
		return 0;
	newline = memchr(s + from, '\n', max / 2);
	if (newline)
		return (size_t)(newline - s) + 1;
	for (int i = 0; i < 3 && from < len && ((unsigned char)s[from] & 0xc0) == 0x80; i++)
		from++;
	return from;
}

/* At most max bytes: three quarters from the beginning, one from the end. */
static struct excerpt shorten(const struct output *o, size_t max)
{
	size_t len = o->kept ? o->kept_len : 0;
	size_t head = output_is_truncated(o) ? o->head_len : len;
	struct excerpt e = { .head = len ? o->kept : "", .head_len = head };

	if (len > max) {
		e.head_len = cut_head(e.head, head, max - max / 4);
		head = e.head_len;
	}
	e.tail = e.head + head;
	e.tail_len = len - head;
	if (len > max) {
		size_t from = cut_tail(e.tail, e.tail_len, max / 4);

		e.tail += from;
		e.tail_len -= from;
	}
	e.left_out = o->total - e.head_len - e.tail_len;
	return e;
}

static void write_excerpt(struct page *p, const char *label, const struct output *o, size_t max)
{
	struct excerpt e = shorten(o, max);

	p->ops->output(p, label, &e);
}

void outline_output(struct page *p, const char *label, const struct output *o)
{
	if (o->total)
		page_shows_first(p, o->sha256);
	if (!o->total)
		page_para(p, PARA_QUIET, WORDS(p, _("{1}: empty"), label));
	else
		write_excerpt(p,
			      WORDS(p, _("{1}, {2} bytes, SHA-256 {3}"), label,
				    figure_int((int64_t)o->total).s, figure_sha256(o->sha256).s),
			      o, p->ops->output_max);
}

/* The first line, and that there are more. */
static const char *first_line(struct page *p, const char *text)
{
	const char *newline = strchr(text, '\n');

	if (!newline || !newline[1])
		return text;
	return WORDS(p, "{1} \u2026", arena_memdup(&p->arena, text, (size_t)(newline - text)));
}

static const char *evidence_where(struct page *p, const struct evidence_item *item)
{
	const char *where = first_line(p, item->where ? item->where : item->name);

	if (item->kind == EVIDENCE_STEP)
		where = WORDS(p, _("step: {1}"), where);
	return item->host ? WORDS(p, "{1}: {2}", item->host, where) : where;
}

/* What is there without unfolding: where, how it ended, size, SHA-256. */
static const char *evidence_title(struct page *p, const struct evidence_item *item)
{
	const char *size = figure_keep(p, figure_int((int64_t)item->out.total));
	const char *where = evidence_where(p, item);
	const char *end = NULL;

	if (evidence_is_process(item))
		end = outline_end(p, item);
	else if (item->error)
		end = strerrordesc_np(item->error);
	if (item->error && !item->out.total)
		return WORDS(p, "{1} ({2})", where, end);
	if (end)
		return WORDS(p, _("{1} ({2}; {3} bytes, SHA-256 {4})"), where, end, size,
			     figure_sha256(item->out.sha256).s);
	return WORDS(p, _("{1} ({2} bytes, SHA-256 {3})"), where, size,
		     figure_sha256(item->out.sha256).s);
}

static void evidence(struct page *p, const struct evidence_item *item)
{
	const char *title = evidence_title(p, item);

	if (!item->out.total && !item->err.total) {
		page_para(p, PARA_QUIET, title);
		return;
	}
	if (item->out.total && !page_shows_first(p, item->out.sha256)) {
		page_para(p, PARA_QUIET, WORDS(p, _("{1}: shown above"), title));
		return;
	}
	page_open(p, SECTION_FOLD, title);
	if (item->out.total)
		write_excerpt(p, NULL, &item->out, p->ops->evidence_max);
	if (item->err.total)
		outline_output(p, _("Error output"), &item->err);
	page_close(p, SECTION_FOLD);
}

static void read_where(struct page *p, const struct check_result *r)
{
	if (!r->evidence.n)
		return;
	page_para(p, PARA_QUIET, _("Where it was read:"));
	for (size_t i = 0; i < r->evidence.n; i++)
		evidence(p, &r->evidence.items[i]);
}

static bool has_measured(const struct measures *m)
{
	for (size_t i = 0; m->values && i < m->n; i++)
		if (m->values[i].type != VALUE_UNKNOWN)
			return true;
	return false;
}

static void all_measures(struct page *p, const struct check_result *r)
{
	struct pairs pairs = { 0 };

	if (!has_measured(&r->measures))
		return;
	page_open(p, SECTION_FOLD, _("Everything that was measured"));
	for (size_t i = 0; i < r->measures.n; i++) {
		pairs_make_room(p, &pairs);
		pairs_add_code(&pairs, r->measures.specs[i].name,
			       value_words(p, &r->measures.values[i], r->measures.specs[i].unit));
	}
	pairs_write(p, &pairs);
	page_close(p, SECTION_FOLD);
}

static void findings(struct page *p, const struct check_result *r)
{
	const struct column columns[] = {
		{ _("Expected"), COLUMN_HEAD },
		{ _("Found"), COLUMN_TEXT },
		{ _("Holds"), COLUMN_SHORT },
	};
	struct table t = { .caption = _("Expected and found"),
			   .columns = columns,
			   .column_count = ARRAY_SIZE(columns),
			   .is_plain = true };

	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		table_add(p, &t,
			  (const char *const[]){ f->expected, f->found,
						 f->holds ? _("yes") : _("no") });
	}
	if (t.row_count)
		p->ops->table(p, &t);
}

static void check(struct page *p, const struct check_result *r)
{
	const char *title = page_title(p, &r->check->title, r->check->id);
	const char *word = r->measured ? VERDICT_MEASURED : verdict_told(r->verdict);
	struct section item = { SECTION_ITEM, title, word, tone_of_word(word) };
	bool failed = r->verdict == VERDICT_FAIL || r->verdict == VERDICT_BROKEN;
	struct pairs pairs = { 0 };

	p->ops->open(p, &item);
	page_para(p, PARA_PLAIN, r->reason);
	findings(p, r);
	outline_timeline(p, r->timeline);
	pairs_add(&pairs, _("Why it matters"), page_text(p, &r->check->why));
	if (r->check->within_ms || r->check->hold_ms)
		pairs_add(&pairs, _("Waited"), figure_keep(p, figure_duration(r->waited_ms)));
	if (failed)
		pairs_add(&pairs, _("What to do next"), page_text(p, &r->check->next));
	pairs_write(p, &pairs);
	all_measures(p, r);
	read_where(p, r);
	p->ops->close(p, &item);
}

void outline_checks(struct page *p, const struct experiment_result *r)
{
	if (!r->experiment->checks.n)
		return;
	page_open(p, SECTION_PART, _("Checks"));
	for (size_t i = 0; i < r->experiment->checks.n; i++)
		check(p, &r->checks[i]);
	page_close(p, SECTION_PART);
}
