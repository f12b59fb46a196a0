/* SPDX-License-Identifier: Apache-2.0 */
/* test_judge: Kleene's logic, verdicts, outcomes, predictions, diagnoses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_fixture.h"

/* ---- Kleene: checks 0, 1, 2 are YES, NO, UNKNOWN for 'n is 1' */
static const enum truth truths[] = { TRUTH_YES, TRUTH_NO, TRUTH_UNKNOWN };

static void three_truths(struct fixture *f)
{
	fixture_init(f);
	fixture_check(f, 1, VERDICT_PASS, 1);
	fixture_check(f, 1, VERDICT_FAIL, 0);
	fixture_check(f, 1, VERDICT_BROKEN, 1);
}

/* As Kleene has it: NO 0, UNKNOWN 1, YES 2; AND is the least, OR the greatest. */
static int rank(enum truth t)
{
	return t == TRUTH_YES ? 2 : t == TRUTH_UNKNOWN;
}

/* The condition that code spells in base 4: two alternatives of two clauses; 3 is no clause. */
static int spell(struct fixture *f, unsigned code, struct condition *ret)
{
	struct alternative *v = arena_array(&f->arena, struct alternative, 2);
	int best = 0;

	*ret = (struct condition){ v, 0 };
	for (int i = 0; i < 2; i++) {
		struct alternative *a = &v[ret->n];
		int least = 2;

		a->v = arena_array(&f->arena, struct clause, 2);
		for (int j = 0; j < 2; j++, code /= 4) {
			if (code % 4 == 3)
				continue;
			a->v[a->n++] = fixture_when(f, code % 4, MATCH_EQ, 1).v[0].v[0];
			least = rank(truths[code % 4]) < least ? rank(truths[code % 4]) : least;
		}
		if (!a->n)
			continue;
		ret->n++;
		best = least > best ? least : best;
	}
	return best;
}

static void test_condition__is_kleenes_in_every_case(void **state)
{
	struct fixture f;

	(void)state;
	three_truths(&f);
	for (unsigned code = 0; code < 256; code++) {
		struct condition c;
		int want = spell(&f, code, &c);

		if (!c.n)
			want = rank(TRUTH_UNKNOWN);
		if (rank(condition_truth(&c, f.result.checks)) != want)
			fail_msg("condition %u is %d, not %d", code,
				 rank(condition_truth(&c, f.result.checks)), want);
	}
	fixture_done(&f);
}

static void test_condition__what_each_verdict_makes_of_a_clause(void **state)
{
	static const struct {
		enum verdict verdict;
		enum truth holding, failing;
	} rows[] = {
		{ VERDICT_PASS, TRUTH_YES, TRUTH_NO },
		{ VERDICT_FAIL, TRUTH_YES, TRUTH_NO },
		{ VERDICT_NA, TRUTH_NO, TRUTH_NO },
		{ VERDICT_SKIP, TRUTH_UNKNOWN, TRUTH_UNKNOWN },
		{ VERDICT_BROKEN, TRUTH_UNKNOWN, TRUTH_UNKNOWN },
		{ VERDICT_NONE, TRUTH_UNKNOWN, TRUTH_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct condition yes, no;
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 1, rows[i].verdict, 1);
		yes = fixture_when(&f, 0, MATCH_EQ, 1);
		no = fixture_when(&f, 0, MATCH_EQ, 2);
		assert_int_equal(condition_truth(&yes, f.result.checks), rows[i].holding);
		assert_int_equal(condition_truth(&no, f.result.checks), rows[i].failing);
		fixture_done(&f);
	}
}

/* ---- verdicts */
static enum verdict judge_again(struct fixture *f, struct check_result *r)
{
	check_judge(r, f->result.checks, &f->arena, LANG_EN);
	assert_non_null(r->reason);
	return r->verdict;
}

static void test_check__verdicts(void **state)
{
	struct matcher expect[2];
	struct check_result *r;
	struct fixture f;
	struct check *c;

	(void)state;
	fixture_init(&f);
	r = fixture_check(&f, 1, VERDICT_NONE, 7);
	c = &f.experiment.checks.v[0];
	assert_int_equal(judge_again(&f, r), VERDICT_PASS);
	assert_string_equal(r->reason, "nothing was expected of it");
	expect[0] = fixture_when(&f, 0, MATCH_GE, 7).v[0].v[0].matcher;
	expect[1] = fixture_when(&f, 0, MATCH_GT, 7).v[0].v[0].matcher;
	c->expect = (struct matchers){ expect, 1 };
	r->verdict = VERDICT_NONE;
	assert_int_equal(judge_again(&f, r), VERDICT_PASS);
	assert_string_equal(r->reason, "1 of 1 expectations held");
	c->expect.n = 2;
	assert_int_equal(judge_again(&f, r), VERDICT_FAIL);
	assert_string_equal(r->reason, "1 of 2 expectations held");
	assert_int_equal(r->finding_count, 2);
	assert_true(r->findings[0].holds);
	assert_false(r->findings[1].holds);
	assert_string_equal(r->findings[1].expected, "n is above 7 ms");
	assert_string_equal(r->findings[1].found, "7");
	r->measures.not_applicable = "no such processor";
	assert_int_equal(judge_again(&f, r), VERDICT_NA);
	assert_string_equal(r->reason, "no such processor");
	fixture_done(&f);
}

