/* SPDX-License-Identifier: Apache-2.0 */
/* test_process_group: groups from opening to closing, the ladder, and what must never be killed. */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "runner/base/clock.h"
#include "runner/host/cgroup_place.h"
#include "runner/host/scan.h"

#define NOBODY 65534

static const char *own_name(void)
{
	static char name[64];

	/* Children that are forked later have the same. */
	if (!name[0])
		snprintf(name, sizeof(name), "kvmlab-test-group-%d", (int)getpid());
	return name;
}

static size_t count_marked(const char *entry)
{
	struct pids pids = { 0 };
	size_t n;

	scan_marked(entry, &pids);
	n = pids.n;
	pids_done(&pids);
	return n;
}

static bool comes_true(bool (*holds)(const void *), const void *data)
{
	int64_t until = clock_us() + 5000000;

	while (!holds(data)) {
		if (clock_us() > until)
			return false;
		usleep(2000);
	}
	return true;
}

static void test_group__never_signals_everybody(void **state)
{
	static const pid_t targets[] = { -1, 0, 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		assert_int_equal(pid_kill(targets[i], 0), -1);
		assert_int_equal(errno, EINVAL);
		/* The control: the kernel would have let it through, were we root. */
		if (geteuid() == 0)
			assert_int_equal(kill(targets[i], 0), 0);
	}
	assert_int_equal(pid_kill(getpid(), 0), -1);
	assert_int_equal(pid_kill(-getpgrp(), 0), -1);
	assert_int_equal(pid_kill(-(1), 0), -1);
}

static void test_group__bad_names_are_refused(void **state)
{
	static const char *const names[] = { "",    ".",   "..", "a/b", "../a", "cgroup.procs",
					     "a b", "a\nb" };
	struct process_group *g;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(process_group_open(names[i], RUNG_CGROUP, &g, NULL), -1);
}

static bool is_alive_by_mark(const void *entry)
{
	return count_marked(entry) > 0;
}

