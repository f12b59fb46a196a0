/* SPDX-License-Identifier: Apache-2.0 */
/* test_process_child: what a command finds when it starts: environment, descriptors, signals. */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_child__environment_is_clean(void **state)
{
	struct fixture *f = *state;
	const char *const env[] = { "vm=db01", "TERM=dumb", NULL };

	setenv("LD_PRELOAD_X", "/tmp/evil.so", 1);
	setenv("BASH_ENV", "/tmp/evil.sh", 1);
	setenv("http_proxy", "http://nowhere", 1);
	setenv("LC_ALL", "id_ID.UTF-8", 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("PATH", ".:relative::/opt/tools:/usr/bin", 1);
	f->spec.env = env;
	fixture_sh(f, "env | sort");
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	assert_null(strstr(f->r.out.kept, "evil"));
	assert_null(strstr(f->r.out.kept, "http_proxy"));
	assert_null(strstr(f->r.out.kept, "id_ID"));
	assert_non_null(strstr(f->r.out.kept, "LC_ALL=C.UTF-8\n"));
	assert_non_null(strstr(f->r.out.kept, "HOME=/nonexistent\n"));
	assert_non_null(strstr(f->r.out.kept, "vm=db01\n"));
	assert_non_null(strstr(f->r.out.kept, "TERM=dumb\n"));
	assert_non_null(strstr(f->r.out.kept, "PATH=/opt/tools:/usr/bin:/usr/local/sbin:"
					      "/usr/local/bin:/usr/sbin:/sbin:/bin\n"));
}

static void test_child__dangerous_names_are_refused(void **state)
{
	static const char *const bad[] = { "LD_PRELOAD=x", "LD_=x",   "BASH_ENV=x", "ENV=x",
					   "IFS=x",	   "PATH=/x", "LC_ALL=C",   "a-b=x",
					   "1a=x",	   "=x",      "novalue" };
	static const char *const good[] = { "LDX=x", "ENVIRONMENT=x", "vm=a b $(false)",
					    "_=", NULL };
	struct fixture *f = *state;
	const char *const argv[] = { "true", NULL };

	f->spec.argv = argv;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *const env[] = { bad[i], NULL };

		f->spec.env = env;
		assert_int_equal(process_run(f->g, &f->spec, &f->arena, &f->r, &f->err), -1);
		assert_int_equal(f->err.kind, ERR_LAB);
	}
	f->spec.env = good;
	fixture_sh(f, "printf %s \"$vm\"");
	assert_string_equal(f->r.out.kept, "a b $(false)");
}

static void test_child__only_three_descriptors(void **state)
{
	struct fixture *f = *state;
	int leaked = open("/dev/null", O_RDONLY); /* no O_CLOEXEC: as a careless parent leaves it */

	assert_true(leaked > 2);
	fixture_sh(f, "i=0; while [ $i -lt 300 ]; do [ ! -e /proc/$$/fd/$i ] || echo $i; "
		      "i=$((i+1)); done");
	assert_string_equal(f->r.out.kept, "0\n1\n2\n");
	/* The control: without the engine it does leak. */
	assert_int_equal(WEXITSTATUS(fixture_plain_sh("test -e /proc/$$/fd/%d", leaked)), 0);
	close(leaked);
}

static void test_child__signals_are_default(void **state)
{
	struct fixture *f = *state;
	sigset_t block, old;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &block, &old);
	fixture_sh(f, "exec cat /proc/self/status");
	assert_non_null(strstr(f->r.out.kept, "SigBlk:\t0000000000000000\n"
					      "SigIgn:\t0000000000000000\n"
					      "SigCgt:\t0000000000000000\n"));
	/* The control: without the engine they are handed down. */
	assert_int_equal(fixture_plain_sh("exec grep -q '^SigIgn:.*1002$' /proc/self/status%s", ""),
			 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
}

static void test_child__umask_and_session(void **state)
{
	struct fixture *f = *state;
	mode_t old = umask(022);

	fixture_sh(f, "umask; read -r line </proc/$$/stat; set -- ${line##*) }; "
		      "test $3 -eq $$ && test $4 -eq $$ && echo leader");
	umask(old);
	assert_string_equal(f->r.out.kept, "0077\nleader\n");
	f->spec.same_session = true;
	fixture_sh(f, "read -r line </proc/$$/stat; set -- ${line##*) }; "
		      "test $3 -eq $$ && test $4 -ne $$ && echo group");
	assert_string_equal(f->r.out.kept, "group\n");
}

static int run_with_descriptors_closed(enum process_rung rung, const char *input)
{
	const char *const argv[] = { "sh", "-c", "cat; echo out; echo err >&2", NULL };
	struct process_spec spec = { .argv = argv, .input = input, .input_len = input ? 3 : 0 };
	struct process_group *g;
	struct arena arena = { 0 };
	struct process_result r;

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	if (process_group_open("kvmlab-test-closed", rung, &g, NULL) < 0 ||
	    process_run(g, &spec, &arena, &r, NULL) < 0)
		return 1;
	process_group_close(g);
	if (strcmp(r.out.kept, input ? "in\nout\n" : "out\n") || strcmp(r.err.kept, "err\n"))
		return 2;
	arena_done(&arena);
	return 0;
}

/* A program started with closed 0, 1 and 2 gets those numbers for its pipes; a cgroup's
 * descriptors would take them first. */
static void test_child__works_without_standard_descriptors(void **state)
{
	static const char *const inputs[] = { NULL, "in\n" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			_exit(run_with_descriptors_closed(i / 2 ? RUNG_GROUP : RUNG_CGROUP,
							  inputs[i % 2]));
		waitpid(pid, &status, 0);
		assert_int_equal(status, 0);
	}
}

/* Some supervisors start programs with SIGCHLD ignored: the kernel then reaps for them. */
static void test_child__status_is_read_where_sigchld_was_ignored(void **state)
{
	struct fixture *f = *state;
	struct process_group *g;

	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(process_group_open("kvmlab-test-chld", fixture_rung, &g, NULL), 0);
	fixture_sh(f, "exit 9");
	process_group_close(g);
	assert_int_equal(f->r.end, END_EXITED);
	assert_int_equal(f->r.status, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_child__environment_is_clean),
		FIXTURE_TEST(test_child__dangerous_names_are_refused),
		FIXTURE_TEST(test_child__only_three_descriptors),
		FIXTURE_TEST(test_child__signals_are_default),
		FIXTURE_TEST(test_child__umask_and_session),
		FIXTURE_TEST(test_child__works_without_standard_descriptors),
		FIXTURE_TEST(test_child__status_is_read_where_sigchld_was_ignored),
	};

	return _cmocka_run_group_tests("process_child", tests, ARRAY_SIZE(tests), NULL, NULL);
}
