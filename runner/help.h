/* SPDX-License-Identifier: Apache-2.0 */
/* help: pages printed from the tables of commands. All return 0, or -1 with err set. */
#pragma once

#include "runner/cli.h"

/* What 'kvmlab' alone says: which command to type next. */
int help_greet(const struct cli *cli, struct err *err);
int help_all(const struct cli *cli, struct err *err);
/* One screen about one command, with an example. */
int help_command(const struct cli *cli, const struct command *command, struct err *err);
