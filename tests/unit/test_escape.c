/* SPDX-License-Identifier: Apache-2.0 */
/* test_escape: nothing that a step starts outlives it. ESCAPE_COUNT says how often each is tried.
 */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <string.h>

#include "runner/base/clock.h"
#include "runner/host/scan.h"

#define COUNT_STRONG (FIXTURE_IS_SANITIZED ? 10 : 100)
#define COUNT_WEAK   5

static const char *const all_shapes[] = { "double-fork", "many-sessions", "hop",
					  "ignore-term", "stop",	  "close-and-daemonize" };

/* Known by their environment, so that the search does not rest on what is being tested. */
static const char *token(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "ESCAPE_TOKEN=%d", (int)getpid());
	return text;
}

static size_t count_alive(void)
{
	struct pids pids = { 0 };
	size_t n;

	scan_marked(token(), &pids);
	n = pids.n;
	pids_done(&pids);
	return n;
}

/* What hops may be between two lives at the moment of looking. */
static size_t count_alive_patiently(void)
{
	size_t n = 0;

	for (int look = 0; look < 20 && !n; look++)
		n = count_alive();
	return n;
}

static void kill_alive(void)
{
	for (int round = 0; round < 5000; round++) {
		struct pids pids = { 0 };

		scan_marked(token(), &pids);
		for (size_t i = 0; i < pids.n; i++)
			pid_kill(pids.v[i], SIGKILL);
		pids_done(&pids);
		if (!pids.n && !count_alive_patiently())
			return;
	}
}

static const char *helper(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 16);

	path[n < 0 ? 0 : n] = '\0';
	snprintf(strrchr(path, '/'), 16, "/escape");
	return path;
}

static void run_shape(struct fixture *f, const char *shape)
{
	const char *const argv[] = { helper(), shape, NULL };
	const char *const env[] = { token(), NULL };

	f->spec.argv = argv;
	f->spec.env = env;
	fixture_run(f);
	assert_int_equal(f->r.end, END_EXITED);
	assert_int_equal(f->r.status, 0);
}

static int weak_count(void)
{
	const char *text = getenv("ESCAPE_COUNT");
	int count = text ? (int)strtol(text, NULL, 10) : COUNT_WEAK;

	return count < COUNT_WEAK ? count : COUNT_WEAK;
}

static int strong_count(void)
{
	const char *text = getenv("ESCAPE_COUNT");

	return text ? (int)strtol(text, NULL, 10) : COUNT_STRONG;
}

static void try_shape(struct fixture *f, const char *shape, int count)
{
	/* Who ignores TERM costs the whole grace. */
	f->g->grace_ms = 50;
	/* The step's output stays open: do not wait the whole drain each time. */
	f->g->drain_ms = 5;
	for (int i = 0; i < count; i++) {
		run_shape(f, shape);
		assert_true(f->r.killed);
		assert_int_equal(i % 10 ? count_alive() : count_alive_patiently(), 0);
	}
}

static void need_rung(struct fixture *f, enum process_rung rung)
{
	if (process_group_rung(f->g) != rung)
		skip();
}

static void test_escape__nothing_leaves_a_cgroup(void **state)
{
	struct fixture *f = *state;

	need_rung(f, RUNG_CGROUP);
	for (size_t i = 0; i < ARRAY_SIZE(all_shapes); i++) {
		int64_t start = clock_us();

		try_shape(f, all_shapes[i], strong_count());
		print_message("%s x %d: %lld ms\n", all_shapes[i], strong_count(),
			      (long long)(clock_us() - start) / 1000);
	}
}

static void test_escape__a_subreaper_finds_them(void **state)
{
	struct fixture *f = *state;

	need_rung(f, RUNG_SUBREAPER);
	for (size_t i = 0; i < ARRAY_SIZE(all_shapes); i++) {
		int64_t start = clock_us();

		try_shape(f, all_shapes[i], weak_count());
		print_message("%s x %d: %lld ms\n", all_shapes[i], weak_count(),
			      (long long)(clock_us() - start) / 1000);
	}
}

static void test_escape__a_process_group_holds_its_members(void **state)
{
	struct fixture *f = *state;

	need_rung(f, RUNG_GROUP);
	try_shape(f, "ignore-term", 2);
	try_shape(f, "stop", 2);
}

/* The control: were the tests above blind, or the shapes harmless, they would pass here too. */
static void test_escape__sessions_leave_a_process_group(void **state)
{
	static const char *const shapes[] = { "double-fork", "many-sessions", "hop",
					      "close-and-daemonize" };
	struct fixture *f = *state;

	need_rung(f, RUNG_GROUP);
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		size_t n;

		run_shape(f, shapes[i]);
		n = count_alive_patiently();
		kill_alive();
		assert_true(n > 0);
	}
}

#define ON_RUNG(fn, rung) cmocka_unit_test_setup_teardown(fn, setup_##rung, fixture_teardown)

static int setup_cgroup(void **state)
{
	fixture_rung = RUNG_CGROUP;
	return fixture_setup(state);
}

static int setup_subreaper(void **state)
{
	fixture_rung = RUNG_SUBREAPER;
	return fixture_setup(state);
}

static int setup_group(void **state)
{
	fixture_rung = RUNG_GROUP;
	return fixture_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RUNG(test_escape__nothing_leaves_a_cgroup, cgroup),
		ON_RUNG(test_escape__a_process_group_holds_its_members, group),
		ON_RUNG(test_escape__sessions_leave_a_process_group, group),
		ON_RUNG(test_escape__a_subreaper_finds_them, subreaper),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
