/* SPDX-License-Identifier: Apache-2.0 */
/* test_ssh: commands on a host over ssh: what arrives, what comes back, and that nothing stays. */
#include "tests/unit/ssh_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/host/ssh_script.h"

static const char *in_directory(struct ssh_place *p, const char *name)
{
	return arena_printf(&p->arena, "%s/%s", ssh_server()->directory, name);
}

/* Every byte there is, and what shells love. */
static const char *hostile(struct ssh_place *p)
{
	const char *touch =
		arena_printf(&p->arena, "$(touch %s)`touch %s`;touch %s\n", in_directory(p, "x"),
			     in_directory(p, "x"), in_directory(p, "x"));
	char bytes[256];

	for (int i = 1; i < 256; i++)
		bytes[i - 1] = (char)i;
	bytes[255] = '\0';
	return arena_printf(&p->arena, "-n %%s %s'\"\\${x}!~* %s \n\n", touch, bytes);
}

static void test_ssh__values_arrive_byte_for_byte(void **state)
{
	struct ssh_place *p = *state;
	const char *value, *argv[] = { "printf", "%s", NULL, NULL };
	int status;

	NEED_SSHD;
	value = hostile(p);
	p->env[1] = arena_printf(&p->arena, "value=%s", value);
	assert_run(p, "printf %s \"$value\"");
	assert_int_equal(p->item.out.total, strlen(value));
	assert_memory_equal(p->item.out.kept, value, strlen(value));
	argv[2] = value;
	p->spec.argv = argv;
	assert_int_equal(p->host->ops->run(p->host, &p->spec, &p->arena, &p->item, &p->err), 0);
	assert_int_equal(p->item.out.total, strlen(value));
	assert_memory_equal(p->item.out.kept, value, strlen(value));
	assert_int_equal(access(in_directory(p, "x"), F_OK), -1);
	/* The control: as shell text it does what it says. */
	waitpid(ssh_plain(p, SSH_GOOD, arena_printf(&p->arena, "printf %%s %s", value)), &status,
		0);
	assert_int_equal(access(in_directory(p, "x"), F_OK), 0);
	unlink(in_directory(p, "x"));
}

/* Whatever the login shell is: what stands for bash tells what it was given. */
static void test_ssh__own_shell_gets_values_through_any_login_shell(void **state)
{
	static const char *const logins[][4] = {
		{ "sh", "-c" },		{ "bash", "-c" },
		{ "zsh", "-f", "-c" },	{ "fish", "--no-config", "-c" },
		{ "tcsh", "-f", "-c" },
	};
	struct ssh_place *p = *state;
	_cleanup_buf_ struct buf line = { 0 };
	char made[] = "/tmp/kvmlab-own-XXXXXX";
	const char *value = hostile(p), *ending = "a\\", *bash;
	const char *env[4] = { 0 };
	FILE *f;

	assert_non_null(mkdtemp(made));
	bash = arena_printf(&p->arena, "%s/bash", made);
	f = fopen(bash, "we");
	fputs("#!/bin/sh\n[ \"$*\" = '--noprofile --norc -i' ] && printf '%s|%s' \"$value\" "
	      "\"$ending\"\n",
	      f);
	fclose(f);
	chmod(bash, 0755);
	env[0] = arena_printf(&p->arena, "PATH=%s:/usr/bin:/bin", made);
	env[1] = arena_printf(&p->arena, "value=%s", value);
	env[2] = arena_printf(&p->arena, "ending=%s", ending);
	ssh_script_shell(&line, env, false);
	for (size_t i = 0; i < ARRAY_SIZE(logins); i++) {
		const char *argv[5] = { logins[i][0], logins[i][1], logins[i][2] };
		struct process_spec spec = { .argv = argv, .timeout_ms = 20000 };
		const char *wanted = arena_printf(&p->arena, "%s|%s", value, ending);
		struct process_result r;

		argv[argv[2] ? 3 : 2] = buf_str(&line);
		assert_int_equal(process_run(p->g, &spec, &p->arena, &r, &p->err), 0);
		if (r.end == END_NOT_RUN)
			continue;
		if (r.out.kept_len != strlen(wanted) ||
		    memcmp(r.out.kept, wanted, r.out.kept_len) != 0)
			fail_msg("%s: '%s' %s", argv[0], r.out.kept, r.err.kept);
	}
	unlink(bash);
	rmdir(made);
}

static void test_ssh__input_arrives_byte_for_byte(void **state)
{
	struct ssh_place *p = *state;
	char bytes[512];

	NEED_SSHD;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	p->spec.input = bytes;
	p->spec.input_len = sizeof(bytes);
	assert_run(p, "cat");
	assert_int_equal(p->item.out.total, sizeof(bytes));
	assert_memory_equal(p->item.out.kept, bytes, sizeof(bytes));
}

