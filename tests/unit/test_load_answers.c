/* SPDX-License-Identifier: Apache-2.0 */
/* test_load_answers: answers files, checked against their lab. */
#include "tests/unit/load_fixture.h"

#define LAB                                                                                        \
	ONE "    predict: {ask: What?, choices: {a: A, b: B}, reason: true}\n"                     \
	    "    steps: [{id: look, run: echo}]\n"                                                 \
	    "    questions:\n"                                                                     \
	    "      - {id: n, part: observe, kind: number, ask: What?, answer: 3, hints: [{text: "  \
	    "Think}]}\n"                                                                           \
	    "      - {id: c, part: observe, kind: choice, ask: What?, answer: a, choices: {a: A, " \
	    "b: B}}\n"                                                                             \
	    "      - {id: t, part: explain, kind: text, ask: Why?}\n"                              \
	    "  - {id: two, title: Two}\n"

static int open_lab(void **state)
{
	*state = load_ok(LAB);
	return 0;
}

static int close_lab(void **state)
{
	lab_free(*state);
	return 0;
}

static struct answers *load(const struct lab *lab, const char *text, struct complaints *out)
{
	struct answers *answers = NULL;
	int result = answers_load_bytes("a.yaml", text, strlen(text), lab, &answers, out);

	assert_int_equal(result == 0, answers != NULL);
	assert_int_equal(result == 0, out->n == 0);
	return answers;
}

static void refuse(const struct lab *lab, const char *text, int line, int col, const char *msg)
{
	struct complaints out = { 0 };

	assert_null(load(lab, text, &out));
	assert_string_equal(out.v[0].msg, msg);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.v[0].loc.line, line);
	assert_int_equal(out.v[0].loc.col, col);
	complaints_done(&out);
}

static void test_answers__are_what_was_given(void **state)
{
	struct complaints out = { 0 };
	struct answers *a = load(*state,
				 "kvmlab-answers: 1\n"
				 "experiments:\n"
				 "  one:\n"
				 "    predict: {choice: b, reason: because, sure: 4}\n"
				 "    answers: {n: {text: 3, hints: 1, understood: it is three}, "
				 "t: {text: no reason, hints: 0}, c: b}\n"
				 "    skip: [look]\n",
				 &out);
	const struct given *g;

	assert_non_null(a);
	assert_null(answers_find(a, "two"));
	g = answers_find(a, "one");
	assert_string_equal(g->choice, "b");
	assert_string_equal(g->reason, "because");
	assert_int_equal(g->sure, 4);
	assert_int_equal(g->answers.n, 3);
	assert_string_equal(g->answers.v[0].id, "n");
	assert_string_equal(g->answers.v[0].text, "3");
	assert_string_equal(g->answers.v[0].understood, "it is three");
	assert_string_equal(g->answers.v[1].text, "no reason");
	assert_string_equal(g->skip.v[0], "look");
	answers_free(a);
}

#define START "kvmlab-answers: 1\nexperiments:\n  one: "

static void test_answers__ids_are_those_of_the_lab(void **state)
{
	refuse(*state, "kvmlab-answers: 1\nexperiments: {on: {}}\n", 2, 15,
	       "there is no experiment 'on' in lab 't'; did you mean 'one'?");
	refuse(*state, START "{answers: {x: 3}}\n", 3, 19,
	       "there is no question 'x' in experiment 'one'; known: c, n, t");
	refuse(*state, START "{skip: [lok]}\n", 3, 16,
	       "there is no step 'lok' in experiment 'one'; did you mean 'look'?");
	refuse(*state, START "{predict: {choice: c}}\n", 3, 27,
	       "'c' is not one of the choices; known: a, b");
	refuse(*state, "kvmlab-answers: 1\nexperiments: {two: {predict: {choice: a}}}\n", 2, 21,
	       "experiment 'two' asks for no prediction");
}

static void test_answers__fit_their_questions(void **state)
{
	refuse(*state, START "{answers: {n: many}}\n", 3, 22,
	       "the answer to 'n' must be a number, not 'many'");
	refuse(*state, START "{answers: {c: d}}\n", 3, 22,
	       "'d' is not one of the choices; known: a, b");
	refuse(*state, START "{answers: {n: {text: 3, hints: 2}}}\n", 3, 39,
	       "question 'n' has 1 hints, not 2");
	refuse(*state, START "{answers: {n: {text: 3, understood: x}}}\n", 3, 32,
	       "'understood' is asked only when all 1 hints of 'n' were taken");
	refuse(*state, START "{predict: {choice: a, sure: 6}}\n", 3, 36,
	       "'sure' must be from 1 to 5, not 6");
	refuse(*state, START "{answers: {n: [3]}}\n", 3, 22,
	       "'n' must be a single value, not a list");
}

static void test_answers__a_lab_is_no_answers_file(void **state)
{
	struct complaints out = { 0 };

	assert_null(load(*state, LAB, &out));
	assert_true(out.n > 1);
	complaints_done(&out);
	refuse(*state, "kvmlab-answers: 2\nexperiments: {}\n", 1, 17,
	       "'kvmlab-answers' is the version of the format: 1, not '2'");
	refuse(*state, "", 0, 0, "the file is empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers__are_what_was_given),
		cmocka_unit_test(test_answers__ids_are_those_of_the_lab),
		cmocka_unit_test(test_answers__fit_their_questions),
		cmocka_unit_test(test_answers__a_lab_is_no_answers_file),
	};

	return cmocka_run_group_tests(tests, open_lab, close_lab);
}
