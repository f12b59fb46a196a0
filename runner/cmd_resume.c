/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_resume: take an unfinished run up again. */
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/session.h"

static const struct option_spec options[] = {
	{ "started", 0, "run|done|skip", false,
	  N_("what becomes of a step that had started and may not be repeated unasked") },
	{ "answers", 0, "FILE", false, N_("answers given beforehand (YAML); nothing is asked") },
	{ "yes", 'y', NULL, false, N_("run steps without asking before each") },
	{ "report", 'r', "FORMAT[:PATH]", true,
	  N_("write a report; % in PATH is the lab's id; no PATH or -: standard output") },
	{ 0 },
};

static int run(struct cli *cli, struct err *err)
{
	return session_with_run(cli, session_resume, err);
}

const struct command command_resume = {
	.name = "resume",
	.summary = N_("go on with a run that was interrupted"),
	.arguments = "[RUN]",
	.example = "kvmlab resume",
	.min = 0,
	.max = 1,
	.options = options,
	.run = run,
};
