/* SPDX-License-Identifier: Apache-2.0 */
/* report_render: what the tests of reports/ share. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "reports/report_format.h"
#include "runner/base/utf8.h"
#include "tests/unit/report_render.h"

char *render(const char *format, const struct report *report, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	assert_non_null(report_format_find(format));
	report_format_find(format)->write(f, report);
	assert_int_equal(fclose(f), 0);
	return text;
}

size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

void assert_clean(const char *text, size_t len)
{
	uint32_t cp;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_next(text + i, len - i, &cp);
		assert_int_not_equal(n, 0);
		assert_false(utf8_is_bidi(cp));
		if (cp != '\n' && cp != '\t')
			assert_false(utf8_is_control(cp));
	}
}
