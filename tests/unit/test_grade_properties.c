/* SPDX-License-Identifier: Apache-2.0 */
/* test_grade_properties: what must be so of every grade, over many labs made at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runner/run/grading.h"
#include "tests/unit/judge_fixture.h"

#define ROUNDS 3000

static unsigned seed;

static int64_t pick(int64_t below)
{
	return rand_r(&seed) % below;
}

static enum verdict pick_verdict(void)
{
	static const enum verdict all[] = { VERDICT_PASS, VERDICT_FAIL, VERDICT_NA,
					    VERDICT_BROKEN };

	return all[pick(4)];
}

static void fill_checks(struct fixture *f)
{
	for (int64_t i = 0, n = 1 + pick(8); i < n; i++) {
		enum verdict verdict = pick_verdict();

		if (i && pick(3) == 0) {
			size_t need = (size_t)pick(i);

			if (f->result.checks[need].verdict != VERDICT_PASS)
				verdict = VERDICT_SKIP;
			fixture_check(f, pick(6), verdict, pick(3));
			fixture_needs(f, (size_t)i, need);
		} else {
			fixture_check(f, pick(6), verdict, pick(3));
		}
	}
}

static void fill_questions(struct fixture *f)
{
	for (int64_t i = 0, n = pick(8); i < n; i++) {
		struct question *q = fixture_question(f, (enum question_part)pick(2),
						      (enum question_kind)(1 + pick(2)), pick(6));

		if (q->kind == QUESTION_TEXT) {
			fixture_rubric(f, q, 1 + pick(3), "a");
			fixture_rubric(f, q, 1 + pick(3), "b");
		}
		if (pick(3) == 0)
			q->applies_if =
				fixture_when(f, (size_t)pick((int64_t)f->experiment.checks.n),
					     MATCH_EQ, pick(3));
		fixture_answer(f, (size_t)i, pick(2) ? "204 a b" : "a");
	}
}

static void make(struct fixture *f)
{
	fixture_init(f);
	f->weights = (struct weights){ 5 + pick(30), 5, pick(101), pick(40), pick(40) };
	f->lab.threshold = pick(101);
	fill_checks(f);
	for (int64_t i = 0, n = pick(4); i < n; i++)
		fixture_choice(f,
			       pick(3) ? fixture_when(f, 0, MATCH_EQ, i) : (struct condition){ 0 });
	f->predict.reason = pick(2);
	f->result.prediction.choice = pick(4) ? "p0" : NULL;
	f->result.prediction.reason = pick(2) ? "because" : NULL;
	fill_questions(f);
}

/* Something of the part has points. */
static bool has_points(const struct fixture *f, enum grade_part part)
{
	for (size_t i = 0; part == GRADE_EXECUTE && i < f->experiment.checks.n; i++)
		if (f->experiment.checks.v[i].points)
			return true;
	for (size_t i = 0; part > GRADE_EXECUTE && i < f->experiment.questions.n; i++)
		if (f->experiment.questions.v[i].part == (int)part - GRADE_OBSERVE &&
		    f->experiment.questions.v[i].points)
			return true;
	return false;
}

static void check_part_sums(const struct fixture *f)
{
	const int64_t wanted[] = { 0, f->weights.execute, f->weights.observe, f->weights.explain };

	for (enum grade_part part = GRADE_EXECUTE; part < GRADE_PART_COUNT; part++) {
		int64_t sum = 0;

		for (size_t i = 0; i < f->result.grade.n; i++)
			if (f->result.grade.lines[i].part == part)
				sum += f->result.grade.lines[i].possible;
		assert_int_equal(sum, has_points(f, part) ? wanted[part] * 100 : 0);
	}
}

static void check_lines(const struct grade *g)
{
	int64_t earned = 0, possible = 0;
	bool ungraded = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct grade_line *line = &g->lines[i];

		assert_non_null(line->why);
		assert_true(line->earned >= 0 && line->earned <= line->possible);
		ungraded |= line->ungraded;
		if (line->ungraded)
			assert_true(line->in_total);
		if (!line->in_total)
			assert_int_equal(line->earned, 0);
		if (!line->in_total || line->ungraded)
			continue;
		earned += line->earned;
		possible += line->possible;
	}
	assert_int_equal(g->earned, earned);
	assert_int_equal(g->possible, possible);
	assert_int_equal(g->ungraded, ungraded);
}

