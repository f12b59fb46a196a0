/* SPDX-License-Identifier: Apache-2.0 */
/* test_process: what process_run promises about ends, output, environment and input. */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/clock.h"

static void test_process__exit_status(void **state)
{
	struct fixture *f = *state;

	fixture_sh(f, "echo out; echo err >&2; exit 7");
	assert_int_equal(f->r.end, END_EXITED);
	assert_int_equal(f->r.status, 7);
	assert_string_equal(f->r.out.kept, "out\n");
	assert_string_equal(f->r.err.kept, "err\n");
	assert_false(f->r.killed);
	assert_int_equal(f->r.survivors_found, 0);
	assert_true(f->r.us > 0 && f->r.us < 2000000);
}

static void test_process__signal(void **state)
{
	struct fixture *f = *state;

	fixture_sh(f, "kill -SEGV $$");
	assert_int_equal(f->r.end, END_SIGNALLED);
	assert_int_equal(f->r.status, SIGSEGV);
}

static void test_process__no_such_command(void **state)
{
	struct fixture *f = *state;
	const char *const argv[] = { "no-such-command-here", NULL };
	const char *const argv2[] = { "/no/such/file", NULL };
	const char *const argv3[] = { "/etc/passwd", NULL };

	f->spec.argv = argv;
	fixture_run(f);
	assert_int_equal(f->r.end, END_NOT_RUN);
	assert_int_equal(f->r.status, ENOENT);
	assert_string_equal(f->r.out.kept, "");
	f->spec.argv = argv2;
	fixture_run(f);
	assert_int_equal(f->r.end, END_NOT_RUN);
	assert_int_equal(f->r.status, ENOENT);
	f->spec.argv = argv3;
	fixture_run(f);
	assert_int_equal(f->r.end, END_NOT_RUN);
	assert_int_equal(f->r.status, EACCES);
	fixture_sh(f, "exit 0");
	assert_int_equal(f->r.end, END_EXITED);
}

static void test_process__directory(void **state)
{
	struct fixture *f = *state;

	f->spec.directory = "/usr/bin";
	fixture_sh(f, "pwd");
	assert_string_equal(f->r.out.kept, "/usr/bin\n");
	f->spec.directory = "/no/such/directory";
	fixture_sh(f, "pwd");
	assert_int_equal(f->r.end, END_NOT_RUN);
	assert_int_equal(f->r.status, ENOENT);
}

static void test_process__timeout_ends_all(void **state)
{
	struct fixture *f = *state;

	f->spec.timeout_ms = 200;
	fixture_sh(f, "echo before; sleep 100 & sleep 100");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_true(f->r.killed);
	assert_string_equal(f->r.out.kept, "before\n");
	/* No grace is paid, for nothing handles TERM. */
	assert_in_range(f->r.us, 200000, 1900000);
	fixture_assert_empty(f);
}

static void test_process__timeout_kills_what_ignores_term(void **state)
{
	struct fixture *f = *state;

	f->spec.timeout_ms = 500;
	fixture_sh(f, "trap '' TERM; while :; do sleep 0.05; done");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_int_equal(f->r.status, SIGKILL);
	assert_true(f->r.us >= 2500000);
	fixture_assert_empty(f);
}

static void test_process__timeout_lets_term_handlers_finish(void **state)
{
	struct fixture *f = *state;

	f->spec.timeout_ms = 500;
	fixture_sh(f, "trap 'echo tidied; exit 5' TERM; while :; do sleep 0.05; done");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_string_equal(f->r.out.kept, "tidied\n");
	assert_int_equal(f->r.status, 5);
}

/* A stopped process hears TERM only once it is continued. */
static void test_process__timeout_lets_the_stopped_finish(void **state)
{
	struct fixture *f = *state;

	f->spec.timeout_ms = 500;
	fixture_sh(f, "trap 'echo tidied; exit 5' TERM; kill -STOP $$; sleep 0.05; exit 6");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_string_equal(f->r.out.kept, "tidied\n");
	assert_int_equal(f->r.status, 5);
}

static void test_process__never_waits_for_end_of_file(void **state)
{
	struct fixture *f = *state;
	int64_t start = clock_us();

	fixture_sh(f, "(sleep 30 &); echo done");
	assert_true(clock_us() - start < 2000000);
	assert_int_equal(f->r.end, END_EXITED);
	assert_string_equal(f->r.out.kept, "done\n");
	assert_true(f->r.killed);
	assert_int_equal(f->r.survivors_found, 1);
	fixture_assert_empty(f);
}

static void test_process__drains_what_comes_late(void **state)
{
	struct fixture *f = *state;

	fixture_sh(f, "(sleep 0.03; echo late) & exit 0");
	assert_string_equal(f->r.out.kept, "late\n");
	assert_false(f->r.killed);
}

