/* SPDX-License-Identifier: Apache-2.0 */
/* test_grade_question: what answers earn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

/* ---- questions: 204 is right, 15.00 to earn */
static const struct {
	const char *text;
	double tolerance;
	bool share, right;
} numbers[] = {
	{ "204", 0, false, true },	   { " 204 ", 0, false, true },
	{ "204 ms", 0, false, true },	   { "204ms", 0, false, true },
	{ "204.0", 0, false, true },	   { "204,0", 0, false, true },
	{ "204,5", 0.5, false, true },	   { "204,6", 0.5, false, false },
	{ "~204", 0, false, true },	   { "+204", 0, false, true },
	{ "2.04e2", 0, false, true },	   { "203", 0, false, false },
	{ "-204", 0, false, false },	   { "0", 0, false, false },
	{ "many", 1000, false, false },	   { "nan", 1000, false, false },
	{ "inf", 1000, false, false },	   { "163.2", 0.2, true, true },
	{ "163.1", 0.2, true, false },	   { "244,8", 0.2, true, true },
	{ "244.9", 0.2, true, false },	   { "1.204,0", 1000, false, true },
	{ "1.205,5", 1000, false, false }, { "1,204.0", 1000, false, true },
};

static void test_grade__numbers_as_people_write_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		struct question *q;
		struct fixture f;

		fixture_init(&f);
		q = fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 1);
		q->tolerance = numbers[i].tolerance;
		q->tolerance_is_share = numbers[i].share;
		fixture_answer(&f, 0, numbers[i].text);
		fixture_grade(&f);
		expect_line(&f, "q0", COUNTS, numbers[i].right ? 1500 : 0);
		fixture_done(&f);
	}
}

/* At a prompt, what has no reading is asked again; where there are two, the one that is right
 * counts. */
