/* SPDX-License-Identifier: Apache-2.0 */
/* test_regex: no pattern can hang a lab; without the budget the same ones do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/regex.h"

#define SPACES 60000

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Many blanks and then something else, so that every start offset scans to the end in vain. */
static char *blanks(size_t n)
{
	char *s = mem_alloc(n + 2);

	memset(s, ' ', n);
	s[n] = 'x';
	s[n + 1] = 0;
	return s;
}

static enum regex_result search(const char *pattern, const char *subject, size_t len)
{
	struct regex *re = NULL;
	struct err err = { 0 };
	enum regex_result r;

	assert_int_equal(regex_compile(pattern, false, &re, NULL, &err), 0);
	r = regex_search(re, subject, len, NULL);
	regex_free(re);
	return r;
}

static void expect_budget(const char *pattern, const char *subject, size_t len)
{
	double began = seconds();

	assert_int_equal(search(pattern, subject, len), REGEX_BUDGET);
	assert_true(seconds() - began < 1.0);
}

static void test_regex__trailing_blanks_hit_the_budget(void **state)
{
	char *subject = blanks(SPACES);

	(void)state;
	expect_budget("\\s+$", subject, SPACES + 1);
	free(subject);
}

/* 17 characters over 1,000 bytes: quadratic groups at each start offset. */
static void test_regex__seventeen_characters_hit_the_budget(void **state)
{
	char subject[1001];

	(void)state;
	memset(subject, 'a', 1000);
	subject[1000] = 0;
	assert_int_equal(strlen("(?s)(.+)*(.+)*\\d$"), 17);
	expect_budget("(?s)(.+)*(.+)*\\d$", subject, 1000);
}

/* Possessive scans make few callouts and much work: the clock must catch them. */
static void test_regex__few_steps_of_long_scans_hit_the_budget(void **state)
{
	size_t n = 1024 * 1024;
	char *subject = blanks(n);

	(void)state;
	expect_budget("\\s++y|(?=\\s)\\s++z", subject, n + 1);
	free(subject);
}

/* The control: PCRE2 as it comes, in a child that an alarm ends. Red without our budget. */
static void test_regex__without_budget_the_same_pattern_runs_on(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (!pid) {
		char *subject = blanks(SPACES);
		PCRE2_SIZE at;
		int code;
		pcre2_code *re = pcre2_compile((PCRE2_SPTR) "\\s+$", PCRE2_ZERO_TERMINATED, 0,
					       &code, &at, NULL);
		pcre2_match_data *data = pcre2_match_data_create_from_pattern(re, NULL);

		signal(SIGALRM, SIG_DFL);
		alarm(1);
		pcre2_match(re, (PCRE2_SPTR)subject, SPACES + 1, 0, 0, data, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
}

static void test_regex__budget_starts_anew_with_each_search(void **state)
{
	char *subject = blanks(SPACES);
	struct regex *re = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(regex_compile("\\s+$", false, &re, NULL, &err), 0);
	assert_int_equal(regex_search(re, subject, SPACES + 1, NULL), REGEX_BUDGET);
	assert_int_equal(regex_search(re, "a  ", 3, NULL), REGEX_MATCH);
	assert_int_equal(regex_search(re, "a", 1, NULL), REGEX_NO_MATCH);
	regex_free(re);
	free(subject);
}

static void test_regex__groups_have_names_and_places(void **state)
{
	struct arena arena = { 0 };
	struct strings names;
	struct regex_span spans[4];
	struct regex *re = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(regex_compile("(?<z>\\d+)(?<a>x)?(?<m>y)", false, &re, NULL, &err), 0);
	assert_int_equal(regex_names(re, &arena, &names), 0);
	assert_int_equal(names.n, 3);
	assert_string_equal(names.v[0], "z");
	assert_string_equal(names.v[1], "a");
	assert_string_equal(names.v[2], "m");
	assert_int_equal(regex_span_count(re), 4);
	assert_int_equal(regex_search(re, "--12y", 5, spans), REGEX_MATCH);
	assert_int_equal(spans[0].start, 2);
	assert_int_equal(spans[regex_group(re, "z")].end, 4);
	assert_true(spans[regex_group(re, "a")].start == SIZE_MAX);
	assert_int_equal(regex_group(re, "nope"), -1);
	regex_free(re);
	arena_done(&arena);
}

static void test_regex__bytes_that_are_no_utf8_do_not_end_the_search(void **state)
{
	(void)state;
	assert_int_equal(search("svm", "\xff\x80svm\xc3", 6), REGEX_MATCH);
	assert_int_equal(search("^.$", "\xc3\xa9", 2), REGEX_MATCH);
}

static void test_regex__mistakes_say_where(void **state)
{
	struct regex *re = NULL;
	struct err err = { 0 };
	size_t at = 0;

	(void)state;
	assert_int_equal(regex_compile("ab(c", false, &re, &at, &err), -1);
	assert_int_equal(at, 4);
	assert_int_equal(err.kind, ERR_LAB);
	assert_int_equal(regex_compile("a\\Cb", false, &re, NULL, &err), -1);
	assert_null(re);
}

static void test_regex__a_very_long_pattern_is_refused(void **state)
{
	char *pattern = blanks(100000);
	struct regex *re = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(regex_compile(pattern, false, &re, NULL, &err), -1);
	free(pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regex__trailing_blanks_hit_the_budget),
		cmocka_unit_test(test_regex__seventeen_characters_hit_the_budget),
		cmocka_unit_test(test_regex__few_steps_of_long_scans_hit_the_budget),
		cmocka_unit_test(test_regex__without_budget_the_same_pattern_runs_on),
		cmocka_unit_test(test_regex__budget_starts_anew_with_each_search),
		cmocka_unit_test(test_regex__groups_have_names_and_places),
		cmocka_unit_test(test_regex__bytes_that_are_no_utf8_do_not_end_the_search),
		cmocka_unit_test(test_regex__mistakes_say_where),
		cmocka_unit_test(test_regex__a_very_long_pattern_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
