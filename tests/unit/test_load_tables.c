/* SPDX-License-Identifier: Apache-2.0 */
/* test_load_tables: the tables of the format are whole, and their examples load. */
#include <ctype.h>

#include "checks/checker.h"
#include "runner/load/answers.h"
#include "runner/load/param.h"
#include "runner/load/schema.h"
#include "tests/unit/load_fixture.h"

/* Calls fn for every row of a table and of the tables below it. */
static void each_row(const struct field *rows, void (*fn)(const struct field *))
{
	for (; rows->name; rows++) {
		fn(rows);
		if (rows->sub)
			each_row(rows->sub, fn);
	}
}

static void check_row(const struct field *f)
{
	size_t len = strlen(f->name);

	if (!f->text || !isupper((unsigned char)f->text[0]))
		fail_msg("'%s' has no text that starts with a capital", f->name);
	if (f->text[strlen(f->text) - 1] != '.')
		fail_msg("the text of '%s' has no full stop", f->name);
	if (f->type == FIELD_ID && !f->required)
		return; /* of a map: its key */
	if (!f->example)
		fail_msg("'%s' has no example", f->name);
	if (strncmp(f->example, f->name, len) || f->example[len] != ':')
		fail_msg("the example of '%s' is '%s'", f->name, f->example);
	if (f->required && f->default_text)
		fail_msg("'%s' must be given and has a default", f->name);
	if (f->type == FIELD_CUSTOM && !shape_find(f))
		fail_msg("'%s' has no shape: add it to shape.c", f->name);
}

static void test_tables__every_row_is_documented(void **state)
{
	(void)state;
	each_row(lab_fields, check_row);
	each_row(answers_fields, check_row);
}

/* A row's example, put where it belongs, is not what is complained about. */
static void check_example(const struct field *f)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct complaints out = { 0 };
	struct load load = { .arena = &arena,
			     .tree = &arena,
			     .out = &out,
			     .file = "example",
			     .path = "example",
			     .lab = arena_alloc(&arena, sizeof(struct lab)) };
	const struct node *child;
	struct node *root;

	if (!f->example || f->custom || f->sub || f->type == FIELD_CUSTOM)
		return;
	if (node_parse(&load, f->example, strlen(f->example), &root) < 0)
		fail_msg("%s: %s", f->example, out.v[0].msg);
	child = node_get(root, f->name);
	assert_non_null(child);
	field_read(&load, f, child, arena_alloc(&arena, 256));
	if (out.n)
		fail_msg("%s: %s", f->example, out.v[0].msg);
}

static void test_tables__examples_of_simple_rows_load(void **state)
{
	(void)state;
	each_row(lab_fields, check_example);
	each_row(answers_fields, check_example);
	for (size_t i = 0; checkers[i]; i++)
		if (checkers[i]->fields)
			each_row(checkers[i]->fields, check_example);
}

/* The examples of whole mappings stand in this lab as they stand in the tables. */
static void test_tables__examples_of_mappings_load(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	const struct field *experiment = lab_fields;

	(void)state;
	buf_puts(&text, HEAD);
	for (const struct field *f = lab_fields; f->name; f++)
		if (f->sub && strcmp(f->name, "experiments"))
			buf_printf(&text, "%s\n", f->example);
	buf_puts(&text, "experiments:\n  - id: one\n    title: One\n");
	while (strcmp(experiment->name, "experiments"))
		experiment++;
	for (const struct field *f = experiment->sub; f->name; f++)
		if (f->sub || f->type == FIELD_CUSTOM)
			buf_printf(&text, "    %s\n", f->example);
	lab_free(load_ok(text.data));
}

static void test_tables__defaults_load(void **state)
{
	(void)state;
	lab_free(load_ok(ONE "    steps: [{id: look, run: echo}]\n"
			     "    checks: {a: {use: os_release}}\n"
			     "    weights: {}\n"));
}

static void test_tables__examples_of_checkers_load(void **state)
{
	(void)state;
	for (size_t i = 0; checkers[i]; i++)
		for (const struct checker_example *e = checkers[i]->examples; e && e->text; e++) {
			_cleanup_buf_ struct buf text = { 0 };

			/* With the hosts and the steps that examples speak of. */
			buf_puts(&text,
				 HEAD "needs: {hosts: [source, destination]}\n"
				      "experiments:\n  - id: one\n    title: One\n"
				      "    steps:\n      - {id: look, run: echo}\n"
				      "      - {id: ping, probe: ping, with: {target: 192.0.2.7}}\n"
				      "      - {id: events, probe: events, with: {on: source}}\n");
			buf_printf(&text, "    checks:\n      a:\n        use: %s\n        ",
				   checkers[i]->name);
			for (const char *p = e->yaml; *p; p++) {
				buf_putc(&text, *p);
				if (*p == '\n')
					buf_puts(&text, "        ");
			}
			buf_putc(&text, '\n');
			lab_free(load_ok(text.data));
		}
}

/* What lint puts in place of a missing value must itself be one. */
static void test_tables__param_types_accept_their_examples_and_no_rubbish(void **state)
{
	(void)state;
	for (const struct param_type *t = param_types; t->name; t++) {
		assert_true(t->is_valid(t->example));
		assert_false(t->is_valid("a\nb"));
		if (strcmp(t->name, "string"))
			assert_false(t->is_valid("$(reboot)"));
	}
}

/* Documents from the tables name every key, checker and measure. */
static void expect_words(void (*write)(FILE *))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	write(f);
	assert_int_equal(fclose(f), 0);
	for (const struct field *row = lab_fields; row->name; row++)
		assert_non_null(strstr(text, row->name));
	for (const struct field *row = check_fields; row->name; row++)
		assert_non_null(strstr(text, row->name));
	for (size_t i = 0; checkers[i]; i++) {
		assert_non_null(strstr(text, checkers[i]->name));
		for (const struct measure_spec *m = checkers[i]->measures; m->name; m++)
			assert_non_null(strstr(text, m->name));
	}
	assert_non_null(strstr(text, "libvirt-uri"));
	assert_non_null(strstr(text, "contains"));
	free(text);
}

static void test_tables__documents_name_everything(void **state)
{
	(void)state;
	expect_words(schema_write_json);
	expect_words(schema_write_markdown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables__every_row_is_documented),
		cmocka_unit_test(test_tables__examples_of_simple_rows_load),
		cmocka_unit_test(test_tables__examples_of_mappings_load),
		cmocka_unit_test(test_tables__defaults_load),
		cmocka_unit_test(test_tables__examples_of_checkers_load),
		cmocka_unit_test(test_tables__param_types_accept_their_examples_and_no_rubbish),
		cmocka_unit_test(test_tables__documents_name_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
