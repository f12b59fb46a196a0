/* SPDX-License-Identifier: Apache-2.0 */
/* test_judge: matchers, three-valued conditions, verdicts, outcomes, predictions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/judge.h"

static const struct value none = { .type = VALUE_UNKNOWN };

static struct value boolean(bool b)
{
	return (struct value){ .type = VALUE_BOOL, .b = b };
}

static struct value integer(int64_t i)
{
	return (struct value){ .type = VALUE_INT, .i = i };
}

static struct value number(double d)
{
	return (struct value){ .type = VALUE_NUMBER, .d = d };
}

static struct value string(const char *s)
{
	return (struct value){ .type = VALUE_STRING, .s = s };
}

static const char *words[] = { "vmx", "svm" };

static struct value list(size_t n)
{
	return (struct value){ .type = VALUE_LIST, .list = { words, n } };
}

static enum truth holds(enum matcher_op op, struct value right, struct value found)
{
	struct matcher m = { .op = op, .right = right };

	return matcher_holds(&m, &found);
}

static void test_judge__matchers_compare_by_type(void **state)
{
	const struct {
		enum matcher_op op;
		struct value right, found;
		enum truth wanted;
	} rows[] = {
		{ MATCH_EQ, boolean(true), boolean(true), TRUTH_YES },
		{ MATCH_EQ, boolean(true), boolean(false), TRUTH_NO },
		{ MATCH_EQ, integer(3), number(3.0), TRUTH_YES },
		{ MATCH_EQ, string("svm"), string("svm"), TRUTH_YES },
		{ MATCH_EQ, string("svm"), string("svm "), TRUTH_NO },
		{ MATCH_EQ, list(2), list(2), TRUTH_YES },
		{ MATCH_EQ, list(2), list(1), TRUTH_NO },
		{ MATCH_NE, string("svm"), string("vmx"), TRUTH_YES },
		{ MATCH_LT, integer(3000), integer(2999), TRUTH_YES },
		{ MATCH_LT, integer(3000), integer(3000), TRUTH_NO },
		{ MATCH_LE, integer(3000), integer(3000), TRUTH_YES },
		{ MATCH_GT, number(1.5), integer(2), TRUTH_YES },
		{ MATCH_GE, number(2), integer(2), TRUTH_YES },
		{ MATCH_GE, number(2), number(1.999), TRUTH_NO },
		{ MATCH_IN, list(2), string("svm"), TRUTH_YES },
		{ MATCH_IN, list(2), string("none"), TRUTH_NO },
		{ MATCH_MATCHES, string("^s.m$"), string("svm"), TRUTH_YES },
		{ MATCH_MATCHES, string("^v$"), list(2), TRUTH_NO },
		{ MATCH_MATCHES, string("^v"), list(2), TRUTH_YES },
		{ MATCH_CONTAINS, string("vm"), string("svm"), TRUTH_YES },
		{ MATCH_CONTAINS, string("svm"), list(2), TRUTH_YES },
		{ MATCH_CONTAINS, string("sv"), list(2), TRUTH_NO },
		{ MATCH_EXISTS, boolean(true), string(""), TRUTH_YES },
		{ MATCH_EXISTS, boolean(false), string(""), TRUTH_NO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (holds(rows[i].op, rows[i].right, rows[i].found) != rows[i].wanted)
			fail_msg("row %zu", i);
}

static void test_judge__nothing_seen_satisfies_only_exists_false(void **state)
{
	(void)state;
	for (int op = 0; op < MATCH_COUNT; op++)
		if (op != MATCH_EXISTS)
			assert_int_equal(holds((enum matcher_op)op, string("x"), none), TRUTH_NO);
	assert_int_equal(holds(MATCH_EXISTS, boolean(true), none), TRUTH_NO);
	assert_int_equal(holds(MATCH_EXISTS, boolean(false), none), TRUTH_YES);
}

static void test_judge__pattern_over_budget_is_unknown(void **state)
{
	char subject[60002];

	(void)state;
	memset(subject, ' ', 60000);
	memcpy(subject + 60000, "x", 2);
	assert_int_equal(holds(MATCH_MATCHES, string("\\s+$"), string(subject)), TRUTH_UNKNOWN);
}

/* An experiment of up to four checks, each with one measure 'flag'. */
#define CHECKS 4

