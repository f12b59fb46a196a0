/* SPDX-License-Identifier: Apache-2.0 */
/* line: edits a line with libedit, which gets its characters from ask.c's own reader. */
#include "runner/ui/line.h"

#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/utf8.h"
#include "runner/ui/ask.h"
#include "runner/ui/line_calls.h"

#define HISTORY_LINES 200

struct line_editor {
	struct line_calls calls;
	EditLine *el; /* NULL: there is no libedit, or it cannot work here */
	History *history;
	/* Of the line that is being typed. */
	struct ui *ui;
	const char *prompt;
	struct buf *ret;
	struct err *err;
	int signals; /* descriptor that tells of those in watch() */
	enum line_end end;
};

/* Beside what every terminal's own keys are. */
static const char *const keys[][2] = {
	{ "\\e[1;5D", "ed-prev-word" },	     { "\\e[1;3D", "ed-prev-word" },
	{ "\\e[1;5C", "em-next-word" },	     { "\\e[1;3C", "em-next-word" },
	{ "\\e[H", "ed-move-to-beg" },	     { "\\eOH", "ed-move-to-beg" },
	{ "\\e[1~", "ed-move-to-beg" },	     { "\\e[F", "ed-move-to-end" },
	{ "\\eOF", "ed-move-to-end" },	     { "\\e[4~", "ed-move-to-end" },
	{ "\\e[A", "ed-prev-history" },	     { "\\eOA", "ed-prev-history" },
	{ "\\e[B", "ed-next-history" },	     { "\\eOB", "ed-next-history" },
	{ "\\e[C", "ed-next-char" },	     { "\\eOC", "ed-next-char" },
	{ "\\e[D", "ed-prev-char" },	     { "\\eOD", "ed-prev-char" },
	{ "\\e[3~", "ed-delete-next-char" }, { "^W", "ed-delete-prev-word" },
	{ "^R", "em-inc-search-prev" },
};

/* What stops, continues or resizes: the screen has to be put in order first. */
static void watch(sigset_t *ret)
{
	sigemptyset(ret);
	sigaddset(ret, SIGTSTP);
	sigaddset(ret, SIGCONT);
	sigaddset(ret, SIGQUIT);
	sigaddset(ret, SIGWINCH);
}

static void set_raw(struct line_editor *l, bool raw)
{
	l->calls.el_set(l->el, EL_PREP_TERM, raw ? 1 : 0);
}

