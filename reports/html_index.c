/* SPDX-License-Identifier: Apache-2.0 */
/* html_index: the page that lists the grades of several labs and leads to their reports. */
#include <string.h>

#include "reports/html.h"
#include "reports/report_format.h"
#include "reports/word.h"
#include "runner/base/i18n.h"

static const char *state(const struct report *r)
{
	if (!r->complete)
		return _("not finished");
	if (r->grade.ungraded)
		return _("not fully graded");
	if (r->grade.provisional)
		return _("provisional");
	return _("graded");
}

/* On a narrow page each cell says what it is. */
static void open_cell(FILE *f, const char *class, const char *label)
{
	fputs("<td", f);
	html_attribute(f, "class", class);
	html_attribute(f, "data-label", label);
	fputc('>', f);
}

static void write_cell(FILE *f, const char *class, const char *label, const char *text)
{
	open_cell(f, class, label);
	html_text(f, text);
	html_close(f, "td");
}

static void write_outcomes(FILE *f, const struct report *r)
{
	open_cell(f, "list", _("Hypotheses"));
	for (size_t i = 0; i < r->lab->experiments.n; i++) {
		const struct experiment *e = &r->lab->experiments.v[i];
		const char *title = text_get(&e->title, r->lang);
		const char *word = outcome_name(r->experiments[i].outcome);

		html_open(f, "div", NULL);
		html_text(f, title ? title : e->id);
		fputc(' ', f);
		html_badge(f, word, tone_of_word(word));
		html_close(f, "div");
	}
	html_close(f, "td");
}

/* The report stands beside this page as LAB.html. */
static void write_row(FILE *f, const struct report *r)
{
	const char *title = text_get(&r->lab->title, r->lang);

	fputs("<tr><th scope=\"row\"><a href=\"", f);
	html_text(f, r->lab->id);
	fputs(".html\">", f);
	html_text(f, title ? title : r->lab->id);
	fputs("</a></th>", f);
	write_outcomes(f, r);
	write_cell(f, "short", _("State"), state(r));
	write_cell(f, "figure", _("Earned"), figure_points(r->grade.earned).s);
	write_cell(f, "figure", _("Possible"), figure_points(r->grade.possible).s);
	write_cell(f, "figure", _("Share"), figure_percent(r->grade.earned, r->grade.possible).s);
	fputs("</tr>\n", f);
}

static void write_head(FILE *f)
{
	const char *const titles[] = { _("Lab"),    _("Hypotheses"), _("State"),
				       _("Earned"), _("Possible"),   _("Share") };

	html_open(f, "table", "wide");
	html_tag_text(f, "caption", _("Labs and their grades"));
	fputs("<thead><tr>", f);
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		fputs(i < 3 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"figure\">", f);
		html_text(f, titles[i]);
		html_close(f, "th");
	}
	fputs("</tr></thead>\n<tbody>\n", f);
}

void report_index(FILE *f, const struct report *const *reports, size_t n)
{
	html_begin(f, _("Lab reports"), n ? reports[0]->lang : LANG_EN);
	write_head(f);
	for (size_t i = 0; i < n; i++)
		write_row(f, reports[i]);
	fputs("</tbody>\n</table>\n", f);
	if (n && reports[0]->finished_ms)
		html_class_text(f, "p", "quiet", figure_time(reports[0]->finished_ms).s);
	html_end(f);
}
