/* SPDX-License-Identifier: Apache-2.0 */
/* fold: breaks text into lines by the columns that its characters take on a terminal. */
#include "runner/ui/fold.h"

#include <string.h>
#include <wchar.h>

struct word {
	const char *text;
	size_t len;
	int columns;
};

/* The length of the character at s; a byte that is no character counts as one column. */
static size_t measure(const char *s, size_t left, int *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t len = mbrtowc(&c, s, left, &state);
	int width;

	*columns = 1;
	if (len == 0 || len == (size_t)-1 || len == (size_t)-2)
		return 1;
	width = wcwidth(c);
	if (width >= 0)
		*columns = width;
	return len;
}

int fold_columns(const char *text)
{
	size_t left = strlen(text);
	int sum = 0, columns;

	while (left) {
		size_t len = measure(text, left, &columns);

		text += len;
		left -= len;
		sum += columns;
	}
	return sum;
}

static struct word next(const char *s)
{
	struct word w = { .text = s, .len = strcspn(s, " \t\n") };
	size_t at = 0;
	int columns;

	while (at < w.len) {
		at += measure(s + at, w.len - at, &columns);
		w.columns += columns;
	}
	return w;
}

static void line_break(FILE *f, struct fold *w)
{
	fprintf(f, "\n%*s", w->hang, "");
	w->column = w->hang;
}

/* A word that no line can hold is cut where the line ends. */
static void put_cut(FILE *f, const struct word *word, struct fold *w)
{
	size_t at = 0;
	int columns;

	while (at < word->len) {
		size_t len = measure(word->text + at, word->len - at, &columns);

		if (w->column + columns > w->width && w->column > w->hang)
			line_break(f, w);
		fwrite(word->text + at, 1, len, f);
		w->column += columns;
		at += len;
	}
}

static void put(FILE *f, const struct word *word, struct fold *w, bool fresh)
{
	int gap = fresh ? 0 : 1;

	if (w->column + gap + word->columns > w->width && (gap || w->column > w->hang)) {
		line_break(f, w);
		gap = 0;
	}
	if (gap)
		fputc(' ', f);
	w->column += gap;
	if (w->column + word->columns > w->width) {
		put_cut(f, word, w);
		return;
	}
	fwrite(word->text, 1, word->len, f);
	w->column += word->columns;
}

void fold_write(FILE *f, const char *text, struct fold *w)
{
	bool fresh = true;

	while (*text) {
		struct word word;

		if (*text == '\n') {
			line_break(f, w);
			fresh = true;
			text++;
			continue;
		}
		word = next(text);
		if (word.len) {
			put(f, &word, w, fresh);
			fresh = false;
		}
		text += word.len;
		text += strspn(text, " \t");
	}
}
