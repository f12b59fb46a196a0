/* SPDX-License-Identifier: Apache-2.0 */
/* tap: TAP version 14: a subtest per experiment, a point per check and question. */
#include <string.h>

#include "reports/case.h"
#include "reports/figure.h"
#include "reports/report_format.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"

#define INDENT "    "

static void put(FILE *f, const char *text)
{
	escape_tap(f, text, strlen(text));
}

/* A line of the YAML block: key and a JSON string, which YAML reads as well. */
static void yaml(FILE *f, const char *key, const char *value)
{
	fputs(INDENT "  ", f);
	fputs(key, f);
	fputs(": ", f);
	escape_json(f, value, strlen(value));
	fputc('\n', f);
}

static void yaml_list(FILE *f, const char *key, const struct check_result *r, bool expected)
{
	fputs(INDENT "  ", f);
	fputs(key, f);
	fputs(":\n", f);
	for (size_t i = 0; i < r->finding_count; i++) {
		const char *s = expected ? r->findings[i].expected : r->findings[i].found;

		fputs(INDENT "    - ", f);
		escape_json(f, s, strlen(s));
		fputc('\n', f);
	}
}

static void write_block(FILE *f, const struct test_case *c)
{
	fputs(INDENT "  ---\n", f);
	yaml(f, "message", c->message);
	yaml(f, "severity", c->result == CASE_ERROR ? "error" : "fail");
	if (c->check && c->check->finding_count) {
		yaml_list(f, "wanted", c->check, true);
		yaml_list(f, "found", c->check, false);
	}
	fputs(INDENT "  ...\n", f);
}

static const struct {
	const char *status, *directive; /* SKIP directives are followed by the message */
	bool says_why;
} points[CASE_RESULT_COUNT] = {
	[CASE_OK] = { "ok ", "", false },
	[CASE_FAILED] = { "not ok ", "", false },
	[CASE_ERROR] = { "not ok ", "", false },
	[CASE_SKIPPED] = { "ok ", " # SKIP ", true },
	[CASE_NA] = { "ok ", " # SKIP n/a: ", true },
	[CASE_MANUAL] = { "ok ", " # TODO manual", false },
};

static bool failed(const struct test_case *c)
{
	return c->result == CASE_FAILED || c->result == CASE_ERROR;
}

static void write_point(FILE *f, const struct test_case *c, size_t number)
{
	fputs(INDENT, f);
	fputs(points[c->result].status, f);
	fprintf(f, "%zu - ", number);
	put(f, c->id);
	fputs(": ", f);
	put(f, c->title);
	if (c->check && c->check->measured)
		fputs(" (" VERDICT_MEASURED ")", f);
	fputs(points[c->result].directive, f);
	if (points[c->result].says_why)
		put(f, c->message);
	fputc('\n', f);
	if (failed(c))
		write_block(f, c);
}

/* Returns whether all points were ok. */
static bool write_subtest(FILE *f, const struct report *report, const struct experiment_result *r)
{
	bool good = true;

	fputs("# Subtest: ", f);
	put(f, r->experiment->id);
	fprintf(f, "\n" INDENT "1..%zu\n", case_count(r));
	for (size_t i = 0; i < case_count(r); i++) {
		struct test_case c = case_get(r, i, report->lang);

		write_point(f, &c, i + 1);
		good = good && !failed(&c);
	}
	return good;
}

static void write_tap(FILE *f, const struct report *report)
{
	fputs("TAP version 14\n", f);
	fprintf(f, "1..%zu\n", report->lab->experiments.n);
	for (size_t i = 0; i < report->lab->experiments.n; i++) {
		const struct experiment_result *r = &report->experiments[i];
		bool good = write_subtest(f, report, r);

		fputs(good ? "ok " : "not ok ", f);
		fprintf(f, "%zu - ", i + 1);
		put(f, r->experiment->id);
		fputs(": ", f);
		put(f, outcome_name(r->outcome));
		fputs(", ", f);
		put(f, figure_points(r->grade.earned).s);
		fputs(" / ", f);
		put(f, figure_points(r->grade.possible).s);
		fputc('\n', f);
	}
	if (!report->complete)
		fputs("# not finished: not every experiment was walked through\n", f);
}

const struct report_format report_tap = {
	.name = "tap",
	.extension = "tap",
	.summary = N_("TAP version 14, for test harnesses"),
	.write = write_tap,
};
