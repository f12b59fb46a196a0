/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_picture: a ping, and the migration that went on meanwhile, as a drawing: no script, no style
 * but the page's. Across, everything is a share of the width, so that text keeps its size on every
 * screen; down, it is pixels.
 */
#include <inttypes.h>
#include <string.h>

#include "reports/html.h"

#define LABEL	     12 /* from the top of a row to the base line of its label */
#define LABELLED     18 /* to what the label is about */
#define BARS	     48
#define BAND	     14
#define NUMBERS	     13 /* from the band to the base line of the numbers below it */
#define SPACE	     8	/* between rows */
#define TICK	     4
#define WHOLE	     100000 /* 1/1000 per cent */
#define NUMBER_WIDTH 3200   /* what a phase's number takes */
#define TICKS_MAX    5

struct drawing {
	FILE *f;
	const struct picture *picture;
	int y; /* the top of the next row */
};

/* Where a time is: 0 to WHOLE. */
static int64_t across(const struct drawing *d, int64_t us)
{
	const struct timeline_view *v = d->picture->view;

	if (us <= v->from_us)
		return 0;
	if (us >= v->to_us)
		return WHOLE;
	return (int64_t)((__int128)(us - v->from_us) * WHOLE / (v->to_us - v->from_us));
}

static void put_share(FILE *f, const char *name, int64_t share)
{
	fputc(' ', f);
	fputs(name, f);
	fprintf(f, "=\"%" PRId64 ".%03d%%\"", share / 1000, (int)(share % 1000));
}

static void put_number(FILE *f, const char *name, int64_t number)
{
	fputc(' ', f);
	fputs(name, f);
	fprintf(f, "=\"%" PRId64 "\"", number);
}

/* A box that stands on the line y. */
static void put_box(const struct drawing *d, const char *class, int64_t from, int64_t to,
		    const int edges[2])
{
	fputs("<rect", d->f);
	html_attribute(d->f, "class", class);
	put_share(d->f, "x", from);
	put_share(d->f, "width", to - from);
	put_number(d->f, "y", edges[0]);
	put_number(d->f, "height", edges[1] - edges[0]);
	fputs("/>", d->f);
}

/* An upright line. */
static void put_line(const struct drawing *d, const char *class, int64_t at, const int edges[2])
{
	fputs("<line", d->f);
	if (class)
		html_attribute(d->f, "class", class);
	put_share(d->f, "x1", at);
	put_share(d->f, "x2", at);
	put_number(d->f, "y1", edges[0]);
	put_number(d->f, "y2", edges[1]);
	fputs("/>", d->f);
}

static void put_text(const struct drawing *d, const char *class, int64_t at, int y,
		     const char *text)
{
	fputs("<text", d->f);
	if (class)
		html_attribute(d->f, "class", class);
	put_share(d->f, "x", at);
	put_number(d->f, "y", y);
	fputc('>', d->f);
	html_text(d->f, text);
	fputs("</text>", d->f);
}

static void put_label(struct drawing *d, const char *text)
{
	put_text(d, NULL, 0, d->y + LABEL, text);
	d->y += LABELLED;
}

static void draw_answers(struct drawing *d)
{
	const struct timeline *t = d->picture->timeline;
	const struct timeline_view *v = d->picture->view;
	int64_t from = across(d, t->gap_from_us), to = across(d, t->gap_to_us);
	int edges[2];

	put_label(d, d->picture->answers);
	edges[0] = d->y;
	edges[1] = d->y += BARS;
	put_box(d, "silence", from, to, edges);
	for (size_t i = 0; i < v->n; i++) {
		int64_t left = (int64_t)i * WHOLE / (int64_t)v->n;
		const int bar[] = { edges[1] - v->levels[i] * BARS / 8, edges[1] };

		if (v->levels[i])
			put_box(d, "answers", left, left + WHOLE * 9 / (10 * (int64_t)v->n), bar);
	}
	put_line(d, "edge", from, edges);
	put_line(d, "edge", to, edges);
	d->y += SPACE;
}

static bool is_seen(const struct drawing *d, const struct phase *phase)
{
	return phase->to_us > d->picture->view->from_us && phase->from_us < d->picture->view->to_us;
}

static void draw_band(const struct drawing *d, const struct phase *phase)
{
	static const char *const classes[PHASE_KIND_COUNT] = {
		[PHASE_PREPARE] = "phase side", [PHASE_COPY] = "phase",
		[PHASE_BEFORE] = "phase",	[PHASE_STILL] = "phase still",
		[PHASE_FINISH] = "phase side",
	};
	const int edges[] = { d->y, d->y + BAND };

	put_box(d, classes[phase->kind], across(d, phase->from_us), across(d, phase->to_us), edges);
}

