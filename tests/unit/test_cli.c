/* SPDX-License-Identifier: Apache-2.0 */
/* test_cli: command lines become options and operands; the table of commands is in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/cli.h"

#define PARSE(cli, err, ...) parse(cli, err, (const char *const[]){ "kvmlab", __VA_ARGS__, NULL })

static char words[16][64];
static char *argv_of[17];

/* getopt reorders and wants writable words. */
static int parse(struct cli *cli, struct err *err, const char *const *line)
{
	int n = 0;

	*cli = (struct cli){ 0 };
	*err = (struct err){ 0 };
	for (; line[n]; n++) {
		snprintf(words[n], sizeof(words[n]), "%s", line[n]);
		argv_of[n] = words[n];
	}
	argv_of[n] = NULL;
	if (cli_parse(cli, n, argv_of, err) < 0)
		return -1;
	return cli_check(cli, err);
}

static void test_cli__options_and_operands_in_any_order(void **state)
{
	struct cli cli;
	struct err err;
	size_t n;

	(void)state;
	assert_int_equal(PARSE(&cli, &err, "--plain", "run", "host", "--set", "a=1", "x",
			       "--set=b=2", "--", "--yes"),
			 0);
	assert_string_equal(cli.command->name, "run");
	assert_true(cli_is_plain(&cli));
	assert_false(cli_has(&cli, "yes"));
	assert_string_equal(cli_values(&cli, "set", &n)[0], "a=1");
	assert_int_equal(n, 2);
	assert_string_equal(cli_value(&cli, "set"), "b=2");
	assert_string_equal(cli_operands(&cli, &n)[2], "--yes");
	assert_int_equal(n, 3);
	assert_null(cli_values(&cli, "report", &n));
	assert_int_equal(n, 0);
	cli_done(&cli);
}

static void test_cli__mistakes_are_usage_errors(void **state)
{
	static const char *const lines[][5] = {
		{ "kvmlab", "lst", NULL },
		{ "kvmlab", "run", "--bogus", NULL },
		{ "kvmlab", "show", NULL },
		{ "kvmlab", "show", "a", "b", NULL },
		{ "kvmlab", "list", "--lang", NULL },
		{ "kvmlab", "list", "--lang=fr", NULL },
		{ "kvmlab", "list", "--plain=1", NULL },
		{ "kvmlab", "list", "-Z", NULL },
		{ "kvmlab", "--bogus", NULL },
	};
	struct cli cli;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		assert_int_equal(parse(&cli, &err, lines[i]), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(err.msg[0] != '\0');
		cli_done(&cli);
	}
}

static void test_cli__json_is_known_before_a_mistake(void **state)
{
	struct cli cli;
	struct err err;

	(void)state;
	assert_int_equal(PARSE(&cli, &err, "list", "--bogus", "--format", "json"), -1);
	assert_true(cli_wants_json(&cli));
	cli_done(&cli);
	assert_int_equal(PARSE(&cli, &err, "lint", "--", "--format=json"), 0);
	assert_false(cli_wants_json(&cli));
	cli_done(&cli);
}

static void test_cli__commands_are_sorted_and_described(void **state)
{
	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		const struct command *c = commands[i];
		char start[80];

		snprintf(start, sizeof(start), "kvmlab %s", c->name);
		assert_true(i == 0 || strcmp(commands[i - 1]->name, c->name) < 0);
		assert_non_null(c->run);
		assert_true(c->summary && c->summary[0]);
		assert_true(c->example && strstr(c->example, start));
		assert_true(c->max < 0 || c->max >= c->min);
		assert_true((c->max != 0) == (c->arguments != NULL));
		for (const struct option_spec *o = c->options; o && o->name; o++)
			assert_true(o->text && o->text[0]);
	}
}

/* Letters and names mean one thing within a command. */
static void test_cli__options_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		for (const struct option_spec *o = commands[i]->options; o && o->name; o++) {
			for (const struct option_spec *p = o + 1; p->name; p++) {
				assert_string_not_equal(o->name, p->name);
				assert_true(!o->letter || o->letter != p->letter);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cli__options_and_operands_in_any_order),
		cmocka_unit_test(test_cli__mistakes_are_usage_errors),
		cmocka_unit_test(test_cli__json_is_known_before_a_mistake),
		cmocka_unit_test(test_cli__commands_are_sorted_and_described),
		cmocka_unit_test(test_cli__options_are_unique),
	};

	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
