/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of runner/base/escape.c and utf8.c: nothing gets through a sink that it would obey. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <json-c/json.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/utf8.h"

typedef void escape_fn(FILE *f, const char *s, size_t len);

static char *escaped(escape_fn *fn, const char *s, size_t len, size_t *out_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, out_len);

	fn(f, s, len);
	assert_int_equal(fclose(f), 0);
	return text;
}

struct row {
	escape_fn *fn;
	const char *in, *out;
};

static const struct row rows[] = {
	{ escape_html, "<a href=\"x\" b='y'> & ]]>",
	  "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt; &amp; ]]&gt;" },
	{ escape_html, "a\x07\x1b\n\t", "a\\x07\\x1b\n\t" },
	{ escape_html, "\xe2\x80\xae\xc2\x9b\x7f", "\\u202e\\x9b\\x7f" },
	{ escape_html, "caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x98\x80",
	  "caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x98\x80" },
	{ escape_xml, "a\x07 ]]> \xef\xbf\xbf", "a#x07 ]]&gt; #uffff" },
	{ escape_xml, "\xff\xfe", "#xff#xfe" },
	{ escape_json, "\"\\\n\r\t\x01\x7f", "\"\\\"\\\\\\n\\r\\t\\u0001\\u007f\"" },
	{ escape_json, "\xff", "\"\\ufffd\"" },
	{ escape_json, "\xe2\x80\xa8\xe2\x80\xae", "\"\\u2028\\u202e\"" },
	{ escape_terminal, "\x1b[31m\xc2\x9b\xe2\x81\xa6\x7f\xff",
	  "\\x1b[31m\\x9b\\u2066\\x7f\\xff" },
	{ escape_terminal, "a\r\nb\rc", "a\nb\\x0dc" },
	{ escape_terminal, "<&> stay", "<&> stay" },
	{ escape_markdown, "*a* _b_ [c](d) `e` <f> |",
	  "\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` &lt;f&gt; \\|" },
	{ escape_markdown, "# a\n- b\n1. c", "\\# a<br>\\- b<br>1\\. c" },
	{ escape_markdown, "AMD-V 12.34 #1 + 2", "AMD-V 12.34 #1 + 2" },
	{ escape_markdown, "http://x www.x @y \\", "http&#58;//x www&#46;x &#64;y \\\\" },
	{ escape_tap, "a # SKIP \\ \n b\r", "a \\# SKIP \\\\ \\\\n b\\\\x0d" },
};

static void test_escape__each_sink_shows_what_it_may_not_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len;
		_cleanup_free_ char *out =
			escaped(rows[i].fn, rows[i].in, strlen(rows[i].in), &len);

		assert_string_equal(out, rows[i].out);
		assert_int_equal(len, strlen(rows[i].out));
	}
}

static escape_fn *const sinks[] = { escape_html,     escape_xml,      escape_json,
				    escape_terminal, escape_markdown, escape_tap };

static bool is_clean(const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_next(s + i, len - i, &cp);
		if (!n || utf8_is_bidi(cp) || (utf8_is_control(cp) && cp != '\n' && cp != '\t'))
			return false;
	}
	return true;
}

/* Every pair of bytes, and every code point up to U+FFFF, through every sink. */
static void test_escape__nothing_dangerous_comes_out_of_any_sink(void **state)
{
	char s[8];

	(void)state;
	assert_false(is_clean("\x1b", 1)); /* control: it can see */
	for (unsigned pair = 0; pair < 0x10000; pair += 7) {
		s[0] = (char)(pair >> 8);
		s[1] = (char)pair;
		for (size_t i = 0; i < ARRAY_SIZE(sinks); i++) {
			size_t len;
			_cleanup_free_ char *out = escaped(sinks[i], s, 2, &len);

			assert_true(is_clean(out, len));
		}
	}
	for (unsigned cp = 0x80; cp < 0x10000; cp += cp < 0x3000 ? 1 : 97) {
		int n = snprintf(s, sizeof(s), "%c%c%c", (int)(0xe0 | cp >> 12),
				 (int)(0x80 | (cp >> 6 & 0x3f)), (int)(0x80 | (cp & 0x3f)));

		for (size_t i = 0; i < ARRAY_SIZE(sinks); i++) {
			size_t len;
			_cleanup_free_ char *out = escaped(sinks[i], s, (size_t)n, &len);

			assert_true(is_clean(out, len));
		}
	}
}