static void test_property__lines_sum_to_the_total(void **state)
{
	(void)state;
	seed = 1;
	for (int i = 0; i < ROUNDS; i++) {
		struct fixture f;

		make(&f);
		fixture_grade(&f);
		check_part_sums(&f);
		check_lines(&f.result.grade);
		assert_int_equal(f.report.grade.earned, f.result.grade.earned);
		assert_int_equal(f.report.grade.possible, f.result.grade.possible);
		fixture_done(&f);
	}
}

static void test_property__shares_are_within_a_hundredth(void **state)
{
	int64_t points[40], shares[40];

	(void)state;
	seed = 2;
	for (int round = 0; round < 20000; round++) {
		int64_t total = pick(20001), sum = 0, given = 0;
		size_t n = (size_t)pick(41);

		for (size_t i = 0; i < n; i++)
			sum += points[i] = pick(round % 2 ? 5 : 1001);
		grading_split(total, points, n, shares);
		for (size_t i = 0; i < n; i++) {
			int64_t off = shares[i] * sum - total * points[i];

			given += shares[i];
			assert_true(off > -sum || !sum);
			assert_true(off < sum || !sum);
			if (!points[i])
				assert_int_equal(shares[i], 0);
		}
		assert_int_equal(given, sum ? total : 0);
	}
}

/* a/b >= c/d, both with something possible. */
static bool is_no_worse(const struct grade *a, const struct grade *b)
{
	if (!a->possible || !b->possible)
		return a->earned >= b->earned || !a->possible;
	return a->earned * b->possible >= b->earned * a->possible;
}

static void test_property__passing_what_failed_never_lowers_the_grade(void **state)
{
	int turned = 0;

	(void)state;
	seed = 3;
	for (int i = 0; i < ROUNDS; i++) {
		struct fixture f;
		struct grade before;
		size_t c;

		make(&f);
		before = *fixture_grade(&f);
		c = (size_t)pick((int64_t)f.experiment.checks.n);
		if (f.result.checks[c].verdict == VERDICT_FAIL) {
			f.result.checks[c].verdict = VERDICT_PASS;
			assert_true(is_no_worse(fixture_grade(&f), &before));
			assert_true(f.result.grade.earned >= before.earned);
			turned++;
		}
		fixture_done(&f);
	}
	assert_true(turned > ROUNDS / 10);
}

/* Doing better at anything and grading again never loses points. */
static void test_property__retrying_never_loses(void **state)
{
	(void)state;
	seed = 4;
	for (int i = 0; i < ROUNDS; i++) {
		struct fixture f;
		struct grade before;

		make(&f);
		before = *fixture_grade(&f);
		if (f.experiment.questions.n)
			fixture_answer(&f, (size_t)pick((int64_t)f.experiment.questions.n),
				       "204 a b");
		f.result.prediction.reason = "because";
		fixture_grade(&f);
		assert_true(f.result.grade.earned >= before.earned);
		assert_int_equal(f.result.grade.possible, before.possible);
		before = *fixture_grade(&f);
		assert_int_equal(f.result.grade.earned, before.earned);
		fixture_done(&f);
	}
}

static void test_property__what_does_not_apply_leaves_the_total(void **state)
{
	int turned = 0;

	(void)state;
	seed = 5;
	for (int i = 0; i < ROUNDS; i++) {
		struct fixture f;
		int64_t before, share;
		size_t c;

		make(&f);
		f.experiment.questions.n = 0;
		f.experiment.predict = NULL;
		c = f.experiment.checks.n - 1; /* nothing needs the last */
		before = fixture_grade(&f)->possible;
		if (f.result.checks[c].verdict == VERDICT_FAIL && f.experiment.checks.v[c].points) {
			share = fixture_line(&f, f.experiment.checks.v[c].id)->possible;
			f.result.checks[c].verdict = VERDICT_NA;
			assert_int_equal(fixture_grade(&f)->possible, before - share);
			turned++;
		}
		fixture_done(&f);
	}
	assert_true(turned > ROUNDS / 20);
}