static void test_check__skip_and_broken_are_left_alone(void **state)
{
	static const enum verdict kept[] = { VERDICT_SKIP, VERDICT_BROKEN };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct check_result *r;
		struct fixture f;

		fixture_init(&f);
		r = fixture_check(&f, 1, kept[i], 7);
		r->reason = "as it was";
		r->measures.not_applicable = "no";
		assert_int_equal(judge_again(&f, r), kept[i]);
		assert_string_equal(r->reason, "as it was");
		fixture_done(&f);
	}
}

/* A pattern that takes too many steps is the lab's fault, and what was found so far stays whole. */
static void test_check__pattern_over_budget_is_broken(void **state)
{
	struct matcher expect[2];
	struct check_result *r;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	r = fixture_check(&f, 1, VERDICT_NONE, 7);
	measures_set_string(&r->measures, "s", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	expect[0] = fixture_when(&f, 0, MATCH_EQ, 7).v[0].v[0].matcher;
	expect[1] = (struct matcher){ .measure = HAS_S,
				      .op = MATCH_MATCHES,
				      .right = { .type = VALUE_STRING, .s = "(a+)+$" } };
	f.experiment.checks.v[0].expect = (struct matchers){ expect, 2 };
	assert_int_equal(judge_again(&f, r), VERDICT_BROKEN);
	for (size_t i = 0; i < r->finding_count; i++)
		assert_non_null(r->findings[i].expected);
	fixture_done(&f);
}

static void test_check__applies_if(void **state)
{
	static const struct {
		enum verdict on;
		int64_t n;
		enum verdict verdict;
	} rows[] = {
		{ VERDICT_PASS, 1, VERDICT_PASS },   { VERDICT_FAIL, 1, VERDICT_PASS },
		{ VERDICT_PASS, 0, VERDICT_NA },     { VERDICT_NA, 1, VERDICT_NA },
		{ VERDICT_SKIP, 1, VERDICT_SKIP },   { VERDICT_BROKEN, 1, VERDICT_BROKEN },
		{ VERDICT_NONE, 1, VERDICT_BROKEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct check_result *r;
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 1, rows[i].on, rows[i].n);
		r = fixture_check(&f, 1, VERDICT_NONE, 7);
		f.experiment.checks.v[1].applies_if = fixture_when(&f, 0, MATCH_EQ, 1);
		f.experiment.checks.v[1].na.in[LANG_EN] = "not on this one";
		assert_int_equal(judge_again(&f, r), rows[i].verdict);
		if (r->verdict == VERDICT_NA)
			assert_string_equal(r->reason, "not on this one");
		fixture_done(&f);
	}
}

/* ---- outcomes: n is 1: supported, 2: refuted, 3: both, 4: neither */
static struct condition either(struct fixture *f, int64_t a, int64_t b)
{
	struct condition ret = { arena_array(&f->arena, struct alternative, 2), 2 };

	ret.v[0] = fixture_when(f, 0, MATCH_EQ, a).v[0];
	ret.v[1] = fixture_when(f, 0, MATCH_EQ, b).v[0];
	return ret;
}

static void test_outcome__says_which_clauses_decided(void **state)
{
	static const struct {
		enum verdict verdict;
		int64_t n;
		enum outcome outcome;
		const char *why;
	} rows[] = {
		{ VERDICT_PASS, 1, OUTCOME_SUPPORTED, "c0: n is 1 ms (found 1)" },
		{ VERDICT_FAIL, 1, OUTCOME_SUPPORTED, "c0: n is 1 ms (found 1)" },
		{ VERDICT_PASS, 2, OUTCOME_REFUTED, "c0: n is 2 ms (found 2)" },
		{ VERDICT_PASS, 3, OUTCOME_INCONCLUSIVE,
		  "both conditions are met: the lab contradicts itself" },
		{ VERDICT_PASS, 4, OUTCOME_INCONCLUSIVE,
		  "neither condition was met: 'c0.n' is 4 ms" },
		{ VERDICT_BROKEN, 1, OUTCOME_INCONCLUSIVE, "could not be decided: 'c0' is BROKEN" },
		{ VERDICT_SKIP, 1, OUTCOME_INCONCLUSIVE, "could not be decided: 'c0' is SKIP" },
		{ VERDICT_NA, 1, OUTCOME_INCONCLUSIVE, "neither condition was met: 'c0' is NA" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 1, rows[i].verdict, rows[i].n);
		f.experiment.supported_if = either(&f, 1, 3);
		f.experiment.refuted_if = either(&f, 2, 3);
		experiment_judge(&f.result, &f.arena, LANG_EN);
		assert_int_equal(f.result.outcome, rows[i].outcome);
		assert_string_equal(f.result.outcome_why, rows[i].why);
		fixture_done(&f);
	}
}

static void test_outcome__without_conditions_is_inconclusive(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	experiment_judge(&f.result, &f.arena, LANG_EN);
	assert_int_equal(f.result.outcome, OUTCOME_INCONCLUSIVE);
	assert_non_null(f.result.outcome_why);
	fixture_done(&f);
}

static void test_prediction__right_wrong_or_unknown(void **state)
{
	static const struct {
		enum verdict on;
		const char *choice;
		enum verdict right;
	} rows[] = {
		{ VERDICT_PASS, "p0", VERDICT_PASS },	{ VERDICT_PASS, "p1", VERDICT_FAIL },
		{ VERDICT_PASS, "p2", VERDICT_FAIL },	{ VERDICT_PASS, NULL, VERDICT_NONE },
		{ VERDICT_BROKEN, "p0", VERDICT_NONE }, { VERDICT_BROKEN, "p2", VERDICT_FAIL },
		{ VERDICT_NA, "p0", VERDICT_FAIL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 1, rows[i].on, 1);
		fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 1));
		fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 2));
		fixture_choice(&f, (struct condition){ 0 });
		f.result.prediction.choice = rows[i].choice;
		experiment_judge(&f.result, &f.arena, LANG_EN);
		assert_int_equal(f.result.prediction.right, rows[i].right);
		fixture_done(&f);
	}
}