struct bench {
	struct arena arena;
	struct experiment experiment;
	struct check checks[CHECKS];
	struct check_result results[CHECKS];
	struct experiment_result result;
	struct matcher expect[CHECKS];
};

static const struct measure_spec specs[] = { { "flag", VALUE_BOOL, NULL, "a flag" }, { 0 } };
static const char *const ids[CHECKS] = { "a", "b", "c", "d" };

static struct bench make(void)
{
	return (struct bench){ 0 };
}

static void wire(struct bench *b)
{
	b->experiment.id = "x";
	b->experiment.checks.v = b->checks;
	b->experiment.checks.n = CHECKS;
	b->result.experiment = &b->experiment;
	b->result.checks = b->results;
	for (size_t i = 0; i < CHECKS; i++) {
		b->checks[i].id = ids[i];
		b->checks[i].specs = specs;
		b->checks[i].spec_count = 1;
		b->expect[i] = (struct matcher){ .op = MATCH_EQ, .right = boolean(true) };
		b->checks[i].expect.v = &b->expect[i];
		b->checks[i].expect.n = 1;
		b->results[i].check = &b->checks[i];
		measures_init(&b->results[i].measures, specs, 1, &b->arena);
	}
}

/* The verdict, and with it the truth of 'flag is true'. */
static void set(struct bench *b, size_t i, enum truth t)
{
	b->results[i].verdict = t == TRUTH_UNKNOWN ? VERDICT_BROKEN : VERDICT_PASS;
	b->results[i].measures.values[0] = boolean(t == TRUTH_YES);
}

static struct clause clause(size_t check)
{
	return (struct clause){ check,
				{ .op = MATCH_EQ, .right = { .type = VALUE_BOOL, .b = true } } };
}

static void test_judge__and_is_kleenes(void **state)
{
	static const enum truth wanted[3][3] = {
		[TRUTH_NO] = { TRUTH_NO, TRUTH_NO, TRUTH_NO },
		[TRUTH_YES] = { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN },
		[TRUTH_UNKNOWN] = { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_UNKNOWN },
	};
	struct clause both[] = { clause(0), clause(1) };
	struct alternative alternative = { both, 2 };
	struct condition c = { &alternative, 1 };
	struct bench b = make();

	(void)state;
	wire(&b);
	for (int x = 0; x < 3; x++)
		for (int y = 0; y < 3; y++) {
			set(&b, 0, (enum truth)x);
			set(&b, 1, (enum truth)y);
			assert_int_equal(condition_truth(&c, b.results), wanted[x][y]);
		}
	arena_done(&b.arena);
}

static void test_judge__or_is_kleenes(void **state)
{
	static const enum truth wanted[3][3] = {
		[TRUTH_NO] = { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN },
		[TRUTH_YES] = { TRUTH_YES, TRUTH_YES, TRUTH_YES },
		[TRUTH_UNKNOWN] = { TRUTH_UNKNOWN, TRUTH_YES, TRUTH_UNKNOWN },
	};
	struct clause left = clause(0), right = clause(1);
	struct alternative alternatives[] = { { &left, 1 }, { &right, 1 } };
	struct condition c = { alternatives, 2 };
	struct bench b = make();

	(void)state;
	wire(&b);
	for (int x = 0; x < 3; x++)
		for (int y = 0; y < 3; y++) {
			set(&b, 0, (enum truth)x);
			set(&b, 1, (enum truth)y);
			assert_int_equal(condition_truth(&c, b.results), wanted[x][y]);
		}
	arena_done(&b.arena);
}

