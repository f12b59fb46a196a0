/* SPDX-License-Identifier: Apache-2.0 */
/* lines: reads 'key: value' lines and whole words; never a prefix for the whole. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

/* Start with {0}. Valid as long as the output is. */
struct line {
	const char *text;
	size_t len;
};

/* The next line without its newline; false at the end. */
bool lines_next(const struct output *o, struct line *line);
/* Whether what stands before the first ':' is key, blanks around it aside. */
bool line_is(const struct line *line, const char *key);
/* Whether a word of the line, between blanks, is word. */
bool line_has_word(const struct line *line, const char *word);
/* The n-th word, counted from 0; NULL when there are fewer. */
const char *line_word(const struct line *line, size_t n, struct arena *arena);
/* Whether text occurs in it, upper and lower case alike. */
bool line_contains(const struct line *line, const char *text);
/* What follows the ':' of the first line of that key, or NULL. */
const char *lines_value(const struct output *o, const char *key, struct arena *arena);