/* The number of a phase, below its middle or as near as those before it let it. */
static int64_t draw_number(const struct drawing *d, const struct phase *phase, size_t number,
			   int64_t least)
{
	int64_t at = (across(d, phase->from_us) + across(d, phase->to_us)) / 2;

	at = at > least ? at : least;
	put_text(d, "number middle", at, d->y + BAND + NUMBERS, figure_int((int64_t)number).s);
	return at + NUMBER_WIDTH;
}

static void draw_phases(struct drawing *d)
{
	const struct timeline *t = d->picture->timeline;
	int64_t least = NUMBER_WIDTH / 2;
	size_t number = 0;

	if (!d->picture->phases)
		return;
	put_label(d, d->picture->phases);
	for (size_t i = 0; i < t->move_count; i++) {
		for (size_t k = 0; k < t->moves[i].n; k++) {
			const struct phase *phase = &t->moves[i].phases[k];

			number++;
			if (!is_seen(d, phase))
				continue;
			draw_band(d, phase);
			least = draw_number(d, phase, number, least);
		}
	}
	d->y += BAND + NUMBERS + SPACE;
}

/* When it was nobody says: so that the lengths can be compared, it begins with the silence. */
static void draw_downtime(struct drawing *d)
{
	int64_t from = d->picture->timeline->gap_from_us;
	int64_t to = from + d->picture->timeline->downtime_ms * 1000;
	int edges[2];

	if (!d->picture->downtime)
		return;
	put_label(d, d->picture->downtime);
	edges[0] = d->y;
	edges[1] = d->y += BAND;
	put_box(d, "downtime", across(d, from), across(d, to), edges);
	d->y += SPACE;
}

/* 1, 2 or 5 times a power of ten, in milliseconds, so that few of them fit. */
static int64_t tick_step(int64_t length_us)
{
	static const int factors[] = { 2, 5, 10 };
	int64_t power = 1, step = 1;

	for (int i = 0; length_us / 1000 / step >= TICKS_MAX; i++) {
		step = power * factors[i % 3];
		power = i % 3 == 2 ? power * 10 : power;
	}
	return step;
}

/* '1.8 s': as many decimals as the step has. */
static struct figure tick_text(int64_t ms, int64_t step)
{
	int decimals = step % 1000 == 0 ? 0 : step % 100 == 0 ? 1 : step % 10 == 0 ? 2 : 3;
	static const int64_t units[] = { 1000, 100, 10, 1 };
	struct figure r;

	if (decimals)
		snprintf(r.s, sizeof(r.s), "%" PRId64 ".%0*d s", ms / 1000, decimals,
			 (int)(ms % 1000 / units[decimals]));
	else
		snprintf(r.s, sizeof(r.s), "%" PRId64 " s", ms / 1000);
	return r;
}

static void draw_axis(struct drawing *d)
{
	const struct timeline_view *v = d->picture->view;
	int64_t step = tick_step(v->to_us - v->from_us);
	const int edges[] = { d->y, d->y + TICK };

	for (int64_t ms = (v->from_us / 1000 + step - 1) / step * step; ms <= v->to_us / 1000;
	     ms += step) {
		int64_t at = across(d, ms * 1000);
		const char *class = at < WHOLE / 20	   ? NULL
				    : at > WHOLE * 19 / 20 ? "end"
							   : "middle";

		put_line(d, NULL, at, edges);
		put_text(d, class, at, d->y + TICK + LABEL, tick_text(ms, step).s);
	}
	d->y += TICK + LABEL + SPACE;
}

static int height(const struct picture *p)
{
	int answers = LABELLED + BARS + SPACE, axis = TICK + LABEL + SPACE;
	int phases = p->phases ? LABELLED + BAND + NUMBERS + SPACE : 0;
	int downtime = p->downtime ? LABELLED + BAND + SPACE : 0;

	return answers + phases + downtime + axis;
}

/* <title id="t1">: what the drawing is called, and what it says. */
static void put_words(FILE *f, const char *tag, int number, const char *text)
{
	fputc('<', f);
	fputs(tag, f);
	fprintf(f, " id=\"%c%d\">", tag[0], number);
	html_text(f, text);
	html_close(f, tag);
	fputc('\n', f);
}

void html_picture(FILE *f, const struct picture *picture, int number)
{
	struct drawing d = { .f = f, .picture = picture };

	fputs("<svg class=\"timeline\" role=\"img\"", f);
	fprintf(f, " aria-labelledby=\"t%d\" aria-describedby=\"d%d\"", number, number);
	put_number(f, "height", height(picture));
	fputs(">\n", f);
	put_words(f, "title", number, picture->title);
	put_words(f, "desc", number, picture->text);
	draw_answers(&d);
	draw_phases(&d);
	draw_downtime(&d);
	draw_axis(&d);
	fputs("</svg>\n", f);
}
