/* SPDX-License-Identifier: Apache-2.0 */
/* fold: breaks text into lines by the columns that its characters take on a terminal. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fold {
	int column; /* columns already written on this line */
	int hang;   /* where the following lines begin */
	int width;  /* columns of a line */
};

/*
 * Writes text, which is already free of control characters but newline and tab, from w->column on,
 * breaking between words (inside those longer than a line). Newlines stay. Does not end the last
 * line; w->column is then where it ended.
 */
void fold_write(FILE *f, const char *text, struct fold *w);
/* Columns that UTF-8 text takes: 2 for wide characters, 0 for combining ones. */
int fold_columns(const char *text);
