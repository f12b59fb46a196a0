/* SPDX-License-Identifier: Apache-2.0 */
/* ask: reads what the student types, in the terminal's own line mode, until a signal comes. */
#pragma once

#include "runner/ui/terminal.h"

/*
 * Shows prompt and reads a line; ret gets it without the spaces around it. 0: something was typed;
 * 1: an empty line; -1: as ui_ask_*.
 */
int ask_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err);
/* The same, and where the terminal can do it the line is edited; ASK_EDITOR: the student wants
 * an editor for the line so far, which is in ret. */
int ask_edited(struct ui *ui, const char *prompt, struct buf *ret, struct err *err);
#define ASK_EDITOR 2
/* Puts text before what is typed next, as if it were typed again; for lines that are edited. */
void ask_again(struct ui *ui, const char *text);

/* A line that has been typed whole: 0; 1: none yet; -1: as ui_ask_*. Never waits. */
int ask_line_now(struct ui *ui, struct buf *ret, struct err *err);

/* question.c: a question's text; its choices, numbered; which of them a line names. */
void ask_show(struct ui *ui, int indent, const char *text);
void ask_show_choices(struct ui *ui, const char *const *texts, size_t n);
bool ask_find_choice(const char *line, const char *const *ids, size_t n, size_t *ret);
#define ASK_PROMPT "> "

/* One byte of the keyboard: 0; 1: other, a descriptor, can be read first; -1: as ui_ask_*. */
int ask_byte(struct ui *ui, int other, char *ret, struct err *err);
/* Why no more is to be read, after that was found out elsewhere: always -1. */
int ask_ended(struct err *err);
