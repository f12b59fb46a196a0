/* SPDX-License-Identifier: Apache-2.0 */
/* ask: reads what the student types, line by line, until a signal comes. */
#include "runner/ui/ask.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/ui/line.h"

/* An answer of more than this is no answer. */
#define LINE_MAX_BYTES 65536

int ui_interrupted(struct err *err)
{
	if (!ui_signal_count)
		return 0;
	if (ui_signal_last == SIGINT)
		return err_set(err, ERR_INTERRUPT, NULL, "%s", _("interrupted at the keyboard"));
	return err_set(err, ERR_TERMINATE, NULL, "%s", _("told to end"));
}

/* No signal needs to come with it: kvmlab may not be in the terminal's session. */
static int hang_up(struct err *err)
{
	return err_set(err, ERR_TERMINATE, NULL, "%s", _("the terminal has gone away"));
}

static int end_of_input(struct err *err)
{
	return err_set(err, ERR_INTERRUPT, NULL, "%s", _("end of input instead of an answer"));
}

/* Signals are let in only while waiting, so that none comes between looking and waiting. */
static int wait_for(struct pollfd *fds, nfds_t n)
{
	sigset_t set, old;
	int ready = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &old);
	while (!ui_signal_count) {
		ready = ppoll(fds, n, NULL, &old);
		if (ready >= 0 || errno != EINTR)
			break;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ready;
}

/* 0: the keyboard can be read; 1: other can; -1: as ui_ask_*. */
static int wait_input(int other, struct err *err)
{
	struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				{ .fd = other, .events = POLLIN } };
	int n = wait_for(fds, ARRAY_SIZE(fds));

	if (ui_signal_count)
		return ui_interrupted(err);
	if (n < 0)
		return err_errno(err, ERR_IO, errno, "%s", _("cannot wait for the keyboard"));
	if (fds[1].revents & POLLIN)
		return 1;
	return fds[0].revents & (POLLHUP | POLLERR | POLLNVAL) ? hang_up(err) : 0;
}

/* At most max bytes of the keyboard, behind what is there. */
static int read_some(struct buf *ahead, size_t max, struct err *err)
{
	char bytes[4096];
	ssize_t n = read(STDIN_FILENO, bytes, max < sizeof(bytes) ? max : sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return ui_signal_count ? ui_interrupted(err) : 0;
	if (n < 0 && errno == EIO)
		return hang_up(err);
	if (n < 0)
		return err_errno(err, ERR_IO, errno, "%s", _("cannot read the keyboard"));
	if (n == 0)
		return end_of_input(err);
	buf_add(ahead, bytes, (size_t)n);
	return 0;
}

static void drop(struct buf *b, size_t n)
{
	memmove(b->data, b->data + n, b->len - n + 1);
	b->len -= n;
}

int ask_byte(struct ui *ui, int other, char *ret, struct err *err)
{
	while (!ui->ahead.len) {
		int r = wait_input(other, err);

		if (r)
			return r;
		/* What comes behind belongs to whoever reads next, perhaps not kvmlab. */
		if (read_some(&ui->ahead, 1, err) < 0)
			return -1;
	}
	*ret = ui->ahead.data[0];
	drop(&ui->ahead, 1);
	return 0;
}

void ask_again(struct ui *ui, const char *text)
{
	struct buf later = ui->ahead;

	if (!*text || !line_can_edit(ui))
		return;
	ui->ahead = (struct buf){ 0 };
	buf_puts(&ui->ahead, text);
	buf_puts(&ui->ahead, buf_str(&later));
	buf_done(&later);
}

int ask_ended(struct err *err)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	if (ui_signal_count)
		return ui_interrupted(err);
	if (poll(&fd, 1, 0) < 0 || fd.revents & (POLLHUP | POLLERR | POLLNVAL))
		return hang_up(err);
	return end_of_input(err);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(struct buf *line)
{
	size_t start = 0;

	while (line->len && is_space(line->data[line->len - 1]))
		line->data[--line->len] = '\0';
	while (start < line->len && is_space(line->data[start]))
		start++;
	if (!start)
		return;
	memmove(line->data, line->data + start, line->len - start + 1);
	line->len -= start;
}

/* What is typed while a line is being edited comes without the terminal's line mode, and an Enter
 * may then be either. */
static size_t line_length(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] == '\n' || b->data[i] == '\r')
			return i + 1;
	return b->len >= LINE_MAX_BYTES ? b->len : 0;
}

static void take_line(struct ui *ui, size_t n, struct buf *ret)
{
	buf_reset(ret);
	buf_add(ret, ui->ahead.data, n);
	drop(&ui->ahead, n);
	trim(ret);
}

int ask_line_now(struct ui *ui, struct buf *ret, struct err *err)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	size_t n;

	while (!(n = line_length(&ui->ahead))) {
		if (poll(&fd, 1, 0) <= 0)
			return 1;
		if (!(fd.revents & POLLIN))
			return hang_up(err);
		if (read_some(&ui->ahead, LINE_MAX_BYTES, err) < 0)
			return -1;
	}
	take_line(ui, n, ret);
	return 0;
}

static int read_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	size_t n;

	buf_reset(ret);
	fputs(prompt, ui->out);
	fflush(ui->out);
	while (!(n = line_length(&ui->ahead))) {
		if (wait_input(-1, err) < 0 || read_some(&ui->ahead, LINE_MAX_BYTES, err) < 0) {
			fputc('\n', ui->out);
			return -1;
		}
	}
	take_line(ui, n, ret);
	return 0;
}

/* As read_line, or ASK_EDITOR. */
static int edit_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	enum line_end end = LINE_CANNOT;

	buf_reset(ret);
	fflush(ui->out);
	if (line_can_edit(ui))
		end = line_edit(ui, prompt, ret, err);
	if (end == LINE_CANNOT)
		return read_line(ui, prompt, ret, err);
	trim(ret);
	if (end == LINE_READ)
		return 0;
	fputc('\n', ui->out);
	return end == LINE_EDITOR ? ASK_EDITOR : -1;
}

typedef int line_reader(struct ui *ui, const char *prompt, struct buf *ret, struct err *err);

static int ask(struct ui *ui, const char *prompt, line_reader *reader, struct buf *ret,
	       struct err *err)
{
	int r = reader(ui, prompt, ret, err);

	/* What follows a NUL would be lost, and a NUL alone would look like an empty line. */
	while (r >= 0 && ret->len && memchr(ret->data, '\0', ret->len)) {
		fputs(_("that is no text; please type it again\n"), ui->out);
		r = reader(ui, prompt, ret, err);
	}
	/* Ctrl-C throws away what was typed ahead, as the terminal does. */
	if (r < 0)
		buf_reset(&ui->ahead);
	if (r)
		return r;
	return ret->len ? 0 : 1;
}

int ask_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	return ask(ui, prompt, read_line, ret, err);
}

int ask_edited(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	return ask(ui, prompt, edit_line, ret, err);
}
