/* SPDX-License-Identifier: Apache-2.0 */
/* outline_timeline: a ping drawn with the migration beside it, and tables that say the same. */
#include <string.h>

#include "reports/page.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define MARKS "123456789"

static int64_t gap_ms(const struct timeline *t)
{
	return (t->gap_to_us - t->gap_from_us + 500) / 1000;
}

static const char *duration_us(struct page *p, int64_t us)
{
	return figure_keep(p, figure_duration((us + (us < 0 ? -500 : 500)) / 1000));
}

static const char *gap_words(struct page *p, const struct timeline *t)
{
	return figure_keep(p, figure_duration(gap_ms(t)));
}

static size_t count_phases(const struct timeline *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->move_count; i++)
		n += t->moves[i].n;
	return n;
}

static void row(struct page *p, struct table *t, const char *label, const char *figure)
{
	table_add(p, t, (const char *const[]){ label, figure });
}

static void figures(struct page *p, const struct timeline *t)
{
	const struct column columns[] = {
		{ _("Ping"), COLUMN_HEAD },
		{ _("Figure"), COLUMN_FIGURE },
	};
	struct table table = { .caption = _("What the picture shows"),
			       .columns = columns,
			       .column_count = ARRAY_SIZE(columns),
			       .is_plain = true };

	row(p, &table, _("Ran for"), duration_us(p, t->duration_us));
	row(p, &table, _("Longest silence"), gap_words(p, t));
	row(p, &table, _("It began after"), duration_us(p, t->gap_from_us));
	row(p, &table, _("It ended after"), duration_us(p, t->gap_to_us));
	row(p, &table, _("Sent"), figure_keep(p, figure_int((int64_t)t->sent)));
	row(p, &table, _("Answered"), figure_keep(p, figure_int((int64_t)t->answered)));
	if (t->downtime_ms >= 0) {
		row(p, &table, _("QEMU's own downtime"),
		    figure_keep(p, figure_duration(t->downtime_ms)));
		row(p, &table, _("Longest silence beyond it"),
		    figure_keep(p, figure_duration(gap_ms(t) - t->downtime_ms)));
	}
	p->ops->table(p, &table);
}

static bool has_phase(const struct move *m, enum phase_kind kind)
{
	for (size_t k = 0; k < m->n; k++)
		if (m->phases[k].kind == kind)
			return true;
	return false;
}

static const char *phase_words(const struct move *m, const struct phase *phase)
{
	static const char *const words[PHASE_KIND_COUNT] = {
		[PHASE_PREPARE] = N_("the destination gets ready"),
		[PHASE_COPY] = N_("memory is copied while the guest runs"),
		[PHASE_BEFORE] = N_("getting ready, and memory is copied while the guest runs"),
		[PHASE_STILL] = N_("switch-over: the guest stands still"),
		[PHASE_FINISH] = N_("clearing up; the guest runs on the destination"),
	};

	if (phase->kind == PHASE_STILL && !m->failed && has_phase(m, PHASE_PREPARE) &&
	    !has_phase(m, PHASE_COPY))
		return _("the guest stands still while its memory is copied");
	if (m->failed && phase->kind == PHASE_FINISH)
		return _("given up: the guest goes on where it was");
	if (m->failed && phase->kind == PHASE_STILL)
		return _("the guest stands still until it goes on where it was");
	return _(words[phase->kind]);
}

/* 'Phases of the migration, db01: source to destination' */
static const char *move_words(struct page *p, const struct move *m)
{
	const char *title = WORDS(p,
				  m->failed ? _("Phases of the migration that failed, {1}")
					    : _("Phases of the migration, {1}"),
				  m->name);

	return m->from && m->to ? WORDS(p, _("{1}: {2} to {3}"), title, m->from, m->to) : title;
}

static void move_table(struct page *p, const struct move *m, size_t number)
{
	const struct column columns[] = {
		{ _("Phase"), COLUMN_HEAD },
		{ _("From"), COLUMN_FIGURE },
		{ _("To"), COLUMN_FIGURE },
		{ _("Took"), COLUMN_FIGURE },
	};
	struct table table = { .caption = move_words(p, m),
			       .columns = columns,
			       .column_count = ARRAY_SIZE(columns) };

	for (size_t k = 0; k < m->n; k++) {
		const struct phase *f = &m->phases[k];

		table_add(p, &table,
			  (const char *const[]){
				  WORDS(p, "{1}. {2}", figure_int((int64_t)(number + k)).s,
					phase_words(m, f)),
				  duration_us(p, f->from_us), duration_us(p, f->to_us),
				  duration_us(p, f->to_us - f->from_us) });
	}
	p->ops->table(p, &table);
}

/* How exact the phases are: what both the events and QEMU tell shows it. */
static void exactness(struct page *p, const struct timeline *t)
{
	int64_t still_us = timeline_still_us(t);

	page_para(p, PARA_QUIET,
		  WORDS(p,
			_("Times are from the start of the ping, whose answers show a silence to "
			  "its interval, {1} ms. The phases are from the events of both hosts' "
			  "libvirt, noted when they arrived at kvmlab: some milliseconds late, on "
			  "a busy machine more."),
			figure_int(t->interval_ms).s));
	if (still_us >= 0 && t->downtime_ms >= 0)
		page_para(p, PARA_QUIET,
			  WORDS(p,
				_("By these events the guest stood still for {1}, by QEMU for {2}: "
				  "the "
				  "phases are no more exact than the difference."),
				duration_us(p, still_us), figure_duration(t->downtime_ms).s));
}

