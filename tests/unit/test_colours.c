/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_colours: what means different things is told apart by all eyes, in the reports and on a
 * terminal, and never by colour alone. The colours are read from where they are used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "reports/html.h"
#include "runner/base/cleanup.h"
#include "runner/ui/terminal.h"

#define APART	   12.0 /* CIEDE2000: six times what is just visible side by side */
#define TEXT	   4.5	/* contrast, WCAG 2 AA: text */
#define GRAPHICS   3.0	/* and what is drawn */
#define ARRAY_N(a) (sizeof(a) / sizeof((a)[0]))

static const char *const schemes[] = { "light", "dark", "print" };

/* Where the colours of a scheme stand in the style sheet. */
static const char *scheme_at(const char *scheme)
{
	const char *at = html_style;

	if (!strcmp(scheme, "dark"))
		at = strstr(html_style, "(prefers-color-scheme:dark)");
	if (!strcmp(scheme, "print"))
		at = strstr(html_style, "@media print");
	assert_non_null(at);
	at = strstr(at, ":root{");
	assert_non_null(at);
	return at;
}

static struct colour paint(const char *scheme, const char *name)
{
	const char *from = scheme_at(scheme), *to = strchr(from, '}');
	char wanted[32];
	const char *at;

	snprintf(wanted, sizeof(wanted), "--%s:#", name);
	at = strstr(from, wanted);
	if (!at || at > to)
		fail_msg("scheme %s has no --%s", scheme, name);
	return colour_read(at + strlen(wanted) - 1);
}

/* What fills an element of a drawing: its rule's colour over the paper. */
static struct colour drawn(const char *scheme, const char *selector)
{
	char rule[64], name[16];
	struct colour paper = paint(scheme, "paper");
	double opacity = 1;
	const char *at, *end, *more;

	snprintf(rule, sizeof(rule), ".%s{fill:var(--", selector);
	at = strstr(html_style, rule);
	if (!at)
		fail_msg("no rule '%s'", rule);
	end = strchr(at, '}');
	assert_int_equal(sscanf(at + strlen(rule), "%15[a-z]", name), 1);
	more = strstr(at, "fill-opacity:");
	if (more && more < end)
		opacity = strtod(more + strlen("fill-opacity:"), NULL);
	return colour_over(paint(scheme, name), paper, opacity);
}

static unsigned wrong;

static void want_apart(const char *what, const char *const names[2], struct colour a,
		       struct colour b)
{
	enum eyes eyes;
	double d = colour_distance_least(a, b, &eyes);

	if (d >= APART)
		return;
	print_error("%s: '%s' and '%s' are only %.1f apart with %s eyes\n", what, names[0],
		    names[1], d, eyes_names[eyes]);
	wrong++;
}

static void want_contrast(const char *what, const char *name, double found, double wanted)
{
	if (found >= wanted)
		return;
	print_error("%s: the contrast of '%s' is %.2f instead of %.1f\n", what, name, found,
		    wanted);
	wrong++;
}

/* Figures that others have published, so that the arithmetic is not only its own witness. */
static void test_colours__arithmetic_is_right(void **state)
{
	const struct colour black = colour_read("#000"), white = colour_read("#ffffff");
	const struct colour red = colour_read("#f00"), green = colour_read("#00ff00");

	(void)state;
	assert_true(fabs(colour_contrast(black, white) - 21) < 0.001);
	/* '#767676' is the lightest grey that passes on white. */
	assert_true(colour_contrast(colour_read("#767676"), white) >= 4.5);
	assert_true(colour_contrast(colour_read("#777777"), white) < 4.5);
	assert_true(fabs(colour_distance(black, white, EYES_USUAL) - 100) < 0.01);
	assert_true(fabs(colour_distance(red, green, EYES_USUAL) - 86.6) < 0.1);
	for (int i = 0; i < EYES_COUNT; i++)
		assert_true(colour_distance(black, white, (enum eyes)i) > 99);
}

/* The control: the pairs that such eyes are known to confuse are seen as confused. */
static void test_colours__known_confusions_are_seen(void **state)
{
	const struct colour brown = colour_read("#7a4a00"), red = colour_read("#a1260d");
	const struct colour blue = colour_read("#8cc0ff"), green = colour_read("#74d3a0");

	(void)state;
	assert_true(colour_distance(brown, red, EYES_USUAL) > APART);
	assert_true(colour_distance(brown, red, EYES_DEUTAN) < APART);
	assert_true(colour_distance(blue, green, EYES_USUAL) > APART);
	assert_true(colour_distance(blue, green, EYES_TRITAN) < APART);
}

