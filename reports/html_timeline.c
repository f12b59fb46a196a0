/* SPDX-License-Identifier: Apache-2.0 */
/* html_timeline: a ping as a drawing of rectangles: no script, no style but the page's. */
#include <inttypes.h>

#include "reports/html.h"

#define WIDTH  1200
#define HEIGHT 80
#define EDGE   3 /* as narrow as a gap is drawn */

static void write_box(FILE *f, const char *class, int64_t x, int64_t width, int64_t height)
{
	fputs("<rect", f);
	html_attribute(f, "class", class);
	fprintf(f,
		" x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"%" PRId64 "\" height=\"%" PRId64
		"\"/>",
		x, HEIGHT - height, width, height);
}

static int64_t position(const struct timeline *t, int64_t us)
{
	return us >= t->duration_us ? WIDTH : (int64_t)((__int128)us * WIDTH / t->duration_us);
}

void html_timeline(FILE *f, const struct timeline *t, const char *label)
{
	int64_t from = position(t, t->gap_from_us), to = position(t, t->gap_to_us);
	int64_t step = WIDTH / TIMELINE_BINS;

	if (to - from < EDGE)
		to = from + EDGE;
	fprintf(f,
		"<svg class=\"timeline\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
		"role=\"img\"",
		WIDTH, HEIGHT);
	html_attribute(f, "aria-label", label);
	fputc('>', f);
	html_tag_text(f, "title", label);
	write_box(f, "base", 0, WIDTH, 1);
	for (size_t i = 0; i < TIMELINE_BINS; i++)
		if (t->levels[i])
			write_box(f, "answers", (int64_t)i * step, step - 2,
				  t->levels[i] * (HEIGHT - 8) / 8);
	write_box(f, "silence", from, to - from, HEIGHT);
	write_box(f, "edge", from, EDGE, HEIGHT);
	write_box(f, "edge", to - EDGE, EDGE, HEIGHT);
	fputs("</svg>\n", f);
}
