/* SPDX-License-Identifier: Apache-2.0 */
/* terminal: what the ui's own files share. */
#pragma once

#include <termios.h>

#include "runner/ui/fold.h"
#include "runner/ui/live.h"
#include "runner/ui/ui.h"

struct ui {
	FILE *out;
	struct ui_options options;
	bool is_terminal, has_colour;
	bool can_ask; /* from the start: a terminal that has gone away is not 'nobody to ask' */
	int saved_fd; /* whose settings were saved; -1: none */
	struct termios saved;
	struct live live;
	struct line_editor *line; /* NULL until the first line is edited */
	struct buf ahead;	  /* was typed and is still to be read */
	struct ui_editor editor;  /* edit NULL: none */
	bool offers_editor;	  /* the question that is open can be answered in an editor */
};

/*
 * What words look like. The terminal's palette is the student's own, and red, green and yellow are
 * one colour to some eyes: good, bad and unsure differ in weight, too (test_colours).
 */
#define LOOK_HEADING "1"
#define LOOK_GOOD    "32"   /* green */
#define LOOK_BAD     "1;31" /* red, bold */
#define LOOK_UNSURE  "4;33" /* yellow, underlined */
#define LOOK_OTHER   "35"   /* magenta */
#define LOOK_ASIDE   "39"   /* as all text */
#define LOOK_LIVE    "36"   /* cyan */

/* Columns of the terminal now: 40 to 200; $COLUMNS goes first, 80 when nobody knows. */
int ui_width(const struct ui *ui);
/* Whether the cursor can be moved: a terminal that knows how, and not plain mode. */
bool ui_can_move(const struct ui *ui);
/* Whether a line on the screen can be written over. */
bool ui_can_redraw(const struct ui *ui);
/* Writes text, made safe, from w->column on. */
void ui_fold(struct ui *ui, const char *text, struct fold *w);
/* Writes a word in a look, where there is colour. */
void ui_coloured(struct ui *ui, const char *look, const char *word);