static void test_process__cancel_before_start(void **state)
{
	struct fixture *f = *state;
	volatile sig_atomic_t cancel = 1;

	f->spec.cancel = &cancel;
	fixture_sh(f, "echo must not run");
	assert_int_equal(f->r.end, END_CANCELLED);
	assert_int_equal(f->r.out.total, 0);
}

/* Cancels when the command has said that it is ready, and with its next lines up to *data times. */
static volatile sig_atomic_t cancel_flag;

static void cancel_on_output(void *data, int stream, const char *bytes, size_t len)
{
	const int *most = data;

	(void)stream;
	(void)bytes;
	(void)len;
	if (cancel_flag < *most)
		cancel_flag++;
}

static void run_cancelled(struct fixture *f, int most, const char *text)
{
	cancel_flag = 0;
	f->spec.cancel = &cancel_flag;
	f->spec.output = cancel_on_output;
	f->spec.output_data = &most;
	fixture_sh(f, text);
}

static void test_process__first_cancel_is_graceful(void **state)
{
	struct fixture *f = *state;

	run_cancelled(f, 1,
		      "trap 'echo tidied; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
	assert_int_equal(f->r.end, END_CANCELLED);
	assert_string_equal(f->r.out.kept, "ready\ntidied\n");
	assert_int_equal(f->r.status, 5);
}

static void test_process__second_cancel_kills(void **state)
{
	struct fixture *f = *state;

	/* Were the grace not cut short, it would be a minute. */
	f->g->grace_ms = 60000;
	run_cancelled(
		f, 2,
		"trap '' TERM; echo ready; sleep 0.2; echo again; while :; do sleep 0.05; done");
	assert_int_equal(f->r.end, END_CANCELLED);
	assert_int_equal(f->r.status, SIGKILL);
	assert_true(f->r.us < 30000000);
	fixture_assert_empty(f);
}

static void test_process__input(void **state)
{
	struct fixture *f = *state;
	size_t len = 3 * 1024 * 1024;
	char *input = mem_alloc(len);

	memset(input, 'x', len);
	f->spec.input = input;
	f->spec.input_len = len;
	/* More than any pipe holds, both ways at once. */
	fixture_sh(f, "cat");
	assert_int_equal(f->r.out.total, len);
	/* Nobody reads it: no SIGPIPE, no waiting. */
	fixture_sh(f, "exec true");
	assert_int_equal(f->r.end, END_EXITED);
	f->spec.input_len = 0;
	fixture_sh(f, "wc -c");
	assert_string_equal(f->r.out.kept, "0\n");
	free(input);
}

static void test_process__input_is_null_device(void **state)
{
	struct fixture *f = *state;

	fixture_sh(f, "readlink /proc/self/fd/0; wc -c");
	assert_string_equal(f->r.out.kept, "/dev/null\n0\n");
}

struct heard {
	char text[64];
	int streams;
	int64_t first_us;
};

static void hear(void *data, int stream, const char *bytes, size_t len)
{
	struct heard *h = data;

	if (!h->first_us)
		h->first_us = clock_us();
	h->streams |= stream;
	strncat(h->text, bytes, len);
}

static void test_process__output_as_it_comes(void **state)
{
	struct fixture *f = *state;
	struct heard h = { 0 };

	f->spec.output = hear;
	f->spec.output_data = &h;
	fixture_sh(f, "echo one; sleep 0.4; echo two >&2");
	assert_string_equal(h.text, "one\ntwo\n");
	assert_int_equal(h.streams, 3);
	assert_true(clock_us() - h.first_us > 300000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_process__exit_status),
		FIXTURE_TEST(test_process__signal),
		FIXTURE_TEST(test_process__no_such_command),
		FIXTURE_TEST(test_process__directory),
		FIXTURE_TEST(test_process__timeout_ends_all),
		FIXTURE_TEST(test_process__timeout_kills_what_ignores_term),
		FIXTURE_TEST(test_process__timeout_lets_term_handlers_finish),
		FIXTURE_TEST(test_process__timeout_lets_the_stopped_finish),
		FIXTURE_TEST(test_process__never_waits_for_end_of_file),
		FIXTURE_TEST(test_process__drains_what_comes_late),
		FIXTURE_TEST(test_process__cancel_before_start),
		FIXTURE_TEST(test_process__first_cancel_is_graceful),
		FIXTURE_TEST(test_process__second_cancel_kills),
		FIXTURE_TEST(test_process__input),
		FIXTURE_TEST(test_process__input_is_null_device),
		FIXTURE_TEST(test_process__output_as_it_comes),
	};

	return fixture_run_all("process", tests, sizeof(tests) / sizeof(tests[0]));
}
