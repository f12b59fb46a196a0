/* SPDX-License-Identifier: Apache-2.0 */
/* line_calls: the functions of libedit, which is loaded when the first line is edited. */
#pragma once

#include <histedit.h>

#include "runner/base/err.h"

#define LINE_CALLS(ROW)                                                                            \
	ROW(el_init_fd)                                                                            \
	ROW(el_end)                                                                                \
	ROW(el_set)                                                                                \
	ROW(el_get)                                                                                \
	ROW(el_gets)                                                                               \
	ROW(el_line)                                                                               \
	ROW(el_resize)                                                                             \
	ROW(history_init)                                                                          \
	ROW(history_end)                                                                           \
	ROW(history)

struct line_calls {
#define LINE_CALL(name) __typeof__(name) *name;
	LINE_CALLS(LINE_CALL)
#undef LINE_CALL
};

/* 0, or -1 when there is no libedit, or a strange one. */
int line_calls_load(struct line_calls *ret);
/* What EL_CLIENTDATA was set to: a callback gets nothing else, and there are no globals here. */
void *line_client_data(EditLine *el);
