/* SPDX-License-Identifier: Apache-2.0 */
/* test_matcher: every operator on every type, and how a matcher is told in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_fixture.h"

#define NOTHING                                                                                    \
	{                                                                                          \
		.type = VALUE_UNKNOWN                                                              \
	}
#define BOOL(v)                                                                                    \
	{                                                                                          \
		.type = VALUE_BOOL, .b = (v)                                                       \
	}
#define INT(v)                                                                                     \
	{                                                                                          \
		.type = VALUE_INT, .i = (v)                                                        \
	}
#define NUMBER(v)                                                                                  \
	{                                                                                          \
		.type = VALUE_NUMBER, .d = (v)                                                     \
	}
#define STRING(v)                                                                                  \
	{                                                                                          \
		.type = VALUE_STRING, .s = (v)                                                     \
	}
#define LIST(v)                                                                                    \
	{                                                                                          \
		.type = VALUE_LIST, .list = {(v), sizeof(v) / sizeof(*(v)) }                       \
	}
#define EMPTY_LIST                                                                                 \
	{                                                                                          \
		.type = VALUE_LIST                                                                 \
	}

static const char *ab[] = { "alpha", "beta" };
static const char *ba[] = { "beta", "alpha" };
static const char *figures[] = { "1", "2" };
static const char *halves[] = { "0.5", "1" };

static const struct {
	enum matcher_op op;
	struct value right, found;
	enum truth truth;
} matches[] = {
	{ MATCH_EQ, BOOL(true), BOOL(true), TRUTH_YES },
	{ MATCH_EQ, BOOL(true), BOOL(false), TRUTH_NO },
	{ MATCH_EQ, INT(3), INT(3), TRUTH_YES },
	{ MATCH_EQ, INT(9007199254740993), INT(9007199254740992), TRUTH_NO },
	{ MATCH_EQ, INT(3), NUMBER(3), TRUTH_YES },
	{ MATCH_EQ, STRING("svm"), STRING("svm"), TRUTH_YES },
	{ MATCH_EQ, STRING("svm"), STRING("SVM"), TRUTH_NO },
	{ MATCH_EQ, STRING("3"), INT(3), TRUTH_NO },
	{ MATCH_EQ, LIST(ab), LIST(ab), TRUTH_YES },
	{ MATCH_EQ, LIST(ab), LIST(ba), TRUTH_NO },
	{ MATCH_EQ, EMPTY_LIST, EMPTY_LIST, TRUTH_YES },
	{ MATCH_NE, INT(3), INT(4), TRUTH_YES },
	{ MATCH_NE, INT(3), INT(3), TRUTH_NO },
	{ MATCH_LT, INT(3), INT(2), TRUTH_YES },
	{ MATCH_LT, INT(3), INT(3), TRUTH_NO },
	{ MATCH_LE, INT(3), INT(3), TRUTH_YES },
	{ MATCH_LE, INT(3), INT(4), TRUTH_NO },
	{ MATCH_GT, NUMBER(0.5), NUMBER(0.6), TRUTH_YES },
	{ MATCH_GT, NUMBER(0.5), NUMBER(0.5), TRUTH_NO },
	{ MATCH_GE, NUMBER(0.5), NUMBER(0.5), TRUTH_YES },
	{ MATCH_GE, INT(1), NUMBER(0.9), TRUTH_NO },
	{ MATCH_LT, INT(3), STRING("2"), TRUTH_NO },
	{ MATCH_IN, LIST(ab), STRING("beta"), TRUTH_YES },
	{ MATCH_IN, LIST(ab), STRING("bet"), TRUTH_NO },
	{ MATCH_IN, LIST(figures), INT(2), TRUTH_YES },
	{ MATCH_IN, LIST(figures), INT(3), TRUTH_NO },
	{ MATCH_IN, LIST(halves), NUMBER(0.5), TRUTH_YES },
	{ MATCH_IN, LIST(halves), NUMBER(1.0), TRUTH_YES },
	{ MATCH_IN, EMPTY_LIST, STRING(""), TRUTH_NO },
	{ MATCH_MATCHES, STRING("^al"), STRING("alpha"), TRUTH_YES },
	{ MATCH_MATCHES, STRING("^AL"), STRING("alpha"), TRUTH_NO },
	{ MATCH_MATCHES, STRING("^bet"), LIST(ab), TRUTH_YES },
	{ MATCH_MATCHES, STRING("gamma"), LIST(ab), TRUTH_NO },
	{ MATCH_MATCHES, STRING(".*"), EMPTY_LIST, TRUTH_NO },
	{ MATCH_MATCHES, STRING("(a+)+$"), STRING("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
	  TRUTH_UNKNOWN },
	{ MATCH_CONTAINS, STRING("lph"), STRING("alpha"), TRUTH_YES },
	{ MATCH_CONTAINS, STRING("x"), STRING("alpha"), TRUTH_NO },
	{ MATCH_CONTAINS, STRING("beta"), LIST(ab), TRUTH_YES },
	{ MATCH_CONTAINS, STRING("bet"), LIST(ab), TRUTH_NO },
	{ MATCH_EXISTS, BOOL(true), STRING(""), TRUTH_YES },
	{ MATCH_EXISTS, BOOL(true), BOOL(false), TRUTH_YES },
	{ MATCH_EXISTS, BOOL(true), NOTHING, TRUTH_NO },
	{ MATCH_EXISTS, BOOL(false), NOTHING, TRUTH_YES },
	{ MATCH_EXISTS, BOOL(false), INT(0), TRUTH_NO },
};

static void test_matcher__every_operator_and_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
		struct matcher m = { .op = matches[i].op, .right = matches[i].right };

		if (matcher_holds(&m, &matches[i].found) != matches[i].truth)
			fail_msg("row %zu is %d, not %d", i, matcher_holds(&m, &matches[i].found),
				 matches[i].truth);
	}
}

static void test_matcher__unknown_satisfies_only_exists_false(void **state)
{
	const struct value nothing = NOTHING;

	(void)state;
	for (enum matcher_op op = 0; op < MATCH_COUNT; op++) {
		struct matcher m = { .op = op, .right = STRING("") };

		if (op != MATCH_EXISTS)
			assert_int_equal(matcher_holds(&m, &nothing), TRUTH_NO);
	}
}

static const struct {
	size_t measure;
	enum matcher_op op;
	struct value right;
	const char *words;
} descriptions[] = {
	{ HAS_YES, MATCH_EQ, BOOL(true), "yes is true" },
	{ HAS_N, MATCH_LT, INT(3000), "n is below 3000 ms" },
	{ HAS_N, MATCH_GE, INT(1), "n is at least 1 ms" },
	{ HAS_D, MATCH_LE, NUMBER(20), "d is at most 20 x" },
	{ HAS_D, MATCH_GT, NUMBER(0.25), "d is above 0.25 x" },
	{ HAS_S, MATCH_NE, STRING("none"), "s is not none" },
	{ HAS_S, MATCH_IN, LIST(ab), "s is one of [alpha, beta]" },
	{ HAS_S, MATCH_MATCHES, STRING("^a"), "s matches ^a" },
	{ HAS_LIST, MATCH_CONTAINS, STRING("beta"), "list contains beta" },
	{ HAS_S, MATCH_EXISTS, BOOL(true), "s was seen" },
	{ HAS_S, MATCH_EXISTS, BOOL(false), "s was not seen" },
};

static void test_matcher__is_told_in_words(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(descriptions) / sizeof(*descriptions); i++) {
		struct matcher m = { .measure = descriptions[i].measure,
				     .op = descriptions[i].op,
				     .right = descriptions[i].right };

		assert_string_equal(matcher_describe(&m, &fixture_specs[m.measure], &arena),
				    descriptions[i].words);
	}
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matcher__every_operator_and_type),
		cmocka_unit_test(test_matcher__unknown_satisfies_only_exists_false),
		cmocka_unit_test(test_matcher__is_told_in_words),
	};

	return cmocka_run_group_tests_name("matcher", tests, NULL, NULL);
}