/* A kvmlab that dies by kill -9 while a step runs that has a daemon in another session. */
static void leave_survivor(const char *entry)
{
	const char *name = own_name();
	pid_t pid = fork();

	if (pid == 0) {
		const char *const argv[] = { "sh", "-c", "setsid sleep 300 & exec sleep 300",
					     NULL };
		const char *const env[] = { entry, NULL };
		struct process_spec spec = { .argv = argv, .env = env, .timeout_ms = 300000 };
		struct process_group *g;
		struct arena arena = { 0 };
		struct process_result r;

		if (process_group_open(name, fixture_rung, &g, NULL) == 0)
			process_run(g, &spec, &arena, &r, NULL);
		_exit(1);
	}
	assert_true(comes_true(is_alive_by_mark, entry));
	while (count_marked(entry) < 2)
		usleep(1000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool is_one_left(const void *entry)
{
	return count_marked(entry) <= 1;
}

static void test_group__opening_ends_what_a_killed_kvmlab_left(void **state)
{
	struct process_group *g;
	char entry[64];

	(void)state;
	snprintf(entry, sizeof(entry), "LEFT_TOKEN=%d", (int)getpid());
	for (fixture_rung = RUNG_CGROUP; fixture_rung <= RUNG_GROUP; fixture_rung++) {
		leave_survivor(entry);
		/* The main process dies with its parent; the control: the daemon does not. */
		assert_true(comes_true(is_one_left, entry));
		assert_int_equal(count_marked(entry), 1);
		assert_int_equal(process_group_open(own_name(), fixture_rung, &g, NULL), 0);
		assert_int_equal(count_marked(entry), 0);
		process_group_close(g);
	}
}

static void test_group__a_left_cgroup_is_found_in_another_place(void **state)
{
	char *top = cgroup_place_own(own_name()), inner[4096], other[4096], *found[2];
	struct process_group *g;

	(void)state;
	if (!top || mkdir(top, 0755) < 0) {
		free(top);
		skip();
	}
	/* As after logging in again: the name is below a cgroup that is not ours. */
	snprintf(other, sizeof(other), "%s/session", top);
	snprintf(inner, sizeof(inner), "%s/session/%s-x", top, own_name());
	assert_int_equal(mkdir(other, 0755), 0);
	assert_int_equal(mkdir(inner, 0755), 0);
	snprintf(other, sizeof(other), "%s-x", own_name());
	assert_int_equal(cgroup_place_find(other, found, 2), 1);
	assert_string_equal(found[0], inner);
	free(found[0]);
	assert_int_equal(process_group_open(other, RUNG_CGROUP, &g, NULL), 0);
	assert_int_equal(access(inner, F_OK), -1);
	process_group_close(g);
	assert_int_equal(process_group_open(own_name(), RUNG_CGROUP, &g, NULL), 0);
	process_group_close(g);
	assert_int_equal(access(top, F_OK), -1);
	free(top);
}

static void test_group__nothing_remains_of_a_closed_group(void **state)
{
	struct fixture *f = *state;
	char *path;

	if (process_group_rung(f->g) != RUNG_CGROUP)
		skip();
	path = strdup(f->g->cgroup.top);
	fixture_sh(f, "mkdir $(dirname /sys/fs/cgroup/x) 2>/dev/null; exit 0");
	assert_int_equal(access(path, F_OK), 0);
	process_group_close(f->g);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	assert_int_equal(process_group_open(own_name(), fixture_rung, &f->g, NULL), 0);
}

/* Linux 6.14 kills who is born into a cgroup that was ever killed. */
static void test_group__works_after_a_kill(void **state)
{
	struct fixture *f = *state;

	f->g->grace_ms = 20;
	for (int i = 0; i < 3; i++) {
		f->spec.timeout_ms = 500;
		fixture_sh(f, "trap '' TERM; while :; do sleep 0.05; done");
		assert_int_equal(f->r.end, END_TIMED_OUT);
		assert_int_equal(f->r.status, SIGKILL);
		f->spec.timeout_ms = 0;
		fixture_sh(f, "echo fine");
		assert_int_equal(f->r.end, END_EXITED);
		assert_string_equal(f->r.out.kept, "fine\n");
	}
}

/* The same from outside: the engine did not see the kill and must notice it by the stillbirth. */
static void test_group__works_after_a_foreign_kill(void **state)
{
	struct fixture *f = *state;

	if (process_group_rung(f->g) != RUNG_CGROUP || f->g->cgroup.kill < 0)
		skip();
	assert_int_equal(pwrite(f->g->cgroup.kill, "1", 1, 0), 1);
	fixture_sh(f, "echo fine");
	assert_int_equal(f->r.end, END_EXITED);
	assert_string_equal(f->r.out.kept, "fine\n");
	assert_int_equal(process_group_rung(f->g), RUNG_CGROUP);
	fixture_sh(f, "setsid sleep 100 & exit 0");
	assert_int_equal(f->r.survivors_found, 1);
	fixture_assert_empty(f);
}

static void test_group__falls_to_the_next_rung_when_its_cgroup_is_gone(void **state)
{
	struct fixture *f = *state;

	if (process_group_rung(f->g) != RUNG_CGROUP)
		skip();
	cgroup_close(&f->g->cgroup);
	f->g->cgroup.dir = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fixture_sh(f, "(setsid sleep 100 &); echo fine");
	assert_int_equal(f->r.end, END_EXITED);
	assert_string_equal(f->r.out.kept, "fine\n");
	assert_int_equal(process_group_rung(f->g), RUNG_SUBREAPER);
	assert_true(f->r.killed);
	fixture_assert_empty(f);
}

/* Kernels without clone3, or a container that forbids it. */
static void test_group__starts_by_fork(void **state)
{
	struct fixture *f = *state;
	const char *const argv[] = { "/no/such/file", NULL };

	f->g->spawner.slow = true;
	fixture_sh(f, "echo fine; (setsid sleep 100 &); exit 4");
	assert_int_equal(f->r.end, END_EXITED);
	assert_int_equal(f->r.status, 4);
	assert_int_equal(process_group_rung(f->g), fixture_rung);
	if (fixture_rung != RUNG_GROUP)
		assert_int_equal(f->r.survivors_found, 1);
	f->spec.argv = argv;
	fixture_run(f);
	assert_int_equal(f->r.end, END_NOT_RUN);
	assert_int_equal(f->r.status, ENOENT);
}

static void test_group__bystanders_are_spared(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", "sleep 100 & wait", NULL);
		_exit(127);
	}
	fixture_sh(f, "(sleep 100 &); exit 0");
	assert_true(f->r.killed);
	assert_int_equal(f->r.survivors_found, 1);
	assert_int_equal(kill(pid, 0), 0);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	f->spec.timeout_ms = 100;
	fixture_sh(f, "sleep 100");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

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

#define ON_RUNG(fn, rung)                                                                          \
	{                                                                                          \
#fn "_" #rung, fn, setup_##rung, fixture_teardown, NULL                            \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group__never_signals_everybody),
		cmocka_unit_test(test_group__bad_names_are_refused),
		ON_RUNG(test_group__starts_by_fork, group),
		cmocka_unit_test(test_group__opening_ends_what_a_killed_kvmlab_left),
		cmocka_unit_test(test_group__a_left_cgroup_is_found_in_another_place),
		ON_RUNG(test_group__nothing_remains_of_a_closed_group, cgroup),
		ON_RUNG(test_group__works_after_a_kill, cgroup),
		ON_RUNG(test_group__works_after_a_kill, subreaper),
		ON_RUNG(test_group__works_after_a_foreign_kill, cgroup),
		ON_RUNG(test_group__falls_to_the_next_rung_when_its_cgroup_is_gone, cgroup),
		ON_RUNG(test_group__starts_by_fork, cgroup),
		ON_RUNG(test_group__starts_by_fork, subreaper),
		ON_RUNG(test_group__bystanders_are_spared, cgroup),
		ON_RUNG(test_group__bystanders_are_spared, subreaper),
	};

	return cmocka_run_group_tests_name("process_group", tests, NULL, NULL);
}
