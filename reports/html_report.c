/* SPDX-License-Identifier: Apache-2.0 */
/* html_report: the report as one HTML file that needs nothing else and runs nothing. */
#include "reports/html.h"
#include "reports/report_format.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"

/* How each kind of section stands in the document. */
static const struct {
	const char *tag, *class, *heading;
} sections[] = {
	[SECTION_TOP] = { "section", "top", "h2" },
	[SECTION_EXPERIMENT] = { "section", "experiment", "h2" },
	[SECTION_PART] = { "section", "part", "h3" },
	[SECTION_ITEM] = { "article", "item", "h4" },
	[SECTION_BESIDE] = { "div", "beside", NULL },
	[SECTION_PANEL] = { "section", "panel", "h3" },
	[SECTION_FOLD] = { "details", NULL, "summary" },
};

static void begin(struct page *p, const char *title)
{
	html_begin(p->f, title, p->report->lang);
}

static void end(struct page *p)
{
	html_end(p->f);
}

static void open(struct page *p, const struct section *s)
{
	const char *heading = sections[s->kind].heading;

	if (s->kind == SECTION_EXPERIMENT)
		fprintf(p->f, "<section class=\"experiment\" id=\"e%d\">", ++p->experiment);
	else
		html_open(p->f, sections[s->kind].tag, sections[s->kind].class);
	fputc('\n', p->f);
	if (!heading)
		return;
	html_open(p->f, heading, NULL);
	html_text(p->f, s->title);
	if (s->badge) {
		fputc(' ', p->f);
		html_badge(p->f, s->badge, s->tone);
	}
	html_close(p->f, heading);
	fputc('\n', p->f);
}

static void shut(struct page *p, const struct section *s)
{
	html_close(p->f, sections[s->kind].tag);
	fputc('\n', p->f);
}

static void para(struct page *p, enum para kind, const char *text)
{
	static const char *const classes[] = {
		[PARA_LEAD] = "lead", [PARA_FIGURE] = "figure", [PARA_NOTICE] = "notice",
		[PARA_NEXT] = "next", [PARA_QUIET] = "quiet",	[PARA_PLAIN] = NULL,
	};

	if (kind == PARA_CLAIM) {
		html_open(p->f, "blockquote", NULL);
		html_class_text(p->f, "p", "label", _("Hypothesis"));
		html_tag_text(p->f, "p", text);
		html_close(p->f, "blockquote");
		fputc('\n', p->f);
		return;
	}
	html_class_text(p->f, "p", classes[kind], text);
	if (kind == PARA_FIGURE)
		html_bar(p->f, &p->report->grade, p->report->lab->threshold, text);
}

static void pairs(struct page *p, const struct pair *v, size_t n)
{
	html_open(p->f, "dl", NULL);
	fputc('\n', p->f);
	for (size_t i = 0; i < n; i++) {
		html_open(p->f, "dt", NULL);
		html_text(p->f, v[i].label);
		html_close(p->f, "dt");
		html_open(p->f, "dd", v[i].code ? "code" : NULL);
		if (v[i].is_word)
			html_badge(p->f, v[i].text, v[i].tone);
		else
			html_text(p->f, v[i].text);
		html_close(p->f, "dd");
		fputc('\n', p->f);
	}
	html_close(p->f, "dl");
	fputc('\n', p->f);
}

static void table(struct page *p, const struct table *t)
{
	html_table(p->f, t);
}

static void command(struct page *p, const char *text)
{
	fputs("<pre class=\"command\"><code>", p->f);
	html_text(p->f, text);
	fputs("</code></pre>\n", p->f);
}

static void output(struct page *p, const char *label, const struct excerpt *e)
{
	fputs("<figure>\n", p->f);
	if (label)
		html_tag_text(p->f, "figcaption", label);
	fputs("<pre>", p->f);
	escape_html(p->f, e->head, e->head_len);
	if (e->left_out) {
		html_open(p->f, "span", "gap");
		html_text(p->f, WORDS(p, _("({1} bytes are left out here)"),
				      figure_int((int64_t)e->left_out).s));
		html_close(p->f, "span");
	}
	escape_html(p->f, e->tail, e->tail_len);
	fputs("</pre>\n</figure>\n", p->f);
}

static void picture(struct page *p, const struct picture *picture)
{
	html_picture(p->f, picture, ++p->pictures);
}

static const struct page_ops ops = {
	.output_max = 8192,
	.evidence_max = 8192,
	.begin = begin,
	.end = end,
	.open = open,
	.close = shut,
	.para = para,
	.pairs = pairs,
	.table = table,
	.command = command,
	.picture = picture,
	.output = output,
};

static void write_html(FILE *f, const struct report *report)
{
	outline_write(f, report, &ops);
}

const struct report_format report_html = {
	.name = "html",
	.extension = "html",
	.summary = N_("one self-contained page to read, print and keep"),
	.write = write_html,
};
