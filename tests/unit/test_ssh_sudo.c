/* SPDX-License-Identifier: Apache-2.0 */
/* test_ssh_sudo: what a remote host's script says of a command that its sudo lets in or refuses. */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runner/host/ssh_script.h"

#define NOBODY 65534
#define MARK   "0123456789abcdef0123456789abcdef"
#define TOKEN  "fedcba9876543210fedcba9876543210"
#define LETS_IN                                                                                    \
	"while [ \"$1\" != -- ] && [ \"$1\" != true ]; do shift; done\n"                           \
	"[ \"$1\" != -- ] || shift\nexec \"$@\"\n"
#define REFUSES "[ \"$*\" != '-n true' ] || exit 0\necho 'sudo: not you' >&2\nexit 1\n"

struct outcome {
	int failed; /* line of what did not work at all */
	struct ssh_report report;
	char out[64];
};

/* The script looks for sudo in the system's places only: this is one, of this process alone. */
static bool put_sudo(const char *text)
{
	_cleanup_file_ FILE *f = NULL;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/usr/local/sbin", "tmpfs", 0, "mode=755") < 0)
		return false;
	f = fopen("/usr/local/sbin/sudo", "we");
	return f && fprintf(f, "#!/bin/sh\n%s", text) > 0 && fchmod(fileno(f), 0755) == 0;
}

static int run_script(const struct process_spec *remote, struct outcome *ret)
{
	const char *const argv[] = { "sh", NULL };
	struct process_spec spec = { .argv = argv, .input_stays = true, .timeout_ms = 20000 };
	_cleanup_arena_ struct arena arena = { 0 };
	_cleanup_buf_ struct buf script = { 0 };
	struct process_group *g;
	struct process_result r;
	size_t n;

	ssh_script_run(&script, remote, MARK, TOKEN);
	spec.input = script.data;
	spec.input_len = script.len;
	if (process_group_open("kvmlab-test-ssh-sudo", RUNG_CGROUP, &g, NULL) < 0)
		return __LINE__;
	if (process_run(g, &spec, &arena, &r, NULL) < 0)
		return __LINE__;
	process_group_close(g);
	n = r.err.kept_len;
	if (n < SSH_REPORT_SIZE ||
	    !ssh_report_parse(r.err.kept + n - SSH_REPORT_SIZE, TOKEN, &ret->report))
		return __LINE__;
	snprintf(ret->out, sizeof(ret->out), "%s", r.out.kept);
	return 0;
}

/* As nobody on a host with such a sudo. */
static void run_remote(const char *sudo, const char *text, const char *input, struct outcome *ret)
{
	const char *const argv[] = { "sh", "-c", text, NULL };
	const char *const env[] = { "word=a b", NULL };
	struct process_spec spec = {
		.argv = argv, .env = env, .root = true, .timeout_ms = 10000, .input = input
	};
	int fds[2];
	pid_t pid;

	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(fds), 0);
	spec.input_len = input ? strlen(input) : 0;
	pid = fork();
	if (pid == 0) {
		struct outcome o = { 0 };

		if (!put_sudo(sudo) || setgroups(0, NULL) < 0 ||
		    setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
		    setresuid(NOBODY, NOBODY, NOBODY) < 0 || chdir("/") < 0)
			o.failed = -1;
		else
			o.failed = run_script(&spec, &o);
		_exit(write(fds[1], &o, sizeof(o)) != sizeof(o));
	}
	close(fds[1]);
	if (read(fds[0], ret, sizeof(*ret)) != sizeof(*ret))
		ret->failed = -2;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	if (ret->failed == -1)
		skip();
	if (ret->failed)
		fail_msg("line %d", ret->failed);
}

static void test_ssh_sudo__refused_command_means_not_run(void **state)
{
	struct outcome o;

	(void)state;
	run_remote(REFUSES, "echo ran; exit 1", NULL, &o);
	assert_int_equal(o.report.what, SSH_NOT_RUN);
	assert_int_equal(o.report.status, EPERM);
	assert_string_equal(o.out, "");
}

/* The control: the same end of a command that was let in. */
static void test_ssh_sudo__a_command_may_end_as_sudo_does(void **state)
{
	struct outcome o;

	(void)state;
	run_remote(LETS_IN, "echo \"$word\"; echo 'sudo: not you' >&2; exit 1", NULL, &o);
	assert_int_equal(o.report.what, SSH_EXITED);
	assert_int_equal(o.report.status, 1);
	assert_string_equal(o.out, "a b\n");
}

static void test_ssh_sudo__input_arrives_whole(void **state)
{
	struct outcome o;

	(void)state;
	run_remote(LETS_IN, "cat", "\nfirst\nlast", &o);
	assert_int_equal(o.report.what, SSH_EXITED);
	assert_string_equal(o.out, "\nfirst\nlast");
	run_remote(LETS_IN, "cat; echo end", NULL, &o);
	assert_string_equal(o.out, "end\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ssh_sudo__refused_command_means_not_run),
		cmocka_unit_test(test_ssh_sudo__a_command_may_end_as_sudo_does),
		cmocka_unit_test(test_ssh_sudo__input_arrives_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
