/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_report: the report of a run, measured and judged again from its evidence. */
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/emit.h"
#include "runner/run/run.h"
#include "runner/session.h"

static const struct option_spec options[] = {
	{ "format", 0, "FORMAT", false,
	  N_("on standard output, in any format that --report knows; text when not given") },
	{ "report", 'r', "FORMAT[:PATH]", true,
	  N_("write a report; % in PATH is the lab's id; no PATH or -: standard output") },
	{ 0 },
};

/* --format of this command names any report format; text is what comes without it. */
static int choose(struct cli *cli, struct emissions *ret, struct err *err)
{
	const char *format = cli_value(cli, "format");
	const char *const fallback[] = { format ? format : "text" };
	size_t n;
	const char *const *values = cli_values(cli, "report", &n);

	if (n && format)
		return err_set(err, ERR_USAGE, NULL, _("give either --format or --report"));
	return n ? emissions_parse(values, n, ret, err) : emissions_parse(fallback, 1, ret, err);
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct emissions emissions;
	struct report report = { 0 };
	struct store *store;
	int64_t id = 0;
	size_t n;
	const char *const *operands = cli_operands(cli, &n);
	int rc;

	if (choose(cli, &emissions, err) < 0 || (n && parse_run_id(operands[0], &id, err) < 0) ||
	    store_open(&store, err) < 0)
		return -1;
	rc = report_read(store, id, &arena, &report, err);
	if (rc == 0)
		rc = emissions_write(&emissions, &report, err);
	report_done(&report);
	lab_free((struct lab *)report.lab);
	store_close(store);
	return rc < 0 ? -1 : report.exit_code;
}

const struct command command_report = {
	.name = "report",
	.summary = N_("show or write the report of a run"),
	.arguments = "[RUN]",
	.example = "kvmlab report 3 --format html > host.html",
	.min = 0,
	.max = 1,
	.options = options,
	.run = run,
};
