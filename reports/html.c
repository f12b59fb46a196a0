/* SPDX-License-Identifier: Apache-2.0 */
/* html: elements, the head with its policy, tables. */
#include "reports/html.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "runner/base/escape.h"

void html_text(FILE *f, const char *text)
{
	escape_html(f, text, strlen(text));
}

void html_open(FILE *f, const char *tag, const char *class)
{
	fputc('<', f);
	fputs(tag, f);
	if (class)
		html_attribute(f, "class", class);
	fputc('>', f);
}

void html_close(FILE *f, const char *tag)
{
	fputs("</", f);
	fputs(tag, f);
	fputc('>', f);
}

void html_class_text(FILE *f, const char *tag, const char *class, const char *text)
{
	html_open(f, tag, class);
	html_text(f, text);
	html_close(f, tag);
	fputc('\n', f);
}

void html_tag_text(FILE *f, const char *tag, const char *text)
{
	html_class_text(f, tag, NULL, text);
}

void html_attribute(FILE *f, const char *name, const char *value)
{
	fputc(' ', f);
	fputs(name, f);
	fputs("=\"", f);
	html_text(f, value);
	fputc('"', f);
}

/* Nothing is loaded and nothing runs; the one style sheet is named by its hash. */
static void write_policy(FILE *f)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char base64[sodium_base64_ENCODED_LEN(sizeof(hash), sodium_base64_VARIANT_ORIGINAL)];

	crypto_hash_sha256(hash, (const unsigned char *)html_style, strlen(html_style));
	sodium_bin2base64(base64, sizeof(base64), hash, sizeof(hash),
			  sodium_base64_VARIANT_ORIGINAL);
	fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'sha256-",
	      f);
	fputs(base64, f);
	fputs("'; base-uri 'none'; form-action 'none'\">\n", f);
}

void html_begin(FILE *f, const char *title, enum lang lang)
{
	fputs("<!DOCTYPE html>\n<html", f);
	html_attribute(f, "lang", lang == LANG_ID ? "id" : "en");
	fputs(">\n<head>\n<meta charset=\"utf-8\">\n", f);
	write_policy(f);
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n",
	      f);
	html_tag_text(f, "title", title);
	fputs("<style>", f);
	fputs(html_style, f);
	fputs("</style>\n</head>\n<body>\n<main>\n", f);
	html_tag_text(f, "h1", title);
}

void html_end(FILE *f)
{
	fputs("</main>\n</body>\n</html>\n", f);
}

void html_badge(FILE *f, const char *word, enum tone tone)
{
	static const char *const classes[] = {
		[TONE_PLAIN] = "badge plain", [TONE_GOOD] = "badge good",
		[TONE_BAD] = "badge bad",     [TONE_WARN] = "badge warn",
		[TONE_QUIET] = "badge quiet",
	};

	html_open(f, "span", classes[tone]);
	fputs("<span aria-hidden=\"true\">", f);
	html_text(f, tone_symbol(tone));
	fputs("</span> ", f);
	html_text(f, word);
	html_close(f, "span");
}

void html_bar(FILE *f, const struct grade *grade, int64_t threshold, const char *label)
{
	int64_t share = grade->possible > 0 ? grade->earned * 1000 / grade->possible : 0;

	fputs("<svg class=\"bar\" viewBox=\"0 0 1000 24\" preserveAspectRatio=\"none\" "
	      "role=\"img\"",
	      f);
	html_attribute(f, "aria-label", label);
	fputs("><rect class=\"all\" width=\"1000\" height=\"24\"/>", f);
	fprintf(f, "<rect class=\"earned\" width=\"%" PRId64 "\" height=\"24\"/>", share);
	fprintf(f, "<rect class=\"mark\" x=\"%" PRId64 "\" width=\"4\" height=\"24\"/></svg>\n",
		threshold * 10 - 2);
}

/* Longer words may be broken; shorter ones give a column its least width. */
#define WORD_MAX 20

static bool has_long_word(const char *text)
{
	for (size_t n; *text; text += n + (text[n] != '\0')) {
		n = strcspn(text, " \t\n");
		if (n > WORD_MAX)
			return true;
	}
	return false;
}

static const char *class_of(const struct column *column, const char *text)
{
	if (column->kind == COLUMN_FIGURE)
		return "figure";
	if (column->kind == COLUMN_SHORT)
		return "short";
	return has_long_word(text) ? "long" : NULL;
}

static void write_cell(FILE *f, const struct table *t, size_t row, size_t i)
{
	const char *text = t->cells[row * t->column_count + i];
	const struct column *column = &t->columns[i];
	const char *class = class_of(column, text);
	bool is_total = t->has_total && row + 1 == t->row_count;

	if (column->kind == COLUMN_HEAD || column->kind == COLUMN_LINK) {
		fputs("<th scope=\"row\"", f);
		if (class)
			html_attribute(f, "class", class);
		fputc('>', f);
		if (column->kind == COLUMN_LINK && !is_total)
			fprintf(f, "<a href=\"#e%zu\">", row + 1);
		html_text(f, text);
		if (column->kind == COLUMN_LINK && !is_total)
			fputs("</a>", f);
		fputs("</th>", f);
		return;
	}
	fputs("<td", f);
	if (class)
		html_attribute(f, "class", class);
	/* On a narrow page the row becomes a block and each cell says what it is. */
	if (text[0])
		html_attribute(f, "data-label", column->title);
	fputc('>', f);
	if (column->kind == COLUMN_WORD && text[0])
		html_badge(f, text, tone_of_word(text));
	else
		html_text(f, text);
	html_close(f, "td");
}

static void write_row(FILE *f, const struct table *t, size_t row)
{
	fputs("<tr>", f);
	for (size_t i = 0; i < t->column_count; i++)
		write_cell(f, t, row, i);
	fputs("</tr>\n", f);
}

/* On a narrow page its rows become blocks. Figures are not broken into lines. */
static bool is_wide(const struct table *t)
{
	size_t figures = 0;

	for (size_t i = 0; i < t->column_count; i++)
		figures += t->columns[i].kind == COLUMN_FIGURE;
	return t->column_count > 3 || figures > 2;
}

void html_table(FILE *f, const struct table *t)
{
	size_t body = t->row_count - (t->has_total ? 1 : 0);

	html_open(f, "table", is_wide(t) ? "wide" : NULL);
	html_class_text(f, "caption", t->is_plain ? "unseen" : NULL, t->caption);
	fputs("<thead><tr>", f);
	for (size_t i = 0; i < t->column_count; i++) {
		bool figure = t->columns[i].kind == COLUMN_FIGURE;

		fputs(figure ? "<th scope=\"col\" class=\"figure\">" : "<th scope=\"col\">", f);
		html_text(f, t->columns[i].title);
		html_close(f, "th");
	}
	fputs("</tr></thead>\n<tbody>\n", f);
	for (size_t i = 0; i < body; i++)
		write_row(f, t, i);
	fputs("</tbody>\n", f);
	if (t->has_total) {
		fputs("<tfoot>\n", f);
		write_row(f, t, body);
		fputs("</tfoot>\n", f);
	}
	fputs("</table>\n", f);
}
