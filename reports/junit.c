/* SPDX-License-Identifier: Apache-2.0 */
/* junit: JUnit XML for CI servers: a suite per experiment, a case per check and question. */
#include <string.h>

#include "reports/case.h"
#include "reports/figure.h"
#include "reports/report_format.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"

static void attribute(FILE *f, const char *name, const char *value)
{
	fputc(' ', f);
	fputs(name, f);
	fputs("=\"", f);
	escape_xml(f, value, strlen(value));
	fputc('"', f);
}

static void property(FILE *f, const char *name, const char *value)
{
	if (!value)
		return;
	fputs("\t\t\t<property", f);
	attribute(f, "name", name);
	attribute(f, "value", value);
	fputs("/>\n", f);
}

static void write_counts(FILE *f, const size_t counts[CASE_RESULT_COUNT])
{
	size_t all = 0;

	for (int i = 0; i < CASE_RESULT_COUNT; i++)
		all += counts[i];
	fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", all,
		counts[CASE_FAILED], counts[CASE_ERROR],
		counts[CASE_SKIPPED] + counts[CASE_NA] + counts[CASE_MANUAL]);
}

/* What the case met, one finding a line. */
static void write_findings(FILE *f, const struct check_result *check)
{
	for (size_t i = 0; check && i < check->finding_count; i++) {
		const struct finding *finding = &check->findings[i];

		fputs("expected: ", f);
		escape_xml(f, finding->expected, strlen(finding->expected));
		fputs("\nfound: ", f);
		escape_xml(f, finding->found, strlen(finding->found));
		fputc('\n', f);
	}
}

static const struct {
	const char *element, *type, *prefix;
} elements[CASE_RESULT_COUNT] = {
	[CASE_FAILED] = { "failure", "FAIL", "" },
	[CASE_ERROR] = { "error", "BROKEN", "" },
	[CASE_SKIPPED] = { "skipped", NULL, "" },
	[CASE_NA] = { "skipped", NULL, "n/a: " },
	[CASE_MANUAL] = { "skipped", NULL, "provisional: " },
};

static void write_case(FILE *f, const struct test_case *c, const char *class, int64_t ms)
{
	const char *element = elements[c->result].element;

	fputs("\t\t<testcase", f);
	attribute(f, "name", c->title);
	attribute(f, "classname", class);
	attribute(f, "time", figure_seconds(ms).s);
	if (!element && c->check && c->check->measured)
		fputs("><system-out>" VERDICT_MEASURED "</system-out></testcase>\n", f);
	else if (!element)
		fputs("/>\n", f);
	if (!element)
		return;
	fputs(">\n\t\t\t<", f);
	fputs(element, f);
	fputs(" message=\"", f);
	fputs(elements[c->result].prefix, f);
	escape_xml(f, c->message, strlen(c->message));
	fputc('"', f);
	if (elements[c->result].type) {
		attribute(f, "type", elements[c->result].type);
		fputc('>', f);
		write_findings(f, c->check);
		fputs("</", f);
		fputs(element, f);
		fputs(">\n", f);
	} else {
		fputs("/>\n", f);
	}
	fputs("\t\t</testcase>\n", f);
}

static int64_t suite_ms(const struct experiment_result *r)
{
	int64_t ms = 0;

	for (size_t i = 0; i < r->experiment->steps.n; i++)
		if (r->steps[i].evidence)
			ms += r->steps[i].evidence->ms;
	for (size_t i = 0; i < r->experiment->checks.n; i++)
		ms += r->checks[i].waited_ms;
	return ms;
}

static void write_suite(FILE *f, const struct report *report, const struct experiment_result *r)
{
	size_t counts[CASE_RESULT_COUNT] = { 0 };

	case_tally(r, counts);
	fputs("\t<testsuite", f);
	attribute(f, "name", r->experiment->id);
	write_counts(f, counts);
	attribute(f, "time", figure_seconds(suite_ms(r)).s);
	fputs(">\n\t\t<properties>\n", f);
	property(f, "title", text_get(&r->experiment->title, report->lang));
	property(f, "hypothesis", text_get(&r->experiment->hypothesis, report->lang));
	property(f, "outcome", outcome_name(r->outcome));
	property(f, "predicted", r->prediction.choice);
	property(f, "earned", figure_points(r->grade.earned).s);
	property(f, "possible", figure_points(r->grade.possible).s);
	fputs("\t\t</properties>\n", f);
	for (size_t i = 0; i < case_count(r); i++) {
		struct test_case c = case_get(r, i, report->lang);

		write_case(f, &c, r->experiment->id, c.check ? c.check->waited_ms : 0);
	}
	fputs("\t</testsuite>\n", f);
}

static void write_junit(FILE *f, const struct report *report)
{
	int64_t ms = report->finished_ms ? report->finished_ms - report->started_ms : 0;
	size_t counts[CASE_RESULT_COUNT] = { 0 };

	for (size_t i = 0; i < report->lab->experiments.n; i++)
		case_tally(&report->experiments[i], counts);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", f);
	attribute(f, "name", report->lab->id);
	write_counts(f, counts);
	attribute(f, "time", figure_seconds(ms).s);
	attribute(f, "timestamp", figure_time_iso(report->started_ms).s);
	fputs(">\n", f);
	for (size_t i = 0; i < report->lab->experiments.n; i++)
		write_suite(f, report, &report->experiments[i]);
	fputs("</testsuites>\n", f);
}

const struct report_format report_junit = {
	.name = "junit",
	.extension = "xml",
	.summary = N_("JUnit XML for CI servers"),
	.write = write_junit,
};
