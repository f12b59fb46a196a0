/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line: a line typed with arrow keys, word motions and a history, by libedit. It is loaded when the
 * first such line is asked for, reads no settings of the student's and writes no file.
 */
#pragma once

#include "runner/ui/terminal.h"

enum line_end {
	LINE_READ,   /* ret has the line */
	LINE_EDITOR, /* Ctrl-X Ctrl-E: ret has the line so far */
	LINE_FAILED, /* err says why: as ui_ask_* */
	LINE_CANNOT, /* no libedit: nothing was read */
};

/* Whether lines can be edited on this terminal: not in plain mode, which writes no escape byte. */
bool line_can_edit(const struct ui *ui);
enum line_end line_edit(struct ui *ui, const char *prompt, struct buf *ret, struct err *err);
/* Puts text into the history of this run, and nowhere else. */
void line_remember(struct ui *ui, const char *text);
void line_forget(struct ui *ui);
/* NULL is allowed. */
void line_editor_free(struct line_editor *l);
