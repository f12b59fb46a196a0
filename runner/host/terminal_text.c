/* SPDX-License-Identifier: Apache-2.0 */
/* terminal_text: what bytes meant for a terminal say, as lines of plain text. */
#include <stdbool.h>
#include <string.h>

#include "runner/host/pty.h"

#define ESC  '\033'
#define BELL '\a'

/* The length of the escape sequence that begins at p, at least 1; ECMA-48 5.3 to 5.6. */
static size_t escape_length(const char *p, size_t len)
{
	size_t n = 2;

	if (len < 2)
		return len;
	if (p[1] == '[') {
		while (n < len && (unsigned char)p[n] < 0x40)
			n++;
		return n < len ? n + 1 : len;
	}
	if (p[1] == ']' || p[1] == 'P' || p[1] == '_' || p[1] == '^' || p[1] == 'X') {
		for (; n < len; n++)
			if (p[n] == BELL || (p[n] == '\\' && p[n - 1] == ESC))
				return n + 1;
		return len;
	}
	while (n < len && (unsigned char)p[n - 1] < 0x30)
		n++;
	return n;
}

/* Takes the last character back, all of its bytes; a line's beginning stays. */
static void step_back(struct buf *b, size_t line)
{
	while (b->len > line && ((unsigned char)b->data[b->len - 1] & 0xc0) == 0x80)
		b->len--;
	if (b->len > line)
		b->len--;
	if (b->data)
		b->data[b->len] = '\0';
}

static bool ends_line(const char *p, const char *end)
{
	while (p < end && *p == '\r')
		p++;
	return p < end && *p == '\n';
}

void terminal_text(const char *bytes, size_t len, struct buf *ret)
{
	const char *p = bytes, *end = bytes + len;
	size_t line = ret->len;

	while (p < end) {
		if (*p == ESC) {
			p += escape_length(p, (size_t)(end - p));
			continue;
		}
		if (*p == '\b')
			step_back(ret, line);
		else if (*p == '\n' || *p == '\t' || ((unsigned char)*p >= ' ' && *p != 0x7f))
			buf_putc(ret, *p);
		else if (*p == '\r' && !ends_line(p, end) && ret->data) {
			/* The line is written anew. */
			ret->len = line;
			ret->data[line] = '\0';
		}
		if (*p == '\n')
			line = ret->len;
		p++;
	}
}