/* How exact it is, and what is missing. */
static void notes(struct page *p, const struct timeline *t)
{
	if (count_phases(t))
		exactness(p, t);
	if (t->unsent_us)
		page_para(p, PARA_QUIET,
			  WORDS(p,
				_("This machine was busy and sent nothing for {1}: a silence of "
				  "that length is its own."),
				duration_us(p, t->unsent_us)));
	if (t->is_cut)
		page_para(p, PARA_QUIET,
			  _("Some events were missed, so phases may be missing as well."));
	if (t->drift_ms)
		page_para(p, PARA_QUIET,
			  WORDS(p,
				_("This machine's clock was set by {1} meanwhile: the phases are "
				  "wrong by up to that much against the ping."),
				figure_duration(t->drift_ms).s));
}

static void moves(struct page *p, const struct timeline *t)
{
	size_t number = 1;

	for (size_t i = 0; i < t->move_count; i++) {
		move_table(p, &t->moves[i], number);
		number += t->moves[i].n;
	}
	notes(p, t);
}

/* All that the drawing shows, in one text. */
static const char *describe(struct page *p, const struct timeline *t)
{
	const char *text = WORDS(p,
				 _("{1} of {2} were answered. The longest silence began after "
				   "{3} and took {4}."),
				 figure_int((int64_t)t->answered).s, figure_int((int64_t)t->sent).s,
				 duration_us(p, t->gap_from_us), gap_words(p, t));
	size_t number = 1;

	for (size_t i = 0; i < t->move_count; i++)
		for (size_t k = 0; k < t->moves[i].n; k++) {
			const struct phase *f = &t->moves[i].phases[k];

			text = WORDS(p, _("{1} {2}. {3}: {4} after {5}."), text,
				     figure_int((int64_t)number++).s, phase_words(&t->moves[i], f),
				     duration_us(p, f->to_us - f->from_us),
				     duration_us(p, f->from_us));
		}
	if (t->downtime_ms >= 0)
		text = WORDS(p, _("{1} QEMU's own downtime: {2}."), text,
			     figure_duration(t->downtime_ms).s);
	return text;
}

static void pictures(struct page *p, const struct timeline *t, const char *title)
{
	struct picture whole = {
		.timeline = t,
		.view = &t->whole,
		.title = title,
		.text = describe(p, t),
		.answers = WORDS(p, _("Answers to ping; longest silence {1}"), gap_words(p, t)),
		.phases = count_phases(t) ? _("Phases of the migration, numbered as below") : NULL,
	}, near = whole;

	near.view = &t->near;
	near.title = _("The same, closer: around the longest silence");
	near.answers = _("Closer: around the longest silence");
	if (t->downtime_ms >= 0)
		near.downtime = WORDS(p, _("Downtime: QEMU {1}, ping {2}"),
				      figure_duration(t->downtime_ms).s, gap_words(p, t));
	if (!t->near.n)
		whole.downtime = near.downtime;
	p->ops->picture(p, &whole);
	if (t->near.n)
		p->ops->picture(p, &near);
}

static void put_phase(const struct timeline *t, char *line, const struct phase *phase, char mark)
{
	size_t from = timeline_column(t, phase->from_us, TIMELINE_BINS);
	size_t to = timeline_column(t, phase->to_us - 1, TIMELINE_BINS);

	if (phase->to_us <= 0 || phase->from_us >= t->duration_us)
		return;
	for (size_t i = from; i <= to; i++)
		line[i] = mark;
}

static void put_phases(const struct timeline *t, char *line, bool only_still)
{
	size_t number = 0;

	for (size_t i = 0; i < t->move_count; i++)
		for (size_t k = 0; k < t->moves[i].n; k++, number++)
			if (!only_still || t->moves[i].phases[k].kind == PHASE_STILL)
				put_phase(t, line, &t->moves[i].phases[k],
					  number < strlen(MARKS) ? MARKS[number] : '#');
}

/* The numbers of the phases below the answers; a short switch-over must not be covered. */
static const char *phase_line(struct page *p, const struct timeline *t)
{
	char *line = arena_alloc(&p->arena, TIMELINE_BINS + 1);

	memset(line, ' ', TIMELINE_BINS);
	put_phases(t, line, false);
	put_phases(t, line, true);
	for (size_t n = TIMELINE_BINS; n > 0 && line[n - 1] == ' '; n--)
		line[n - 1] = '\0';
	return line;
}

static void spark(struct page *p, const struct timeline *t, const char *title)
{
	const char *text = timeline_spark(t, TIMELINE_BINS, false, &p->arena);
	struct excerpt e = { .tail = "" };

	if (count_phases(t))
		text = WORDS(p, "{1}\n{2}", text, phase_line(p, t));
	e.head = text;
	e.head_len = strlen(text);
	p->ops->output(p, title, &e);
}

void outline_timeline(struct page *p, const struct timeline *t)
{
	const char *title;

	if (!t)
		return;
	title = WORDS(p, _("Answers to ping over time; the longest silence is {1}"),
		      gap_words(p, t));
	if (p->ops->picture)
		pictures(p, t, title);
	else
		spark(p, t, title);
	figures(p, t);
	moves(p, t);
}
