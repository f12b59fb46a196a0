/* SPDX-License-Identifier: Apache-2.0 */
/* test_grade: what each line of a grade earns, and says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/checker.h"
#include "tests/unit/judge_fixture.h"

/* What became of a line. */
enum fate { COUNTS, LEFT_OUT, UNGRADED };

static enum fate fate_of(const struct grade_line *line)
{
	if (line->ungraded)
		return UNGRADED;
	return line->in_total ? COUNTS : LEFT_OUT;
}

static void expect_line(const struct fixture *f, const char *id, enum fate fate, int64_t earned)
{
	const struct grade_line *line = fixture_line(f, id);

	assert_non_null(line);
	assert_non_null(line->why);
	if (fate_of(line) != fate || line->earned != earned)
		fail_msg("'%s' earned %lld (fate %d), not %lld (fate %d): %s", id,
			 (long long)line->earned, fate_of(line), (long long)earned, fate,
			 line->why);
}

/* ---- predictions: p0 is right when n is 1, p1 when n is 2, p2 never */
static const struct {
	const char *choice, *reason;
	bool asks_reason;
	enum verdict on;
	int64_t n, commit, right;
	enum fate fate; /* of 'right' */
} predictions[] = {
	{ "p0", "because", true, VERDICT_PASS, 1, 1000, 500, COUNTS },
	{ "p1", "because", true, VERDICT_PASS, 1, 1000, 0, COUNTS },
	{ "p2", "because", true, VERDICT_PASS, 1, 1000, 0, COUNTS },
	{ "p0", NULL, true, VERDICT_PASS, 1, 500, 500, COUNTS },
	{ "p0", "", true, VERDICT_PASS, 1, 500, 500, COUNTS },
	{ "p0", " \n\t", true, VERDICT_PASS, 1, 500, 500, COUNTS },
	{ "p0", NULL, false, VERDICT_PASS, 1, 1000, 500, COUNTS },
	{ NULL, NULL, true, VERDICT_PASS, 1, 0, 0, COUNTS },
	{ "p0", "because", true, VERDICT_BROKEN, 1, 1000, 0, UNGRADED },
	{ "p2", "because", true, VERDICT_BROKEN, 1, 1000, 0, UNGRADED },
	{ "p0", "because", true, VERDICT_NONE, 1, 1000, 0, UNGRADED },
	{ "p0", "because", true, VERDICT_SKIP, 1, 1000, 0, COUNTS },
	{ "p0", "because", true, VERDICT_PASS, 3, 1000, 0, LEFT_OUT },
	{ "p0", "because", true, VERDICT_NA, 1, 1000, 0, LEFT_OUT },
};

static void test_grade__predictions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(predictions) / sizeof(*predictions); i++) {
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 1, predictions[i].on, predictions[i].n);
		fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 1));
		fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 2));
		fixture_choice(&f, (struct condition){ 0 });
		f.predict.reason = predictions[i].asks_reason;
		f.result.prediction.choice = predictions[i].choice;
		f.result.prediction.reason = predictions[i].reason;
		fixture_grade(&f);
		expect_line(&f, "commit", COUNTS, predictions[i].commit);
		expect_line(&f, "right", predictions[i].fate, predictions[i].right);
		fixture_done(&f);
	}
}

static void test_grade__prediction_that_nothing_decides_has_no_line(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_choice(&f, (struct condition){ 0 });
	f.result.prediction.choice = "p0";
	fixture_grade(&f);
	assert_null(fixture_line(&f, "right"));
	assert_int_equal(f.result.grade.possible, 1000);
	fixture_done(&f);
}

/* ---- checks: c0 and c1 have these verdicts, c2 needs them both */
static const struct {
	enum verdict c0, c1, c2;
	int64_t earned; /* by c2, of 50.00 */
	enum fate fate;
} checks[] = {
	{ VERDICT_PASS, VERDICT_PASS, VERDICT_PASS, 5000, COUNTS },
	{ VERDICT_PASS, VERDICT_PASS, VERDICT_FAIL, 0, COUNTS },
	{ VERDICT_PASS, VERDICT_PASS, VERDICT_NA, 0, LEFT_OUT },
	{ VERDICT_PASS, VERDICT_PASS, VERDICT_BROKEN, 0, UNGRADED },
	{ VERDICT_PASS, VERDICT_PASS, VERDICT_NONE, 0, UNGRADED },
	{ VERDICT_PASS, VERDICT_PASS, VERDICT_SKIP, 0, COUNTS }, /* its step was not done */
	{ VERDICT_FAIL, VERDICT_PASS, VERDICT_SKIP, 0, COUNTS },
	{ VERDICT_PASS, VERDICT_BROKEN, VERDICT_SKIP, 0, UNGRADED },
	{ VERDICT_NA, VERDICT_PASS, VERDICT_SKIP, 0, LEFT_OUT },
	{ VERDICT_SKIP, VERDICT_PASS, VERDICT_SKIP, 0, COUNTS },
	{ VERDICT_BROKEN, VERDICT_FAIL, VERDICT_SKIP, 0, COUNTS },
	{ VERDICT_FAIL, VERDICT_BROKEN, VERDICT_SKIP, 0, COUNTS },
	{ VERDICT_FAIL, VERDICT_NA, VERDICT_SKIP, 0, LEFT_OUT },
	{ VERDICT_BROKEN, VERDICT_NA, VERDICT_SKIP, 0, LEFT_OUT },
};

