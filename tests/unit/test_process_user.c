/* SPDX-License-Identifier: Apache-2.0 */
/* test_process_user: as an ordinary user: no cgroup, sudo, and processes that cannot be killed. */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>

#define NOBODY 65534

struct places {
	char dir[64]; /* holds yes/sudo, which lets everybody in, no/sudo, and some/sudo: 'true'
		       * only
		       */
	char yes[128], no[128], some[128];
};

static void copy_program(const char *from, const char *to)
{
	_cleanup_fd_ int in = open(from, O_RDONLY | O_CLOEXEC);
	_cleanup_fd_ int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	char bytes[4096];
	ssize_t n;

	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		if (write(out, bytes, (size_t)n) != n)
			return;
	if (fchmod(out, 04755) < 0)
		return;
}

static void refuse_at(const char *path, const char *but)
{
	_cleanup_file_ FILE *f = fopen(path, "we");

	if (!f)
		return;
	fprintf(f, "#!/bin/sh\n%s\necho 'sudo: a password is required' >&2\nexit 1\n", but);
	fchmod(fileno(f), 0755);
}

static int make_places(void **state)
{
	static struct places p;
	char helper[4096], path[160];
	ssize_t n = readlink("/proc/self/exe", helper, sizeof(helper) - 16);

	*state = NULL;
	if (geteuid() != 0 || n < 0)
		return 0;
	helper[n] = '\0';
	snprintf(strrchr(helper, '/'), 16, "/become_root");
	snprintf(p.dir, sizeof(p.dir), "/tmp/kvmlab-test-XXXXXX");
	if (!mkdtemp(p.dir) || chmod(p.dir, 0755) < 0)
		return -1;
	snprintf(p.yes, sizeof(p.yes), "%s/yes", p.dir);
	snprintf(p.no, sizeof(p.no), "%s/no", p.dir);
	snprintf(p.some, sizeof(p.some), "%s/some", p.dir);
	if (mkdir(p.yes, 0755) < 0 || mkdir(p.no, 0755) < 0 || mkdir(p.some, 0755) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/sudo", p.yes);
	copy_program(helper, path);
	snprintf(path, sizeof(path), "%s/sudo", p.no);
	refuse_at(path, "");
	snprintf(path, sizeof(path), "%s/sudo", p.some);
	refuse_at(path, "[ \"$*\" != '-n true' ] || exit 0");
	*state = &p;
	return 0;
}

static int remove_places(void **state)
{
	struct places *p = *state;

	return p ? fixture_plain_sh("rm -rf %s", p->dir) : 0;
}

/* In a child that is nobody; the line of the first thing that was wrong is the exit status. */
#define EXPECT(what)                                                                               \
	do {                                                                                       \
		if (!(what))                                                                       \
			return __LINE__;                                                           \
	} while (0)

typedef int as_user_fn(struct process_group *g, struct arena *arena);

static void run_as_user(void **state, const char *sudo_dir, as_user_fn *fn)
{
	struct process_group *g;
	struct arena arena = { 0 };
	char path[256], name[64];
	int status;
	pid_t pid;

	if (!*state)
		skip();
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", sudo_dir);
	snprintf(name, sizeof(name), "kvmlab-test-user-%d", (int)getpid());
	pid = fork();
	if (pid == 0) {
		setenv("PATH", path, 1);
		if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
		    setresuid(NOBODY, NOBODY, NOBODY) < 0 || chdir("/") < 0 ||
		    process_group_open(name, RUNG_CGROUP, &g, NULL) < 0)
			_exit(255);
		status = fn(g, &arena);
		process_group_close(g);
		arena_done(&arena);
		_exit(status);
	}
	waitpid(pid, &status, 0);
	if (status)
		fail_msg("line %d, signal %d", WEXITSTATUS(status), WTERMSIG(status));
}

static int sh(struct process_group *g, struct arena *arena, struct process_spec *spec,
	      struct process_result *r)
{
	spec->timeout_ms = spec->timeout_ms ? spec->timeout_ms : 10000;
	return process_run(g, spec, arena, r, NULL);
}

static int survive_without_cgroup(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "sh", "-c", "(setsid sleep 100 &); id -u", NULL };
	struct process_spec spec = { .argv = argv };
	struct process_result r;

	EXPECT(process_group_rung(g) == RUNG_SUBREAPER);
	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_EXITED && !strcmp(r.out.kept, "65534\n"));
	EXPECT(r.killed && group_is_empty(g));
	return 0;
}

