/* SPDX-License-Identifier: Apache-2.0 */
/* commands: the table of commands. To add one, see runner/command.h. */
#include "runner/command.h"

/* The list: one line per command, sorted. clang-format leaves it alone. */
/* clang-format off */
#define COMMANDS(X) \
	X(clean) \
	X(completion) \
	X(doctor) \
	X(explain) \
	X(help) \
	X(lint) \
	X(list) \
	X(plan) \
	X(report) \
	X(resume) \
	X(run) \
	X(sandbox) \
	X(schema) \
	X(show) \
	X(status)
/* clang-format on */

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)

#define ROW(name) &command_##name,
const struct command *const commands[] = { COMMANDS(ROW) NULL };
