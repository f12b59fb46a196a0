/* SPDX-License-Identifier: Apache-2.0 */
/* ui: opens the terminal, knows its width and colours, and puts it back. */
#include "runner/ui/ui.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "runner/base/arena.h"
#include "runner/base/i18n.h"
#include "runner/ui/line.h"

#define WIDTH_MIN     40
#define WIDTH_MAX     200
#define WIDTH_DEFAULT 80

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || !strcmp(term, "dumb");
}

bool ui_can_move(const struct ui *ui)
{
	return ui->is_terminal && !ui->options.plain && !is_dumb();
}

bool ui_can_redraw(const struct ui *ui)
{
	return ui_can_move(ui) && !ui->options.quiet;
}

static bool wants_colour(const struct ui *ui)
{
	const char *no = getenv("NO_COLOR");

	return ui_can_move(ui) && !(no && *no);
}

/* Commands started from here (sudo asking for a password) may change the settings and die. */
static void save(struct ui *ui)
{
	const int fds[] = { STDIN_FILENO, fileno(ui->out), STDERR_FILENO };

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		if (tcgetattr(fds[i], &ui->saved) == 0) {
			ui->saved_fd = fds[i];
			return;
		}
	}
}

int ui_open(FILE *out, const struct ui_options *options, struct ui **ret, struct err *err)
{
	struct ui *ui;

	if (!out)
		return err_set(err, ERR_IO, NULL, "%s", _("no stream to write to"));
	ui = mem_alloc(sizeof(*ui));
	*ui = (struct ui){ .out = out, .options = *options, .saved_fd = -1 };
	ui->is_terminal = isatty(fileno(out)) == 1;
	ui->has_colour = wants_colour(ui);
	ui->can_ask = options->ask && ui->is_terminal && isatty(STDIN_FILENO) == 1;
	save(ui);
	*ret = ui;
	return 0;
}

/* A process in the background that touches its terminal is stopped, unless it blocks SIGTTOU. */
static void put_back(const struct ui *ui)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &old);
	tcsetattr(ui->saved_fd, TCSANOW, &ui->saved);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void ui_close(struct ui *ui)
{
	if (!ui)
		return;
	ui_live_end(ui);
	fflush(ui->out);
	line_editor_free(ui->line);
	if (ui->saved_fd >= 0)
		put_back(ui);
	buf_done(&ui->ahead);
	free(ui);
}

/* The usual screen, its last line, colour and cursor: a program that died may have left others. */
#define LEAVE_SCREEN "\033[?1047l\033[?2004l\033[?1000l\033[?25h\033[0m\033[999;1H\n"

void ui_take_back(struct ui *ui, bool died)
{
	if (ui->saved_fd >= 0)
		put_back(ui);
	if (died && ui_can_move(ui))
		fputs(LEAVE_SCREEN, ui->out);
}

void ui_offer_editor(struct ui *ui, const struct ui_editor *editor)
{
	ui->editor = editor ? *editor : (struct ui_editor){ 0 };
}

void ui_flush(struct ui *ui)
{
	fflush(ui->out);
}

bool ui_can_ask(const struct ui *ui)
{
	return ui->can_ask;
}

bool ui_is_plain(const struct ui *ui)
{
	return ui->options.plain;
}

static int columns_asked(void)
{
	const char *s = getenv("COLUMNS");

	return s ? (int)strtol(s, NULL, 10) : 0;
}

int ui_width(const struct ui *ui)
{
	struct winsize size = { 0 };
	int columns = columns_asked();

	if (columns <= 0 && ui->is_terminal && ioctl(fileno(ui->out), TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns <= 0)
		columns = WIDTH_DEFAULT;
	if (columns < WIDTH_MIN)
		return WIDTH_MIN;
	return columns > WIDTH_MAX ? WIDTH_MAX : columns;
}
