/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the formats that programs read: JSON by json-c, JUnit by libxml2, TAP by its rules. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <json-c/json.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <limits.h>

#include "reports/figure.h"
#include "runner/base/cleanup.h"
#include "tests/unit/report_fixture.h"
#include "tests/unit/report_render.h"

static const struct report *all(size_t i)
{
	return i == 0 ? fixture_usual(LANG_EN) : i == 1 ? fixture_hostile() : fixture_empty();
}

static struct json_object *parse_json(const struct report *report)
{
	size_t len;
	_cleanup_free_ char *text = render("json", report, &len);
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o;

	assert_clean(text, len);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, text, (int)len);
	assert_int_equal(json_tokener_get_error(tok), json_tokener_success);
	json_tokener_free(tok);
	return o;
}

/* 'experiments/0/checks/1/verdict' */
static struct json_object *at(struct json_object *o, const char *path)
{
	struct json_object *next = NULL;
	char buf[200], *save, *part;
	bool there;

	snprintf(buf, sizeof(buf), "%s", path);
	for (part = strtok_r(buf, "/", &save); part; part = strtok_r(NULL, "/", &save)) {
		if (json_object_is_type(o, json_type_array)) {
			o = json_object_array_get_idx(o, strtoul(part, NULL, 10));
			continue;
		}
		there = json_object_object_get_ex(o, part, &next);
		if (!there)
			fail_msg("no '%s' of '%s'", part, path);
		o = next;
	}
	return o;
}

static const char *text_at(struct json_object *o, const char *path)
{
	return json_object_get_string(at(o, path));
}

static void test_json__has_what_the_schema_promises(void **state)
{
	struct json_object *o = parse_json(fixture_usual(LANG_EN));

	(void)state;
	assert_int_equal(json_object_get_int(at(o, "schema")), 1);
	assert_string_equal(text_at(o, "lab/id"), "host");
	assert_string_equal(text_at(o, "host/kernel"), "Linux 6.1.0-25-amd64");
	assert_string_equal(text_at(o, "started"), "2026-11-21T11:20:00Z");
	assert_string_equal(text_at(o, "finished"), "2026-11-21T11:32:34Z");
	assert_string_equal(text_at(o, "grade/earned"), "86.66");
	assert_int_equal(json_object_get_int(at(o, "grade/earned_hundredths")), 8666);
	assert_true(json_object_get_boolean(at(o, "grade/provisional")));
	assert_int_equal(json_object_get_int(at(o, "exit_code")), 3);
	assert_string_equal(text_at(o, "experiments/0/outcome"), "SUPPORTED");
	assert_string_equal(text_at(o, "experiments/0/predicted/choice"), "svm");
	assert_false(json_object_get_boolean(at(o, "experiments/1/predicted/right")));
	assert_string_equal(text_at(o, "experiments/0/checks/0/verdict"), "PASS");
	assert_int_equal(json_object_get_int(at(o, "experiments/0/checks/0/measures/cpus")), 8);
	assert_string_equal(text_at(o, "experiments/1/checks/0/expected/0"), "usable is true");
	assert_string_equal(text_at(o, "experiments/1/checks/0/found/0/value"), "false");
	assert_non_null(at(o, "experiments/1/checks/0/why"));
	assert_string_equal(text_at(o, "experiments/0/checks/0/evidence/0/where"), "/proc/cpuinfo");
	assert_string_equal(text_at(o, "experiments/0/questions/0/answer"), "svm");
	assert_string_equal(text_at(o, "experiments/0/steps/0/evidence/0/out/text"), "svm\n");
	assert_int_equal(json_object_array_length(at(o, "experiments/0/grade/lines")), 7);
	json_object_put(o);
}

