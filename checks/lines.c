/* SPDX-License-Identifier: Apache-2.0 */
/* lines: reads 'key: value' lines and whole words. */
#include "checks/lines.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Takes blanks off both ends. */
static struct line trim(struct line s)
{
	while (s.len && is_blank(*s.text)) {
		s.text++;
		s.len--;
	}
	while (s.len && is_blank(s.text[s.len - 1]))
		s.len--;
	return s;
}

bool lines_next(const struct output *o, struct line *line)
{
	const char *end = o->kept + o->kept_len;
	const char *p = line->text ? line->text + line->len + 1 : o->kept;
	const char *newline;

	if (!o->kept || p >= end)
		return false;
	newline = memchr(p, '\n', (size_t)(end - p));
	line->text = p;
	line->len = (size_t)((newline ? newline : end) - p);
	return true;
}

bool line_is(const struct line *line, const char *key)
{
	const char *colon = memchr(line->text, ':', line->len);
	struct line k;

	if (!colon)
		return false;
	k = trim((struct line){ line->text, (size_t)(colon - line->text) });
	return k.len == strlen(key) && !memcmp(k.text, key, k.len);
}

/* The next word behind *word, which starts as {0}. */
static bool next_word(const struct line *line, struct line *word)
{
	const char *end = line->text + line->len;
	const char *p = word->text ? word->text + word->len : line->text;

	while (p < end && is_blank(*p))
		p++;
	word->text = p;
	while (p < end && !is_blank(*p))
		p++;
	word->len = (size_t)(p - word->text);
	return word->len > 0;
}

bool line_has_word(const struct line *line, const char *word)
{
	size_t len = strlen(word);
	struct line w = { 0 };

	while (next_word(line, &w))
		if (w.len == len && !memcmp(w.text, word, len))
			return true;
	return false;
}

const char *line_word(const struct line *line, size_t n, struct arena *arena)
{
	struct line w = { 0 };

	while (next_word(line, &w))
		if (!n--)
			return arena_memdup(arena, w.text, w.len);
	return NULL;
}

bool line_contains(const struct line *line, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + len <= line->len; i++)
		if (!strncasecmp(line->text + i, text, len))
			return true;
	return false;
}

const char *lines_value(const struct output *o, const char *key, struct arena *arena)
{
	struct line line = { 0 }, value;
	const char *colon;

	while (lines_next(o, &line)) {
		if (!line_is(&line, key))
			continue;
		colon = memchr(line.text, ':', line.len);
		value.text = colon + 1;
		value.len = (size_t)(line.text + line.len - value.text);
		value = trim(value);
		return arena_memdup(arena, value.text, value.len);
	}
	return NULL;
}