static void test_grade__readings_of_a_number(void **state)
{
	static const struct {
		const char *text;
		int n;
		double v[2];
	} rows[] = {
		{ "1200", 1, { 1200 } },
		{ "1.200,5", 1, { 1200.5 } },
		{ "1,200.5 ms", 1, { 1200.5 } },
		{ "1.200.000", 1, { 1200000 } },
		{ "1,200,000.25", 1, { 1200000.25 } },
		{ "-1.200,5", 1, { -1200.5 } },
		{ "1.200", 2, { 1.2, 1200 } },
		{ "1,200", 2, { 1.2, 1200 } },
		{ "204.512", 2, { 204.512, 204512 } },
		{ "0.512", 1, { 0.512 } },
		{ "1204.512", 1, { 1204.512 } },
		{ "12.50", 1, { 12.5 } },
		{ ".5", 1, { 0.5 } },
		{ "204.", 1, { 204 } },
		{ "1e3", 1, { 1000 } },
		{ "1.5E-3 s", 1, { 0.0015 } },
		{ "5 e", 1, { 5 } },
		{ "", 0, { 0 } },
		{ "-", 0, { 0 } },
		{ ".", 0, { 0 } },
		{ "many", 0, { 0 } },
		{ "about 5", 0, { 0 } },
		{ "nan", 0, { 0 } },
		{ "0x10", 0, { 0 } },
		{ "1.2.3", 0, { 0 } },
		{ "1.20,5.1", 0, { 0 } },
		{ "1,200,5", 0, { 0 } },
		{ "12,34.5", 0, { 0 } },
		{ "1 200", 0, { 0 } },
		{ "3 or 4", 0, { 0 } },
		{ "1e999", 0, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double v[2] = { 0 };
		int n = number_read(rows[i].text, v);

		if (n != rows[i].n || (n && v[0] != rows[i].v[0]) ||
		    (n > 1 && v[1] != rows[i].v[1]))
			fail_msg("'%s': %d readings, %g %g", rows[i].text, n, v[0], v[1]);
	}
}

static void test_grade__choices(void **state)
{
	static const struct {
		const char *text;
		int64_t earned;
	} rows[] = {
		{ "svm", 1500 }, { " SVM\n", 1500 }, { "vmx", 0 }, { "sv", 0 },
		{ "svmx", 0 },	 { "", 0 },	     { " ", 0 },   { NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct question *q;
		struct fixture f;

		fixture_init(&f);
		q = fixture_question(&f, PART_OBSERVE, QUESTION_CHOICE, 1);
		q->answer = (struct value){ .type = VALUE_STRING, .s = "svm" };
		fixture_answer(&f, 0, rows[i].text);
		fixture_grade(&f);
		expect_line(&f, "q0", COUNTS, rows[i].earned);
		fixture_done(&f);
	}
}

/* What is measured is 204; the answer's check has this verdict and may not have seen it. */
static void test_grade__measured_answers(void **state)
{
	static const struct {
		enum verdict verdict;
		bool seen;
		enum fate fate;
		int64_t earned;
	} rows[] = {
		{ VERDICT_PASS, true, COUNTS, 1500 },  { VERDICT_FAIL, true, COUNTS, 1500 },
		{ VERDICT_PASS, false, UNGRADED, 0 },  { VERDICT_FAIL, false, UNGRADED, 0 },
		{ VERDICT_BROKEN, true, UNGRADED, 0 }, { VERDICT_NONE, true, UNGRADED, 0 },
		{ VERDICT_NA, true, LEFT_OUT, 0 },     { VERDICT_SKIP, true, COUNTS, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct check_result *r;
		struct question *q;
		struct fixture f;

		fixture_init(&f);
		r = fixture_check(&f, 0, rows[i].verdict, 204);
		if (!rows[i].seen)
			r->measures.values[HAS_N].type = VALUE_UNKNOWN;
		q = fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 1);
		q->answer_is_measure = true;
		q->answer_measure = HAS_N;
		fixture_answer(&f, 0, "204");
		fixture_grade(&f);
		expect_line(&f, "q0", rows[i].fate, rows[i].earned);
		fixture_done(&f);
	}
}

static void test_grade__questions_that_may_not_apply(void **state)
{
	static const struct {
		enum verdict on;
		int64_t n, earned;
		enum fate fate;
	} rows[] = {
		{ VERDICT_PASS, 1, 1500, COUNTS }, { VERDICT_PASS, 0, 0, LEFT_OUT },
		{ VERDICT_NA, 1, 0, LEFT_OUT },	   { VERDICT_BROKEN, 1, 0, UNGRADED },
		{ VERDICT_SKIP, 1, 0, COUNTS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f;

		fixture_init(&f);
		fixture_check(&f, 0, rows[i].on, rows[i].n);
		fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 1)->applies_if =
			fixture_when(&f, 0, MATCH_EQ, 1);
		fixture_answer(&f, 0, "204");
		fixture_grade(&f);
		expect_line(&f, "q0", rows[i].fate, rows[i].earned);
		fixture_done(&f);
	}
}

/* Rows of 2, 3 and 1 points: 20.00 to earn. */
static void test_grade__text_by_rubric_until_a_teacher_confirms(void **state)
{
	static const struct {
		const char *text;
		int64_t earned;
		bool provisional;
	} rows[] = {
		{ "RAM and the cpu, by KVM", 2000, true },
		{ "memory", 666, true },
		{ "the CPU", 1000, true },
		{ "memory cpu", 1666, true },
		{ "no idea", 0, true },
		{ "  ", 0, false },
		{ NULL, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct question *q;
		struct fixture f;

		fixture_init(&f);
		q = fixture_question(&f, PART_EXPLAIN, QUESTION_TEXT, 1);
		fixture_rubric(&f, q, 2, "memor[iy]|\\bram\\b");
		fixture_rubric(&f, q, 3, "\\bcpu\\b");
		fixture_rubric(&f, q, 1, "kvm");
		fixture_answer(&f, 0, rows[i].text);
		fixture_grade(&f);
		expect_line(&f, "q0", COUNTS, rows[i].earned);
		assert_int_equal(fixture_line(&f, "q0")->provisional, rows[i].provisional);
		assert_int_equal(f.result.grade.provisional, rows[i].provisional);
		assert_int_equal(f.report.grade.provisional, rows[i].provisional);
		fixture_done(&f);
	}
}

/* Two rows of 2 and 1: 20.00 to earn. What the first one's 'none' meets takes its points, and the
 * sum says so. */
static void test_grade__words_that_say_the_opposite_earn_nothing(void **state)
{
	static const struct {
		const char *text, *why;
		int64_t earned;
	} rows[] = {
		{ "It depends on RAM.", "rubric: 2 of 3 points; a teacher confirms", 1333 },
		{ "It DOES NOT depend on RAM.",
		  "rubric: 0 of 3 points; item 1, worth 2, is denied by the words 'NOT depend on "
		  "RAM'; a teacher confirms",
		  0 },
		{ "the disk, not the RAM",
		  "rubric: 1 of 3 points; item 1, worth 2, is denied by the words 'not the RAM'; a "
		  "teacher confirms",
		  666 },
		{ "Not that I know.", "rubric: 0 of 3 points; a teacher confirms", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *why;
		struct question *q;
		struct fixture f;

		fixture_init(&f);
		q = fixture_question(&f, PART_EXPLAIN, QUESTION_TEXT, 1);
		fixture_denial(&f, fixture_rubric(&f, q, 2, "\\bram\\b"), "not\\b.{0,20}ram");
		fixture_rubric(&f, q, 1, "disk");
		fixture_answer(&f, 0, rows[i].text);
		fixture_grade(&f);
		expect_line(&f, "q0", COUNTS, rows[i].earned);
		why = fixture_line(&f, "q0")->why;
		if (strncmp(why, rows[i].why, strlen(rows[i].why)))
			fail_msg("'%s', not '%s'", why, rows[i].why);
		fixture_done(&f);
	}
}

/* A denial that could not be looked for to its end denies nothing and earns nothing. */
static void test_grade__denial_over_budget_is_ungraded(void **state)
{
	struct question *q;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	q = fixture_question(&f, PART_EXPLAIN, QUESTION_TEXT, 1);
	fixture_denial(&f, fixture_rubric(&f, q, 1, "a"), "(a+)+$");
	fixture_answer(&f, 0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	fixture_grade(&f);
	expect_line(&f, "q0", UNGRADED, 0);
	fixture_done(&f);
}

static void test_grade__text_without_rubric_or_over_budget_is_ungraded(void **state)
{
	struct question *q;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	q = fixture_question(&f, PART_EXPLAIN, QUESTION_TEXT, 1);
	fixture_answer(&f, 0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	fixture_grade(&f);
	expect_line(&f, "q0", UNGRADED, 0);
	fixture_rubric(&f, q, 1, "(a+)+$");
	fixture_grade(&f);
	assert_int_equal(fate_of(fixture_line(&f, "q0")), UNGRADED);
	assert_int_equal(f.report.exit_code, 3);
	fixture_done(&f);
}

/* 15.00 to earn for 3 points; hints cost 1, 1 and 5. */
static void test_grade__hints_cost_on_their_own_item_only(void **state)
{
	static const int64_t earned[] = { 750, 500, 250, 0, 0 };
	static struct hint hints[] = { { .cost = 1 }, { .cost = 1 }, { .cost = 5 } };

	(void)state;
	for (int64_t taken = 0; taken < 5; taken++)
		for (int right = 0; right < 2; right++) {
			struct question *q;
			struct fixture f;

			fixture_init(&f);
			q = fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 3);
			fixture_question(&f, PART_OBSERVE, QUESTION_NUMBER, 3);
			q->hints.v = hints;
			q->hints.n = 3;
			f.result.answers[0].hints = taken;
			fixture_answer(&f, 0, right ? "204" : "7");
			fixture_answer(&f, 1, "204");
			fixture_grade(&f);
			expect_line(&f, "q0", COUNTS, right ? earned[taken] : 0);
			expect_line(&f, "q1", COUNTS, 750);
			fixture_done(&f);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grade__numbers_as_people_write_them),
		cmocka_unit_test(test_grade__readings_of_a_number),
		cmocka_unit_test(test_grade__choices),
		cmocka_unit_test(test_grade__measured_answers),
		cmocka_unit_test(test_grade__questions_that_may_not_apply),
		cmocka_unit_test(test_grade__text_by_rubric_until_a_teacher_confirms),
		cmocka_unit_test(test_grade__words_that_say_the_opposite_earn_nothing),
		cmocka_unit_test(test_grade__denial_over_budget_is_ungraded),
		cmocka_unit_test(test_grade__text_without_rubric_or_over_budget_is_ungraded),
		cmocka_unit_test(test_grade__hints_cost_on_their_own_item_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
