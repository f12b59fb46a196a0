/* SPDX-License-Identifier: Apache-2.0 */
/* test_load_help: did you mean, the catalog, and what lint warns of. */
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/unit/load_fixture.h"

static const char *near(const char *word)
{
	static const char *const known[] = { "title", "minutes", "threshold",
					     "vm",    "expect",	 "kernel_module" };

	return nearest(word, known, ARRAY_SIZE(known));
}

static void test_nearest__forgives_slips_not_other_words(void **state)
{
	(void)state;
	assert_string_equal(near("titel"), "title");
	assert_string_equal(near("Title"), "title");
	assert_string_equal(near("TITLE"), "title");
	assert_string_equal(near("minute"), "minutes");
	assert_string_equal(near("treshhold"), "threshold");
	assert_string_equal(near("kernel-modul"), "kernel_module");
	assert_string_equal(near("vn"), "vm");
	assert_null(near(""));
	assert_null(near("x"));
	assert_null(near("zz"));
	assert_null(near("experiments"));
	assert_null(near("frobnicate"));
	assert_null(near("a word of far more than the forty letters that are compared at all"));
}

/* A folder of labs for one test, given by KVMLAB_LABS. */
struct folder {
	char path[64];
};

static void put(const struct folder *d, const char *name, const char *text)
{
	_cleanup_buf_ struct buf path = { 0 };
	_cleanup_file_ FILE *f = NULL;

	buf_printf(&path, "%s/%s", d->path, name);
	f = fopen(path.data, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

static int open_folder(void **state)
{
	static struct folder d;

	d = (struct folder){ "/tmp/kvmlab-test-XXXXXX" };
	assert_non_null(mkdtemp(d.path));
	put(&d, "07-zebra.yaml", "kvmlab: 1\nid: zebra\n");
	put(&d, "03-other.yaml", "kvmlab: 1\nid: striped-horse\n");
	put(&d, "broken.yaml", "[");
	put(&d, "notes.txt", "id: notes\n");
	setenv("KVMLAB_LABS", d.path, 1);
	*state = &d;
	return 0;
}

static int close_folder(void **state)
{
	static const char *const names[] = { "07-zebra.yaml", "03-other.yaml", "broken.yaml",
					     "notes.txt" };
	const struct folder *d = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_buf_ struct buf path = { 0 };

		buf_printf(&path, "%s/%s", d->path, names[i]);
		unlink(path.data);
	}
	unsetenv("KVMLAB_LABS");
	return rmdir(d->path);
}

static void expect_found(const struct folder *d, const char *id, const char *file)
{
	_cleanup_arena_ struct arena arena = { 0 };
	_cleanup_buf_ struct buf expected = { 0 };
	const char *path;
	struct err err;

	buf_printf(&expected, "%s/%s", d->path, file);
	if (catalog_find(id, &arena, &path, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(path, expected.data);
}

static void test_catalog__finds_by_file_name_and_by_id(void **state)
{
	expect_found(*state, "zebra", "07-zebra.yaml");
	expect_found(*state, "other", "03-other.yaml");
	expect_found(*state, "striped-horse", "03-other.yaml");
	expect_found(*state, "broken", "broken.yaml");
}

static void test_catalog__takes_paths_as_they_are(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *path;
	struct err err;

	(void)state;
	assert_int_equal(catalog_find("nowhere/lab", &arena, &path, &err), 0);
	assert_string_equal(path, "nowhere/lab");
	assert_int_equal(catalog_find("zebra.yaml", &arena, &path, &err), 0);
	assert_string_equal(path, "zebra.yaml");
}

static void test_catalog__an_unknown_lab_is_a_usage_error(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *path = "untouched";
	struct err err;

	(void)state;
	assert_int_equal(catalog_find("zebar", &arena, &path, &err), -1);
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.msg, "there is no lab 'zebar'; did you mean 'zebra'?");
	assert_int_equal(catalog_find("quux", &arena, &path, &err), -1);
	assert_string_equal(err.msg, "there is no lab 'quux'; 'kvmlab list' names them");
	assert_string_equal(path, "untouched");
}

static void test_catalog__lists_in_the_order_of_file_names(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct strings paths;
	struct err err;
	const char *last = "";

	(void)state;
	assert_int_equal(catalog_list(&arena, &paths, &err), 0);
	assert_true(paths.n >= 3);
	for (size_t i = 0; i < paths.n; i++) {
		const char *name = strrchr(paths.v[i], '/') + 1;

		assert_true(strcmp(last, name) < 0);
		assert_null(strstr(name, ".txt"));
		last = name;
	}
}

static void test_catalog__a_folder_that_is_not_there_is_said(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct strings paths;
	struct err err;
	const struct folder *d = *state;

	setenv("KVMLAB_LABS", "/nowhere", 1);
	assert_int_equal(catalog_list(&arena, &paths, &err), -1);
	assert_string_equal(err.msg,
			    "KVMLAB_LABS '/nowhere' cannot be read: No such file or directory");
	setenv("KVMLAB_LABS", d->path, 1);
}

/* What lint says about a lab, one warning a line. */
static void expect_lint(const char *text, const char *expected)
{
	_cleanup_buf_ struct buf said = { 0 };
	struct complaints out = { 0 };
	struct lab *lab = load_ok(text);

	lab_lint(lab, &out);
	for (size_t i = 0; i < complaints_kept(&out); i++)
		buf_printf(&said, "%d:%d: %s\n", out.v[i].loc.line, out.v[i].loc.col, out.v[i].msg);
	complaints_done(&out);
	lab_free(lab);
	assert_string_equal(buf_str(&said), expected);
}

static void test_lint__is_silent_about_a_whole_lab(void **state)
{
	(void)state;
	expect_lint(ONE, "");
	expect_lint(ONE "    hypothesis: {id: A, en: B}\n"
			"    checks: {a: {use: os_release, expect: {lts: true}, next: Read}}\n"
			"    hypothesis_supported_if: {a: {lts: true}}\n"
			"    hypothesis_refuted_if: {a: {lts: false}}\n",
		    "");
}

static void test_lint__names_missing_translations(void **state)
{
	(void)state;
	expect_lint("kvmlab: 1\nid: t\ntitle: {id: A}\nexperiments:\n"
		    "  - {id: one, title: {en: B}, predict: {ask: C, choices: {a: {id: D},\n"
		    "     b: {text: {en: E}, right_if: {a: {lts: true}}}}},\n"
		    "     checks: {a: {use: os_release}}}\n",
		    "3:1: 'title' has no English text ('en')\n"
		    "5:15: 'title' has no Indonesian text ('id')\n"
		    "5:59: 'a' has no English text ('en')\n"
		    "5:59: prediction 'a' has no 'right_if': it can never be right\n"
		    "6:10: 'text' has no Indonesian text ('id')\n");
}

static void test_lint__names_what_leads_nowhere(void **state)
{
	(void)state;
	expect_lint(ONE
		    "    hypothesis: H\n"
		    "    steps: [{id: look, run: id, root: true}]\n"
		    "    checks:\n"
		    "      idle: {use: os_release}\n"
		    "      used: {use: os_release}\n"
		    "      graded: {use: os_release, expect: {lts: true}}\n"
		    "    questions:\n"
		    "      - {id: q, part: observe, kind: choice, ask: Q, choices: {a: A, b: B},\n"
		    "         answer: used.id}\n"
		    "      - {id: w, part: explain, kind: text, ask: W}\n"
		    "params: {spare: {type: int, default: 1}}\n",
		    "5:5: a hypothesis without 'hypothesis_supported_if': never SUPPORTED\n"
		    "5:5: a hypothesis without 'hypothesis_refuted_if': never REFUTED\n"
		    "8:13: the step runs as root, but 'needs' does not say 'root: true'\n"
		    "10:7: the check expects nothing, and nothing uses its measures\n"
		    "12:7: no 'next': a student whose check fails is not told what to do\n"
		    "16:9: no 'rubric': a teacher has to read every answer\n"
		    "16:9: no 'model_answer' to show when it has been answered\n"
		    "17:10: the parameter is never used\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest__forgives_slips_not_other_words),
		cmocka_unit_test(test_catalog__finds_by_file_name_and_by_id),
		cmocka_unit_test(test_catalog__takes_paths_as_they_are),
		cmocka_unit_test(test_catalog__an_unknown_lab_is_a_usage_error),
		cmocka_unit_test(test_catalog__lists_in_the_order_of_file_names),
		cmocka_unit_test(test_catalog__a_folder_that_is_not_there_is_said),
		cmocka_unit_test(test_lint__is_silent_about_a_whole_lab),
		cmocka_unit_test(test_lint__names_missing_translations),
		cmocka_unit_test(test_lint__names_what_leads_nowhere),
	};

	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
