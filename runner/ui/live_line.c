/* SPDX-License-Identifier: Apache-2.0 */
/* live_line: the one line below what runs: for how long it has, and what goes on beside it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/utf8.h"
#include "runner/ui/live.h"
#include "runner/ui/terminal.h"

/* Before that nobody wonders; a line that flashes by only disturbs. */
#define PATIENCE_MS 2000
/* Columns left free at the right: a Ctrl-C that the terminal echoes must not begin a new line. */
#define EDGE	 3
#define HEAD_MIN 8
/* The least that a terminal takes at once when it says that it takes something. */
#define CHUNK 256

static void put_elapsed(struct buf *b, int64_t ms)
{
	int64_t s = ms / 1000;

	if (s < 600)
		buf_printf(b, _("%lld s"), (long long)s);
	else
		buf_printf(b, _("%lld min %02lld s"), (long long)s / 60, (long long)s % 60);
}

/* At most so many columns of text. */
static void put_cut(struct buf *b, const char *text, size_t len, size_t columns)
{
	if (utf8_columns(text, len) <= columns)
		buf_add(b, text, len);
	else if (columns > 2) {
		buf_add(b, text, utf8_fit(text, len, columns - 2));
		buf_puts(b, "..");
	}
}

/* The most of text that fits and ends where a fact does; 0: not even one does. */
static size_t whole_facts(const char *text, size_t len, size_t columns)
{
	size_t fits = utf8_fit(text, len, columns);

	if (utf8_columns(text, len) <= columns)
		return len;
	while (fits > 0 && !(strchr(",;", text[fits]) && text[fits + 1] == ' '))
		fits--;
	return fits;
}

/* '12 s; ping: silent for 180 ms, 1234 sent; +567 lines': of the facts those that fit. */
static void put_facts(const struct live *l, struct buf *b, size_t columns)
{
	_cleanup_buf_ struct buf more = { 0 };
	size_t room, len;

	put_elapsed(b, live_elapsed_ms(l));
	room = columns > b->len + 2 ? columns - b->len - 2 : 0;
	if (l->beside.len && room) {
		len = whole_facts(l->beside.data, l->beside.len, room);
		buf_puts(b, "; ");
		if (len)
			buf_add(b, l->beside.data, len);
		else
			put_cut(b, l->beside.data, l->beside.len, room);
	}
	if (l->more_lines)
		buf_printf(&more, _("; +%llu lines"), (unsigned long long)l->more_lines);
	if (utf8_columns(buf_str(b), b->len) + more.len <= columns)
		buf_puts(b, buf_str(&more));
}

/* What the last line of output says by now, on one line. */
static void put_pending(const struct live *l, struct buf *ret)
{
	size_t times, from = live_overwritten(l->pending.data, l->pending.len, &times);
	size_t len = l->pending.len - from;

	len -= len && l->pending.data[from + len - 1] == '\r';
	if (len)
		buf_puts(ret, LIVE_MARGIN);
	live_put(ret, l->pending.data + from, len);
	for (size_t i = 0; i < ret->len; i++)
		if (ret->data[i] == '\t')
			ret->data[i] = ' ';
}

/* What it is about: how it ends, what it just printed, or its name. */
static void put_head(const struct live *l, struct buf *b, size_t columns)
{
	_cleanup_buf_ struct buf text = { 0 };

	if (ui_signal_count)
		buf_puts(&text, _("ending it; Ctrl-C once more ends it at once"));
	else if (l->pending.len)
		put_pending(l, &text);
	if (!text.len)
		live_put(&text, buf_str(&l->what), l->what.len);
	put_cut(b, text.data, text.len, columns);
}

/* Nothing, as long as there is nothing to say. */
static void compose(const struct ui *ui, struct buf *ret)
{
	const struct live *l = &ui->live;
	_cleanup_buf_ struct buf facts = { 0 };
	size_t columns = (size_t)ui_width(ui) - EDGE, used;

	if (live_elapsed_ms(l) < PATIENCE_MS) {
		if (l->pending.len || ui_signal_count)
			put_head(l, ret, columns);
		return;
	}
	put_facts(l, &facts, columns);
	used = utf8_columns(facts.data, facts.len) + strlen(" ()");
	if (used + HEAD_MIN > columns) {
		buf_puts(ret, facts.data);
		return;
	}
	put_head(l, ret, columns - used);
	buf_puts(ret, " (");
	buf_puts(ret, facts.data);
	buf_putc(ret, ')');
}

/* Terminals that break a long line anew when they become narrow; the others cut it. */
static bool breaks_anew(void)
{
	const char *screen = getenv("STY");

	return !getenv("XTERM_VERSION") && !(screen && *screen && !getenv("TMUX"));
}

void live_erase(struct ui *ui)
{
	struct live *l = &ui->live;
	size_t width = (size_t)ui_width(ui),
	       columns = utf8_columns(buf_str(&l->drawn), l->drawn.len);
	size_t above = columns > width ? (columns - 1) / width : 0;

	if (!l->drawn.len)
		return;
	if (above && breaks_anew())
		buf_printf(&l->queue, "\r\033[%zuA\033[J", above);
	else
		buf_puts(&l->queue, "\r\033[K");
	buf_reset(&l->drawn);
}

void live_draw(struct ui *ui)
{
	struct live *l = &ui->live;
	_cleanup_buf_ struct buf line = { 0 };

	compose(ui, &line);
	if (!strcmp(buf_str(&line), buf_str(&l->drawn)))
		return;
	live_erase(ui);
	if (ui->has_colour)
		buf_puts(&l->queue, "\033[" LOOK_LIVE "m");
	buf_add(&l->queue, line.data, line.len);
	if (ui->has_colour)
		buf_puts(&l->queue, "\033[0m");
	buf_puts(&l->drawn, buf_str(&line));
}

/* When the next line of plain mode is due: after 10 s, 30 s and then each minute. */
static int64_t next_said_ms(int64_t said_ms)
{
	if (said_ms < 10000)
		return 10000;
	return said_ms < 30000 ? 30000 : (said_ms / 60000 + 1) * 60000;
}

void live_say(struct ui *ui)
{
	struct live *l = &ui->live;
	int64_t elapsed = live_elapsed_ms(l);
	_cleanup_buf_ struct buf line = { 0 };

	if (elapsed < next_said_ms(l->said_ms))
		return;
	l->said_ms = elapsed;
	compose(ui, &line);
	buf_add(&l->queue, line.data, line.len);
	buf_putc(&l->queue, '\n');
}

/* False: it takes nothing now, or never again. */
static bool takes_more(int fd, bool all)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int n = poll(&p, 1, all ? -1 : 0);

	if (n < 0 && errno == EINTR)
		return all && ui_signal_count < 2;
	return n > 0 && !(p.revents & (POLLERR | POLLHUP | POLLNVAL));
}

void live_pump(struct ui *ui, bool all)
{
	struct live *l = &ui->live;
	int fd = l->fd >= 0 ? l->fd : fileno(ui->out);

	if (l->held)
		return;
	while (l->sent < l->queue.len && takes_more(fd, all)) {
		size_t left = l->queue.len - l->sent;
		ssize_t n = write(fd, l->queue.data + l->sent, left < CHUNK ? left : CHUNK);

		if (n > 0)
			l->sent += (size_t)n;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
	}
	if (l->sent < l->queue.len)
		return;
	buf_reset(&l->queue);
	l->sent = 0;
}
