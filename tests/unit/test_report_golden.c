/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of reports/: every format of every made-up report is byte for byte what golden/ holds.
 * KVMLAB_UPDATE_GOLDEN=1 writes them anew; look at the difference before you commit it.
 */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include "runner/base/cleanup.h"
#include "tests/unit/report_fixture.h"
#include "tests/unit/report_render.h"

#define GOLDEN "tests/unit/golden/"

static void write_file(const char *path, const char *text, size_t len)
{
	_cleanup_file_ FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
}

static char *read_file(const char *path, size_t *len)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f)
		fail_msg("no golden file '%s'", path);
	n = getdelim(&text, &cap, '\0', f);
	*len = n < 0 ? 0 : (size_t)n;
	return text;
}

static void compare(const char *name, const struct report *report)
{
	for (size_t i = 0; report_formats[i]; i++) {
		const struct report_format *format = report_formats[i];
		size_t len, wanted_len;
		_cleanup_free_ char *text = render(format->name, report, &len);
		_cleanup_free_ char *again = render(format->name, report, &wanted_len);
		_cleanup_free_ char *wanted = NULL;
		char path[200];

		assert_memory_equal(text, again, len); /* the same input, the same bytes */
		snprintf(path, sizeof(path), GOLDEN "%s.%s", name, format->extension);
		if (getenv("KVMLAB_UPDATE_GOLDEN"))
			write_file(path, text, len);
		wanted = read_file(path, &wanted_len);
		if (len != wanted_len || memcmp(text, wanted, len))
			fail_msg("'%s' differs; KVMLAB_UPDATE_GOLDEN=1 writes it anew", path);
	}
}

static void test_golden__usual_english(void **state)
{
	(void)state;
	compare("usual-en", fixture_usual(LANG_EN));
}

static void test_golden__usual_indonesian(void **state)
{
	(void)state;
	compare("usual-id", fixture_usual(LANG_ID));
}

static void test_golden__moved_english(void **state)
{
	(void)state;
	compare("moved-en", fixture_moved(LANG_EN));
}

static void test_golden__moved_indonesian(void **state)
{
	(void)state;
	compare("moved-id", fixture_moved(LANG_ID));
}

static void test_golden__hostile(void **state)
{
	(void)state;
	compare("hostile", fixture_hostile());
}

static void test_golden__empty(void **state)
{
	(void)state;
	compare("empty", fixture_empty());
}

static void test_registry__sorted_unique_and_complete(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; report_formats[i]; i++) {
		assert_non_null(report_formats[i]->extension);
		assert_non_null(report_formats[i]->summary);
		assert_non_null(report_formats[i]->write);
		assert_ptr_equal(report_format_find(report_formats[i]->name), report_formats[i]);
		if (i)
			assert_true(strcmp(report_formats[i - 1]->name, report_formats[i]->name) <
				    0);
	}
	assert_int_equal(i, 6);
	assert_null(report_format_find("pdf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden__usual_english),
		cmocka_unit_test(test_golden__usual_indonesian),
		cmocka_unit_test(test_golden__moved_english),
		cmocka_unit_test(test_golden__moved_indonesian),
		cmocka_unit_test(test_golden__hostile),
		cmocka_unit_test(test_golden__empty),
		cmocka_unit_test(test_registry__sorted_unique_and_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
