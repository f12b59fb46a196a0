/* SPDX-License-Identifier: Apache-2.0 */
/* question: one choice, one line, some lines, yes or no. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/ui/ask.h"
#include "runner/ui/line.h"

#define DECLINED "-" /* no answer, on purpose */
#define EDITOR	 "e" /* the answer is written in an editor */
/* The space before the prompt and 'tidak'. */
#define YES_COLUMNS 6

/* The question is shown even when quiet: without it there is nothing to answer. */
void ask_show(struct ui *ui, int indent, const char *text)
{
	struct fold w = { .column = indent, .hang = indent, .width = ui_width(ui) };

	fprintf(ui->out, "%*s", indent, "");
	ui_fold(ui, text, &w);
	fputc('\n', ui->out);
}

/* What is not an answer by itself: calls for help, and the first empty line where one is expected.
 * 0: a line; 1: nothing was answered; ASK_EDITOR: ret is what is to be edited; -1: as ui_ask_*. */
static int answer_line(struct ui *ui, const struct ui_terms *terms, bool *warned, struct buf *ret,
		       struct err *err)
{
	for (;;) {
		int r = ask_edited(ui, ASK_PROMPT, ret, err);

		if (r < 0 || r == ASK_EDITOR)
			return r;
		if (r == 0 && ui->offers_editor && strcmp(ret->data, EDITOR) == 0) {
			buf_reset(ret);
			return ASK_EDITOR;
		}
		if (r == 1 && terms->if_empty && !*warned) {
			*warned = true;
			ask_show(ui, 0, terms->if_empty);
		} else if (r == 1 || strcmp(ret->data, DECLINED) == 0) {
			buf_reset(ret);
			return 1;
		} else if (terms->help && strcmp(ret->data, "?") == 0) {
			if (terms->help->show(terms->help->data, err) < 0)
				return -1;
		} else {
			return 0;
		}
	}
}

void ask_show_choices(struct ui *ui, const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fold w = { .width = ui_width(ui) };

		w.column = w.hang = fprintf(ui->out, "  %zu) ", i + 1);
		ui_fold(ui, texts[i], &w);
		fputc('\n', ui->out);
	}
}

/* Nobody takes a hint that they do not know of. */
static void show_help(struct ui *ui, const struct ui_terms *terms)
{
	if (terms->help)
		ask_show(ui, 0, _("('?' shows a hint, which costs points)"));
}

bool ask_find_choice(const char *line, const char *const *ids, size_t n, size_t *ret)
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

static const struct ui_terms nothing_special;

int ui_ask_choice(struct ui *ui, const char *ask, const char *const *ids, const char *const *texts,
		  const struct ui_terms *terms, size_t *ret, struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	bool warned = false;
	size_t n = 0;
	int r;

	while (ids[n])
		n++;
	terms = terms ? terms : &nothing_special;
	ask_show(ui, 0, ask);
	ask_show_choices(ui, texts, n);
	show_help(ui, terms);
	while (!(r = answer_line(ui, terms, &warned, &line, err)) &&
	       !ask_find_choice(line.data, ids, n, ret))
		fprintf(ui->out, _("please type a number from 1 to %zu\n"), n);
	return r;
}

int ui_ask_line(struct ui *ui, const char *ask, const struct ui_terms *terms, struct buf *ret,
		struct err *err)
{
	/* It may be asked in the middle of a text, as part of its help. */
	bool offered = ui->offers_editor, warned = false;
	int r;

	terms = terms ? terms : &nothing_special;
	ui->offers_editor = false;
	ask_show(ui, 0, ask);
	show_help(ui, terms);
	while (!(r = answer_line(ui, terms, &warned, ret, err)) && terms->accepts &&
	       !terms->accepts(ret->data))
		ask_show(ui, 0, terms->otherwise);
	if (!r)
		line_remember(ui, ret->data);
	ui->offers_editor = offered;
	return r;
}

void ui_forget(struct ui *ui)
{
	line_forget(ui);
}

void ui_note(struct ui *ui, const char *text)
{
	ask_show(ui, 0, text);
}

static void add_line(struct buf *text, const char *line)
{
	if (text->len && *line)
		buf_putc(text, '\n');
	buf_puts(text, line);
}

static void show_lines(struct ui *ui, char *text)
{
	for (char *next; text; text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		ask_show(ui, 2, text);
	}
}

/* 0: what came back is in text; 1: the line is to be typed on; -1. */
static int use_editor(struct ui *ui, const char *ask, const struct buf *line, struct buf *text,
		      struct err *err)
{
	_cleanup_buf_ struct buf edited = { 0 };
	_cleanup_buf_ struct buf copy = { 0 };
	int r;

	buf_puts(&edited, buf_str(text));
	add_line(&edited, buf_str(line));
	fflush(ui->out);
	r = ui->editor.edit(ui->editor.data, ask, &edited, err);
	if (r == 1)
		ask_again(ui, buf_str(line));
	if (r)
		return r;
	buf_reset(text);
	buf_puts(text, buf_str(&edited));
	/* The editor's screen is gone. */
	buf_puts(&copy, text->len ? buf_str(text) : _("(no answer)"));
	show_lines(ui, copy.data);
	return 0;
}

static void show_ways(struct ui *ui)
{
	_cleanup_buf_ struct buf ways = { 0 };

	if (!ui->editor.name)
		buf_puts(&ways, _("(an empty line ends your answer)"));
	else
		buf_printf(&ways, _("(an empty line ends your answer; 'e' alone opens %s)"),
			   ui->editor.name);
	ask_show(ui, 0, buf_str(&ways));
}

static int ask_lines(struct ui *ui, const char *ask, const struct ui_terms *terms, struct buf *ret,
		     struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	bool warned = false;
	int r;

	while ((r = answer_line(ui, terms, &warned, &line, err)) != 1) {
		if (r < 0)
			return -1;
		if (r == ASK_EDITOR) {
			r = use_editor(ui, ask, &line, ret, err);
			if (r <= 0)
				return r;
			continue;
		}
		/* From now on an empty line is the end. */
		warned = true;
		add_line(ret, line.data);
		line_remember(ui, line.data);
	}
	return 0;
}

int ui_ask_text(struct ui *ui, const char *ask, const struct ui_terms *terms, struct buf *ret,
		struct err *err)
{
	int r;

	terms = terms ? terms : &nothing_special;
	buf_reset(ret);
	ask_show(ui, 0, ask);
	show_help(ui, terms);
	show_ways(ui);
	ui->offers_editor = ui->editor.edit;
	r = ask_lines(ui, ask, terms, ret, err);
	ui->offers_editor = false;
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
