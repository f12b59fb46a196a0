/* SPDX-License-Identifier: Apache-2.0 */
/* screen_fixture: a terminal of the ui's own, and what came to be seen on it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runner/base/buf.h"
#include "runner/ui/terminal.h"

/* A terminal and whoever looks at it. */
struct screen {
	int master;
	FILE *out;
	struct ui *ui;
	struct buf seen;
};

static void screen_set_width(struct screen *s, unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };

	assert_int_equal(ioctl(s->master, TIOCSWINSZ, &size), 0);
}

static void screen_open(struct screen *s, bool plain)
{
	const struct ui_options options = { .plain = plain, .ask = true };
	struct err err = { 0 };

	*s = (struct screen){ .master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC) };
	assert_true(s->master >= 0);
	assert_int_equal(grantpt(s->master), 0);
	assert_int_equal(unlockpt(s->master), 0);
	s->out = fopen(ptsname(s->master), "we");
	assert_non_null(s->out);
	assert_int_equal(ui_open(s->out, &options, &s->ui, &err), 0);
	screen_set_width(s, 80);
}

static void screen_close(struct screen *s)
{
	ui_close(s->ui);
	fclose(s->out);
	close(s->master);
	buf_done(&s->seen);
}

static void screen_take(struct screen *s, int wait_ms)
{
	struct pollfd p = { .fd = s->master, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	while (poll(&p, 1, wait_ms) > 0 && (n = read(s->master, bytes, sizeof(bytes))) > 0)
		buf_add(&s->seen, bytes, (size_t)n);
}

/* What has come since the last time; the terminal writes '\n' as '\r\n'. */
static inline const char *screen_look(struct screen *s)
{
	static char text[512 * 1024];
	size_t n = 0;

	screen_take(s, 0);
	for (size_t i = 0; i < s->seen.len; i++)
		if (s->seen.data[i] != '\r' || i + 1 == s->seen.len || s->seen.data[i + 1] != '\n')
			text[n++] = s->seen.data[i];
	text[n] = '\0';
	buf_reset(&s->seen);
	return text;
}