static void test_ssh__environment_is_clean(void **state)
{
	struct ssh_place *p = *state;

	NEED_SSHD;
	assert_run(p, "umask; cat; echo ${SSH_CONNECTION-none} ${LD_PRELOAD-none} $LC_ALL; "
		      "ps -o sid= -p $$ | tr -d ' \\n'; echo \" $$\"; ls /proc/self/fd | wc -l");
	assert_true(!strncmp(p->item.out.kept, "0077\nnone none C.UTF-8\n", 23));
	/* Its own session, and 0, 1, 2 and what ls itself opens. */
	{
		long sid, pid, fds;

		assert_int_equal(sscanf(p->item.out.kept + 23, "%ld %ld %ld", &sid, &pid, &fds), 3);
		assert_int_equal(sid, pid);
		assert_int_equal(fds, 4);
	}
	p->env[1] = "LD_PRELOAD=/x.so";
	assert_int_equal(ssh_place_sh(p, "true"), -1);
	assert_int_equal(p->err.kind, ERR_LAB);
}

static void test_ssh__says_how_a_command_ended(void **state)
{
	struct ssh_place *p = *state;
	const char *const nowhere[] = { "kvmlab-nowhere", NULL };
	const char *const closed[] = { "/etc/passwd", NULL };

	NEED_SSHD;
	assert_end(p, "exit 0", END_EXITED, 0);
	assert_end(p, "exit 3", END_EXITED, 3);
	/* ssh itself would say 255 when it fails. */
	assert_end(p, "exit 255", END_EXITED, 255);
	assert_end(p, "kill -KILL $$", END_SIGNALLED, SIGKILL);
	p->spec.argv = nowhere;
	assert_int_equal(p->host->ops->run(p->host, &p->spec, &p->arena, &p->item, &p->err), 0);
	assert_int_equal(p->item.end, END_NOT_RUN);
	assert_int_equal(p->item.error, ENOENT);
	p->spec.argv = closed;
	assert_int_equal(p->host->ops->run(p->host, &p->spec, &p->arena, &p->item, &p->err), 0);
	assert_int_equal(p->item.end, END_NOT_RUN);
	assert_int_equal(p->item.error, EACCES);
}

static void test_ssh__streams_are_apart_and_exact(void **state)
{
	struct ssh_place *p = *state;

	NEED_SSHD;
	assert_run(p, "printf out; printf err >&2");
	assert_string_equal(p->item.out.kept, "out");
	assert_string_equal(p->item.err.kept, "err");
	/* A report that the command makes up is only output. */
	assert_run(p,
		   "printf '\\nKVMLAB %032d exited  000 0000 0000 %12d %12d\\n' 0 0 0 >&2; exit 7");
	assert_int_equal(p->item.status, 7);
	assert_int_equal(p->item.err.total, 89);
}

static void test_ssh__a_flood_stays_bounded(void **state)
{
	struct ssh_place *p = *state;
	static char zeros[10 * 1000 * 1000];
	unsigned char sha[SHA256_SIZE];

	NEED_SSHD;
	crypto_hash_sha256(sha, (unsigned char *)zeros, sizeof(zeros));
	assert_run(p, "head -c 10000000 /dev/zero; head -c 10000000 /dev/zero >&2");
	assert_int_equal(p->item.out.total, sizeof(zeros));
	assert_int_equal(p->item.err.total, sizeof(zeros));
	assert_memory_equal(p->item.out.sha256, sha, sizeof(sha));
	assert_memory_equal(p->item.err.sha256, sha, sizeof(sha));
	assert_int_equal(p->item.out.kept_len, 64 * 1024);
}

static void count_tick(void *data)
{
	++*(int *)data;
}

/* The live line goes on while a command runs elsewhere. */
static void test_ssh__ticks(void **state)
{
	struct ssh_place *p = *state;
	int n = 0;

	NEED_SSHD;
	process_group_on_tick(p->g, count_tick, &n);
	assert_end(p, "sleep 1", END_EXITED, 0);
	process_group_on_tick(p->g, NULL, NULL);
	assert_true(n >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SSH_TEST(test_ssh__values_arrive_byte_for_byte),
		SSH_TEST(test_ssh__own_shell_gets_values_through_any_login_shell),
		SSH_TEST(test_ssh__input_arrives_byte_for_byte),
		SSH_TEST(test_ssh__environment_is_clean),
		SSH_TEST(test_ssh__says_how_a_command_ended),
		SSH_TEST(test_ssh__streams_are_apart_and_exact),
		SSH_TEST(test_ssh__a_flood_stays_bounded),
		SSH_TEST(test_ssh__ticks),
	};

	return cmocka_run_group_tests(tests, ssh_server_start, ssh_server_stop);
}
