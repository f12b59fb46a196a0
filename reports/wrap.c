/* SPDX-License-Identifier: Apache-2.0 */
/* wrap: lines of at most 80 columns, for terminals and mail. */
#include "reports/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/arena.h"
#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/utf8.h"

#define WIDTH_MIN 20

/* Tabs become spaces up to the next multiple of 8. */
static void expand(struct buf *out, const char *s, size_t len)
{
	size_t line = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n')
			line = out->len + 1;
		if (s[i] != '\t') {
			buf_putc(out, s[i]);
			continue;
		}
		do
			buf_putc(out, ' ');
		while (utf8_columns(out->data + line, out->len - line) % 8);
	}
}

char *wrap_escape(const char *s, size_t size, size_t *len)
{
	_cleanup_free_ char *escaped = NULL;
	struct buf out = { 0 };
	size_t escaped_len = 0;
	FILE *f = open_memstream(&escaped, &escaped_len);

	if (f) {
		escape_terminal(f, s, size);
		fclose(f);
		expand(&out, escaped, escaped_len);
	}
	buf_puts(&out, "");
	*len = out.len;
	return out.data;
}

size_t wrap_line(const char *s, size_t len, size_t width, size_t *next)
{
	const char *newline = memchr(s, '\n', len);
	size_t line = newline ? (size_t)(newline - s) : len;
	size_t fits = utf8_fit(s, line, width);
	size_t end = fits;

	if (fits == line) {
		*next = newline ? line + 1 : line;
		return line;
	}
	if (s[fits] != ' ') {
		while (end > 0 && s[end - 1] != ' ')
			end--;
		if (!end)
			end = fits;
	}
	*next = end;
	while (*next < line && s[*next] == ' ')
		(*next)++;
	while (end > 0 && s[end - 1] == ' ')
		end--;
	return end;
}

void wrap_fill(FILE *f, char c, size_t n)
{
	while (n--)
		fputc(c, f);
}

void wrap_write(FILE *f, const char *text, const char *first, const char *rest)
{
	_cleanup_free_ char *s = NULL;
	size_t len, next, line;

	s = wrap_escape(text, strlen(text), &len);
	while (len && s[len - 1] == '\n')
		len--;
	for (size_t i = 0; i == 0 || i < len; i += next) {
		const char *prefix = i ? rest : first;

		size_t used = utf8_columns(prefix, strlen(prefix));

		line = wrap_line(s + i, len - i,
				 used + WIDTH_MIN < WRAP_COLUMNS ? WRAP_COLUMNS - used : WIDTH_MIN,
				 &next);
		if (line || !i)
			fputs(prefix, f);
		fwrite(s + i, 1, line, f);
		fputc('\n', f);
		if (!next)
			break;
	}
}

void wrap_lines(FILE *f, const char *bytes, size_t size, int indent, const struct wrap_marks *marks)
{
	size_t len, width = WRAP_COLUMNS - (size_t)indent - 2;
	_cleanup_free_ char *s = wrap_escape(bytes, size, &len);
	const char *mark = marks->first;

	for (size_t i = 0; i < len;) {
		const char *newline = memchr(s + i, '\n', len - i);
		size_t line = newline ? (size_t)(newline - s) - i : len - i;
		size_t fits = line ? utf8_fit(s + i, line, width) : 0;

		wrap_fill(f, ' ', (size_t)indent);
		fputs(mark, f);
		fwrite(s + i, 1, fits, f);
		fputc('\n', f);
		mark = fits < line ? marks->goes_on : marks->line;
		i += fits == line && newline ? fits + 1 : fits;
	}
}
