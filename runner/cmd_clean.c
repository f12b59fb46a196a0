/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_clean: put the hosts back after a run that will not be resumed. */
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/session.h"

static int run(struct cli *cli, struct err *err)
{
	return session_with_run(cli, session_clean, err);
}

static const struct option_spec options[] = {
	{ "also", 0, "NAME", true,
	  N_("remove this, too, though it is not proven that a step made it") },
	{ 0 },
};

const struct command command_clean = {
	.name = "clean",
	.summary = N_("undo what a run left on the hosts"),
	.arguments = "[RUN]",
	.example = "kvmlab clean",
	.min = 0,
	.max = 1,
	.options = options,
	.run = run,
};
