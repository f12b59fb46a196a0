/* SPDX-License-Identifier: Apache-2.0 */
/* live: something long while it runs: its output as it comes, as much as a person can read. */
#include "runner/ui/live.h"

#include <fcntl.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"
#include "runner/base/utf8.h"
#include "runner/ui/terminal.h"

#define LINES_MAX   100
#define BYTES_MAX   (64 * 1024)
#define PENDING_MAX 4096
#define TAIL_LINES  5
#define TAIL_BYTES  2048

int64_t live_elapsed_ms(const struct live *l)
{
	return clock_ms() - l->began_ms;
}

void live_put(struct buf *ret, const char *text, size_t len)
{
	_cleanup_free_ char *safe = NULL;
	size_t size;
	FILE *f = open_memstream(&safe, &size);

	if (!f)
		return;
	escape_terminal(f, text, len);
	fclose(f);
	buf_add(ret, safe, size);
}

size_t live_overwritten(const char *line, size_t len, size_t *times)
{
	size_t from = 0;

	*times = 0;
	for (size_t i = 0; i + 1 < len; i++) {
		if (line[i] != '\r')
			continue;
		*times += i > from;
		from = i + 1;
	}
	return from;
}

/* Opening it once more leaves alone how others write to it. */
static int open_again(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void ui_live_begin(struct ui *ui, const char *what)
{
	struct live *l = &ui->live;

	if (l->runs || !ui->is_terminal || ui->options.quiet)
		return;
	fflush(ui->out);
	*l = (struct live){ .runs = true,
			    .fd = open_again(fileno(ui->out)),
			    .began_ms = clock_ms() };
	buf_puts(&l->what, what);
}

static bool is_full(const struct live *l)
{
	return l->lines >= LINES_MAX || l->bytes >= BYTES_MAX;
}

/* The line that is pending, with what a terminal would show of it. */
static void put_line(struct ui *ui)
{
	struct live *l = &ui->live;
	const char *line = buf_str(&l->pending);
	size_t len = l->pending.len, from, times;

	live_erase(ui);
	l->lines++;
	l->bytes += len;
	len -= len && line[len - 1] == '\n';
	len -= len && line[len - 1] == '\r';
	from = live_overwritten(line, len, &times);
	buf_puts(&l->queue, LIVE_MARGIN);
	live_put(&l->queue, line + from, len - from);
	if (times)
		buf_printf(&l->queue, _(" (overwritten: %zu)"), times);
	buf_putc(&l->queue, '\n');
	buf_reset(&l->pending);
}

/* How much of bytes goes into the pending line; without a newline near, a piece of it. */
static size_t piece(const struct live *l, const char *bytes, size_t len)
{
	size_t room = PENDING_MAX - l->pending.len;
	const char *newline = memchr(bytes, '\n', len < room ? len : room);
	size_t n = room;

	if (newline)
		return (size_t)(newline - bytes) + 1;
	if (len <= room)
		return len;
	while (n > 1 && ((unsigned char)bytes[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static uint64_t count_newlines(const char *bytes, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += bytes[i] == '\n';
	return n;
}

/* Counts what is not shown, and keeps the end of it. */
static void hide(struct live *l, const char *bytes, size_t len)
{
	size_t keep = len < TAIL_BYTES ? len : TAIL_BYTES;
	size_t over = l->tail.len + keep > TAIL_BYTES ? l->tail.len + keep - TAIL_BYTES : 0;

	l->more_bytes += len;
	l->more_lines += count_newlines(bytes, len);
	if (over) {
		memmove(l->tail.data, l->tail.data + over, l->tail.len - over);
		l->tail.len -= over;
	}
	buf_add(&l->tail, bytes + len - keep, keep);
}

/* A terminal that is behind does not need the line drawn anew. */
static bool is_behind(const struct live *l)
{
	return l->sent < l->queue.len;
}

void ui_live_output(struct ui *ui, const char *bytes, size_t len)
{
	struct live *l = &ui->live;
	bool drawn = l->drawn.len && !is_behind(l);

	if (!l->runs)
		return;
	while (len && !is_full(l)) {
		size_t n = piece(l, bytes, len);

		buf_add(&l->pending, bytes, n);
		bytes += n;
		len -= n;
		if (l->pending.data[l->pending.len - 1] == '\n' ||
		    l->pending.len >= PENDING_MAX - 4)
			put_line(ui);
	}
	if (len)
		hide(l, bytes, len);
	if (drawn)
		live_draw(ui);
	live_pump(ui, false);
}

/* Where the last lines of the tail begin; a line whose beginning is lost is left out. */
static size_t tail_begin(const struct live *l)
{
	const char *s = buf_str(&l->tail), *newline;
	size_t at = l->tail.len;

	for (int lines = 0; at && lines < TAIL_LINES; lines++) {
		newline = at > 1 ? memrchr(s, '\n', at - 1) : NULL;
		at = newline ? (size_t)(newline - s) + 1 : 0;
	}
	if (at || l->more_bytes == l->tail.len)
		return at;
	newline = memchr(s, '\n', l->tail.len - 1);
	return newline ? (size_t)(newline - s) + 1 : 0;
}

static void put_size(struct buf *b, uint64_t bytes)
{
	if (bytes < 1000)
		buf_printf(b, "%llu B", (unsigned long long)bytes);
	else if (bytes < 1000000)
		buf_printf(b, "%llu.%llu kB", (unsigned long long)bytes / 1000,
			   (unsigned long long)bytes / 100 % 10);
	else
		buf_printf(b, "%llu.%llu MB", (unsigned long long)bytes / 1000000,
			   (unsigned long long)bytes / 100000 % 10);
}

/* How much there was beyond what was shown, and how it ended. */
static void put_tail(struct ui *ui)
{
	struct live *l = &ui->live;
	size_t at = tail_begin(l), len;
	const char *s = buf_str(&l->tail);
	uint64_t hidden = l->more_bytes - (l->tail.len - at);

	live_erase(ui);
	if (hidden) {
		uint64_t lines = l->more_lines - count_newlines(s + at, l->tail.len - at);
		_cleanup_buf_ struct buf size = { 0 };

		put_size(&size, hidden);
		buf_puts(&l->queue, LIVE_MARGIN);
		buf_printf(&l->queue,
			   _("... more output (lines: %llu, size: %s); the report keeps its "
			     "beginning and its end"),
			   (unsigned long long)lines, buf_str(&size));
		buf_putc(&l->queue, '\n');
	}
	for (; at < l->tail.len; at += len) {
		const char *newline = memchr(s + at, '\n', l->tail.len - at);

		len = newline ? (size_t)(newline - s) + 1 - at : l->tail.len - at;
		buf_add(&l->pending, s + at, len);
		put_line(ui);
	}
}

/* Where no live line shows it: what a command printed without ending the line. */
static void put_settled(struct ui *ui)
{
	struct live *l = &ui->live;
	size_t len = l->pending.len;

	if (len && len == l->settled && !memchr(l->pending.data, '\r', len))
		put_line(ui);
	l->settled = l->pending.len;
}

void ui_live_tick(struct ui *ui, const char *beside)
{
	struct live *l = &ui->live;

	if (!l->runs)
		return;
	buf_reset(&l->beside);
	buf_puts(&l->beside, beside ? beside : "");
	if (l->held)
		return;
	if (ui_can_redraw(ui) && !is_behind(l)) {
		live_draw(ui);
	} else if (!ui_can_redraw(ui)) {
		put_settled(ui);
		live_say(ui);
	}
	live_pump(ui, false);
}

void ui_live_pause(struct ui *ui)
{
	if (!ui->live.runs)
		return;
	/* The terminal has shown '^C', which goes with the live line where there is one. */
	if (!ui->live.drawn.len)
		buf_putc(&ui->live.queue, '\n');
	live_erase(ui);
	live_pump(ui, true);
	ui->live.held = true;
}

void ui_live_go_on(struct ui *ui)
{
	ui->live.held = false;
	live_pump(ui, false);
}

void ui_live_end(struct ui *ui)
{
	struct live *l = &ui->live;

	if (!l->runs)
		return;
	l->held = false;
	if (l->pending.len)
		put_line(ui);
	if (l->more_bytes)
		put_tail(ui);
	live_erase(ui);
	live_pump(ui, true);
	cleanup_fd(&l->fd);
	buf_done(&l->what);
	buf_done(&l->beside);
	buf_done(&l->queue);
	buf_done(&l->drawn);
	buf_done(&l->pending);
	buf_done(&l->tail);
	*l = (struct live){ 0 };
}
