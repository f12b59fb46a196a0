/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the text and Markdown reports: 80 columns, nothing that a terminal obeys, all said. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include "reports/wrap.h"
#include "runner/base/cleanup.h"
#include "tests/unit/report_fixture.h"
#include "tests/unit/report_render.h"

static const struct report *all(size_t i)
{
	return i == 0 ? fixture_usual(LANG_EN) : i == 1 ? fixture_hostile() : fixture_empty();
}

static void test_text__80_columns_and_clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t len;
		_cleanup_free_ char *text = render("text", all(i), &len);

		assert_clean(text, len);
		for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
			assert_true(utf8_columns(line, (size_t)(end - line)) <= WRAP_COLUMNS);
	}
}

/* No text can pretend to be a line of the report: those begin in the first column. */
static void test_text__a_newline_in_a_title_forges_no_line(void **state)
{
	size_t len;
	_cleanup_free_ char *text = render("text", fixture_hostile(), &len);

	(void)state;
	assert_true(count(text, "ok 99 - forged") > 10);
	assert_int_equal(count(text, "\n* ok 99"), 0);
	assert_int_equal(count(text, "\nok 99 - forged  ["), 0);
}

/* What every report for people has to say. */
static void test_text__says_everything(void **state)
{
	static const char *const said[] = {
		"86.66 of 175.00 points",
		"49.52%; 60% is needed: not reached",
		"! Not fully graded",
		"! Provisional",
		"Hypothesis: This host's CPU supports hardware virtualization.",
		"Choice    svm (AMD-V)",
		"Reason    Ini AMD EPYC, jadi AMD-V.",
		"How sure  4 of 5",
		"It was    right",
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"flags.flag  svm",
		"kvm.speed_ratio  512.25 x",
		"$ grep -E -o -m1 'vmx|svm' /proc/cpuinfo || true",
		"local \u00b7 exit status 0 \u00b7 7 ms",
		"local, as root \u00b7 its time ran out and it was ended \u00b7 1 min 01 s",
		"| svm",
		"[PASS]",
		"[FAIL]",
		"[SKIP]",
		"[NA]",
		"[BROKEN]",
		"[not looked at yet]",
		"[skipped]",
		"speed_ratio is at most 20 x  512.25 x  no",
		"Why it matters",
		"What to do next",
		"local: /proc/cpuinfo (12345 bytes, SHA-256",
		"bytes are left out here)",
		"! /dev/kvm is there, but guests are interpreted in software",
		"> Move to a machine with VT-x or AMD-V.",
		"Your answer  500 x",
		"Measured     512.25 x",
		"Model answer",
		"names the guest mode",
		"not graded; BROKEN",
		"not counted; NA",
		"module kvm_amd   put back",
		"could not be put back",
		"Debian GNU/Linux 12 (bookworm)",
		"Exit code",
	};
	size_t len;
	_cleanup_free_ char *text = render("text", fixture_usual(LANG_EN), &len);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(said); i++)
		if (!strstr(text, said[i]))
			fail_msg("'%s' is not said", said[i]);
}

static void test_text__unfinished_run_says_so(void **state)
{
	size_t len;
	_cleanup_free_ char *text = render("text", fixture_empty(), &len);

	(void)state;
	assert_non_null(strstr(text, "! Not finished"));
	assert_non_null(strstr(text, "Nothing could be graded."));
	assert_null(strstr(text, "{1}"));
}

/* Markup in a text is text; a fence in an output does not end the fence around it. */
static void test_markdown__hostile_text_stays_text(void **state)
{
	struct report report = *fixture_usual(LANG_EN);
	size_t len;
	_cleanup_free_ char *text = render("markdown", fixture_hostile(), &len);
	bool in_fence = false;

	(void)state;
	assert_clean(text, len);
	for (char *save, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "```", 3))
			in_fence = !in_fence;
		else if (!in_fence && strstr(line, "<script>"))
			fail_msg("raw HTML: %s", line);
	}
	assert_false(in_fence);
	static char fenced[] = "```\n# not a heading\n";
	struct evidence_item item = *report.experiments[0].steps[0].evidence;
	struct step_result *step = &report.experiments[0].steps[0];
	struct evidence_item *before = step->evidence;

	item.out = (struct output){ .kept = fenced,
				    .kept_len = sizeof(fenced) - 1,
				    .head_len = sizeof(fenced) - 1,
				    .total = sizeof(fenced) - 1 };
	step->evidence = &item;
	_cleanup_free_ char *second = render("markdown", &report, &len);
	step->evidence = before;
	assert_int_equal(count(second, "````text\n```\n# not a heading\n"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text__80_columns_and_clean),
		cmocka_unit_test(test_text__a_newline_in_a_title_forges_no_line),
		cmocka_unit_test(test_text__says_everything),
		cmocka_unit_test(test_text__unfinished_run_says_so),
		cmocka_unit_test(test_markdown__hostile_text_stays_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
