/* SPDX-License-Identifier: Apache-2.0 */
/* page: what the outline needs to put words together. */
#include "reports/page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/buf.h"
#include "runner/base/cleanup.h"

static struct pair *add(struct pairs *pairs, const char *label, const char *text)
{
	struct pair *pair;

	if (!text || !text[0])
		return NULL;
	assert(pairs->n < ARRAY_SIZE(pairs->v));
	pair = &pairs->v[pairs->n++];
	*pair = (struct pair){ .label = label, .text = text };
	return pair;
}

void pairs_add(struct pairs *pairs, const char *label, const char *text)
{
	add(pairs, label, text);
}

void pairs_add_code(struct pairs *pairs, const char *label, const char *text)
{
	struct pair *pair = add(pairs, label, text);

	if (pair)
		pair->code = true;
}

void pairs_add_word(struct pairs *pairs, const char *label, const char *word)
{
	struct pair *pair = add(pairs, label, word);

	if (pair) {
		pair->is_word = true;
		pair->tone = tone_of_word(word);
	}
}

void pairs_write(struct page *p, const struct pairs *pairs)
{
	if (pairs->n)
		p->ops->pairs(p, pairs->v, pairs->n);
}

void pairs_make_room(struct page *p, struct pairs *pairs)
{
	if (pairs->n + 10 <= ARRAY_SIZE(pairs->v))
		return;
	pairs_write(p, pairs);
	pairs->n = 0;
}

void table_add(struct page *p, struct table *t, const char *const *cells)
{
	size_t have = t->row_count * t->column_count;

	if (have + t->column_count > t->cell_cap) {
		size_t cap = 2 * (have + t->column_count);
		const char **all = arena_array(&p->arena, const char *, cap);

		if (have)
			memcpy(all, t->cells, have * sizeof(*all));
		t->cells = all;
		t->cell_cap = cap;
	}
	for (size_t i = 0; i < t->column_count; i++)
		t->cells[have + i] = cells[i] ? cells[i] : "";
	t->row_count++;
}

/* Where this hash stands in the table, or the free place where it belongs. A SHA-256 is its own
 * hash. */
static size_t place(const unsigned char **table, size_t cap, const unsigned char *sha256)
{
	size_t i;

	memcpy(&i, sha256, sizeof(i));
	for (i %= cap; table[i] && memcmp(table[i], sha256, SHA256_SIZE); i = (i + 1) % cap)
		;
	return i;
}

static void grow_shown(struct page *p)
{
	size_t cap = p->shown_cap ? 2 * p->shown_cap : 64;
	const unsigned char **table = arena_array(&p->arena, const unsigned char *, cap);

	for (size_t i = 0; i < p->shown_cap; i++)
		if (p->shown[i])
			table[place(table, cap, p->shown[i])] = p->shown[i];
	p->shown = table;
	p->shown_cap = cap;
}

bool page_shows_first(struct page *p, const unsigned char sha256[SHA256_SIZE])
{
	size_t i;

	if (2 * p->shown_count >= p->shown_cap)
		grow_shown(p);
	i = place(p->shown, p->shown_cap, sha256);
	if (p->shown[i])
		return false;
	p->shown[i] = sha256;
	p->shown_count++;
	return true;
}

const char *words_fill(struct page *p, const char *format, const char *const *words)
{
	_cleanup_buf_ struct buf out = { 0 };
	size_t n = 0;

	while (words[n])
		n++;
	for (const char *s = format; *s; s++) {
		size_t which = s[0] == '{' && s[1] && s[2] == '}' ? (size_t)(s[1] - '1') : n;

		if (which < n) {
			buf_puts(&out, words[which]);
			s += 2;
		} else {
			buf_putc(&out, *s);
		}
	}
	return arena_strdup(&p->arena, buf_str(&out));
}

const char *figure_keep(struct page *p, struct figure figure)
{
	return arena_strdup(&p->arena, figure.s);
}

const char *value_words(struct page *p, const struct value *v, const char *unit)
{
	_cleanup_buf_ struct buf out = { 0 };

	value_print(&out, v);
	if (unit && value_is_number(v)) {
		buf_putc(&out, ' ');
		buf_puts(&out, unit);
	}
	return arena_strdup(&p->arena, buf_str(&out));
}

const char *page_text(const struct page *p, const struct text *text)
{
	return text_get(text, p->report->lang);
}

const char *page_title(const struct page *p, const struct text *text, const char *id)
{
	const char *title = page_text(p, text);

	return title && title[0] ? title : id;
}

void page_open(struct page *p, enum section_kind kind, const char *title)
{
	p->ops->open(p, &(struct section){ .kind = kind, .title = title });
}

void page_close(struct page *p, enum section_kind kind)
{
	p->ops->close(p, &(struct section){ .kind = kind });
}

void page_para(struct page *p, enum para kind, const char *text)
{
	if (text && text[0])
		p->ops->para(p, kind, text);
}

enum tone tone_of_verdict(enum verdict v)
{
	static const enum tone tones[VERDICT_COUNT] = {
		[VERDICT_NONE] = TONE_QUIET, [VERDICT_PASS] = TONE_GOOD,
		[VERDICT_FAIL] = TONE_BAD,   [VERDICT_SKIP] = TONE_QUIET,
		[VERDICT_NA] = TONE_QUIET,   [VERDICT_BROKEN] = TONE_WARN,
	};

	return tones[v];
}

/* A refuted hypothesis is a result, not a fault: no red. */
enum tone tone_of_outcome(enum outcome o)
{
	return o == OUTCOME_SUPPORTED ? TONE_GOOD : o == OUTCOME_REFUTED ? TONE_PLAIN : TONE_QUIET;
}

enum tone tone_of_word(const char *word)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (!strcmp(word, verdict_told((enum verdict)v)))
			return tone_of_verdict((enum verdict)v);
	if (!strcmp(word, VERDICT_MEASURED))
		return TONE_QUIET;
	for (int o = 0; o <= OUTCOME_REFUTED; o++)
		if (!strcmp(word, outcome_name((enum outcome)o)))
			return tone_of_outcome((enum outcome)o);
	return TONE_PLAIN;
}

const char *tone_symbol(enum tone tone)
{
	static const char *const symbols[] = {
		[TONE_PLAIN] = "\u25c6", /* diamond */
		[TONE_GOOD] = "\u2713",	 /* tick */
		[TONE_BAD] = "\u2717",	 /* cross */
		[TONE_WARN] = "\u26a0",	 /* warning sign */
		[TONE_QUIET] = "\u25cb", /* circle */
	};

	return symbols[tone];
}
