/* SPDX-License-Identifier: Apache-2.0 */
/* ask: reads what the student types, in the terminal's own line mode, until a signal comes. */
#include "runner/ui/ask.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

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

/* Signals are let in only while waiting, so that none comes between looking and waiting. */
static int wait_input(struct err *err)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t set, old;
	int n = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &old);
	while (!ui_signal_count) {
		n = ppoll(&fd, 1, NULL, &old);
		if (n >= 0 || errno != EINTR)
			break;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (ui_signal_count)
		return ui_interrupted(err);
	if (n < 0)
		return err_errno(err, ERR_IO, errno, "%s", _("cannot wait for the keyboard"));
	return fd.revents & (POLLHUP | POLLERR | POLLNVAL) ? hang_up(err) : 0;
}

/* One read; in line mode that is one line. */
static int read_some(struct buf *line, struct err *err)
{
	char bytes[4096];
	ssize_t n;

	if (wait_input(err) < 0)
		return -1;
	n = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (n < 0 && errno == EINTR)
		return ui_signal_count ? ui_interrupted(err) : 0;
	if (n < 0 && errno == EIO)
		return hang_up(err);
	if (n < 0)
		return err_errno(err, ERR_IO, errno, "%s", _("cannot read the keyboard"));
	if (n == 0)
		return err_set(err, ERR_INTERRUPT, NULL, "%s",
			       _("end of input instead of an answer"));
	buf_add(line, bytes, (size_t)n);
	return 0;
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

static int read_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	buf_reset(ret);
	fputs(prompt, ui->out);
	fflush(ui->out);
	while (ret->len < LINE_MAX_BYTES) {
		if (read_some(ret, err) < 0) {
			fputc('\n', ui->out);
			return -1;
		}
		if (ret->len && ret->data[ret->len - 1] == '\n')
			break;
	}
	trim(ret);
	return 0;
}

int ask_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err)
{
	if (read_line(ui, prompt, ret, err) < 0)
		return -1;
	/* What follows a NUL would be lost, and a NUL alone would look like an empty line. */
	while (ret->len && memchr(ret->data, '\0', ret->len)) {
		fputs(_("that is no text; please type it again\n"), ui->out);
		if (read_line(ui, prompt, ret, err) < 0)
			return -1;
	}
	return ret->len ? 0 : 1;
}
