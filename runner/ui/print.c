/* SPDX-License-Identifier: Apache-2.0 */
/* print: headings, paragraphs, verdicts: everything the student reads. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"
#include "runner/ui/terminal.h"

#define VERDICT_COLUMN UI_WORD_COLUMN
#define MARGIN	       "    "

static const char *const verdict_looks[VERDICT_COUNT] = {
	[VERDICT_NONE] = LOOK_ASIDE, [VERDICT_PASS] = LOOK_GOOD, [VERDICT_FAIL] = LOOK_BAD,
	[VERDICT_SKIP] = LOOK_ASIDE, [VERDICT_NA] = LOOK_ASIDE,	 [VERDICT_BROKEN] = LOOK_UNSURE,
};

static const char *const outcome_looks[] = {
	[OUTCOME_INCONCLUSIVE] = LOOK_UNSURE,
	[OUTCOME_SUPPORTED] = LOOK_GOOD,
	[OUTCOME_REFUTED] = LOOK_OTHER,
};

void ui_coloured(struct ui *ui, const char *look, const char *word)
{
	if (ui->has_colour)
		fprintf(ui->out, "\033[%sm", look);
	escape_terminal(ui->out, word, strlen(word));
	if (ui->has_colour)
		fputs("\033[0m", ui->out);
}

void ui_fold(struct ui *ui, const char *text, struct fold *w)
{
	_cleanup_free_ char *safe = NULL;
	size_t len;
	FILE *f = open_memstream(&safe, &len);

	if (!f)
		return;
	escape_terminal(f, text, strlen(text));
	fclose(f);
	fold_write(ui->out, safe, w);
}

void ui_heading(struct ui *ui, int level, const char *text)
{
	struct fold w = { .width = ui_width(ui) };

	if (ui->options.quiet)
		return;
	fputc('\n', ui->out);
	if (ui->has_colour)
		fputs("\033[" LOOK_HEADING "m", ui->out);
	ui_fold(ui, text, &w);
	if (ui->has_colour)
		fputs("\033[0m", ui->out);
	fputc('\n', ui->out);
	if (level > 1)
		return;
	for (int i = 0; i < w.column; i++)
		fputc('=', ui->out);
	fputc('\n', ui->out);
}

void ui_paragraph(struct ui *ui, int indent, const char *text)
{
	struct fold w = { .column = indent, .hang = indent, .width = ui_width(ui) };

	if (ui->options.quiet)
		return;
	fprintf(ui->out, "%*s", indent, "");
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}

void ui_field(struct ui *ui, const char *label, const char *text)
{
	struct fold w = { .width = ui_width(ui) };

	if (ui->options.quiet)
		return;
	ui_fold(ui, label, &w);
	fputs(": ", ui->out);
	w.column += 2;
	w.hang = w.column < w.width / 2 ? w.column : 4;
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}

void ui_row(struct ui *ui, int indent, int column, const char *label, const char *text)
{
	struct fold w = { .column = indent, .hang = column, .width = ui_width(ui) };

	if (ui->options.quiet)
		return;
	fprintf(ui->out, "%*s", indent, "");
	ui_fold(ui, label, &w);
	if (w.column + 2 > column)
		fprintf(ui->out, "\n%*s", column, "");
	else
		fprintf(ui->out, "%*s", column - w.column, "");
	w.column = column;
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}

static size_t count_lines(const char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += bytes[i] == '\n';
	return n + (len && bytes[len - 1] != '\n');
}

void ui_verbatim(struct ui *ui, const char *bytes, size_t len, size_t max_lines)
{
	size_t lines = count_lines(bytes, len), shown = 0;
	const char *end = bytes + len;

	if (ui->options.quiet)
		return;
	/* Folding away one line would take one line. */
	if (!max_lines || lines <= max_lines + 1)
		max_lines = lines;
	for (; bytes < end && shown < max_lines; shown++) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));

		if (!stop)
			stop = end;
		fputs(MARGIN, ui->out);
		escape_terminal(ui->out, bytes, (size_t)(stop - bytes));
		fputc('\n', ui->out);
		bytes = stop + 1;
	}
	if (shown < lines)
		fprintf(ui->out, MARGIN "%s (+%zu)\n", _("... more lines"), lines - shown);
}

static void marked(struct ui *ui, const char *look, const char *word, const char *text)
{
	struct fold w = { .column = VERDICT_COLUMN, .hang = VERDICT_COLUMN };

	if (ui->options.quiet)
		return;
	w.width = ui_width(ui);
	ui_coloured(ui, look, word);
	fprintf(ui->out, "%*s", VERDICT_COLUMN - (int)strlen(word), "");
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}

void ui_word(struct ui *ui, enum ui_tone tone, const char *word, const char *text)
{
	static const char *const colours[] = {
		[UI_GOOD] = LOOK_GOOD,
		[UI_BAD] = LOOK_BAD,
		[UI_UNSURE] = LOOK_UNSURE,
		[UI_ASIDE] = LOOK_ASIDE,
	};

	marked(ui, colours[tone], word, text);
}

void ui_verdict(struct ui *ui, enum verdict verdict, const char *text)
{
	marked(ui, verdict_looks[verdict], verdict_name(verdict), text);
}

void ui_outcome(struct ui *ui, enum outcome outcome, const char *text)
{
	const char *word = outcome_name(outcome);
	struct fold w = { .hang = 2 };

	if (ui->options.quiet)
		return;
	w.width = ui_width(ui);
	ui_coloured(ui, outcome_looks[outcome], word);
	fputc(' ', ui->out);
	w.column = (int)strlen(word) + 1;
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}
