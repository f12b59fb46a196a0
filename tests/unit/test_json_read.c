/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_read: JSON that comes from a guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/json_read.h"

static const char *why_not(const char *text, size_t len)
{
	static char why[1024];
	struct json_doc *doc;
	struct err err = { 0 };

	if (json_read(text, len, "it", &doc, &err) == 0) {
		json_doc_free(doc);
		return NULL;
	}
	memccpy(why, err.msg, '\0', sizeof(why));
	return why;
}

static void assert_refused(const char *text, const char *words)
{
	const char *why = why_not(text, strlen(text));

	if (!why || !strstr(why, words))
		fail_msg("'%.40s': %s", text, why ? why : "was read");
}

static void test_json_read__finds_by_path(void **state)
{
	static const char text[] =
		"{\"v1\": {\"datasource\": \"NoCloud\", \"errors\": [1, 2], \"n\": 1}}\n";
	_cleanup_arena_ struct arena arena = { 0 };
	struct json_doc *doc;
	struct err err = { 0 };

	(void)state;
	if (json_read(text, strlen(text), "it", &doc, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(json_doc_string(doc, "v1.datasource", &arena), "NoCloud");
	assert_int_equal(json_doc_count(doc, "v1.errors"), 2);
	assert_int_equal(json_doc_count(doc, "v1.n"), -1);
	assert_int_equal(json_doc_count(doc, "v1.none"), -1);
	assert_null(json_doc_string(doc, "v1.errors", &arena));
	assert_null(json_doc_string(doc, "v1.datasource.x", &arena));
	assert_null(json_doc_string(doc, "v2.datasource", &arena));
	json_doc_free(doc);
}

static void test_json_read__refuses_what_is_none(void **state)
{
	_cleanup_buf_ struct buf deep = { 0 }, big = { 0 };

	(void)state;
	assert_refused("", "is no JSON");
	assert_refused("{\"a\": 1", "is no JSON");
	assert_refused("{\"a\": 1} x", "is no JSON");
	assert_refused("{\"a\": 1,}", "is no JSON");
	assert_refused("{\"a\": \"\xff\"}", "is no JSON");
	for (int i = 0; i < 100; i++)
		buf_putc(&deep, '[');
	for (int i = 0; i < 100; i++)
		buf_putc(&deep, ']');
	assert_refused(buf_str(&deep), "is no JSON");
	while (big.len <= JSON_READ_MAX)
		buf_puts(&big, "                                                                ");
	assert_refused(buf_str(&big), "longer than");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_read__finds_by_path),
		cmocka_unit_test(test_json_read__refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