static void test_escape__json_reads_back_byte_for_byte(void **state)
{
	char s[0x500], *p = s;
	size_t len;

	(void)state;
	for (unsigned cp = 1; cp < 0x200; cp++) {
		if (cp >= 0x80)
			*p++ = (char)(0xc0 | cp >> 6);
		*p++ = (char)(cp < 0x80 ? cp : 0x80 | (cp & 0x3f));
	}
	*p = '\0';
	_cleanup_free_ char *out = escaped(escape_json, s, strlen(s), &len);
	struct json_tokener *tok = json_tokener_new();

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	struct json_object *o = json_tokener_parse_ex(tok, out, (int)len + 1);

	assert_non_null(o);
	assert_string_equal(json_object_get_string(o), s);
	json_object_put(o);
	json_tokener_free(tok);
}

static void test_escape__xml_with_any_byte_is_well_formed(void **state)
{
	char all[256];
	struct buf doc = { 0 };
	size_t len;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	_cleanup_free_ char *out = escaped(escape_xml, all, sizeof(all), &len);

	buf_puts(&doc, "<a b=\"");
	buf_add(&doc, out, len);
	buf_puts(&doc, "\">");
	buf_add(&doc, out, len);
	buf_puts(&doc, "</a>");
	xmlDoc *parsed = xmlReadMemory(doc.data, (int)doc.len, NULL, "UTF-8",
				       XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	assert_non_null(parsed);
	xmlFreeDoc(parsed);
	parsed = xmlReadMemory("<a>\x07</a>", 8, NULL, "UTF-8",
			       XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	assert_null(parsed); /* control: the parser is strict */
	buf_done(&doc);
}

static void test_utf8__only_what_the_standard_allows(void **state)
{
	static const struct {
		const char *s;
		size_t n;
	} cases[] = {
		{ "a", 1 },
		{ "\xc2\x80", 2 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\xc0\x80", 0 },
		{ "\xc1\xbf", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "\x80", 0 },
		{ "\xe2\x82", 0 },
		{ "\xff", 0 },
	};
	uint32_t cp;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(utf8_next(cases[i].s, strlen(cases[i].s), &cp), cases[i].n);
		assert_int_equal(escape_is_utf8(cases[i].s, strlen(cases[i].s)), cases[i].n > 0);
	}
	assert_int_equal(utf8_next("", 0, &cp), 0);
}

static void test_utf8__columns_and_what_fits(void **state)
{
	(void)state;
	assert_int_equal(utf8_columns("abc", 3), 3);
	assert_int_equal(utf8_columns("e\xcc\x81", 3), 1);
	assert_int_equal(utf8_columns("\xe6\xbc\xa2", 3), 2);
	assert_int_equal(utf8_columns("\xff\xff", 2), 2);
	assert_int_equal(utf8_fit("\xe6\xbc\xa2\xe6\xbc\xa2", 6, 3), 3);
	assert_int_equal(utf8_fit("\xe6\xbc\xa2", 3, 1), 3); /* at least one */
	assert_int_equal(utf8_fit("abc", 3, 80), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape__each_sink_shows_what_it_may_not_pass),
		cmocka_unit_test(test_escape__nothing_dangerous_comes_out_of_any_sink),
		cmocka_unit_test(test_escape__json_reads_back_byte_for_byte),
		cmocka_unit_test(test_escape__xml_with_any_byte_is_well_formed),
		cmocka_unit_test(test_utf8__only_what_the_standard_allows),
		cmocka_unit_test(test_utf8__columns_and_what_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