/* The lines, as they stand in the document, give the sum that stands there. */
static void test_json__lines_sum_to_the_grade(void **state)
{
	struct json_object *o = parse_json(fixture_usual(LANG_EN));
	int64_t total = 0;

	(void)state;
	for (size_t i = 0; i < json_object_array_length(at(o, "experiments")); i++) {
		struct json_object *e = json_object_array_get_idx(at(o, "experiments"), i);
		struct json_object *lines = at(e, "grade/lines");
		int64_t earned = 0;

		for (size_t j = 0; j < json_object_array_length(lines); j++) {
			struct json_object *line = json_object_array_get_idx(lines, j);

			if (json_object_get_boolean(at(line, "in_total")) &&
			    !json_object_get_boolean(at(line, "ungraded")))
				earned += json_object_get_int64(at(line, "earned_hundredths"));
		}
		assert_int_equal(earned, json_object_get_int64(at(e, "grade/earned_hundredths")));
		total += earned;
	}
	assert_int_equal(total, json_object_get_int64(at(o, "grade/earned_hundredths")));
	json_object_put(o);
}

static void test_json__bytes_that_are_no_text_are_base64(void **state)
{
	struct json_object *o = parse_json(fixture_hostile());
	const char *path = "experiments/0/steps/0/evidence/0/err/text/base64";

	(void)state;
	assert_string_equal(text_at(o, path), "//4AeA=="); /* ff fe 00 78 */
	assert_non_null(at(o, "lab/title/base64"));
	json_object_put(o);
	o = parse_json(fixture_empty());
	assert_null(at(o, "finished"));
	assert_null(at(o, "experiments/0/predicted"));
	json_object_put(o);
}

static void test_json__answers_are_not_given_away_in_an_exam(void **state)
{
	struct report report = *fixture_usual(LANG_EN);
	struct json_object *o = parse_json(&report), *right;

	(void)state;
	assert_string_equal(text_at(o, "experiments/0/questions/0/right"), "svm");
	json_object_put(o);
	report.mode = "exam";
	o = parse_json(&report);
	assert_false(
		json_object_object_get_ex(at(o, "experiments/0/questions/0"), "right", &right));
	json_object_put(o);
}

static double number(xmlDoc *doc, const char *xpath)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *result = xmlXPathEvalExpression((const xmlChar *)xpath, context);
	double n = xmlXPathCastToNumber(result);

	xmlXPathFreeObject(result);
	xmlXPathFreeContext(context);
	return n;
}

static void test_junit__well_formed_and_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t len;
		_cleanup_free_ char *text = render("junit", all(i), &len);
		xmlDoc *doc = xmlReadMemory(text, (int)len, NULL, NULL, XML_PARSE_NONET);

		assert_clean(text, len);
		assert_non_null(doc);
		assert_true(number(doc, "count(//testcase)") == number(doc, "number(/*/@tests)"));
		assert_true(number(doc, "count(//failure)") == number(doc, "number(/*/@failures)"));
		assert_true(number(doc, "count(//error)") == number(doc, "number(/*/@errors)"));
		assert_true(number(doc, "count(//skipped)") == number(doc, "number(/*/@skipped)"));
		assert_true(number(doc, "sum(//testsuite/@tests)") ==
			    number(doc, "number(/*/@tests)"));
		assert_true(number(doc, "count(//testcase[count(*) > 1])") == 0);
		xmlFreeDoc(doc);
	}
}

static void test_junit__verdicts_map_as_documented(void **state)
{
	size_t len;
	_cleanup_free_ char *text = render("junit", fixture_hostile(), &len);
	xmlDoc *doc = xmlReadMemory(text, (int)len, NULL, NULL, XML_PARSE_NONET);

	(void)state;
	assert_true(number(doc, "count(//testcase[1][not(*)])") == 1); /* PASS */
	assert_true(number(doc, "count(//testcase[2]/failure)") == 1); /* FAIL */
	assert_true(number(doc, "count(//testcase[3]/error)") == 1);   /* BROKEN */
	assert_true(number(doc, "count(//testcase[4]/skipped)") == 1); /* SKIP */
	assert_true(number(doc, "count(//testcase[5]/skipped[starts-with(@message,'n/a')])") == 1);
	assert_true(number(doc, "count(//testcase[6]/skipped[starts-with(@message,'prov')])") == 1);
	assert_true(number(doc, "count(//testcase[7]/failure)") == 1); /* a wrong answer */
	xmlFreeDoc(doc);
}

