/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run: walk through labs. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/session.h"

static const struct option_spec options[] = {
	{ "all", 'a', NULL, false, N_("every lab of the catalog, in the order of their files") },
	{ "mode", 0, "practice|graded|exam", false,
	  N_("practice: answers at once; graded: after submission; exam: none, with a time "
	     "limit") },
	{ "student", 0, "ID", false, N_("of an exam: whose it is") },
	{ "secret", 0, "FILE", false, N_("of an exam: what gives each student own values") },
	{ "minutes", 0, "N", false, N_("of an exam: its time; else the lab's") },
	{ "answers", 0, "FILE", false, N_("answers given beforehand (YAML); nothing is asked") },
	{ "set", 0, "NAME=VALUE", true, N_("a parameter of the lab") },
	{ "host", 0, "ROLE=URI", true,
	  N_("who plays a role of the lab: sandbox, ssh://user@host, "
	     "qemu+ssh://user@host/system") },
	{ "yes", 'y', NULL, false, N_("run steps without asking before each") },
	{ "report", 'r', "FORMAT[:PATH]", true,
	  N_("write a report; % in PATH is the lab's id; no PATH or -: standard output") },
	{ 0 },
};

static int collect_labs(const struct cli *cli, struct arena *arena, struct strings *ret,
			struct err *err)
{
	size_t n;
	const char *const *operands = cli_operands(cli, &n);

	if (cli_has(cli, "all"))
		return catalog_list(arena, ret, err);
	if (!n)
		return err_set(err, ERR_USAGE, NULL,
			       _("which lab? 'kvmlab list' shows them; '--all' takes all"));
	ret->v = arena_array(arena, const char *, n);
	for (ret->n = 0; ret->n < n; ret->n++)
		ret->v[ret->n] = operands[ret->n];
	return 0;
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct strings labs = { 0 };
	struct session session;
	int worst = 0;

	if (session_open(cli, &arena, &session, err) < 0)
		return -1;
	if (collect_labs(cli, &arena, &labs, err) < 0) {
		session_close(&session);
		return -1;
	}
	for (size_t i = 0; i < labs.n && worst >= 0; i++) {
		int code = session_run(&session, labs.v[i], err);

		worst = code < 0 ? -1 : exit_code_worse(worst, code);
	}
	session_close(&session);
	return worst;
}

const struct command command_run = {
	.name = "run",
	.summary = N_("walk through a lab: predict, do, observe, explain"),
	.arguments = "LAB...",
	.example = "kvmlab run host --report html:host.html",
	.min = 0,
	.max = -1,
	.options = options,
	.run = run,
};
