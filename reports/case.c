/* SPDX-License-Identifier: Apache-2.0 */
/* case: verdicts and grade lines mapped to what test formats know. */
#include "reports/case.h"

#include "reports/word.h"
#include "runner/base/i18n.h"

static const enum case_result of_verdict[VERDICT_COUNT] = {
	[VERDICT_NONE] = CASE_SKIPPED, [VERDICT_PASS] = CASE_OK, [VERDICT_FAIL] = CASE_FAILED,
	[VERDICT_SKIP] = CASE_SKIPPED, [VERDICT_NA] = CASE_NA,	 [VERDICT_BROKEN] = CASE_ERROR,
};

static enum case_result of_line(const struct grade_line *line)
{
	if (!line)
		return CASE_SKIPPED;
	if (line->ungraded)
		return CASE_ERROR;
	if (!line->in_total)
		return CASE_NA;
	if (line->provisional)
		return CASE_MANUAL;
	return line->earned < line->possible ? CASE_FAILED : CASE_OK;
}

static const char *title(const struct text *text, const char *id, enum lang lang)
{
	const char *s = text_get(text, lang);

	return s && s[0] ? s : id;
}

size_t case_count(const struct experiment_result *r)
{
	return r->experiment->checks.n + r->experiment->questions.n;
}

struct test_case case_get(const struct experiment_result *r, size_t index, enum lang lang)
{
	const struct check_result *check;
	const struct grade_line *line;
	const struct question *q;

	if (index < r->experiment->checks.n) {
		check = &r->checks[index];
		return (struct test_case){
			.result = of_verdict[check->verdict],
			.id = check->check->id,
			.title = title(&check->check->title, check->check->id, lang),
			.message = check->reason ? check->reason : _("not looked at"),
			.check = check
		};
	}
	q = &r->experiment->questions.v[index - r->experiment->checks.n];
	line = grade_line_find(&r->grade, question_grade_part(q), q->id);
	return (struct test_case){ .result = of_line(line),
				   .id = q->id,
				   .title = title(&q->ask, q->id, lang),
				   .message = line && line->why ? line->why : _("not graded") };
}

void case_tally(const struct experiment_result *r, size_t counts[CASE_RESULT_COUNT])
{
	for (size_t i = 0; i < case_count(r); i++)
		counts[case_get(r, i, LANG_EN).result]++;
}