/* Each level: its plan says how many points follow, numbered from 1. */
static void test_tap__one_plan_and_its_points(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct report *report = all(i);
		size_t len, sub = 0, sub_plan = 0, top = 0, plan = 0, n;
		_cleanup_free_ char *text = render("tap", report, &len);
		char *save, *line = strtok_r(text, "\n", &save);

		assert_string_equal(line, "TAP version 14");
		while ((line = strtok_r(NULL, "\n", &save))) {
			if (line[0] == '#')
				continue;
			if (line[0] != ' ' && sscanf(line, "1..%zu", &n) == 1) {
				plan = n;
			} else if (line[0] != ' ') {
				assert_int_equal(sub, sub_plan);
				top++;
			} else if (sscanf(line, " 1..%zu", &n) == 1) {
				sub_plan = n;
				sub = 0;
			} else if (sscanf(line, " ok %zu", &n) == 1 ||
				   sscanf(line, " not ok %zu", &n) == 1) {
				assert_int_equal(n, ++sub);
			}
		}
		assert_int_equal(plan, report->lab->experiments.n);
		assert_int_equal(top, plan);
	}
}

static void test_tap__verdicts_map_as_documented(void **state)
{
	size_t len;
	_cleanup_free_ char *text = render("tap", fixture_hostile(), &len);

	(void)state;
	assert_clean(text, len);
	assert_int_equal(count(text, "    ok 1 - pass: "), 1);
	assert_int_equal(count(text, "    not ok 2 - fail: "), 1);
	assert_int_equal(count(text, "    not ok 3 - broken: "), 1);
	assert_int_equal(count(text, "severity: \"error\""), 1);
	assert_int_equal(count(text, " # SKIP "), 2);
	assert_int_equal(count(text, " # SKIP n/a: "), 1);
	assert_int_equal(count(text, " # TODO manual"), 1);
	assert_int_equal(count(text, "\nnot ok 1 - e: INCONCLUSIVE"), 1);
	assert_int_equal(count(text, "\nok 99"), 0); /* the forged line */
}

static void test_figure__points_times_and_durations(void **state)
{
	(void)state;
	assert_string_equal(figure_points(0).s, "0.00");
	assert_string_equal(figure_points(1234).s, "12.34");
	assert_string_equal(figure_points(-5).s, "-0.05");
	assert_string_equal(figure_points(INT64_MIN).s, "-92233720368547758.08");
	assert_string_equal(figure_percent(1, 3).s, "33.33%");
	assert_string_equal(figure_percent(2, 2).s, "100.00%");
	assert_string_equal(figure_percent(0, 0).s, "-");
	assert_string_equal(figure_time_iso(0).s, "1970-01-01T00:00:00Z");
	assert_string_equal(figure_duration(7).s, "7 ms");
	assert_string_equal(figure_duration(1050).s, "1.050 s");
	assert_string_equal(figure_duration(125000).s, "2 min 05 s");
	assert_string_equal(figure_duration(3720000).s, "1 h 02 min");
	assert_string_equal(figure_seconds(1005).s, "1.005");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json__has_what_the_schema_promises),
		cmocka_unit_test(test_json__lines_sum_to_the_grade),
		cmocka_unit_test(test_json__bytes_that_are_no_text_are_base64),
		cmocka_unit_test(test_json__answers_are_not_given_away_in_an_exam),
		cmocka_unit_test(test_junit__well_formed_and_counted),
		cmocka_unit_test(test_junit__verdicts_map_as_documented),
		cmocka_unit_test(test_tap__one_plan_and_its_points),
		cmocka_unit_test(test_tap__verdicts_map_as_documented),
		cmocka_unit_test(test_figure__points_times_and_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
