/* SPDX-License-Identifier: Apache-2.0 */
/* ask: reads what the student types, in the terminal's own line mode, until a signal comes. */
#pragma once

#include "runner/ui/terminal.h"

/*
 * Shows prompt and reads a line; ret gets it without the spaces around it. 0: something was typed;
 * 1: an empty line; -1: as ui_ask_*.
 */
int ask_line(struct ui *ui, const char *prompt, struct buf *ret, struct err *err);
