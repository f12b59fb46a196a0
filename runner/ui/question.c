/* SPDX-License-Identifier: Apache-2.0 */
/* question: one choice, one line, some lines, yes or no. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/ui/ask.h"

#define PROMPT "> "
/* The space before the prompt and 'tidak'. */
#define YES_COLUMNS 6

/* The question is shown even when quiet: without it there is nothing to answer. */
static void show(struct ui *ui, int indent, const char *text)
{
	struct fold w = { .column = indent, .hang = indent, .width = ui_width(ui) };

	fprintf(ui->out, "%*s", indent, "");
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}

static bool asks_help(const struct buf *line, const struct ui_help *help)
{
	return help && strcmp(buf_str(line), "?") == 0;
}

static void show_choices(struct ui *ui, const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fold w = { .width = ui_width(ui) };

		w.column = w.hang = fprintf(ui->out, "  %zu) ", i + 1);
		ui_fold(ui, texts[i], &w);
		fputc('\n', ui->out);
	}
}

static bool find_choice(const char *line, const char *const *ids, size_t n, size_t *ret)
{
	char *end;
	unsigned long number = strtoul(line, &end, 10);

	if (!*end && number >= 1 && number <= n) {
		*ret = number - 1;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (strcmp(line, ids[i]) == 0) {
			*ret = i;
			return true;
		}
	}
	return false;
}

int ui_ask_choice(struct ui *ui, const char *ask, const char *const *ids, const char *const *texts,
		  const struct ui_help *help, size_t *ret, struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	size_t n = 0;
	int r;

	while (ids[n])
		n++;
	show(ui, 0, ask);
	show_choices(ui, texts, n);
	for (;;) {
		r = ask_line(ui, PROMPT, &line, err);
		if (r != 0)
			return r;
		if (asks_help(&line, help))
			help->show(help->data);
		else if (find_choice(line.data, ids, n, ret))
			return 0;
		else
			fprintf(ui->out, _("please type a number from 1 to %zu\n"), n);
	}
}

int ui_ask_line(struct ui *ui, const char *ask, const struct ui_help *help, struct buf *ret,
		struct err *err)
{
	int r;

	show(ui, 0, ask);
	while ((r = ask_line(ui, PROMPT, ret, err)) == 0 && asks_help(ret, help))
		help->show(help->data);
	return r;
}

int ui_ask_text(struct ui *ui, const char *ask, const struct ui_help *help, struct buf *ret,
		struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	int r;

	buf_reset(ret);
	show(ui, 0, ask);
	show(ui, 0, _("(an empty line ends your answer)"));
	while ((r = ask_line(ui, PROMPT, &line, err)) == 0) {
		if (asks_help(&line, help)) {
			help->show(help->data);
			continue;
		}
		if (ret->len)
			buf_putc(ret, '\n');
		buf_puts(ret, line.data);
	}
	if (r < 0)
		return -1;
	return ret->len ? 0 : 1;
}

/* The letters that mean yes and no in either language: y, yes, ya; n, no, t, tidak. */
static int truth(const char *line)
{
	if (!*line)
		return -1;
	if (strchr("yY", line[0]))
		return 1;
	return strchr("nNtT", line[0]) ? 0 : -1;
}

/* The question with the prompt behind it, or below when they and a word do not fit in one line. */
static void show_before(struct ui *ui, const char *ask, const char *prompt)
{
	struct fold w = { .width = ui_width(ui) };

	ui_fold(ui, ask, &w);
	fputc(w.column + fold_columns(prompt) + YES_COLUMNS <= w.width ? ' ' : '\n', ui->out);
}

int ui_ask_go(struct ui *ui, const char *ask, enum ui_go *ret, struct err *err)
{
	const char *prompt = _("[Y/n, s: your own shell] ");
	_cleanup_buf_ struct buf line = { 0 };
	int r;

	show_before(ui, ask, prompt);
	for (;;) {
		r = ask_line(ui, prompt, &line, err);
		if (r < 0)
			return -1;
		*ret = UI_GO_YES;
		if (r == 1 || truth(line.data) == 1)
			return 0;
		*ret = strchr("sS", line.data[0]) ? UI_GO_SHELL : UI_GO_NO;
		if (*ret == UI_GO_SHELL || truth(line.data) == 0)
			return 0;
		fputs(_("please type y, n or s\n"), ui->out);
	}
}

int ui_ask_yes(struct ui *ui, const char *ask, bool preset, bool *ret, struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	const char *prompt = preset ? _("[Y/n] ") : _("[y/N] ");
	int r;

	show_before(ui, ask, prompt);
	for (;;) {
		r = ask_line(ui, prompt, &line, err);
		if (r < 0)
			return -1;
		if (r == 1) {
			*ret = preset;
			return 1;
		}
		if (truth(line.data) >= 0) {
			*ret = truth(line.data) == 1;
			return 0;
		}
		fputs(_("please type y or n\n"), ui->out);
	}
}
