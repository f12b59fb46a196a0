/* SPDX-License-Identifier: Apache-2.0 */
/* test_load_values: parameters, settings, strict values, and how time grows. */
#include <time.h>

#include "runner/load/param.h"
#include "tests/unit/load_fixture.h"

#define PARAMS                                                                                     \
	HEAD "params:\n"                                                                           \
	     "  module: {type: name, default: kvm}\n"                                              \
	     "  count: {type: int}\n"                                                              \
	     "experiments:\n"                                                                      \
	     "  - id: one\n"                                                                       \
	     "    title: One\n"                                                                    \
	     "    steps: [{id: look, run: echo}]\n"                                                \
	     "    checks:\n"                                                                       \
	     "      a: {use: kernel_module, with: {module: $module}, expect: {in_use_by: "         \
	     "$count}}\n"                                                                          \
	     "      b: {use: step_output, with: {step: look, pattern: $$x}}\n"

struct module_params {
	const char *module;
};

static void test_load__settings_override_defaults(void **state)
{
	struct setting v[] = { { "module", "kvm_amd" },
			       { "count", "7" },
			       { "module", "kvm_intel" } };
	struct settings settings = { v, 3 };
	struct complaints out = { 0 };
	struct lab *lab = load_with(PARAMS, &settings, LOAD_RUN, &out);
	const struct check *check;

	(void)state;
	assert_non_null(lab);
	check = &lab->experiments.v[0].checks.v[0];
	assert_string_equal(((const struct module_params *)check->params)->module, "kvm_intel");
	assert_string_equal(lab->params.v[0].default_value, "kvm");
	assert_int_equal(check->expect.v[0].right.i, 7);
	lab_free(lab);
}

static void test_load__settings_are_checked_by_type(void **state)
{
	struct setting v[] = { { "count", "many" }, { "modul", "kvm" } };
	struct settings settings = { v, 2 };
	struct complaints out = { 0 };

	(void)state;
	assert_null(load_with(PARAMS, &settings, LOAD_RUN, &out));
	assert_int_equal(out.n, 2);
	assert_null(out.v[0].loc.file);
	assert_string_equal(out.v[0].msg,
			    "--set count=many: not of type int: a whole number, for example '4'");
	assert_string_equal(out.v[1].msg, "--set modul: this lab has no such parameter; "
					  "did you mean 'module'?");
	complaints_done(&out);
}

static void test_load__a_missing_parameter_stops_a_run_but_not_lint(void **state)
{
	struct complaints out = { 0 };
	struct lab *lab = load_with(PARAMS, NULL, LOAD_LINT, &out);

	(void)state;
	assert_non_null(lab);
	assert_null(lab->params.v[1].value);
	lab_free(lab);
	load_refuse(PARAMS, 6, 3, "parameter 'count' has no value; give one with --set count=4");
}

static void test_load__lint_checks_the_rest_without_parameters(void **state)
{
	struct complaints out = { 0 };
	static const char text[] = PARAMS "      c: {use: kernel_module, with: {modul: $module}}\n";

	(void)state;
	assert_null(load_with(text, NULL, LOAD_LINT, &out));
	assert_int_equal(out.n, 2);
	assert_non_null(strstr(out.v[0].msg, "missing key 'module' in 'with'"));
	assert_non_null(strstr(out.v[1].msg, "unknown key 'modul'"));
	complaints_done(&out);
}

static void test_load__two_dollars_stand_for_one(void **state)
{
	struct lab *lab =
		load_ok(HEAD "params: {x: {type: string, default: secret}}\n"
			     "experiments:\n"
			     "  - id: one\n"
			     "    title: One\n"
			     "    checks:\n"
			     "      a: {use: os_release, expect: {id: $$x, version_id: $x,\n"
			     "          pretty_name: {eq: $5}}}\n");
	const struct matchers *m = &lab->experiments.v[0].checks.v[0].expect;

	(void)state;
	assert_string_equal(m->v[0].right.s, "$x");
	assert_string_equal(m->v[1].right.s, "secret");
	assert_string_equal(m->v[2].right.s, "$5");
	lab_free(lab);
}