static const char *const tones[] = { "accent", "good", "bad", "warn", "quiet" };

static void test_colours__tones_of_a_report_are_apart(void **state)
{
	(void)state;
	wrong = 0;
	for (size_t s = 0; s < ARRAY_N(schemes); s++)
		for (size_t i = 0; i < ARRAY_N(tones); i++)
			for (size_t k = 0; k < i; k++)
				want_apart(schemes[s], (const char *const[]){ tones[i], tones[k] },
					   paint(schemes[s], tones[i]),
					   paint(schemes[s], tones[k]));
	assert_int_equal(wrong, 0);
}

static void test_colours__text_of_a_report_can_be_read(void **state)
{
	static const char *const papers[] = { "paper", "soft", "noticed" };
	static const char *const inks[] = { "ink", "quiet", "accent", "good", "bad", "warn" };

	(void)state;
	wrong = 0;
	for (size_t s = 0; s < ARRAY_N(schemes); s++)
		for (size_t p = 0; p < ARRAY_N(papers); p++)
			for (size_t i = 0; i < ARRAY_N(inks); i++)
				want_contrast(schemes[s], inks[i],
					      colour_contrast(paint(schemes[s], inks[i]),
							      paint(schemes[s], papers[p])),
					      TEXT);
	assert_int_equal(wrong, 0);
}

/* What stands beside or upon each other in the picture of a ping, and in the bar of a grade. */
static void test_colours__drawings_are_apart(void **state)
{
	static const char *const pairs[][2] = {
		{ "timeline .answers", "timeline .silence" },
		{ "timeline .phase", "timeline .still" },
		{ "timeline .side", "timeline .downtime" },
		{ "timeline .still", "timeline .downtime" },
		{ "timeline .phase", "timeline .side" },
		{ "bar .all", "bar .earned" },
		{ "bar .mark", "bar .earned" },
		{ "bar .mark", "bar .all" },
	};

	(void)state;
	wrong = 0;
	for (size_t s = 0; s < ARRAY_N(schemes); s++)
		for (size_t i = 0; i < ARRAY_N(pairs); i++)
			want_apart(schemes[s], pairs[i], drawn(schemes[s], pairs[i][0]),
				   drawn(schemes[s], pairs[i][1]));
	assert_int_equal(wrong, 0);
}

static void test_colours__drawings_can_be_seen(void **state)
{
	static const char *const parts[] = { "timeline .answers",  "timeline .phase",
					     "timeline .still",	   "timeline .side",
					     "timeline .downtime", "bar .earned",
					     "bar .mark" };

	(void)state;
	wrong = 0;
	for (size_t s = 0; s < ARRAY_N(schemes); s++)
		for (size_t i = 0; i < ARRAY_N(parts); i++)
			want_contrast(schemes[s], parts[i],
				      colour_contrast(drawn(schemes[s], parts[i]),
						      paint(schemes[s], "paper")),
				      GRAPHICS);
	assert_int_equal(wrong, 0);
}

/* A badge has a word and a shape of its own. */
static void test_colours__no_tone_is_colour_alone(void **state)
{
	(void)state;
	for (int i = TONE_PLAIN; i <= TONE_QUIET; i++)
		for (int k = TONE_PLAIN; k < i; k++)
			assert_string_not_equal(tone_symbol((enum tone)i),
						tone_symbol((enum tone)k));
	for (int i = 0; i < VERDICT_COUNT; i++) {
		char *text = NULL;
		size_t len;
		FILE *f = open_memstream(&text, &len);
		const char *word = verdict_name((enum verdict)i);

		html_badge(f, word, tone_of_word(word));
		fclose(f);
		assert_non_null(strstr(text, word));
		assert_non_null(strstr(text, tone_symbol(tone_of_word(word))));
		free(text);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(word, verdict_name((enum verdict)k));
	}
}

/* ---- the terminal: its palette is the student's own; these are the usual ones */
#define PALETTE_SIZE 8
#define DEFAULT_INK  9

struct palette {
	const char *name;
	const char *colours[PALETTE_SIZE]; /* of SGR 30 to 37 */
	const char *ink;		   /* of SGR 39 */
};

