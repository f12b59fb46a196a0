/* SPDX-License-Identifier: Apache-2.0 */
/* wrap: text escaped for a terminal and broken into lines of at most 80 columns. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#define WRAP_COLUMNS 80

/* A text escaped for a terminal, tabs expanded; free it. *len: its length. */
char *wrap_escape(const char *s, size_t size, size_t *len);
/* The bytes of s that stand on its next line of at most width columns, broken at a space if there
 * is one; *next is where the line after it begins. */
size_t wrap_line(const char *s, size_t len, size_t width, size_t *next);
/* n times c. */
void wrap_fill(FILE *f, char c, size_t n);
/* Escaped text in lines; the first one begins with first, the others with rest,
 * which must be safe already. Ends with a newline. */
void wrap_write(FILE *f, const char *text, const char *first, const char *rest);
/* What stands before the first line, before the others, and before the rest of a broken one. */
struct wrap_marks {
	const char *first, *line, *goes_on;
};
/* Lines kept as they are, broken only where they are too long. Marks take two columns each. */
void wrap_lines(FILE *f, const char *s, size_t len, int indent, const struct wrap_marks *marks);
