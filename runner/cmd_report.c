/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_report: the report of a run, measured and judged again from its evidence. */
#include <string.h>

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
	{ "index", 0, NULL, false,
	  N_("an HTML page on standard output that lists the runs given and leads to LAB.html") },
	{ "secret", 0, "FILE", false, N_("of an exam: releases its results") },
	{ 0 },
};

struct reading {
	struct store *store;
	const char *secret; /* path of a file; NULL: none */
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

/* The results of an exam are for who has its secret. */
static int check_released(const struct report *report, const char *secret, struct err *err)
{
	unsigned char key[EXAM_KEY_SIZE], mark[EXAM_KEY_SIZE];

	if (!report->exam)
		return 0;
	if (!secret)
		return err_set(err, ERR_PRIVILEGE, NULL,
			       _("'%s' is an exam: its results come from the teacher, who has its "
				 "secret (--secret FILE)"),
			       report->run_id);
	if (exam_read_secret(secret, key, err) < 0)
		return -1;
	exam_mark(key, mark);
	if (!memcmp(mark, report->exam->mark, sizeof(mark)))
		return 0;
	return err_set(err, ERR_PRIVILEGE, NULL, _("'%s' is not the secret of the exam '%s'"),
		       secret, report->run_id);
}

static int read_one(struct reading *r, const char *operand, struct arena *arena, struct report *ret,
		    struct err *err)
{
	int64_t id = 0;

	if ((operand && parse_run_id(operand, &id, err) < 0) ||
	    report_read(r->store, id, arena, ret, err) < 0)
		return -1;
	return check_released(ret, r->secret, err);
}

static void drop(struct report *report)
{
	report_done(report);
	lab_free((struct lab *)report->lab);
}

static int tell(struct cli *cli, struct reading *r, const char *operand, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct emissions emissions;
	struct report report = { 0 };
	int rc;

	if (choose(cli, &emissions, err) < 0)
		return -1;
	rc = read_one(r, operand, &arena, &report, err);
	if (rc == 0)
		rc = emissions_write(&emissions, &report, err);
	drop(&report);
	return rc < 0 ? -1 : report.exit_code;
}

static int list(struct reading *r, const char *const *operands, size_t n, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct report *reports = arena_array(&arena, struct report, n);
	const struct report **all = arena_array(&arena, const struct report *, n);
	int rc = 0;
	size_t i;

	for (i = 0; i < n && rc == 0; i++) {
		all[i] = &reports[i];
		rc = read_one(r, operands[i], &arena, &reports[i], err);
	}
	if (rc == 0)
		report_index(stdout, all, n);
	while (i)
		drop(&reports[--i]);
	return rc;
}

static int run(struct cli *cli, struct err *err)
{
	struct reading r = { NULL, cli_value(cli, "secret") };
	size_t n;
	const char *const *operands = cli_operands(cli, &n);
	bool index = cli_has(cli, "index");
	int rc;

	if (!index && n > 1)
		return err_set(err, ERR_USAGE, NULL, _("one run at a time, or give --index"));
	if (index && !n)
		return err_set(err, ERR_USAGE, NULL, _("which runs? 'kvmlab status' shows them"));
	if (store_open_to_read(&r.store, err) < 0)
		return -1;
	rc = index ? list(&r, operands, n, err) : tell(cli, &r, n ? operands[0] : NULL, err);
	store_close(r.store);
	return rc;
}

const struct command command_report = {
	.name = "report",
	.summary = N_("show or write the report of a run"),
	.arguments = "[RUN...]",
	.example = "kvmlab report 3 --format html > host.html",
	.min = 0,
	.max = -1,
	.options = options,
	.run = run,
};
