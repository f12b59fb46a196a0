/* SPDX-License-Identifier: Apache-2.0 */
/* test_ssh_end: commands on a host over ssh end, all of them, whatever happens to whom. */
#include "tests/unit/ssh_fixture.h"

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"

static void assert_none_left(const struct ssh_place *p)
{
	assert_int_equal(ssh_place_count(p), 0);
}

static const char *const shapes[] = {
	"setsid sh -c 'setsid sleep 300 & sleep 300' >/dev/null 2>&1 &",
	"sh -c 'trap : TERM HUP; while :; do sleep 1; done' &",
	"(trap '' TERM HUP INT; setsid sleep 300) & sleep 300 &",
	"setsid sh -c 'kill -STOP $$' &",
};

static void test_ssh__nothing_outlives_its_command(void **state)
{
	struct ssh_place *p = *state;

	NEED_SSHD;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		assert_run(p, shapes[i]);
		assert_int_equal(p->item.end, END_EXITED);
		assert_none_left(p);
	}
	/* The control: a plain ssh leaves it. */
	waitpid(ssh_plain(p, SSH_GOOD, shapes[0]), NULL, 0);
	assert_true(ssh_place_count(p) > 0);
	ssh_place_sweep(p);
}

/* Whether a process with this argument lives. */
static bool is_alive(const char *argument)
{
	_cleanup_arena_ struct arena a = { 0 };
	glob_t found = { 0 };
	bool ret = false;

	glob("/proc/[0-9]*/cmdline", GLOB_NOSORT, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		_cleanup_fd_ int fd = open(found.gl_pathv[i], O_RDONLY | O_CLOEXEC);
		char text[4096];
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

		if (n > 0)
			ret |= memmem(text, (size_t)n, argument, strlen(argument)) != NULL;
	}
	globfree(&found);
	return ret;
}

static bool becomes(const char *argument, bool alive)
{
	int64_t until = clock_us() + 5000000;

	while (is_alive(argument) != alive && clock_us() < until)
		poll(NULL, 0, 5);
	return is_alive(argument) == alive;
}

/* Where the host lets us make a cgroup, what takes off its mark is found all the same. */
static void test_ssh__a_cgroup_finds_what_hides(void **state)
{
	struct ssh_place *p = *state;
	char helper[4096] = "", number[32];
	const char *text, *group;

	NEED_SSHD;
	assert_true(readlink("/proc/self/exe", helper, sizeof(helper) - 16) > 0);
	snprintf(strrchr(helper, '/'), 16, "/escape");
	assert_run(p, "cat /proc/self/cgroup");
	group = strstr(p->item.out.kept, "/kvmlab-");
	if (!group)
		skip();
	/* When its command has ended, the group is gone. */
	group = arena_memdup(&p->arena, group + 1, strcspn(group + 1, "\n"));
	assert_run(p, arena_printf(&p->arena, "find /sys/fs/cgroup -name %s | grep . || echo gone",
				   group));
	group = p->item.out.kept;
	snprintf(number, sizeof(number), "300.0%d", (int)getpid());
	text = arena_printf(&p->arena, "env -i setsid sleep %s >/dev/null 2>&1 &", number);
	assert_run(p, text);
	assert_false(is_alive(number));
	assert_run(p, arena_printf(&p->arena, "'%s' hop; '%s' double-fork", helper, helper));
	assert_none_left(p);
	assert_string_equal(group, "gone\n");
	/* The control: a plain ssh leaves it. */
	waitpid(ssh_plain(p, SSH_GOOD, text), NULL, 0);
	assert_true(becomes(number, true));
	assert_run(p, arena_printf(&p->arena, "pkill -KILL -x -f 'sleep %s'", number));
	assert_true(becomes(number, false));
}

static void test_ssh__a_deadline_is_kept(void **state)
{
	struct ssh_place *p = *state;
	int64_t began;

	NEED_SSHD;
	p->spec.timeout_ms = 300;
	began = clock_us();
	assert_run(p, "echo before; sleep 300");
	assert_int_equal(p->item.end, END_TIMED_OUT);
	assert_string_equal(p->item.out.kept, "before\n");
	assert_none_left(p);
	assert_true(clock_us() - began < 5000000);
	assert_run(p, "trap '' TERM; (trap '' TERM; setsid sleep 300) & while :; do sleep 1; done");
	assert_int_equal(p->item.end, END_TIMED_OUT);
	assert_none_left(p);
}

struct cutter {
	struct ssh_place *p;
	volatile sig_atomic_t cancel;
	bool kill_client;
};

