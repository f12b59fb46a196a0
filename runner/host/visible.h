/* SPDX-License-Identifier: Apache-2.0 */
/* visible: a program of the student's own that has the terminal while it runs, such as an editor.
 */
#pragma once

#include <signal.h>

#include "runner/base/err.h"

/*
 * Runs argv, looked up in PATH, with our terminal, environment and process group, so that stopping
 * it stops us, too; Ctrl-C is its own affair meanwhile. When *cancel becomes non-zero, or kvmlab
 * dies, it is told to end; 2 s later it is ended. *ret: as waitpid(2) has it. -1: it could not be
 * started.
 */
int program_run_visibly(char *const *argv, const volatile sig_atomic_t *cancel, int *ret,
			struct err *err);
