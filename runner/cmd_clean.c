/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_clean: put the host back after a run that will not be resumed. */
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/session.h"

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct session session;
	int64_t id = 0;
	size_t n;
	const char *const *operands = cli_operands(cli, &n);
	int code;

	if (n && parse_run_id(operands[0], &id, err) < 0)
		return -1;
	if (session_open(cli, &arena, &session, err) < 0)
		return -1;
	code = session_clean(&session, id, err);
	session_close(&session);
	return code;
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
