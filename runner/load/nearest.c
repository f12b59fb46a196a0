/* SPDX-License-Identifier: Apache-2.0 */
/* nearest: which known word was probably meant. */
#include <ctype.h>
#include <string.h>

#include "runner/load/load.h"

#define WORD_MAX 40

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Damerau-Levenshtein distance (optimal string alignment) of two words of at most WORD_MAX letters,
 * in which capitals count as small letters.
 */
static size_t distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= blen; j++)
		last[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		size_t *spare = before;
		int ca = tolower((unsigned char)a[i - 1]);

		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			int cb = tolower((unsigned char)b[j - 1]);

			row[j] =
				least(least(last[j] + 1, row[j - 1] + 1), last[j - 1] + (ca != cb));
			if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[blen];
}

const char *nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	/* One slip in a short word, one in three letters of a longer one, three at most. */
	size_t limit = len < 4 ? 1 : len < 7 ? 2 : 3;
	const char *ret = NULL;

	if (!len || len > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(candidates[i]), d;

		if (other > WORD_MAX || other > len + limit || len > other + limit)
			continue;
		d = distance(word, len, candidates[i], other);
		if (d < len && d <= limit && (!ret || d < limit)) {
			ret = candidates[i];
			limit = d;
		}
	}
	return ret;
}