/* BROKEN: provisional, exit 3, neither a zero nor a pass, whatever else is right or wrong. */
static void test_property__broken_is_neither_zero_nor_pass(void **state)
{
	int turned = 0;

	(void)state;
	seed = 6;
	for (int i = 0; i < ROUNDS; i++) {
		const struct grade_line *line;
		struct fixture f;
		size_t c;

		make(&f);
		c = (size_t)pick((int64_t)f.experiment.checks.n);
		if (f.experiment.checks.v[c].points) {
			f.result.checks[c].verdict = VERDICT_BROKEN;
			fixture_grade(&f);
			line = fixture_line(&f, f.experiment.checks.v[c].id);
			assert_true(line->ungraded && line->earned == 0);
			assert_true(f.result.grade.ungraded && f.report.grade.ungraded);
			assert_int_equal(f.report.exit_code, 3);
			turned++;
		}
		fixture_done(&f);
	}
	assert_true(turned > ROUNDS / 2);
}

static void test_property__wrong_prediction_costs_at_most_its_five(void **state)
{
	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		struct question *q;
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 3, VERDICT_PASS, 1);
		fixture_check(&f, 4, VERDICT_PASS, 1);
		fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 1));
		fixture_choice(&f, fixture_when(&f, 0, MATCH_EQ, 2));
		f.predict.reason = true;
		f.result.prediction.choice = wrong ? "p1" : "p0";
		f.result.prediction.reason = "because";
		fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 1);
		q = fixture_question(&f, PART_EXPLAIN, QUESTION_TEXT, 1);
		fixture_rubric(&f, q, 2, "memory");
		fixture_answer(&f, 0, "204");
		fixture_answer(&f, 1, "memory");
		fixture_grade(&f);
		assert_int_equal(f.result.grade.possible, 10000);
		assert_int_equal(f.result.grade.earned, wrong ? 9500 : 10000);
		assert_int_equal(f.report.exit_code, 0);
		fixture_done(&f);
	}
}

static void test_report__exit_codes(void **state)
{
	static const struct {
		enum verdict c0, c1;
		int64_t threshold;
		int code;
	} rows[] = {
		{ VERDICT_PASS, VERDICT_PASS, 60, 0 },	 { VERDICT_PASS, VERDICT_PASS, 100, 0 },
		{ VERDICT_PASS, VERDICT_FAIL, 60, 1 },	 { VERDICT_PASS, VERDICT_FAIL, 0, 1 },
		{ VERDICT_PASS, VERDICT_SKIP, 50, 0 },	 { VERDICT_PASS, VERDICT_SKIP, 51, 1 },
		{ VERDICT_PASS, VERDICT_NA, 100, 0 },	 { VERDICT_PASS, VERDICT_BROKEN, 0, 3 },
		{ VERDICT_FAIL, VERDICT_BROKEN, 60, 3 }, { VERDICT_NA, VERDICT_NA, 0, 3 },
		{ VERDICT_PASS, VERDICT_NONE, 0, 3 },	 { VERDICT_SKIP, VERDICT_SKIP, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		fixture_init(&f);
		f.lab.threshold = rows[i].threshold;
		fixture_check(&f, 1, rows[i].c0, 1);
		fixture_check(&f, 1, rows[i].c1, 1);
		fixture_grade(&f);
		if (f.report.exit_code != rows[i].code)
			fail_msg("row %zu: exit %d, not %d", i, f.report.exit_code, rows[i].code);
		fixture_done(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_property__lines_sum_to_the_total),
		cmocka_unit_test(test_property__shares_are_within_a_hundredth),
		cmocka_unit_test(test_property__passing_what_failed_never_lowers_the_grade),
		cmocka_unit_test(test_property__retrying_never_loses),
		cmocka_unit_test(test_property__what_does_not_apply_leaves_the_total),
		cmocka_unit_test(test_property__broken_is_neither_zero_nor_pass),
		cmocka_unit_test(test_property__wrong_prediction_costs_at_most_its_five),
		cmocka_unit_test(test_report__exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