static void test_prediction__nobody_can_tell_from_what_was_not_seen(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_check(&f, 1, VERDICT_FAIL, 1);
	fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 1));
	fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 2));
	f.result.prediction.choice = "p1";
	experiment_judge(&f.result, &f.arena, LANG_EN);
	assert_int_equal(f.result.prediction.right, VERDICT_FAIL);
	f.result.checks[0].measures.values[HAS_N].type = VALUE_UNKNOWN;
	experiment_judge(&f.result, &f.arena, LANG_EN);
	assert_int_equal(f.result.prediction.right, VERDICT_NONE);
	fixture_done(&f);
}

static void test_diagnosis__only_what_surely_holds(void **state)
{
	struct diagnosis known[4];
	struct fixture f;

	(void)state;
	three_truths(&f);
	memset(known, 0, sizeof(known));
	known[0].when = fixture_when(&f, 0, MATCH_EQ, 1);
	known[1].when = fixture_when(&f, 1, MATCH_EQ, 1);
	known[2].when = fixture_when(&f, 2, MATCH_EQ, 1);
	known[3].when = fixture_when(&f, 1, MATCH_EQ, 0);
	f.experiment.diagnoses.v = known;
	f.experiment.diagnoses.n = 4;
	experiment_judge(&f.result, &f.arena, LANG_EN);
	assert_int_equal(f.result.diagnosis_count, 2);
	assert_ptr_equal(f.result.diagnoses[0], &known[0]);
	assert_ptr_equal(f.result.diagnoses[1], &known[3]);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_condition__is_kleenes_in_every_case),
		cmocka_unit_test(test_condition__what_each_verdict_makes_of_a_clause),
		cmocka_unit_test(test_check__verdicts),
		cmocka_unit_test(test_check__skip_and_broken_are_left_alone),
		cmocka_unit_test(test_check__pattern_over_budget_is_broken),
		cmocka_unit_test(test_check__applies_if),
		cmocka_unit_test(test_outcome__says_which_clauses_decided),
		cmocka_unit_test(test_outcome__without_conditions_is_inconclusive),
		cmocka_unit_test(test_prediction__right_wrong_or_unknown),
		cmocka_unit_test(test_prediction__nobody_can_tell_from_what_was_not_seen),
		cmocka_unit_test(test_diagnosis__only_what_surely_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
