/* SPDX-License-Identifier: Apache-2.0 */
/* test_fold: lines break where the terminal's columns end, whatever the characters. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/ui/fold.h"

static char *folded(const char *text, struct fold w)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	assert_non_null(f);
	fold_write(f, text, &w);
	fclose(f);
	return out;
}

static void check(const char *text, int hang, int width, const char *expected)
{
	_cleanup_free_ char *found = folded(text, (struct fold){ .hang = hang, .width = width });

	assert_string_equal(found, expected);
}

static void test_fold__breaks_between_words(void **state)
{
	(void)state;
	check("one two three", 0, 8, "one two\nthree");
	check("one two", 0, 7, "one two");
	check("one  two\tthree", 0, 40, "one two three");
	check("", 0, 40, "");
}

static void test_fold__hangs(void **state)
{
	(void)state;
	check("one two three", 2, 9, "one two\n  three");
}

static void test_fold__keeps_newlines(void **state)
{
	(void)state;
	check("one\n\ntwo", 0, 40, "one\n\ntwo");
}

static void test_fold__cuts_words_longer_than_a_line(void **state)
{
	(void)state;
	check("abcdefghij", 0, 4, "abcd\nefgh\nij");
	check("x abcdefghij", 2, 6, "x\n  abcd\n  efgh\n  ij");
}

static void test_fold__counts_columns(void **state)
{
	(void)state;
	assert_int_equal(fold_columns("abc"), 3);
	assert_int_equal(fold_columns("\u6f22\u5b57"), 4);
	assert_int_equal(fold_columns("e\u0301"), 1);
	assert_int_equal(fold_columns("\xff\xfe"), 2);
	/* Two wide characters fill what four narrow ones do; bytes do not count. */
	check("\u6f22\u5b57\u6f22", 0, 4, "\u6f22\u5b57\n\u6f22");
	check("\u00e9\u00e9\u00e9\u00e9", 0, 4, "\u00e9\u00e9\u00e9\u00e9");
}

/* No line is wider than asked, no character is lost, at any width. */
static void test_fold__never_overflows_nor_loses(void **state)
{
	static const char text[] = "a \u6f22\u5b57\u6f22\u5b57 eeeeeeeeeeee\u0301 bb ccc dddd "
				   "\xff\xffx fffffffffffffffffffffffffffff g";

	(void)state;
	for (int width = 4; width < 60; width++) {
		_cleanup_free_ char *out = folded(text, (struct fold){ .hang = 1, .width = width });
		const char *a = text;
		char *saved = NULL;

		for (const char *b = out; *b; b++) {
			if (*b == ' ' || *b == '\n')
				continue;
			while (*a == ' ')
				a++;
			assert_int_equal(*a, *b);
			a++;
		}
		assert_int_equal(*a, '\0');
		for (char *line = strtok_r(out, "\n", &saved); line;
		     line = strtok_r(NULL, "\n", &saved))
			assert_true(fold_columns(line) <= width);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold__breaks_between_words),
		cmocka_unit_test(test_fold__hangs),
		cmocka_unit_test(test_fold__keeps_newlines),
		cmocka_unit_test(test_fold__cuts_words_longer_than_a_line),
		cmocka_unit_test(test_fold__counts_columns),
		cmocka_unit_test(test_fold__never_overflows_nor_loses),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
