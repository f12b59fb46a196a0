/* SPDX-License-Identifier: Apache-2.0 */
/* test_terminal_text: what a screen showed, as plain lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/host/pty.h"

static void shows(const char *bytes, size_t len, const char *expected)
{
	_cleanup_buf_ struct buf out = { 0 };

	terminal_text(bytes, len, &out);
	assert_string_equal(buf_str(&out), expected);
}

#define SHOWS(bytes, expected) shows(bytes, sizeof(bytes) - 1, expected)

static void test_terminal_text__lines_and_words_stay(void **state)
{
	(void)state;
	SHOWS("", "");
	SHOWS("one\ttwo\r\nthree", "one\ttwo\nthree");
	SHOWS("a\r\r\nb\n", "a\nb\n");
	SHOWS("na\xc3\xafve \xe2\x9c\x93\r\n", "na\xc3\xafve \xe2\x9c\x93\n");
}

static void test_terminal_text__escape_sequences_go(void **state)
{
	(void)state;
	SHOWS("\033[31mred\033[0m", "red");
	SHOWS("\033[?2004hkvmlab$ ls\033[?2004l\r\n", "kvmlab$ ls\n");
	SHOWS("\033]0;title\aafter", "after");
	SHOWS("\033]0;title\033\\after", "after");
	SHOWS("\033(Bx\033=y\0337z", "xyz");
	SHOWS("\033P1$r\033\\q", "q");
}

static void test_terminal_text__cut_sequences_do_no_harm(void **state)
{
	(void)state;
	SHOWS("x\033", "x");
	SHOWS("x\033[", "x");
	SHOWS("x\033[31", "x");
	SHOWS("x\033]0;never ended", "x");
}

static void test_terminal_text__what_was_taken_back_is_not_there(void **state)
{
	(void)state;
	SHOWS("lss\b\033[K -l", "ls -l");
	SHOWS("\xc3\xa9\bb", "b");
	SHOWS("first\n\b\bsecond", "first\nsecond");
	SHOWS("10%\r20%\r30%\r\n", "30%\n");
	SHOWS("\r", "");
}

static void test_terminal_text__control_characters_go(void **state)
{
	(void)state;
	SHOWS("a\0b\ac\x7f", "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal_text__lines_and_words_stay),
		cmocka_unit_test(test_terminal_text__escape_sequences_go),
		cmocka_unit_test(test_terminal_text__cut_sequences_do_no_harm),
		cmocka_unit_test(test_terminal_text__what_was_taken_back_is_not_there),
		cmocka_unit_test(test_terminal_text__control_characters_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