/* What a pattern would measure is not known before it has a value: lint keeps quiet. */
static void test_load__lint_expects_anything_of_a_missing_pattern(void **state)
{
	static const char text[] =
		HEAD "params: {p: {type: string}}\n"
		     "experiments:\n"
		     "  - id: one\n"
		     "    title: One\n"
		     "    steps: [{id: look, run: echo}]\n"
		     "    checks:\n"
		     "      a: {use: step_output, with: {step: look, pattern: $p},\n"
		     "          expect: {word: hello}}\n"
		     "    hypothesis_supported_if: {a: {word: hello}}\n";
	struct setting v[] = { { "p", "(?<word>\\w+)" } };
	struct settings settings = { v, 1 };
	struct complaints out = { 0 };

	(void)state;
	lab_free(load_with(text, NULL, LOAD_LINT, &out));
	assert_int_equal(out.n, 0);
	lab_free(load_with(text, &settings, LOAD_RUN, &out));
	assert_int_equal(out.n, 0);
	settings.v[0].value = "(?<other>\\w+)";
	assert_null(load_with(text, &settings, LOAD_RUN, &out));
	assert_string_equal(out.v[0].msg, "'step_output' does not measure 'word'; known: "
					  "exit_status, signalled, timed_out, matched, bytes, "
					  "duration_ms, other");
	complaints_done(&out);
}

/* A sample stands in for a value that is not known: it need not be in a field's range. */
static void test_load__a_sample_need_not_be_in_range(void **state)
{
	static const struct field row = {
		.name = "percent", .type = FIELD_INT, .min = 50, .max = 60
	};
	_cleanup_arena_ struct arena arena = { 0 };
	struct complaints out = { 0 };
	struct param param = { .name = "n", .type = 2 };
	struct lab lab = { .params = { &param, 1 } };
	struct load load = { .arena = &arena,
			     .tree = &arena,
			     .out = &out,
			     .file = "t",
			     .lab = &lab,
			     .substitutes = true };
	struct node node = { .kind = NODE_SCALAR, .text = "$n" };
	int64_t value = 0;

	(void)state;
	assert_string_equal(param_types[param.type].name, "int");
	field_read(&load, &row, &node, &value);
	assert_int_equal(out.n, 0);
	param.value = param_types[param.type].example;
	field_read(&load, &row, &node, &value);
	assert_int_equal(out.n, 1);
	complaints_done(&out);
}

static void test_load__sizes_are_binary_and_strict(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} right[] = {
		{ "0", 0 },
		{ "4096", 4096 },
		{ "512KiB", 524288 },
		{ "20MiB", 20971520 },
		{ "2GiB", 2147483648 },
		{ "8388607TiB", INT64_C(8388607) << 40 },
	};
	static const char *const wrong[] = { "",       "GiB",	"2G",	"2GB",	"2 GiB",     "-1",
					     "1.5GiB", "02KiB", "2gib", "0x10", "8388608TiB" };
	int64_t bytes;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
		assert_int_equal(parse_size(right[i].text, &bytes), 0);
		assert_true(bytes == right[i].bytes);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(parse_size(wrong[i], &bytes), -1);
	load_refuse(ONE "    checks:\n"
			"      a: {use: free_space, with: {path: /tmp, at_least: 2G}}\n",
		    8, 57,
		    "'at_least' must be a size such as 4096, 512KiB, 20MiB or 2GiB, not '2G'");
}

static void test_load__numbers_are_strict(void **state)
{
	static const char *const wrong[] = { "007",   "+5",  "0x10",
					     "1_000", "1.0", "1e3",
					     "''",    "'5'", "99999999999999999999",
					     "five",  "true" };
	static const char *const right[] = { "1", "7", "600" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong) + ARRAY_SIZE(right); i++) {
		bool is_right = i >= ARRAY_SIZE(wrong);
		_cleanup_buf_ struct buf text = { 0 };
		struct complaints out = { 0 };
		struct lab *lab;

		buf_printf(&text, "%sminutes: %s\n", ONE,
			   is_right ? right[i - ARRAY_SIZE(wrong)] : wrong[i]);
		lab = load_with(text.data, NULL, LOAD_RUN, &out);
		if ((lab != NULL) != is_right)
			fail_msg("%s", text.data);
		complaints_done(&out);
		lab_free(lab);
	}
}

static void test_load__only_true_and_false_are_booleans(void **state)
{
	static const char *const wrong[] = { "yes", "no", "on", "off", "True", "FALSE", "y", "1" };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_buf_ struct buf text = { 0 };
		struct complaints out = { 0 };

		buf_printf(&text, "%sneeds: {root: %s}\n", ONE, wrong[i]);
		assert_null(load_with(text.data, NULL, LOAD_RUN, &out));
		assert_non_null(strstr(out.v[0].msg, "'root' must be true or false, not"));
		complaints_done(&out);
	}
	lab_free(load_ok(ONE "needs: {root: true}\n"));
}