static void test_user__goes_on_without_a_cgroup(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->no : "", survive_without_cgroup);
}

static int run_root_steps(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "sh", "-c",
				     "id -u; echo \"$vm $LC_ALL\"; cat; test -z \"$TERM\"", NULL };
	const char *const env[] = { "vm=a  b;$(false) 'x'", NULL };
	struct process_spec spec = { .argv = argv, .env = env, .root = true };
	struct process_result r;

	setenv("TERM", "dumb", 1);
	spec.input = "in\n";
	spec.input_len = 3;
	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_EXITED && r.status == 0);
	EXPECT(!strcmp(r.out.kept, "0\na  b;$(false) 'x' C.UTF-8\nin\n"));
	return 0;
}

static void test_user__root_step_goes_through_sudo(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->yes : "", run_root_steps);
}

static int find_missing_command(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "no-such-command-here", NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct process_result r;

	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_NOT_RUN && r.status == ENOENT);
	return 0;
}

static void test_user__missing_command_is_seen_through_sudo(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->yes : "", find_missing_command);
}

static int be_refused(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "touch", "/tmp/kvmlab-test-must-not-be", NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct process_result r;

	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_NOT_RUN && r.status == EPERM && r.err.total == 0);
	EXPECT(access(argv[1], F_OK) < 0);
	return 0;
}

static void test_user__password_means_not_run(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->no : "", be_refused);
}

/* It lets 'true' through and then refuses the very command. */
static int be_refused_late(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "touch", "/tmp/kvmlab-test-must-not-be", NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct process_result r;

	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_NOT_RUN && r.status == EPERM);
	EXPECT(strstr(r.err.kept, "a password is required"));
	EXPECT(access(argv[1], F_OK) < 0);
	return 0;
}

static void test_user__refused_command_means_not_run(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->some : "", be_refused_late);
}

/* The control: what sudo says when it refuses is no proof; the command itself may end so. */
static int end_as_sudo_does(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "sh", "-c", "echo 'sudo: a password is required' >&2; exit 1",
				     NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct process_result r;

	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_EXITED && r.status == 1);
	return 0;
}

static void test_user__command_that_ends_as_sudo_does_was_run(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->yes : "", end_as_sudo_does);
}

static int end_root_step(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "sh", "-c", "sleep 100 & sleep 100", NULL };
	struct process_spec spec = { .argv = argv, .root = true, .timeout_ms = 300 };
	struct process_result r;

	EXPECT(process_group_rung(g) == RUNG_SUBREAPER);
	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_TIMED_OUT && group_is_empty(g));
	return 0;
}

static void test_user__ends_what_root_started(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->yes : "", end_root_step);
}

/* Root's process, and no sudo to end it with: the control of the test above. */
static int meet_unkillable(struct process_group *g, struct arena *arena)
{
	const char *const argv[] = { "../yes/sudo", "sleep", "3", NULL };
	struct process_spec spec = { .argv = argv, .timeout_ms = 700 };
	struct process_result r;
	char dir[128];

	snprintf(dir, sizeof(dir), "%.*s", (int)strcspn(getenv("PATH"), ":"), getenv("PATH"));
	spec.directory = dir;
	g->grace_ms = 50;
	g->kill_ms = 200;
	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_UNKILLABLE);
	EXPECT(!group_is_empty(g));
	/* The next step is not burdened with it. */
	spec = (struct process_spec){ .argv = (const char *const[]){ "true", NULL } };
	EXPECT(sh(g, arena, &spec, &r) == 0);
	EXPECT(r.end == END_EXITED && !r.killed);
	return 0;
}

static void test_user__unkillable_is_said(void **state)
{
	struct places *p = *state;

	run_as_user(state, p ? p->no : "", meet_unkillable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user__goes_on_without_a_cgroup),
		cmocka_unit_test(test_user__root_step_goes_through_sudo),
		cmocka_unit_test(test_user__missing_command_is_seen_through_sudo),
		cmocka_unit_test(test_user__password_means_not_run),
		cmocka_unit_test(test_user__refused_command_means_not_run),
		cmocka_unit_test(test_user__command_that_ends_as_sudo_does_was_run),
		cmocka_unit_test(test_user__ends_what_root_started),
		cmocka_unit_test(test_user__unkillable_is_said),
	};

	return cmocka_run_group_tests_name("process_user", tests, make_places, remove_places);
}
