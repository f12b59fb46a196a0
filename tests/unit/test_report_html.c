/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the HTML report: what a browser would make of it, read with libxml2. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>
#include <sodium.h>

#include "runner/base/cleanup.h"
#include "tests/unit/report_fixture.h"
#include "tests/unit/report_render.h"

static xmlDoc *parse(const struct report *report)
{
	size_t len;
	_cleanup_free_ char *text = render("html", report, &len);

	assert_clean(text, len);
	return htmlReadMemory(text, (int)len, NULL, "UTF-8",
			      HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
}

static int found(xmlDoc *doc, const char *xpath)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *result = xmlXPathEvalExpression((const xmlChar *)xpath, context);
	int n;

	assert_non_null(result);
	n = result->nodesetval ? result->nodesetval->nodeNr : 0;
	xmlXPathFreeObject(result);
	xmlXPathFreeContext(context);
	return n;
}

/* Text can become neither an element nor an attribute, whatever it holds. */
static void test_html__hostile_text_stays_text(void **state)
{
	xmlDoc *doc = parse(fixture_hostile());

	(void)state;
	assert_int_equal(found(doc, "//script | //img | //iframe | //object | //link | //form"), 0);
	assert_int_equal(found(doc, "//@style | //@src | //@*[starts-with(name(), 'on')]"), 0);
	assert_int_equal(found(doc, "//@href[not(starts-with(., '#e'))]"), 0);
	/* Control: it is there, as text. */
	assert_true(found(doc, "//p[contains(., '<script>alert(1)</script>')]") > 3);
	xmlFreeDoc(doc);
}

static void test_html__elements_are_nested_well(void **state)
{
	size_t len;
	_cleanup_free_ char *text = render("html", fixture_hostile(), &len);
	static const char *const tags[] = { "section", "article", "div", "dl", "table",
					    "details", "figure",  "pre", "h2", "p",
					    "span",    "td",	  "th",	 "ul", "main" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		char bare[20], with[20], end[20];

		snprintf(bare, sizeof(bare), "<%s>", tags[i]);
		snprintf(with, sizeof(with), "<%s ", tags[i]);
		snprintf(end, sizeof(end), "</%s>", tags[i]);
		assert_int_equal(count(text, bare) + count(text, with), count(text, end));
	}
}

/* The policy names the style sheet that is there, by its hash, and nothing else. */
static void test_html__policy_matches_the_style(void **state)
{
	size_t len;
	_cleanup_free_ char *text = render("html", fixture_usual(LANG_EN), &len);
	const char *style = strstr(text, "<style>") + 7;
	unsigned char hash[crypto_hash_sha256_BYTES];
	char base64[64], wanted[200];

	(void)state;
	crypto_hash_sha256(hash, (const unsigned char *)style,
			   (unsigned long long)(strstr(style, "</style>") - style));
	sodium_bin2base64(base64, sizeof(base64), hash, sizeof(hash),
			  sodium_base64_VARIANT_ORIGINAL);
	snprintf(wanted, sizeof(wanted), "content=\"default-src 'none'; style-src 'sha256-%s';",
		 base64);
	assert_int_equal(count(text, wanted), 1);
	assert_int_equal(count(text, "<style>"), 1);
	assert_int_equal(count(style, "url("), 0);
	assert_int_equal(count(style, "@import"), 0);
}

static void test_html__headings_tables_and_language(void **state)
{
	xmlDoc *doc = parse(fixture_usual(LANG_ID));

	(void)state;
	assert_int_equal(found(doc, "/html[@lang='id']"), 1);
	assert_int_equal(found(doc, "//h1"), 1);
	assert_int_equal(found(doc, "//main"), 1);
	assert_int_equal(found(doc, "//h3[not(preceding::h2)] | //h4[not(preceding::h3)]"), 0);
	assert_true(found(doc, "//table") >= 8);
	assert_int_equal(found(doc, "//table[not(caption)] | //th[not(@scope)]"), 0);
	assert_int_equal(found(doc, "//section[@id='e1'] | //a[@href='#e1']"), 2);
	assert_int_equal(found(doc, "//dl/*[not(self::dt or self::dd)]"), 0);
	xmlFreeDoc(doc);
	doc = parse(fixture_usual(LANG_EN));
	assert_int_equal(found(doc, "/html[@lang='en']"), 1);
	xmlFreeDoc(doc);
}

/* Colour is never the only sign: each badge has its word. */
static void test_html__verdicts_are_words(void **state)
{
	static const char *const words[] = { "PASS",	  "FAIL",   "SKIP",
					     "NA",	  "BROKEN", "not looked at yet",
					     "SUPPORTED", "REFUTED" };
	xmlDoc *doc = parse(fixture_usual(LANG_EN));

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char xpath[80];

		snprintf(xpath, sizeof(xpath), "//span[contains(@class,'badge')][contains(.,'%s')]",
			 words[i]);
		assert_true(found(doc, xpath) >= 1);
	}
	assert_int_equal(found(doc, "//span[contains(@class,'badge')][not(*[@aria-hidden])]"), 0);
	xmlFreeDoc(doc);
}

static void test_html__model_answers_only_in_practice(void **state)
{
	struct report report = *fixture_usual(LANG_EN);
	xmlDoc *doc = parse(&report);

	(void)state;
	assert_int_equal(found(doc, "//dt[.='Model answer']"), 2);
	assert_int_equal(found(doc, "//caption[.='What a full answer says']"), 2);
	xmlFreeDoc(doc);
	report.mode = "graded";
	doc = parse(&report);
	assert_int_equal(found(doc, "//dt[.='Model answer' or .='Right answer']"), 0);
	assert_int_equal(found(doc, "//article//dt[.='Measured']"), 0);
	assert_int_equal(found(doc, "//caption[.='What a full answer says']"), 0);
	xmlFreeDoc(doc);
}

static void test_index__links_each_report(void **state)
{
	const struct report *reports[] = { fixture_usual(LANG_EN), fixture_hostile(),
					   fixture_empty() };
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	xmlDoc *doc;

	(void)state;
	report_index(f, reports, ARRAY_SIZE(reports));
	fclose(f);
	assert_clean(text, len);
	doc = htmlReadMemory(text, (int)len, NULL, "UTF-8", HTML_PARSE_NOERROR);
	assert_int_equal(found(doc, "//a[@href='host.html'] | //a[@href='hostile.html'] | "
				    "//a[@href='empty.html']"),
			 3);
	assert_int_equal(found(doc, "//script"), 0);
	assert_int_equal(found(doc, "//td[.='49.52%']"), 1);
	assert_int_equal(found(doc, "//td[.='not finished']"), 1);
	xmlFreeDoc(doc);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html__hostile_text_stays_text),
		cmocka_unit_test(test_html__elements_are_nested_well),
		cmocka_unit_test(test_html__policy_matches_the_style),
		cmocka_unit_test(test_html__headings_tables_and_language),
		cmocka_unit_test(test_html__verdicts_are_words),
		cmocka_unit_test(test_html__model_answers_only_in_practice),
		cmocka_unit_test(test_index__links_each_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