/* Goes as it would have gone, with the terminal as it was before. */
static void let_go(struct line_editor *l, int signal)
{
	sigset_t set;

	set_raw(l, false);
	sigemptyset(&set);
	sigaddset(&set, signal);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static bool is_pending(int signal)
{
	sigset_t set;

	return sigpending(&set) == 0 && sigismember(&set, signal) == 1;
}

static void attend(struct line_editor *l)
{
	struct signalfd_siginfo info;

	if (read(l->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGWINCH)
		l->calls.el_resize(l->el);
	else if (info.ssi_signo != SIGCONT)
		let_go(l, (int)info.ssi_signo);
	/* It is told of next, and does the rest. */
	if (is_pending(SIGCONT))
		return;
	/* Whoever had the terminal meanwhile may have changed it. */
	set_raw(l, false);
	set_raw(l, true);
	l->calls.el_set(l->el, EL_REFRESH);
}

/* One byte of the keyboard. */
static int next_byte(struct line_editor *l, char *ret)
{
	for (;;) {
		int r = ask_byte(l->ui, l->signals, ret, l->err);

		if (r <= 0)
			return r;
		attend(l);
	}
}

/* How many bytes a character takes that begins so; 0: none does. */
static size_t length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* EL_GETCFN: 1 with a character, -1 when the line is over. What is no UTF-8 is passed over. */
static int next_character(EditLine *el, wchar_t *ret)
{
	struct line_editor *l = line_client_data(el);
	char bytes[4];
	uint32_t cp;

	for (;;) {
		size_t n = 0, all;

		do {
			if (next_byte(l, &bytes[n]) < 0) {
				l->end = LINE_FAILED;
				return -1;
			}
			all = length_of((unsigned char)bytes[0]);
		} while (++n < all && (n == 1 || ((unsigned char)bytes[n - 1] & 0xc0) == 0x80));
		if (all && utf8_next(bytes, n, &cp) == n) {
			*ret = (wchar_t)cp;
			return 1;
		}
	}
}

static char *prompt_of(EditLine *el)
{
	const struct line_editor *l = line_client_data(el);

	return (char *)(uintptr_t)l->prompt;
}

static unsigned char leave_for_editor(EditLine *el, int key)
{
	struct line_editor *l = line_client_data(el);
	const LineInfo *line = l->calls.el_line(el);

	(void)key;
	if (!l->ui->offers_editor)
		return CC_REFRESH_BEEP;
	buf_add(l->ret, line->buffer, (size_t)(line->lastchar - line->buffer));
	l->end = LINE_EDITOR;
	return CC_EOF;
}

static void bind_keys(struct line_editor *l)
{
	const struct line_calls *c = &l->calls;

	c->el_set(l->el, EL_EDITOR, "emacs");
	c->el_set(l->el, EL_ADDFN, "kvmlab-editor", "opens the editor", leave_for_editor);
	c->el_set(l->el, EL_BIND, "^X^E", "kvmlab-editor", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		c->el_set(l->el, EL_BIND, keys[i][0], keys[i][1], NULL);
}

/* Once in a program's life; l->el stays NULL when it cannot be had. */
static struct line_editor *make(struct ui *ui)
{
	struct line_editor *l = mem_alloc(sizeof(*l));
	const struct line_calls *c = &l->calls;
	HistEvent event;

	*l = (struct line_editor){ .ui = ui, .signals = -1 };
	if (line_calls_load(&l->calls) < 0)
		return l;
	l->el = c->el_init_fd("kvmlab", stdin, ui->out, stderr, STDIN_FILENO, fileno(ui->out),
			      STDERR_FILENO);
	if (!l->el)
		return l;
	c->el_set(l->el, EL_CLIENTDATA, l);
	c->el_set(l->el, EL_PROMPT, prompt_of);
	c->el_set(l->el, EL_GETCFN, next_character);
	bind_keys(l);
	l->history = c->history_init();
	if (!l->history)
		abort();
	c->history(l->history, &event, H_SETSIZE, HISTORY_LINES);
	c->history(l->history, &event, H_SETUNIQUE, 1);
	c->el_set(l->el, EL_HIST, c->history, l->history);
	return l;
}

static enum line_end edit(struct line_editor *l)
{
	const char *line;
	int n = 0;

	l->end = LINE_READ;
	line = l->calls.el_gets(l->el, &n);
	if (line && n > 0)
		buf_add(l->ret, line, (size_t)n);
	else if (l->end == LINE_READ)
		l->end = ask_ended(l->err) < 0 ? LINE_FAILED : LINE_READ;
	return l->end;
}

bool line_can_edit(const struct ui *ui)
{
	return ui->can_ask && ui_can_move(ui);
}

enum line_end line_edit(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	struct line_editor *l = ui->line ? ui->line : (ui->line = make(ui));
	sigset_t watched, old;
	enum line_end end;

	if (!l->el)
		return LINE_CANNOT;
	l->prompt = prompt;
	l->ret = ret;
	l->err = err;
	watch(&watched);
	sigprocmask(SIG_BLOCK, &watched, &old);
	l->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
	end = edit(l);
	set_raw(l, false);
	if (l->signals >= 0)
		close(l->signals);
	l->signals = -1;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return end;
}

void line_remember(struct ui *ui, const char *text)
{
	HistEvent event;

	if (ui->line && ui->line->el)
		ui->line->calls.history(ui->line->history, &event, H_ENTER, text);
}

void line_forget(struct ui *ui)
{
	HistEvent event;

	if (ui->line && ui->line->el)
		ui->line->calls.history(ui->line->history, &event, H_CLEAR);
}

void line_editor_free(struct line_editor *l)
{
	if (l && l->el) {
		l->calls.history_end(l->history);
		l->calls.el_end(l->el);
	}
	free(l);
}