static void test_judge__clause_on_na_does_not_hold(void **state)
{
	struct clause one = clause(0);
	struct alternative alternative = { &one, 1 };
	struct condition c = { &alternative, 1 }, empty = { 0 };
	struct bench b = make();

	(void)state;
	wire(&b);
	set(&b, 0, TRUTH_YES);
	b.results[0].verdict = VERDICT_NA;
	assert_int_equal(condition_truth(&c, b.results), TRUTH_NO);
	b.results[0].verdict = VERDICT_SKIP;
	assert_int_equal(condition_truth(&c, b.results), TRUTH_UNKNOWN);
	b.results[0].verdict = VERDICT_NONE;
	assert_int_equal(condition_truth(&c, b.results), TRUTH_UNKNOWN);
	assert_int_equal(condition_truth(&empty, b.results), TRUTH_UNKNOWN);
	arena_done(&b.arena);
}

static enum verdict verdict_of(struct bench *b, size_t i)
{
	b->results[i].verdict = VERDICT_NONE;
	check_judge(&b->results[i], b->results, &b->arena, LANG_EN);
	assert_non_null(b->results[i].reason);
	return b->results[i].verdict;
}

static void test_judge__verdict_follows_expectations(void **state)
{
	struct bench b = make();

	(void)state;
	wire(&b);
	b.results[0].measures.values[0] = boolean(true);
	assert_int_equal(verdict_of(&b, 0), VERDICT_PASS);
	b.results[0].measures.values[0] = boolean(false);
	assert_int_equal(verdict_of(&b, 0), VERDICT_FAIL);
	assert_string_equal(b.results[0].findings[0].expected, "flag is true");
	assert_string_equal(b.results[0].findings[0].found, "false");
	b.checks[0].expect.n = 0;
	assert_int_equal(verdict_of(&b, 0), VERDICT_PASS);
	b.results[0].measures.not_applicable = "not here";
	assert_int_equal(verdict_of(&b, 0), VERDICT_NA);
	assert_string_equal(b.results[0].reason, "not here");
	arena_done(&b.arena);
}

static void test_judge__skip_and_broken_stay(void **state)
{
	struct bench b = make();

	(void)state;
	wire(&b);
	b.results[0].measures.values[0] = boolean(true);
	b.results[0].verdict = VERDICT_BROKEN;
	b.results[0].reason = "cannot look";
	check_judge(&b.results[0], b.results, &b.arena, LANG_EN);
	assert_int_equal(b.results[0].verdict, VERDICT_BROKEN);
	b.results[0].verdict = VERDICT_SKIP;
	check_judge(&b.results[0], b.results, &b.arena, LANG_EN);
	assert_int_equal(b.results[0].verdict, VERDICT_SKIP);
	arena_done(&b.arena);
}

static void test_judge__applies_if_decides_between_na_and_broken(void **state)
{
	struct clause one = clause(1);
	struct alternative alternative = { &one, 1 };
	struct bench b = make();

	(void)state;
	wire(&b);
	b.checks[0].applies_if = (struct condition){ &alternative, 1 };
	b.results[0].measures.values[0] = boolean(true);
	set(&b, 1, TRUTH_YES);
	assert_int_equal(verdict_of(&b, 0), VERDICT_PASS);
	set(&b, 1, TRUTH_NO);
	assert_int_equal(verdict_of(&b, 0), VERDICT_NA);
	set(&b, 1, TRUTH_UNKNOWN);
	assert_int_equal(verdict_of(&b, 0), VERDICT_BROKEN);
	arena_done(&b.arena);
}

static enum outcome outcome_of(struct bench *b, enum truth supported, enum truth refuted)
{
	set(b, 0, supported);
	set(b, 1, refuted);
	experiment_judge(&b->result, &b->arena, LANG_EN);
	assert_non_null(b->result.outcome_why);
	return b->result.outcome;
}

