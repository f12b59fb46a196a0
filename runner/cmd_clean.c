/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_clean: put the host back after a run that will not be resumed. */
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/session.h"

static int run(struct cli *cli, struct err *err)
{
	return session_with_run(cli, session_clean, err);
}

const struct command command_clean = {
	.name = "clean",
	.summary = N_("undo what an unfinished run left on the host"),
	.arguments = "[RUN]",
	.example = "kvmlab clean",
	.min = 0,
	.max = 1,
	.run = run,
};
