/* SPDX-License-Identifier: Apache-2.0 */
/* test_background: what runs beside the commands neither disturbs them nor outlives its end. */
#include "tests/unit/process_fixture.h"

#include <errno.h>
#include <string.h>

#include "runner/base/clock.h"
#include "runner/host/background.h"

#define WAIT_MS 10000

static struct background *start(struct fixture *f, const char *text, size_t keep)
{
	const char *const argv[] = { "sh", "-c", text, NULL };
	const struct process_spec spec = { .argv = argv, .keep = keep };
	struct background *b;

	if (background_start(f->g, &spec, &b, &f->err) < 0)
		fail_msg("background_start: %s", f->err.msg);
	return b;
}

static void stop(struct fixture *f, struct background *b)
{
	if (background_stop(b, &f->arena, &f->r, &f->err) < 0)
		fail_msg("background_stop: %s", f->err.msg);
}

/* The process whose number was its first line. */
static pid_t said_pid(struct background *b)
{
	char line[BACKGROUND_LINE];

	assert_int_equal(background_wait(b, WAIT_MS), BACKGROUND_HEARD);
	background_line(b, 1, line);
	return (pid_t)strtol(line, NULL, 10);
}

/* An orphan may wait as a zombie for whoever reaps it. */
static bool is_there(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	if (f)
		fclose(f);
	return state != 'Z' && state != 'X';
}

static void test_background__is_left_alone_by_commands(void **state)
{
	struct fixture *f = *state;
	struct background *b = start(f, "echo $$; exec sleep 60", 0);
	pid_t pid = said_pid(b);

	for (int i = 0; i < 3; i++) {
		fixture_sh(f, "exit 3");
		assert_int_equal(f->r.end, END_EXITED);
		assert_int_equal(f->r.status, 3);
		assert_false(f->r.killed);
		assert_int_equal(f->r.survivors_found, 0);
		assert_true(is_there(pid));
	}
	/* Nor by one that has to be ended. */
	f->spec.timeout_ms = 50;
	fixture_sh(f, "sleep 60");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_true(is_there(pid));
	stop(f, b);
	assert_int_equal(f->r.end, END_CANCELLED);
	assert_false(is_there(pid));
}

static void test_background__ends_one_by_one(void **state)
{
	struct fixture *f = *state;
	struct background *a = start(f, "echo $$; exec sleep 60", 0);
	struct background *b = start(f, "echo $$; exec sleep 60", 0);
	pid_t first = said_pid(a), second = said_pid(b);

	stop(f, a);
	assert_false(is_there(first));
	assert_true(is_there(second));
	fixture_sh(f, "true");
	assert_true(is_there(second));
	stop(f, b);
	assert_false(is_there(second));
}

/* TERM does not impress it, nor its child. */
static void test_background__cannot_refuse(void **state)
{
	struct fixture *f = *state;
	struct background *b =
		start(f, "trap '' TERM; sleep 60 & echo $!; while :; do sleep 1; done", 0);
	pid_t child = said_pid(b);

	stop(f, b);
	assert_int_equal(f->r.end, END_CANCELLED);
	assert_false(is_there(child));
}

static void test_background__keeps_the_beginning_and_the_end(void **state)
{
	struct fixture *f = *state;
	struct background *b = start(f, "echo first; seq 100000; echo last; exec sleep 60", 64);
	char line[BACKGROUND_LINE] = "";

	for (int64_t until = clock_us() + WAIT_MS * 1000; clock_us() < until; usleep(2000)) {
		background_line(b, 1, line);
		if (!strcmp(line, "last"))
			break;
	}
	assert_string_equal(line, "last");
	stop(f, b);
	assert_int_equal(f->r.out.total, 6 + 588895 + 5);
	assert_int_equal(f->r.out.kept_len, 64);
	assert_memory_equal(f->r.out.kept, "first\n1\n2\n", 10);
	assert_memory_equal(f->r.out.kept + 64 - 12, "100000\nlast\n", 12);
}

static void test_background__tells_that_it_has_ended(void **state)
{
	struct fixture *f = *state;
	struct background *b = start(f, "echo no such thing >&2; exit 69", 0);
	char line[BACKGROUND_LINE];

	assert_int_equal(background_wait(b, WAIT_MS), BACKGROUND_ENDED);
	background_line(b, 2, line);
	assert_string_equal(line, "no such thing");
	stop(f, b);
	assert_int_equal(f->r.end, END_EXITED);
	assert_int_equal(f->r.status, 69);
	assert_string_equal(f->r.err.kept, "no such thing\n");
}

static void test_background__is_not_waited_for_longer_than_said(void **state)
{
	struct fixture *f = *state;
	struct background *b = start(f, "exec sleep 60", 0);
	int64_t before = clock_us();

	assert_int_equal(background_wait(b, 50), BACKGROUND_SILENT);
	assert_in_range(clock_us() - before, 50000, 5000000);
	assert_int_equal(background_stop(b, NULL, NULL, NULL), 0);
}

static void test_background__a_program_that_is_not_there(void **state)
{
	static const char *const argv[] = { "/nonexistent/program", NULL };
	const struct process_spec spec = { .argv = argv };
	struct fixture *f = *state;
	struct background *b;

	assert_int_equal(background_start(f->g, &spec, &b, &f->err), 0);
	assert_int_equal(background_wait(b, WAIT_MS), BACKGROUND_ENDED);
	stop(f, b);
	assert_int_equal(f->r.end, END_NOT_RUN);
	assert_int_equal(f->r.status, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_background__is_left_alone_by_commands),
		FIXTURE_TEST(test_background__ends_one_by_one),
		FIXTURE_TEST(test_background__cannot_refuse),
		FIXTURE_TEST(test_background__keeps_the_beginning_and_the_end),
		FIXTURE_TEST(test_background__tells_that_it_has_ended),
		FIXTURE_TEST(test_background__is_not_waited_for_longer_than_said),
		FIXTURE_TEST(test_background__a_program_that_is_not_there),
	};

	return fixture_run_all("background", tests, ARRAY_SIZE(tests));
}