static const struct palette palettes[] = {
	{ "xterm",
	  { "#000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5" },
	  "#e5e5e5" },
	{ "vga",
	  { "#000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa" },
	  "#aaaaaa" },
	{ "tango, dark",
	  { "#2e3436", "#cc0000", "#4e9a06", "#c4a000", "#3465a4", "#75507b", "#06989a",
	    "#d3d7cf" },
	  "#d3d7cf" },
	{ "tango, light",
	  { "#2e3436", "#cc0000", "#4e9a06", "#c4a000", "#3465a4", "#75507b", "#06989a",
	    "#d3d7cf" },
	  "#2e3436" },
	{ "campbell",
	  { "#0c0c0c", "#c50f1f", "#13a10e", "#c19c00", "#0037da", "#881798", "#3a96dd",
	    "#cccccc" },
	  "#cccccc" },
};

/* How a word came: its colour and whether it is bold (1), underlined (4) or reversed (7). */
struct look {
	const char *word;
	long colour, weight;
};

static void show_word(struct ui *ui, size_t i)
{
	if (i < VERDICT_COUNT)
		ui_verdict(ui, (enum verdict)i, "");
	else
		ui_outcome(ui, (enum outcome)(i - VERDICT_COUNT), "");
}

static char *said(size_t i, bool colour)
{
	const struct ui_options options = { 0 };
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct ui *ui;

	assert_int_equal(ui_open(f, &options, &ui, NULL), 0);
	ui->has_colour = colour;
	show_word(ui, i);
	ui_close(ui);
	fclose(f);
	return text;
}

static void look_at(size_t i, struct look *ret)
{
	_cleanup_free_ char *text = said(i, true);
	char *at = text + 2;

	assert_memory_equal(text, "\033[", 2);
	*ret = (struct look){ .colour = 30 + DEFAULT_INK };
	for (;; at++) {
		long n = strtol(at, &at, 10);

		if (n >= 30)
			ret->colour = n;
		else
			ret->weight = n;
		if (*at != ';')
			break;
	}
	assert_int_equal(*at, 'm');
	ret->word = i < VERDICT_COUNT ? verdict_name((enum verdict)i)
				      : outcome_name((enum outcome)(i - VERDICT_COUNT));
}

#define WORD_COUNT (VERDICT_COUNT + OUTCOME_REFUTED + 1)

static struct colour of_palette(const struct palette *p, long sgr)
{
	return colour_read(sgr == 30 + DEFAULT_INK ? p->ink : p->colours[sgr - 30]);
}

static void test_colours__words_on_a_terminal_are_apart(void **state)
{
	struct look looks[WORD_COUNT];

	(void)state;
	wrong = 0;
	for (size_t i = 0; i < WORD_COUNT; i++) {
		look_at(i, &looks[i]);
		for (size_t k = 0; k < i; k++) {
			const struct look *a = &looks[i], *b = &looks[k];

			/* The same look is the same kind of news; another weight needs no colour.
			 */
			if (a->weight != b->weight || a->colour == b->colour)
				continue;
			for (size_t p = 0; p < ARRAY_N(palettes); p++)
				want_apart(palettes[p].name,
					   (const char *const[]){ a->word, b->word },
					   of_palette(&palettes[p], a->colour),
					   of_palette(&palettes[p], b->colour));
		}
	}
	assert_int_equal(wrong, 0);
}

/* Good, bad and unsure are never the same look. */
static void test_colours__kinds_of_news_differ_in_look(void **state)
{
	static const size_t kinds[] = { VERDICT_PASS, VERDICT_FAIL, VERDICT_BROKEN, VERDICT_NA,
					VERDICT_COUNT + OUTCOME_REFUTED };

	(void)state;
	for (size_t i = 0; i < ARRAY_N(kinds); i++)
		for (size_t k = 0; k < i; k++) {
			struct look a, b;

			look_at(kinds[i], &a);
			look_at(kinds[k], &b);
			assert_true(a.weight != b.weight || a.colour != b.colour);
		}
}

static void test_colours__words_stay_without_colour(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORD_COUNT; i++) {
		_cleanup_free_ char *text = said(i, false);
		struct look look;

		look_at(i, &look);
		assert_null(strchr(text, '\033'));
		assert_memory_equal(text, look.word, strlen(look.word));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_colours__arithmetic_is_right),
		cmocka_unit_test(test_colours__known_confusions_are_seen),
		cmocka_unit_test(test_colours__tones_of_a_report_are_apart),
		cmocka_unit_test(test_colours__text_of_a_report_can_be_read),
		cmocka_unit_test(test_colours__drawings_are_apart),
		cmocka_unit_test(test_colours__drawings_can_be_seen),
		cmocka_unit_test(test_colours__no_tone_is_colour_alone),
		cmocka_unit_test(test_colours__words_on_a_terminal_are_apart),
		cmocka_unit_test(test_colours__kinds_of_news_differ_in_look),
		cmocka_unit_test(test_colours__words_stay_without_colour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
