/* SPDX-License-Identifier: Apache-2.0 */
/* test_load_files: every file of fixtures/labs loads, or is complained about word for word. */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/load/load.h"

#define FOLDER "fixtures/labs/"

/* The complaints as the .expected files hold them, the folder left out. */
static void print(struct buf *out, const struct complaints *c)
{
	for (size_t i = 0; i < complaints_kept(c); i++) {
		const struct err *e = &c->v[i];
		const char *slash = e->loc.file ? strrchr(e->loc.file, '/') : NULL;

		if (e->loc.file)
			buf_printf(out, "%s:", slash ? slash + 1 : e->loc.file);
		if (e->loc.line)
			buf_printf(out, "%d:%d:", e->loc.line, e->loc.col);
		buf_printf(out, "%s%s\n", out->len && out->data[out->len - 1] == ':' ? " " : "",
			   e->msg);
	}
	if (c->n > complaints_kept(c))
		buf_printf(out, "and %zu more\n", c->n - complaints_kept(c));
}

/* Loads and prints what was complained about. */
static int load(const char *path, enum load_mode mode, struct buf *said)
{
	struct complaints out = { 0 };
	struct lab *lab = NULL;
	int result = lab_load_file(path, NULL, mode, &lab, &out);

	print(said, &out);
	complaints_done(&out);
	if (result < 0)
		assert_null(lab);
	lab_free(lab);
	return result;
}

static void read_all(const char *path, struct buf *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	char part[4096];
	size_t n;

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(ret, part, n);
}

/* KVMLAB_EXPECT=write makes the .expected files anew, to be read before they are committed. */
static void compare(const char *path, const struct buf *said)
{
	_cleanup_buf_ struct buf name = { 0 }, expected = { 0 };

	buf_add(&name, path, strlen(path) - strlen(".yaml"));
	buf_puts(&name, ".expected");
	if (getenv("KVMLAB_EXPECT")) {
		_cleanup_file_ FILE *f = fopen(name.data, "we");

		assert_non_null(f);
		assert_true(fputs(buf_str(said), f) >= 0);
		return;
	}
	read_all(name.data, &expected);
	if (strcmp(buf_str(&expected), buf_str(said)))
		print_error("%s says\n%s", path, buf_str(said));
	assert_string_equal(buf_str(&expected), buf_str(said));
}

static void test_load__bad_files_are_complained_about_word_for_word(void **state)
{
	glob_t g;

	(void)state;
	assert_int_equal(glob(FOLDER "bad/*.yaml", 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= 30);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		_cleanup_buf_ struct buf said = { 0 };

		if (load(g.gl_pathv[i], LOAD_RUN, &said) == 0)
			fail_msg("%s was loaded", g.gl_pathv[i]);
		assert_true(said.len > 0);
		compare(g.gl_pathv[i], &said);
	}
	globfree(&g);
}

static void test_load__good_files_load(void **state)
{
	glob_t g;

	(void)state;
	assert_int_equal(glob(FOLDER "good/*.yaml", 0, NULL, &g), 0);
	assert_int_equal(glob("labs/*.yaml", GLOB_APPEND, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		_cleanup_buf_ struct buf said = { 0 };

		if (load(g.gl_pathv[i], LOAD_RUN, &said) < 0)
			fail_msg("%s", buf_str(&said));
	}
	globfree(&g);
}

/* A parameter may be missing for lint: the bad file of that name loads then. */
static void test_load__lint_needs_no_parameters(void **state)
{
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	if (load(FOLDER "bad/missing-parameter.yaml", LOAD_LINT, &said) < 0)
		fail_msg("%s", buf_str(&said));
}

static void expect_said(const char *path, const char *expected)
{
	_cleanup_buf_ struct buf said = { 0 };

	assert_int_equal(load(path, LOAD_RUN, &said), -1);
	assert_string_equal(buf_str(&said), expected);
}

static void test_load__what_is_no_file_gets_one_complaint(void **state)
{
	(void)state;
	expect_said("fixtures/labs/nowhere.yaml",
		    "nowhere.yaml: cannot be read: No such file or directory\n");
	expect_said("fixtures/labs", "labs: is a directory, not a file\n");
	expect_said("/dev/zero", "zero: is not a regular file\n");
	/* Opens for everybody, cannot be read by anybody at offset 0. */
	expect_said("/proc/self/mem", "mem: cannot be read: Input/output error\n");
}

static void test_load__too_large_file_is_not_read(void **state)
{
	char path[] = "/tmp/kvmlab-test-XXXXXX";
	_cleanup_fd_ int fd = mkstemp(path);
	_cleanup_buf_ struct buf said = { 0 };

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 2 * 1024 * 1024), 0);
	assert_int_equal(load(path, LOAD_RUN, &said), -1);
	unlink(path);
	assert_non_null(strstr(buf_str(&said), "the file has 2097152 bytes; at most 1048576 are"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load__bad_files_are_complained_about_word_for_word),
		cmocka_unit_test(test_load__good_files_load),
		cmocka_unit_test(test_load__lint_needs_no_parameters),
		cmocka_unit_test(test_load__what_is_no_file_gets_one_complaint),
		cmocka_unit_test(test_load__too_large_file_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