static void test_grade__verdicts_and_what_a_skip_goes_back_to(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 0, checks[i].c0, 1);
		fixture_check(&f, 0, checks[i].c1, 1);
		fixture_check(&f, 1, checks[i].c2, 1);
		fixture_needs(&f, 2, 0);
		fixture_needs(&f, 2, 1);
		fixture_grade(&f);
		expect_line(&f, "c2", checks[i].fate, checks[i].earned);
		assert_null(fixture_line(&f, "c0"));
		fixture_done(&f);
	}
}

static void test_grade__skip_is_followed_through_a_chain(void **state)
{
	static const struct {
		enum verdict root;
		enum fate fate;
	} rows[] = {
		{ VERDICT_FAIL, COUNTS },
		{ VERDICT_BROKEN, UNGRADED },
		{ VERDICT_NA, LEFT_OUT },
		{ VERDICT_SKIP, COUNTS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 1, rows[i].root, 1);
		for (size_t c = 1; c < 5; c++) {
			fixture_check(&f, 1, VERDICT_SKIP, 1);
			fixture_needs(&f, c, c - 1);
		}
		fixture_check(&f, 1, VERDICT_SKIP, 1);
		f.experiment.checks.v[5].applies_if = fixture_when(&f, 4, MATCH_EQ, 1);
		fixture_grade(&f);
		expect_line(&f, "c4", rows[i].fate, 0);
		expect_line(&f, "c5", rows[i].fate, 0);
		fixture_done(&f);
	}
}

/* A check that reads a step which waited for another check in vain. */
static void test_grade__skip_is_followed_through_what_a_step_needs(void **state)
{
	static const struct field fields[] = { { .name = "step", .type = FIELD_STEP }, { 0 } };
	static const struct checker reader = { .name = "reader", .fields = fields };
	static const char *id = "do";
	static const struct {
		enum verdict need;
		enum fate fate;
	} rows[] = {
		{ VERDICT_FAIL, COUNTS },
		{ VERDICT_BROKEN, UNGRADED },
		{ VERDICT_NA, LEFT_OUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *needs[] = { "c0" };
		struct step step = { .id = id, .needs = { needs, 1 } };
		struct step_result result = { .step = &step, .state = STEP_SKIPPED };
		struct fixture f;

		fixture_init(&f);
		f.experiment.steps.v = &step;
		f.experiment.steps.n = 1;
		f.result.steps = &result;
		fixture_check(&f, 1, rows[i].need, 1);
		fixture_check(&f, 1, VERDICT_SKIP, 1);
		f.experiment.checks.v[1].checker = &reader;
		f.experiment.checks.v[1].params = &id;
		fixture_grade(&f);
		expect_line(&f, "c1", rows[i].fate, 0);
		/* Nobody kept the step from running: it was left out. */
		step.needs.n = 0;
		fixture_grade(&f);
		expect_line(&f, "c1", COUNTS, 0);
		fixture_done(&f);
	}
}

static void test_grade__why_lets_the_sum_be_done_again(void **state)
{
	struct check_result *r;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	r = fixture_check(&f, 2, VERDICT_PASS, 1);
	r->reason = "1 of 1 expectations held";
	fixture_check(&f, 3, VERDICT_FAIL, 1)->reason = "0 of 1 expectations held";
	fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 1);
	fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 2);
	fixture_answer(&f, 0, "204");
	fixture_grade(&f);
	assert_string_equal(fixture_line(&f, "c0")->why,
			    "PASS: 1 of 1 expectations held; share 2 of 5 of 50.00 = 20.00");
	assert_string_equal(fixture_line(&f, "q0")->why,
			    "answered 204, measured 204: right; share 1 of 3 of 15.00 = 5.00");
	assert_string_equal(fixture_line(&f, "q1")->why,
			    "not answered; share 2 of 3 of 15.00 = 10.00");
	assert_int_equal(f.result.grade.earned, 2500);
	assert_int_equal(f.result.grade.possible, 6500);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grade__predictions),
		cmocka_unit_test(test_grade__prediction_that_nothing_decides_has_no_line),
		cmocka_unit_test(test_grade__verdicts_and_what_a_skip_goes_back_to),
		cmocka_unit_test(test_grade__skip_is_followed_through_a_chain),
		cmocka_unit_test(test_grade__skip_is_followed_through_what_a_step_needs),
		cmocka_unit_test(test_grade__why_lets_the_sum_be_done_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