static void cut(void *data, int stream, const char *bytes, size_t len)
{
	struct cutter *c = data;

	(void)stream;
	(void)bytes;
	(void)len;
	assert_true(ssh_place_count(c->p) > 0);
	if (c->kill_client)
		kill(c->p->g->main, SIGKILL);
	else
		c->cancel = 1;
}

static const char going_on[] = "(trap '' TERM HUP; setsid sleep 300) & trap '' HUP; echo ready; "
			       "sleep 300; sleep 300";

static void test_ssh__a_killed_client_ends_the_command(void **state)
{
	struct ssh_place *p = *state;
	struct cutter c = { .p = p, .kill_client = true };
	pid_t plain;

	NEED_SSHD;
	p->spec.output = cut;
	p->spec.output_data = &c;
	p->spec.timeout_ms = 60000;
	assert_int_equal(ssh_place_sh(p, going_on), -1);
	assert_int_equal(p->err.kind, ERR_ENV);
	assert_non_null(strstr(p->err.msg, "has been ended"));
	assert_none_left(p);
	/* The connection is still of use. */
	p->spec.output = NULL;
	assert_end(p, "exit 4", END_EXITED, 4);
	/* The control: killing a plain ssh leaves the command. */
	plain = ssh_plain(p, SSH_GOOD, "trap '' HUP; sleep 300; sleep 300");
	assert_true(ssh_place_becomes(p, 1));
	kill(plain, SIGKILL);
	waitpid(plain, NULL, 0);
	assert_int_equal(ssh_place_count(p), 1);
	ssh_place_sweep(p);
}

static void test_ssh__cancelling_ends_the_command(void **state)
{
	struct ssh_place *p = *state;
	struct cutter c = { .p = p };

	NEED_SSHD;
	p->spec.output = cut;
	p->spec.output_data = &c;
	p->spec.cancel = &c.cancel;
	p->spec.timeout_ms = 60000;
	assert_run(p, going_on);
	assert_int_equal(p->item.end, END_CANCELLED);
	assert_string_equal(p->item.out.kept, "ready\n");
	assert_none_left(p);
}

/* As kvmlab, from the child's birth to its kill -9. */
static void live_until_killed(void)
{
	struct ssh_place *p = NULL;

	if (ssh_place_open((void **)&p) < 0)
		_exit(1);
	p->env[0] = "test_mark=orphan";
	p->spec.timeout_ms = 60000;
	ssh_place_sh(p, going_on);
	_exit(0);
}

static void test_ssh__a_killed_kvmlab_leaves_nothing(void **state)
{
	struct ssh_place *p = *state;
	struct process_group *left;
	char name[64];
	pid_t pid;

	NEED_SSHD;
	pid = fork();
	if (pid == 0)
		live_until_killed();
	strcpy(p->mark, "test_mark=orphan");
	assert_true(ssh_place_becomes(p, 3));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(ssh_place_becomes(p, 0));
	/* As the next kvmlab does: what stands of the group of that name is removed. */
	snprintf(name, sizeof(name), "kvmlab-test-ssh-%d", (int)pid);
	assert_int_equal(process_group_open(name, RUNG_CGROUP, &left, &p->err), 0);
	process_group_close(left);
}

static void test_ssh__a_lost_connection_is_opened_anew(void **state)
{
	struct ssh_place *p = *state;

	NEED_SSHD;
	/* The server's process that answers for this connection is killed by the command itself. */
	assert_int_equal(ssh_place_sh(p, "p=$PPID; while [ $p -gt 1 ]; do\n"
					 "read -r line < /proc/$p/cmdline || :\n"
					 "case $line in sshd:*) kill -KILL $p; sleep 30;; esac\n"
					 "p=$(sed 's/.*) . //; s/ .*//' /proc/$p/stat); done"),
			 -1);
	assert_int_equal(p->err.kind, ERR_ENV);
	assert_none_left(p);
	assert_end(p, "exit 5", END_EXITED, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SSH_TEST(test_ssh__nothing_outlives_its_command),
		SSH_TEST(test_ssh__a_cgroup_finds_what_hides),
		SSH_TEST(test_ssh__a_deadline_is_kept),
		SSH_TEST(test_ssh__a_killed_client_ends_the_command),
		SSH_TEST(test_ssh__cancelling_ends_the_command),
		SSH_TEST(test_ssh__a_killed_kvmlab_leaves_nothing),
		SSH_TEST(test_ssh__a_lost_connection_is_opened_anew),
	};

	return cmocka_run_group_tests(tests, ssh_server_start, ssh_server_stop);
}