static void test_judge__outcome_needs_one_condition_and_not_both(void **state)
{
	struct clause s = clause(0), r = clause(1);
	struct alternative as = { &s, 1 }, ar = { &r, 1 };
	struct bench b = make();

	(void)state;
	wire(&b);
	b.experiment.supported_if = (struct condition){ &as, 1 };
	b.experiment.refuted_if = (struct condition){ &ar, 1 };
	assert_int_equal(outcome_of(&b, TRUTH_YES, TRUTH_NO), OUTCOME_SUPPORTED);
	assert_non_null(strstr(b.result.outcome_why, "a: flag is true"));
	assert_int_equal(outcome_of(&b, TRUTH_NO, TRUTH_YES), OUTCOME_REFUTED);
	assert_int_equal(outcome_of(&b, TRUTH_NO, TRUTH_NO), OUTCOME_INCONCLUSIVE);
	assert_int_equal(outcome_of(&b, TRUTH_UNKNOWN, TRUTH_NO), OUTCOME_INCONCLUSIVE);
	assert_int_equal(outcome_of(&b, TRUTH_YES, TRUTH_YES), OUTCOME_INCONCLUSIVE);
	assert_non_null(strstr(b.result.outcome_why, "contradicts"));
	arena_done(&b.arena);
}

static void test_judge__prediction_is_right_wrong_or_unknown(void **state)
{
	struct clause one = clause(0);
	struct alternative alternative = { &one, 1 };
	struct choice choices[] = { { .id = "yes", .right_if = { &alternative, 1 } },
				    { .id = "no" } };
	struct predict predict = { .choices = { choices, 2 } };
	struct bench b = make();

	(void)state;
	wire(&b);
	b.experiment.predict = &predict;
	b.result.prediction.choice = "yes";
	outcome_of(&b, TRUTH_YES, TRUTH_NO);
	assert_int_equal(b.result.prediction.right, VERDICT_PASS);
	outcome_of(&b, TRUTH_NO, TRUTH_NO);
	assert_int_equal(b.result.prediction.right, VERDICT_FAIL);
	outcome_of(&b, TRUTH_UNKNOWN, TRUTH_NO);
	assert_int_equal(b.result.prediction.right, VERDICT_NONE);
	b.result.prediction.choice = NULL;
	outcome_of(&b, TRUTH_YES, TRUTH_NO);
	assert_int_equal(b.result.prediction.right, VERDICT_NONE);
	arena_done(&b.arena);
}

static void test_judge__diagnoses_are_those_that_hold(void **state)
{
	struct clause one = clause(0), two = clause(1);
	struct alternative a = { &one, 1 }, c = { &two, 1 };
	struct diagnosis diagnoses[] = { { .id = "p", .when = { &a, 1 } },
					 { .id = "q", .when = { &c, 1 } } };
	struct bench b = make();

	(void)state;
	wire(&b);
	b.experiment.diagnoses.v = diagnoses;
	b.experiment.diagnoses.n = 2;
	outcome_of(&b, TRUTH_NO, TRUTH_YES);
	assert_int_equal(b.result.diagnosis_count, 1);
	assert_string_equal(b.result.diagnoses[0]->id, "q");
	outcome_of(&b, TRUTH_UNKNOWN, TRUTH_NO);
	assert_int_equal(b.result.diagnosis_count, 0);
	arena_done(&b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge__matchers_compare_by_type),
		cmocka_unit_test(test_judge__nothing_seen_satisfies_only_exists_false),
		cmocka_unit_test(test_judge__pattern_over_budget_is_unknown),
		cmocka_unit_test(test_judge__and_is_kleenes),
		cmocka_unit_test(test_judge__or_is_kleenes),
		cmocka_unit_test(test_judge__clause_on_na_does_not_hold),
		cmocka_unit_test(test_judge__verdict_follows_expectations),
		cmocka_unit_test(test_judge__skip_and_broken_stay),
		cmocka_unit_test(test_judge__applies_if_decides_between_na_and_broken),
		cmocka_unit_test(test_judge__outcome_needs_one_condition_and_not_both),
		cmocka_unit_test(test_judge__prediction_is_right_wrong_or_unknown),
		cmocka_unit_test(test_judge__diagnoses_are_those_that_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