static void test_load__an_unknown_checker_is_complained_about_once(void **state)
{
	(void)state;
	load_refuse(ONE "    checks: {a: {use: kernel_modul, with: {x: 1}, expect: {y: 2}}}\n"
			"    hypothesis_supported_if: {a: {z: 3}}\n",
		    7, 23, "there is no checker 'kernel_modul'; did you mean 'kernel_module'?");
}

static void fill_params(struct buf *text, size_t n)
{
	buf_puts(text, HEAD "experiments: [{id: one, title: One}]\nparams:\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(text, " p%zu: {type: int, default: 1}\n", (i * 7919) % n);
}

static void fill_wrong_needs(struct buf *text, size_t n)
{
	buf_puts(text, ONE "    checks:\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(text, "      c%zu: {use: os_release, needs: [d%zu]}\n", i, i);
}

static void fill_wrong_measures(struct buf *text, size_t n)
{
	buf_puts(text,
		 ONE "    steps: [{id: s, run: a}]\n    checks:\n"
		     "      a:\n        use: step_output\n        with: {step: s, pattern: '");
	for (size_t i = 0; i < n; i++)
		buf_printf(text, "(?<g%zu>a)", i);
	buf_puts(text, "'}\n        expect: {");
	for (size_t i = 0; i < n; i++)
		buf_printf(text, "h%zu: a, ", i);
	buf_puts(text, "}\n");
}

/* Microseconds of the processor, loaded or not. */
static int64_t load_time(void (*fill)(struct buf *, size_t), size_t n)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct complaints out = { 0 };
	struct timespec a, b;
	struct lab *lab = NULL;

	fill(&text, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	lab_load_bytes("t.yaml", text.data, text.len, NULL, LOAD_RUN, &lab, &out);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	complaints_done(&out);
	lab_free(lab);
	return (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
}

/* Ten times as much: something quadratic takes a hundred times as long. */
static void expect_no_square(void (*fill)(struct buf *, size_t), size_t n)
{
	int64_t small, large;

	load_time(fill, n);
	small = load_time(fill, n);
	large = load_time(fill, n * 10);
	if (large > small * 40)
		fail_msg("%zu: %lld us; %zu: %lld us", n, (long long)small, n * 10,
			 (long long)large);
}

static void test_load__time_grows_with_size_not_its_square(void **state)
{
	(void)state;
	expect_no_square(fill_params, 2000);
}

static void test_load__time_grows_with_mistakes_not_their_square(void **state)
{
	(void)state;
	expect_no_square(fill_wrong_needs, 1700);
	/* The names that a pattern may have are limited to 10,000. */
	expect_no_square(fill_wrong_measures, 500);
}

static void test_load__long_chain_of_needs_loads(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };

	(void)state;
	buf_puts(&text, ONE "    checks:\n");
	for (int i = 0; i < 10000; i++)
		buf_printf(&text, "      c%d: {use: os_release%s%d%s}\n", i,
			   i < 9999 ? ", needs: [c" : ", points: ", i < 9999 ? i + 1 : 1,
			   i < 9999 ? "]" : "");
	lab_free(load_ok(text.data));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load__settings_override_defaults),
		cmocka_unit_test(test_load__settings_are_checked_by_type),
		cmocka_unit_test(test_load__a_missing_parameter_stops_a_run_but_not_lint),
		cmocka_unit_test(test_load__lint_checks_the_rest_without_parameters),
		cmocka_unit_test(test_load__two_dollars_stand_for_one),
		cmocka_unit_test(test_load__lint_expects_anything_of_a_missing_pattern),
		cmocka_unit_test(test_load__a_sample_need_not_be_in_range),
		cmocka_unit_test(test_load__sizes_are_binary_and_strict),
		cmocka_unit_test(test_load__numbers_are_strict),
		cmocka_unit_test(test_load__only_true_and_false_are_booleans),
		cmocka_unit_test(test_load__an_unknown_checker_is_complained_about_once),
		cmocka_unit_test(test_load__time_grows_with_size_not_its_square),
		cmocka_unit_test(test_load__time_grows_with_mistakes_not_their_square),
		cmocka_unit_test(test_load__long_chain_of_needs_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
