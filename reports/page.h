/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page: what the reports for people say is told once (outline*.c) to a page; the text, Markdown
 * and HTML formats are three const struct page_ops. Every string given to a page is escaped by it.
 */
#pragma once

#include <stdio.h>

#include "reports/figure.h"
#include "runner/base/arena.h"
#include "runner/model/report.h"

struct page;

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_WARN, TONE_QUIET };

enum para {
	PARA_PLAIN,
	PARA_LEAD,   /* the summary under the title */
	PARA_CLAIM,  /* the hypothesis */
	PARA_FIGURE, /* the grade, large */
	PARA_NOTICE, /* must not be overlooked */
	PARA_NEXT,   /* what to do next */
	PARA_QUIET,
};

enum section_kind {
	SECTION_TOP, /* grade, host */
	SECTION_EXPERIMENT,
	SECTION_PART,	/* of an experiment: steps, checks */
	SECTION_ITEM,	/* one step, check or question */
	SECTION_BESIDE, /* its panels stand beside each other; has no title */
	SECTION_PANEL,
	SECTION_FOLD, /* may be folded away; the title stays */
};

/* badge: an untranslated word such as PASS with its tone, or NULL. */
struct section {
	enum section_kind kind;
	const char *title, *badge;
	enum tone tone;
};

/* label: text. is_word: an untranslated word with its tone. code: in a fixed-width font. */
struct pair {
	const char *label, *text;
	enum tone tone;
	bool is_word, code;
};

/* HEAD names the row; LINK does so and leads to the experiment of the row's number; SHORT is never
 * broken into lines. */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_HEAD,
	COLUMN_FIGURE,
	COLUMN_WORD,
	COLUMN_LINK,
	COLUMN_SHORT
};

struct column {
	const char *title;
	enum column_kind kind;
};

/* cells: row after row; has_total: the last row is a sum; is_plain: clear without seeing the
 * caption.
 */
struct table {
	const char *caption;
	const struct column *columns;
	size_t column_count;
	const char **cells; /* grown by table_add */
	size_t row_count, cell_cap;
	bool has_total, is_plain;
};

/* Bytes as seen; left_out of them between head and tail are not shown. */
struct excerpt {
	const char *head, *tail;
	size_t head_len, tail_len;
	uint64_t left_out;
};

/*
 * A part of a timeline, drawn. title and text say all of it to those who do not see it; the labels
 * stand above their rows; NULL: there is no such row. phases is NULL where text tells of none.
 */
struct picture {
	const struct timeline *timeline;
	const struct timeline_view *view;
	const char *title, *text;
	const char *answers, *phases, *downtime;
};

struct page_ops {
	size_t output_max, evidence_max; /* bytes that are shown of a step's output, of evidence */
	bool is_brief;			 /* what a probe recorded is told, and not shown */
	void (*begin)(struct page *p, const char *title);
	void (*end)(struct page *p);
	void (*open)(struct page *p, const struct section *s);
	void (*close)(struct page *p, const struct section *s);
	void (*para)(struct page *p, enum para kind, const char *text);
	void (*pairs)(struct page *p, const struct pair *v, size_t n);
	void (*table)(struct page *p, const struct table *t);
	void (*command)(struct page *p, const char *text);
	/* NULL: a line of characters does */
	void (*picture)(struct page *p, const struct picture *picture);
	/* label may be NULL */
	void (*output)(struct page *p, const char *label, const struct excerpt *e);
};

struct page {
	const struct page_ops *ops;
	FILE *f;
	const struct report *report;
	struct arena arena;		  /* for texts put together while writing */
	int indent, experiment, pictures; /* for the operations */
	bool owes_gap;			  /* text: a blank line is due before what comes next */
	/* SHA-256 of outputs that stand on the page already: a hash table, NULL where it is free */
	const unsigned char **shown;
	size_t shown_count, shown_cap;
};

/* The whole report onto a page (outline.c). */
void outline_write(FILE *f, const struct report *report, const struct page_ops *ops);
/* Parts of it: one experiment; its checks; its questions; a grade as a sum to redo by hand. */
void outline_experiment(struct page *p, size_t index);
void outline_checks(struct page *p, const struct experiment_result *r);
void outline_questions(struct page *p, const struct experiment_result *r);
void outline_sum(struct page *p, const struct experiment_result *r);
/* A ping drawn and in figures; NULL: nothing. */
void outline_timeline(struct page *p, const struct timeline *t);
/* What a probe recorded. */
void outline_probe(struct page *p, const struct evidence_item *item);
/* What was read: where, size, SHA-256, an excerpt. */
void outline_output(struct page *p, const char *label, const struct output *o);
/* How a process ended, in words. */
const char *outline_end(struct page *p, const struct evidence_item *item);

/* Collects pairs; those without text are left out. */
struct pairs {
	struct pair v[32];
	size_t n;
};
void pairs_add(struct pairs *pairs, const char *label, const char *text);
void pairs_add_code(struct pairs *pairs, const char *label, const char *text);
void pairs_add_word(struct pairs *pairs, const char *label, const char *word);
void pairs_write(struct page *p, const struct pairs *pairs);
/* Writes them and begins anew when fewer than ten more fit. */
void pairs_make_room(struct page *p, struct pairs *pairs);

/* Collects rows; cells: column_count of them, NULL is empty. */
void table_add(struct page *p, struct table *t, const char *const *cells);

/* {1} {2}... in format become the words given, ended by NULL. Lives as long as the page. */
const char *words_fill(struct page *p, const char *format, const char *const *words);
#define WORDS(p, format, ...) words_fill((p), (format), (const char *const[]){ __VA_ARGS__, NULL })
/* Whether an output of this SHA-256 is not on the page yet; from now on it is. */
bool page_shows_first(struct page *p, const unsigned char sha256[SHA256_SIZE]);
/* A copy of a figure that lives as long as the page. */
const char *figure_keep(struct page *p, struct figure figure);
/* A value as a person reads it, with its unit if any. */
const char *value_words(struct page *p, const struct value *v, const char *unit);
/* In the report's language; NULL: no such text. */
const char *page_text(const struct page *p, const struct text *text);

/* As page_text, else the id. */
const char *page_title(const struct page *p, const struct text *text, const char *id);

/* Shorthands of the operations. */
void page_open(struct page *p, enum section_kind kind, const char *title);
void page_close(struct page *p, enum section_kind kind);
/* NULL text writes nothing. */
void page_para(struct page *p, enum para kind, const char *text);

enum tone tone_of_verdict(enum verdict v);
enum tone tone_of_outcome(enum outcome o);
/* The tone of an untranslated word, for COLUMN_WORD; TONE_PLAIN for others. */
enum tone tone_of_word(const char *word);
/* A shape that goes with the tone, for those who cannot tell colours apart; "" for plain. */
const char *tone_symbol(enum tone tone);
